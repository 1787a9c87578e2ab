"""Highland: sun-baked ochre rock. Banded mesas, dry grass, clay houses, acacias and cactuses.

Not here: trees, houses and all that stands on the ground (`highland.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import (
    box,
    curve,
    disc,
    ellipse,
    polygon,
    stroke,
    union,
    wobble,
)
from data_pipeline.worlds.textures import cells, noise, strata
from data_pipeline.worlds.themes.base import Theme, hills, ramp

OCHRE = ramp("#7a3416", "#b05a22", "#dc8a3a", "#f8c070")
DEEP = ramp("#54240f", "#7a3818", "#a05424", "#c67c3c")
STRAW = ramp("#8a6a1c", "#bf9a2c", "#e8c94e", "#fbf0a0")
CLAY = ramp("#a8683c", "#d39a62", "#f0c892", "#fde8c8")
OLIVE = ramp("#3c4a18", "#637324", "#93a43a", "#c8d468")
CACTUS = ramp("#164a30", "#2c7444", "#58a45a", "#a2d680")
WOOD = ramp("#3f2412", "#6d4222", "#a06a3a", "#d09c62")
CLOTH = ramp("#0c6a78", "#1f9aa0", "#6cd4c8")
RED = ramp("#8c1c1c", "#cc3a2c", "#f0704a")
INK = ramp("#3a1a0c")
SLOT = ramp("#2a120c", "#4a2414")


def banded(x, y, scale=1.0, wrap=(None, None)):
    """Bands of sandstone with fine grain, about [-0.45, 0.45]."""
    return 0.75 * (strata(x, y, 24, 5, wrap, scale) - 0.5) + 0.3 * (noise(x, y, 12, 3, wrap) - 0.5)


class HighlandLand(Theme):
    """Sky, backdrops, ground, platforms, ladders, ropes and clouds."""

    light = (0.7, -0.7)
    sky = ("#3fa9c8", "#7cc9d0", "#bfe2cc", "#f6ecc0", "#fbd896")
    depths = ("#e0b088", "#d0905c", "#b87440")

    def sun(self, c, r):
        c.fill(disc(0, 0, 238), ramp("#fff2b0"), "flat", soft=225, alpha=0.85)
        c.fill(disc(0, 0, 74), ramp("#fffbe0"), "flat")

    def backdrop(self, c, depth, w, h, peaks, r):
        if depth == 0:
            tones = ramp("#b88a80", "#d4a68c", "#ecc8a0", "#fae4bc")
            for x, top in peaks.spots:
                half = r.uniform(90, 190)
                cliff = polygon(
                    [
                        (x - half * 1.5, 40),
                        (x - half * 1.1, -top * 0.5),
                        (x - half, -top * 0.55),
                        (x - half * 0.94, -top),
                        (x + half * 0.9, -top * 0.97),
                        (x + half, -top * 0.5),
                        (x + half * 1.2, -top * 0.45),
                        (x + half * 1.6, 40),
                    ]
                )
                c.fill(
                    wobble(cliff, 8, 40, r.integer(0, 999)),
                    tones,
                    "bevel",
                    width=70,
                    gain=0.6,
                    texture=lambda u, v: 0.45 * (strata(u, v, 40, 9) - 0.5),
                )
            hills(c, w, 0, peaks, tones, how="down", gain=0.3)
        elif depth == 1:
            tones = ramp("#a8603c", "#c98450", "#e4ac70", "#f6d29a")
            for x, top in peaks.spots[::2]:
                half = r.uniform(30, 70)
                needle = polygon(
                    [
                        (x - half * 1.7, 40),
                        (x - half * 0.7, -top * 0.6),
                        (x - half * 0.9, -top * 0.8),
                        (x - half * 0.4, -top),
                        (x + half * 0.5, -top * 0.96),
                        (x + half * 0.8, -top * 0.76),
                        (x + half * 0.6, -top * 0.5),
                        (x + half * 1.8, 40),
                    ]
                )
                c.fill(
                    wobble(needle, 7, 26, r.integer(0, 999)),
                    tones,
                    "bevel",
                    width=30,
                    gain=0.6,
                    texture=lambda u, v: 0.6 * (strata(u, v, 28, 9) - 0.5),
                )
            hills(c, w, 1, peaks, tones, back=True, width=60, gain=0.5, grain=0.16, cell=40)
            hills(c, w, 1, peaks, tones, width=60, gain=0.5, grain=0.16, cell=40)
        else:
            for x, top in peaks.spots:
                rise = top - 50
                self._cactus(
                    c, x, -50, rise * 0.5, rise, ramp("#8a6a34", "#a08444", "#c0a860"), r, False
                )
            hills(
                c,
                w,
                2,
                peaks,
                ramp("#945228", "#b87440", "#d89c5c", "#eec488"),
                width=40,
                grain=0.2,
                cell=24,
            )

    def _cactus(self, c, x, y, w, h, tones, r, detailed=True):
        parts = [stroke([(x, y + 10), (x, y - h * 0.9)], w * 0.15)]
        for side in (-1, 1):
            at, reach, rise = (
                y - h * r.uniform(0.3, 0.45),
                x + side * w * 0.38,
                h * r.uniform(0.25, 0.4),
            )
            parts.append(
                stroke(
                    [
                        (x, at),
                        *curve((x + side * w * 0.2, at), (reach, at), (reach, at - w * 0.2), 4),
                        (reach, at - rise),
                    ],
                    w * 0.1,
                )
            )
        texture = (
            (lambda u, v: 0.16 * np.sin((u - x) * 2 * np.pi / (w * 0.085)) + 0 * v)
            if detailed
            else None
        )
        c.fill(
            union(*parts, blend=6),
            tones,
            "bevel",
            width=w * 0.14,
            texture=texture,
            outline=INK if detailed else None,
        )

    def soil(self, c, deep):
        def rock(x, y):
            wrap = (720, 720)
            edge, tone = cells(x, y * 1.0, 90, 12, wrap)
            return banded(x, y, c.scale, wrap) + 0.2 * (tone - 0.5) - 0.3 * (edge < 0.045)

        c.fill(box(-1, -1, 721, 721), DEEP if deep else OCHRE, "flat", texture=rock)

    def wall(self, c):
        c.fill(
            box(0, -1, 24, 241), OCHRE, lambda u, v, d: np.clip(1 - u / 16, 0, 1) + 0 * v, alpha=0.5
        )
        c.fill(box(-2, -1, 3, 241), INK, "flat")

    def cap(self, c, x0, x1, r):
        rim = wobble(box(x0, 2, x1, 26, 6), 4, 22, 6, c.period)
        c.fill(rim, CLAY, "down", gain=0.6, grain=0.25, cell=8, outline=ramp("#6a3414"))
        c.fill(wobble(box(x0, -5, x1, 9, 5), 2, 16, 8, c.period), STRAW, "down", gain=0.4)
        x = x0 + 8.0
        while x < x1 - 8:  # thin dry stalks in bunches, and gravel
            if r.chance(0.6):
                for k in range(-2, 3):
                    top = (x + k * 5 + r.uniform(-2, 2), -r.uniform(9, 20) + 2 * abs(k))
                    c.fill(stroke([(x + k * 2, 4), top], 2.2, 0.8), STRAW, "down", gain=0.5)
            else:
                c.fill(
                    ellipse(x, r.uniform(10, 22), r.uniform(4, 8), r.uniform(3, 5)),
                    OCHRE,
                    "ball",
                    outline=ramp("#6a3414"),
                )
            x += r.uniform(10, 30)

    def platform(self, c, w, r):
        """Slabs of sandstone, one on the other."""
        for k in (2, 1, 0):
            y, inset = 6 + 17 * k, 6 + k * w * 0.07 + r.uniform(0, 8)
            slab = wobble(
                box(inset, y, w - inset - r.uniform(0, 8), y + 20, 6), 3, 18, k + r.integer(0, 99)
            )
            c.fill(
                slab,
                OCHRE,
                "bevel",
                width=12,
                gain=0.5,
                shift=0.12 - 0.12 * k,
                grain=0.25,
                cell=9,
                outline=INK,
            )
        self.cap(c, -2, w + 2, r)

    def ladder(self, c):
        """Bamboo."""
        cane = ramp("#7a5a14", "#c0982c", "#ecd468", "#fff8b8")
        for y in range(15, 240, 30):
            c.fill(box(-20, y - 4, 20, y + 4, 3), cane, "down", outline=INK)
            for x in (-15, 15):
                c.fill(box(x - 6, y - 5, x + 6, y + 5, 2), RED, "flat", outline=INK)
        for x in (-15, 15):
            c.fill(box(x - 4, -300, x + 4, 540), cane, "tube", outline=INK)
            for y in (30, 90, 150, 210):
                c.fill(box(x - 5, y - 2, x + 5, y + 2), ramp("#7a5a14"), "flat")
                c.fill(box(x - 6, y + 12, x + 6, y + 18, 2), RED, "flat", outline=INK)

    def rope(self, c):
        """A red cord with knots and tassels."""
        c.fill(
            box(-4.5, -300, 4.5, 540),
            RED,
            lambda u, v, d: 0.5 + 0.5 * np.sin((v + 2 * u) * 2 * np.pi / 20),
            outline=INK,
        )
        for y in (40, 120, 200):
            c.fill(disc(0, y, 8), STRAW, "ball", outline=INK)
            c.fill(
                polygon([(-4, y + 7), (4, y + 7), (7, y + 24), (-7, y + 24)]),
                CLOTH,
                "down",
                outline=INK,
            )

    def cloud(self, c, w, h, r):
        """Thin cloud, drawn out by the wind."""
        tones = ramp("#f0d0a0", "#fbeccc", "#ffffff")
        for y, x, half, thick in (
            (-0.2, 0.0, 0.48, 0.15),
            (-0.42, -0.06, 0.38, 0.17),
            (-0.64, 0.06, 0.26, 0.14),
            (-0.82, -0.02, 0.12, 0.08),
        ):
            mid = w * x + w * r.uniform(-0.05, 0.05)
            streak = polygon(
                [
                    (mid - w * half, h * y),
                    (mid - w * half * 0.2, h * (y - thick)),
                    (mid + w * half * 0.5, h * (y - thick * 0.8)),
                    (mid + w * half, h * y),
                    (mid + w * half * 0.3, h * (y + thick * 0.6)),
                    (mid - w * half * 0.4, h * (y + thick * 0.7)),
                ],
                3,
            )
            c.fill(wobble(streak, 3, 22, 4), tones, "down", gain=0.5, shift=0.1)
