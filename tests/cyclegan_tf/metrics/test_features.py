"""Patches by hand, and what random features notice.

How sets of features are compared is in test_kid.py.
"""

import numpy as np
import pytest

from cyclegan_tf.metrics.features import RandomFeatures, cut_patches


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(0).integers(0, 256, (70, 90, 3), np.uint8)


def test_patches_are_squares_of_the_map_at_the_same_places_for_a_seed(image):
    patches = cut_patches(image, num_patches=5, size=16, seed=[3, 1])
    assert patches.shape == (5, 16, 16, 3)
    assert patches.dtype == np.float32
    np.testing.assert_array_equal(patches, cut_patches(image, num_patches=5, size=16, seed=[3, 1]))
    assert not np.array_equal(patches, cut_patches(image, num_patches=5, size=16, seed=[3, 2]))
    windows = np.lib.stride_tricks.sliding_window_view(image, (16, 16, 3))[:, :, 0]
    for patch in np.rint((patches + 1) * 127.5):
        assert (windows == patch).all(axis=(2, 3, 4)).sum() == 1


def test_larger_scale_is_the_mean_of_pixels():
    image = np.zeros((4, 4, 3), np.uint8)
    image[::2, ::2] = 255  # a quarter of every 2x2 square
    patches = cut_patches(image, num_patches=1, size=2, scale=2)
    np.testing.assert_allclose(patches, 2 * 0.25 - 1, atol=1e-6)


def test_small_maps_are_mirrored():
    image = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    patch = cut_patches(image, num_patches=1, size=5)[0]
    np.testing.assert_allclose((patch[:3, :3] + 1) * 127.5, image, atol=1e-4)
    np.testing.assert_allclose(patch[3], patch[1])


def test_features_depend_on_the_seed_alone_and_not_on_the_batch(image):
    patches = cut_patches(image, num_patches=300, size=22)
    features = RandomFeatures(1)(patches)
    assert features.shape == (300, RandomFeatures(1).size)
    np.testing.assert_allclose(features[280:], RandomFeatures(1)(patches[280:]), atol=1e-5)
    assert np.abs(features - RandomFeatures(2)(patches)).max() > 0.1


def test_features_notice_texture_of_equal_mean_colour():
    flat = np.zeros((1, 32, 32, 3), np.float32)
    checks = flat.copy()
    checks[:, ::2, ::2] = checks[:, 1::2, 1::2] = 0.2
    checks[:, ::2, 1::2] = checks[:, 1::2, ::2] = -0.2
    features = RandomFeatures()(np.concatenate([flat, checks]))
    np.testing.assert_allclose(features[0, :3], features[1, :3], atol=1e-6)  # the mean colour
    assert np.abs(features[0] - features[1]).max() > 0.1


def test_half_of_the_first_filters_see_differences_only():
    flat = np.full((2, 32, 32, 3), -0.5, np.float32)
    flat[1] = 0.75
    described = RandomFeatures()(flat)
    first_layer = described[:, 3 : 3 + RandomFeatures.WIDTHS[0]]
    np.testing.assert_allclose(first_layer[:, ::2], 0, atol=1e-5)
    assert (np.ptp(first_layer[:, 1::2], axis=0) > 0.1).mean() > 0.5
