"""Resuming: in new processes, of damaged checkpoints, with other settings and images."""

import shutil

import keras
import numpy as np
import pytest

from cyclegan_tf.errors import RunError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.presets import PRESETS
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.train import train

NUM_STEPS = 12  # of small_config: 4 epochs of 3 updates; a checkpoint and a preview every 4


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def without_times(lines):
    times = ("images_per_second", "seconds")
    return [{key: value for key, value in line.items() if key not in times} for line in lines]


_TRAIN_AND_DIE = """
import os, sys, keras
from cyclegan_tf import Config, train

class Die(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if int(self.model.step) == 6:
            os._exit(9)

train(Config.load(sys.argv[1]), sys.argv[2], callbacks=[Die()])
"""


def test_resumed_run_equals_uninterrupted_run(finished, small_config, run_python, tmp_path):
    run = RunFolder(tmp_path / "interrupted")
    (tmp_path / "config.json").write_text(small_config.to_json())
    killed = run_python("-c", _TRAIN_AND_DIE, tmp_path / "config.json", run.path)
    assert killed.returncode == 9, killed.stderr
    # Two updates after the checkpoint: they were logged, and have to be done again.
    assert [path.name for path in run.checkpoints()] == ["step_00000004.keras"]
    assert [line["step"] for line in run.read_metrics()] == [1, 2, 3, 4, 5, 6]

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


def test_damaged_checkpoint_is_an_error_and_not_a_silent_restart(copy_of_finished, small_config):
    newest = copy_of_finished.checkpoints()[-1]
    newest.write_bytes(newest.read_bytes()[:3000])
    before = contents(copy_of_finished.path)
    with pytest.raises(RunError, match=r"step_00000012.keras is damaged: .*Delete it to go on"):
        train(small_config, copy_of_finished.path, verbose=False)
    assert contents(copy_of_finished.path) == before


def test_checkpoint_of_something_else_is_an_error(copy_of_finished, small_config):
    shutil.copy(copy_of_finished.generator_file("a2b"), copy_of_finished.checkpoints()[-1])
    with pytest.raises(RunError, match=r"step_00000012.keras .*not a CycleGAN"):
        train(small_config, copy_of_finished.path, verbose=False)


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
