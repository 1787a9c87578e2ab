"""One process in a run folder: a second is refused, and what is left over locks nothing."""

import errno
import fcntl
import os
import signal
import subprocess
import sys

import pytest

from cyclegan_tf.errors import RunError
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.lock import locked

_HOLD = """
import sys, time
from pathlib import Path
from cyclegan_tf.runs.lock import locked
with locked(Path(sys.argv[1])):
    print("in", flush=True)
    time.sleep(100)
"""


@pytest.fixture
def other(tmp_path):
    """Another process, which is in the folder."""
    (tmp_path / "config.json").write_text("{}")
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, tmp_path], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "in\n"
        yield process
        process.kill()


def test_second_process_is_refused_and_told_which_is_there(other, tmp_path):
    words = rf"{tmp_path}: another training is at work .* \(process {other.pid} on .*\)\. Stop that"
    with pytest.raises(RunError, match=words), locked(tmp_path):
        pytest.fail("two are in")
    with pytest.raises(RunError, match=words):  # before TensorFlow is loaded
        RunFolder(tmp_path).check_place()


def test_command_that_comes_second_exits_with_2(other, tmp_path, run_python):
    command = ["-m", "cyclegan_tf", "train", "tiny", "--run", tmp_path]
    second = run_python(*command)
    assert second.returncode == 2
    assert f"is at work in this folder (process {other.pid} on" in second.stderr.splitlines()[-1]


def test_lock_of_a_killed_process_is_none(other, tmp_path):
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert (tmp_path / ".lock").exists()
    RunFolder(tmp_path).check_place()
    with locked(tmp_path):
        pass
    assert not (tmp_path / ".lock").exists()


def test_file_of_another_machine_locks_nothing(tmp_path):
    (tmp_path / ".lock").write_text("process 1 on another\n")
    RunFolder(tmp_path).check_place()  # nor is it a file that makes the folder somebody else's
    with locked(tmp_path):
        assert (tmp_path / ".lock").read_text().startswith(f"process {os.getpid()} on ")


def test_file_system_that_cant_lock_is_said_once(tmp_path, monkeypatch, caplog):
    def fail(handle, flags):
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", fail)
    with locked(tmp_path):
        pass
    (record,) = caplog.records
    assert record.getMessage() == (
        f"{tmp_path} can't be locked (Operation not supported): see to it that no second process "
        "trains in it."
    )
