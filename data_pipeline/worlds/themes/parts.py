"""What several themes draw in the same way: places in a row, light, masonry, cords."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from data_pipeline.worlds.canvas import Canvas
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import Field, Shape, box, disc
from data_pipeline.worlds.textures import Period, bricks, hash01, noise

#: The whole tile of `Theme.soil` and of `Theme.wall`, and a little more: its rim stays outside.
SOIL = box(-1, -1, 721, 721)
EDGE = box(0, -1, 24, 241)
EDGE_LINE = box(-2, -1, 3, 241)


def bar(x: float, half: float) -> Shape:
    """An upright bar around x that goes on above and below the tile of a ladder or rope."""
    return box(x - half, -300, x + half, 540)


def profile(
    x: float, half: float, top: float, points: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Corners of something of height `top` on the ground, given as shares (k, q) of its size.

    k counts half-widths to the right of x, q is the share of the height.
    """
    return [(x + half * k, -top * q) for k, q in points]


def pick(seed: int, i: int) -> float:
    """A float in [0, 1) for the i-th detail of an individual."""
    return float(hash01(np.array([i]), np.array([0]), seed)[0])


def pick_side(seed: int) -> int:
    """-1 or 1: on which side an individual house has its door."""
    return -1 if pick(seed, 0) < 0.5 else 1


def along(x0: float, x1: float, r: Stream, low: float, high: float) -> Iterator[float]:
    """Places from x0 until before x1, each `low` to `high` after the one before.

    A step is drawn from `r` when the next place is asked for: after what was drawn at this one.
    """
    x = x0
    while x < x1:
        yield x
        x += r.uniform(low, high)


def slabs(
    x0: float, x1: float, r: Stream, widths: Sequence[int], least: int
) -> Iterator[tuple[float, float]]:
    """Stones side by side from x0 to x1, as (left end, width); the last is `least` wide or more."""
    x = x0
    while x < x1 - 1:
        wide = min(r.choice(widths), x1 - x)
        wide = x1 - x if x1 - x - wide < least else wide
        yield x, wide
        x += wide


def panels(w: int, pitch: int) -> Iterator[float]:
    """Middles of the panels of a fence of width `w` around 0."""
    for k in range(w // pitch):
        yield -w / 2 + pitch / 2 + pitch * k


def sky_spots(r: Stream, count: int, low: float, high: float) -> Iterator[tuple[float, ...]]:
    """Places in the tile of `Theme.air`, and sizes: `count` times (x, y, size in [low, high))."""
    for _ in range(count):
        yield r.uniform(0, 1200), r.uniform(0, 1800), r.uniform(low, high)


def glow(
    c: Canvas,
    x: float,
    y: float,
    radius: float,
    tones: np.ndarray,
    alpha: float,
    soft: float | None = None,
    **paint: Any,
) -> None:
    """A disc of light that fades out over `soft` units (default: from its middle on)."""
    soft = radius if soft is None else soft
    c.fill(disc(x, y, radius), tones, "flat", soft=soft, alpha=alpha, **paint)


def beams(
    c: Canvas,
    r: Stream,
    colour: str,
    count: int,
    widths: tuple[float, float],
    forces: tuple[float, float],
    slant: int,
) -> None:
    """Slanting beams of light in the tile of `Theme.air`.

    Args:
        widths: Range of the half-width of a beam, in units.
        forces: Range of its opacity.
        slant: 1 or -1, to which side the beams lean.
    """
    drawn = [(r.uniform(0, 600), r.uniform(*widths), r.uniform(*forces)) for _ in range(count)]

    def light(x, y):  # slanted by 600 over the height of the tile, so that it wraps
        u = x + slant * y / 3
        away = ((np.abs((u - at + 300) % 600 - 300) / half, force) for at, half, force in drawn)
        return sum(np.clip(1 - d, 0, 1) * force for d, force in away)

    c.glaze(colour, light)


def edge_light(c: Canvas, tones: np.ndarray, reach: float, alpha: float, **paint: Any) -> None:
    """Lights the edge of a step (`Theme.wall`), `reach` units deep."""
    c.fill(EDGE, tones, lambda x, y, d: np.clip(1 - x / reach, 0, 1) + 0 * y, alpha=alpha, **paint)


def masonry(
    width: float,
    height: float,
    strength: float = 1.0,
    *,
    seed: int = 4,
    tint: float = 0.34,
    mortar: float = 3.0,
    wrap: Period = (None, None),
) -> Field:
    """Cut stone or bricks with seams, about [-0.5, 0.3] times `strength`, as a texture.

    Args:
        width: Width of a stone, in units.
        height: Its height.
        strength: Factor of the whole texture.
        seed: Which stones.
        tint: How much two stones may differ.
        mortar: Width of the seams, in units.
        wrap: Period of the tile that is painted.

    Returns:
        A function for `Canvas.fill(texture=...)`.
    """

    def stones(x, y):
        edge, tone = bricks(x, y, width, height, seed, mortar, wrap)
        rough = 0.16 * (noise(x, y, 12, seed, (720, 720)) - 0.5)
        return strength * (tint * (tone - 0.5) - 0.4 * (1 - edge) + rough)

    return stones


def twist(pitch: float, tilt: float) -> Callable[..., np.ndarray]:
    """Light of a cord twisted of strands, each `pitch` units high: a function for `Canvas.fill`."""
    return lambda x, y, d: 0.5 + 0.5 * np.sin((y + tilt * x) * 2 * np.pi / pitch)
