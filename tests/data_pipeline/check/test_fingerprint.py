"""Borders and likeness, on images made for the purpose."""

import doctest
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from data_pipeline.check import fingerprint as module
from data_pipeline.check.fingerprint import alike_pairs, fingerprint, flat_borders, is_blank
from data_pipeline.decoding import read_image


def picture(seed, height=120, width=200):
    """A smooth random picture with some grain: no two seeds look alike."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (6, 8, 3), np.uint8))
    smooth = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), int)
    return np.clip(smooth + rng.integers(-6, 7, (height, width, 1)), 0, 255).astype(np.uint8)


def measured(image):
    return fingerprint(image, name="n", origin="o", kind="k")


def test_doctests():
    assert doctest.testmod(module).failed == 0


def test_numbers_by_hand():
    image = np.zeros((2, 2, 3), np.uint8)
    image[0] = (200, 100, 0)
    p = measured(image)
    assert (p.height, p.width, p.mean.tolist()) == (2, 2, [100, 50, 0])
    assert p.std.tolist() == [100, 50, 0]
    assert p.saturation == 100  # (200 - 0 + 0) / 2
    assert p.luma == pytest.approx(0.299 * 100 + 0.587 * 50)
    assert Image.open(BytesIO(p.thumbnail)).size == (2, 2)


def test_digests_tell_shapes_apart():
    digests = {measured(np.zeros((*s, 3), np.uint8)).digest for s in ((2, 6), (6, 2), (3, 4))}
    assert len(digests) == 3


def test_borders_are_measured_exactly():
    image = picture(0)
    assert flat_borders(image) == {}
    image[:9], image[-4:] = (0, 0, 0), (1, 2, 0)
    image[9:-4, :30] = 255
    assert flat_borders(image)["top"] == (9, (0, 0, 0))
    assert flat_borders(image)["bottom"] == (4, (1, 2, 0))
    assert set(flat_borders(image)) == {
        "top",
        "bottom",
    }  # The white one stops short of the corners.
    image = picture(0)
    image[:, -50:] = 255
    assert flat_borders(image) == {"right": (50, (255, 255, 255))}
    image = picture(0)
    image[:, :3] = 0  # 1.5 % of the width
    assert flat_borders(image) == {}
    assert flat_borders(np.full((50, 50, 3), 9, np.uint8)) == {}


def test_copies_saved_anew_or_scaled_are_alike_and_others_are_not():
    original = picture(0)
    stream = BytesIO()
    Image.fromarray(original).save(stream, format="JPEG", quality=70)
    variants = [
        read_image(stream.getvalue()),
        np.asarray(Image.fromarray(original).resize((150, 90))),
        np.clip(original.astype(int) + 3, 0, 255).astype(np.uint8),
    ]
    prints = [measured(p) for p in (original, *variants, *(picture(i) for i in range(1, 60)))]
    assert alike_pairs(prints) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert alike_pairs(prints[4:8], [prints[5], prints[0]]) == [(1, 0)]
    assert alike_pairs([], prints) == []


def test_other_colours_other_shapes_and_blanks_are_not_alike():
    original = picture(0)
    recoloured = original[..., ::-1]
    stretched = np.asarray(Image.fromarray(original).resize((200, 150)))
    shapes = [measured(np.ascontiguousarray(p)) for p in (original, recoloured, stretched)]
    assert alike_pairs(shapes) == []
    blanks = [measured(np.full((50, 50, 3), 7, np.uint8))] * 2
    assert is_blank(blanks[0]) and not is_blank(shapes[0])
    assert alike_pairs(blanks) == []
