"""Each step of either engine against the Keras layers that it stands for, in strips of any size."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf.model.layers import BinomialBlur2D
from cyclegan_tf.translation.strips.blas.engine import BlasEngine
from cyclegan_tf.translation.strips.blas.operations import operation_of
from cyclegan_tf.translation.strips.graph.operations import push, weights_of
from cyclegan_tf.translation.strips.row_steps import (
    BILINEAR,
    BLUR,
    conv_step,
    nearest_conv_step,
    transpose_step,
)
from cyclegan_tf.translation.strips.units import Unit


def graph_push_all(step, image, cuts):
    left, right = step.pad[2:]
    weights = weights_of(step, "float32")
    carry = tf.zeros((1, 0, image.shape[1] + left + right, image.shape[2]))
    parts, edges = [], [0, *cuts, len(image)]
    for start, stop in zip(edges[:-1], edges[1:], strict=True):
        ends = [tf.constant(int(x)) for x in (start == 0, stop == len(image))]
        rows = tf.constant(image[None, start:stop])
        rows, carry = push(step, weights, carry, rows, *ends)
        parts.append(rows[0])
    return np.concatenate(parts)


def blas_push_all(step, image, cuts):
    sweep = BlasEngine(num_threads=2).sweep([Unit([step], None)], "image")
    carries, parts, edges = sweep.first_carries(*image.shape[1:]), [], [0, *cuts, len(image)]
    for start, stop in zip(edges[:-1], edges[1:], strict=True):
        rows, _, carries, _ = sweep.push(
            [image[start:stop]], [], carries, start == 0, stop == len(image)
        )
        parts.append(rows.copy())
    return np.arctanh(np.concatenate(parts).astype("d"))


@pytest.fixture(params=[graph_push_all, blas_push_all], ids=["graph", "blas"])
def push_all(request):
    return request.param


def noise(*shape):
    """Small enough for the tanh at the end of a sweep."""
    return 0.1 * np.random.default_rng(0).normal(size=shape).astype("f")


def layer(cls, channels, *args, **kwargs):
    made = cls(*args, **kwargs)
    made.build((None, None, None, channels))
    rng = np.random.default_rng(1)
    made.set_weights([0.2 * rng.normal(size=w.shape) for w in made.get_weights()])
    return made


@pytest.mark.parametrize("cuts", [(), (5, 6, 11)], ids=str)
@pytest.mark.parametrize(
    ("operation", "filters", "size", "stride", "channels"),
    [
        ("winograd", 5, 3, 1, 16),
        ("_narrow", 3, 7, 1, 4),
        ("_narrow", 1, 7, 1, 4),
        ("_conv", 4, 3, 2, 3),
        ("_conv", 4, 7, 1, 3),
    ],
)
def test_convolutions_equal_keras(push_all, operation, filters, size, stride, channels, cuts):
    image = noise(18, 12, channels)
    conv = layer(keras.layers.Conv2D, channels, filters, size, strides=stride)
    step = conv_step(conv, size // 2)
    assert operation_of(step).__name__ == operation
    half = size // 2
    padded = np.pad(image, ((half, half), (half, half), (0, 0)), mode="reflect")
    if operation == "winograd" and cuts:
        cuts = (6, 11)  # four rows at a time: the first strip needs five
    np.testing.assert_allclose(push_all(step, image, cuts), conv(padded[None])[0], atol=2e-5)


@pytest.mark.parametrize("sides", [(4, 4), (5, 7), (9, 18)], ids=str)
def test_whatever_is_left_of_tiles_at_the_end_is_computed_too(push_all, sides):
    image = noise(*sides, 6)
    conv = layer(keras.layers.Conv2D, 6, 5, 3, use_bias=False)
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)), mode="reflect")
    result = push_all(conv_step(conv, 1), image, ())
    np.testing.assert_allclose(result, conv(padded[None])[0], atol=1e-5)


@pytest.mark.parametrize("cuts", [(), (3, 4, 9)], ids=str)
def test_doubling_steps_equal_keras(push_all, cuts):
    image = noise(12, 6, 4)
    conv = layer(keras.layers.Conv2D, 4, 5, 3)
    doubled = image.repeat(2, 0).repeat(2, 1)
    expected = conv(np.pad(doubled, ((1, 1), (1, 1), (0, 0)), mode="reflect")[None])[0]
    step = nearest_conv_step(conv)
    np.testing.assert_allclose(push_all(step, image, cuts), expected, atol=1e-5)

    for size in (3, 4):
        transposed = layer(keras.layers.Conv2DTranspose, 4, 5, size, strides=2, padding="same")
        result = push_all(transpose_step(transposed), image, cuts)
        np.testing.assert_allclose(result, transposed(image[None])[0], atol=1e-5)

    resize = keras.layers.UpSampling2D(2, interpolation="bilinear")
    np.testing.assert_allclose(push_all(BILINEAR, image, cuts), resize(image[None])[0], atol=1e-6)


def test_blur_and_zero_padding_equal_keras(push_all):
    image = noise(12, 6, 4)
    blurred = BinomialBlur2D()(image[None])[0]
    np.testing.assert_allclose(push_all(BLUR, image, (3, 4)), blurred, atol=1e-6)
    conv = layer(keras.layers.Conv2D, 4, 5, 3, strides=2, padding="same")
    step = conv_step(conv, 0)
    np.testing.assert_allclose(push_all(step, image, (4, 6)), conv(image[None])[0], atol=1e-5)
