"""A camera path through a world: frames in both themes, with exact optical flow and occlusion."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from data_pipeline.worlds.bold_painter import check_structure, open_painter
from data_pipeline.worlds.effort import refuse_too_many_frames
from data_pipeline.worlds.layout import RATIOS, Layout
from data_pipeline.worlds.painter import layer_shift
from data_pipeline.worlds.placement import make_layout
from data_pipeline.worlds.themes import PAIRS

PATHS = ("pan", "climb", "tour")
_SEEDS = 3_900_000  # in the range of the test layouts, behind all that `map_specs` can reach


class ScrollFrame(NamedTuple):
    """One frame of a camera path.

    Attributes:
        image_a: View in theme A, uint8 (h, w, 3).
        image_b: View in theme B, uint8 (h, w, 3).
        flow: Motion (x, y), in pixels, of what is seen at each pixel, to the next frame, float32
            (h, w, 2). Whole numbers, because every layer moves by whole pixels.
        occlusion: Where the flow holds no promise, bool (h, w): what is seen there is hidden or
            out of view in the next frame, or blends two layers (a soft rim, the glow of a lamp),
            or the two themes show different layers. Elsewhere
            `next.image[y + flow_y, x + flow_x] == image[y, x]`, exactly, in both themes.
        offset: The camera's left upper corner (x, y) on the map, in output pixels.
    """

    image_a: np.ndarray
    image_b: np.ndarray
    flow: np.ndarray
    occlusion: np.ndarray
    offset: tuple[int, int]


def scroll(
    pair: str,
    *,
    seed: int = 0,
    path: str = "pan",
    num_frames: int = 60,
    size: tuple[int, int] = (480, 640),
    scale: float = 1.0,
    structure: int = 0,
) -> Iterator[ScrollFrame]:
    """Moves a camera through a world of its own and yields what it sees, for measures on video.

    The world is none of those in train, validation or test. Each background layer moves with its
    own ratio (`RATIOS`), rounded to whole pixels, so the flow is exact and not an estimate.

    Args:
        pair: A key of `PAIRS`.
        seed: Which world, at least 0. Default: 0.
        path: "pan" (sideways at constant speed, the default), "climb" (upwards) or "tour" (a
            smooth loop).
        num_frames: Number of frames, at least 1. Default: 60.
        size: Size of a frame, (height, width) in pixels, at least (8, 8). Default: (480, 640).
        scale: Pixels per full-scale pixel, in [0.1, 2]. Default: 1.
        structure: Same as in `render`. Default: 0.

    Returns:
        The frames; each is drawn when it is asked for.

    Raises:
        ValueError: If a value is out of its set or range. Raised at once, not at the first frame.
    """
    for name, value, allowed in (("pair", pair, tuple(PAIRS)), ("path", path, PATHS)):
        if value not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}; received {value!r}.")
    if num_frames < 1 or min(size) < 8:
        raise ValueError(
            "num_frames must be at least 1 and size at least (8, 8); received "
            f"{num_frames!r} and {size!r}."
        )
    if not 0.1 <= scale <= 2:
        raise ValueError(f"scale must be in [0.1, 2]; received {scale!r}.")
    check_structure(structure)
    height, width = size
    refuse_too_many_frames(num_frames, height, width)
    offsets = _positions(path, num_frames + 1, scale)
    right, down = (max(o[k] for o in offsets) for k in (0, 1))
    layout = make_layout(
        seed * 4_000_000 + _SEEDS,
        width=max(320, math.ceil((width + right) / scale) + 1),
        height=max(240, math.ceil((height + down) / scale) + 1),
    )
    return _frames(layout, PAIRS[pair], scale, offsets, size, structure)


def _positions(path: str, count: int, scale: float) -> list[tuple[int, int]]:
    """Camera positions in output pixels; the smallest coordinate is 0."""
    speed = max(1, round(8 * scale))
    reach = 260 * scale
    if path == "pan":
        return [(speed * t, 0) for t in range(count)]
    if path == "climb":
        return [(0, speed * (count - 1 - t)) for t in range(count)]
    angles = [2 * math.pi * t / max(count - 1, 60) for t in range(count)]
    points = [
        (round(2 * reach * (1 - math.cos(a))), round(reach * (1 + math.sin(2 * a)))) for a in angles
    ]
    left, top = (min(p[k] for p in points) for k in (0, 1))
    return [(x - left, y - top) for x, y in points]


def _view(
    layout: Layout,
    theme: str,
    scale: float,
    offset: tuple[int, int],
    size: tuple[int, int],
    structure: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(image, depth, mixed) at one camera position."""
    view = (*offset, size[1], size[0])
    painter = open_painter(layout, theme, scale, view, structure, mixed=True)
    painter.paint(offset)
    capture = painter.capture()
    assert painter.mixed is not None  # as asked for
    return capture.image, capture.depth, painter.mixed


def _frames(
    layout: Layout,
    themes: tuple[str, str],
    scale: float,
    offsets: list[tuple[int, int]],
    size: tuple[int, int],
    structure: int,
) -> Iterator[ScrollFrame]:
    here = [_view(layout, theme, scale, offsets[0], size, structure) for theme in themes]
    rows, cols = np.indices(size)
    for now, then in zip(offsets[:-1], offsets[1:], strict=True):
        there = [_view(layout, theme, scale, then, size, structure) for theme in themes]
        motion = np.zeros((len(RATIOS) + 1, 2), int)  # of each depth, from now to then
        for layer in range(len(motion)):
            (x0, y0), (x1, y1) = (layer_shift(layout, scale, layer, at) for at in (now, then))
            motion[layer] = (x1 - then[0]) - (x0 - now[0]), (y1 - then[1]) - (y0 - now[1])
        depth = here[0][1]
        flow = motion[depth]
        x, y = cols + flow[..., 0], rows + flow[..., 1]
        hidden = (x < 0) | (y < 0) | (x >= size[1]) | (y >= size[0]) | (depth != here[1][1])
        x, y = np.clip(x, 0, size[1] - 1), np.clip(y, 0, size[0] - 1)
        for k in range(2):
            hidden |= here[k][2] | there[k][2][y, x] | (there[k][1][y, x] != depth)
        yield ScrollFrame(here[0][0], here[1][0], flow.astype(np.float32), hidden, now)
        here = there
