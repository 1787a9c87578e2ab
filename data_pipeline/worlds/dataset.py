"""Splits of a pair into lists of maps: which layouts, from which cameras, rendered and cached."""

import os
import sys
from pathlib import Path

import numpy as np

from data_pipeline.worlds import cache
from data_pipeline.worlds.bold_painter import check_structure
from data_pipeline.worlds.capture import Capture
from data_pipeline.worlds.effort import refuse_too_many_maps
from data_pipeline.worlds.map_spec import MapSpec
from data_pipeline.worlds.painter import home_camera
from data_pipeline.worlds.placement import make_layout, map_size
from data_pipeline.worlds.processes import render_many
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.render import render
from data_pipeline.worlds.themes import PAIRS

#: Counts up whenever the same parameters give other pixels: old cache entries are then passed over.
RENDERER_VERSION = 3

#: Maps per domain when `num_maps` is None; the train counts are in the range of the original data.
NUM_MAPS = {"train": 120, "val": 8, "test": 24}


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
    if not 0.1 <= scale <= 2:
        raise ValueError(f"scale must be in [0.1, 2]; received {scale!r}.")
    refuse_too_many_maps(num_maps, captures, scale)
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
    scale: float = 1.0,
    seed: int = 0,
) -> list[str]:
    """Stable, file-stem-like names of the maps that `world_maps` returns, in its order.

    In paired splits, index i has the same name in both domains. The arguments are those of
    `map_specs`.
    """
    specs = map_specs(
        pair, split, domain, num_maps=num_maps, captures=captures, scale=scale, seed=seed
    )
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
        num_workers: Number of processes that draw, at most one per core. Default: one per core; few
            or small maps are drawn in this process, as with 1. They are spawned, not forked:
            TensorFlow may be loaded here. As with all spawning, a script must guard its main part
            by `if __name__ == "__main__":`.
        cache_dir: Folder that drawn maps are kept in. Default: $CYCLEGAN_TF_CACHE, or else
            cyclegan_tf in $XDG_CACHE_HOME or ~/.cache.
        progress: Whether to show a progress bar while drawing. Default: True.

    Returns:
        The maps, num_maps * captures arrays, uint8 (h, w, 3), of unlike sizes.

    Raises:
        ValueError: If a value is out of its set or range.
    """
    specs = map_specs(pair, split, domain, num_maps=num_maps, captures=captures, scale=scale,
                      seed=seed, structure=structure)  # fmt: skip
    try:
        path = cache_path(specs, cache_dir)
    except OSError as error:
        print(f"Maps are not cached: {error}.", file=sys.stderr)
        path = None
    cached = cache.read_maps(path, [_size_of(spec) for spec in specs]) if path else None
    if cached is not None:
        return cached
    maps = render_many(_render_image, specs, num_workers, f"{pair} {split} {domain}", progress)
    if path:
        cache.write_maps(path, maps)
    return maps


def _size_of(spec: MapSpec) -> tuple[int, int]:
    """Height and width of its picture, without drawing it."""
    width, height = map_size(spec.layout_seed)
    return round(height * spec.scale), round(width * spec.scale)


def cache_path(specs: list[MapSpec], cache_dir: str | os.PathLike | None = None) -> Path:
    """The file of these maps: its name is a digest of every parameter and of the version.

    Args:
        specs: Maps in the file, at least one.
        cache_dir: Same as in `world_maps`.

    Raises:
        OSError: There is no place for a cache.
    """
    # Without a structure, the key is that of the time before there was one.
    keys = [spec if spec.structure else spec[:-1] for spec in specs]
    return cache.cache_path(specs[0].theme, [RENDERER_VERSION, keys], len(specs), cache_dir)
