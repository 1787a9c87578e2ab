"""Paired errors by hand and against published numbers.

Which maps are pairs is decided, and tested, elsewhere.
"""

import numpy as np
import pytest

from cyclegan_tf.metrics.paired import ciede2000, class_l1, paired_l1, ssim


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)


def test_equal_pictures(image):
    assert paired_l1(image, image) == 0
    assert ciede2000(image, image) == 0
    assert ssim(image, image) == pytest.approx(1)
    labels = np.zeros((40, 50), int)
    np.testing.assert_array_equal(class_l1(image, image, labels, 2), [0, np.nan])


def test_l1_by_hand_in_both_orders():
    x, y = np.uint8([[[0, 255, 10]]]), np.uint8([[[255, 0, 13]]])
    assert paired_l1(x, y) == paired_l1(y, x) == 171.0


def test_colour_difference_by_hand():
    white, black = np.full((8, 8, 3), 255, np.uint8), np.zeros((8, 8, 3), np.uint8)
    assert ciede2000(white, black) == pytest.approx(100, abs=0.01)
    # L* of sRGB gray 119 is 50.03 and of 122 is 51.2: near L* = 50, S_L is 1.
    gray = np.full((8, 8, 3), 119, np.uint8)
    assert ciede2000(gray, gray + np.uint8(3)) == pytest.approx(1.17, abs=0.03)
    # The eye sees less in the blues than plain distance in Lab says (pure blue to 240: 3.2).
    blue = np.zeros((8, 8, 3), np.uint8)
    blue[..., 2] = 255
    assert 0 < ciede2000(blue, blue - np.uint8([0, 0, 15])) < 3


def test_ssim_of_a_constant_shift_by_hand():
    """Without variance, only the luminance term is left: (2 x y + C1) / (x^2 + y^2 + C1)."""
    x, y = (np.full((20, 20, 3), v, np.uint8) for v in (100, 150))
    c1 = (0.01 * 255) ** 2
    expected = (2 * 100 * 150 + c1) / (100**2 + 150**2 + c1)
    assert ssim(x, y) == pytest.approx(expected, abs=1e-6)


def test_ssim_of_an_inverted_picture_is_negative(image):
    assert ssim(image, 255 - image) < -0.5


def test_class_l1_by_hand():
    labels = np.array([[0, 2], [2, 2]])
    fake = np.zeros((2, 2, 3), np.uint8)
    real = np.zeros((2, 2, 3), np.uint8)
    real[0, 0] = 9
    real[1, 1] = [30, 0, 0]
    np.testing.assert_allclose(class_l1(fake, real, labels, 4), [9, np.nan, 10 / 3, np.nan])


def test_unlike_shapes_are_refused(image):
    for measure in (paired_l1, ciede2000, ssim):
        with pytest.raises(ValueError, match=r"same shape; received \(40, 50, 3\) and \(39, 50"):
            measure(image, image[1:])
    with pytest.raises(ValueError, match=r"labels must have shape \(40, 50\); received \(50, 40\)"):
        class_l1(image, image, np.zeros((50, 40), int), 2)
