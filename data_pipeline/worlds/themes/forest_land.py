"""Forest: among giant trees. Moss over bark, hollow-tree houses, tiered crowns, glowing mushrooms.

Not here: trees, houses and all that stands on the ground (`forest.py`).
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
from data_pipeline.worlds.textures import grain, noise
from data_pipeline.worlds.themes.base import Theme, foliage, hills, ramp

MOSS = ramp("#0f4a44", "#1c7a5c", "#3fae72", "#8fe08a")
LEAVES = ramp("#0a3038", "#115049", "#1f7a5a", "#4fae6a", "#b4e08a")
CROWN = ramp("#0b332f", "#1a5f3c", "#459442", "#96c84c", "#e2f07e")
BARK = ramp("#20131d", "#3a2229", "#5c3833", "#865a44", "#b58a5e")
DEEP = ramp("#140c18", "#24161f", "#3a2429", "#553632")
TWIG = ramp("#2a1a1e", "#573a30", "#8d6546", "#c39a66")
GLOW = ramp("#2fc7c0", "#8df5e0", "#f0fff4")
WARM = ramp("#e0761e", "#ffc04a", "#fff0a8")
INK = ramp("#120a16")


def bark(x, y, wrap=(None, None), seed=3):
    """Long fibres with dark cracks between them, about [-0.5, 0.4]."""
    fibre = grain(x, y, 120, 15, seed, wrap)
    return 0.9 * (fibre - 0.5) - 0.35 * (np.abs(fibre - 0.5) < 0.035)


class ForestLand(Theme):
    """Sky, backdrops, ground, platforms, ladders, ropes and clouds."""

    light = (0.35, -0.9)
    sky = ("#0a3f40", "#11584f", "#23785c", "#5aa868", "#bce08a")
    depths = ("#3f8a66", "#1f5f50", "#123f3e")

    def air(self, c, r):
        beams = [(r.uniform(0, 600), r.uniform(18, 60), r.uniform(0.08, 0.2)) for _ in range(6)]

        def light(x, y):  # slanted by 600 over the height of the tile, so that it wraps
            u = x + y / 3
            away = ((np.abs((u - at + 300) % 600 - 300) / half, force) for at, half, force in beams)
            return sum(np.clip(1 - d, 0, 1) * force for d, force in away)

        c.glaze("#d8ff9c", light)
        for _ in range(80):
            c.fill(
                disc(r.uniform(0, 1200), r.uniform(0, 1800), r.uniform(5, 10)),
                ramp("#e8ffb0"),
                "flat",
                soft=7,
                alpha=0.5,
            )

    def sun(self, c, r):
        c.fill(disc(0, 0, 235), ramp("#e6ff9a"), "flat", soft=230, alpha=0.75)

    def backdrop(self, c, depth, w, h, peaks, r):
        if depth == 0:
            trunk, crown = (
                ramp("#2c6f5c", "#3f8a66", "#58a572"),
                ramp("#2f7d5c", "#4a9c68", "#76bd7a", "#a4d88c"),
            )
            for x, top in peaks.spots:
                half = r.uniform(26, 44)
                c.fill(
                    union(
                        polygon(
                            [
                                (x - half, 40),
                                (x - half * 0.6, -top * 0.8),
                                (x + half * 0.6, -top * 0.8),
                                (x + half, 40),
                            ]
                        ),
                        polygon([(x - half * 2.4, 40), (x, -top * 0.35), (x + half * 2.4, 40)]),
                        blend=60,
                    ),
                    trunk,
                    "tube",
                    gain=0.4,
                    texture=lambda u, v: 0.5 * bark(u, v),
                )
                foliage(
                    c,
                    [(x, 105 - top, 105), (x - 105, 165 - top, 76), (x + 105, 155 - top, 74)],
                    crown,
                    r,
                    leaf=34,
                    line=False,
                    density=0.8,
                )
            hills(
                c,
                w,
                0,
                peaks,
                ramp("#347a5e", "#3f8a66", "#5aa673"),
                how="down",
                gain=0.3,
                grain=0.1,
                cell=40,
            )
        elif depth == 1:
            dark = ramp("#164a43", "#1f5f50", "#2f7a5c", "#4f9a6c")
            for x, top in peaks.spots:
                top, rad = top * 0.9, r.uniform(70, 120)
                foliage(
                    c,
                    [(x, rad - top, rad), (x + rad, rad * 1.4 - top, rad * 0.8)],
                    dark,
                    r,
                    leaf=30,
                    density=0.8,
                    line=False,
                )
            hills(
                c, w, 1, peaks, dark, back=True, width=50, gain=0.4, shift=0.1, grain=0.16, cell=30
            )
            hills(c, w, 1, peaks, dark, width=50, gain=0.4, grain=0.16, cell=30)
        else:
            fern = ramp("#0c3236", "#123f3e", "#1b5a4c", "#2f7d5c")
            for x, rise in [
                (x + 40 * k, rise * (1 - 0.25 * k)) for k in (1, 0) for x, rise in peaks.spots
            ]:
                for k in range(-3, 4):
                    tip = (x + k * rise * 0.24, -rise * (1 - 0.09 * k * k))
                    c.fill(
                        stroke(curve((x, -40), (x + k * 8, -rise * 0.9), tip), 9, 2),
                        fern,
                        "ball",
                        gain=0.4,
                        shift=r.uniform(-0.1, 0.2),
                    )
            hills(c, w, 2, peaks, fern, width=40, gain=0.4, grain=0.2, cell=24)

    def soil(self, c, deep):
        def roots(x, y):
            wrap = (720, 720)
            bent = x + 50 * (noise(x, y, 90, 9, wrap) - 0.5)
            vein = np.abs(np.sin(2 * np.pi * bent / 120 + 5 * noise(x, y, 240, 4, wrap)))
            return bark(x, y, wrap) + 0.32 * (vein - 0.55)

        c.fill(box(-1, -1, 721, 721), DEEP if deep else BARK, "flat", texture=roots)

    def wall(self, c):
        c.fill(
            box(0, -1, 24, 241),
            BARK,
            lambda u, v, d: np.clip(1 - u / 18, 0, 1) + 0 * v,
            alpha=0.5,
            gain=0.4,
        )
        c.fill(box(-2, -1, 3, 241), INK, "flat")

    def cap(self, c, x0, x1, r):
        x = x0 + 14.0
        while x < x1 - 14:  # strands of moss that hang down
            drop = r.uniform(20, 50)
            c.fill(
                stroke([(x, 6), (x + r.uniform(-4, 4), drop)], r.uniform(6, 10), 2.5),
                MOSS,
                "down",
                gain=0.4,
                shift=-0.1,
                outline=ramp("#0a2f30"),
            )
            x += r.uniform(12, 34)
        c.fill(
            wobble(box(x0, -6, x1, 20, 11), 4, 18, 5, c.period),
            MOSS,
            "down",
            gain=0.55,
            grain=0.25,
            cell=10,
            outline=ramp("#0a2f30"),
        )
        x = x0 + 10.0
        while x < x1 - 10:  # cushions, and curled sprouts between them
            rad = r.uniform(7, 14)
            c.fill(
                cut(ellipse(x, -2, rad * 1.2, rad * 0.8), box(x - 40, 4, x + 40, 40)),
                MOSS,
                "ball",
                gain=0.35,
                shift=0.25,
            )
            if r.chance(0.16):
                c.fill(
                    stroke(curve((x, -2), (x + 2, -24), (x + 9, -22)), 2.4, 1.6),
                    MOSS,
                    "flat",
                    shift=0.4,
                )
                c.fill(disc(x + 9, -21, 4), GLOW, "flat")
            x += r.uniform(12, 26)

    def platform(self, c, w, r):
        """A lying trunk, cut off at both ends."""
        c.fill(
            wobble(box(2, 2, w - 2, 56, 16), 3, 40, r.integer(0, 999)),
            BARK,
            "bevel",
            width=26,
            gain=0.5,
            shift=0.12,
            texture=lambda x, y: np.swapaxes(bark(y.T, x.T), 0, 1),
            outline=INK,
        )
        for x in (12, w - 12):
            for k, rad in enumerate((1.0, 0.7, 0.42, 0.18)):
                c.fill(
                    ellipse(x, 30, 13 * rad, 25 * rad),
                    TWIG,
                    "flat",
                    shift=0.38 - 0.16 * (k % 2) - 0.1 * k / 3,
                    outline=INK if k == 0 else None,
                )
        for _ in range(w // 120):
            x = r.uniform(40, w - 40)
            c.fill(ellipse(x, 36, 11, 8), BARK, "ball", shift=-0.25, outline=INK)
        self.cap(c, -4, w + 4, r)

    def ladder(self, c):
        for y in range(15, 240, 30):
            c.fill(stroke([(-19, y + 3), (19, y - 3)], 4.5), TWIG, "down", outline=INK)
        vine = ramp("#16523c", "#2f8a4c", "#7cc862")
        for x in (-15, 15):
            pts = [(x + 3.5 * np.sin(2 * np.pi * y / 120 + x), y) for y in range(-300, 541, 12)]
            c.fill(stroke(pts, 4.6), vine, "tube", gain=0.2, outline=INK)
        for y in range(0, 240, 60):
            c.fill(ellipse(-21, y + 28, 6, 4), vine, "ball", shift=0.2, outline=INK)
            c.fill(ellipse(20, y + 52, 6, 4), vine, "ball", shift=0.2, outline=INK)

    def rope(self, c):
        vine = ramp("#16523c", "#2f8a4c", "#8fd86a")
        pts = [(3 * np.sin(2 * np.pi * y / 120), y) for y in range(-300, 541, 12)]
        c.fill(stroke(pts, 4.2), vine, "tube", gain=0.2, outline=INK)
        for y in range(0, 240, 40):
            side = 1 if (y // 40) % 2 else -1
            leaf = polygon(
                [(side, y + 12), (side * 7, y + 8), (side * 14, y + 20), (side * 5, y + 20)], 1
            )
            c.fill(leaf, vine, "down", shift=0.15, outline=INK)

    def cloud(self, c, w, h, r):
        """A hanging cluster of leaves, where the meadow has a cloud."""
        for _ in range(w // 26):
            x = w * r.uniform(-0.36, 0.36)
            c.fill(
                stroke([(x, -h * 0.3), (x + 4, h * r.uniform(-0.05, 0.1))], 3, 1.5),
                LEAVES,
                "flat",
                shift=0.1,
            )
        lobes = [(0, -h * 0.55, h * 0.42)]
        for k in (-1, 1):
            lobes += [
                (k * w * r.uniform(0.2, 0.25), -h * 0.42, h * 0.33),
                (k * w * 0.37, -h * 0.3, h * 0.22),
            ]
        foliage(
            c,
            lobes,
            ramp("#0c3a3c", "#16594c", "#2c8258", "#6cb868", "#c8ec8c"),
            r,
            leaf=h * 0.17,
            density=1.2,
        )
