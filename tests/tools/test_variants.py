"""Variants of the recipe in research/: each changes what is trained, and reaches the training."""

import argparse
from types import SimpleNamespace

import numpy as np
import pytest
import time_to_quality
from keras import ops
from true_pairs import fit_on_pairs
from variants import VARIANTS, variant

from cyclegan_tf.config import Config
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.objective import Objective
from cyclegan_tf.training.build import build_model
from cyclegan_tf.training.parts import Parts

CONFIG = Config(
    filters=4, num_residual_blocks=1, discriminator_filters=4, crop_size=64, precision="float32",
    vertical_position=False, identity_weight=5.0,
)  # fmt: skip
SETTINGS = {"identity_weight": 5.0, "identity_anneal_steps": 8}
STRENGTHS = {"small_cycle": 2.0, "lazy_identity": 2.0, "lazy_cycle": 2.0, "cycle_fall": 4.0}


@pytest.fixture(scope="module")
def networks():
    model = build_model(CONFIG, num_steps=8, decay_start=8)
    names = ("generator_ab", "generator_ba", "discriminator_a", "discriminator_b")
    return SimpleNamespace(**{name: getattr(model, name) for name in names})


def sums(objective, networks):
    """What both sides minimise in three updates, from the same weights."""
    crops = np.random.default_rng(0).uniform(-1, 1, (2, 1, 64, 64, 3)).astype("float32")
    crops = [ops.convert_to_tensor(crop) for crop in crops]
    found = []
    for step in range(3):
        networks.step = ops.convert_to_tensor(step)
        images = objective.run_generators(networks, *crops, networks.step)
        losses = objective.generator_losses(networks, images, networks.step)
        judged = images["judged_a"], images["judged_b"]
        discriminators = objective.discriminator_losses(networks, *crops, *judged)
        found.append(float(objective.weighted_sum(losses, networks.step)))
        found += map(float, discriminators.values())
    return found


@pytest.mark.parametrize("name", sorted(VARIANTS.keys() - {"augment"}))
def test_every_variant_changes_a_loss(name, networks):
    own = Parts(**variant(name, STRENGTHS.get(name, 0.5), CONFIG.filters))
    networks = SimpleNamespace(**(vars(networks) | own.networks(CONFIG)))
    changed = sums(own.objective(CONFIG, SETTINGS), networks)
    assert np.isfinite(changed).all()
    assert np.abs(np.subtract(changed, sums(Objective(**SETTINGS), networks))).max() > 1e-3


def test_augmented_discriminators_see_other_crops():
    found = Parts(**variant("augment", 1.0)).networks(CONFIG)
    assert set(found) == {"discriminator_a", "discriminator_b"}
    crop = np.random.default_rng(0).uniform(-1, 1, (1, 64, 64, 3)).astype("float32")
    for model in found.values():
        plain = model.layers[-1](crop, training=True)
        assert np.abs(plain - model(crop, training=True)).max() > 1e-3


def test_the_variant_reaches_the_training(monkeypatch):
    given = {}
    monkeypatch.setattr(time_to_quality, "train", lambda *_, **options: given.update(options))
    arguments = argparse.Namespace(
        recipe="default", variant="cycle_noise=0.05", keep=None, decay_start=0.5
    )
    time_to_quality.fit(CONFIG, arguments, 2 * CONFIG.log_every, None)
    assert issubclass(given["objective"], VARIANTS["cycle_noise"])
    assert given["objective"].strength == 0.05


def test_pix2pix_is_trained_on_pairs(monkeypatch):
    trained = []
    monkeypatch.setattr(CycleGAN, "fit", lambda self, *_, **options: trained.append(self))
    fit_on_pairs("pix2pix", CONFIG, None, 10, 5, [], variant("pairs", 1.0))
    assert isinstance(trained[0].objective, VARIANTS["pairs"])
