"""A pattern of known strength, and pictures that have none."""

import numpy as np
import pytest

from cyclegan_tf.metrics.grid import checkerboard


def plain(height=128, width=192):
    return np.full((height, width, 3), 120, np.uint8)


@pytest.mark.parametrize("period", [2, 4])
def test_stripes_by_hand(period):
    image = plain()
    high = np.arange(image.shape[1]) % period < period // 2
    image[:, high] += 6  # half of the places: 3 above the mean, half 3 below
    assert checkerboard(image) == pytest.approx(3.0, rel=0.03)


def test_the_coarse_grid_of_two_stages_is_found_at_its_own_period():
    image = plain(256, 512)
    image[:, np.arange(512) % 16 < 8] += 6
    assert checkerboard(image, 16) == pytest.approx(3.0, rel=0.03)
    assert checkerboard(image) < 0.5
    fine = plain(256, 512)
    fine[:, np.arange(512) % 4 < 2] += 6
    assert checkerboard(fine, 16) == pytest.approx(3.0, rel=0.03)  # a period of 4 is one of 16
    assert np.isnan(checkerboard(plain(200, 512), 16))


def test_nothing_else_counts():
    image = plain()
    assert checkerboard(image) == pytest.approx(0, abs=1e-9)
    image[20:80, 30:100] = 200  # a box
    assert checkerboard(image) < 0.1
    slope = np.linspace(0, 255, 192).astype(np.uint8)
    assert checkerboard(np.broadcast_to(slope[:, None], (128, 192, 3))) < 0.3
    image = plain()
    image[:, np.arange(192) % 5 < 2] += 40  # stripes of another period
    assert checkerboard(image) < 2


def test_a_grid_that_a_transposed_convolution_leaves_is_seen_in_a_textured_map():
    random = np.random.default_rng(0)
    textured = random.integers(80, 160, (128, 192, 3)).astype(np.uint8)
    marked = textured.copy()
    marked[1::4, 1::4] += 40
    assert checkerboard(marked) > 2 * checkerboard(textured)


def test_too_small_a_picture_has_no_value():
    assert np.isnan(checkerboard(plain(60, 192)))
