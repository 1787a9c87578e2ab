"""An honest pair of translators, and one that hides the input in invisible noise.

Real generators are measured in tests/cyclegan_tf/evaluation/test_evaluate.py.
"""

import numpy as np
import pytest

from cyclegan_tf.metrics.cycle import cycle_errors, through_jpeg


@pytest.fixture(scope="module")
def image():
    """Smooth, so that JPEG does little to it."""
    y, x = np.mgrid[:64, :80]
    return np.stack([y * 2 + 40, x + y + 20, 200 - x], axis=-1).astype(np.uint8)


def invert(image):
    return np.iinfo(image.dtype).max - image


def test_an_honest_pair_survives_being_saved(image):
    errors = cycle_errors(image, invert, invert)
    assert errors.plain == 0
    assert errors.saved == pytest.approx(errors.jpeg, abs=0.3)
    assert 0 < errors.jpeg < 3


def test_a_hidden_message_does_not(image):
    """All translations are gray; what the map was is written into the last bits of 16."""

    def forward(image):
        scale = np.iinfo(image.dtype).max / 255
        message = image // 257 if image.dtype == np.uint16 else 0 * image
        return ((128 * scale) + message - 128 * (scale > 1)).astype(image.dtype)

    def backward(image):
        if image.dtype == np.uint8:
            return np.full_like(image, 128)
        return ((image - np.uint16(128 * 257 - 128)) * 257).astype(np.uint16)

    errors = cycle_errors(image, forward, backward)
    assert errors.plain == 0
    assert errors.saved > 20


def test_constant_error_by_hand(image):
    def brighter(image):
        return image + np.asarray(10 * (np.iinfo(image.dtype).max // 255), image.dtype)

    errors = cycle_errors(image, brighter, lambda x: x)
    assert errors.plain == pytest.approx(10)
    assert errors.saved == pytest.approx(10, abs=1)


def test_jpeg_of_gray_is_exact_and_full_chroma_is_kept():
    gray = np.full((16, 16, 3), 77, np.uint8)
    np.testing.assert_array_equal(through_jpeg(gray), gray)
    stripes = np.zeros((16, 16, 3), np.uint8)
    stripes[:, ::2, 0] = stripes[:, 1::2, 2] = 200  # chroma of a pixel's width
    saved = through_jpeg(stripes, 95).astype(int)
    assert saved[:, ::2, 0].mean() - saved[:, 1::2, 0].mean() > 150
