"""Networks, runs and own data of gray pictures and of bands, by eager steps."""

import json
import types

import numpy as np
import pytest
import tensorflow as tf
import tifffile
from PIL import Image

from cyclegan_tf import preset
from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError, RunError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.sizes import discriminator_parameters, generator_parameters
from cyclegan_tf.training.train import train
from data_pipeline.errors import DataError

SIZE = (24, 28)


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """A run of two updates on TIFF files of four bands: its config, folder and model."""
    path = tmp_path_factory.mktemp("four")
    random = np.random.default_rng(4)
    for name in ("trainA", "trainB"):
        (path / name).mkdir()
        for i in range(2):
            pixels = random.integers(0, 256, (*SIZE, 4), np.uint8)
            options = {"photometric": "minisblack", "planarconfig": "contig"}
            tifffile.imwrite(path / name / f"{i}.tif", pixels, **options)
    config = tiny(data=str(path), channels=4, checkpoint_every=1, validate_every=2)
    tf.config.run_functions_eagerly(True)
    model = train(config, path / "run", verbose=False)
    tf.config.run_functions_eagerly(False)
    return types.SimpleNamespace(config=config, run=RunFolder(path / "run"), model=model)


def tiny(**changes):
    options = {
        "crop_size": 16,
        "discriminator_layers": 1,
        "discriminator_filters": 2,
        "filters": 2,
        "num_residual_blocks": 0,
        "precision": "float32",
        "epochs": 1,
        "decay_epoch": 1,
        "steps_per_epoch": 2,
        "pool_size": 1,
        "log_every": 1,
        "validate_every": 0,
        **changes,
    }
    return preset("tiny", **options)


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_generators_of_other_channels(channels):
    config = tiny(data="", channels=channels)
    image = np.zeros((1, 16, 20, channels), "f")
    generator = resnet_generator(2, 0, upsampling="balanced", channels=channels)
    assert generator(image).shape == image.shape
    assert generator.count_params() == generator_parameters(config)
    judge = patch_discriminator(2, 1, channels=channels + 1)
    assert judge.count_params() == discriminator_parameters(config)
    assert config.crop_channels == channels + 1


def test_a_run_says_its_channels_and_shows_them_in_rgb(four):
    run = four.run
    said = {"load_size": 0, "background": [255] * 3, "channels": 4, "range": [-1, 1]}
    assert json.loads(run.card_file.read_text())["preparation"] == said
    for file in (run.path, run.checkpoints()[0]):
        generator = load_generator(file, "a2b")
        assert generator.preparation.channels == generator.output_shape[-1] == 4
    assert four.model.discriminator_a.input_shape[-1] == 5
    assert four.model.pool_a.image_shape == (16, 16, 5)
    assert [line["step"] for line in run.read_metrics()] == [1, 2]
    assert -1 <= run.read_validation()[-1]["luminance_a2b"] <= 1
    shown = np.asarray(Image.open(min(run.samples.glob("*.png"))))
    real = tifffile.imread(f"{four.config.data}/trainA/0.tif")[..., :3]
    np.testing.assert_array_equal(shown[4 : 4 + SIZE[0], 4 : 4 + SIZE[1]], real)


def test_a_run_is_resumed_with_its_channels_only(four, eagerly):
    four.run.checkpoints()[-1].unlink()
    again = train(four.config, four.run.path, verbose=False)
    for before, after in zip(four.model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(before, after, err_msg=before.path)
    with pytest.raises(RunError, match=r"other settings: channels \(was 4, now 5\)"):
        four.run.start_or_resume(four.config.replace(channels=5), {})


def test_what_is_older_has_three_channels(tmp_path):
    config = Config(data="maps")
    values = json.loads(config.to_json())
    del values["channels"]
    (tmp_path / "config.json").write_text(json.dumps(values))
    assert Config.load(tmp_path / "config.json") == config
    generators = [resnet_generator(2, 0) for _ in "ab"]
    model = CycleGAN(*generators, *[patch_discriminator(2, 1) for _ in "ab"])
    described = model.get_config()
    del described["channels"]
    assert CycleGAN.from_config(described).channels == 3


def test_a_model_made_by_hand_knows_its_channels():
    generators = [resnet_generator(2, 0, channels=2) for _ in "ab"]
    judges = [patch_discriminator(2, 1, channels=3) for _ in "ab"]  # with the position
    model = CycleGAN(*generators, *judges, equivariance_weight=1.0)
    assert model.channels == 2
    crops = [np.zeros((1, 16, 16, 3), "f")] * 2
    images = model.objective.run_generators(model, *crops, 0)
    shapes = {name: tuple(image.shape) for name, image in images.items()}
    assert {shapes.pop(name) for name in ("judged_a", "judged_b")} == {(1, 16, 16, 3)}
    assert set(shapes.values()) == {(1, 16, 16, 2)}
    assert "shifted_fake_a" in images


@pytest.mark.parametrize(
    "changes, text",
    [
        ({"channels": 0}, "channels must be at least 1; received 0."),
        ({"channels": 65}, "channels must lie between 1 and 64; received 65."),
        (
            {"channels": 4, "color_jitter": 0.1},
            r"color_jitter needs channels 3 \(colour\) or 1 \(gray\); received color_jitter=0.1 wi",
        ),
        (
            {"channels": 2, "data": "world:meadow2forest"},
            r"worlds are colour: channels must be 3, or 1 for gray; received channels=2 with data=",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(changes, text):
    with pytest.raises(ConfigError, match=text):
        Config(**changes)
    Config(channels=1, color_jitter=0.1, data="world:meadow2forest")


# Own data and networks ---------------------------------------------------------------------------


def own(*shape):
    random = np.random.default_rng(0)
    return [random.integers(0, 256, shape, np.uint8) for _ in range(2)]


def test_own_gray_pictures_and_networks(tmp_path, eagerly):
    config = tiny(data="", channels=1, vertical_position=False, steps_per_epoch=1)
    networks = [resnet_generator(2, 0, channels=1) for _ in "ab"]
    given = {"data": (own(24, 28), own(24, 28, 3)), "networks": networks, "verbose": False}
    model = train(config, tmp_path / "run", **given)
    assert model.num_updates == 1
    shown = np.asarray(Image.open(min((tmp_path / "run/samples").glob("*.png"))))
    gray = np.repeat(given["data"][0][0][..., None], 3, -1)
    np.testing.assert_array_equal(shown[4:28, 4:32], gray)

    def refused(error, text, config=config, **changes):
        with pytest.raises(error, match=text):
            train(config, tmp_path / "other", **given | changes)

    two = own(24, 24, 2), own(24, 24, 2)
    refused(
        DataError,
        r"of shape \(h, w, 4\); picture 0 of meadow is uint8 of shape \(24, 24, 2\) "
        r"\(config.channels is 4, networks take 1\)",
        config.replace(channels=4),
        data=two,
    )
    refused(
        ConfigError,
        "generator_ab must take 2 channels, as config.channels is 2 and data has as many; received "
        "a model of 1",
        config.replace(channels=2),
        data=two,
    )
    crops = tf.data.Dataset.from_tensors((np.zeros((1, 16, 16, 3), "f"),) * 2)
    refused(
        DataError, r"received \(1, 16, 16, 3\) of meadow \(config.channels is 1, net", data=crops
    )
