"""Crowns of leaves, grass, and the ridges of hills, drawn in the same way in all themes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from data_pipeline.worlds.canvas import Canvas
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import below, disc, polygon, union, wobble
from data_pipeline.worlds.themes.base import Peaks


def foliage(
    c: Canvas,
    lobes: Sequence[tuple[float, float, float]],
    tones: np.ndarray,
    r: Stream,
    *,
    leaf: float = 16.0,
    density: float = 1.0,
    line: bool = True,
    rough: float = 0.22,
) -> None:
    """A crown of leaf clumps: a dark mass, then clumps from the shadow side to the light.

    Args:
        c: Canvas to paint on.
        lobes: Discs (x, y, radius) that together make the crown.
        tones: Ramp, dark to light.
        r: Stream of the individual.
        leaf: Size of a clump, in units.
        density: How closely the clumps cover the crown.
        line: Whether the mass has an outline.
        rough: How uneven the rim of the mass is, as a share of `leaf`.
    """
    seed = r.integer(0, 1 << 16)
    mass = wobble(union(*(disc(*lobe) for lobe in lobes), blend=leaf), leaf * rough * 2, leaf, seed)
    c.fill(mass, tones, "ball", gain=0.25, shift=-0.3, outline=tones if line else None)
    lx, ly = c.light
    reach = max(np.hypot(x, y) + rad for x, y, rad in lobes)
    mx, my = (sum(lobe[k] for lobe in lobes) / len(lobes) for k in (0, 1))
    clumps = []
    for x, y, rad in lobes:
        for _ in range(max(3, int(density * 1.3 * (rad / leaf) ** 2))):
            angle, dist = r.uniform(0, 6.2832), rad * 0.97 * r.uniform() ** 0.5
            px, py = x + dist * np.cos(angle), y + dist * np.sin(angle)
            clumps.append((((px - mx) * lx + (py - my) * ly) / reach, px, py, r.uniform(0.7, 1.25)))
    for lit, px, py, size in sorted(clumps):
        rad = leaf * size * 0.72
        blob = wobble(disc(px, py, rad), rad * 0.3, rad * 0.8, seed + int(px * 7 + py))
        c.fill(blob, tones, "ball", gain=0.22, shift=-0.12 + 0.62 * lit, atop=True)


#: Per backdrop layer: mean height and amplitude of its ridge, and its numbers of bumps.
_RIDGES: tuple[tuple[tuple[float, float], tuple[int, ...]], ...]
_RIDGES = (((92, 36), (3, 5, 8)), ((124, 48), (2, 5, 7)), ((84, 27), (3, 5, 8)))


def hills(
    c: Canvas,
    w: int,
    depth: int,
    peaks: Peaks,
    tones: np.ndarray,
    *,
    back: bool = False,
    **paint: Any,
) -> None:
    """The ridge of a backdrop layer, over its whole width; the same line in all themes.

    Args:
        c: Canvas of the layer.
        w: Its width, in units.
        depth: Which layer: 0 (far), 1 or 2 (near).
        peaks: Peaks of the layer.
        tones: Ramp, dark to light.
        back: Whether it is the layer's second ridge, behind the first and about twice as high.
        **paint: Options of `Canvas.fill`.
    """
    (mean, swing), waves = _RIDGES[depth]
    if back:
        mean, swing = mean * 1.95, swing * 1.9
    r = Stream("ridge", depth, peaks.seed, back)
    parts = [
        (k, r.uniform(0, 6.2832), r.uniform(0.6, 1.0) / (1 + 0.6 * i)) for i, k in enumerate(waves)
    ]
    norm = sum(p[2] for p in parts)

    def line(x):
        swell = sum(a * np.sin(2 * np.pi * k * x / w + f) for k, f, a in parts)
        return -mean - swing / norm * swell

    c.fill(below(line, 0, w, -mean - swing, 400), tones, **paint)


def tufts(
    c: Canvas,
    x0: float,
    x1: float,
    tones: np.ndarray,
    r: Stream,
    *,
    step: float = 9.0,
    up: float = 14.0,
    down: float = 16.0,
) -> None:
    """Blades of grass along y = 0, a darker row that hangs down and a lighter one that stands up.

    Args:
        c: Canvas to paint on.
        x0: Left end of the row, in units.
        x1: Its right end.
        tones: Ramp, dark to light.
        r: Stream that the blades are drawn from.
        step: Distance of two blades.
        up: How high the longest blade stands.
        down: How low the longest blade hangs.
    """
    for foot, length in ((-2, down), (4, -up)):
        x = x0
        while x < x1 - 1e-6:
            reach = length * r.uniform(0.45, 1.0)
            half = step * r.uniform(0.55, 0.9)
            tip = (x + 5.0 * r.uniform(-1, 1), reach)
            blade = polygon([(x - half, foot), tip, (x + half, foot)])
            shift = -0.15 if length > 0 else r.uniform(0, 0.3)
            c.fill(blade, tones, "down", gain=0.25, shift=shift)
            x += step
