"""Clocktown: a town by night. Brick and brass, gears, tall houses with clocks and lit windows.

Not here: trees, houses and all that stands on the ground (`clocktown.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import both, box, cut, disc, ellipse, polygon, stroke, union
from data_pipeline.worlds.textures import bricks, noise
from data_pipeline.worlds.themes.base import Theme, pick, ramp

BRICK = ramp("#1c1a30", "#3a3048", "#5c4658", "#846070")
DEEP = ramp("#0f1024", "#1e1c36", "#322c48", "#4a405c")
PAVING = ramp("#262c48", "#465070", "#7480a0", "#b4c0d8")
BRASS = ramp("#4a2a14", "#8a5a22", "#cc9838", "#ffe08c")
IRON = ramp("#0f1424", "#28304a", "#4c5a7c", "#8c9cc0")
SLATE = ramp("#141a38", "#28345c", "#405484", "#7088b8")
PLASTER = ramp("#38345c", "#544e7c", "#7c74a0", "#b0a8c8")
LIT = ramp("#e0841c", "#ffbe4a", "#ffe890", "#fffbe0")
HEDGE = ramp("#0a2430", "#144048", "#22645c", "#4c9478")
FACE = ramp("#c8b480", "#f4e8c0", "#fffdf0")
RED = ramp("#5c1424", "#9c2434", "#d85048")
INK = ramp("#080a18")


def gear(x, y, q, teeth, turn=0.0):
    """A toothed wheel of outer radius `q` with a round hole."""
    points = []
    for k in range(teeth):
        for a, reach in ((0.0, 0.82), (0.16, 0.82), (0.26, 1.0), (0.58, 1.0), (0.68, 0.82)):
            at = 2 * np.pi * (k + a) / teeth + turn
            points.append((x + q * reach * np.cos(at), y + q * reach * np.sin(at)))
    return cut(polygon(points), disc(x, y, q * 0.4))


def clock(c, x, y, q, seed):
    """A clock face with two hands; the hour is the individual's own."""
    c.fill(disc(x, y, q * 1.2), BRASS, "bevel", width=q * 0.4, outline=INK)
    c.fill(disc(x, y, q), FACE, "ball", gain=0.25, shift=0.15)
    for k in range(12):
        at = k * np.pi / 6
        c.fill(
            disc(
                x + q * 0.8 * np.sin(at),
                y - q * 0.8 * np.cos(at),
                q * (0.09 if k % 3 == 0 else 0.055),
            ),
            INK,
            "flat",
        )
    for at, reach, thick in ((pick(seed, 5) * 6.28, 0.5, 0.1), (pick(seed, 6) * 6.28, 0.72, 0.06)):
        c.fill(
            stroke([(x, y), (x + q * reach * np.sin(at), y - q * reach * np.cos(at))], q * thick),
            INK,
            "flat",
        )


