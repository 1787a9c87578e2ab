"""Rules of `Config` and the text of their errors; config.json there and back."""

import dataclasses
import json

import pytest

from cyclegan_tf.config import Config, field_names
from cyclegan_tf.errors import ConfigError
from cyclegan_tf.presets import PRESETS, preset

FLOATS = [item.name for item in dataclasses.fields(Config) if item.type is float]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"crop_size": 30}, "crop_size must be a multiple of 4 .*received 30. Try 28."),
        ({"crop_size": 2}, "crop_size must be a multiple of 4 .*received 2. Try 4."),
        ({"crop_size": 0}, "crop_size must be at least 1; received 0."),
        ({"crop_size": 16}, r"crop_size must be at least 24 .*discriminator_layers 3.*received 16"),
        ({"crop_size": 4, "discriminator_layers": 1}, "crop_size must be at least 8 .*received 4"),
        ({"crop_size": "256"}, "crop_size must be of type int; received '256'."),
        ({"crop_size": 256.0}, "crop_size must be of type int; received 256.0."),
        ({"discriminator_scales": 0}, "discriminator_scales must be at least 1; received 0."),
        (
            {"discriminator_scales": 4},
            r"discriminator_scales must not exceed discriminator_layers \(3\); received 4.",
        ),
        ({"batch_size": 0}, "batch_size must be at least 1; received 0."),
        ({"batch_size": True}, "batch_size must be of type int; received True."),
        ({"skip_bad": 1}, "skip_bad must be of type bool; received 1."),
        ({"flip": 1.5}, "flip must lie between 0 and 1; received 1.5."),
        ({"flip": -0.5}, "flip must be at least 0; received -0.5."),
        ({"flip": float("nan")}, "flip must be at least 0; received nan."),
        ({"identity_anneal": 2}, "identity_anneal must lie between 0 and 1; received 2."),
        ({"cycle_weight": -1}, "cycle_weight must be at least 0; received -1."),
        ({"pool_size": -1}, "pool_size must be at least 0; received -1."),
        ({"seed": -1}, "seed must be at least 0; received -1."),
        ({"ema": 1.0}, r"ema must lie in \[0, 1\); received 1.0."),
        ({"beta_1": -0.1}, r"beta_1 must lie in \[0, 1\); received -0.1."),
        ({"beta_2": 1}, r"beta_2 must lie in \[0, 1\); received 1."),
        ({"color_jitter": 1.0}, r"color_jitter must lie in \[0, 1\); received 1.0."),
        ({"learning_rate": 0.0}, "learning_rate must be positive; received 0.0."),
        ({"learning_rate": float("nan")}, "learning_rate must be positive; received nan."),
        ({"learning_rate": float("inf")}, "learning_rate must be finite; received inf."),
        ({"ema": float("nan")}, r"ema must lie in \[0, 1\); received nan."),
        ({"decay_epoch": 201}, r"decay_epoch must not exceed epochs \(200\); received 201."),
        ({"log_every": 0}, "log_every must be at least 1; received 0."),
        ({"keep_checkpoints": 0}, "keep_checkpoints must be at least 1; received 0."),
        ({"upsampling": "bilinear"}, "upsampling must be one of transpose, transpose4, balanced,"),
        ({"gan_loss": "wgan"}, "gan_loss must be one of lsgan, vanilla, hinge; received 'wgan'."),
        (
            {"small_images": "resize"},
            "small_images must be one of error, pad, skip; received 'resize'.",
        ),
        ({"precision": "float16"}, "precision must be one of auto, float32, .*received 'float16'."),
        ({"background": "white"}, "background must look like #rrggbb; received 'white'."),
        ({"background": "#12345g"}, "background must look like #rrggbb; received '#12345g'."),
        ({"name_a": "B"}, "name_a and name_b must be two different names; received 'B' and 'B'."),
        ({"name_b": ""}, "name_a and name_b must be two different names; received 'A' and ''."),
    ],
)
def test_broken_rule_is_named_with_field_and_value(changes, message):
    with pytest.raises(ConfigError, match=message):
        Config().replace(**changes)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("name", FLOATS)
def test_numbers_are_finite(name, value):
    with pytest.raises(ConfigError, match=rf"^{name} must .*; received {value}\.$"):
        Config().replace(**{name: value})


def test_decay_moves_along_with_epochs_unless_it_is_given():
    assert Config().replace(epochs=50).decay_epoch == 25
    assert preset("demo", epochs=52).decay_epoch == 32
    assert Config().replace(epochs=400, decay_epoch=100).decay_epoch == 100
    assert Config().replace(decay_epoch=150).epochs == 200
    with pytest.raises(ConfigError, match="epochs must be at least 1; received -1."):
        Config().replace(epochs=-1)


def test_smallest_crop_that_every_network_can_judge_is_accepted():
    # 24 / 2**3 - 2 = 1 logit.
    assert Config(crop_size=24).crop_size == 24
    assert Config(crop_size=12, discriminator_layers=2).crop_size == 12


def test_unknown_field_suggests_the_near_one():
    with pytest.raises(ConfigError, match="Config has no field 'cropsize'. Did you mean crop_size"):
        Config().replace(cropsize=64)


def test_config_is_frozen_and_replace_leaves_the_preset_alone():
    config = preset("tiny", crop_size=64)
    assert (config.crop_size, PRESETS["tiny"].crop_size) == (64, 32)
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.crop_size = 128


def test_fields_that_may_change_on_resume_and_those_of_check():
    assert field_names("free") == (
        *("data", "skip_bad", "memory_limit_gb", "pairs", "time_limit_minutes", "log_every"),
        *("sample_every", "validate_every", "features", "inception_weights"),
        *(
            "checkpoint_every",
            "checkpoint_minutes",
            "generators_every",
            "max_skipped_updates",
            "on_divergence",
        ),
        "keep_checkpoints",
    )
    assert field_names("checked") == (
        *("name_a", "name_b", "load_size", "crop_size", "batch_size", "small_images"),
        *("background", "channels", "memory_limit_gb", "epochs", "steps_per_epoch"),
    )


def test_every_field_has_a_sentence_of_help():
    for item in dataclasses.fields(Config):
        assert len(item.metadata["help"]) > 10, item.name


@pytest.mark.parametrize("name", PRESETS)
def test_json_round_trip_is_equal(name, tmp_path):
    config = preset(name, seed=7)
    (tmp_path / "config.json").write_text(config.to_json())
    assert Config.load(tmp_path / "config.json") == config


def test_load_fills_missing_fields_and_refuses_unknown_ones(tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"filters": 8}))
    # There was no vertical position before there was a field for it.
    assert Config.load(file) == Config(filters=8, vertical_position=False)
    file.write_text(json.dumps({"filter": 8}))
    with pytest.raises(ConfigError, match="no field 'filter'. Did you mean filters"):
        Config.load(file)


@pytest.mark.parametrize("text", ["", "{", "[]", "3"])
def test_broken_config_file_is_named(text, tmp_path):
    file = tmp_path / "config.json"
    file.write_text(text)
    with pytest.raises(ConfigError, match=f"{file} is not a readable config.json"):
        Config.load(file)


def test_missing_config_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="nowhere.json is not a readable config.json"):
        Config.load(tmp_path / "nowhere.json")


def test_settings_are_importable_without_tensorflow(run_python):
    code = (
        "import sys, cyclegan_tf, cyclegan_tf.cli.main; cyclegan_tf.preset('tiny');"
        "print([m for m in ('tensorflow', 'keras', 'matplotlib') if m in sys.modules])"
    )
    done = run_python("-c", code)
    assert done.stdout.strip() == "[]", done.stderr
