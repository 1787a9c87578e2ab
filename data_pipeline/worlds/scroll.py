"""A camera path through a world: frames in both themes, with exact optical flow and occlusion.

Not here: drawing (`render.py`) and video files (`cyclegan_tf.video`).
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from data_pipeline.worlds.layout import RATIOS, Layout, make_layout
from data_pipeline.worlds.render import Painter, layer_shift
from data_pipeline.worlds.themes import PAIRS

PATHS = ("pan", "climb", "tour")
_SEEDS = 3_900_000  # in the range of the test layouts, behind all that `map_specs` can reach


class ScrollFrame(NamedTuple):
    """One frame of a camera path.

    Attributes:
        image_a, image_b: the view in both themes, uint8 (h, w, 3).
        flow: float32 (h, w, 2), motion (x, y) in pixels of what is seen at each pixel, to the next
            frame. Whole numbers, because every layer moves by whole pixels.
        occlusion: bool (h, w), True where the flow holds no promise: what is seen there is hidden
            or out of view in the next frame, or blends two layers (a soft rim, the glow of a lamp),
            or the two themes show different layers. Elsewhere
            `next.image[y + flow_y, x + flow_x] == image[y, x]`, exactly, in both themes.
        offset: (x, y), the camera's left upper corner on the map, in output pixels.
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
) -> Iterator[ScrollFrame]:
    """Moves a camera through a world of its own and yields what it sees, for measures on video.

    The world is none of those in train, validation or test. Each background layer moves with its
    own ratio (`RATIOS`), rounded to whole pixels, so the flow is exact and not an estimate.

    Args:
        pair: a key of `PAIRS`.
        seed: which world.
        path: "pan" (sideways at constant speed), "climb" (upwards), "tour" (a smooth loop).
        num_frames: how many frames.
        size: (height, width) of a frame in pixels.
        scale: pixels per full-scale pixel, as in `render`.

    Returns:
        An iterator of `ScrollFrame`; a frame is drawn when it is asked for.

    Raises:
        ValueError: at once, for a value out of its set or range.
    """
    for name, value, allowed in (("pair", pair, tuple(PAIRS)), ("path", path, PATHS)):
        if value not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {value!r}.")
    if num_frames < 1 or min(size) < 8:
        raise ValueError(
            f"num_frames must be >= 1 and size at least (8, 8), got {num_frames} and {size}."
        )
    if not 0.1 <= scale <= 2:
        raise ValueError(f"scale must be in [0.1, 2], got {scale}. 1 is full size.")
    height, width = size
    offsets = _positions(path, num_frames + 1, scale)
    right, down = (max(o[k] for o in offsets) for k in (0, 1))
    layout = make_layout(
        seed * 4_000_000 + _SEEDS,
        width=max(320, math.ceil((width + right) / scale) + 1),
        height=max(240, math.ceil((height + down) / scale) + 1),
    )
    return _frames(layout, PAIRS[pair], scale, offsets, size)


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


def _view(layout: Layout, theme: str, scale: float, offset, size):
    """(image, depth, mixed) at one camera position."""
    painter = Painter(layout, theme, scale, (*offset, size[1], size[0]), mixed=True)
    painter.paint(offset)
    capture = painter.capture()
    return capture.image, capture.depth, painter.mixed


def _frames(layout, themes, scale, offsets, size) -> Iterator[ScrollFrame]:
    here = [_view(layout, theme, scale, offsets[0], size) for theme in themes]
    rows, cols = np.indices(size)
    for now, then in zip(offsets[:-1], offsets[1:], strict=True):
        there = [_view(layout, theme, scale, then, size) for theme in themes]
        motion = np.zeros((len(RATIOS) + 1, 2), int)  # of each depth, from now to then
        for depth in range(len(motion)):
            shifts = (layer_shift(layout, scale, depth, camera) for camera in (now, then))
            (x0, y0), (x1, y1) = shifts
            motion[depth] = (x1 - then[0]) - (x0 - now[0]), (y1 - then[1]) - (y0 - now[1])
        depth = here[0][1]
        flow = motion[depth]
        x, y = cols + flow[..., 0], rows + flow[..., 1]
        hidden = (x < 0) | (y < 0) | (x >= size[1]) | (y >= size[0]) | (depth != here[1][1])
        x, y = np.clip(x, 0, size[1] - 1), np.clip(y, 0, size[0] - 1)
        for k in range(2):
            hidden |= here[k][2] | there[k][2][y, x] | (there[k][1][y, x] != depth)
        yield ScrollFrame(here[0][0], here[1][0], flow.astype(np.float32), hidden, now)
        here = there
