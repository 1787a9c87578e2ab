"""Writes a pair of worlds as folders of PNG files that any CycleGAN program can train on."""

import json
import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data_pipeline.errors import DataError
from data_pipeline.files import atomic_file, refusal
from data_pipeline.worlds.capture import CLASSES, DEPTH_OF_CLASS
from data_pipeline.worlds.dataset import (
    NUM_MAPS,
    RENDERER_VERSION,
    map_specs,
    render_spec,
)
from data_pipeline.worlds.effort import effort, megapixels_of_maps, refuse_too_many_maps
from data_pipeline.worlds.map_spec import MapSpec
from data_pipeline.worlds.processes import render_many
from data_pipeline.worlds.scroll import ScrollFrame, scroll

_MUCH = 100  # megapixels, from which it is worth saying what drawing takes
_UNFINISHED = "unfinished.json"  # what world.json will say, while maps are missing

#: Colours of the label files, in the order of `CLASSES`; the values stay class ids.
LABEL_COLOURS = (
    (135, 206, 235), (150, 165, 200), (245, 245, 245), (110, 150, 130), (70, 110, 90),
    (120, 75, 40), (190, 130, 60), (255, 200, 0), (255, 120, 0), (200, 40, 40),
    (30, 130, 40), (120, 200, 60), (130, 130, 130), (255, 255, 120), (180, 90, 200),
    (255, 60, 140),
)  # fmt: skip


