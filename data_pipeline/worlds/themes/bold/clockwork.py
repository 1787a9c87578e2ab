"""Wheels, boilers, the dial and the wall of the clockwork."""

from typing import Any

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import box, cut, disc, ring, stroke, union
from data_pipeline.worlds.textures import noise
from data_pipeline.worlds.themes import parts, town
from data_pipeline.worlds.themes.clocktown import BRASS, INK, LIT

_WALL = ramp("#0c1030", "#141a44", "#20285c", "#2e3874")


def wheel(
    c: Canvas, x: float, y: float, q: float, tones: np.ndarray, turn: float, **paint: Any
) -> None:
    """A toothed wheel with spokes."""
    teeth = max(10, int(q / 6))
    rim = cut(town.gear(x, y, q, teeth, turn), disc(x, y, q * 0.66))
    arms = [
        stroke([(x, y), (x + q * 0.7 * np.cos(a), y + q * 0.7 * np.sin(a))], q * 0.075)
        for a in (turn + k * np.pi / 3 for k in range(6))
    ]
    c.fill(
        union(rim, *arms, disc(x, y, q * 0.2)), tones, "bevel", width=q * 0.12, gain=0.6, **paint
    )
    c.fill(disc(x, y, q * 0.09), tones, "flat", shift=-0.4)


def boiler(c: Canvas, x: float, top: float, tones: np.ndarray, r: Stream) -> None:
    """A boiler with its fire, as high as `top`."""
    half = r.uniform(40, 66)
    c.fill(box(x - half, -top, x + half, 60, half * 0.6), tones, "tube", gain=0.5)
    for y in (-top * 0.72, -top * 0.3):
        c.fill(
            box(x - half - 3, y - 6, x + half + 3, y + 6, 2),
            tones,
            "tube",
            gain=0.5,
            shift=0.16,
        )
    c.fill(disc(x, -top * 0.51, half * 0.34), tones, "bevel", width=6, shift=0.1)
    c.fill(
        disc(x, -top * 0.51, half * 0.25),
        ramp("#a8502c", "#f0984c", "#ffe0a0"),
        "ball",
        gain=0.4,
    )


def dial(c: Canvas) -> None:
    """The clock's own face, lit from behind."""
    parts.glow(c, 0, 0, 238, LIT, 0.5, soft=150)
    c.fill(ring(0, 0, 176, 150), BRASS, "bevel", width=12, outline=INK)
    c.fill(disc(0, 0, 152), ramp("#e8a848", "#ffd888", "#fff6d0"), "ball", gain=0.3, shift=0.1)
    for k in range(12):
        a, reach = k * np.pi / 6, (118, 128)[k % 3 > 0]
        mark = [(q * np.sin(a), -q * np.cos(a)) for q in (reach, 142)]
        c.fill(stroke(mark, (6, 3)[k % 3 > 0]), INK, "flat", alpha=0.85)
    for a, reach, half in ((0.9, 84, 7), (4.4, 120, 4.5)):
        hand = stroke(
            [(-18 * np.sin(a), 18 * np.cos(a)), (reach * np.sin(a), -reach * np.cos(a))],
            half,
            half * 0.5,
        )
        c.fill(hand, INK, "flat")
    c.fill(disc(0, 0, 12), BRASS, "ball", outline=INK)


def wall_of_wheels(c: Canvas) -> None:
    """A wall of riveted plates with wheels before it; the tile of `Theme.air`."""

    def plates(x, y):
        u, v = x % 200, y % 150
        seam = (np.minimum(u, 200 - u) < 2.2) | (np.minimum(v, 150 - v) < 2.2)
        return 0.25 * (noise(x, y, 150, 5, (1200, 1800)) - 0.5) - 0.3 * seam

    c.fill(box(-1, -1, 1201, 1801), _WALL, "flat", texture=plates)
    for i in range(6):
        for k in range(12):
            for u, v in ((16, 16), (184, 16), (16, 134), (184, 134)):
                c.fill(disc(200 * i + u, 150 * k + v, 3.4), _WALL, "ball", gain=0.5, shift=0.2)
    for k in range(11):
        x, y = 1200 * parts.pick(31, k), 1800 * (k + 0.5 * parts.pick(32, k)) / 11
        q = 90 + 130 * parts.pick(33, k)
        c.fill(disc(x + 9, y + 12, q), ramp("#080b22"), "flat", alpha=0.5, soft=16)
        wheel(c, x, y, q, ramp("#121840", "#1b2252", "#2a3470", "#3c488c"), 6 * parts.pick(34, k))
