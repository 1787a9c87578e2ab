"""Folders that are full or fail: what is tried again, kept elsewhere, and moved back."""

import errno
import os
import shutil

import pytest

from cyclegan_tf import Config
from cyclegan_tf.errors import RunError
from cyclegan_tf.runs import saving
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.logs import append_line, read_lines
from cyclegan_tf.runs.saving import cause_on_disk, patiently

DATA = {"A": [["m0", 40, 48]], "B": [["m0", 32, 64]]}


class StandIn:
    """Saves like a model, a whole zip archive; what is in `failures` comes before that."""

    weights, optimizer = (), None

    def __init__(self, step, failures=()):
        self.num_updates, self.failures, self.tries = step, list(failures), 0

    def save(self, path):
        self.tries += 1
        with open(path, "wb") as file:
            file.write(b"half")
        if self.failures:
            raise self.failures.pop(0)
        os.unlink(path)  # `add_preparation` makes a whole archive


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that would have been made."""
    made = []
    monkeypatch.setattr(saving.time, "sleep", made.append)
    return made


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run with a checkpoint, and a temporary folder of its own."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    run = RunFolder(tmp_path / "run")
    run.start_or_resume(Config(), DATA)
    run.save_checkpoint(StandIn(1), keep=3)
    return run


def names(run):
    return [path.name for path in run.checkpoints()]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOTCONN, errno.ETIMEDOUT])
def test_folder_that_fails_for_a_moment_is_tried_again(run, pauses, caplog, number):
    model = StandIn(2, [OSError(number, os.strerror(number), "drive")] * 2)
    run.save_checkpoint(model, keep=3)
    assert model.tries == 3
    assert pauses == [1.0, 5.0]
    assert names(run) == ["step_00000001.keras", "step_00000002.keras"]
    assert [r.getMessage() for r in caplog.records] == [
        f"[Errno {number}] {os.strerror(number)}: 'drive'. Trying again in {pause} seconds."
        for pause in (1, 5)
    ]


def test_folder_that_stays_away_is_one_error_after_four_tries(run, pauses):
    model = StandIn(2, [OSError(errno.EIO, "gone")] * 9)
    with pytest.raises(RunError, match=r"step_00000002.keras cannot be written: .*gone"):
        run.save_checkpoint(model, keep=3)
    assert (model.tries, pauses) == (4, [1.0, 5.0, 20.0])
    assert os.listdir(run.path / "checkpoints") == ["step_00000001.keras"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES])
def test_what_waiting_doesnt_mend_is_said_at_once(run, pauses, number):
    model = StandIn(2, [OSError(number, os.strerror(number))])
    with pytest.raises(RunError, match=os.strerror(number)) as raised:
        run.save_checkpoint(model, keep=1)
    assert cause_on_disk(raised.value).errno == number
    assert (model.tries, pauses) == (1, [])
    assert os.listdir(run.path / "checkpoints") == ["step_00000001.keras"]


def test_what_arrives_damaged_is_written_again(run, pauses, monkeypatch):
    add = saving.add_preparation
    left = [1]

    def flip(path, preparation):
        add(path, preparation)
        if left and left.pop():
            with open(path, "r+b") as file:
                file.seek(60)
                file.write(b"\xff")

    monkeypatch.setattr(saving, "add_preparation", flip)
    run.save_checkpoint(StandIn(2), keep=1)
    assert pauses == [1.0]
    assert names(run) == ["step_00000002.keras"]


def test_line_of_a_log_is_written_once_however_often_it_is_tried(tmp_path, pauses, monkeypatch):
    log = tmp_path / "metrics.jsonl"
    append_line(log, {"step": 1})
    real, left = open, [OSError(errno.EIO, "torn")]

    class Torn:
        """A file that takes half of what is written, once."""

        def __init__(self, *given):
            self.file = real(*given)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.file.close()

        def truncate(self, size):
            self.file.truncate(size)

        def write(self, text):
            if left:
                self.file.write(text[:5])
                raise left.pop()
            self.file.write(text)

    monkeypatch.setattr("cyclegan_tf.runs.logs.open", Torn, raising=False)
    append_line(log, {"step": 2})
    assert pauses == [1.0]
    assert read_lines(log) == ([{"step": 1}, {"step": 2}], 0)


def test_other_errors_are_no_matter_of_patience(pauses):
    def fail():
        raise RunError("It is damaged.")

    with pytest.raises(RunError):
        patiently(fail)
    assert pauses == []


# The spare place ------------------------------------------------------------------------------


def test_state_is_kept_elsewhere_and_moved_back_when_the_run_goes_on(run, caplog):
    for step in (4, 5):
        kept = run.keep_elsewhere(StandIn(step))
    assert kept.name == "step_00000005.keras"
    assert os.listdir(kept.parent) == [kept.name]
    assert kept.parent.stat().st_mode & 0o077 == 0  # nobody else reads it or puts one there
    again = RunFolder(run.path)
    again.start_or_resume(Config(log_every=7), DATA)
    assert names(again) == ["step_00000001.keras", "step_00000005.keras"]
    assert not kept.exists()
    (said,) = (record.getMessage() for record in caplog.records)
    assert said.startswith(f"Update 5 was kept in {kept.parent}, as ")


def test_nothing_is_kept_of_an_update_that_has_its_checkpoint(run):
    assert run.keep_elsewhere(StandIn(1)) is None


def test_what_is_older_than_the_run_is_not_moved_back(run):
    kept = run.keep_elsewhere(StandIn(5))
    run.save_checkpoint(StandIn(9), keep=3)
    RunFolder(run.path).start_or_resume(Config(), DATA)
    assert names(run) == ["step_00000001.keras", "step_00000009.keras"]
    assert not kept.exists()


def test_another_run_in_the_same_place_doesnt_get_it(run):
    kept = run.keep_elsewhere(StandIn(5))
    for path in run.checkpoints():
        path.unlink()
    RunFolder(run.path).start_or_resume(Config(seed=3), DATA)
    assert names(run) == []
    assert kept.exists()


def test_a_run_begun_anew_never_gets_the_state_of_the_one_before(run):
    kept = run.keep_elsewhere(StandIn(7))
    shutil.rmtree(run.path)
    for step in (None, 1):
        anew = RunFolder(run.path)
        anew.start_or_resume(Config(), DATA)
        assert names(anew) == ([] if step is None else ["step_00000001.keras"])
        assert not kept.exists()
        anew.save_checkpoint(StandIn(1), keep=3)


def test_without_space_to_move_it_back_it_stays(run, monkeypatch):
    kept = run.keep_elsewhere(StandIn(5))

    def full(source, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("cyclegan_tf.runs.spare.shutil.copyfile", full)
    with pytest.raises(RunError, match="No space left.* still kept as ") as raised:
        RunFolder(run.path).start_or_resume(Config(), DATA)
    assert str(kept) in str(raised.value)
    assert kept.exists()
    assert os.listdir(run.path / "checkpoints") == ["step_00000001.keras"]


def test_place_of_somebody_else_is_refused(run, tmp_path):
    home = tmp_path / "tmp" / f"cyclegan_tf_unsaved_{os.getuid()}"
    home.symlink_to(tmp_path)
    with pytest.raises(RunError, match="belongs to somebody else"):
        run.keep_elsewhere(StandIn(5))


def test_lock_that_cant_be_removed_doesnt_hide_what_was_said(run, monkeypatch):
    def fail(path, **options):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with pytest.raises(RunError, match="kept in /tmp"), run.alone():
        monkeypatch.setattr("pathlib.Path.unlink", fail)
        raise RunError("Update 5 is kept in /tmp.")
