"""Resuming: in new processes, of damaged checkpoints, with other settings and images."""

import shutil
import signal

import keras
import numpy as np
import pytest
from small_models import assert_equal_state

from cyclegan_tf.errors import RunError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.presets import PRESETS, preset
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.sizes import checkpoint_megabytes
from cyclegan_tf.training.train import train

NUM_STEPS = 12  # of small_config: 4 epochs of 3 updates; a checkpoint and a preview every 4


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def without_times(lines):
    times = ("images_per_second", "seconds")
    return [{key: value for key, value in line.items() if key not in times} for line in lines]


# It is killed in the middle of its second checkpoint.
_TRAIN_AND_DIE = """
import os, signal, sys
from cyclegan_tf import Config, train
from cyclegan_tf.runs import saving

add = saving.add_preparation

def die(path, preparation):
    if "/checkpoints/" in path and os.listdir(os.path.dirname(path))[1:]:
        os.truncate(path, os.path.getsize(path) // 2)
        os.kill(os.getpid(), signal.SIGKILL)
    add(path, preparation)

saving.add_preparation = die
train(Config.load(sys.argv[1]), sys.argv[2])
"""


def test_two_runs_of_the_same_settings_are_equal(tmp_path):
    one, two = (train(preset("tiny"), tmp_path / name, verbose=False) for name in ("one", "two"))
    assert_equal_state(one, two)


def test_resumed_run_equals_uninterrupted_run(finished, small_config, run_python, tmp_path):
    run = RunFolder(tmp_path / "interrupted")
    (tmp_path / "config.json").write_text(small_config.to_json())
    killed = run_python("-c", _TRAIN_AND_DIE, tmp_path / "config.json", run.path)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    # Four updates after the checkpoint: they were logged, and have to be done again.
    assert [path.name for path in run.checkpoints()] == ["step_00000004.keras"]
    assert [line["step"] for line in run.read_metrics()] == list(range(1, 9))
    (half,) = (run.path / "checkpoints").glob(".partial_*")
    assert half.stat().st_size > 0

    flags = []
    for name, value in vars(small_config).items():
        if value != getattr(PRESETS["tiny"], name):
            flags += ["--" + name.replace("_", "-"), value]
    resumed = run_python("-m", "cyclegan_tf", "train", "tiny", "--run", run.path, *flags)
    assert resumed.returncode == 0, resumed.stderr
    assert "Resuming" in resumed.stdout
    assert "at update 4 of 12" in resumed.stdout

    for step in (8, 12):
        one, two = (
            CycleGAN.load(folder / "checkpoints" / f"step_{step:08d}.keras")
            for folder in (finished.path, run.path)
        )
        pairs = zip(
            one.variables + one.optimizer.variables,
            two.variables + two.optimizer.variables,
            strict=True,
        )
        for x, y in pairs:  # networks, averages, pools, step, moments
            np.testing.assert_array_equal(x, y, err_msg=f"{x.path} at {step}")
    lines = run.read_metrics()
    assert without_times(lines) == without_times(finished.run.read_metrics())
    assert [line["step"] for line in run.read_validation()] == [4, 8, 12]
    assert run.read_validation() == finished.run.read_validation()
    for direction in ("a2b", "b2a"):
        one, two = (keras.saving.load_model(r.best_file(direction)) for r in (finished.run, run))
        for x, y in zip(one.weights, two.weights, strict=True):
            np.testing.assert_array_equal(x, y)
    seconds = [line["seconds"] for line in lines]
    assert seconds == sorted(seconds)
    assert sorted(contents(run.path)) == sorted(contents(finished.path))
    for picture in finished.run.samples.iterdir():
        assert (run.samples / picture.name).read_bytes() == picture.read_bytes()


def test_size_of_a_checkpoint_is_known_before_one_is_written(finished, small_config):
    size = finished.run.checkpoints()[-1].stat().st_size / 1e6
    assert checkpoint_megabytes(small_config) == pytest.approx(size, rel=0.1)


def test_damaged_checkpoint_is_set_aside_for_the_one_before(
    copy_of_finished, small_config, finished, capsys
):
    newest = copy_of_finished.checkpoints()[-1]
    newest.write_bytes(damaged := newest.read_bytes()[:3000])
    model = train(small_config, copy_of_finished.path)
    said = capsys.readouterr().out
    (line,) = (line for line in said.splitlines() if "kept as" in line)
    assert f"{newest} is no checkpoint: " in line
    assert line.endswith("It is kept as step_00000012.keras.damaged.")
    assert "at update 8 of 12" in said
    assert newest.with_name(newest.name + ".damaged").read_bytes() == damaged
    one, two = model.variables, finished.model.variables
    for x, y in zip(one, two, strict=True):  # as if nothing had happened
        np.testing.assert_array_equal(x, y, err_msg=x.path)


def test_generator_in_place_of_a_checkpoint_is_set_aside(copy_of_finished, small_config):
    newest = copy_of_finished.checkpoints()[-1]
    shutil.copy(copy_of_finished.generator_file("a2b"), newest)
    train(small_config, copy_of_finished.path, verbose=False)
    assert isinstance(CycleGAN.load(newest), CycleGAN)


def test_without_a_whole_checkpoint_nothing_is_begun_anew(copy_of_finished, small_config):
    for path in copy_of_finished.checkpoints():
        path.write_bytes(path.read_bytes()[:3000])
    before = contents(copy_of_finished.path)
    with pytest.raises(RunError, match=r"No checkpoint of .* can be loaded: .*12.keras is no che"):
        train(small_config, copy_of_finished.path, verbose=False)
    assert contents(copy_of_finished.path) == before


def test_lack_of_memory_is_no_damage(copy_of_finished, small_config, monkeypatch):
    def exhausted(path, **options):
        raise MemoryError

    monkeypatch.setattr(keras.saving, "load_model", exhausted)
    before = contents(copy_of_finished.path)
    with pytest.raises(MemoryError):
        train(small_config, copy_of_finished.path, verbose=False)
    assert contents(copy_of_finished.path) == before


def test_damaged_logs_don_t_stop_a_run(copy_of_finished, small_config, caplog):
    lines = copy_of_finished.read_metrics()
    with open(copy_of_finished.metrics_file, "ab") as file:
        file.write(b'\xff\xfe garbage\n[]\n{"step": "12"}\n' + b"[" * 100_000 + b'\n{"step": 13')
    with open(copy_of_finished.validation_file, "ab") as file:
        file.write(b'{"step": 12, "kid_a2b": NaN}\n')
    train(small_config, copy_of_finished.path, verbose=False)
    assert copy_of_finished.read_metrics() == lines
    assert [record.getMessage() for record in caplog.records] == [
        f"{copy_of_finished.validation_file}: damaged lines were left out: 1.",
        f"{copy_of_finished.metrics_file}: damaged lines were left out: 5.",
    ]


def test_changed_setting_is_refused_by_name(copy_of_finished, small_config):
    with pytest.raises(RunError, match=r"learning_rate \(was 0.0002, now 0.001\)"):
        train(small_config.replace(learning_rate=1e-3), copy_of_finished.path, verbose=False)


def test_changed_images_are_refused(copy_of_finished, small_config, two_folders, tmp_path):
    data = shutil.copytree(two_folders, tmp_path / "data")
    # The same images in another place are the same images.
    train(small_config.replace(data=str(data)), copy_of_finished.path, verbose=False)
    (data / "B" / "m3.png").unlink()
    with pytest.raises(RunError, match="other images: domain B had 4, now 3"):
        train(small_config.replace(data=str(data)), copy_of_finished.path, verbose=False)
