"""Snowpeak: a cold bright mountain. Snow with icicles over blue strata, pines, log cabins.

Not here: trees, houses and all that stands on the ground (`snowpeak.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import box, cut, disc, ellipse, polygon, union, wobble
from data_pipeline.worlds.textures import cells, strata
from data_pipeline.worlds.themes.base import Theme, hills, ramp

SNOW = ramp("#7fa3d6", "#b4cdee", "#e4effb", "#ffffff")
ICE = ramp("#3f86c4", "#7fc0e6", "#bfe6f7", "#f4fdff")
ROCK = ramp("#39435f", "#56648a", "#7c8db0", "#a9b8d2")
DEEP = ramp("#262d47", "#3b4667", "#566488", "#7483a6")
PINE = ramp("#0e2c33", "#1c4a48", "#2f6d5c", "#5a9a7c")
LOG = ramp("#3c2018", "#6b3b26", "#9a5e3a", "#c88f5c")
INK = ramp("#1d2440")
FROST = ramp("#6d92c8")
WARM = ramp("#f08a24", "#ffc857", "#fff2b8")
RED = ramp("#8c1620", "#d42f3c", "#ff7a72")


def facets(x, y):
    """Flat planes of broken rock or ice, about [-0.3, 0.3]."""
    edge, tone = cells(x, y * 0.7, 46, 21)
    return 0.5 * (tone - 0.5) - 0.25 * (edge < 0.08)


class SnowpeakLand(Theme):
    """Sky, backdrops, ground, platforms, ladders, ropes and clouds."""

    sky = ("#5f93d6", "#93bce8", "#c4dcf4", "#eaf0fa", "#fbe6ea")
    depths = ("#b9cbe6", "#c9d9ee", "#9fb8d8")

    def air(self, c, r):
        for _ in range(240):  # snow in the air
            flake = disc(r.uniform(0, 1200), r.uniform(0, 1800), r.uniform(1.5, 4.5))
            c.fill(flake, ramp("#ffffff"), "flat", alpha=r.uniform(0.4, 0.9))

    def sun(self, c, r):
        c.fill(disc(0, 0, 230), ramp("#ffffff"), "flat", soft=210, alpha=0.8)
        c.fill(disc(0, 0, 48), ramp("#fff8e0"), "flat", soft=8)

    def backdrop(self, c, depth, w, h, peaks, r):
        if depth == 0:
            stone = ramp("#6f88b8", "#8ea6d0", "#b5c8e6")
            for x, top in peaks.spots:
                half = top * r.uniform(0.36, 0.56)
                ridge = [
                    (x + half * k, -top * q) for k, q in ((-1, -0.1), (-0.55, 0.5), (-0.42, 0.46))
                ]
                ridge += [(x, -top), (x + half * 0.3, -top * 0.6), (x + half * 0.4, -top * 0.64)]
                ridge.append((x + half, 40))
                c.fill(polygon(ridge), stone, "flat", texture=lambda u, v: 0.6 * facets(u, v))
                lit = [
                    (x, -top),
                    (x - half * 0.44, -top * 0.5),
                    (x - half * 0.7, -top * 0.3),
                    (x - half * 0.3, -top * 0.36),
                    (x - half * 0.12, -top * 0.2),
                    (x + half * 0.06, -top * 0.5),
                    (x + half * 0.02, -top * 0.74),
                ]
                c.fill(polygon(lit), SNOW, "flat", shift=0.4)
                dim = [
                    (x, -top),
                    (x + half * 0.02, -top * 0.74),
                    (x + half * 0.12, -top * 0.56),
                    (x + half * 0.2, -top * 0.66),
                    (x + half * 0.24, -top * 0.66),
                ]
                c.fill(polygon(dim), SNOW, "flat", shift=-0.1)
        elif depth == 1:
            for base, back in ((230, True), (124, False)):
                tones = ramp("#9db9de", "#c3d6ee", "#e6f0fa")
                hills(c, w, 1, peaks, tones, back=back, width=70, gain=0.5)
                for _ in range(26):
                    self._pine(
                        c,
                        r.uniform(0, w),
                        -r.uniform(10, base - 40),
                        r.uniform(26, 52),
                        ramp("#5f86ac", "#7fa3c6", "#a6c4de"),
                        False,
                    )
        else:
            for x, top in peaks.spots:
                self._pine(c, x, -50, top - 50, ramp("#3f6688", "#5a86a4", "#86aec4"), False)
            hills(c, w, 2, peaks, ramp("#8aa8d0", "#b4cbe6", "#dbe8f6"), width=40)

    def _pine(self, c, x, y, h, tones, detailed=True):
        """Tiers of drooping branches, each with its snow."""
        for k in range(4):
            top, low, half = -h * (1 - 0.2 * k), -h * (0.68 - 0.21 * k), h * (0.15 + 0.075 * k)
            teeth = [
                (x + half * q, y + low + h * 0.05 * (i % 2))
                for i, q in enumerate((1, 0.62, 0.3, -0.05, -0.36, -0.66, -1))
            ]
            tier = polygon([(x, y + top), *teeth], 2)
            c.fill(tier, tones, "ball", gain=0.4, outline=INK if detailed else None)
            if detailed or h > 100:
                rim = [
                    (x, y + top),
                    (x - half * 0.84, y + low - h * 0.05),
                    (x - half * 0.3, y + low - h * 0.09),
                    (x + half * 0.1, y + low - h * 0.04),
                    (x + half * 0.36, y + low - h * 0.12),
                ]
                c.fill(polygon(rim, 3), SNOW if detailed else tones, "flat", shift=0.32)

    def soil(self, c, deep):
        def layers(x, y):
            edge, _ = cells(x, y, 120, 8, (720, 720))
            return 0.9 * (strata(x, y, 24, 5, (720, 720), c.scale) - 0.5) - 0.3 * (edge < 0.05)

        c.fill(box(-1, -1, 721, 721), DEEP if deep else ROCK, "flat", texture=layers)

    def wall(self, c):
        c.fill(
            box(0, -1, 24, 241), ICE, lambda u, v, d: np.clip(1 - u / 14, 0, 1) + 0 * v, alpha=0.6
        )
        c.fill(box(-2, -1, 2, 241), FROST, "flat")

    def cap(self, c, x0, x1, r):
        x = x0 + 14.0
        while x < x1 - 14:
            long = r.uniform(18, 48)
            icicle = polygon([(x - 6, 10), (x + 6, 10), (x + 0.5, 14 + long)], 1)
            c.fill(icicle, ICE, "ball", gain=0.6, outline=FROST)
            x += r.uniform(16, 60)
        drift = wobble(box(x0, -7, x1, 22, 12), 6, 44, 9, c.period)
        c.fill(drift, SNOW, "down", gain=0.6, shift=0.12, outline=FROST)
        for _ in range(int((x1 - x0) / 60)):
            spark = disc(r.uniform(x0 + 8, x1 - 8), r.uniform(0, 12), 2.2)
            c.fill(spark, ramp("#ffffff"), "flat")

    def platform(self, c, w, r):
        """A raft of ice, cut off at an angle."""
        low = [
            (w * q, 58 - 22 * r.uniform() - 30 * abs(q - 0.5)) for q in (0.9, 0.7, 0.5, 0.3, 0.1)
        ]
        slab = polygon([(6, 6), (w - 6, 6), *low], 4)
        c.fill(slab, ICE, "bevel", width=24, gain=0.6, texture=facets, outline=ramp("#2c5c94"))
        for _ in range(w // 50):
            x = r.uniform(24, w - 30)
            c.fill(
                polygon([(x, 22), (x + 5, 22), (x - 9, 46), (x - 12, 46)]),
                ramp("#ffffff"),
                "flat",
                alpha=0.7,
                atop=True,
            )
        self.cap(c, -4, w + 4, r)

    def ladder(self, c):
        for x in (-16, 16):
            c.fill(box(x - 4.5, -300, x + 4.5, 540), LOG, "tube", outline=INK)
        for y in range(15, 240, 30):
            c.fill(box(-21, y - 4, 21, y + 5, 3), LOG, "down", outline=INK)
            c.fill(ellipse(-2, y - 4, 15, 3.6), SNOW, "down", shift=0.3)

    def rope(self, c):
        """A chain of ice-cold iron."""
        iron = ramp("#3a4668", "#7486ae", "#d4e0f4")
        for y in range(0, 240, 24):
            c.fill(
                cut(ellipse(0, y, 7, 11), ellipse(0, y, 3, 6.5)),
                iron,
                "bevel",
                width=4,
                outline=INK,
            )
            c.fill(box(-2.5, y + 6, 2.5, y + 20, 2), iron, "tube", outline=INK)

    def cloud(self, c, w, h, r):
        tones = ramp("#a9bcdc", "#d3dff0", "#f6f9fe")
        bars = []
        for k in range(4):  # flat layers that overlap
            y, half = -h * (0.16 + 0.2 * k), w * (0.46 - 0.085 * k)
            at = w * r.uniform(-0.07, 0.07)
            bars.append(box(at - half, y - h * 0.16, at + half, y + h * 0.16, h * 0.16))
        body = wobble(union(*bars, blend=h * 0.2), 3, 30, 3)
        c.fill(body, tones, "down", gain=0.5, shift=0.1, outline=ramp("#93aad2"))
        for bar in bars:
            x0, y0, x1, _ = bar.box
            c.fill(
                box(x0 + h * 0.1, y0 + 4, x1 - h * 0.3, y0 + h * 0.11, h * 0.04),
                tones,
                "flat",
                shift=0.45,
                atop=True,
            )
