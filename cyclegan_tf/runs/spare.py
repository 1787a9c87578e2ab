"""`Spare`: where a run keeps its newest state while its own folder can't be written to."""

import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cyclegan_tf.config import Config, field_names
from cyclegan_tf.errors import RunError
from cyclegan_tf.files import delete_for_good
from cyclegan_tf.runs.saving import patiently, save_model
from data_pipeline.files import atomic_file
from data_pipeline.preparation import Preparation

if TYPE_CHECKING:
    from cyclegan_tf.model.cyclegan import CycleGAN

_CHECKPOINT = re.compile(r"step_(\d{8,})\.keras")


def checkpoint_name(step: int) -> str:
    """Returns the name of the checkpoint file after an update."""
    return f"step_{step:08d}.keras"


def checkpoints_in(folder: Path) -> dict[int, Path]:
    """Returns the checkpoint files of a folder by update, in order; other files don't count."""
    files = folder.glob("step_*.keras")
    named = {int(name[1]): file for file in files if (name := _CHECKPOINT.fullmatch(file.name))}
    return dict(sorted(named.items()))


class Spare:
    """A folder in the system's temporary one, that of a run of these settings and images alone.

    Args:
        run: Path of the run folder.
        config: Settings of the run.
        data: Its images, as in `RunFolder.start_or_resume`.

    Attributes:
        folder: Its path. It is made when needed, for this user alone.
    """

    folder: Path

    def __init__(self, run: Path, config: Config, data: dict[str, list]) -> None:
        settings = {n: getattr(config, n) for n in field_names() if n not in field_names("free")}
        identity = json.dumps([os.path.abspath(run), settings, data]).encode()
        user = os.getuid() if hasattr(os, "getuid") else "user"
        self._home = Path(tempfile.gettempdir()) / f"cyclegan_tf_unsaved_{user}"
        self.folder = self._home / hashlib.sha256(identity).hexdigest()[:16]

    def keep(self, model: "CycleGAN", preparation: Preparation) -> Path:
        """Writes the whole state of a model here, in place of older ones, and returns its path.

        Raises:
            RunError: It can't be written.
        """
        try:
            self._home.mkdir(mode=0o700, exist_ok=True)
            if self._home.is_symlink() or not self._is_own():
                raise RunError(f"{self._home} belongs to somebody else.")
            self.folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise RunError(f"{self.folder} cannot be made: {error}.") from error
        path = self.folder / checkpoint_name(model.num_updates)
        save_model(model, path, preparation)
        for old in checkpoints_in(self.folder).values():
            if old != path:
                delete_for_good(old)
        return path

    def move_to(self, checkpoints: Path) -> None:
        """Moves what is kept here to a run's checkpoints, where those are older.

        Raises:
            RunError: It can't be written there. It then stays here.
        """
        if not self.folder.is_dir() or not self._is_own():
            return
        newest = max(checkpoints_in(checkpoints), default=-1)
        for step, kept in checkpoints_in(self.folder).items():
            if step > newest:
                self._copy(kept, checkpoints / kept.name)
                text = "Update %d was kept in %s, as %s couldn't be written. It was moved back."
                logging.getLogger(__name__).warning(text, step, kept.parent, checkpoints)
            delete_for_good(kept)

    def discard(self) -> None:
        """Deletes what is kept here, of a run that was deleted itself."""
        if self.folder.is_dir() and self._is_own():
            for kept in checkpoints_in(self.folder).values():
                delete_for_good(kept)

    def _copy(self, kept: Path, path: Path) -> None:
        def write() -> None:
            with atomic_file(path) as partial:
                shutil.copyfile(kept, partial)
                with open(partial, "rb") as file:
                    os.fsync(file.fileno())

        try:
            patiently(write)
        except OSError as error:
            raise RunError(
                f"{path} cannot be written: {error}. Free some space and run again. The newest "
                f"state is still kept as {kept}."
            ) from error

    def _is_own(self) -> bool:
        return not hasattr(os, "getuid") or self._home.stat().st_uid == os.getuid()
