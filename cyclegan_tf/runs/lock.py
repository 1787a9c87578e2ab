"""`locked`: a run folder for one process alone, as two would delete each other's files."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cyclegan_tf.errors import RunError, run_errors
from cyclegan_tf.files import make_folder

NAME = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """A context in which no other process can enter the same one.

    The system holds the lock and gives it up with the process that asked for it, however that ends.
    So a file that is left over, of a process that was killed or of a machine that was restarted,
    locks nothing. Where a file system can't lock, a warning says so, and nobody is refused.

    Args:
        folder: The run folder; it is made.

    Raises:
        RunError: Another process is in it, or it or the file in it can't be made.
    """
    with run_errors():
        make_folder(folder)
    path = folder / NAME
    handle = _open_and_lock(path)
    try:
        text = f"process {os.getpid()} on {socket.gethostname()}\n"
        os.ftruncate(handle, 0)
        os.write(handle, text.encode())
        yield
    finally:
        # A folder that fails must not hide what was said of it. Windows removes no open file.
        with suppress(OSError):
            if os.name != "nt":
                path.unlink(missing_ok=True)
        with suppress(OSError):
            os.close(handle)
        if os.name == "nt":
            with suppress(OSError):
                path.unlink(missing_ok=True)


def refuse_if_locked(folder: Path) -> None:
    """Refuses a folder that another process trains in, and leaves it as it is.

    Raises:
        RunError: There is one.
    """
    if (folder / NAME).exists():
        with locked(folder):
            pass


def is_left_over(path: Path) -> bool:
    """Whether a file is what a run leaves that was killed before it had written anything."""
    return path.name == NAME or path.name.startswith(".partial_")


def _open_and_lock(path: Path) -> int:
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise RunError(f"{path} cannot be written: {error}.") from error
        try:
            _lock(handle)
        except (BlockingIOError, PermissionError) as error:
            holder = path.read_text(errors="replace").strip() if os.name != "nt" else ""
            os.close(handle)
            raise RunError(
                f"{path.parent}: another training is at work in this folder "
                f"({holder or 'its process is unknown'}). Stop that one first, or choose another "
                "folder (run_dir, --run)."
            ) from error
        except OSError as error:
            text = "%s can't be locked (%s): see to it that no second process trains in it."
            logging.getLogger(__name__).warning(text, path.parent, error.strerror)
        # Who held it before may have removed the file between the two steps above.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.stat(path), os.fstat(handle)):
                return handle
        os.close(handle)


def _lock(handle: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
