"""The training step against an independent restatement, its graph, and its arguments.

What a model carries along is in test_cyclegan_state.py; losses, pool and schedule by themselves
have their own files; runs on disk are in training/test_train.py.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_models import (
    SIZE,
    adam,
    batches,
    dataset,
    quick_networks,
)

from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.equivariance import draw_shift, equivariance_l1, shift_images
from cyclegan_tf.model.schedule import LinearDecay

# Adam turns even a gradient of pure rounding noise into a whole step; this much larger epsilon
# doesn't, so that two ways of computing the same can be compared closely.
EPSILON = 1e-3


# The objective --------------------------------------------------------------------------------


class Restated:
    """CycleGAN once more, the long way: four gradients, four Adams, lists for pools.

    Shares with the code under test only the networks' forward pass and the draws of the pool.
    """

    def __init__(self, networks, *, rates, identity, pool_size, seed, ema):
        self.g_ab, self.g_ba, self.d_a, self.d_b = networks
        self.optimizers = [adam(epsilon=EPSILON) for _ in networks]
        self.rates, self.identity = rates, identity
        self.pool_size, self.seeds, self.pools = pool_size, (2 * seed, 2 * seed + 1), ([], [])
        self.ema, self.step = ema, 0
        self.averages = [[w.numpy() for w in g.weights] for g in (self.g_ab, self.g_ba)]

    def from_pool(self, which, images):
        result, pool = [], self.pools[which]
        for i, image in enumerate(images.numpy()):
            n, seed = self.step * len(images) + i, self.seeds[which]
            if len(pool) < self.pool_size:
                pool.append(image)
            elif tf.random.stateless_uniform((), [seed + 2**20, n]) < 0.5:
                kind = {"maxval": self.pool_size, "dtype": tf.int32}
                slot = int(tf.random.stateless_uniform((), [seed, n], **kind))
                pool[slot], image = image, pool[slot]
            result.append(image)
        return tf.stack(result)

    def train_step(self, a, b):
        weight = self.identity[self.step]
        with tf.GradientTape(persistent=True) as tape:
            fake_b, fake_a = self.g_ab(a), self.g_ba(b)
            # The cycle loss is whole in both generators' objectives, not half of it in each.
            cycle = tf.reduce_mean(abs(a - self.g_ba(fake_b)))
            cycle += tf.reduce_mean(abs(b - self.g_ab(fake_a)))
            loss_ab = tf.reduce_mean((self.d_b(fake_b) - 1) ** 2) + 10 * cycle
            loss_ab += weight * tf.reduce_mean(abs(b - self.g_ab(b)))
            loss_ba = tf.reduce_mean((self.d_a(fake_a) - 1) ** 2) + 10 * cycle
            loss_ba += weight * tf.reduce_mean(abs(a - self.g_ba(a)))
            old_a, old_b = self.from_pool(0, fake_a), self.from_pool(1, fake_b)
            loss_a, loss_b = (
                0.5 * tf.reduce_mean((d(real) - 1) ** 2) + 0.5 * tf.reduce_mean(d(old) ** 2)
                for d, real, old in ((self.d_a, a, old_a), (self.d_b, b, old_b))
            )
        losses = (loss_ab, loss_ba, loss_a, loss_b)
        networks = (self.g_ab, self.g_ba, self.d_a, self.d_b)
        gradients = [
            tape.gradient(loss, network.trainable_variables)
            for loss, network in zip(losses, networks, strict=True)
        ]
        for optimizer, gradient, network in zip(self.optimizers, gradients, networks, strict=True):
            optimizer.learning_rate = self.rates[self.step]
            optimizer.apply(gradient, network.trainable_variables)
        keep = min(self.ema, (1 + self.step) / (10 + self.step))
        for average, network in zip(self.averages, (self.g_ab, self.g_ba), strict=True):
            for i, w in enumerate(network.weights):
                average[i] = keep * average[i] + (1 - keep) * w.numpy()
        self.step += 1


def test_training_equals_four_gradients_and_four_optimizers():
    model = CycleGAN(
        *quick_networks(),
        identity_weight=5.0,
        identity_anneal_steps=2,
        pool_size=2,
        crop_size=SIZE,
        ema=0.15,
        seed=4,
    )
    model.compile(adam(LinearDecay(2e-4, 2, 4), epsilon=EPSILON))
    restated = Restated(
        quick_networks(),
        rates=[2e-4, 2e-4, 2e-4, 1e-4],
        identity=[5.0, 2.5, 0.0, 0.0],
        pool_size=2,
        seed=4,
        ema=0.15,
    )
    pairs = batches(4, batch_size=2)
    model.fit(dataset(pairs), verbose=0, shuffle=False)
    for a, b in pairs:
        restated.train_step(a, b)
    mine = (model.generator_ab, model.generator_ba, model.discriminator_a, model.discriminator_b)
    theirs = (restated.g_ab, restated.g_ba, restated.d_a, restated.d_b)
    start = quick_networks()
    for one, two, before in zip(mine, theirs, start, strict=True):
        for x, y, z in zip(one.weights, two.weights, before.weights, strict=True):
            np.testing.assert_allclose(x, y, atol=2e-6, err_msg=x.path)
            if x.name == "kernel":  # the comparison is not one of standing still
                assert abs(x.numpy() - z.numpy()).max() > 1e-4
    averages = (model.average_ab, model.average_ba)
    for one, two in zip(averages, restated.averages, strict=True):
        for x, y in zip(one.weights, two, strict=True):
            np.testing.assert_allclose(x, y, atol=2e-6)
    for one, two in zip((model.pool_a, model.pool_b), restated.pools, strict=True):
        # A pool rounds to multiples of 1/2048.
        np.testing.assert_allclose(one.images, np.stack(two), atol=1 / 4096 + 1e-5)


def test_losses_are_reported_unweighted_and_their_sum_weighted():
    model = CycleGAN(*quick_networks(), cycle_weight=7.0, identity_weight=3.0)
    model.compile(adam(), run_eagerly=True)
    ((a, b),) = batches(1)
    g_ab, g_ba, d_a, d_b = (n for n in quick_networks())
    fake_a, fake_b = g_ba(b), g_ab(a)
    expected = {
        "gan_ab": np.mean((d_b(fake_b) - 1) ** 2),
        "gan_ba": np.mean((d_a(fake_a) - 1) ** 2),
        "cycle_a": np.mean(abs(a - g_ba(fake_b))),
        "cycle_b": np.mean(abs(b - g_ab(fake_a))),
        "identity_a": np.mean(abs(a - g_ba(a))),
        "identity_b": np.mean(abs(b - g_ab(b))),
        "discriminator_a": (np.mean((d_a(a) - 1) ** 2) + np.mean(d_a(fake_a) ** 2)) / 2,
        "discriminator_b": (np.mean((d_b(b) - 1) ** 2) + np.mean(d_b(fake_b) ** 2)) / 2,
    }
    factors = {"cycle_a": 7, "cycle_b": 7, "identity_a": 3, "identity_b": 3}
    total = sum(factors.get(name, 1) * value for name, value in expected.items())
    for logs in (model.test_step((a, b)), model.train_step((a, b))):
        got = {name: float(value) for name, value in logs.items()}
        assert got == pytest.approx({**expected, "loss": total}, rel=1e-4)
        model.reset_metrics()


def test_equivariance_is_taken_in_one_of_some_updates_and_counts_as_many_times():
    settings = {"identity_weight": 3.0, "equivariance_weight": 2.0, "equivariance_every": 3}
    model = CycleGAN(*quick_networks(), **settings, seed=5)
    model.compile(adam())
    step = tf.function(model.train_step)
    for number, (a, b) in enumerate(batches(4)):
        g_ab, g_ba = (keras.models.clone_model(g) for g in (model.generator_ab, model.generator_ba))
        g_ab.set_weights(model.generator_ab.get_weights())
        g_ba.set_weights(model.generator_ba.get_weights())
        model.reset_metrics()
        got = {k: float(v) for k, v in step((tf.constant(a), tf.constant(b))).items()}
        expected = {"equivariance_ab": 0.0, "equivariance_ba": 0.0}
        if number % 3 == 0:
            shift = draw_shift(5, number, SIZE)
            for name, g, x in (("equivariance_ab", g_ab, a), ("equivariance_ba", g_ba, b)):
                moved = g(shift_images(tf.constant(x), shift))
                expected[name] = 3 * float(equivariance_l1(g(x), moved, shift))
        assert {name: got[name] for name in expected} == pytest.approx(expected, rel=1e-4)
        assert (got["equivariance_ab"] > 0) == (number % 3 == 0)
        others = {"gan_ab": 1, "gan_ba": 1, "cycle_a": 10, "cycle_b": 10, "identity_a": 3}
        factors = {**others, "identity_b": 3, "equivariance_ab": 2, "equivariance_ba": 2}
        factors |= {"discriminator_a": 1, "discriminator_b": 1}
        total = sum(factor * got[name] for name, factor in factors.items())
        assert got["loss"] == pytest.approx(total, rel=1e-4)


def test_equivariance_changes_what_the_generators_learn():
    def weights(**settings):
        model = CycleGAN(*quick_networks(), **settings)
        model.compile(keras.optimizers.SGD(0.1), run_eagerly=True)
        ((a, b),) = batches(1)
        model.train_step((a, b))
        return model.generator_ab.get_weights()[0], model.discriminator_b.get_weights()[0]

    plain, taught = weights(), weights(equivariance_weight=10.0)
    assert abs(plain[0] - taught[0]).max() > 1e-4
    np.testing.assert_allclose(plain[1], taught[1], atol=1e-7)


def test_discriminators_learn_from_their_own_loss_only():
    model = CycleGAN(*quick_networks())
    model.compile(keras.optimizers.SGD(1.0), run_eagerly=True)
    ((a, b),) = batches(1)
    before = [w.numpy() for w in model.discriminator_b.weights]
    fake = model.generator_ab(a)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = model.discriminator_b(b), model.discriminator_b(fake)
        loss = tf.reduce_mean((real_logits - 1) ** 2) / 2 + tf.reduce_mean(fake_logits**2) / 2
    gradients = tape.gradient(loss, model.discriminator_b.trainable_variables)
    model.train_step((a, b))
    for weight, old, gradient in zip(
        model.discriminator_b.trainable_variables, before, gradients, strict=True
    ):
        np.testing.assert_allclose(weight, old - gradient.numpy(), atol=1e-6)


@pytest.mark.parametrize("gan_loss", ["vanilla", "hinge"])
def test_other_adversarial_losses_reach_the_step(gan_loss):
    model = CycleGAN(*quick_networks(), gan_loss=gan_loss)
    model.compile(adam(), run_eagerly=True)
    ((a, b),) = batches(1)
    logits = model.discriminator_b(model.generator_ab(a)).numpy()
    expected = np.log1p(np.exp(-logits)).mean() if gan_loss == "vanilla" else -logits.mean()
    assert float(model.train_step((a, b))["gan_ab"]) == pytest.approx(expected, rel=1e-4)


# Arguments ------------------------------------------------------------------------------------


def test_wrong_arguments_are_named():
    networks = quick_networks()
    with pytest.raises(ValueError, match="gan_loss must be one of lsgan, .*received 'wgan'"):
        CycleGAN(*networks, gan_loss="wgan")
    with pytest.raises(ValueError, match="pool_size=50 needs crop_size"):
        CycleGAN(*networks, pool_size=50)
    with pytest.raises(ValueError, match="direction must be a2b or b2a; received 'ab'"):
        CycleGAN(*networks).output_generator("ab")
