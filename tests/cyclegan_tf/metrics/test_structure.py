"""Structure kept, moved, and inverted: values by hand.

The scores of true pairs are evaluation's business.
"""

import numpy as np
import pytest

from cyclegan_tf.metrics.structure import (
    deep_change,
    edge_f1,
    edges_gone,
    gmsd,
    luminance,
    luminance_correlation,
)
from data_pipeline import open_sources


def square(left=20, low=60, high=180):
    image = np.full((64, 96, 3), low, np.uint8)
    image[20:44, left : left + 30] = high
    return image


def test_luminance_by_hand():
    image = np.uint8([[[255, 255, 255], [100, 0, 0], [0, 0, 50]]])
    np.testing.assert_allclose(luminance(image), [[255, 21.25, 3.605]], atol=0.02)


def test_edges_of_a_paler_and_an_inverted_picture_are_the_same():
    assert edge_f1(square(), square()) == 1
    assert edge_f1(square(), square(low=100, high=120)) == 1
    assert edge_f1(square(), 255 - square()) == 1


def test_unrelated_pictures_full_of_gradients_share_few_edges():
    """Only the strongest gradients of a picture are edges, so that not all is near one."""
    noise = np.random.default_rng(0).integers(0, 256, (2, 64, 96, 3), np.uint8)
    assert edge_f1(*noise) < 0.6


def test_edges_may_move_by_the_tolerance_and_no_more():
    assert edge_f1(square(), square(21)) == 1
    assert edge_f1(square(), square(21), tolerance=0) < 0.8
    # Both upright edges are lost; most of the level ones still lie on each other.
    assert 0.2 < edge_f1(square(), square(26)) < 0.8


def test_lost_and_invented_edges_both_count():
    two = square()
    two[20:44, 60:90] = 180
    assert edge_f1(square(), two) == edge_f1(two, square())
    assert edge_f1(square(), two) < 0.75
    flat = np.full_like(two, 50)
    assert edge_f1(square(), flat) == edge_f1(flat, square()) == 0
    assert edge_f1(flat, flat) == 1


def test_gmsd_by_hand():
    """A step against nothing, in the middle of a half-size 8x8 picture of 64 pixels."""
    flat, step = np.zeros((16, 16, 3), np.uint8), np.zeros((16, 16, 3), np.uint8)
    step[:, 8:] = 90
    # Prewitt's operator sees the step in the two columns beside it, as in the paper with weights
    # of 1/3, so as 90. The similarity to nothing is c / (90^2 + c) there, 1 elsewhere.
    low = 170 / (90**2 + 170)
    share = 2 / 8
    expected = (1 - low) * np.sqrt(share * (1 - share))
    assert gmsd(flat, step) == pytest.approx(expected, abs=1e-6)
    assert gmsd(step, step) == 0


def test_luminance_correlation_by_hand():
    image = square()
    assert luminance_correlation(image, image) == pytest.approx(1)
    assert luminance_correlation(image, image // 2 + 50) == pytest.approx(1)
    assert luminance_correlation(image, 255 - image) == pytest.approx(-1)
    noise = np.random.default_rng(0).integers(0, 256, image.shape, np.uint8)
    assert abs(luminance_correlation(image, noise)) < 0.05
    assert np.isnan(luminance_correlation(image, np.full_like(image, 7)))


# How much was redrawn ---------------------------------------------------------------------------


def test_edges_gone_tells_an_identity_and_a_change_of_colours_from_the_truth():
    sources = open_sources(
        "world:meadow2forest?scale=0.25&num_maps=4", split="test", progress=False
    )
    image, truth = (source.load(0) for source in sources)
    assert edges_gone(image, image) == 0
    shifted = np.clip(image * [0.8, 0.7, 0.9] + 20, 0, 255).astype(np.uint8)
    assert edges_gone(image, shifted) < 0.1
    assert edges_gone(image, truth) > 0.4


def test_edges_gone_by_hand():
    """Of two squares one is left: half of the edges are gone, whatever else came."""
    image = np.full((64, 128, 3), 40, np.uint8)
    image[16:48, 16:48] = image[16:48, 80:112] = 200
    output = image.copy()
    output[:, 64:] = 40
    assert edges_gone(image, output) == pytest.approx(0.5, abs=0.02)
    assert edges_gone(output, image) == 0
    assert edges_gone(image, np.zeros_like(image)) == 1
    assert np.isnan(edges_gone(np.zeros_like(image), image))


def test_deep_change_is_the_mean_cosine_distance_of_each_map():
    one, other = np.array([[[1.0, 0], [3, 0]]]), np.array([[[2.0, 0], [0, 5]]])
    np.testing.assert_allclose(deep_change(one, other), [0.5])
    np.testing.assert_allclose(deep_change(one, one), [0], atol=1e-12)
