"""Meadow: a sunny village. Grass over brown earth, round trees, plastered houses, white fences.

Not here: trees, houses and all that stands on the ground (`meadow.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import (
    below,
    box,
    cut,
    disc,
    ellipse,
    polygon,
    union,
    wobble,
)
from data_pipeline.worlds.textures import cells
from data_pipeline.worlds.themes.base import Theme, foliage, hills, ramp, tufts

GRASS = ramp("#2c6b1f", "#4d9a24", "#7cc62f", "#b6e94a")
LEAVES = ramp("#1d5a2a", "#2f8433", "#57b23a", "#97d94d", "#d2f27a")
EARTH = ramp("#6b3f22", "#92592c", "#b97a3d", "#d99d58")
DEEP = ramp("#4a2a1c", "#643a22", "#7e4c2a", "#976038")
WOOD = ramp("#5a3418", "#8a5526", "#b97c3a", "#e0ac62")
STONE = ramp("#5c6068", "#868c92", "#b3b7b8", "#dedfd8")
PLASTER = ramp("#b99a74", "#e3cba2", "#f8ecd2", "#fffaf0")
TILES = ramp("#8c2a1c", "#c4452a", "#e8673c", "#ff9a62")
GLASS = ramp("#2e5f8c", "#5da7d6", "#b6e6f7")
WHITE = ramp("#a9b4b4", "#dfe5e0", "#ffffff")
PETALS = (ramp("#e8508c"), ramp("#ffd23e"), ramp("#ffffff"), ramp("#b86fe0"))


class MeadowLand(Theme):
    """Sky, backdrops, ground, platforms, ladders, ropes and clouds."""

    sky = ("#2f8fe6", "#58b0f2", "#8fd2f8", "#c9ecfa", "#fdf6d8")
    depths = ("#9fd0dc", "#8cc870", "#5da744")

    def sun(self, c, r):
        c.fill(disc(0, 0, 235), ramp("#fff6c8"), "flat", soft=200, alpha=0.55)
        c.fill(disc(0, 0, 62), ramp("#ffe27a", "#fff3b0", "#fffdf0"), "ball")

    def backdrop(self, c, depth, w, h, peaks, r):
        if depth == 0:
            rock = ramp("#6d9fc9", "#8db9dc", "#b1d3ea", "#cfe6f3")
            for x, top in peaks.spots:
                half = top * r.uniform(0.42, 0.7)
                seed = r.integer(0, 999)
                peak = wobble(
                    polygon([(x - half, 40), (x - 7, -top), (x + 5, -top), (x + half, 40)], 8),
                    8,
                    70,
                    seed,
                )
                c.fill(
                    peak,
                    rock,
                    lambda u, v, d, x=x: np.clip(
                        0.75 - (u - x) / 90 - 0.2 * np.sin(v / 23), 0.2, 0.9
                    ),
                    gain=0.4,
                    grain=0.2,
                    cell=60,
                )
                line = below(
                    lambda u, x=x, top=top: (
                        -top * 0.66 + 14 * np.sin((u - x) / 15) + 9 * np.sin((u - x) / 6.1 + x)
                    ),
                    x - half,
                    x + half,
                    -h,
                    0,
                )
                c.fill(
                    cut(peak, line),
                    ramp("#b9d6ee", "#eaf5fc", "#ffffff"),
                    lambda u, v, d, x=x: np.clip(0.75 - (u - x) / 60 - 0.2 * np.sin(v / 23), 0, 1),
                    gain=0.5,
                )
            hills(c, w, 0, peaks, ramp("#86bfd0", "#9fd0dc", "#b8e0dc"), how="down", gain=0.3)
        elif depth == 1:
            green = ramp("#6bb078", "#8cc870", "#aedd7e", "#cdeb96")
            for base, back in ((230, True), (124, False)):
                hills(c, w, 1, peaks, green, back=back, width=60, gain=0.45, grain=0.12, cell=90)
                for _ in range(16):
                    x, y = r.uniform(0, w), -r.uniform(10, base - 70)
                    c.fill(
                        ellipse(x, y, r.uniform(14, 30), r.uniform(12, 20)),
                        ramp("#5a9f62", "#7dbd68", "#9fd37a"),
                        "ball",
                        atop=True,
                    )
        else:
            hedge = ramp("#3b8438", "#5da744", "#82c456", "#a9dc6c")
            for x, top in peaks.spots:
                rad = top * r.uniform(0.3, 0.4)
                foliage(
                    c,
                    [(x, rad - top, rad), (x + rad * 0.7, rad * 1.3 - top, rad * 0.8)],
                    hedge,
                    r,
                    leaf=26,
                    density=0.7,
                    line=False,
                )
            hills(c, w, 2, peaks, hedge, width=40, grain=0.1, cell=50)

    def soil(self, c, deep):
        def paint(x, y):
            wrap = (720, 720)
            edge, tone = cells(x, y, 60, 5, wrap)
            pebble = np.where(tone > 0.72, 0.22 * (edge > 0.35) - 0.1, 0)
            return pebble + 0.25 * (tone - 0.5) * (edge > 0.12) - 0.25 * (edge < 0.1)

        c.fill(
            box(-1, -1, 721, 721),
            DEEP if deep else EARTH,
            "flat",
            grain=0.18,
            cell=15,
            texture=paint,
        )

    def wall(self, c):
        c.fill(
            box(0, -1, 24, 241),
            DEEP,
            lambda u, v, d: np.clip(u / 20, 0, 1) + 0 * v,
            alpha=0.55,
            gain=0.3,
        )
        c.fill(box(-1.5, -1, 2.5, 241), ramp("#4a2a1c"), "flat")

    def cap(self, c, x0, x1, r):
        under = wobble(box(x0 + 5, 4, x1 - 5, 26, 10), 5, 26, 3, c.period)
        c.fill(under, GRASS, "down", gain=0.5, shift=-0.05, outline=ramp("#245219"), grain=0.1)
        tufts(c, x0 + 5, x1 - 5, GRASS, r, step=11, up=13, down=34)
        c.fill(box(x0 - 2, -5, x1 + 2, 6, 5), GRASS, "down", gain=0.3, shift=0.25)
        x = x0 + 20.0
        while x < x1 - 20:
            if r.chance(0.35):
                c.fill(disc(x, -8, 4.5), r.choice(PETALS), "flat")
                c.fill(disc(x, -8, 1.8), ramp("#f6a821"), "flat")
            x += r.uniform(30, 90)

    def platform(self, c, w, r):
        seed = r.integer(0, 999)
        clod = wobble(
            polygon([(4, 8), (w - 4, 8), (w - 16, 38), (w * 0.62, 56), (w * 0.3, 50), (16, 40)], 6),
            6,
            34,
            seed,
        )
        c.fill(clod, EARTH, "bevel", width=26, grain=0.2, cell=15, outline=ramp("#4a2a1c"))
        for _ in range(w // 26):
            c.fill(
                ellipse(
                    r.uniform(20, w - 20), r.uniform(24, 48), r.uniform(5, 10), r.uniform(4, 7)
                ),
                STONE,
                "ball",
                shift=-0.1,
                atop=True,
            )
        self.cap(c, -4, w + 4, r)

    def ladder(self, c):
        for y in range(15, 240, 30):
            c.fill(box(-16, y - 4, 16, y + 4, 3), WOOD, "down", outline=ramp("#452610"))
        for x in (-16, 16):
            c.fill(
                box(x - 4.5, -300, x + 4.5, 540), WOOD, "tube", shift=0.1, outline=ramp("#452610")
            )

    def rope(self, c):
        tan = ramp("#8d6a35", "#caa25a", "#f1d795")
        c.fill(
            box(-5, -300, 5, 540),
            tan,
            lambda u, v, d: 0.5 + 0.5 * np.sin((v + 1.5 * u) * 2 * np.pi / 16),
            gain=0.4,
            outline=ramp("#5d421c"),
        )
        for y in (60, 180):
            c.fill(disc(0, y, 8), tan, "ball", outline=ramp("#5d421c"))

    def cloud(self, c, w, h, r):
        lobes = [disc(w * r.uniform(-0.08, 0.08), -h * 0.56, h * 0.44)]
        for k in (-1, 1):
            lobes += [
                disc(
                    k * w * r.uniform(0.2, 0.25),
                    -h * r.uniform(0.36, 0.46),
                    h * r.uniform(0.3, 0.37),
                ),
                disc(k * w * r.uniform(0.36, 0.4), -h * 0.25, h * 0.22),
            ]
        body = cut(
            union(*lobes, box(-w * 0.4, -h * 0.3, w * 0.4, 0, h * 0.14), blend=14),
            box(-w, 0, w, 50),
        )
        c.fill(
            body,
            ramp("#a9cdea", "#d8ecf8", "#ffffff", "#ffffff"),
            "bevel",
            width=h * 0.55,
            gain=0.55,
            shift=0.06,
            outline=ramp("#8dbbe2"),
        )
        for x, y, rad in ((-0.17, -0.5, 0.2), (0.12, -0.42, 0.16), (0.29, -0.3, 0.1)):
            c.fill(
                disc(w * x, h * y, h * rad),
                ramp("#ffffff"),
                "flat",
                soft=h * 0.16,
                atop=True,
                alpha=0.8,
            )
