"""Presets, number by number; that they build and train is in training/test_train.py."""

import dataclasses

import pytest

from cyclegan_tf.errors import ConfigError
from cyclegan_tf.presets import PRESETS, preset

ORIGINALS = {
    "henesys2ellinia": ("henesys", "ellinia", 2000, 1000),
    "elnath2aquarium": ("elnath", "aquarium", 2000, 1000),
    "perion2twilight_perion": ("perion", "twilight_perion", 1200, 600),
    "chewchew_island2lachelein": ("chewchew_island", "lachelein", 2000, 1000),
}


def test_unknown_preset_suggests_the_near_one_and_lists_all():
    with pytest.raises(ConfigError) as error:
        preset("henesis2elinia")
    text = str(error.value)
    assert "no preset 'henesis2elinia'. Did you mean henesys2ellinia" in text
    for name in PRESETS:
        assert name in text


def test_unknown_preset_without_a_near_one_suggests_nothing():
    with pytest.raises(ConfigError) as error:
        preset("qqqq")
    assert "Did you mean" not in str(error.value)


@pytest.mark.parametrize("name", ORIGINALS)
def test_original_experiments_are_faithful_to_the_letter(name):
    name_a, name_b, epochs, decay_epoch = ORIGINALS[name]
    expected = {
        "name_a": name_a,
        "name_b": name_b,
        "load_size": 0,
        "crop_size": 480,
        "batch_size": 1,
        "flip": 0.5,
        "scale_jitter": 0.0,
        "color_jitter": 0.0,
        "filters": 64,
        "num_residual_blocks": 9,
        "upsampling": "transpose",
        "discriminator_filters": 64,
        "discriminator_layers": 3,
        "discriminator_scales": 1,
        "vertical_position": False,
        "gan_loss": "lsgan",
        "cycle_weight": 10.0,
        "identity_weight": 0.0,
        "equivariance_weight": 0.0,
        "pool_size": 0,
        "epochs": epochs,
        "decay_epoch": decay_epoch,
        "steps_per_epoch": 0,  # as many updates as the smaller folder has maps
        "learning_rate": 2e-4,
        "beta_1": 0.5,
        "beta_2": 0.999,
        "ema": 0.0,
        "time_limit_minutes": 0.0,
    }
    actual = dataclasses.asdict(preset(name))
    assert {key: actual[key] for key in expected} == expected


@pytest.mark.parametrize(
    "name",
    ["henesys2ellinia", "elnath2aquarium", "perion2twilight_perion", "chewchew_island2lachelein"],
)
def test_modern_twin_differs_from_its_original_in_the_recipe_alone(name):
    original, modern = preset(name), preset(f"{name}_modern")
    changed = {
        field: value
        for field, value in dataclasses.asdict(modern).items()
        if value != getattr(original, field)
    }
    assert changed == {
        "upsampling": "balanced",
        "vertical_position": True,
        "identity_weight": 5.0,
        "pool_size": 50,
        "ema": 0.999,
    }


def test_horse2zebra_is_the_setting_of_the_paper():
    config = preset("horse2zebra")
    assert config.data == "tfds:cycle_gan/horse2zebra"
    assert (config.load_size, config.crop_size, config.flip) == (286, 256, 0.5)
    assert (config.filters, config.num_residual_blocks, config.upsampling) == (64, 9, "transpose")
    assert (config.cycle_weight, config.identity_weight, config.pool_size) == (10.0, 0.0, 50)
    assert (config.learning_rate, config.beta_1, config.batch_size) == (2e-4, 0.5, 1)
    # 200 passes over the larger domain (1334 zebras), the second half with a falling rate.
    assert (config.epochs, config.decay_epoch, config.steps_per_epoch) == (200, 100, 1334)
    assert (config.ema, config.vertical_position) == (0.0, False)


def test_tiny_and_demo_need_no_download():
    assert preset("tiny").data.startswith("world:")
    assert preset("demo").data.startswith("world:")
    assert 0 < preset("demo").time_limit_minutes <= 10
