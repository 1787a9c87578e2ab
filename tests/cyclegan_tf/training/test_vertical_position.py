"""The channel that tells discriminators how high a crop lies: when it is off, and in the gap.

Where it lies in training's crops is in test_stream.py, who sees it in test_objective.py.
"""

import json

import numpy as np
import pytest
from small_models import SIZE, quick_networks

from cyclegan_tf.config import Config
from cyclegan_tf.metrics.discriminators import discriminator_gap
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.train import train
from data_pipeline.sources import Source
from data_pipeline.stream import build_store, crop_stream


@pytest.fixture
def config_of(small_config, write_pictures, tmp_path):
    """`config_of(heights_a, heights_b)`: two updates on pictures that are that high."""

    def make(*heights):
        for name, domain in zip("AB", heights, strict=True):
            write_pictures(tmp_path / "pictures" / name, [(height, 60) for height in domain])
        few = {"epochs": 2, "decay_epoch": 0, "steps_per_epoch": 1}
        data = str(tmp_path / "pictures")
        return small_config.replace(
            data=data, vertical_position=True, sample_every=0, validate_every=0, **few
        )

    return make


@pytest.mark.parametrize(
    ("heights", "expected"),
    [
        (([60, 60, 60], [64, 60, 72]), True),
        (([60, 60, 60], [75, 75, 75]), True),
        (([60, 60, 60], [76, 76, 76]), False),
        (([120, 120, 120], [60, 60, 60]), False),
        (([60, 60, 60], [60, 60, 600]), True),  # one tower among them
    ],
)
def test_it_is_off_where_heights_tell_the_domains_apart(
    config_of, heights, expected, tmp_path, capsys
):
    config = config_of(*heights)
    model = train(config, tmp_path / "run")
    assert model.discriminator_a.input_shape[-1] == model.discriminator_b.input_shape[-1]
    assert model.discriminator_a.input_shape[-1] == (4 if expected else 3)
    assert Config.load(tmp_path / "run/config.json").vertical_position == expected
    assert ("vertical_position is off" in capsys.readouterr().out) != expected


def test_a_run_with_it_turned_off_resumes_with_the_settings_it_was_started_with(
    config_of, tmp_path, capsys
):
    config = config_of([60, 60, 60], [90, 90, 90])
    train(config, tmp_path / "run", verbose=False)
    train(config, tmp_path / "run")
    assert "is finished: 2 updates" in capsys.readouterr().out


def test_a_run_from_before_the_field_goes_on_without_it(config_of, tmp_path):
    config = config_of([60, 60, 60], [60, 60, 60]).replace(vertical_position=False)
    train(config, tmp_path / "run", verbose=False)
    run = RunFolder(tmp_path / "run")
    values = json.loads(run.config_file.read_text())
    del values["vertical_position"]
    run.config_file.write_text(json.dumps(values))
    model = train(config, tmp_path / "run", verbose=False)
    assert int(model.step) == 2


@pytest.mark.parametrize("height", [17, 20, 31, 40])
def test_gap_continues_small_maps_as_training_does(height):
    image = np.random.default_rng(0).integers(0, 256, (height, 50, 3), np.uint8)
    source = Source("trainA", ("0",), (image.shape[:2],), lambda i: image)
    store = build_store(source, progress=False)
    options = {"crop_size": 32, "vertical_position": True}
    stream = crop_stream(
        store, store, batch_size=2000, seed=0, flip=0.0, small_images="pad", **options
    )
    trained = next(iter(stream))[0].numpy()
    seen = []

    def judge(crops):
        seen.extend(crops)
        return crops.mean(axis=(1, 2))

    discriminator_gap(judge, [image], [image], [image], crops_per_map=8, **options)
    for crop in seen:
        assert np.abs(trained - crop).max(axis=(1, 2, 3)).min() < 1e-5


def test_channels_of_the_pool_are_those_of_the_discriminators():
    with pytest.raises(ValueError, match="take 3 channels: give the pool crop_channels=3"):
        CycleGAN(*quick_networks(), pool_size=2, crop_size=SIZE, crop_channels=4)
