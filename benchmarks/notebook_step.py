"""The training step of TensorFlow's CycleGAN tutorial, its networks brought to the paper's.

Plain Keras layers in float32, one persistent tape, four gradients, four optimizers.
"""

import keras
import tensorflow as tf
from keras import layers


def notebook_step(filters, blocks, jit_compile=False):
    """The training step of the tutorials, their networks brought to the paper's."""
    generator_g, generator_f = _keras_generator(filters, blocks), _keras_generator(filters, blocks)
    discriminator_x, discriminator_y = _keras_discriminator(filters), _keras_discriminator(filters)
    networks = generator_g, generator_f, discriminator_x, discriminator_y
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in networks]
    for optimizer, network in zip(optimizers, networks, strict=True):
        optimizer.build(network.trainable_variables)
    mse = keras.losses.MeanSquaredError()

    @tf.function(jit_compile=jit_compile)
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