def export_world(
    pair: str,
    out_dir: str | os.PathLike,
    *,
    num_maps: int | None = None,
    num_test: int | None = None,
    num_val: int | None = None,
    captures: int = 1,
    scale: float = 1.0,
    seed: int = 0,
    structure: int = 0,
    labels: bool = True,
    scroll_frames: int = 48,
    scroll_size: tuple[int, int] = (480, 640),
    num_workers: int | None = None,
    progress: bool = True,
    say: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Writes `trainA trainB testA testB valA valB`, and ground truth in `labels/` and `scroll/`.

    Files of the same name in `testA` and `testB` (and in `valA`, `valB`) are a true pair.
    `labels/<folder>/<name>.png` holds a class id per pixel (indexed colours, to look at);
    `labels/classes.json` names the ids and gives their depth layers. `scroll/` holds a camera path:
    `a/0000.png`, `b/0000.png`, and `flow/0000.npz` with `flow`, `occlusion`, `offset` of each
    frame as in `ScrollFrame`. `world.json` records the parameters. After an interruption, the same
    call goes on where it stopped.

    Args:
        pair: A key of `PAIRS`.
        out_dir: Path of a folder that doesn't exist yet, or of an empty one.
        num_maps: Number of train maps per domain. Default: 120.
        num_test: Number of paired maps for testing. Default: a fifth of `num_maps`, at least 2.
        num_val: Number of paired maps for validation. Default: a fifteenth of `num_maps`, at
            least 2.
        captures: Number of pictures of each layout, each from another camera position. Default: 1.
        scale: Pixels per full-scale pixel, in [0.1, 2]. Default: 1.
        seed: Which data set, at least 0. Default: 0.
        structure: 0, or 1 for bold; same as in `render`. Default: 0.
        labels: Whether to write label maps, for all six folders. Default: True.
        scroll_frames: Number of frames of the camera path; 0 leaves out `scroll/`. Default: 48.
        scroll_size: Size of these frames at scale 1, (height, width) in pixels; times `scale`.
            Default: (480, 640).
        num_workers: Same as in `world_maps`.
        progress: Whether to show progress bars. Default: True.
        say: Called with a line of text about what drawing takes, before it begins, if that is much.

    Returns:
        The number of maps in each of the six folders.

    Raises:
        ValueError: If a value is out of its set or range.
        FileExistsError: If `out_dir` holds something already, other than the beginning of this
            very world.
        DataError: If `out_dir` can't be written to.
    """
    out = Path(out_dir)
    num_maps = NUM_MAPS["train"] if num_maps is None else num_maps
    counts = {"train": num_maps, "test": num_test or max(2, num_maps // 5),
              "val": num_val or max(2, num_maps // 15)}  # fmt: skip
    whole = sum(counts.values()) * 2
    refuse_too_many_maps(whole, captures, scale, in_memory=False)
    folders = {
        split + domain.upper(): map_specs(pair, split, domain, num_maps=counts[split],
                                          captures=captures, scale=scale, seed=seed,
                                          structure=structure)
        for split in counts for domain in "ab"
    }  # fmt: skip
    counts = {folder: len(specs) for folder, specs in folders.items()}
    about = {"pair": pair, "scale": scale, "seed": seed, "captures": captures, "maps": counts}
    about |= {"labels": labels, "scroll": [scroll_frames, *scroll_size]}
    about |= {"renderer": RENDERER_VERSION, "structure": structure}
    _refuse_other_contents(out_dir, about)
    megapixels = megapixels_of_maps(whole, captures, scale)
    if say and megapixels > _MUCH:
        say(f"Drawing {effort(whole * captures, megapixels, in_memory=False)}.")
    try:
        _save(out / _UNFINISHED, lambda path: _write_json(path, about))
        for folder, specs in folders.items():
            write = partial(_write_map, str(out), folder, labels)
            render_many(write, specs, num_workers, folder, progress)
        if labels:
            text = {"classes": CLASSES, "depth_of_class": DEPTH_OF_CLASS.tolist()}
            _save(out / "labels" / "classes.json", lambda path: _write_json(path, text))
        if scroll_frames:
            height, width = (max(8, round(side * scale)) for side in scroll_size)
            frames = scroll(pair, seed=seed, path="tour", num_frames=scroll_frames,
                            size=(height, width), scale=scale, structure=structure)  # fmt: skip
            _write_scroll(out / "scroll", frames)
        os.replace(out / _UNFINISHED, out / "world.json")
    except OSError as error:
        raise DataError(
            f"{out} cannot be written: {error}. Free some space, and the same call goes on."
        ) from error
    return counts


def _refuse_other_contents(out_dir: str | os.PathLike, about: dict[str, Any]) -> None:
    out = Path(out_dir)
    if not os.fspath(out_dir):
        raise DataError("out_dir (--out) is empty: give it the name of a folder.")
    if out.is_dir() and any(out.iterdir()):
        if _read_json(out / _UNFINISHED) == about:
            return
        whole = _read_json(out / "world.json")
        if whole and all(about[key] == whole[key] for key in about.keys() & whole.keys()):
            raise FileExistsError(
                f"{out} holds this world already, complete. Delete it to draw it again, or choose "
                "another folder (--out)."
            )
        raise FileExistsError(
            f"out_dir must be a new or empty folder; received {str(out)!r}, which holds something. "
            "Choose another (--out)."
        )
    if reason := refusal(out / _UNFINISHED):
        raise DataError(f"{out} cannot be written: {reason}. Choose another folder (--out).")


def _read_json(path: Path) -> Any:
    """What a file says; None where there is none. Older files don't name the structure: it's 0."""
    try:
        return {"structure": 0} | json.loads(path.read_text())
    except (OSError, ValueError, TypeError):
        return None


def _write_json(path: str, content: dict[str, Any]) -> None:
    Path(path).write_text(json.dumps(content, indent=1) + "\n")


def _save(path: Path, write: Callable[[str], object]) -> None:
    """Makes the folder of a file, and the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as unfinished:
        write(unfinished)


def _write_map(out: str, folder: str, labels: bool, spec: MapSpec) -> None:
    place = Path(out, folder, f"{spec.name}.png")
    label_place = Path(out, "labels", folder, place.name)
    if place.exists():  # written after its labels, before an interruption
        return
    capture = render_spec(spec)
    if labels:
        indexed = Image.fromarray(capture.labels).convert("P")
        indexed.putpalette(np.array(LABEL_COLOURS, np.uint8).tobytes())
        _save(label_place, indexed.save)
    _save(place, partial(Image.fromarray(capture.image).save, compress_level=4))


def _write_scroll(out: Path, frames: Iterable[ScrollFrame]) -> None:
    for t, frame in enumerate(frames):
        for name, image in (("a", frame.image_a), ("b", frame.image_b)):
            save = partial(Image.fromarray(image).save, compress_level=4)
            _save(out / name / f"{t:04d}.png", save)
        arrays: dict[str, Any] = {"flow": frame.flow.astype(np.int16)}
        arrays |= {"occlusion": frame.occlusion, "offset": frame.offset}
        _save(out / "flow" / f"{t:04d}.npz", partial(np.savez_compressed, **arrays))
