"""Splits of a pair into lists of maps: which layouts, from which cameras, rendered and cached."""

import hashlib
import json
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from tqdm import tqdm

from data_pipeline.files import cache_folder
from data_pipeline.worlds.bold_painter import check_structure
from data_pipeline.worlds.capture import Capture
from data_pipeline.worlds.painter import home_camera
from data_pipeline.worlds.placement import make_layout
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.render import render
from data_pipeline.worlds.themes import PAIRS

T = TypeVar("T")

#: Counts up whenever the same parameters give other pixels: old cache entries are then passed over.
RENDERER_VERSION = 3

#: Maps per domain when `num_maps` is None; the train counts are in the range of the original data.
NUM_MAPS = {"train": 120, "val": 8, "test": 24}

_SERIAL_BELOW = 12e6  # pixels; starting processes takes longer than drawing so few


class MapSpec(NamedTuple):
    """All that decides the pixels of one map.

    Attributes:
        name: Stem of the map's file name.
        theme: Name of the theme.
        layout_seed: Seed of its layout.
        camera: Left upper corner (x, y) of the view, in full-scale pixels.
        scale: Pixels per full-scale pixel.
        structure: 0, or 1 for bold; same as in `render`.
    """

    name: str
    theme: str
    layout_seed: int
    camera: tuple[int, int]
    scale: float
    structure: int = 0


def map_specs(
    pair: str,
    split: str,
    domain: str,
    *,
    num_maps: int | None = None,
    captures: int = 1,
    scale: float = 1.0,
    seed: int = 0,
    structure: int = 0,
) -> list[MapSpec]:
    """Says which maps a split consists of, without drawing any.

    Layout seeds of the four groups (train A, train B, validation, test) come from disjoint ranges.
    A and B share those of validation and test. The first maps stay the same when `num_maps` grows.

    Args:
        pair: A key of `PAIRS`.
        split: "train", "val" or "test".
        domain: "a" or "b".
        num_maps: Number of layouts. Default: `NUM_MAPS[split]`.
        captures: Number of pictures of each layout, each from another camera position. Default: 1.
        scale: Pixels per full-scale pixel, in [0.1, 2]. Default: 1.
        seed: Which data set, at least 0. Default: 0.
        structure: 0, or 1 for bold; same as in `render`. Default: 0.

    Returns:
        One entry per picture, all captures of a layout one after the other.

    Raises:
        ValueError: If a value is out of its set or range.
    """
    _check(pair, split, domain, num_maps, captures, seed)
    check_structure(structure)
    num_maps = NUM_MAPS[split] if num_maps is None else num_maps
    theme = PAIRS[pair][domain == "b"]
    group = {"train": 1 if domain == "b" else 0, "val": 2, "test": 3}[split]
    specs = []
    for i in range(num_maps):
        layout_seed = (seed * 4 + group) * 1_000_000 + i
        layout = make_layout(layout_seed)
        for k in range(captures):
            camera = home_camera(layout)
            if k:
                stream = Stream("camera", layout_seed, k)
                camera = (stream.integer(0, max(1, layout.width - 800)),
                          stream.integer(0, max(1, layout.height - 599)))  # fmt: skip
            name = f"{split}_{i:04d}" if split != "train" else f"{split}_{domain}_{i:04d}"
            name += f"_{k}" if captures > 1 else ""
            specs.append(MapSpec(name, theme, layout_seed, camera, scale, structure))
    return specs


def _check(
    pair: str, split: str, domain: str, num_maps: int | None, captures: int, seed: int
) -> None:
    for name, value, allowed in (("pair", pair, tuple(PAIRS)), ("split", split, tuple(NUM_MAPS)),
                                 ("domain", domain, ("a", "b"))):  # fmt: skip
        if value not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}; received {value!r}.")
    for name, number, least in (
        ("num_maps", num_maps, 1),
        ("captures", captures, 1),
        ("seed", seed, 0),
    ):
        if number is not None and (number != int(number) or number < least or number > 999_999):
            raise ValueError(
                f"{name} must be a whole number from {least} to 999999; received {number!r}. "
                f"Leave it out to use the default."
            )


def world_map_names(
    pair: str,
    split: str,
    domain: str,
    *,
    num_maps: int | None = None,
    captures: int = 1,
    seed: int = 0,
) -> list[str]:
    """Stable, file-stem-like names of the maps that `world_maps` returns, in its order.

    In paired splits, index i has the same name in both domains. The arguments are those of
    `map_specs`.
    """
    specs = map_specs(pair, split, domain, num_maps=num_maps, captures=captures, seed=seed)
    return [spec.name for spec in specs]


def render_spec(spec: MapSpec) -> Capture:
    """Draws one map."""
    layout = make_layout(spec.layout_seed)
    return render(
        layout, spec.theme, scale=spec.scale, camera=spec.camera, structure=spec.structure
    )


def _render_image(spec: MapSpec) -> np.ndarray:
    return render_spec(spec).image


