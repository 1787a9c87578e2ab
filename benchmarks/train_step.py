"""How long an update takes: this project's step beside the one that notebooks use, in one run.

    python benchmarks/train_step.py --size 256 --repeats 5

Both have the paper's networks, LSGAN and cycle loss, batch 1. The notebook-style step is the one of
the TensorFlow tutorial: plain Keras layers in float32, one persistent tape, four gradients, four
optimizers. Steps are interleaved; the fastest of each kind counts, as other work on the machine can
only slow a step down. Prints one JSON line.
"""

import argparse
import json
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import tensorflow as tf
from keras import layers

from cyclegan_tf.hardware.precision import resolve_precision
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator


def own_step(filters, blocks, precision, upsampling):
    dtype = resolve_precision(precision)
    model = CycleGAN(
        *(resnet_generator(filters, blocks, upsampling=upsampling, dtype=dtype) for _ in "ab"),
        *(patch_discriminator(filters, dtype=dtype) for _ in "ab"),
        dtype=dtype,
    )
    model.compile(optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5))
    return tf.function(lambda a, b: model.train_step((a, b))["loss"])


def notebook_step(filters, blocks):
    """The training step of the tutorials, their networks brought to the paper's."""
    generator_g, generator_f = _keras_generator(filters, blocks), _keras_generator(filters, blocks)
    discriminator_x, discriminator_y = _keras_discriminator(filters), _keras_discriminator(filters)
    networks = generator_g, generator_f, discriminator_x, discriminator_y
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in networks]
    for optimizer, network in zip(optimizers, networks, strict=True):
        optimizer.build(network.trainable_variables)
    mse = keras.losses.MeanSquaredError()

    @tf.function
    def step(real_x, real_y):
        with tf.GradientTape(persistent=True) as tape:
            fake_y = generator_g(real_x, training=True)
            cycled_x = generator_f(fake_y, training=True)
            fake_x = generator_f(real_y, training=True)
            cycled_y = generator_g(fake_x, training=True)
            disc_real_x = discriminator_x(real_x, training=True)
            disc_real_y = discriminator_y(real_y, training=True)
            disc_fake_x = discriminator_x(fake_x, training=True)
            disc_fake_y = discriminator_y(fake_y, training=True)
            cycle = 10.0 * (
                tf.reduce_mean(tf.abs(real_x - cycled_x))
                + tf.reduce_mean(tf.abs(real_y - cycled_y))
            )
            losses = [
                mse(tf.ones_like(disc_fake_y), disc_fake_y) + cycle,
                mse(tf.ones_like(disc_fake_x), disc_fake_x) + cycle,
                0.5 * mse(tf.ones_like(disc_real_x), disc_real_x)
                + 0.5 * mse(tf.zeros_like(disc_fake_x), disc_fake_x),
                0.5 * mse(tf.ones_like(disc_real_y), disc_real_y)
                + 0.5 * mse(tf.zeros_like(disc_fake_y), disc_fake_y),
            ]
        for optimizer, network, loss in zip(optimizers, networks, losses, strict=True):
            gradients = tape.gradient(loss, network.trainable_variables)
            optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        return tf.add_n(losses)

    return step


class _Reflect(layers.Layer):
    def __init__(self, pad):
        super().__init__()
        self.pad = pad

    def call(self, x):
        side = [self.pad, self.pad]
        return tf.pad(x, [[0, 0], side, side, [0, 0]], "REFLECT")


def _norm(x):
    return layers.GroupNormalization(groups=-1, epsilon=1e-5)(x)


def _keras_generator(filters, blocks):
    inputs = keras.Input((None, None, 3))
    x = layers.Conv2D(filters, 7, use_bias=False)(_Reflect(3)(inputs))
    x = layers.ReLU()(_norm(x))
    for i in (2, 4):
        x = layers.Conv2D(filters * i, 3, 2, padding="same", use_bias=False)(x)
        x = layers.ReLU()(_norm(x))
    for _ in range(blocks):
        y = layers.Conv2D(filters * 4, 3, use_bias=False)(_Reflect(1)(x))
        y = layers.ReLU()(_norm(y))
        y = layers.Conv2D(filters * 4, 3, use_bias=False)(_Reflect(1)(y))
        x = layers.Add()([x, _norm(y)])
    for i in (2, 1):
        x = layers.Conv2DTranspose(filters * i, 3, 2, padding="same", use_bias=False)(x)
        x = layers.ReLU()(_norm(x))
    return keras.Model(inputs, layers.Conv2D(3, 7, activation="tanh")(_Reflect(3)(x)))


def _keras_discriminator(filters):
    inputs = keras.Input((None, None, 3))
    x = layers.LeakyReLU(0.2)(layers.Conv2D(filters, 4, 2, padding="same")(inputs))
    for i, strides in ((2, 2), (4, 2), (8, 1)):
        x = layers.Conv2D(filters * i, 4, strides, padding="same", use_bias=False)(x)
        x = layers.LeakyReLU(0.2)(_norm(x))
    return keras.Model(inputs, layers.Conv2D(1, 4, padding="same")(x))


def fastest(steps, batch, repeats):
    """Runs the steps in turn and returns the shortest time of each, in seconds."""
    times = {name: [] for name in steps}
    for _ in range(repeats + 1):  # the first round compiles
        for name, step in steps.items():
            begin = time.perf_counter()
            step(*batch).numpy()
            times[name].append(time.perf_counter() - begin)
    return {name: min(values[1:]) for name, values in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=256, help="side of the images in pixels")
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=9)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--upsampling", nargs="+", default=["transpose"], help="of our own step")
    arguments = parser.parse_args()
    batch = tf.random.uniform((2, 1, arguments.size, arguments.size, 3), -1, 1)
    networks = arguments.filters, arguments.blocks
    steps = {"notebook": notebook_step(*networks)}
    for upsampling in arguments.upsampling:
        steps[upsampling] = own_step(*networks, arguments.precision, upsampling)
    seconds = fastest(steps, tuple(batch), arguments.repeats)
    figures = {
        **vars(arguments),
        "precision": resolve_precision(arguments.precision),
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "ratio": {name: round(value / seconds["notebook"], 3) for name, value in seconds.items()},
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
