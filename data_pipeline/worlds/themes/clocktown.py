"""Clocktown: what stands in it, from trees to mushrooms.

Not here: land, sky, clouds and colours (`clocktown_land.py`); positions and sizes (`layout.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import box, cut, disc, ellipse, polygon, stroke, union
from data_pipeline.worlds.textures import bricks, noise, shingles
from data_pipeline.worlds.themes.base import foliage, pick, ramp
from data_pipeline.worlds.themes.clocktown_land import (
    BRASS,
    BRICK,
    HEDGE,
    INK,
    IRON,
    LIT,
    PLASTER,
    RED,
    SLATE,
    ClocktownLand,
    clock,
)


class Clocktown(ClocktownLand):
    """a town by night. Brick and brass, gears, tall houses with clocks and lit windows."""

    def tree(self, c, w, h, r):
        """A clipped tree of cones and balls in an iron ring, with strings of lamps."""
        c.fill(box(-w * 0.05, -h * 0.3, w * 0.05, 10), IRON, "tube", outline=INK)
        if r.chance(0.5):
            spots = [(0, -h * 0.34, w * 0.36), (0, -h * 0.64, w * 0.27), (0, -h * 0.86, w * 0.17)]
            for spot in spots:
                foliage(c, [spot], HEDGE, r, leaf=w * 0.06, density=1.2, rough=0.1)
        else:
            lobes = [
                (w * 0.36 * (1 - t) * k, -h * (0.26 + 0.66 * t), w * (0.19 - 0.09 * t))
                for t in (0, 0.25, 0.5, 0.75, 1)
                for k in (-0.8, 0, 0.8)
            ]
            foliage(c, lobes, HEDGE, r, leaf=w * 0.06, density=1.2, rough=0.1)
        for row in range(4):
            y, reach = -h * (0.3 + 0.17 * row), w * (0.36 - 0.075 * row)
            for k in range(6 - row):
                t = (k + 0.5) / (6 - row) * 2 - 1
                x, sag = reach * t, h * 0.05 * (1 - t * t) + h * 0.02 * t
                c.fill(disc(x, y + sag, 13), LIT, "flat", soft=13, alpha=0.5)
                c.fill(disc(x, y + sag, 4.6), LIT, "flat", shift=0.3)
        c.fill(
            polygon(
                [(-w * 0.17, -h * 0.1), (w * 0.17, -h * 0.1), (w * 0.13, 10), (-w * 0.13, 10)], 2
            ),
            BRICK,
            "tube",
            shift=0.2,
            outline=INK,
        )
        c.fill(box(-w * 0.19, -h * 0.125, w * 0.19, -h * 0.085, 3), BRASS, "down", outline=INK)

    def house(self, c, w, h, r):
        """A town house with a clock in its gable."""
        seed, half, eave = r.integer(0, 1 << 16), w * 0.38, -h * 0.56
        c.fill(box(w * 0.17, -h * 0.97, w * 0.27, -h * 0.6), BRICK, "tube", shift=0.1, outline=INK)
        c.fill(box(w * 0.15, -h, w * 0.29, -h * 0.95, 2), IRON, "down", shift=0.2, outline=INK)
        front = polygon([(-half, 10), (-half, eave), (0, -h * 0.93), (half, eave), (half, 10)])
        c.fill(
            front,
            PLASTER,
            "bevel",
            width=20,
            gain=0.5,
            texture=lambda x, y: 0.2 * (noise(x, y, 24, seed) - 0.5),
            outline=INK,
        )
        c.fill(
            box(-half, -h * 0.1, half, 12),
            BRICK,
            "flat",
            shift=0.1,
            texture=lambda x, y: 0.5 * (bricks(x, y, 24, 12, seed)[0] - 0.7),
            outline=INK,
        )
        beams = [stroke([(x, eave), (x, -h * 0.1)], 5) for x in (-half + 6, 0, half - 6)]
        beams += [stroke([(-half, y), (half, y)], 5) for y in (eave, -h * 0.33)]
        c.fill(union(*beams), RED, "flat", shift=-0.12, outline=INK)
        over = w * 0.09
        roof = cut(
            polygon(
                [(-half - over, eave + h * 0.06), (0, -h * 0.96), (half + over, eave + h * 0.06)], 4
            ),
            polygon(
                [(-half * 0.84, eave + h * 0.1), (0, -h * 0.72), (half * 0.84, eave + h * 0.1)]
            ),
        )

        def slates(x, y):
            edge, tone = shingles(x, y, 18, 14, seed)
            return 0.4 * (tone - 0.5) - 0.35 * (edge < 0.2) + 0.0016 * (x - 0.4 * y - h * 0.3)

        c.fill(roof, SLATE, "flat", shift=0.1, texture=slates, outline=INK)
        c.fill(disc(0, -h * 0.97, 6), BRASS, "ball", outline=INK)
        clock(c, 0, -h * 0.63, w * 0.078, seed)
        q, door = w * 0.062, half * 0.5 * (-1 if pick(seed, 0) < 0.5 else 1)
        for x, y in ((-half * 0.5, -h * 0.45), (half * 0.5, -h * 0.45), (-door, -h * 0.21)):
            c.fill(
                box(x - q * 2.3, y - q * 2.3, x + q * 2.3, y + q * 2.3),
                LIT,
                "flat",
                soft=q * 1.4,
                alpha=0.45,
                atop=True,
            )
            c.fill(box(x - q - 4, y - q - 4, x + q + 4, y + q + 4, 2), IRON, "flat", outline=INK)
            c.fill(box(x - q, y - q, x + q, y + q), LIT, "down", gain=0.4)
            c.fill(
                union(box(x - 1.8, y - q, x + 1.8, y + q), box(x - q, y - 1.8, x + q, y + 1.8)),
                IRON,
                "flat",
            )
        c.fill(
            union(
                box(door - w * 0.075, -h * 0.22, door + w * 0.075, 8),
                disc(door, -h * 0.22, w * 0.075),
            ),
            RED,
            "tube",
            gain=0.4,
            outline=BRASS,
        )
        c.fill(
            cut(disc(door, -h * 0.22, w * 0.05), box(door - w, -h * 0.22, door + w, h)),
            LIT,
            "flat",
            outline=INK,
        )
        c.fill(disc(door + w * 0.04, -h * 0.12, 4), BRASS, "flat", shift=0.4)

    def bush(self, c, w, h, r):
        """A clipped hedge in a box."""
        c.fill(
            box(-w * 0.44, -h * 0.9, w * 0.44, -h * 0.3, 14), HEDGE, "bevel", width=16, outline=INK
        )
        lobes = [(w * k, -h * 0.6, h * 0.3) for k in (-0.28, -0.1, 0.1, 0.28)]
        foliage(c, lobes, HEDGE, r, leaf=12, density=1.3, line=False, rough=0.1)
        for _ in range(w // 14):
            c.fill(
                disc(w * r.uniform(-0.38, 0.38), -h * r.uniform(0.42, 0.85), 4.5),
                ramp("#6c8cf0", "#c0d4ff"),
                "ball",
            )
        c.fill(
            box(-w * 0.46, -h * 0.36, w * 0.46, 10, 3),
            BRICK,
            "down",
            shift=0.15,
            texture=lambda x, y: 0.5 * (bricks(x, y, 24, 12, 3)[0] - 0.8),
            outline=INK,
        )
        c.fill(box(-w * 0.48, -h * 0.4, w * 0.48, -h * 0.26, 3), BRASS, "down", outline=INK)

    def rock(self, c, w, h, r):
        """Crates and a barrel."""
        wood = ramp("#2c1a20", "#543038", "#84544c", "#b88868")
        c.fill(
            ellipse(w * 0.24, -h * 0.36, w * 0.23, h * 0.5),
            wood,
            "tube",
            texture=lambda x, y: -0.3 * (x % (w * 0.09) < 2.5) + 0 * y,
            outline=INK,
        )
        c.fill(box(0, -h, w, -h * 0.78), wood, "flat", alpha=0.0)
        for y in (-0.66, -0.2):
            c.fill(box(w * 0.03, h * y, w * 0.46, h * y + h * 0.12, 3), BRASS, "tube", outline=INK)
        x0, x1, top = -w * 0.46, w * 0.12, -h * 0.88
        c.fill(
            box(x0, top, x1, 10, 2),
            wood,
            "bevel",
            width=9,
            texture=lambda x, y: -0.25 * (y % (h * 0.2) < 2.5) + 0 * x,
            outline=INK,
        )
        c.fill(stroke([(x0 + 8, top + 8), (x1 - 8, 4)], 5), wood, "flat", shift=0.16, outline=INK)
        frame = cut(
            box(x0, top, x1, 10, 2),
            box(x0 + w * 0.07, top + w * 0.07, x1 - w * 0.07, 10 - w * 0.07),
        )
        c.fill(frame, wood, "bevel", width=6, shift=0.2, outline=INK)

    def lamp(self, c, w, h, r):
        c.fill(box(-5, -h * 0.74, 5, 10), IRON, "tube", shift=0.15, outline=INK)
        c.fill(
            polygon([(-15, 10), (-9, -h * 0.14), (9, -h * 0.14), (15, 10)], 2),
            IRON,
            "tube",
            shift=0.15,
            outline=INK,
        )
        c.fill(box(-9, -h * 0.5, 9, -h * 0.47, 2), BRASS, "down", outline=INK)
        c.fill(disc(0, -h * 0.82, 52), LIT, "flat", soft=52, alpha=0.7, shift=-0.1)
        c.fill(ellipse(0, -h * 0.83, 18, 19), LIT, "ball", gain=0.3, shift=0.25, outline=INK)
        for x in (-9, 9):
            c.fill(box(x - 1.5, -h * 0.91, x + 1.5, -h * 0.75), IRON, "flat")
        c.fill(
            polygon([(-20, -h * 0.92), (-7, -h * 0.99), (7, -h * 0.99), (20, -h * 0.92)], 2),
            BRASS,
            "bevel",
            outline=INK,
        )

    def fence(self, c, w, h, r):
        """Wrought iron with brass spears."""
        for y in (-h * 0.72, -h * 0.14):
            c.fill(box(-w / 2, y - 3, w / 2, y + 3), IRON, "down", shift=0.2, outline=INK)
        for k in range(w // 15):
            x = -w / 2 + 7.5 + 15 * k
            c.fill(box(x - 2.2, -h * 0.82, x + 2.2, 10), IRON, "tube", shift=0.2, outline=INK)
            if k % 2 == 0:
                c.fill(
                    polygon([(x - 6, -h * 0.82), (x, -h * 0.99), (x + 6, -h * 0.82)], 1),
                    BRASS,
                    "bevel",
                    outline=INK,
                )
            else:
                c.fill(cut(disc(x, -h * 0.43, 8), disc(x, -h * 0.43, 4)), BRASS, "bevel", width=4)

    def mushroom(self, c, w, h, r):
        """A striped parasol over a brass stand."""
        c.fill(disc(0, -h * 0.4, w * 0.5), LIT, "flat", soft=w * 0.5, alpha=0.4)
        c.fill(box(-w * 0.05, -h * 0.6, w * 0.05, 6), BRASS, "tube", outline=INK)
        c.fill(
            cut(ellipse(0, 6, w * 0.28, h * 0.17), box(-w, 12, w, 60)),
            IRON,
            "ball",
            shift=0.2,
            outline=INK,
        )
        c.fill(ellipse(0, -h * 0.36, w * 0.12, h * 0.12), LIT, "ball", shift=0.2, outline=INK)
        canopy = cut(
            ellipse(0, -h * 0.46, w * 0.49, h * 0.48),
            *(
                ellipse(w * k, -h * 0.44, w * 0.125, h * 0.075)
                for k in (-0.37, -0.123, 0.123, 0.37)
            ),
            box(-w, -h * 0.44, w, h),
        )

        def panels(x, y):
            t = x / (w * 0.49 * np.sqrt(np.maximum(0.02, 1 - ((y + h * 0.46) / (h * 0.48)) ** 2)))
            return 0.56 * (np.floor((t + 1) * 2) % 2)

        c.fill(
            canopy,
            ramp("#701828", "#c83c44", "#e8a890", "#fff0d8"),
            "ball",
            gain=0.25,
            shift=-0.22,
            texture=panels,
            outline=INK,
        )
        c.fill(disc(0, -h * 0.95, w * 0.045), BRASS, "ball", outline=INK)