class ClocktownLand(Theme):
    """Sky, backdrops, ground, platforms, ladders, ropes and clouds."""

    light = (0.5, -0.85)
    sky = ("#080c2a", "#10184a", "#1e2a6c", "#3a3f8c", "#6c5a9c")
    depths = ("#3a4488", "#262c64", "#181c44")

    def air(self, c, r):
        for _ in range(190):
            x, y, q = r.uniform(0, 1200), r.uniform(0, 1800), r.uniform(1.2, 3.2)
            c.fill(
                disc(x, y, q),
                ramp(r.choice(("#ffffff", "#ffe8b0", "#b8d0ff"))),
                "flat",
                alpha=r.uniform(0.4, 1.0),
            )

    def sun(self, c, r):
        c.fill(disc(0, 0, 235), ramp("#8ca4f0"), "flat", soft=220, alpha=0.5)
        c.fill(disc(0, 0, 84), ramp("#d8dcf0", "#f4f0e0", "#fffdf0"), "ball", gain=0.3)
        for x, y, q in ((-26, -20, 18), (24, 14, 22), (-10, 38, 12), (36, -34, 9)):
            c.fill(disc(x, y, q), ramp("#ccd0e0"), "flat", alpha=0.7, atop=True)

    def backdrop(self, c, depth, w, h, peaks, r):
        tones = (
            ramp("#2c3474", "#3a4488", "#5460a8"),
            ramp("#1c2254", "#262c64", "#3c4488"),
            ramp("#101434", "#181c44", "#282e62"),
        )[depth]
        glow = (ramp("#a89070"), ramp("#dca858"), ramp("#ffc860"))[depth]
        rows, x = [], 0.0
        while x < w:  # a low street, then what stands out of it
            rows.append((x, (270, 190, 110)[depth] * r.uniform(0.7, 1.0)))
            x += (100, 130, 140)[depth]
        for x, rise in rows + peaks.spots[:: -1 if depth < 2 else -2]:
            half = (r.uniform(44, 80), r.uniform(50, 90), r.uniform(60, 100))[depth]
            top = rise - half * 0.9
            body = [box(x - half, -top, x + half, 60)]
            kind = r.integer(0, 3)
            if kind == 0:
                body.append(
                    polygon(
                        [
                            (x - half * 1.15, -top + 2),
                            (x, -top - half * 1.5),
                            (x + half * 1.15, -top + 2),
                        ]
                    )
                )
            elif kind == 1:
                body += [
                    polygon(
                        [
                            (x - half * 1.1, -top + 2),
                            (x - half * 0.6, -top - half * 0.7),
                            (x + half * 0.6, -top - half * 0.7),
                            (x + half * 1.1, -top + 2),
                        ]
                    ),
                    box(x + half * 0.2, -top - half * 1.1, x + half * 0.45, -top),
                ]
            else:
                body += [disc(x, -top, half * 0.9), box(x - 3, -top - half * 1.5, x + 3, -top)]
            c.fill(union(*body), tones, "bevel", width=18, gain=0.6)
            step = 40 if depth else 30
            for i in range(int(2 * half / step)):
                for k in range(int((top - 60) / (step * 1.3))):
                    if r.chance(0.45):
                        at = (x - half + step * (i + 0.5), -top + 24 + step * 1.3 * k)
                        c.fill(
                            box(
                                at[0] - step * 0.18,
                                at[1],
                                at[0] + step * 0.18,
                                at[1] + step * 0.56,
                                2,
                            ),
                            glow,
                            "flat",
                            alpha=0.85,
                        )
            if depth == 0 and half > 60:
                c.fill(disc(x, -top - 4, half * 0.42), ramp("#d8cc9c"), "flat")
                c.fill(
                    stroke(
                        [(x, -top - 4 - half * 0.3), (x, -top - 4), (x + half * 0.18, -top + 4)],
                        2.5,
                    ),
                    tones,
                    "flat",
                    shift=-0.4,
                )
            if depth == 2 and r.chance(0.4):
                c.fill(gear(x, -top * 0.45, half * 0.6, 12), tones, "bevel", shift=0.2, width=10)

    def soil(self, c, deep):
        def wall(x, y):
            edge, tone = bricks(x, y, 48, 24, 7, wrap=(720, 720))
            return (
                0.4 * (tone - 0.5)
                - 0.4 * (1 - edge)
                + 0.16 * (noise(x, y, 12, 7, (720, 720)) - 0.5)
            )

        c.fill(box(-1, -1, 721, 721), DEEP if deep else BRICK, "flat", shift=0.05, texture=wall)
        for k, (x, y, q) in enumerate(
            ((130, 200, 62), (520, 480, 74), (420, 110, 44), (190, 590, 50))
        ):
            c.fill(disc(x, y, q * 1.2), ramp("#0c0c1c"), "flat", outline=DEEP)
            c.fill(
                gear(x, y, q, 10 + 2 * (k % 2), k),
                IRON if deep else BRASS,
                "bevel",
                width=14,
                shift=-0.12,
                outline=INK,
            )
            c.fill(disc(x, y, q * 0.2), IRON if deep else BRASS, "ball", outline=INK)
        for y in (336,):
            c.fill(
                box(-2, y, 722, y + 22), IRON if deep else BRASS, "down", shift=-0.12, outline=INK
            )
            for x in range(60, 720, 180):
                c.fill(
                    box(x - 9, y - 5, x + 9, y + 27, 3),
                    IRON if deep else BRASS,
                    "down",
                    shift=-0.05,
                    outline=INK,
                )

    def wall(self, c):
        c.fill(box(0, -1, 14, 241), IRON, "tube", outline=INK)
        for y in range(20, 240, 40):
            c.fill(disc(7, y, 4), BRASS, "ball", outline=INK)

    def cap(self, c, x0, x1, r):
        x = x0
        while x < x1 - 1:
            wide = min(r.choice((30, 40)), x1 - x)
            wide = x1 - x if x1 - x - wide < 16 else wide
            c.fill(
                box(x + 0.5, -5, x + wide - 0.5, 18, 5),
                PAVING,
                "down",
                gain=0.5,
                shift=r.uniform(-0.06, 0.08),
                outline=INK,
            )
            x += wide
        c.fill(box(x0 + 2, 18, x1 - 2, 30, 2), BRASS, "down", gain=0.5, outline=INK)
        for k in range(int((x1 - x0) / 24)):
            c.fill(disc(x0 + 14 + 24 * k, 24, 3), BRASS, "ball", gain=0.6, outline=INK)

    def platform(self, c, w, r):
        """An iron girder on which paving lies, with a gear below."""
        if w > 150:
            for k in range(w // 180 + 1):
                x = w * (k + 0.5) / (w // 180 + 1)
                c.fill(gear(x, 54, 27, 10, r.uniform(0, 1)), BRASS, "bevel", width=9, outline=INK)
        c.fill(box(8, 24, w - 8, 34), IRON, "down", shift=0.2, outline=INK)
        for k in range(w // 30):
            x0, x1 = 10 + (w - 20) * k / (w // 30), 10 + (w - 20) * (k + 1) / (w // 30)
            c.fill(
                stroke([(x0, 34), (x1, 54)] if k % 2 else [(x0, 54), (x1, 34)], 3.4),
                IRON,
                "flat",
                shift=0.2,
                outline=INK,
            )
        c.fill(box(8, 50, w - 8, 60, 2), IRON, "down", shift=0.2, outline=INK)
        self.cap(c, 0, w, r)

    def ladder(self, c):
        for y in range(15, 240, 30):
            c.fill(box(-16, y - 3, 16, y + 3), IRON, "down", shift=0.25, outline=INK)
        for x in (-16, 16):
            c.fill(box(x - 4.5, -300, x + 4.5, 540), IRON, "tube", shift=0.2, outline=INK)
            for y in range(15, 240, 30):
                c.fill(disc(x, y, 3.2), BRASS, "ball")

    def rope(self, c):
        """A cable with light bulbs."""
        c.fill(box(-2.5, -300, 2.5, 540), IRON, "flat", outline=INK)
        for k, y in enumerate(range(20, 240, 40)):
            tones = (LIT, ramp("#e04850", "#ff8c80", "#ffe0d0"))[k % 2]
            c.fill(disc(0, y, 15), tones, "flat", soft=14, alpha=0.6)
            c.fill(ellipse(0, y, 6, 8), tones, "ball", outline=INK)

    def cloud(self, c, w, h, r):
        """An airship."""
        tones = r.choice(
            (
                ramp("#3c1c3c", "#6c3050", "#a85068", "#e08c88"),
                ramp("#1c3450", "#30587c", "#5488a8", "#9cc8d8"),
                ramp("#4c3418", "#7c5828", "#b08840", "#e8c880"),
            )
        )
        c.fill(
            polygon(
                [
                    (-w * 0.32, -h * 0.6),
                    (-w * 0.47, -h * 0.92),
                    (-w * 0.4, -h * 0.56),
                    (-w * 0.47, -h * 0.24),
                ],
                2,
            ),
            RED,
            "down",
            outline=INK,
        )
        hull = ellipse(w * 0.03, -h * 0.58, w * 0.42, h * 0.38)
        c.fill(
            hull,
            tones,
            "down",
            gain=0.5,
            texture=lambda x, y: (
                -0.26
                * (
                    np.abs(
                        (
                            (x - w * 0.03)
                            / np.sqrt(np.maximum(0.04, 1 - ((y + h * 0.58) / (h * 0.39)) ** 2))
                        )
                        % (w * 0.14)
                    )
                    < 4
                )
            ),
            outline=INK,
        )
        c.fill(both(hull, box(-w * 0.5, -h * 0.64, w * 0.5, -h * 0.56)), BRASS, "down", atop=True)
        c.fill(box(-w * 0.14, -h * 0.2, w * 0.2, 0, h * 0.08), BRASS, "down", outline=INK)
        for k in range(4):
            x = w * (-0.08 + 0.08 * k)
            c.fill(box(x - 5, -h * 0.14, x + 6, -h * 0.05, 2), LIT, "flat", shift=0.1)
