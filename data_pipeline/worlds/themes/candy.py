"""Candy: what stands in it, from trees to mushrooms.

Not here: land, sky, clouds and colours (`candy_land.py`); positions and sizes (`layout.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import (
    box,
    curve,
    cut,
    disc,
    ellipse,
    polygon,
    stroke,
    union,
    wobble,
)
from data_pipeline.worlds.themes.base import pick, ramp
from data_pipeline.worlds.themes.candy_land import (
    BISCUIT,
    CANE,
    CHOCO,
    CREAM,
    INK,
    LEMON,
    LILAC,
    MINT,
    PEACH,
    PINK,
    RED,
    SWEETS,
    CandyLand,
    stripes,
)


class Candy(CandyLand):
    """an island of sweets in pastel. Icing over layered cake, lollipops, gingerbread houses."""

    def tree(self, c, w, h, r):
        """A lollipop on a striped stick, with a bow."""
        c.fill(box(-w * 0.05, -h * 0.6, w * 0.05, 10), CANE, stripes(h * 0.045), outline=INK)
        x, y, q = 0, -h * 0.66, min(w * 0.47, h * 0.345)
        tones = r.choice(
            (
                ramp("#f04880", "#ff8cb0", "#ffe0ec", "#ffffff"),
                ramp("#38b0a0", "#7ce0c8", "#e0fff4", "#ffffff"),
                ramp("#f0943c", "#ffc46c", "#fff4cc", "#ffffff"),
                ramp("#7c5ce0", "#ac94fc", "#ece4ff", "#ffffff"),
            )
        )

        def spiral(u, v, d):
            turn = np.arctan2(v - y, u - x) / (2 * np.pi)
            return np.clip(
                0.5 + 2.2 * np.sin(2 * np.pi * (np.hypot(u - x, v - y) / (q * 0.34) + 2 * turn)),
                0,
                1,
            )

        c.fill(disc(x, y, q), tones, spiral, gain=0.42, outline=INK)
        c.fill(
            cut(disc(x, y, q), disc(x - q * 0.1, y - q * 0.12, q * 0.98)),
            tones,
            "flat",
            shift=-0.5,
            alpha=0.5,
            atop=True,
        )
        c.fill(
            ellipse(x - q * 0.42, y - q * 0.5, q * 0.22, q * 0.13),
            ramp("#ffffff"),
            "flat",
            alpha=0.85,
        )
        for side in (-1, 1):
            bow = polygon(
                [(0, -h * 0.3), (side * w * 0.19, -h * 0.36), (side * w * 0.17, -h * 0.24)], 4
            )
            c.fill(bow, RED, "bevel", outline=INK)
        c.fill(disc(0, -h * 0.3, w * 0.045), RED, "ball", shift=0.2, outline=INK)
        c.fill(cut(ellipse(0, 4, w * 0.2, h * 0.07), box(-w, 12, w, 60)), MINT, "ball", outline=INK)

    def house(self, c, w, h, r):
        """Gingerbread with icing, drops and a wafer roof."""
        seed, half, eave, line = r.integer(0, 1 << 16), w * 0.38, -h * 0.5, ramp("#6d3214")
        c.fill(box(w * 0.15, -h * 0.98, w * 0.27, -h * 0.6), CANE, stripes(14, 0.8), outline=INK)
        c.fill(ellipse(w * 0.21, -h * 0.97, w * 0.09, h * 0.035), CREAM, "down", outline=INK)
        wall = polygon([(-half, 10), (-half, eave), (0, -h * 0.9), (half, eave), (half, 10)], 4)
        c.fill(wall, BISCUIT, "bevel", width=20, shift=0.08, grain=0.14, cell=9, outline=line)
        x = -half + 4
        while x < half:  # a wavy line of icing on the wall
            c.fill(disc(x, -h * 0.44, 7), CREAM, "ball", shift=0.2, outline=BISCUIT)
            x += 15
        over = w * 0.11
        roof = cut(
            polygon(
                [(-half - over, eave + h * 0.06), (0, -h * 0.92), (half + over, eave + h * 0.06)], 8
            ),
            polygon(
                [(-half * 0.8, eave + h * 0.13), (0, -h * 0.66), (half * 0.8, eave + h * 0.13)]
            ),
        )
        tones = r.choice((PINK, MINT, LILAC))
        c.fill(roof, CHOCO, "bevel", width=12, shift=0.1, outline=line)
        snow = cut(
            polygon(
                [(-half - over, eave + h * 0.02), (0, -h * 0.93), (half + over, eave + h * 0.02)], 8
            ),
            polygon([(-half * 0.95, eave + h * 0.1), (0, -h * 0.7), (half * 0.95, eave + h * 0.1)]),
        )
        c.fill(wobble(snow, 6, 22, seed), tones, "bevel", width=14, shift=0.1, outline=INK)
        for k in range(9):
            t = k / 8
            x, y = (
                (half + over * 0.6) * (2 * t - 1),
                eave - h * 0.02 - h * 0.36 * (1 - abs(2 * t - 1)),
            )
            c.fill(disc(x, y, 8), SWEETS[(k + seed) % 5], "ball", shift=-0.15, outline=INK)
        c.fill(disc(0, -h * 0.93, 11), RED, "ball", outline=INK)
        door = half * 0.42 * (-1 if pick(seed, 0) < 0.5 else 1)
        c.fill(
            union(
                box(door - w * 0.095, -h * 0.27, door + w * 0.095, 8),
                disc(door, -h * 0.27, w * 0.095),
            ),
            CREAM,
            "flat",
            outline=line,
        )
        c.fill(
            union(
                box(door - w * 0.07, -h * 0.26, door + w * 0.07, 8), disc(door, -h * 0.26, w * 0.07)
            ),
            CHOCO,
            "bevel",
            texture=lambda u, v: -0.3 * (((u - door) % 24 < 3) | (v % 24 < 3)),
            outline=line,
        )
        c.fill(disc(door + w * 0.045, -h * 0.17, 4), LEMON, "flat", shift=-0.2)
        for x, y, q in ((-door, -h * 0.25, w * 0.08), (0, -h * 0.63, w * 0.06)):
            c.fill(disc(x, y, q + 7), CREAM, "bevel", outline=INK)
            c.fill(disc(x, y, q), ramp("#5cb4e0", "#a0dcf4", "#e8faff"), "ball", outline=INK)
            c.fill(
                union(box(x - 2.5, y - q, x + 2.5, y + q), box(x - q, y - 2.5, x + q, y + 2.5)),
                CREAM,
                "flat",
                shift=0.2,
            )

    def bush(self, c, w, h, r):
        """Macarons and gumdrops in a heap."""
        first = r.integer(0, 5)
        for x, y, q, k in ((-0.27, -0.3, 0.36, 1), (0.27, -0.3, 0.36, 2), (0, -0.5, 0.46, 0)):
            x, y, q = w * x, h * y, h * q
            body = union(disc(x, y, q), box(x - q, y, x + q, 12, 8))
            c.fill(body, SWEETS[(k + first) % 5], "bevel", width=q, gain=0.55, outline=INK)
            for i in range(9):
                dot = disc(
                    x + q * 0.8 * (2 * pick(i, 3) - 1), y + q * 0.7 * (2 * pick(i, 4) - 1), 3
                )
                c.fill(dot, ramp("#ffffff"), "flat", alpha=0.85, atop=True)

    def rock(self, c, w, h, r):
        """A macaron and a half."""
        tones = r.choice((LEMON, PINK, LILAC, MINT))
        for x, y, half, tall, body in (
            (0, 0, 0.45, 0.52, tones),
            (w * 0.03, -h * 0.44, 0.36, 0.44, PEACH),
        ):
            x0, x1 = x - w * half, x + w * half
            c.fill(
                box(x0, y - h * tall * 0.34, x1, y + 8, h * tall * 0.3),
                body,
                "down",
                gain=0.4,
                outline=INK,
            )
            c.fill(
                wobble(
                    box(x0 + 4, y - h * tall * 0.52, x1 - 4, y - h * tall * 0.28, h * 0.06), 2, 9, 3
                ),
                CREAM,
                "flat",
                outline=INK,
            )
            dome = cut(
                ellipse(x, y - h * tall * 0.46, w * half, h * tall * 0.6),
                box(-w, y - h * tall * 0.44, w, h),
            )
            c.fill(dome, body, "ball", gain=0.5, outline=INK)
            c.fill(
                ellipse(x - w * half * 0.4, y - h * tall * 0.84, w * half * 0.24, h * 0.04),
                ramp("#ffffff"),
                "flat",
                alpha=0.8,
            )

    def lamp(self, c, w, h, r):
        """A candy cane from which a sweet hangs."""
        path = [
            (-6, 10),
            (-6, -h * 0.8),
            *curve((-14, -h * 0.84), (-4, -h * 1.04), (9, -h * 0.86), 6),
        ]
        c.fill(stroke(path, 8), CANE, stripes(15), outline=INK)
        c.fill(disc(9, -h * 0.7, 44), ramp("#fff4a8"), "flat", soft=44, alpha=0.5)
        for side in (-1, 1):
            c.fill(
                polygon([(9, -h * 0.7), (9 + side * 21, -h * 0.75), (9 + side * 21, -h * 0.65)], 1),
                MINT,
                "down",
                outline=INK,
            )
        c.fill(disc(9, -h * 0.7, 14), LEMON, "ball", gain=0.6, outline=INK)
        c.fill(cut(ellipse(-14, 6, 20, 14), box(-40, 12, 40, 40)), MINT, "ball", outline=INK)

    def fence(self, c, w, h, r):
        """Sticks of rock with round heads."""
        c.fill(box(-w / 2, -h * 0.5, w / 2, -h * 0.34, 5), CHOCO, "down", shift=0.15, outline=INK)
        for k in range(w // 30):
            x, top = -w / 2 + 15 + 30 * k, -h * r.uniform(0.78, 0.86)
            tones = (PINK, MINT, LEMON, LILAC)[k % 4]
            c.fill(box(x - 6, top, x + 6, 10), tones, stripes(9), gain=0.4, outline=INK)
            c.fill(disc(x, top, 10), tones, "ball", shift=-0.05, outline=INK)

    def mushroom(self, c, w, h, r):
        """A cupcake."""
        cup = polygon(
            [(-w * 0.34, -h * 0.42), (w * 0.34, -h * 0.42), (w * 0.25, 10), (-w * 0.25, 10)], 3
        )
        c.fill(
            cup,
            r.choice((MINT, LILAC, PEACH)),
            "tube",
            texture=lambda x, y: 0.3 * np.sign(np.sin(x * 2 * np.pi / (w * 0.14))) + 0 * y,
            gain=0.25,
            outline=INK,
        )
        tones = r.choice((PINK, LEMON, CREAM))
        for x, y, half, tall in (
            (0, -0.47, 0.46, 0.16),
            (0.01, -0.64, 0.34, 0.14),
            (-0.01, -0.79, 0.2, 0.12),
        ):
            c.fill(
                wobble(ellipse(w * x, h * y, w * half, h * tall), 2, 18, 4),
                tones,
                "ball",
                gain=0.5,
                shift=0.1,
                outline=INK,
            )
        for k in range(8):
            x, y = w * 0.6 * (pick(k, 1) - 0.5), -h * (0.44 + 0.3 * pick(k, 2))
            c.fill(stroke([(x - 3, y - 2), (x + 3, y + 2)], 2.2), SWEETS[k % 5], "flat", shift=-0.3)
        c.fill(disc(0, -h * 0.94, w * 0.085), RED, "ball", outline=INK)
