"""Flip, colour jitter and reflection against numbers worked out by hand."""

import doctest

import numpy as np
import pytest
import tensorflow as tf

from data_pipeline import augment
from data_pipeline.augment import flip, jitter_colors, reflect_indices


def test_doctests():
    assert doctest.testmod(augment).failed == 0


def test_flip_mirrors_left_and_right_below_the_probability():
    image = tf.constant([[[1], [2], [3]], [[4], [5], [6]]])
    mirrored = [[3, 2, 1], [6, 5, 4]]
    for uniform, probability, expected in (
        (0.49, 0.5, mirrored),
        (0.5, 0.5, [[1, 2, 3], [4, 5, 6]]),
        (0.0, 0.0, [[1, 2, 3], [4, 5, 6]]),
        (0.999, 1.0, mirrored),
    ):
        np.testing.assert_array_equal(flip(image, uniform, probability)[..., 0], expected)


def test_half_changes_no_colour():
    image = tf.random.stateless_uniform([6, 5, 3], (1, 2), -1, 1)
    np.testing.assert_allclose(jitter_colors(image, tf.fill([3], 0.5), 0.3), image, atol=1e-6)


def from_0_to_1(values):
    return 2.0 * tf.constant(values, tf.float32)[None] - 1.0


@pytest.mark.parametrize(
    "uniforms, expected",
    [
        # brightness x 1.5
        ([1.0, 0.5, 0.5], [[0.3, 0.6, 0.9], [0.6, 0.6, 0.6]]),
        # contrast x 0.5 around the mean luma: of the pixels 0.363 and 0.4
        ([0.5, 0.0, 0.5], [[0.29075, 0.39075, 0.49075], [0.39075, 0.39075, 0.39075]]),
        # saturation x 0.5 around each pixel's luma, 0.299 * 0.2 + 0.587 * 0.4 + 0.114 * 0.6 = 0.363
        ([0.5, 0.5, 0.0], [[0.2815, 0.3815, 0.4815], [0.4, 0.4, 0.4]]),
        # brightness x 1.5, then contrast x 1.5 around 0.57225: 0.163875, 0.613875, 1.063875, not
        # clipped yet; then saturation x 1.5 around their luma 0.530625
        ([1.0, 1.0, 1.0], [[-0.0195, 0.6555, 1.3305], [0.613875, 0.613875, 0.613875]]),
    ],
)
def test_color_factors_by_hand(uniforms, expected):
    image = from_0_to_1([[0.2, 0.4, 0.6], [0.4, 0.4, 0.4]])
    result = (jitter_colors(image, tf.constant(uniforms), 0.5) + 1.0) / 2.0
    np.testing.assert_allclose(result[0], np.clip(expected, 0, 1), atol=1e-5)


def test_a_strip_of_three_reflects_for_ever():
    indices = reflect_indices(-7, 14, 3)
    assert indices.numpy().tolist() == [1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2]


def test_a_single_pixel_reflects_into_itself():
    assert reflect_indices(-2, 5, 1).numpy().tolist() == [0] * 5


@pytest.mark.parametrize("before, after", [(0, 0), (2, 3), (3, 0)])
def test_reflection_equals_tf_pad_where_that_is_defined(before, after):
    line = tf.constant([10, 20, 30, 40])
    indices = reflect_indices(-before, 4 + before + after, 4)
    padded = tf.pad(line, [[before, after]], "REFLECT")
    np.testing.assert_array_equal(tf.gather(line, indices), padded)
