"""`RunFolder`: what lies in a run folder, and how it gets there whole."""

import json
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclegan_tf.config import Config, field_names
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import RunError, run_errors
from cyclegan_tf.files import delete_for_good, make_folder, write_text
from cyclegan_tf.runs.lock import is_left_over, locked, refuse_if_locked
from cyclegan_tf.runs.logs import append_line, keep_lines, read_lines
from cyclegan_tf.runs.saving import save_model
from cyclegan_tf.runs.spare import Spare, checkpoint_name, checkpoints_in
from data_pipeline.files import refusal
from data_pipeline.json_files import read_json_object
from data_pipeline.preparation import AS_THEY_ARE, Preparation

if TYPE_CHECKING:  # whoever only reads a run folder needn't wait for them
    from cyclegan_tf.model.cyclegan import CycleGAN

_MOST_DATA_BYTES = 64 * 2**20  # a million images


class RunFolder:
    """The files of one run.

        config.json          all settings
        data.json            names and sizes of the training images
        parts.json           networks, losses, optimizer of your own, where there are some
        metrics.jsonl        a line per logging interval
        samples/             previews, step_00001000.png
        checkpoints/         the last few, step_00001000.keras: all that resuming needs
        generator_ab.keras   A -> B at the end (moving average), float32; earlier if asked for
        generator_ba.keras   B -> A
        validation.jsonl     a line per validation: patch-KID and what warnings go by
        best_ab.keras        A -> B at the validation with the lowest patch-KID
        best_ba.keras        B -> A
        card.json            what the generators are and how they came about
        .lock                while a process trains

    Args:
        path: Path of the folder; it is made when first written to.

    Raises:
        RunError: `path` is empty.
    """

    def __init__(self, path: str | os.PathLike) -> None:
        if not os.fspath(path):
            raise RunError("The name of the run folder is empty. Give one (run_dir, --run).")
        self.path = Path(path)
        self.config_file = self.path / "config.json"
        self.data_file = self.path / "data.json"
        self.parts_file = self.path / "parts.json"
        self.metrics_file = self.path / "metrics.jsonl"
        self.validation_file = self.path / "validation.jsonl"
        self.card_file = self.path / "card.json"
        self.samples = self.path / "samples"
        self._spare: Spare | None = None

    def generator_file(self, direction: Direction | str) -> Path:
        """Path of the final generator of a direction, whether or not it is there yet."""
        return self.path / f"generator_{Direction(direction).suffix}.keras"

    def best_file(self, direction: Direction | str) -> Path:
        """Path of the generator with the lowest patch-KID, likewise."""
        return self.path / f"best_{Direction(direction).suffix}.keras"

    def files(self) -> list[Path]:
        """Paths of all files of a run but its previews, whether or not they are there."""
        texts = [self.config_file, self.data_file, self.parts_file, self.card_file]
        lines = [self.metrics_file, self.validation_file]
        final, best = (map(file, Direction) for file in (self.generator_file, self.best_file))
        return [*texts, *lines, *final, *best, *self.checkpoints()]

    def check_place(self) -> None:
        """Finds out whether a run can begin or go on here, before anything is computed for it.

        Raises:
            RunError: The folder holds something else, can't be made or written to, or another
                process trains in it.
        """
        self._check_contents()
        refuse_if_locked(self.path)

    def _check_contents(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise RunError(f"{self.path} is a file; a run needs a folder.")
        if self.card_file.exists() and not self.checkpoints():
            raise RunError(
                f"{self.path} holds finished generators but no checkpoint to resume from. Choose "
                "another folder (run_dir, --run)."
            )
        is_run = self.checkpoints() or self.config_file.exists()
        if not is_run and self.path.exists() and not all(map(is_left_over, self.path.iterdir())):
            raise RunError(
                f"{self.path} is not empty and holds no run. Choose another folder (run_dir, "
                "--run)."
            )
        for folder in (self.path, self.samples, self.path / "checkpoints"):
            if reason := refusal(folder / ".partial"):
                verb = "written to" if folder.exists() else "made"
                raise RunError(
                    f"{folder} cannot be {verb}: {reason}. Choose another folder (run_dir, --run)."
                )

    def alone(self) -> AbstractContextManager[None]:
        """A context in which no other process trains here, see `locked`; the folder is made."""
        return locked(self.path)

    def start_or_resume(self, config: Config, data: dict[str, list]) -> None:
        """Writes config.json and data.json, once they agree with those of the run so far.

        What a killed process left half-written is removed, and what `keep_elsewhere` has kept is
        moved here.

        Args:
            config: Settings to train with now.
            data: For each domain, by name, `[name, height, width]` of each training image.

        Raises:
            RunError: The run was started with other settings or other images (the message names
                what differs), or the folder holds something else or can't be written to.
        """
        self._check_contents()
        if self.checkpoints() or self.metrics_file.exists():  # else nothing has been learned yet
            self._refuse_changes(Config.load(self.config_file), config)
            self._refuse_other_data(self._read_data(), data)
        with run_errors():
            for folder in (self.path, self.samples, self.path / "checkpoints"):
                for leftover in folder.glob(".partial_*"):
                    delete_for_good(leftover)
            self._spare = Spare(self.path, config, data)
            if not self.config_file.exists():  # somebody began anew
                self._spare.discard()
            self._spare.move_to(self.path / "checkpoints")
            write_text(self.data_file, json.dumps(data, indent=1) + "\n")
            write_text(self.config_file, config.to_json())

    def write_card(self, card: dict[str, Any]) -> None:
        """Writes card.json: what the generators are and how they came about.

        Raises:
            RunError: It can't be written.
        """
        with run_errors():
            write_text(self.card_file, json.dumps(card, indent=2) + "\n")

    def write_parts(self, parts: dict[str, Any]) -> None:
        """Writes parts.json: which networks and losses came from outside.

        Raises:
            RunError: It can't be written.
        """
        with run_errors():
            write_text(self.parts_file, json.dumps(parts, indent=1) + "\n")

    def withdraw_generators(self) -> None:
        """Removes the final generators and the card of a run that goes on."""
        for file in (self.card_file, *map(self.generator_file, Direction)):
            file.unlink(missing_ok=True)

    def _refuse_changes(self, old: Config, new: Config) -> None:
        changed = [
            f"{name} (was {getattr(old, name)!r}, now {getattr(new, name)!r})"
            for name in field_names()
            if name not in field_names("free") and getattr(old, name) != getattr(new, name)
        ]
        if changed:
            raise RunError(
                f"{self.path} was started with other settings: {', '.join(changed)}. "
                "Use the old values to resume, or another folder (run_dir, --run) to start anew."
            )

    def _read_data(self) -> dict[str, Any]:
        try:
            data = read_json_object(self.data_file, most_bytes=_MOST_DATA_BYTES)
            if not all(isinstance(images, list) for images in data.values()):
                raise ValueError("it lists no images")
            return data
        except (OSError, ValueError) as error:
            raise RunError(
                f"{self.data_file} cannot be read: {error}. Restore it to resume, or use another "
                "folder (run_dir, --run)."
            ) from error

    def _refuse_other_data(self, old: dict[str, list], new: dict[str, list]) -> None:
        for domain in {**old, **new}:
            if (then := old.get(domain, [])) != (now := new.get(domain, [])):
                raise RunError(
                    f"{self.path} was started on other images: domain {domain} had {len(then)}, "
                    f"now {len(now)} (or their names or sizes changed). Restore them to resume, or "
                    "use another folder (run_dir, --run)."
                )

    # Metrics ----------------------------------------------------------------------------------

    def read_metrics(self) -> list[dict[str, Any]]:
        """Returns the lines of metrics.jsonl; damaged ones, as a crash leaves them, are left out.

        Raises:
            RunError: It can't be read.
        """
        return read_lines(self.metrics_file)[0]

    def read_validation(self) -> list[dict[str, Any]]:
        """Returns the lines of validation.jsonl in the same way."""
        return read_lines(self.validation_file)[0]

    def append_metrics(self, line: dict[str, Any]) -> None:
        """Adds a line to metrics.jsonl.

        Raises:
            RunError: It can't be written.
        """
        append_line(self.metrics_file, line)

    def append_validation(self, line: dict[str, Any]) -> None:
        """Adds a line to validation.jsonl.

        Raises:
            RunError: It can't be written.
        """
        append_line(self.validation_file, line)

    def rewind_metrics(self, step: int) -> float:
        """Drops the lines after an update, where a crash came before the next checkpoint.

        Damaged lines are dropped as well, and a warning says how many.

        Returns:
            The seconds trained by then.

        Raises:
            RunError: The logs can't be read or written.
        """
        keep_lines(self.validation_file, step)
        lines = keep_lines(self.metrics_file, step)
        return max((line.get("seconds", 0.0) for line in lines), default=0.0)

    # Checkpoints ------------------------------------------------------------------------------

    def checkpoints(self) -> list[Path]:
        """Returns the checkpoint files, oldest first; other files in their folder don't count."""
        return list(checkpoints_in(self.path / "checkpoints").values())

    def set_aside(self, checkpoint: Path) -> Path:
        """Gives a damaged checkpoint another name, `NAME.damaged`, and returns its new path.

        Raises:
            RunError: It can't be renamed.
        """
        damaged = checkpoint.with_name(f"{checkpoint.name}.damaged")
        try:
            return checkpoint.replace(damaged)
        except OSError as error:
            raise RunError(f"{checkpoint} is damaged and cannot be renamed: {error}.") from error

    def save_checkpoint(
        self, model: "CycleGAN", keep: int, preparation: Preparation = AS_THEY_ARE
    ) -> Path:
        """Writes the whole state of `model`, then deletes all but the last `keep` checkpoints.

        Args:
            model: Model to save.
            keep: Number of checkpoints that stay.
            preparation: How the pictures of the run are prepared.

        Raises:
            RunError: It can't be written.
        """
        folder = self.path / "checkpoints"
        with run_errors():
            make_folder(folder)
        path = folder / checkpoint_name(model.num_updates)
        save_model(model, path, preparation)
        with run_errors():
            for old in self.checkpoints()[:-keep]:
                delete_for_good(old)
        return path

    def keep_elsewhere(
        self, model: "CycleGAN", preparation: Preparation = AS_THEY_ARE
    ) -> Path | None:
        """Keeps the whole state of `model` in a temporary folder, as this one fails.

        `start_or_resume` finds it there.

        Returns:
            Its path, or None if the newest checkpoint is of this update.

        Raises:
            RunError: It can't be written there either.
        """
        if self._spare is None or model.num_updates in checkpoints_in(self.path / "checkpoints"):
            return None
        return self._spare.keep(model, preparation)
