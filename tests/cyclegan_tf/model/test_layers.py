"""The layers against NumPy: statistics, half precision, borders, saving.

Whole networks are in test_networks.py.
"""

import keras
import numpy as np
import pytest

from cyclegan_tf.model.layers import (
    BinomialBlur2D,
    EqualGain,
    InstanceNormalization,
    ReflectionPadding2D,
)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def test_instance_norm_by_hand():
    # Values 0 and 2: mean 1, variance 1. A variance with n - 1 would be 2.
    x = np.float32([0, 2]).reshape(1, 1, 2, 1)
    y = np.array(InstanceNormalization(epsilon=0.0)(x)).ravel()
    np.testing.assert_allclose(y, [-1, 1], rtol=1e-6)


def test_instance_norm_is_per_image_and_per_channel():
    # GroupNormalization(groups=1), which is not instance norm, fails here: channels differ.
    x = noise(3, 5, 7, 4) * np.float32([1, 10, 0.1, 3]) + np.float32([0, 5, -2, 100])
    y = np.array(InstanceNormalization()(x))
    mean = x.mean(axis=(1, 2), keepdims=True)
    variance = x.var(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(y, (x - mean) / np.sqrt(variance + 1e-5), atol=2e-5)
    alone = np.concatenate([InstanceNormalization()(image[None]) for image in x])
    np.testing.assert_allclose(y, alone, atol=2e-5)  # a batch may be summed in another order


def test_instance_norm_applies_scale_and_offset():
    layer = InstanceNormalization()
    layer.build((None, None, None, 2))
    layer.set_weights([np.float32([2, 3]), np.float32([-1, 4])])
    x = noise(1, 6, 6, 2)
    plain = np.array(InstanceNormalization()(x))
    np.testing.assert_allclose(layer(x), plain * [2, 3] + [-1, 4], atol=1e-5)


def test_instance_norm_epsilon_is_that_of_the_paper():
    # Variance 1e-6: with Keras' 1e-3 the output would be 9 times smaller.
    x = np.float32([-1e-3, 1e-3]).reshape(1, 1, 2, 1)
    expected = 1e-3 / np.sqrt(1e-6 + 1e-5)
    np.testing.assert_allclose(np.array(InstanceNormalization()(x)).ravel()[1], expected, rtol=1e-5)


def test_instance_norm_does_not_cancel_on_a_large_mean():
    # E[x^2] - E[x]^2 in float32 would be 0 or negative here.
    x = noise(1, 32, 32, 1) + np.float32(4000)
    y = np.array(InstanceNormalization()(x))
    assert abs(y.mean()) < 1e-2
    assert abs(y.std() - 1) < 1e-2


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_instance_norm_of_a_large_half_precision_map_does_not_overflow(policy):
    # The sum of 480 * 480 values of 50 is 11.5 million and of their squares more; float16 ends at
    # 65504, and bfloat16 sums stop growing at 256 equal summands.
    dtype = policy.removeprefix("mixed_")
    x = keras.ops.cast(noise(1, 480, 480, 2) * 20 + 50, dtype)
    layer = InstanceNormalization(dtype=policy)
    y = layer(x)
    assert keras.backend.standardize_dtype(y.dtype) == dtype
    exact = np.array(keras.ops.cast(x, "float32"))
    exact = (exact - exact.mean(axis=(1, 2))) / exact.std(axis=(1, 2))
    resolution = {"float16": 2e-3, "bfloat16": 2e-2}[dtype]
    np.testing.assert_allclose(keras.ops.cast(y, "float32"), exact, atol=4 * resolution)
    assert {weight.dtype for weight in layer.weights} == {"float32"}
    assert {keras.backend.standardize_dtype(m.dtype) for m in layer.moments(x)} == {"float32"}


def test_moments_and_normalize_are_the_two_halves_of_instance_norm():
    layer = InstanceNormalization()
    x = noise(2, 8, 6, 3) + 3
    whole = layer(x)
    mean, variance = layer.moments(x)
    assert mean.shape == variance.shape == (2, 1, 1, 3)
    np.testing.assert_allclose(mean, x.mean(axis=(1, 2), keepdims=True), rtol=1e-5)
    np.testing.assert_allclose(variance, x.var(axis=(1, 2), keepdims=True), rtol=1e-5)
    # A tile normalized with the statistics of the whole equals the tile of the whole.
    np.testing.assert_array_equal(layer.normalize(x[:, :4], mean, variance), whole[:, :4])


def test_reflection_padding_by_hand_does_not_repeat_the_edge():
    x = np.float32([[1, 2, 3], [4, 5, 6], [7, 8, 9]]).reshape(1, 3, 3, 1)
    y = np.array(ReflectionPadding2D(2)(x))[0, ..., 0]
    assert y[2].tolist() == [3, 2, 1, 2, 3, 2, 1]
    assert y[:, 2].tolist() == [7, 4, 1, 4, 7, 4, 1]
    assert y.shape == (7, 7)


def test_blur_by_hand():
    # One bright pixel spreads as [1, 2, 1] x [1, 2, 1] / 16.
    x = np.zeros((1, 5, 5, 2), "float32")
    x[0, 2, 2, 1] = 16
    y = np.array(BinomialBlur2D()(x))
    assert y[0, 1:4, 1:4, 1].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert y.sum() == 16
    assert not y[..., 0].any()


def test_blur_reflects_at_the_border_and_keeps_constants():
    x = np.float32([4, 0, 0]).reshape(1, 1, 3, 1).repeat(3, axis=1)
    assert np.array(BinomialBlur2D()(x))[0, 1, :, 0].tolist() == [2, 1, 0]
    flat = np.full((1, 4, 6, 3), 0.7, "float32")
    np.testing.assert_allclose(BinomialBlur2D()(flat), flat, rtol=1e-6)


def test_blur_removes_the_highest_frequency_completely():
    x = np.indices((8, 8)).sum(axis=0) % 2 * 2.0 - 1.0  # checkerboard of -1 and 1
    assert not np.array(BinomialBlur2D()(x.reshape(1, 8, 8, 1).astype("float32"))).any()


@pytest.mark.parametrize(
    "layer",
    [InstanceNormalization(1e-4), ReflectionPadding2D(2), BinomialBlur2D()],
    ids=lambda layer: type(layer).__name__,
)
def test_layers_know_their_shape_and_are_restored_without_custom_objects(layer, tmp_path):
    inputs = keras.Input((None, None, 3))
    model = keras.Model(inputs, layer(inputs))
    model.save(tmp_path / "layer.keras")
    copy = keras.saving.load_model(tmp_path / "layer.keras")
    assert type(copy.layers[1]) is type(layer)
    assert copy.layers[1].get_config() == layer.get_config()
    x = noise(2, 6, 8, 3)
    np.testing.assert_array_equal(copy(x), model(x))
    assert layer.compute_output_shape(x.shape) == tuple(model(x).shape)
    assert layer.compute_output_shape((None, None, None, 3)) == (None, None, None, 3)


def test_equal_gain_by_hand():
    kernel = np.zeros((4, 4, 1, 1), "float32")
    kernel[0, 1] = 16.0  # of place (0, 1), the others have none
    result = np.array(EqualGain()(kernel))[:, :, 0, 0]
    expected = np.full((4, 4), 1.0)  # the mean of the four gains, 4, over 2x2 taps
    expected[0, 1], expected[0, 3], expected[2, 1], expected[2, 3] = 13.0, -3.0, -3.0, -3.0
    np.testing.assert_allclose(result, expected)


def test_equal_gain_leaves_a_kernel_that_has_it():
    kernel = noise(4, 4, 3, 5)
    once = np.array(EqualGain()(kernel))
    np.testing.assert_allclose(EqualGain()(once), once, atol=1e-6)
    gains = once.reshape(2, 2, 2, 2, 3, 5).sum((0, 2))
    np.testing.assert_allclose(gains, np.broadcast_to(gains[:1, :1], gains.shape), atol=1e-5)
