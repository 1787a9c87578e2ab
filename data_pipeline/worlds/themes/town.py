"""Gears, clock faces and far houses of clocktown."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    Shape,
    box,
    cut,
    disc,
    polygon,
    stroke,
    taper,
    triangle,
    union,
)
from data_pipeline.worlds.themes.parts import pick

FACE = ramp("#c8b480", "#f4e8c0", "#fffdf0")
WALLS = (
    ramp("#2c3474", "#3a4488", "#5460a8"),
    ramp("#1c2254", "#262c64", "#3c4488"),
    ramp("#101434", "#181c44", "#282e62"),
)
WINDOWS = (ramp("#a89070"), ramp("#dca858"), ramp("#ffc860"))


def gear(x: float, y: float, q: float, teeth: int, turn: float = 0.0) -> Shape:
    """A toothed wheel of outer radius `q` with a round hole, turned by `turn` radians."""
    points = []
    for k in range(teeth):
        for a, reach in ((0.0, 0.82), (0.16, 0.82), (0.26, 1.0), (0.58, 1.0), (0.68, 0.82)):
            at = 2 * np.pi * (k + a) / teeth + turn
            points.append((x + q * reach * np.cos(at), y + q * reach * np.sin(at)))
    return cut(polygon(points), disc(x, y, q * 0.4))


def clock_face(
    c: Canvas, x: float, y: float, q: float, seed: int, rim: np.ndarray, ink: np.ndarray
) -> None:
    """A clock face with two hands; the hour is the individual's own."""
    c.fill(disc(x, y, q * 1.2), rim, "bevel", width=q * 0.4, outline=ink)
    c.fill(disc(x, y, q), FACE, "ball", gain=0.25, shift=0.15)
    for k in range(12):
        at, size = k * np.pi / 6, q * (0.09 if k % 3 == 0 else 0.055)
        c.fill(disc(x + q * 0.8 * np.sin(at), y - q * 0.8 * np.cos(at), size), ink, "flat")
    for at, reach, thick in ((pick(seed, 5) * 6.28, 0.5, 0.1), (pick(seed, 6) * 6.28, 0.72, 0.06)):
        tip = (x + q * reach * np.sin(at), y - q * reach * np.cos(at))
        c.fill(stroke([(x, y), tip], q * thick), ink, "flat")


def far_house(c: Canvas, depth: int, x: float, rise: float, r: Stream) -> None:
    """A house of a backdrop layer with lit windows; the tallest have a clock or a gear."""
    tones, glow = WALLS[depth], WINDOWS[depth]
    half = (r.uniform(44, 80), r.uniform(50, 90), r.uniform(60, 100))[depth]
    top, kind = rise - half * 0.9, r.integer(0, 3)
    body = [box(x - half, -top, x + half, 60)]
    if kind == 0:
        body.append(triangle(x, half * 1.15, -top + 2, -top - half * 1.5))
    elif kind == 1:
        body.append(taper(x, (half * 1.1, -top + 2), (half * 0.6, -top - half * 0.7)))
        body.append(box(x + half * 0.2, -top - half * 1.1, x + half * 0.45, -top))
    else:
        body += [disc(x, -top, half * 0.9), box(x - 3, -top - half * 1.5, x + 3, -top)]
    c.fill(union(*body), tones, "bevel", width=18, gain=0.6)
    step = 40 if depth else 30
    for i in range(int(2 * half / step)):
        for k in range(int((top - 60) / (step * 1.3))):
            if r.chance(0.45):
                u, v = x - half + step * (i + 0.5), -top + 24 + step * 1.3 * k
                window = box(u - step * 0.18, v, u + step * 0.18, v + step * 0.56, 2)
                c.fill(window, glow, "flat", alpha=0.85)
    if depth == 0 and half > 60:
        y = -top - 4
        c.fill(disc(x, y, half * 0.42), ramp("#d8cc9c"), "flat")
        hands = stroke([(x, y - half * 0.3), (x, y), (x + half * 0.18, -top + 4)], 2.5)
        c.fill(hands, tones, "flat", shift=-0.4)
    if depth == 2 and r.chance(0.4):
        c.fill(gear(x, -top * 0.45, half * 0.6, 12), tones, "bevel", shift=0.2, width=10)
