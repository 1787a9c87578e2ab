"""Writes a pair of worlds as folders of PNG files that any CycleGAN program can train on."""

import json
import os
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from data_pipeline.worlds.capture import CLASSES, DEPTH_OF_CLASS
from data_pipeline.worlds.dataset import NUM_MAPS, MapSpec, map_specs, render_many, render_spec
from data_pipeline.worlds.scroll import scroll

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
    labels: bool = True,
    scroll_frames: int = 48,
    scroll_size: tuple[int, int] = (480, 640),
    num_workers: int | None = None,
    progress: bool = True,
) -> dict[str, int]:
    """Writes `trainA trainB testA testB valA valB`, and ground truth in `labels/` and `scroll/`.

    Files of the same name in `testA` and `testB` (and in `valA`, `valB`) are a true pair.
    `labels/<folder>/<name>.png` holds a class id per pixel (indexed colours, to look at);
    `labels/classes.json` names the ids and gives their depth layers. `scroll/` holds a camera path:
    `a/0000.png`, `b/0000.png`, and `flow/0000.npz` with `flow`, `occlusion`, `offset` of each
    frame as in `ScrollFrame`. `world.json` records the parameters.

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
        labels: Whether to write label maps, for all six folders. Default: True.
        scroll_frames: Number of frames of the camera path; 0 leaves out `scroll/`. Default: 48.
        scroll_size: Size of these frames at scale 1, (height, width) in pixels; times `scale`.
            Default: (480, 640).
        num_workers: Same as in `world_maps`.
        progress: Whether to show progress bars. Default: True.

    Returns:
        The number of maps in each of the six folders.

    Raises:
        ValueError: If a value is out of its set or range.
        FileExistsError: If `out_dir` holds something already.
    """
    out = Path(out_dir)
    num_maps = NUM_MAPS["train"] if num_maps is None else num_maps
    counts = {"train": num_maps, "test": num_test or max(2, num_maps // 5),
              "val": num_val or max(2, num_maps // 15)}  # fmt: skip
    folders = {
        split + domain.upper(): map_specs(pair, split, domain, num_maps=counts[split],
                                          captures=captures, scale=scale, seed=seed)
        for split in counts for domain in "ab"
    }  # fmt: skip
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(
            f"out_dir must be a new or empty folder; received {str(out)!r}, which holds something."
        )
    for folder in folders:
        (out / folder).mkdir(parents=True, exist_ok=True)
        if labels:
            (out / "labels" / folder).mkdir(parents=True, exist_ok=True)
    for folder, specs in folders.items():
        render_many(
            partial(_write_map, str(out), folder, labels), specs, num_workers, folder, progress
        )
    if labels:
        text = {"classes": CLASSES, "depth_of_class": DEPTH_OF_CLASS.tolist()}
        (out / "labels" / "classes.json").write_text(json.dumps(text, indent=1) + "\n")
    if scroll_frames:
        height, width = (max(8, round(side * scale)) for side in scroll_size)
        _write_scroll(out / "scroll", pair, seed, scroll_frames, (height, width), scale)
    done = {folder: len(specs) for folder, specs in folders.items()}
    about = {"pair": pair, "scale": scale, "seed": seed, "captures": captures, "maps": done}
    (out / "world.json").write_text(json.dumps(about, indent=1) + "\n")
    return done


def _write_map(out: str, folder: str, labels: bool, spec: MapSpec) -> None:
    capture = render_spec(spec)
    Image.fromarray(capture.image).save(Path(out, folder, f"{spec.name}.png"), compress_level=4)
    if labels:
        indexed = Image.fromarray(capture.labels).convert("P")
        indexed.putpalette(np.array(LABEL_COLOURS, np.uint8).tobytes())
        indexed.save(Path(out, "labels", folder, f"{spec.name}.png"))


def _write_scroll(
    out: Path, pair: str, seed: int, num_frames: int, size: tuple[int, int], scale: float
) -> None:
    for name in ("a", "b", "flow"):
        (out / name).mkdir(parents=True, exist_ok=True)
    frames = scroll(pair, seed=seed, path="tour", num_frames=num_frames, size=size, scale=scale)
    for t, frame in enumerate(frames):
        Image.fromarray(frame.image_a).save(out / "a" / f"{t:04d}.png", compress_level=4)
        Image.fromarray(frame.image_b).save(out / "b" / f"{t:04d}.png", compress_level=4)
        np.savez_compressed(out / "flow" / f"{t:04d}.npz", flow=frame.flow.astype(np.int16),
                            occlusion=frame.occlusion, offset=frame.offset)  # fmt: skip
