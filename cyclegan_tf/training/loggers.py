"""`loggers`: the logs and previews of a run for TensorBoard, and its losses as a table.

Both are copies of what the run folder holds, made anew whenever training begins or resumes.
"""

import csv
import io
import logging
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from cyclegan_tf import images
from cyclegan_tf.errors import ConfigError, FileError, reason_of, suggest
from cyclegan_tf.files import write_text
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.logs import read_lines
from cyclegan_tf.runs.previews import preview_files

_Lines = list[dict[str, Any]]


class RunLogger(keras.callbacks.Callback):
    """Passes on what is new in a run folder after every logging interval.

    What a killed process wrote after its last checkpoint is gone from the logs of a resumed run;
    so it begins with all that they hold.

    Args:
        run_dir: The run folder that `train` writes to.
    """

    def __init__(self, run_dir: str | os.PathLike) -> None:
        super().__init__()
        self.run = RunFolder(run_dir)
        self._last = dict.fromkeys(("metrics", "validation", "previews"), -1)
        self._read = 0  # bytes of metrics.jsonl, which is long in the end

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._last, self._read = dict.fromkeys(self._last, -1), 0
        self._quietly(self.begin)
        self.catch_up()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.catch_up()

    def after_run(self) -> None:
        """Called by `train` at its very end, after the last validation."""
        self.catch_up()

    def catch_up(self) -> None:
        """Passes on what has been logged since the last time."""
        self._quietly(self._catch_up)

    def _quietly(self, work: Callable[[], None]) -> None:
        """A copy that can't be written is a warning: the training goes on without it."""
        try:
            work()
        except (OSError, FileError, tf.errors.OpError) as error:
            text = "The %s log wasn't written: %s"
            name = type(self).__name__.removesuffix("Log")
            logging.getLogger(__name__).warning(text, name, reason_of(error))

    def _catch_up(self) -> None:
        metrics = self._new("metrics", {line["step"]: line for line in self._losses(self._read)})
        file = self.run.metrics_file
        self._read = file.stat().st_size if file.exists() else 0
        validation = {line["step"]: line for line in self.run.read_validation()}
        previews = preview_files(self.run.samples)
        self.add(
            list(metrics.values()),
            list(self._new("validation", validation).values()),
            self._new("previews", previews),
        )

    def _losses(self, start: int = 0) -> _Lines:
        """Lines of metrics.jsonl, from a byte on, but those that say that the rate was halved."""
        lines = read_lines(self.run.metrics_file, start)[0]
        return [line for line in lines if "halved_learning_rate" not in line]

    def _new(self, kind: str, found: dict[int, Any]) -> dict[int, Any]:
        new = {step: value for step, value in found.items() if step > self._last[kind]}
        self._last[kind] = max(new, default=self._last[kind])
        return new

    def begin(self) -> None:
        """Removes what was written before."""
        raise NotImplementedError

    def add(self, metrics: _Lines, validation: _Lines, previews: dict[int, Path]) -> None:
        """Writes what is new.

        Args:
            metrics: Lines of metrics.jsonl.
            validation: Lines of validation.jsonl.
            previews: Pictures by their update.
        """
        raise NotImplementedError


class CSVLog(RunLogger):
    """Writes metrics.csv: the lines of metrics.jsonl as a table."""

    def begin(self) -> None:
        """Forgets the columns, so that the table is written anew."""
        self._columns: list[str] = []

    def add(self, metrics: _Lines, validation: _Lines, previews: dict[int, Path]) -> None:
        """Adds rows; writes the table anew where a line has a value that it had no column for."""
        path = self.run.path / "metrics.csv"
        columns = list(dict.fromkeys([*self._columns, *(name for x in metrics for name in x)]))
        if columns != self._columns:
            self._columns = columns
            text = self._rows([dict(zip(columns, columns, strict=True))])
            write_text(path, text + self._rows(self._losses()))
        elif metrics:
            with open(path, "a", encoding="utf-8", newline="") as file:
                file.write(self._rows(metrics))

    def _rows(self, lines: _Lines) -> str:
        text = io.StringIO()
        csv.DictWriter(text, self._columns, lineterminator="\n").writerows(lines)
        return text.getvalue()


class TensorBoardLog(RunLogger):
    """Writes tensorboard/: losses, validations and previews, for `tensorboard --logdir RUN`."""

    def begin(self) -> None:
        """Removes the events of earlier sessions: all that still holds comes again."""
        folder = self.run.path / "tensorboard"
        shutil.rmtree(folder, ignore_errors=True)
        self._writer = tf.summary.create_file_writer(str(folder))

    def add(self, metrics: _Lines, validation: _Lines, previews: dict[int, Path]) -> None:
        """Writes events; TensorBoard shows each value under `train`, `validation` or `preview`."""
        with self._writer.as_default():
            for group, lines in (("train", metrics), ("validation", validation)):
                for line in lines:
                    values = {name: value for name, value in line.items() if name != "step"}
                    _write(
                        line["step"],
                        [
                            {"tag": f"{group}/{name}", "simple_value": value}
                            for name, value in values.items()
                        ],
                    )
            for step, path in previews.items():
                width, height = images.size_of(path)
                picture = tf.compat.v1.Summary.Image(
                    encoded_image_string=path.read_bytes(),
                    width=width,
                    height=height,
                    colorspace=3,
                )
                _write(step, [{"tag": "preview", "image": picture}])
        self._writer.flush()


def _write(step: int, values: Iterable[dict[str, Any]]) -> None:
    summary = tf.compat.v1.Summary(value=[tf.compat.v1.Summary.Value(**value) for value in values])
    # Not tf.summary.scalar: that needs the package tensorboard, which only showing it needs.
    tf.summary.experimental.write_raw_pb(summary.SerializeToString(), step=step)


LOGGERS: dict[str, type[RunLogger]] = {"csv": CSVLog, "tensorboard": TensorBoardLog}


def loggers(names: str, run_dir: str | os.PathLike) -> list[RunLogger]:
    """Makes the loggers of a run.

        train(config, "runs/mine", callbacks=loggers("tensorboard,csv", "runs/mine"))

    Args:
        names: `"csv"`, `"tensorboard"`, or both with a comma between them.
        run_dir: The run folder that `train` writes to.

    Raises:
        ConfigError: There is no such logger.
    """
    wanted = [name.strip() for name in names.split(",")]
    for name in wanted:
        if name not in LOGGERS:
            raise ConfigError(
                f"logger must be one of {', '.join(LOGGERS)}, or several with commas; received "
                f"{name!r}.{suggest(name, list(LOGGERS))}"
            )
    return [LOGGERS[name](run_dir) for name in dict.fromkeys(wanted)]
