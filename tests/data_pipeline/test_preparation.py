"""`Preparation` by hand: flattening, resizing, and the way back, in 8 and 16 bits."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from data_pipeline.preparation import AS_THEY_ARE, Preparation, resize


def noise(height, width, channels, dtype=np.uint8):
    top = np.iinfo(dtype).max + 1
    return np.random.default_rng(0).integers(0, top, (height, width, channels), dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_transparent_pixels_become_the_background_and_the_rest_is_blended(dtype):
    rgba = noise(300, 5, 4, dtype)  # more rows than are flattened at a time
    rgba[:2, ..., 3], rgba[2:4, ..., 3] = 0, np.iinfo(dtype).max
    flat = Preparation(background=(32, 160, 64)).flatten(rgba)
    top = np.iinfo(dtype).max
    alpha = rgba[..., 3:] / top
    behind = np.float64([32, 160, 64]) / 255 * top
    assert flat.dtype == dtype
    np.testing.assert_array_equal(flat, np.rint(rgba[..., :3] * alpha + behind * (1 - alpha)))


def test_shorter_side_is_resized_by_pillow_with_antialiasing():
    picture = noise(60, 90, 3)
    expected = Image.fromarray(picture).resize((45, 30), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(Preparation(30).apply(picture), expected)
    # In 8 bits, Pillow rounds and clips between rows and columns as well.
    deep = Preparation(30).apply(picture.astype(np.uint16) * 257)
    assert deep.dtype == np.uint16
    assert np.abs(deep / 257 - np.asarray(expected)).max() <= 2


def test_16_bits_stay_in_their_range():
    edge = np.zeros((8, 8, 3), np.uint16)
    edge[:, 4:] = 65535  # bicubic overshoots beside it
    resized = resize(edge, 32, 32)
    assert resized.min() == 0 and resized.max() == 65535
    assert np.all(np.diff(resized[0, 8:24, 0].astype(int)) >= 0)


def test_nothing_is_copied_where_nothing_changes():
    picture = noise(30, 40, 3)
    for preparation in (AS_THEY_ARE, Preparation(30)):
        assert preparation.apply(picture) is picture
        assert preparation.restore(picture, picture) is picture


@pytest.mark.parametrize("size", [(1, 1), (1, 200), (37, 41), (80, 40)], ids=str)
def test_way_back_has_the_shape_and_the_alpha_of_the_original(size):
    original = noise(*size, 4)
    prepared = Preparation(40).apply(original)
    assert min(prepared.shape[:2]) == 40
    assert prepared.shape[:2] == Preparation(40).size_of(*size)
    again = Preparation(40).restore(prepared, original)
    assert again.shape == original.shape
    np.testing.assert_array_equal(again[..., 3], original[..., 3])
    assert Preparation(40).apply(prepared) is prepared  # twice is once


def test_it_is_read_as_it_was_written():
    preparation = Preparation(286, (1, 2, 3))
    text = json.dumps(preparation.to_dict())
    assert Preparation.from_dict(json.loads(text)) == preparation
    assert preparation.colour == "#010203"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"channels": 65}, "channels must be from 1 to 64; received 65."),
        ({"channels": 0}, "channels must be from 1 to 64; received 0."),
        ({"channels": 1.5}, "channels must be from 1 to 64; received 1.5."),
        ({"range": [0, 1]}, "preparation must be to 3 channels in [-1, 1]; received {'load_size'"),
        ({"gamma": 2.2}, "preparation must be to 3 channels in [-1, 1]"),
        ({"load_size": -3}, "load_size must be 0 (keeps the size) or the pixels of the shorter"),
        ({"load_size": "40"}, "is no preparation of pictures"),
        ({"background": 3}, "is no preparation of pictures"),
        ({"background": [1, 2]}, "background must be three numbers in [0, 255]; received (1, 2)."),
    ],
)
def test_what_is_none_is_refused(change, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        Preparation.from_dict(AS_THEY_ARE.to_dict() | change)
