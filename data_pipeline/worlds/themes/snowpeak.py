"""Snowpeak: what stands in it, from trees to mushrooms.

Not here: land, sky, clouds and colours (`snowpeak_land.py`); positions and sizes (`layout.py`).
"""

from data_pipeline.worlds.shapes import box, cut, disc, ellipse, polygon, stroke, union, wobble
from data_pipeline.worlds.textures import grain
from data_pipeline.worlds.themes.base import foliage, pick, ramp
from data_pipeline.worlds.themes.snowpeak_land import (
    FROST,
    ICE,
    INK,
    LOG,
    PINE,
    RED,
    ROCK,
    SNOW,
    WARM,
    SnowpeakLand,
    facets,
)


class Snowpeak(SnowpeakLand):
    """a cold bright mountain. Snow with icicles over blue strata, pines, log cabins."""

    def tree(self, c, w, h, r):
        c.fill(box(-w * 0.07, -h * 0.2, w * 0.07, 10), LOG, "tube", outline=INK)
        for k in range(5):
            top, low, half = -h * (1 - 0.165 * k), -h * (0.72 - 0.155 * k), w * (0.16 + 0.072 * k)
            teeth = [
                (half * q, low + h * (0.035 if i % 2 else -0.01))
                for i, q in enumerate((1, 0.72, 0.46, 0.2, -0.05, -0.3, -0.52, -0.76, -1))
            ]
            tier = wobble(polygon([(0, top), *teeth], 3), 3, 16, r.integer(0, 999))
            c.fill(tier, PINE, "ball", gain=0.45, grain=0.2, cell=9, outline=INK)
            snow = [
                (0, top),
                (half * 0.45, low - h * 0.1),
                (half * 0.7, low - h * 0.02),
                (half * 0.3, low - h * 0.06),
                (half * 0.05, low - h * 0.015),
                (-half * 0.25, low - h * 0.05),
                (-half * 0.55, low),
                (-half * 0.9, low - h * 0.02),
            ]
            c.fill(wobble(polygon(snow, 3), 2, 12, k), SNOW, "ball", gain=0.4, shift=0.2)

    def house(self, c, w, h, r):
        """A cabin of logs under a thick roof of snow."""
        seed, half, eave = r.integer(0, 1 << 16), w * 0.38, -h * 0.5
        c.fill(
            box(w * 0.15, -h * 0.98, w * 0.27, -h * 0.6), ROCK, "tube", texture=facets, outline=INK
        )
        c.fill(ellipse(w * 0.21, -h * 0.97, w * 0.085, h * 0.035), SNOW, "down", outline=FROST)
        gable = polygon([(-half, eave), (0, -h * 0.86), (half, eave)])
        c.fill(
            gable,
            LOG,
            "flat",
            shift=-0.1,
            texture=lambda x, y: 0.6 * (grain(x, y, 90, 12, 4) - 0.5),
            outline=INK,
        )
        y = 4.0
        while y > eave:
            c.fill(
                box(-half - 8, y - 22, half + 8, y, 10),
                LOG,
                "down",
                gain=0.45,
                grain=0.12,
                outline=INK,
            )
            for k in (-1, 1):
                c.fill(disc(k * (half + 3), y - 11, 9), LOG, "ball", shift=0.2, outline=INK)
            y -= 22
        over = w * 0.12
        roof = cut(
            polygon(
                [(-half - over, eave + h * 0.08), (0, -h * 0.9), (half + over, eave + h * 0.08)], 14
            ),
            polygon(
                [(-half * 0.86, eave + h * 0.2), (0, -h * 0.62), (half * 0.86, eave + h * 0.2)]
            ),
        )
        c.fill(
            wobble(roof, 5, 30, seed), SNOW, "bevel", width=34, gain=0.5, shift=0.16, outline=FROST
        )
        door = half * 0.42 * (-1 if pick(seed, 0) < 0.5 else 1)
        c.fill(
            box(door - w * 0.09, -h * 0.35, door + w * 0.09, 8), RED, "tube", gain=0.3, outline=INK
        )
        c.fill(disc(door, -h * 0.25, w * 0.045), PINE, "ball", outline=INK)
        c.fill(disc(door + w * 0.06, -h * 0.16, 4), WARM, "flat")
        for x, y, q in ((-door, -h * 0.27, w * 0.085), (0, -h * 0.6, w * 0.055)):
            c.fill(disc(x, y, q * 2.2), WARM, "flat", soft=q * 1.4, alpha=0.45, atop=True)
            c.fill(box(x - q - 5, y - q - 5, x + q + 5, y + q + 5, 3), LOG, "bevel", outline=INK)
            c.fill(box(x - q, y - q, x + q, y + q), WARM, "ball", gain=0.4)
            c.fill(
                union(box(x - 2, y - q, x + 2, y + q), box(x - q, y - 2, x + q, y + 2)), LOG, "flat"
            )
            c.fill(ellipse(x, y + q + 4, q * 1.3, 6), SNOW, "down", shift=0.2, outline=FROST)

    def bush(self, c, w, h, r):
        """A shrub with berries, half under snow."""
        lobes = [
            (0, -h * 0.46, h * 0.4),
            (-w * 0.27, -h * 0.3, h * 0.32),
            (w * 0.27, -h * 0.3, h * 0.32),
        ]
        foliage(c, lobes, PINE, r, leaf=13)
        for _ in range(w // 12):
            x, y, q = lobes[r.integer(0, 3)]
            c.fill(disc(x + q * r.uniform(-0.9, 0.9), y + q * r.uniform(0, 0.8), 4.5), RED, "ball")
        snow = union(*(ellipse(x, y - q * 0.55, q * 1.02, q * 0.5) for x, y, q in lobes), blend=12)
        c.fill(wobble(snow, 3, 14, 5), SNOW, "down", gain=0.6, shift=0.1, outline=FROST)

    def rock(self, c, w, h, r):
        """Crystals of ice."""
        for x, lean, rise in (
            (-0.26, -0.16, 0.66),
            (0.27, 0.15, 0.6),
            (0.12, 0.08, 0.86),
            (-0.05, -0.03, 1.0),
        ):
            x, top, half = w * x, -h * rise * r.uniform(0.9, 1.0), w * 0.13
            tip = x + w * lean
            c.fill(
                polygon(
                    [
                        (x - half, 10),
                        (tip - half, top * 0.72),
                        (tip, top),
                        (tip + half, top * 0.66),
                        (x + half, 10),
                    ],
                    1,
                ),
                ICE,
                "bevel",
                width=half,
                gain=0.8,
                outline=ramp("#2c5c94"),
            )
            c.fill(
                polygon(
                    [
                        (x - half * 0.2, 4),
                        (tip - half * 0.2, top * 0.7),
                        (tip, top),
                        (tip - half, top * 0.72),
                        (x - half, 8),
                    ]
                ),
                ICE,
                "flat",
                shift=0.36,
                alpha=0.7,
                atop=True,
            )

    def lamp(self, c, w, h, r):
        c.fill(box(-6, -h * 0.96, 6, 10), LOG, "tube", outline=INK)
        c.fill(stroke([(0, -h * 0.92), (w * 0.36, -h * 0.92)], 4.5), LOG, "down", outline=INK)
        x = w * 0.3
        c.fill(disc(x, -h * 0.74, 40), WARM, "flat", soft=40, alpha=0.5)
        c.fill(box(x - 11, -h * 0.84, x + 11, -h * 0.66, 4), WARM, "ball", outline=INK)
        c.fill(
            polygon([(x - 15, -h * 0.84), (x, -h * 0.91), (x + 15, -h * 0.84)], 1),
            ROCK,
            "bevel",
            outline=INK,
        )
        c.fill(ellipse(0, -h * 0.96, 13, 7), SNOW, "down", shift=0.2, outline=FROST)

    def fence(self, c, w, h, r):
        for y in (-h * 0.66, -h * 0.3):
            c.fill(
                stroke([(-w / 2, y + r.uniform(-4, 4)), (w / 2, y + r.uniform(-4, 4))], 5.5),
                LOG,
                "down",
                outline=INK,
            )
        for k in range(w // 60 + 1):
            x = -w / 2 + 6 + k * (w - 12) / (w // 60)
            c.fill(box(x - 8, -h * 0.92, x + 8, 10, 3), LOG, "tube", outline=INK)
            c.fill(ellipse(x, -h * 0.93, 12, 7), SNOW, "down", shift=0.2, outline=FROST)
        for k in range(w // 60):
            c.fill(ellipse(-w / 2 + 36 + 60 * k, -h * 0.74, 20, 4.5), SNOW, "down", shift=0.25)

    def mushroom(self, c, w, h, r):
        """A round blue toadstool with a hood of snow."""
        stem = union(
            box(-w * 0.16, -h * 0.5, w * 0.16, 10, 5), ellipse(0, 2, w * 0.22, h * 0.12), blend=8
        )
        c.fill(stem, ramp("#8c94b8", "#c9d2e8", "#f6f8ff"), "tube", outline=INK)
        cap = cut(ellipse(0, -h * 0.42, w * 0.47, h * 0.5), box(-w, -h * 0.34, w, h))
        c.fill(cap, ramp("#2b2f7a", "#4a58b8", "#7f96e4", "#c0d0fa"), "ball", gain=0.6, outline=INK)
        snow = cut(
            ellipse(0, -h * 0.5, w * 0.42, h * 0.44), ellipse(w * 0.03, -h * 0.3, w * 0.5, h * 0.34)
        )
        c.fill(wobble(snow, 3, 14, 7), SNOW, "ball", gain=0.4, shift=0.2, atop=True)