def world_maps(
    pair: str,
    split: str,
    domain: str,
    *,
    num_maps: int | None = None,
    captures: int = 1,
    scale: float = 1.0,
    seed: int = 0,
    structure: int = 0,
    num_workers: int | None = None,
    cache_dir: str | os.PathLike | None = None,
    progress: bool = True,
) -> list[np.ndarray]:
    """Maps of one domain of a pair, as the training source wants them.

    Train layouts of A and B are disjoint (unpaired); in "val" and "test", index i of both domains
    is the same layout from the same camera (paired, never in train). Drawn once, then read from
    disk.

    Args:
        pair: Same as in `map_specs`, as are the arguments up to `structure`.
        split: "train", "val" or "test".
        domain: "a" or "b".
        num_maps: Number of layouts. Default: `NUM_MAPS[split]`.
        captures: Number of pictures of each layout. Default: 1.
        scale: Pixels per full-scale pixel, in [0.1, 2]. Default: 1.
        seed: Which data set, at least 0. Default: 0.
        structure: 0, or 1 for bold. Default: 0.
        num_workers: Number of processes that draw. Default: one per core; few or small maps are
            drawn in this process, as with 1. They are spawned, not forked: TensorFlow may be loaded
            here. As with all spawning, a script must guard its main part by
            `if __name__ == "__main__":`.
        cache_dir: Folder that drawn maps are kept in. Default: $CYCLEGAN_TF_CACHE, or else
            ~/.cache/cyclegan_tf.
        progress: Whether to show a progress bar while drawing. Default: True.

    Returns:
        The maps, num_maps * captures arrays, uint8 (h, w, 3), of unlike sizes.

    Raises:
        ValueError: If a value is out of its set or range.
    """
    specs = map_specs(pair, split, domain, num_maps=num_maps, captures=captures, scale=scale,
                      seed=seed, structure=structure)  # fmt: skip
    path = cache_path(specs, cache_dir)
    cached = _read(path, len(specs))
    if cached is not None:
        return cached
    maps = render_many(_render_image, specs, num_workers, f"{pair} {split} {domain}", progress)
    _write(path, maps)
    return maps


def render_many(
    work: Callable[[MapSpec], T],
    specs: list[MapSpec],
    num_workers: int | None = None,
    title: str = "",
    progress: bool = True,
) -> list[T]:
    """Returns `[work(spec) for spec in specs]`, worked out in processes where that is faster.

    Args:
        work: Function to call; importable by name, because processes are spawned.
        specs: Maps to call it with.
        num_workers: Same as in `world_maps`.
        title: Text in front of the progress bar.
        progress: Whether to show the progress bar.
    """
    pixels = sum(layout.width * layout.height * spec.scale**2
                 for spec, layout in ((s, make_layout(s.layout_seed)) for s in specs))  # fmt: skip
    if num_workers is None:
        small = pixels < _SERIAL_BELOW or not _main_can_be_spawned()
        num_workers = 1 if small else _num_cores()
    bar = {"total": len(specs), "desc": title, "unit": "map", "disable": not progress}
    if num_workers <= 1:
        return list(tqdm(map(work, specs), **bar))
    chunk = max(1, min(16, len(specs) // (4 * num_workers)))
    spawn = multiprocessing.get_context("spawn")
    # Ctrl-C goes to all processes of a terminal; only this one has to tell of it.
    ignore: dict[str, Any] = {
        "initializer": signal.signal,
        "initargs": (signal.SIGINT, signal.SIG_IGN),
    }
    with ProcessPoolExecutor(min(num_workers, len(specs)), spawn, **ignore) as pool:
        return list(tqdm(pool.map(work, specs, chunksize=chunk), **bar))


def _num_cores() -> int:
    """The cores that this process may use, where the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _main_can_be_spawned() -> bool:
    """False for programs read from standard input: a spawned child can't find them again."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    return file is None or os.path.exists(file)


def cache_path(specs: list[MapSpec], cache_dir: str | os.PathLike | None = None) -> Path:
    """The file of these maps: its name is a digest of every parameter and of the version.

    Args:
        specs: Maps in the file, at least one.
        cache_dir: Same as in `world_maps`.
    """
    # Without a structure, the key is that of the time before there was one.
    keys = [spec if spec.structure else spec[:-1] for spec in specs]
    key = json.dumps([RENDERER_VERSION, keys], sort_keys=True)
    digest = hashlib.sha256(key.encode()).hexdigest()[:20]
    return cache_folder(cache_dir) / "worlds" / f"{specs[0].theme}-{len(specs)}-{digest}.npz"


def _read(path: Path, count: int) -> list[np.ndarray] | None:
    """The cached maps; None when there are none or the file is damaged (it is then drawn anew)."""
    try:
        with open(path, "rb") as opened, np.load(opened) as file:
            return [file[f"{i:06d}"] for i in range(count)]
    except (OSError, ValueError, KeyError, EOFError):
        return None
    except Exception as error:  # zipfile.BadZipFile and kin
        print(
            f"Drawing maps again: the cache file {path} can't be read ({error}).", file=sys.stderr
        )
        return None


def _write(path: Path, maps: list[np.ndarray]) -> None:
    """Writes all or nothing: other processes never see half a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
            arrays: dict[str, Any] = {f"{i:06d}": image for i, image in enumerate(maps)}
            np.savez(file, **arrays)
        os.replace(file.name, path)
    except OSError as error:  # a full or read-only disk must not stop a training
        print(f"Maps are not cached: can't write {path} ({error}).", file=sys.stderr)
