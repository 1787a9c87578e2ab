"""Files that appear whole or not at all, whether one could be written, and the cache folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data_pipeline.archives import zip_times


def make_public(path: str | os.PathLike) -> None:
    """Gives a file of `mkstemp`, which is private, the permissions of one that `open` makes."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(path, 0o666 & ~mask)


@contextmanager
def atomic_file(path: str | os.PathLike) -> Iterator[str]:
    """Yields a temporary path beside `path` (same suffix) that becomes `path` if nothing failed."""
    path = Path(path)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".partial_", suffix=path.suffix)
    os.close(handle)
    try:
        with zip_times():
            yield partial
        make_public(partial)
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def refusal(path: str | os.PathLike, trial: bool = True) -> str | None:
    """Says why a file couldn't be written here, before anything is computed for it.

    Args:
        path: Path of a file; neither it nor its folders have to exist.
        trial: Whether to write a file into the nearest folder that exists. It is removed at once.

    Returns:
        The reason as half a sentence, or None where it could be written.
    """
    path = Path(path)
    try:
        path.stat()
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:  # a parent is a file, the name is too long, ...
        return _reason(error, path)
    if path.is_dir():
        return "it is a folder"
    if path.exists() and not path.is_file():  # replacing a pipe or /dev/null would do harm
        return "it is no ordinary file"
    folder = next(parent for parent in path.absolute().parents if os.path.lexists(parent))
    if not folder.exists():
        return f"{folder} is a link that leads nowhere"
    if not trial:
        return None
    try:
        handle, file = tempfile.mkstemp(dir=folder, prefix=".partial_")
        try:
            os.write(handle, b"\0")  # a full disk may still take the name of a file
        finally:
            os.close(handle)
            os.unlink(file)
    except OSError as error:
        return _reason(error, folder)
    return None


def _reason(error: OSError | ValueError, place: Path) -> str:
    if isinstance(error, NotADirectoryError):
        file = next((p for p in place.parents if p.exists() and not p.is_dir()), place)
        return f"{file} is a file"
    return f"{getattr(error, 'strerror', None) or error} ({place})"


def cache_folder(cache_dir: str | os.PathLike | None = None) -> Path:
    """Returns the folder for what takes long to make: `cache_dir` if it is given, else
    `$CYCLEGAN_TF_CACHE`, else `cyclegan_tf` in `$XDG_CACHE_HOME`, which is ~/.cache by default.

    Raises:
        OSError: None of them is set, and this user has no home.
    """
    if cache_dir is not None:
        return Path(cache_dir)
    if own := os.environ.get("CYCLEGAN_TF_CACHE"):
        return Path(own)
    caches = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not caches.is_absolute():  # then the specification says to ignore it
        try:
            caches = Path.home() / ".cache"
        except RuntimeError as error:
            raise OSError("this user has no home folder; set CYCLEGAN_TF_CACHE") from error
    return caches / "cyclegan_tf"
