"""The objective by hand: networks that are a line of arithmetic each, so that every loss is known.

What training makes of it, and which passes run in a step, is in test_cyclegan.py.
"""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf.model.objective import Objective, total

SETTINGS = {
    "gan_loss": "lsgan",
    "cycle_weight": 10.0,
    "identity_weight": 0.0,
    "identity_anneal_steps": 0,
    "equivariance_weight": 0.0,
    "equivariance_every": 4,
    "seed": 0,
}
#: To B by halving, back by adding: not each other's inverse. Logits are the images themselves.
NETWORKS = SimpleNamespace(
    generator_ab=lambda x, training: 0.5 * x,
    generator_ba=lambda x, training: x + 0.25,
    discriminator_a=lambda x, training: x,
    discriminator_b=lambda x, training: 2.0 * x,
)


def flat(value):
    return tf.fill((1, 16, 16, 3), np.float32(value))


def translated(objective, networks, crop_a, crop_b, step):
    images = objective.run_generators(networks, crop_a, crop_b, step)
    return images, objective.generator_losses(networks, images, step)


def losses_at(step, **changes):
    objective = Objective(**SETTINGS | changes)
    _, losses = translated(objective, NETWORKS, flat(0.4), flat(-0.6), step)
    return objective, {name: float(value) for name, value in losses.items()}


def test_both_cycles_and_both_adversarial_losses():
    images, losses = translated(Objective(**SETTINGS), NETWORKS, flat(0.4), flat(-0.6), 0)
    np.testing.assert_allclose(images["fake_b"], flat(0.2), atol=1e-6)  # 0.4 / 2
    np.testing.assert_allclose(images["fake_a"], flat(-0.35), atol=1e-6)  # -0.6 + 0.25
    assert {name: float(value) for name, value in losses.items()} == pytest.approx(
        {
            "gan_ab": (0.4 - 1) ** 2,  # discriminator_b sees 0.2
            "gan_ba": (-0.35 - 1) ** 2,
            "cycle_a": 0.05,  # 0.4 comes back as 0.2 + 0.25
            "cycle_b": 0.425,  # -0.6 comes back as -0.35 / 2
        }
    )


def test_further_channels_reach_the_discriminators_alone_and_stay_with_their_source():
    def crop(value, place):
        return tf.concat([flat(value), tf.fill((1, 16, 16, 1), np.float32(place))], axis=-1)

    def logits(x, training):
        return x[..., :3] + 10.0 * x[..., 3:]

    networks = SimpleNamespace(
        **{**vars(NETWORKS), "discriminator_a": logits, "discriminator_b": logits}
    )
    objective = Objective(**SETTINGS | {"identity_weight": 5.0, "equivariance_weight": 1.0})
    real_a, real_b = crop(0.4, 0.5), crop(-0.6, -0.25)
    images, losses = translated(objective, networks, real_a, real_b, 0)
    fake_a, fake_b = images["judged_a"], images["judged_b"]
    np.testing.assert_allclose(fake_b, crop(0.2, 0.5), atol=1e-6)
    np.testing.assert_allclose(fake_a, crop(-0.35, -0.25), atol=1e-6)
    assert float(losses["gan_ab"]) == pytest.approx((0.2 + 5.0 - 1) ** 2)
    assert float(losses["gan_ba"]) == pytest.approx((-0.35 - 2.5 - 1) ** 2)
    _, without = losses_at(0, identity_weight=5.0, equivariance_weight=1.0)
    same = [name for name in without if not name.startswith("gan_")]
    assert {n: float(losses[n]) for n in same} == pytest.approx({n: without[n] for n in same})
    judged = objective.discriminator_losses(networks, real_a, real_b, fake_a, fake_b)
    # Real: 0.4 + 5 for 1. Fake: -0.35 - 2.5 for 0. Half of the sum.
    assert float(judged["discriminator_a"]) == pytest.approx((4.4**2 + 2.85**2) / 2)


def test_the_generators_minimise_the_weighted_sum():
    objective, losses = losses_at(0, cycle_weight=7.0, identity_weight=3.0)
    assert losses["identity_a"] == pytest.approx(0.25)
    assert losses["identity_b"] == pytest.approx(0.3)
    expected = losses["gan_ab"] + losses["gan_ba"] + 7 * (0.05 + 0.425) + 3 * (0.25 + 0.3)
    assert float(objective.weighted_sum(losses, 0)) == pytest.approx(expected)


@pytest.mark.parametrize(("step", "weight"), [(0, 4.0), (5, 2.0), (10, 0.0), (99, 0.0)])
def test_identity_is_annealed(step, weight):
    annealed = {"identity_weight": 4.0, "identity_anneal_steps": 10}
    objective, losses = losses_at(tf.constant(step), **annealed)
    plain = losses["gan_ab"] + losses["gan_ba"] + 10 * (0.05 + 0.425)
    identity = (0.25 + 0.3) if weight else 0.0  # nothing is run that doesn't count
    assert losses["identity_a"] + losses["identity_b"] == pytest.approx(identity)
    total_loss = float(objective.weighted_sum(losses, tf.constant(step)))
    assert total_loss == pytest.approx(plain + weight * identity)


def test_discriminators_have_half_the_sum_of_both_terms():
    losses = Objective(**SETTINGS).discriminator_losses(
        NETWORKS, flat(0.4), flat(-0.6), flat(-0.35), flat(0.2)
    )
    assert float(losses["discriminator_a"]) == pytest.approx(((0.4 - 1) ** 2 + 0.35**2) / 2)
    assert float(losses["discriminator_b"]) == pytest.approx(((-1.2 - 1) ** 2 + 0.4**2) / 2)


def test_names_are_those_of_the_losses_that_are_on():
    assert Objective(**SETTINGS).names == [
        *("gan_ab", "gan_ba", "cycle_a", "cycle_b", "discriminator_a", "discriminator_b")
    ]
    both = {"identity_weight": 5.0, "equivariance_weight": 1.0}
    objective, losses = losses_at(tf.constant(0), **both)
    assert set(objective.names) == {*losses, "discriminator_a", "discriminator_b"}


def test_total_is_the_sum():
    assert float(total([tf.constant(1.0), tf.constant(2.0), tf.constant(4.0)])) == 7


def test_unknown_adversarial_loss_is_named():
    with pytest.raises(ValueError, match="gan_loss must be one of .*received 'wgan'"):
        Objective(**SETTINGS | {"gan_loss": "wgan"})


def test_a_misspelt_setting_is_refused():
    with pytest.raises(ValueError, match="identity_wieght.*Did you mean identity_weight"):
        Objective(identity_wieght=5.0)
