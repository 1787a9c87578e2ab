"""The GPU day: which runs go on, how long they get, and what is packed to go on from."""

import argparse
import json
import shutil
from pathlib import Path

import gpu_day
import numpy as np
import pytest

from cyclegan_tf.config import Config
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator, load_networks
from cyclegan_tf.training.build import build_model

OLD_RUN = Path(__file__).parents[1] / "runs_of_0.1.0" / "tiny"


@pytest.fixture
def options(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "out").mkdir()
    return argparse.Namespace(
        work=tmp_path / "work", out=tmp_path / "out", train=["meadow2forest,identity_weight=0"],
        scale=1.0, num_maps=3, crop_size=32, batch_size=1, filters=4, blocks=1,
        precision="float32", updates=0, backend="tensorflow",
    )  # fmt: skip


def test_first_day_begins_second_day_goes_on(options):
    (one,) = gpu_day.trainings(options)
    assert one.name == "meadow2forest_identity_weight_0"
    assert one.changes == {"identity_weight": 0}
    assert one.data == "world:meadow2forest?scale=1.0&num_maps=3"
    assert (one.run.name, one.init_from) == ("meadow2forest_identity_weight_0.day1", None)
    one.run.mkdir()
    assert gpu_day.trainings(options)[0].run == one.run  # unfinished: the same again
    (one.run / "card.json").write_text("{}")
    (two,) = gpu_day.trainings(options)
    assert two.run.suffix == ".day2"
    assert two.init_from == two.last == one.run


def test_where_only_the_packed_networks_are_left_it_starts_from_them(options):
    state = options.work / "state" / "meadow2forest_identity_weight_0.keras"
    state.parent.mkdir()
    state.write_bytes(b"")
    (one,) = gpu_day.trainings(options)
    assert (one.run.suffix, one.init_from, one.last) == (".day1", state, None)


def test_all_four_pairs_are_trained_by_default(options):
    options.train = None
    assert len({one.pair for one in gpu_day.trainings(options)}) == 4


def test_number_of_updates_follows_from_the_benchmark(options, monkeypatch, capsys):
    case = {"way": "own", "size": 32, "batch": 1, "filters": 4, "precision": "float32"}
    lines = [{**case, "ms": 100.0}, {**case, "ms": 200.0}, {**case, "size": 64, "ms": 900.0}]
    (options.out / "train_step.jsonl").write_text("\n".join(map(json.dumps, lines)))
    monkeypatch.setattr(gpu_day, "TRAIN", "import sys; print(sys.argv[1:])")
    options.train = ["meadow2forest", "candy2clocktown"]
    gpu_day.train(options, gpu_day.START_AND_END + 240)
    # 240 s of updates that take 0.2 s, for two runs at once, less a fifth: 500.
    assert "2 trainings of 500 updates" in capsys.readouterr().out
    log = Path(f"{gpu_day.trainings(options)[0].run}.log").read_text()
    assert '"epochs": 5' in log and '"decay_epoch": 2' in log


def test_without_a_measurement_updates_are_asked_for(options):
    with pytest.raises(SystemExit, match="needs --updates"):
        gpu_day.train(options, 100)


def test_a_training_that_fails_or_hangs_is_told(options, monkeypatch, capsys):
    options.updates = 200
    monkeypatch.setattr(gpu_day, "TRAIN", "raise SystemExit(3)")
    gpu_day.train(options, 1)
    assert "day1 failed: see" in capsys.readouterr().out
    monkeypatch.setattr(gpu_day, "TRAIN", "import time; time.sleep(60)")
    monkeypatch.setattr(gpu_day, "START_AND_END", 1)
    gpu_day.train(options, 1)
    assert "day1 was stopped" in capsys.readouterr().out


def test_an_unfinished_run_gets_its_own_settings_and_new_time(options, monkeypatch):
    (one,) = gpu_day.trainings(options)
    shutil.copytree(OLD_RUN, one.run)
    config = json.loads((one.run / "config.json").read_text())
    monkeypatch.setattr(gpu_day, "TRAIN", "import sys; print(sys.argv[2])")
    gpu_day.start(one, options, 7, gpu_day.START_AND_END + 60).wait()
    given = json.loads(Path(f"{one.run}.log").read_text())
    assert given["epochs"] == config["epochs"] != 7
    before = json.loads((one.run / "metrics.jsonl").read_text().splitlines()[-1])["seconds"]
    assert given["time_limit_minutes"] == pytest.approx(1 + before / 60)


def test_packed_networks_are_those_of_the_run_and_another_starts_from_them(options):
    (one,) = gpu_day.trainings(options)
    shutil.copytree(OLD_RUN, one.run)
    Path(f"{one.run}.log").write_text("said\n")
    gpu_day.pack(options, 0)
    packed = options.out / one.name
    assert {"config.json", "log.txt", "metrics.jsonl"} <= {file.name for file in packed.iterdir()}
    old = CycleGAN.load(RunFolder(one.run).checkpoints()[-1])
    small = load_generator(packed / "generator_ab.keras")
    exact = old.output_generator("a2b").get_weights()
    for weight, true in zip(small.get_weights(), exact, strict=True):
        np.testing.assert_allclose(weight, true, atol=1e-3)
    new = build_model(Config.load(one.run / "config.json"), num_steps=2, decay_start=1)
    load_networks(options.work / "state" / f"{one.name}.keras", new)
    pairs = zip(new.discriminator_b.get_weights(), old.discriminator_b.get_weights(), strict=True)
    assert all(np.allclose(a, b, atol=1e-3) for a, b in pairs)
