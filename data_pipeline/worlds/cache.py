"""Drawn maps on disk: one compressed file for each list of maps, checked when it is read."""

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data_pipeline.archives import read_arrays
from data_pipeline.files import atomic_file, cache_folder

_ROOM = 2**20  # bytes that a file may have beside its pixels


def cache_path(
    theme: str, key: Sequence[Any], count: int, cache_dir: str | os.PathLike | None = None
) -> Path:
    """The file of some maps: its name is a digest of all that decides their pixels.

    Args:
        theme: Theme of the maps.
        key: Version of the renderer, and every parameter.
        count: Number of maps.
        cache_dir: Same as in `world_maps`.

    Raises:
        OSError: There is no place for a cache.
    """
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:20]
    return cache_folder(cache_dir) / "worlds" / f"{theme}-{count}-{digest}.npz"


def read_maps(path: Path, sizes: Sequence[tuple[int, int]]) -> list[np.ndarray] | None:
    """Returns the maps in a file; None where there is none, or they aren't what they should be.

    Args:
        path: Path of the file.
        sizes: Height and width that each has to have. No more memory is taken than those take.
    """
    most = sum(3 * height * width for height, width in sizes) + _ROOM
    try:
        arrays = read_arrays(path, most, compressed=True)
        maps = [arrays.pop(f"{i:06d}").copy() for i in range(len(sizes))]
        wrong = [m for m, size in zip(maps, sizes, strict=True) if m.shape != (*size, 3)]
        if wrong or arrays or any(m.dtype != np.uint8 for m in maps):
            raise ValueError("it holds other maps")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        reason = "a map is missing" if isinstance(error, KeyError) else error
        print(f"Drawing maps again: the cache file {path} can't be used ({reason}).",
              file=sys.stderr)  # fmt: skip
        return None
    return maps


def write_maps(path: Path, maps: Sequence[np.ndarray]) -> None:
    """Writes a file whole or not at all; a full or read-only disk is told and stops nothing."""
    try:
        # Private, as the specification of XDG_CACHE_HOME asks for, unless the folder is there.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        arrays: dict[str, Any] = {f"{i:06d}": image for i, image in enumerate(maps)}
        with atomic_file(path) as partial:
            np.savez_compressed(partial, **arrays)
    except OSError as error:
        print(f"Maps are not cached: can't write {path} ({error}).", file=sys.stderr)
