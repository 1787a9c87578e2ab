"""What lies in a run folder and how it gets there whole: config, metrics, checkpoints, generators.

Nothing here trains; training.py decides when to write, this file knows where and how.
"""

from cyclegan_tf.files import make_folder, write_text
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import RunError
import dataclasses
import json
import os
from pathlib import Path

from cyclegan_tf.config import Config
from data_pipeline.files import atomic_file


# May differ when a run is resumed: they change where and how often, never what is learned.
FREE_FIELDS = frozenset(
    ("data", "skip_bad", "memory_limit_gb", "time_limit_minutes")
    + ("log_every", "sample_every", "validate_every", "checkpoint_every", "keep_checkpoints")
)


class RunFolder:
    """The files of one run.

        config.json          all settings
        data.json            names and sizes of the training images
        metrics.jsonl        a line per logging interval
        samples/             previews, step_00001000.png
        checkpoints/         the last few, step_00001000.keras: all that resuming needs
        generator_ab.keras   A -> B at the end (moving average), float32
        generator_ba.keras   B -> A
        validation.jsonl     a line per validation: patch-KID and what warnings go by
        best_ab.keras        A -> B at the validation with the lowest patch-KID
        best_ba.keras        B -> A
        card.json            what the generators are and how they came about

    Args:
        path: The folder; made when first written to.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.config_file = self.path / "config.json"
        self.data_file = self.path / "data.json"
        self.metrics_file = self.path / "metrics.jsonl"
        self.validation_file = self.path / "validation.jsonl"
        self.card_file = self.path / "card.json"
        self.samples = self.path / "samples"

    def generator_file(self, direction: str) -> Path:
        return self.path / f"generator_{Direction(direction).suffix}.keras"

    def best_file(self, direction: str) -> Path:
        return self.path / f"best_{Direction(direction).suffix}.keras"

    def start_or_resume(self, config: Config, data: dict) -> Config:
        """Writes config.json and data.json, or checks them against those of the run so far.

        Raises:
            RunError: The run was started with other settings or other images; names what differs.
        """
        if self.path.exists() and not self.path.is_dir():
            raise RunError(f"{self.path} is a file; a run needs a folder.")
        if self.card_file.exists() and not self.checkpoints():
            raise RunError(
                f"{self.path} holds finished generators but no checkpoint to resume from. Choose "
                "another folder (run_dir, --run)."
            )
        if self.checkpoints():  # else nothing has been learned yet
            self._refuse_changes(Config.load(self.config_file), config)
            self._refuse_other_data(self._read_data(), data)
        elif self.path.exists() and not self.config_file.exists() and any(self.path.iterdir()):
            raise RunError(
                f"{self.path} is not empty and holds no run. Choose another folder (run_dir, "
                "--run)."
            )
        make_folder(self.path)
        write_text(self.data_file, json.dumps(data, indent=1) + "\n")
        write_text(self.config_file, config.to_json())
        return config

    def withdraw_generators(self):
        """Removes the generators of a run that goes on: they are no longer its last."""
        for file in (self.card_file, *map(self.generator_file, Direction)):
            file.unlink(missing_ok=True)

    def _refuse_changes(self, old: Config, new: Config):
        changed = [
            f"{item.name} (was {getattr(old, item.name)!r}, now {getattr(new, item.name)!r})"
            for item in dataclasses.fields(Config)
            if item.name not in FREE_FIELDS and getattr(old, item.name) != getattr(new, item.name)
        ]
        if changed:
            raise RunError(
                f"{self.path} was started with other settings: {', '.join(changed)}. "
                "Use the old values to resume, or another folder (run_dir, --run) to start anew."
            )

    def _read_data(self) -> dict:
        try:
            return json.loads(self.data_file.read_text())
        except (OSError, ValueError) as error:
            raise RunError(
                f"{self.data_file} cannot be read: {error}. Restore it to resume, or use another "
                "folder (run_dir, --run)."
            ) from error

    def _refuse_other_data(self, old: dict, new: dict):
        for domain in old:
            if old[domain] != new.get(domain):
                raise RunError(
                    f"{self.path} was started on other images: domain {domain} had "
                    f"{len(old[domain])}, now {len(new.get(domain, []))} (or their names or sizes "
                    "changed). Restore them to resume, or use another folder (run_dir, --run)."
                )

    # Metrics ----------------------------------------------------------------------------------

    def read_metrics(self) -> list[dict]:
        """Returns the lines of metrics.jsonl; a last line cut off by a crash is left out."""
        return _read_lines(self.metrics_file)

    def read_validation(self) -> list[dict]:
        """The same for validation.jsonl."""
        return _read_lines(self.validation_file)

    def append_metrics(self, line: dict):
        _append_line(self.metrics_file, line)

    def append_validation(self, line: dict):
        _append_line(self.validation_file, line)

    def rewind_metrics(self, step: int) -> float:
        """Drops lines after `step` (a crash came between); returns the seconds trained by then."""
        _keep_lines(self.validation_file, step)
        lines = _keep_lines(self.metrics_file, step)
        return lines[-1]["seconds"] if lines else 0.0

    # Checkpoints ------------------------------------------------------------------------------

    def checkpoints(self) -> list[Path]:
        """Returns the checkpoint files, oldest first."""
        return sorted((self.path / "checkpoints").glob("step_*.keras"))

    def save_checkpoint(self, model, keep: int) -> Path:
        """Writes the whole state of `model`, then deletes all but the last `keep` checkpoints."""
        folder = self.path / "checkpoints"
        make_folder(folder)
        for leftover in folder.glob(".partial_*"):  # of a run that was killed while writing
            leftover.unlink()
        path = folder / f"step_{int(model.step):08d}.keras"
        save_model(model, path)
        for old in self.checkpoints()[:-keep]:
            old.unlink()
        return path


def _read_lines(path) -> list[dict]:
    if not path.exists():
        return []
    whole, _, _ = path.read_text().rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]


def _append_line(path, line: dict):
    try:
        with open(path, "a") as file:
            file.write(json.dumps(line) + "\n")
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error}.") from error


def _keep_lines(path, step: int) -> list[dict]:
    lines = [line for line in _read_lines(path) if line["step"] <= step]
    if path.exists():
        write_text(path, "".join(json.dumps(line) + "\n" for line in lines))
    return lines


def save_model(model, path):
    """Saves a Keras model whole or not at all.

    Raises:
        RunError: It cannot be written, for want of space or of permission.
    """
    try:
        with atomic_file(path) as partial:
            model.save(partial)
            with open(partial, "rb") as file:  # on disk before the old one is deleted
                os.fsync(file.fileno())
    except OSError as error:
        raise RunError(
            f"{path} cannot be written: {error}. Free some space and run again."
        ) from error


