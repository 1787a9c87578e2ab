"""Loggers: what they write while a run goes on, and again after it was killed and resumed."""

import csv
import errno
import json

import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import images
from cyclegan_tf.errors import ConfigError
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.logs import read_lines
from cyclegan_tf.runs.previews import COLUMNS, cut_preview, picked, preview_sizes
from cyclegan_tf.training import loggers as module
from cyclegan_tf.training.images import centre_crop
from cyclegan_tf.training.loggers import loggers
from cyclegan_tf.training.train import train


def session(run, steps, names="tensorboard,csv"):
    """Logs a line for each update, as `train` would; a preview and a validation at each tenth."""
    own = loggers(names, run.path)
    for logger in own:
        logger.on_train_begin()
    for step in steps:
        run.append_metrics(
            {"step": step, "loss": step / 2, **({"skipped": 1} if step == 7 else {})}
        )
        if step % 10 == 0:
            picture = np.full((4, 8, 3), step, np.uint8)
            images.write_image(run.samples / f"step_{step:08d}.png", picture)
            run.append_validation({"step": step, "kid_a2b": 0.1})
        for logger in own:
            logger.on_epoch_end(0)
    return own


def table(run):
    with open(run.path / "metrics.csv", newline="") as file:
        return list(csv.DictReader(file))


def events(run):
    """`(step, tag, value)` of all events; of a picture its size."""
    found = []
    for file in (run.path / "tensorboard").iterdir():
        for record in tf.data.TFRecordDataset(str(file)).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            for value in event.summary.value:
                picture = value.image
                content = (picture.width, picture.height) if picture.width else value.simple_value
                found.append((event.step, value.tag, content))
    return found


@pytest.fixture
def run(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    return folder


def test_each_line_is_written_once_and_when_it_comes(run):
    session(run, range(1, 12))
    rows = table(run)
    assert [int(row["step"]) for row in rows] == list(range(1, 12))
    assert [row["skipped"] for row in rows] == [""] * 6 + ["1"] + [""] * 4
    found = events(run)
    assert [(s, v) for s, tag, v in found if tag == "train/loss"] == [
        (step, step / 2) for step in range(1, 12)
    ]
    assert (10, "preview", (8, 4)) in found
    assert [s for s, tag, _ in found if tag == "validation/kid_a2b"] == [10]
    assert len(found) == 14


def test_a_long_log_is_read_once(run, monkeypatch):
    read = []

    def counting(path, start=0):
        lines = read_lines(path, start)
        read.append(len(lines[0]))
        return lines

    monkeypatch.setattr(module, "read_lines", counting)
    session(run, range(1, 12), names="tensorboard")
    assert sum(read) == 11


def test_a_resumed_run_has_no_line_twice(run):
    session(run, range(1, 14))
    run.rewind_metrics(8)  # it was killed after update 13; the last checkpoint is that of 8
    (run.samples / "step_00000010.png").unlink()
    session(run, range(9, 12))
    assert [int(row["step"]) for row in table(run)] == list(range(1, 12))
    found = events(run)
    assert [s for s, tag, _ in found if tag == "train/loss"] == list(range(1, 12))
    assert len(found) == len(set(found)) == 14


def test_what_was_logged_before_is_there_when_a_logger_comes_later(run):
    session(run, range(1, 4), names="csv")
    session(run, range(4, 6))
    assert [s for s, tag, _ in events(run) if tag == "train/loss"] == [1, 2, 3, 4, 5]


def test_the_last_validation_is_logged_after_the_end(run):
    (logger,) = session(run, range(1, 4), names="tensorboard")
    run.append_validation({"step": 3, "kid_a2b": 0.5})
    logger.after_run()
    assert [s for s, tag, _ in events(run) if tag == "validation/kid_a2b"] == [3]


def test_names_are_checked(run):
    assert len(loggers("csv, csv", run.path)) == 1
    with pytest.raises(ConfigError, match="must be one of csv, tensorboard.*'tensorbord'.*Did you"):
        loggers("csv,tensorbord", run.path)


@pytest.fixture(scope="module")
def one_update(small_config, tmp_path_factory):
    """A run of one update, with both loggers."""
    run = RunFolder(tmp_path_factory.mktemp("logged") / "run")
    config = small_config.replace(epochs=1, decay_epoch=0, steps_per_epoch=1)
    tf.config.run_functions_eagerly(True)
    own = loggers("tensorboard,csv", run.path)
    train(config, run.path, verbose=False, callbacks=own)
    tf.config.run_functions_eagerly(False)
    return run


def test_train_calls_them(one_update):
    run = one_update
    assert [int(row["step"]) for row in table(run)] == [x["step"] for x in run.read_metrics()]
    found = events(run)
    validated = [x["step"] for x in run.read_validation()]
    assert validated and validated == [s for s, t, _ in found if t == "validation/luminance_a2b"]
    assert [s for s, tag, _ in found if tag == "preview"] == [0, 1]


def test_a_preview_of_train_can_be_cut_into_its_parts(small_config, two_folders, one_update):
    """As the page of a run does, which knows the layout by itself."""
    listing = json.loads(one_update.data_file.read_text())
    sizes = preview_sizes(small_config, [[x[1:] for x in kind] for kind in listing.values()])
    picture = images.read_image(one_update.samples / "step_00000000.png")
    rows = cut_preview(picture, sizes)
    assert len(rows) == 2 and set(rows[0]) == set(COLUMNS)
    for domain, column in (("A", "real_a"), ("B", "real_b")):
        files = sorted((two_folders / domain).iterdir())
        for index, row in zip(picked(len(files)), rows, strict=True):
            shown = centre_crop(images.read_image(files[index]), 64)
            np.testing.assert_array_equal(row[column], shown)
    assert cut_preview(picture[:-1], sizes) is None


def test_a_full_disk_leaves_the_training_alone(tmp_path, monkeypatch, caplog):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    run = RunFolder(tmp_path)
    (logger,) = session(run, [1], "csv")
    monkeypatch.setattr(logger, "add", full)
    run.append_metrics({"step": 2, "loss": 1.0})
    logger.on_epoch_end(0)
    assert "The CSV log wasn't written: [Errno 28] No space left on device" in caplog.text


def test_a_halved_rate_doesnt_hide_the_losses_of_its_step(tmp_path):
    run = RunFolder(tmp_path)
    run.append_metrics({"step": 1, "halved_learning_rate": 1e-4, "seconds": 1.0})
    session(run, [1], "csv")
    assert [row["loss"] for row in table(run) if row["loss"]] == ["0.5"]
