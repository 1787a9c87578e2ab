"""Reef: what stands in it, from trees to mushrooms.

Not here: land, sky, clouds and colours (`reef_land.py`); positions and sizes (`layout.py`).
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
from data_pipeline.worlds.textures import noise
from data_pipeline.worlds.themes.base import pick, ramp
from data_pipeline.worlds.themes.reef_land import (
    CORAL_ROCK,
    INK,
    KELP,
    ORANGE,
    PEARL,
    PINK,
    SAND,
    VIOLET,
    YELLOW,
    ReefLand,
    branches,
    dots,
)


class Reef(ReefLand):
    """under warm water. Rippled sand over coral rock, branching corals, shell houses, kelp."""

    def tree(self, c, w, h, r):
        tones = r.choice((PINK, ORANGE, VIOLET))
        parts = []
        for side, at in ((-1, 0.22), (1, 0.18), (0, 0.0)):
            parts += branches(
                r, 0, -h * 0.05, side * at + r.uniform(-0.1, 0.1), h * 0.275, w * 0.085, 3
            )
        coral = union(*parts, polygon([(-w * 0.16, 12), (0, -h * 0.2), (w * 0.16, 12)], 3), blend=6)
        c.fill(
            coral,
            tones,
            "bevel",
            width=w * 0.05,
            gain=0.6,
            texture=lambda x, y: 0.5 * dots(x, y),
            outline=INK,
        )

    def house(self, c, w, h, r):
        """A scallop on a drum of coral, with portholes."""
        seed, half, line = r.integer(0, 1 << 16), w * 0.36, INK
        base = union(
            box(-half, -h * 0.46, half, 12, 16), ellipse(0, 0, half * 1.16, h * 0.1), blend=16
        )
        c.fill(base, CORAL_ROCK, "tube", gain=0.4, shift=0.15, texture=dots, outline=line)
        shell = cut(ellipse(0, -h * 0.4, w * 0.5, h * 0.56), box(-w, -h * 0.38, w, h))

        def ribs(x, y):
            fan = np.arctan2(x, -(y + h * 0.3))
            rings = np.hypot(x, y + h * 0.3)
            return 0.3 * np.cos(fan * 18) + 0.16 * np.sin(rings / 7)

        tones = r.choice((PINK, ORANGE, VIOLET))
        c.fill(
            wobble(shell, 4, 24, 3), tones, "ball", gain=0.4, shift=0.12, texture=ribs, outline=line
        )
        for k in range(9):
            x = w * 0.49 * (k - 4) / 4.4
            c.fill(
                disc(x, -h * 0.385 - h * 0.012 * abs(k - 4), w * 0.062),
                tones,
                "ball",
                shift=0.2,
                outline=line,
            )
        c.fill(disc(0, -h * 0.94, w * 0.06), PEARL, "ball", outline=line)
        side = half * 0.42 * (-1 if pick(seed, 0) < 0.5 else 1)
        c.fill(
            union(box(side - w * 0.1, -h * 0.2, side + w * 0.1, 8), disc(side, -h * 0.2, w * 0.1)),
            SAND,
            "bevel",
            outline=line,
        )
        c.fill(
            union(
                box(side - w * 0.07, -h * 0.19, side + w * 0.07, 8), disc(side, -h * 0.19, w * 0.07)
            ),
            ramp("#0a2a50", "#14508a", "#2a80b8"),
            "down",
            outline=line,
        )
        for x, y, q in ((-side, -h * 0.22, w * 0.08), (0, -h * 0.64, w * 0.065)):
            c.fill(disc(x, y, q + 6), SAND, "bevel", outline=line)
            c.fill(disc(x, y, q), ramp("#1f9ab8", "#7ff0e4", "#f0fffa"), "ball")
            c.fill(ellipse(x - q * 0.3, y - q * 0.35, q * 0.3, q * 0.2), ramp("#ffffff"), "flat")

    def bush(self, c, w, h, r):
        """An anemone."""
        tones = r.choice((KELP, VIOLET, PINK))
        tones = tones if tones is not PINK else ramp("#0f6a70", "#1fa89c", "#74ecc8", "#e4fff0")
        for k in sorted(range(-5, 6), key=lambda k: -abs(k)):
            tip = (k * w * 0.088, -h * (0.94 - 0.022 * k * k) * r.uniform(0.9, 1.05))
            c.fill(
                stroke(
                    curve((k * w * 0.05, 4), (k * w * 0.055, tip[1] * 0.6), tip),
                    w * 0.045,
                    w * 0.034,
                ),
                tones,
                "down",
                gain=0.45,
                shift=-0.02 * abs(k),
                outline=INK,
            )
            c.fill(disc(*tip, w * 0.048), tones, "ball", shift=0.35, outline=INK)
        c.fill(
            cut(ellipse(0, 4, w * 0.3, h * 0.26), box(-w, 10, w, 60)),
            ORANGE,
            "ball",
            texture=dots,
            outline=INK,
        )

    def rock(self, c, w, h, r):
        """Brain coral."""

        def folds(x, y):
            return 0.5 * np.sin((noise(x, y, 22, 4) * 4 + noise(x, y, 44, 9) * 5) * 2 * np.pi)

        tones = r.choice((YELLOW, PINK, ORANGE))
        c.fill(
            cut(ellipse(0, -h * 0.1, w * 0.47, h * 0.85), box(-w, 12, w, h * 2)),
            tones,
            "ball",
            gain=0.5,
            texture=folds,
            outline=INK,
        )

    def lamp(self, c, w, h, r):
        """A sea lily that carries a pearl of light."""
        pts = [(5 * np.sin(k * 0.9), 10 - h * 0.078 * k) for k in range(11)]
        c.fill(stroke(pts, 6, 4), VIOLET, "tube", gain=0, outline=INK)
        x, y = pts[-1]
        for k in range(-3, 4):
            c.fill(
                stroke(
                    curve((x, y), (x + k * 8, y - 4), (x + k * 7.5, y - 30 + 3 * abs(k))), 3.5, 2.5
                ),
                PINK,
                "down",
                outline=INK,
            )
        c.fill(disc(x, y - 14, 46), ramp("#fff6b0"), "flat", soft=46, alpha=0.55)
        c.fill(disc(x, y - 14, 12), ramp("#ffd86a", "#fff6c4", "#ffffff"), "ball", outline=INK)

    def fence(self, c, w, h, r):
        """A row of tube sponges."""
        for k in range(w // 30):
            x, top = -w / 2 + 15 + 30 * k, -h * r.uniform(0.6, 0.98)
            tones = (YELLOW, ORANGE)[k % 2]
            c.fill(
                box(x - 11, top, x + 11, 12, 8),
                tones,
                "tube",
                gain=0.4,
                texture=lambda u, v: 0.6 * dots(u, v),
                outline=INK,
            )
            c.fill(ellipse(x, top + 6, 8, 4), ramp("#6d2a14"), "flat", outline=tones)

    def mushroom(self, c, w, h, r):
        """A jellyfish that rests on its arms."""
        c.fill(disc(0, -h * 0.6, w * 0.6), ramp("#ff9ad8"), "flat", soft=w * 0.6, alpha=0.35)
        for k in (-2, -1, 0, 1, 2):
            pts = [
                (w * 0.13 * k + w * 0.04 * np.sin(q * 1.3 + k), -h * 0.46 + h * 0.52 * q / 6)
                for q in range(7)
            ]
            c.fill(
                stroke(pts, w * 0.055, w * 0.03),
                ramp("#b0409c", "#f08ad0", "#ffd8f4"),
                "flat",
                shift=0.15 * (k % 2),
                outline=INK,
            )
        bell = cut(
            ellipse(0, -h * 0.46, w * 0.48, h * 0.5), ellipse(0, -h * 0.34, w * 0.6, h * 0.12)
        )
        c.fill(
            bell, ramp("#9c2f9c", "#e060c0", "#ff9ce0", "#ffe4fa"), "ball", gain=0.6, outline=INK
        )
        c.fill(ellipse(-w * 0.16, -h * 0.72, w * 0.12, h * 0.1), ramp("#ffffff"), "flat", alpha=0.8)
        for k in (-1, 0, 1):
            c.fill(
                ellipse(w * 0.2 * k, -h * 0.56, w * 0.05, h * 0.06),
                ramp("#b03aa8"),
                "flat",
                atop=True,
            )
