"""Twilight: what stands in it, from trees to mushrooms.

Not here: land, sky, clouds and colours (`twilight_land.py`); positions and sizes (`layout.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import box, curve, disc, ellipse, polygon, stroke, union, wobble
from data_pipeline.worlds.themes.base import ramp, tufts
from data_pipeline.worlds.themes.twilight_land import (
    BLOOM,
    CYAN,
    DEEP,
    GRASS,
    INK,
    MARBLE,
    STONE,
    TRUNK,
    TwilightLand,
    blocks,
)


class Twilight(TwilightLand):
    """violet ruins at dusk. Cut stone, broken columns, weeping trees, crystals that shine."""

    def tree(self, c, w, h, r):
        """A tree that weeps blossom."""
        bend = w * r.uniform(-0.12, 0.12)
        spine = curve((0, 8), (bend * 2, -h * 0.4), (0, -h * 0.78), 7)
        limbs = [
            stroke(spine, w * 0.09, w * 0.05),
            polygon([(-w * 0.16, 12), (0, -h * 0.16), (w * 0.16, 12)], 2),
        ]
        for x, y in ((-0.3, -0.72), (0.3, -0.7), (-0.14, -0.86), (0.15, -0.86)):
            limbs.append(
                stroke(
                    curve((bend * 0.6, -h * 0.5), (w * x * 0.6, h * (y - 0.04)), (w * x, h * y)),
                    w * 0.045,
                    w * 0.02,
                )
            )
        c.fill(
            union(*limbs, blend=12),
            TRUNK,
            "bevel",
            width=w * 0.09,
            gain=0.6,
            grain=0.2,
            cell=8,
            outline=INK,
        )
        strands = []
        for k in range(15):
            q = (k - 7) / 7
            x = w * 0.46 * q + w * 0.02 * r.uniform(-1, 1)
            top = -h * (0.97 - 0.27 * q * q)
            strands.append(
                (abs(q) * 0.3 + r.uniform(), x, top, h * r.uniform(0.3, 0.5) * (1.1 - 0.3 * q * q))
            )
        for _, x, top, drop in sorted(strands):
            size = w * 0.075
            veil = stroke(
                [(x, top + size), (x + 2, top + drop * 0.6), (x, top + drop)], size, size * 0.3
            )
            lit = -0.25 * x / (w * 0.5)
            c.fill(
                wobble(veil, size * 0.35, size * 0.8, int(x) + 500),
                BLOOM,
                "down",
                gain=0.5,
                shift=lit,
                grain=0.3,
                cell=9,
                outline=ramp("#3a0c4c"),
            )

    def house(self, c, w, h, r):
        """A small temple, part of its roof gone, a blue light inside."""
        half = w * 0.42
        c.fill(
            box(-half * 0.86, -h * 0.6, half * 0.86, 6),
            DEEP,
            "flat",
            shift=-0.1,
            texture=lambda x, y: 0.5 * blocks(x, y, 48, 24),
            outline=INK,
        )
        door = union(box(-w * 0.09, -h * 0.3, w * 0.09, 8), disc(0, -h * 0.3, w * 0.09))
        c.fill(disc(0, -h * 0.24, w * 0.26), CYAN, "flat", soft=w * 0.2, alpha=0.5, atop=True)
        c.fill(door, CYAN, "ball", gain=0.3, shift=0.1, outline=INK)
        c.fill(
            polygon([(-w * 0.03, -h * 0.06), (0, -h * 0.24), (w * 0.03, -h * 0.06)]),
            CYAN,
            "flat",
            shift=0.5,
        )
        missing = r.choice((0, 3, 9))
        for k, x in enumerate((-0.9, -0.42, 0.42, 0.9)):
            x, q, top = half * x, w * 0.055, -h * 0.56
            if k == missing:
                top = -h * 0.3
            flutes = lambda u, v, x=x: 0.2 * np.cos((u - x) * 2 * np.pi / (w * 0.03)) + 0 * v  # noqa: E731
            c.fill(
                polygon(
                    [
                        (x - q, 0),
                        (x - q * 0.86, top),
                        (x + q * 0.86, top - (14 if k == missing else 0)),
                        (x + q, 0),
                    ]
                ),
                MARBLE,
                "tube",
                texture=flutes,
                outline=INK,
            )
            if k != missing:
                c.fill(
                    box(x - q * 1.4, top - h * 0.03, x + q * 1.4, top + h * 0.02, 4),
                    MARBLE,
                    "down",
                    outline=INK,
                )
            c.fill(box(x - q * 1.3, -h * 0.05, x + q * 1.3, 2, 3), MARBLE, "down", outline=INK)
        c.fill(box(-half - w * 0.07, -4, half + w * 0.07, 14, 3), MARBLE, "down", outline=INK)
        c.fill(
            box(-half - w * 0.04, -h * 0.66, half + w * 0.04, -h * 0.57, 3),
            STONE,
            "down",
            shift=0.2,
            texture=lambda x, y: 0.3 * blocks(x, y, 36, 80),
            outline=INK,
        )
        gable = [
            (-half - w * 0.07, -h * 0.65),
            (-w * 0.06, -h * 0.97),
            (w * 0.02, -h * 0.96),
            (w * 0.1, -h * 0.87),
            (w * 0.18, -h * 0.9),
            (half + w * 0.07, -h * 0.65),
        ]
        c.fill(
            polygon(gable, 2),
            STONE,
            "bevel",
            width=14,
            shift=0.15,
            texture=lambda x, y: 0.3 * blocks(x, y, 56, 28),
            outline=INK,
        )
        c.fill(disc(0, -h * 0.76, w * 0.055), CYAN, "ball", outline=INK)
        for x in (-0.3, 0.26):
            tufts(c, w * x, w * x + 40, GRASS, r, step=7, up=14, down=10)

    def bush(self, c, w, h, r):
        """Thorns with roses."""
        for k in range(9):
            a, b = w * r.uniform(-0.42, 0.1), w * r.uniform(-0.1, 0.42)
            rise = h * r.uniform(0.7, 1.5)
            c.fill(
                stroke(curve((a, 8), ((a + b) / 2, -rise * 1.2), (b, 8), 8), 4.4, 2.6),
                TRUNK,
                "down",
                shift=0.1,
                outline=INK,
            )
            x, y = curve((a, 8), ((a + b) / 2, -rise * 1.2), (b, 8), 8)[2 + k % 5]
            c.fill(
                polygon([(x - 9, y + 2), (x, y - 9), (x + 9, y + 2), (x, y + 6)], 1),
                GRASS,
                "down",
                outline=INK,
            )
        for _ in range(w // 18):
            x = w * r.uniform(-0.36, 0.36)
            y = -h * r.uniform(0.15, 0.85) * (1 - (x / (w * 0.5)) ** 2)
            c.fill(disc(x, y, 8), BLOOM, "ball", gain=0.6, outline=INK)
            c.fill(disc(x + 1, y - 1, 3), BLOOM, "flat", shift=-0.4)

    def rock(self, c, w, h, r):
        """A fallen drum of a column and a block."""
        c.fill(
            polygon(
                [(w * 0.02, 10), (w * 0.06, -h * 0.46), (w * 0.42, -h * 0.52), (w * 0.47, 10)], 3
            ),
            STONE,
            "bevel",
            width=h * 0.2,
            gain=0.6,
            grain=0.15,
            outline=INK,
        )
        c.fill(
            box(-w * 0.46, -h * 0.8, w * 0.16, 8, h * 0.2),
            MARBLE,
            "down",
            gain=0.5,
            texture=lambda x, y: 0.2 * np.cos(y * 2 * np.pi / (h * 0.15)) + 0 * x,
            outline=INK,
        )
        c.fill(
            ellipse(-w * 0.36, -h * 0.38, w * 0.11, h * 0.42),
            MARBLE,
            "bevel",
            width=h * 0.2,
            outline=INK,
        )
        c.fill(ellipse(-w * 0.36, -h * 0.38, w * 0.04, h * 0.15), STONE, "flat", shift=-0.3)

    def lamp(self, c, w, h, r):
        """A crystal that floats over a broken pillar."""
        c.fill(
            polygon(
                [
                    (-13, 10),
                    (-10, -h * 0.5),
                    (-2, -h * 0.56),
                    (4, -h * 0.5),
                    (11, -h * 0.54),
                    (13, 10),
                ],
                1,
            ),
            MARBLE,
            "tube",
            texture=lambda x, y: 0.2 * np.cos(x * 1.3) + 0 * y,
            outline=INK,
        )
        c.fill(box(-18, -10, 18, 10, 3), MARBLE, "down", outline=INK)
        c.fill(disc(0, -h * 0.8, 50), CYAN, "flat", soft=50, alpha=0.55)
        c.fill(
            polygon([(0, -h * 0.99), (13, -h * 0.82), (0, -h * 0.62), (-13, -h * 0.82)], 1),
            CYAN,
            "bevel",
            width=14,
            gain=0.9,
            outline=ramp("#123c7c"),
        )
        c.fill(
            polygon([(0, -h * 0.97), (2, -h * 0.8), (-11, -h * 0.82)]),
            CYAN,
            "flat",
            shift=0.5,
            alpha=0.8,
        )

    def fence(self, c, w, h, r):
        """A balustrade."""
        for k in range(w // 30):
            x = -w / 2 + 15 + 30 * k
            if r.chance(0.12):
                continue
            c.fill(
                union(ellipse(x, -h * 0.3, 10, h * 0.22), box(x - 5, -h * 0.8, x + 5, 4), blend=8),
                MARBLE,
                "tube",
                outline=INK,
            )
        c.fill(box(-w / 2, -h * 0.94, w / 2, -h * 0.74, 4), MARBLE, "down", outline=INK)
        c.fill(box(-w / 2, -h * 0.1, w / 2, 10, 3), MARBLE, "down", shift=-0.1, outline=INK)

    def mushroom(self, c, w, h, r):
        """A cluster of crystals."""
        c.fill(disc(0, -h * 0.5, w * 0.6), CYAN, "flat", soft=w * 0.6, alpha=0.4)
        for x, lean, rise in (
            (-0.3, -0.14, 0.6),
            (0.3, 0.15, 0.66),
            (-0.12, -0.05, 0.84),
            (0.08, 0.03, 1.0),
        ):
            x, top, q, tip = w * x, -h * rise, w * 0.11, w * (x + lean)
            tip = x * w / w + w * lean
            c.fill(
                polygon(
                    [
                        (x - q, 10),
                        (tip - q, top * 0.76),
                        (tip, top),
                        (tip + q, top * 0.74),
                        (x + q, 10),
                    ],
                    1,
                ),
                ramp("#2a2c9c", "#4f6ce0", "#8cc8ff", "#f0ffff"),
                "bevel",
                width=q,
                gain=0.9,
                outline=INK,
            )
            c.fill(
                polygon(
                    [
                        (x - q * 0.1, 6),
                        (tip - q * 0.1, top * 0.74),
                        (tip, top),
                        (tip - q, top * 0.76),
                        (x - q, 8),
                    ]
                ),
                CYAN,
                "flat",
                shift=0.3,
                alpha=0.6,
                atop=True,
            )
