"""Files that appear whole or not at all, and the folder of what can be made again."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_file(path: str | os.PathLike) -> Iterator[str]:
    """Yields a temporary path beside `path` (same suffix) that becomes `path` if nothing failed."""
    path = Path(path)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".partial_", suffix=path.suffix)
    os.close(handle)
    try:
        yield partial
        # mkstemp makes files private; give it the permissions that a plain open() would have.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(partial, 0o666 & ~mask)
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def cache_folder(cache_dir: str | os.PathLike | None = None) -> Path:
    """Returns the folder for what takes long to make: `cache_dir` if it is given, else
    `$CYCLEGAN_TF_CACHE`, else `~/.cache/cyclegan_tf`.
    """
    if cache_dir is None:
        cache_dir = os.environ.get("CYCLEGAN_TF_CACHE") or Path.home() / ".cache" / "cyclegan_tf"
    return Path(cache_dir)
