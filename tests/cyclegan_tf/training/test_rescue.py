"""A run folder that fails while training: the state is kept elsewhere, and the run goes on."""

import errno
import os

import pytest
from small_models import assert_equal_state

from cyclegan_tf.cli.main import main
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.presets import PRESETS
from cyclegan_tf.runs import saving
from cyclegan_tf.training.train import train


@pytest.fixture
def disk(monkeypatch):
    """Lets models of a run folder fail while the disk is full, from the start."""
    state = {"full": True}
    real = saving.atomic_file

    def atomic_file(path):
        if state["full"] and "cyclegan_tf_unsaved" not in str(path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path)

    monkeypatch.setattr(saving, "atomic_file", atomic_file)
    return state


def test_full_disk_costs_one_line_and_no_update(
    finished, copy_of_finished, small_config, tmp_path, disk, monkeypatch, capsys
):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    run = copy_of_finished
    run.checkpoints()[-1].unlink()  # at update 8 of 12
    before = [(path.name, path.read_bytes()) for path in run.checkpoints()]
    flags = []
    for name, value in vars(small_config).items():
        if value != getattr(PRESETS["tiny"], name):
            flags += ["--" + name.replace("_", "-"), str(value)]
    with pytest.raises(SystemExit) as ended:
        main(["train", "tiny", "--run", str(run.path), *flags])
    assert ended.value.code == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith(f"cyclegan-tf: {run.path}")
    assert "cannot be written: [Errno 28] No space left on device" in said
    assert f"Nothing is lost: update 12 is kept in {tmp_path / 'tmp'}" in said
    assert [(path.name, path.read_bytes()) for path in run.checkpoints()] == before
    assert not list(run.path.rglob(".partial_*"))

    disk["full"] = False
    model = train(small_config, run.path, verbose=False)
    assert_equal_state(model, finished.model)
    newest = run.checkpoints()[-1]
    assert newest.name == "step_00000012.keras"
    assert_equal_state(CycleGAN.load(newest), finished.model)
    assert run.card_file.exists()
    assert not list((tmp_path / "tmp").rglob("*.keras"))
