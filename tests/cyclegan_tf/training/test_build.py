"""The untrained model of a config: networks, precision, seeds, schedule."""

import keras
import numpy as np
import pytest

from cyclegan_tf.presets import PRESETS, preset
from cyclegan_tf.training.build import build_model


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_builds_what_it_says(name):
    config = preset(name, filters=4, discriminator_filters=4, num_residual_blocks=1, crop_size=48)
    model = build_model(config.replace(precision="float32"), num_steps=100, decay_start=40)
    adam = model.optimizer
    assert type(adam) is keras.optimizers.Adam
    assert (adam.beta_1, adam.beta_2) == (config.beta_1, config.beta_2)
    rates = [float(adam._learning_rate(step)) for step in (0, 40, 70, 100)]
    assert rates == pytest.approx([config.learning_rate * part for part in (1, 1, 0.5, 0)])
    assert model.settings["cycle_weight"] == 10.0
    assert model.settings["gan_loss"] == "lsgan"
    assert model.settings["identity_weight"] == config.identity_weight
    assert model.settings["identity_anneal_steps"] == round(100 * config.identity_anneal)
    assert hasattr(model, "average_ab") == bool(config.ema)
    channels = 3 + config.vertical_position
    if config.pool_size:
        assert model.pool_a.images.shape == (config.pool_size, 48, 48, channels)
    doubling = model.generator_ab.get_layer("up1_conv")
    assert type(doubling) is keras.layers.Conv2DTranspose
    assert doubling.kernel_size == {"transpose": (3, 3), "balanced": (4, 4)}[config.upsampling]
    size = 48 // 2**config.discriminator_layers - 2
    expected = (1, size, size, config.discriminator_scales)
    assert model.discriminator_a(np.zeros((1, 48, 48, channels))).shape == expected


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_precision_reaches_networks_and_optimizer(precision, small_config):
    model = build_model(small_config.replace(precision=precision), num_steps=9, decay_start=3)
    assert model.dtype_policy.name == precision
    for network in (model.generator_ab, model.generator_ba, model.average_ab, model.average_ba):
        assert network.get_layer("stem_conv").dtype_policy.name == precision
    for network in (model.discriminator_a, model.discriminator_b):
        assert network.get_layer("layer0_conv").dtype_policy.name == precision
    scaled = isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert scaled == (precision == "mixed_float16")


def test_initial_weights_depend_on_the_seed_and_differ_between_networks(small_config):
    def weights(seed):
        model = build_model(small_config.replace(seed=seed), num_steps=1, decay_start=1)
        return [w.numpy() for w in model.trainable_variables if w.name == "kernel"]

    first, again, other = weights(0), weights(0), weights(1)
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    everything = [*first, *other]
    for i, one in enumerate(everything):
        for two in everything[:i]:
            assert one.shape != two.shape or (one != two).any()
