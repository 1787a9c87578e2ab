"""Reef: under warm water. Rippled sand over coral rock, branching corals, shell houses, kelp.

Not here: trees, houses and all that stands on the ground (`reef.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import (
    box,
    cut,
    disc,
    ellipse,
    stroke,
    union,
    wobble,
)
from data_pipeline.worlds.textures import caustics, cells, noise
from data_pipeline.worlds.themes.base import Theme, hills, ramp

SAND = ramp("#b5793f", "#dba85c", "#f5d58a", "#fff6c8")
CORAL_ROCK = ramp("#5a2350", "#87386a", "#b9587c", "#e68a92")
DEEP = ramp("#331642", "#512456", "#74366c", "#97506f")
PINK = ramp("#8c1450", "#d43a78", "#ff7f9c", "#ffd0cc")
ORANGE = ramp("#a3361a", "#e8682c", "#ff9f52", "#ffe0a0")
YELLOW = ramp("#b07a10", "#e8b92c", "#fff07a")
KELP = ramp("#1a4a26", "#3f8a34", "#8cc84a", "#dcf07e")
VIOLET = ramp("#3d1f80", "#7040c0", "#a87cf0", "#e0ccff")
PEARL = ramp("#8c7a94", "#d8c4d0", "#fff4ee")
INK = ramp("#241038")
FOAM = ramp("#d8fbff")
CORALS = (PINK, ORANGE, VIOLET, YELLOW)


def dots(x, y):
    """Pores of coral, about [-0.35, 0.1]."""
    edge, tone = cells(x, y, 20, 31)
    return 0.2 * (tone - 0.5) - 0.3 * (edge > 0.72)


def branches(r, x, y, angle, length, radius, depth):
    """Strokes of a coral that forks `depth` times, thick ones first."""
    end = (x + length * np.sin(angle), y - length * np.cos(angle))
    mid = ((x + end[0]) / 2 + length * 0.12 * r.uniform(-1, 1), (y + end[1]) / 2)
    parts = [stroke([(x, y), mid, end], radius, radius * 0.76)]
    if depth:
        for side in (-1, 1):
            turn = angle + side * r.uniform(0.2, 0.44)
            parts += branches(
                r, *end, turn, length * r.uniform(0.7, 0.86), radius * 0.74, depth - 1
            )
    return parts


class ReefLand(Theme):
    """Sky, backdrops, ground, platforms, ladders, ropes and clouds."""

    light = (-0.15, -1.0)
    sky = ("#58dcea", "#22b4dc", "#1189c4", "#0d5fa6", "#0f3f86")
    depths = ("#14589c", "#174a86", "#143a70")

    def air(self, c, r):
        beams = [(r.uniform(0, 600), r.uniform(16, 70), r.uniform(0.06, 0.17)) for _ in range(7)]

        def light(x, y):  # slanted by 600 over the height of the tile, so that it wraps
            u = x - y / 3
            away = ((np.abs((u - at + 300) % 600 - 300) / half, force) for at, half, force in beams)
            return sum(np.clip(1 - d, 0, 1) * force for d, force in away)

        c.glaze("#d8fff4", light)
        for _ in range(60):
            x, y, q = r.uniform(0, 1200), r.uniform(0, 1800), r.uniform(3, 9)
            c.fill(cut(disc(x, y, q), disc(x, y, q - 2.4)), FOAM, "flat", alpha=0.6)

    def sun(self, c, r):
        c.fill(disc(0, 0, 235), ramp("#e8fff0"), "flat", soft=230, alpha=0.7)

    def backdrop(self, c, depth, w, h, peaks, r):
        if depth == 0:
            tones = ramp("#0f4f9a", "#1766ac", "#2a86c0", "#4fa8d0")
            for x, top in peaks.spots:
                half = r.uniform(60, 130)
                tower = union(
                    box(x - half, -top, x + half, 40, half * 0.8),
                    ellipse(x - half, -top * 0.4, half, top * 0.3),
                    ellipse(x + half * 0.9, -top * 0.6, half * 0.7, top * 0.2),
                    blend=60,
                )
                c.fill(
                    wobble(tower, 22, 70, r.integer(0, 999)),
                    tones,
                    "bevel",
                    width=60,
                    gain=0.55,
                    grain=0.16,
                    cell=40,
                )
            hills(c, w, 0, peaks, tones, width=60, gain=0.4)
        elif depth == 1:
            for x, rise in peaks.spots:
                tones = r.choice(
                    (ramp("#2a4a90", "#3c64a8", "#5f8cc4"), ramp("#4a4290", "#6458a8", "#8c80c8"))
                )
                c.fill(
                    union(*branches(r, x, -60, r.uniform(-0.2, 0.2), rise * 0.34, 17, 3)),
                    tones,
                    "ball",
                    gain=0.4,
                )
            for back in (True, False):
                tones = ramp("#123f78", "#1b5594", "#2f78ae")
                hills(c, w, 1, peaks, tones, back=back, width=50, gain=0.5, grain=0.2, cell=30)
        else:
            for x, top in [
                (x + 30 * k, top * (1 - 0.2 * k)) for k in (1, 0) for x, top in peaks.spots
            ]:
                self._kelp(c, r, x, -30, top - 30, ramp("#0f3a5c", "#1a5a6e", "#2f8280"), 9)
            hills(
                c, w, 2, peaks, ramp("#10305f", "#184a7c", "#2a6a94"), width=36, grain=0.2, cell=24
            )

    def _kelp(self, c, r, x, y, rise, tones, radius):
        sway, phase = r.uniform(8, 20), r.uniform(0, 6.28)
        pts = [(x + sway * np.sin(phase + k * 0.7) * k / 8, y - rise * k / 9) for k in range(10)]
        c.fill(stroke(pts, radius, 2), tones, "down", gain=0.4)
        for k in range(2, 9):
            side = 1 if k % 2 else -1
            c.fill(
                ellipse(pts[k][0] + side * radius * 1.4, pts[k][1], radius * 1.4, radius * 0.7),
                tones,
                "down",
                gain=0.3,
            )

    def soil(self, c, deep):
        def rock(x, y):
            wrap = (720, 720)
            edge, tone = cells(x, y, 48, 6, wrap)
            return (
                0.5 * (tone - 0.5)
                + 0.5 * (edge - 0.5) * (edge < 0.5)
                + 0.22 * (noise(x, y, 15, 2, wrap) - 0.5)
            )

        c.fill(box(-1, -1, 721, 721), DEEP if deep else CORAL_ROCK, "flat", texture=rock)

    def wall(self, c):
        c.fill(
            box(0, -1, 24, 241), PINK, lambda u, v, d: np.clip(1 - u / 16, 0, 1) + 0 * v, alpha=0.45
        )
        c.fill(box(-2, -1, 3, 241), INK, "flat")

    def cap(self, c, x0, x1, r):
        x = x0 + 16.0
        while x < x1 - 16:  # polyps under the edge
            tones = r.choice(CORALS)
            c.fill(
                disc(x, r.uniform(24, 34), r.uniform(7, 12)), tones, "ball", gain=0.6, outline=INK
            )
            x += r.uniform(14, 70)

        def ripples(u, v):
            period = c.period if c.period[0] else (None, None)
            return 0.5 * caustics(u, v * 2.2 + 50, 40, 3, period) + 0.14 * np.sin(
                v * 0.9 + 5 * noise(u, v, 40, 1, period)
            )

        c.fill(
            wobble(box(x0, -6, x1, 26, 12), 5, 60, 5, c.period),
            SAND,
            "down",
            gain=0.5,
            texture=ripples,
            outline=ramp("#6d3f28"),
        )
        x = x0 + 30.0
        while x < x1 - 30:
            if r.chance(0.4):
                c.fill(
                    union(
                        *(
                            stroke([(x, -2), (x + 7 * k, -13 + 2 * abs(k))], 3, 2.4)
                            for k in (-1, 0, 1)
                        )
                    ),
                    r.choice(CORALS),
                    "down",
                    outline=INK,
                )
            x += r.uniform(40, 110)

    def platform(self, c, w, r):
        lumps = [ellipse(w * q, 24, w * 0.13 + 22, r.uniform(26, 34)) for q in (0.2, 0.4, 0.6, 0.8)]
        rock = cut(union(*lumps, blend=20), box(-60, -80, w + 60, 4))
        c.fill(
            wobble(rock, 5, 20, r.integer(0, 999)),
            CORAL_ROCK,
            "bevel",
            width=26,
            gain=0.55,
            texture=dots,
            outline=INK,
        )
        self.cap(c, -4, w + 4, r)

    def ladder(self, c):
        """A net hung up between two lines."""
        net = ramp("#8c6a3a", "#d0a860", "#fbe6ac")
        for y in range(0, 240, 30):
            c.fill(stroke([(-17, y + 4), (0, y + 15), (17, y + 4)], 3.2), net, "flat", outline=INK)
            c.fill(
                stroke([(-17, y + 26), (0, y + 15), (17, y + 26)], 3.2),
                net,
                "flat",
                shift=-0.2,
                outline=INK,
            )
        for x in (-17, 17):
            c.fill(box(x - 4.5, -300, x + 4.5, 540), net, "tube", outline=INK)
        for y in (30, 150):
            c.fill(disc(-17, y, 8), ORANGE, "ball", outline=INK)

    def rope(self, c):
        pts = [(4 * np.sin(2 * np.pi * y / 120), y) for y in range(-300, 541, 12)]
        for y in range(0, 240, 30):
            side = 1 if (y // 30) % 2 else -1
            c.fill(ellipse(side * 8, y + 10, 7, 5), KELP, "down", outline=INK)
        c.fill(stroke(pts, 5), KELP, "down", gain=0, outline=INK)

    def cloud(self, c, w, h, r):
        """A cluster of bubbles."""
        spots = [
            (0, -0.5, 0.36),
            (-0.2, -0.4, 0.3),
            (0.2, -0.42, 0.29),
            (-0.36, -0.26, 0.2),
            (0.36, -0.26, 0.2),
            (0.08, -0.18, 0.17),
            (-0.14, -0.14, 0.14),
            (0.24, -0.12, 0.12),
        ]
        for x, y, q in spots:
            x, y, q = w * x + h * r.uniform(-0.05, 0.05), h * y, h * q * r.uniform(0.9, 1.08)
            body = ramp("#3fb8e0", "#7fdcf0", "#c4f6fb")
            c.fill(disc(x, y, q), body, "ball", gain=-0.4, alpha=0.8, outline=ramp("#1f8cc0"))
            c.fill(
                disc(x, y, q * 0.76), ramp("#58c8ea"), "flat", soft=q * 0.4, alpha=0.6, atop=True
            )
            c.fill(ellipse(x - q * 0.34, y - q * 0.42, q * 0.26, q * 0.17), ramp("#ffffff"), "flat")
