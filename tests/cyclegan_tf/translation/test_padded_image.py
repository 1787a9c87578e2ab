"""Images as rows in [-1, 1] of a size that the generators take, by hand."""

import numpy as np
import pytest

from cyclegan_tf.images import to_unit
from cyclegan_tf.model.sizes import padded_size
from cyclegan_tf.translation.padded_image import PaddedImage
from data_pipeline.preparation import Preparation


@pytest.mark.parametrize(
    "size, expected", [((1, 1), (16, 16)), ((16, 20), (16, 20)), ((17, 39), (20, 40))], ids=str
)
def test_sides_are_multiples_of_4_from_16_on(size, expected):
    assert padded_size(*size) == expected
    assert PaddedImage(np.zeros((*size, 4), np.uint8)).shape == (*expected, 3)


@pytest.mark.parametrize("size, multiple, smallest, expected", [
    ((256, 300), 256, 16, (256, 512)),
    ((40, 65), 16, 64, (64, 80)),  # two stages
], ids=str)  # fmt: skip
def test_other_generators_take_other_sides(size, multiple, smallest, expected):
    assert padded_size(*size, multiple, smallest) == expected
    image = np.zeros((*size, 3), np.uint8)
    assert PaddedImage(image, multiple=multiple, smallest=smallest).shape == (*expected, 3)


def test_rows_are_mirrored_and_in_unit_range():
    image = np.zeros((17, 16, 3), np.uint16)
    image[15] = 65535
    padded = PaddedImage(image)
    rows = padded[14:20]
    assert rows.dtype == np.float32
    assert rows[:, 0, 0].tolist() == [-1, 1, -1, 1, -1, -1]  # row 16 is the mirror


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (17, 35)], ids=str)
def test_rows_are_those_of_the_whole_image_mirrored_by_numpy(size):
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    height, width = padded_size(*size)
    padding = (0, height - size[0]), (0, width - size[1]), (0, 0)
    whole = to_unit(np.pad(image, padding, mode="reflect"))
    for start in range(0, height, 5):
        np.testing.assert_array_equal(PaddedImage(image)[start : start + 5], whole[start:][:5])


def test_hidden_colours_are_laid_on_the_background():
    rgba = np.random.default_rng(0).integers(0, 256, (20, 17, 4), np.uint8)
    preparation = Preparation(background=(32, 160, 64))
    flat = PaddedImage(preparation.flatten(rgba))
    np.testing.assert_array_equal(PaddedImage(rgba, preparation)[:], flat[:])
