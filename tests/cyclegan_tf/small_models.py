"""Small networks, batches and models for the tests of `CycleGAN`. No test here."""

import keras
import numpy as np
import tensorflow as tf

from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator

SIZE = 16


@keras.saving.register_keras_serializable("tests")
class CountImages(keras.layers.Layer):
    """Counts the images that pass through it, also inside a graph."""

    def build(self, input_shape):
        self.images = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False)

    def call(self, inputs):
        self.images.assign_add(tf.shape(inputs)[0])
        return inputs


def real_networks(dtype="float32", upsampling="balanced", num_scales=1):
    return [
        *(resnet_generator(4, 1, upsampling=upsampling, dtype=dtype, seed=s) for s in (0, 100)),
        *(
            patch_discriminator(4, 2, num_scales=num_scales, dtype=dtype, seed=s)
            for s in (200, 300)
        ),
    ]


def quick_networks(dtype="float32", count_images=False):
    """Two convolutions and a norm each: quick to build, and no image may touch another."""

    def network(seed, outputs, activation):
        init = [keras.initializers.RandomNormal(0, 0.2, seed=seed + i) for i in (0, 1)]
        image = keras.Input((None, None, 3))
        x = CountImages()(image) if count_images else image
        options = {"padding": "same", "dtype": dtype}
        x = keras.layers.Conv2D(4, 3, use_bias=False, kernel_initializer=init[0], **options)(x)
        x = InstanceNormalization(dtype=dtype)(x)
        x = keras.layers.LeakyReLU(dtype=dtype)(x)
        x = keras.layers.Conv2D(outputs, 3, kernel_initializer=init[1], **options)(x)
        x = keras.layers.Activation(activation, dtype="float32")(x)
        return keras.Model(image, x)

    generators = [network(seed, 3, "tanh") for seed in (0, 10)]
    return [*generators, *(network(seed, 1, "linear") for seed in (20, 30))]


def batches(num_batches, batch_size=1, seed=0):
    random = np.random.default_rng(seed)
    shape = (num_batches, 2, batch_size, SIZE, SIZE, 3)
    return [tuple(pair) for pair in random.uniform(-1, 1, shape).astype("float32")]


def dataset(pairs):
    sides = tuple(np.stack(side) for side in zip(*pairs, strict=True))
    return tf.data.Dataset.from_tensor_slices(sides)


def adam(rate=2e-4, **kwargs):
    return keras.optimizers.Adam(rate, beta_1=0.5, **kwargs)


def losses_of_updates(model, crops, end=None):
    """Trains on one pair of crops after the other, from the model's step on.

    Args:
        model: A compiled `CycleGAN`.
        crops: Arrays `(updates, batch, height, width, channels)` under "a" and "b".
        end: Step to stop at.

    Returns:
        A list for each loss, of its values in every update.
    """
    pairs = list(zip(crops["a"], crops["b"], strict=True))[int(model.step) : end]
    return model.fit(
        dataset(pairs), epochs=len(pairs), steps_per_epoch=1, verbose=0, shuffle=False
    ).history


def state(model):
    return [v.numpy() for v in model.variables + model.optimizer.variables]


def assert_equal_state(one, two):
    names = [v.path for v in one.variables + one.optimizer.variables]
    for name, x, y in zip(names, state(one), state(two), strict=True):
        np.testing.assert_array_equal(x, y, err_msg=name)
