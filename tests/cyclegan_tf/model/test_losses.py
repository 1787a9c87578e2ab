"""Losses against numbers done by hand.

Their weights and their sum are in test_cyclegan.py.
"""

import math

import numpy as np
import pytest

from cyclegan_tf.model.losses import GAN_LOSSES, l1

REAL, FAKE = np.float32([[2.0, 0.0]]), np.float32([[-1.0, 3.0]])


def softplus(x):
    return math.log1p(math.exp(x))


@pytest.mark.parametrize(
    ("name", "generator", "discriminator"),
    [
        # mean((-1-1)^2, (3-1)^2); mean((2-1)^2, (0-1)^2) + mean((-1)^2, 3^2)
        ("lsgan", 4.0, 1.0 + 5.0),
        (
            "vanilla",
            (softplus(1) + softplus(-3)) / 2,
            (softplus(-2) + softplus(0)) / 2 + (softplus(-1) + softplus(3)) / 2,
        ),
        # -mean(-1, 3); mean(max(0, 1-2), max(0, 1-0)) + mean(max(0, 1-1), max(0, 1+3))
        ("hinge", -1.0, 0.5 + 2.0),
    ],
)
def test_adversarial_losses_by_hand(name, generator, discriminator):
    loss = GAN_LOSSES[name]
    np.testing.assert_allclose(loss.generator(FAKE), generator, rtol=1e-6)
    np.testing.assert_allclose(loss.discriminator(REAL, FAKE), discriminator, rtol=1e-6)


@pytest.mark.parametrize("name", GAN_LOSSES)
def test_adversarial_losses_stay_finite_on_extreme_logits(name):
    extreme = np.float32([[1000.0, -1000.0]])
    assert np.isfinite(GAN_LOSSES[name].generator(extreme))
    assert np.isfinite(GAN_LOSSES[name].discriminator(extreme, -extreme))


@pytest.mark.parametrize("name", GAN_LOSSES)
def test_generator_gains_when_its_fakes_look_more_real(name):
    loss = GAN_LOSSES[name]
    assert float(loss.generator(np.float32([0.5]))) < float(loss.generator(np.float32([-0.5])))
    right, wrong = np.float32([0.9]), np.float32([-0.9])
    assert float(loss.discriminator(right, wrong)) < float(loss.discriminator(wrong, right))


def test_l1_is_a_mean_over_all_values_by_hand():
    x, y = np.zeros((1, 1, 2, 2)), np.array([[[[1.0, -1.0], [2.0, 0.0]]]])
    assert float(l1(x, y)) == 1.0
    assert float(l1(np.tile(x, (3, 5, 1, 1)), np.tile(y, (3, 5, 1, 1)))) == 1.0


def test_l1_of_half_precision_is_computed_in_float32():
    # 1/3000 of 1.0 is below the resolution of float16 sums over as many values.
    x = np.zeros((1, 100, 100, 3), np.float16)
    y = np.full_like(x, 0.25)
    result = l1(x, y)
    assert result.dtype == "float32"
    assert float(result) == 0.25
