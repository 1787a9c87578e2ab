"""Images as rows in [-1, 1] of a size that the generators take, by hand."""

import numpy as np
import pytest

from cyclegan_tf.translation.padded_image import PaddedImage, padded_size


@pytest.mark.parametrize(
    "size, expected", [((1, 1), (16, 16)), ((16, 20), (16, 20)), ((17, 39), (20, 40))], ids=str
)
def test_sides_are_multiples_of_4_from_16_on(size, expected):
    assert padded_size(*size) == expected
    assert PaddedImage(np.zeros((*size, 4), np.uint8)).shape == (*expected, 3)


def test_rows_are_mirrored_and_in_unit_range():
    image = np.zeros((17, 16, 3), np.uint16)
    image[15] = 65535
    padded = PaddedImage(image)
    rows = padded[14:20]
    assert rows.dtype == np.float32
    assert rows[:, 0, 0].tolist() == [-1, 1, -1, 1, -1, -1]  # row 16 is the mirror
