"""Sizes from settings alone against those of the networks."""

import pytest

from cyclegan_tf import preset
from cyclegan_tf.runs.sizes import (
    checkpoint_megabytes,
    discriminator_parameters,
    generator_parameters,
)
from cyclegan_tf.training.build import build_model

CHANGES = [
    {},
    {"upsampling": "resize", "vertical_position": False, "num_residual_blocks": 2},
    {"upsampling": "transpose", "discriminator_layers": 3, "discriminator_scales": 2},
]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_parameters_are_those_of_the_networks(changes):
    config = preset("tiny", **changes)
    model = build_model(config, num_steps=1, decay_start=0)
    assert generator_parameters(config) == model.generator_ab.count_params()
    assert discriminator_parameters(config) == model.discriminator_a.count_params()


def test_a_checkpoint_of_default_has_half_a_gigabyte():
    assert checkpoint_megabytes(preset("default")) == pytest.approx(494, rel=0.01)
