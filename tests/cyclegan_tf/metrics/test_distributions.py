"""Sliced Wasserstein and colour distance on sets whose distance is known by hand.

The kernel distance is tested in test_kid.py.
"""

import numpy as np
import pytest
from skimage.transform import resize

from cyclegan_tf.metrics.distributions import (
    colour_distance,
    colour_estimates,
    laplacian_pyramid,
    sliced_wasserstein,
    sliced_wasserstein_estimates,
)


def gray(level, height=24, width=30):
    return np.full((height, width, 3), level, np.uint8)


@pytest.fixture(scope="module")
def noise():
    return list(np.random.default_rng(0).integers(0, 256, (4, 64, 80, 3), np.uint8))


def test_pyramid_adds_up_to_the_image(noise):
    image = noise[0]
    levels = laplacian_pyramid(image, 3)
    assert [level.shape for level in levels] == [(64, 80, 3), (32, 40, 3), (16, 20, 3)]
    total = levels[-1]
    for level in reversed(levels[:-1]):
        total = level + resize(total, level.shape, order=1, preserve_range=True)
    np.testing.assert_allclose(total, image, atol=1e-6)


def test_details_of_a_flat_image_are_zero():
    *details, rest = laplacian_pyramid(gray(90), 3)
    assert max(np.abs(level).max() for level in details) < 1e-6
    np.testing.assert_allclose(rest, 90)


def test_equal_sets_are_near_and_grain_shows_in_the_finest_level_only(noise):
    coarse = [
        resize(m[:8, :10], m.shape, order=1, preserve_range=True).astype(np.uint8) for m in noise
    ]
    grain = np.random.default_rng(1).integers(-30, 31, coarse[0].shape)
    grainy = [np.clip(m + grain, 0, 255).astype(np.uint8) for m in coarse]
    options = {"num_patches": 1024, "num_directions": 32}
    same = sliced_wasserstein(coarse, coarse, **options)
    other = sliced_wasserstein(coarse, grainy, **options)
    assert other[0] > 3 * same[0]
    assert other[0] > 3 * other[-1]


def test_shift_of_colour_shows_in_the_last_level_in_deviations_of_the_real_set():
    """Flat maps: the last level is the map, standardised by the real deviation of 10."""
    real, fake = [gray(90), gray(110)], [gray(110), gray(130)]
    levels = sliced_wasserstein(real, fake, num_levels=2, num_patches=512, num_directions=4000)
    assert levels[0] == pytest.approx(0, abs=1e-6)
    # A shift by 2 deviations in all 147 values moves a projection on average by
    # 2 sqrt(147) E|u_1|, and E|u_1| of a unit vector is sqrt(2 / (147 pi)).
    assert levels[1] == pytest.approx(2 * np.sqrt(2 / np.pi), rel=0.05)


def test_colour_distance_of_a_shift_in_lab_is_its_length():
    # L* of sRGB gray 119 is 50.03, of 171 is 70.0.
    assert colour_distance([gray(119)], [gray(171)]) == pytest.approx([19.9], abs=1.0)
    assert colour_distance([gray(119)], [gray(119)]) == [0]


def test_only_bands_notice_that_sky_and_ground_changed_places():
    image = np.concatenate([gray(220), gray(40)])
    assert colour_distance([image], [image[::-1]]) == [0]
    bands = colour_distance([image], [image[::-1]], num_bands=2)
    assert bands == pytest.approx(np.repeat(colour_distance([gray(220)], [gray(40)]), 2))


def test_each_map_counts_the_same_whatever_its_size():
    small, large = gray(40, 10, 10), gray(220, 80, 80)
    assert colour_distance([small, large], [gray(40), gray(220)]) == pytest.approx([0])


# Intervals ------------------------------------------------------------------------------------


def test_colour_interval_of_equal_maps_is_a_point_and_widens_with_their_variety():
    (same,) = colour_estimates([gray(119)], [gray(171)] * 4, num_resamples=50)
    assert same.value == pytest.approx(colour_distance([gray(119)], [gray(171)])[0])
    assert same.low == pytest.approx(same.value) and same.high == pytest.approx(same.value)
    (varied,) = colour_estimates([gray(119)], [gray(150), gray(160), gray(182), gray(192)])
    # Means of 4 levels with deviation 17 sRGB, about 6.4 L*: 1.96 * 6.4 / 2 = 6.3 to each side.
    assert varied.high - varied.low == pytest.approx(12.6, rel=0.15)
    assert varied.low < varied.value < varied.high


def test_colour_intervals_come_per_band():
    two = [np.concatenate([gray(220), gray(40)]), np.concatenate([gray(220), gray(90)])]
    top, bottom = colour_estimates(two[:1], two, num_bands=2)
    assert (top.value, top.low, top.high) == pytest.approx((0, 0, 0), abs=1e-9)
    assert bottom.high > bottom.value > 0


def test_wasserstein_interval_of_equal_maps_is_a_point_and_widens_with_their_variety():
    options = {"num_levels": 1, "num_patches": 256, "num_resamples": 50}
    real = [gray(90), gray(110)]
    (same,) = sliced_wasserstein_estimates(real, [gray(130)] * 3, **options)
    plain = sliced_wasserstein(real, [gray(130)] * 3, num_levels=1, num_patches=256)
    assert same == pytest.approx((plain[0],) * 3)
    (varied,) = sliced_wasserstein_estimates(real, [gray(120), gray(140), gray(160)], **options)
    assert varied.low < 0.9 * varied.value < 1.1 * varied.value < varied.high


def test_resampled_wasserstein_with_every_map_once_is_the_distance_itself(noise, monkeypatch):
    """The area between distribution functions against sorted differences, in all levels."""
    options = {"num_patches": 512, "num_directions": 32}
    once = np.ones((1, 4))
    monkeypatch.setattr("cyclegan_tf.metrics.distributions.resampled_counts", lambda *_: once)
    seen = []
    monkeypatch.setattr(
        "cyclegan_tf.metrics.distributions.distance_over_maps",
        lambda value, samples: seen.append((value, samples[0])),
    )
    sliced_wasserstein_estimates(noise, [255 - m // 2 for m in noise], **options)
    values, samples = np.transpose(seen)
    np.testing.assert_allclose(samples, values, rtol=1e-9)
