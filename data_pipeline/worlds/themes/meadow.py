"""Meadow: a sunny village. Grass over brown earth, round trees, plastered houses, white fences.

Not here: positions and sizes (`layout.py`). Pair: `meadow2forest`.
"""

import numpy as np

from data_pipeline.worlds.shapes import (
    below, box, cut, disc, ellipse, polygon, stroke, union, wobble,
)  # fmt: skip
from data_pipeline.worlds.textures import cells, shingles
from data_pipeline.worlds.themes.base import Theme, foliage, hills, pick, ramp, tufts

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


class Meadow(Theme):
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
                peak = wobble(polygon([(x - half, 40), (x - 7, -top), (x + 5, -top), (x + half, 40)], 8),
                              8, 70, seed)  # fmt: skip
                c.fill(peak, rock, lambda u, v, d, x=x: np.clip(0.75 - (u - x) / 90 - 0.2 * np.sin(v / 23), 0.2, 0.9),
                       gain=0.4, grain=0.2, cell=60)  # fmt: skip
                line = below(lambda u, x=x: -top * 0.66 + 14 * np.sin((u - x) / 15) + 9 * np.sin((u - x) / 6.1 + x),
                             x - half, x + half, -h, 0)  # fmt: skip
                c.fill(cut(peak, line), ramp("#b9d6ee", "#eaf5fc", "#ffffff"),
                       lambda u, v, d, x=x: np.clip(0.75 - (u - x) / 60 - 0.2 * np.sin(v / 23), 0, 1), gain=0.5)  # fmt: skip
            hills(c, w, 0, peaks, ramp("#86bfd0", "#9fd0dc", "#b8e0dc"), how="down", gain=0.3)
        elif depth == 1:
            green = ramp("#6bb078", "#8cc870", "#aedd7e", "#cdeb96")
            for base, back in ((230, True), (124, False)):
                hills(c, w, 1, peaks, green, back=back, width=60, gain=0.45, grain=0.12, cell=90)
                for _ in range(16):
                    x, y = r.uniform(0, w), -r.uniform(10, base - 70)
                    c.fill(ellipse(x, y, r.uniform(14, 30), r.uniform(12, 20)), ramp("#5a9f62", "#7dbd68", "#9fd37a"),
                           "ball", atop=True)  # fmt: skip
        else:
            hedge = ramp("#3b8438", "#5da744", "#82c456", "#a9dc6c")
            for x, top in peaks.spots:
                rad = top * r.uniform(0.3, 0.4)
                foliage(c, [(x, rad - top, rad), (x + rad * 0.7, rad * 1.3 - top, rad * 0.8)], hedge, r,
                        leaf=26, density=0.7, line=False)  # fmt: skip
            hills(c, w, 2, peaks, hedge, width=40, grain=0.1, cell=50)

    def soil(self, c, deep):
        def paint(x, y):
            wrap = (720, 720)
            edge, tone = cells(x, y, 60, 5, wrap)
            pebble = np.where(tone > 0.72, 0.22 * (edge > 0.35) - 0.1, 0)
            return pebble + 0.25 * (tone - 0.5) * (edge > 0.12) - 0.25 * (edge < 0.1)

        c.fill(box(-1, -1, 721, 721), DEEP if deep else EARTH, "flat", grain=0.18, cell=15, texture=paint)

    def wall(self, c):
        c.fill(box(0, -1, 24, 241), DEEP, lambda u, v, d: np.clip(u / 20, 0, 1) + 0 * v, alpha=0.55, gain=0.3)
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
        clod = wobble(polygon([(4, 8), (w - 4, 8), (w - 16, 38), (w * 0.62, 56), (w * 0.3, 50), (16, 40)], 6), 6, 34, seed)
        c.fill(clod, EARTH, "bevel", width=26, grain=0.2, cell=15, outline=ramp("#4a2a1c"))
        for _ in range(w // 26):
            c.fill(ellipse(r.uniform(20, w - 20), r.uniform(24, 48), r.uniform(5, 10), r.uniform(4, 7)),
                   STONE, "ball", shift=-0.1, atop=True)  # fmt: skip
        self.cap(c, -4, w + 4, r)

    def ladder(self, c):
        for y in range(15, 240, 30):
            c.fill(box(-16, y - 4, 16, y + 4, 3), WOOD, "down", outline=ramp("#452610"))
        for x in (-16, 16):
            c.fill(box(x - 4.5, -300, x + 4.5, 540), WOOD, "tube", shift=0.1, outline=ramp("#452610"))

    def rope(self, c):
        tan = ramp("#8d6a35", "#caa25a", "#f1d795")
        c.fill(box(-5, -300, 5, 540), tan, lambda u, v, d: 0.5 + 0.5 * np.sin((v + 1.5 * u) * 2 * np.pi / 16),
               gain=0.4, outline=ramp("#5d421c"))  # fmt: skip
        for y in (60, 180):
            c.fill(disc(0, y, 8), tan, "ball", outline=ramp("#5d421c"))

    def cloud(self, c, w, h, r):
        lobes = [disc(w * r.uniform(-0.08, 0.08), -h * 0.56, h * 0.44)]
        for k in (-1, 1):
            lobes += [disc(k * w * r.uniform(0.2, 0.25), -h * r.uniform(0.36, 0.46), h * r.uniform(0.3, 0.37)),
                      disc(k * w * r.uniform(0.36, 0.4), -h * 0.25, h * 0.22)]  # fmt: skip
        body = cut(union(*lobes, box(-w * 0.4, -h * 0.3, w * 0.4, 0, h * 0.14), blend=14), box(-w, 0, w, 50))
        c.fill(body, ramp("#a9cdea", "#d8ecf8", "#ffffff", "#ffffff"), "bevel", width=h * 0.55, gain=0.55, shift=0.06,
               outline=ramp("#8dbbe2"))  # fmt: skip
        for x, y, rad in ((-0.17, -0.5, 0.2), (0.12, -0.42, 0.16), (0.29, -0.3, 0.1)):
            c.fill(disc(w * x, h * y, h * rad), ramp("#ffffff"), "flat", soft=h * 0.16, atop=True, alpha=0.8)

    def tree(self, c, w, h, r):
        lean = r.uniform(-0.06, 0.06) * w
        c.fill(union(stroke([(0, 8), (lean * 0.5, -h * 0.3), (lean, -h * 0.55)], w * 0.095, w * 0.06),
                     stroke([(lean * 0.4, -h * 0.3), (w * 0.2, -h * 0.5)], w * 0.05, w * 0.03),
                     stroke([(lean * 0.4, -h * 0.28), (-w * 0.2, -h * 0.46)], w * 0.045, w * 0.03),
                     polygon([(-w * 0.15, 12), (0, -h * 0.16), (w * 0.15, 12)]), blend=14),
               WOOD, "tube", shift=-0.08, grain=0.18, cell=10, outline=ramp("#3f2410"))  # fmt: skip
        crown = [(lean, -h * 0.7, w * 0.3), (-w * 0.24, -h * 0.58, w * 0.23), (w * 0.25, -h * 0.6, w * 0.22),
                 (lean * 0.5 - w * 0.08, -h * 0.82, w * 0.2), (w * 0.13, -h * 0.8, w * 0.19)]  # fmt: skip
        foliage(c, crown, LEAVES, r, leaf=w * 0.085, density=1.1)
        if r.chance(0.5):
            for _ in range(9):
                x, y, rad = crown[r.integer(0, 5)]
                at = (x + rad * r.uniform(-0.7, 0.7), y + rad * r.uniform(-0.6, 0.7))
                c.fill(disc(*at, 8), ramp("#a51d1d", "#e23c2c", "#ff8a6a"), "ball", outline=ramp("#6d1414"))

    def house(self, c, w, h, r):
        seed = r.integer(0, 1 << 16)
        line, eave, half = ramp("#5b2f1a"), -h * 0.52, w * 0.4
        c.fill(box(w * 0.16, -h * 0.98, w * 0.27, -h * 0.6), STONE, "tube", outline=ramp("#45484e"))
        c.fill(box(w * 0.145, -h, w * 0.285, -h * 0.94, 3), STONE, "down", outline=ramp("#45484e"))
        c.fill(polygon([(-half, 10), (-half, eave), (0, -h * 0.92), (half, eave), (half, 10)]), PLASTER, "bevel",
               width=18, gain=0.5, grain=0.06, outline=line)  # fmt: skip
        c.fill(box(-half, -h * 0.09, half, 12), STONE, "flat", texture=lambda x, y: cells(x, y, 24, seed)[0] * 0.5 - 0.35,
               outline=ramp("#45484e"))  # fmt: skip
        for x in (-half + 6, half - 6):
            c.fill(box(x - 6, eave, x + 6, -h * 0.09), WOOD, "tube", outline=line)
        c.fill(box(-half, eave - 2, half, eave + 10), WOOD, "down", outline=line)
        over = w * 0.1
        roof = cut(polygon([(-half - over, eave + h * 0.05), (0, -h * 0.93), (half + over, eave + h * 0.05)], 8),
                   polygon([(-half * 0.78, eave + h * 0.12), (0, -h * 0.66), (half * 0.78, eave + h * 0.12)]))  # fmt: skip

        def rows(x, y):
            edge, tone = shingles(x, y, 24, 17, seed)
            return 0.35 * (tone - 0.5) - 0.45 * (edge < 0.2) - 0.0022 * (x + 0.4 * y + h * 0.3)

        c.fill(roof, TILES, "flat", shift=0.05, texture=rows, outline=ramp("#5e1a12"))
        door = -half * 0.42 if pick(seed, 0) < 0.5 else half * 0.42
        c.fill(union(box(door - w * 0.085, -h * 0.27, door + w * 0.085, 8), disc(door, -h * 0.27, w * 0.085)),
               ramp("#2f5d3a", "#4b8c4f", "#79bb6a"), "tube", gain=0.35, outline=line)  # fmt: skip
        c.fill(disc(door + w * 0.05, -h * 0.18, 4), ramp("#ffd24a"), "flat")
        self._window(c, -door, -h * 0.28, w * 0.09, line)
        c.fill(disc(0, -h * 0.62, w * 0.062), GLASS, "ball", outline=line)
        c.fill(box(-2, -h * 0.62 - w * 0.06, 2, -h * 0.62 + w * 0.06), line, "flat")

    def _window(self, c, x, y, r, line):
        c.fill(box(x - r - 5, y - r - 5, x + r + 5, y + r + 5, 3), WHITE, "flat", outline=line)
        c.fill(box(x - r, y - r, x + r, y + r), GLASS, lambda u, v, d: 0.7 - (u - x + v - y) / (3 * r), gain=0.5)
        c.fill(union(box(x - 2, y - r, x + 2, y + r), box(x - r, y - 2, x + r, y + 2)), WHITE, "flat")
        c.fill(box(x - r - 8, y + r + 2, x + r + 8, y + r + 15, 3), WOOD, "down", outline=line)
        for k in range(5):
            c.fill(disc(x + (k - 2) * r * 0.48, y + r + 1, 7), PETALS[k % 2], "flat", outline=ramp("#8a2c50"))

    def bush(self, c, w, h, r):
        lobes = [(0, -h * 0.56, h * 0.42), (-w * 0.26, -h * 0.36, h * 0.36), (w * 0.26, -h * 0.38, h * 0.36)]
        foliage(c, [*lobes, (0, -h * 0.2, h * 0.3)], LEAVES, r, leaf=15)
        petals = r.choice(PETALS)
        for _ in range(w // 16):
            x, y, rad = lobes[r.integer(0, 3)]
            c.fill(disc(x + rad * r.uniform(-0.8, 0.8), y + rad * r.uniform(-0.8, 0.7), 5.5), petals, "flat", atop=True)

    def rock(self, c, w, h, r):
        pts = [(-w * 0.46, 10), (-w * 0.42, -h * r.uniform(0.4, 0.6)), (-w * 0.16, -h * r.uniform(0.8, 0.95)),
               (w * 0.16, -h * r.uniform(0.75, 0.95)), (w * 0.42, -h * r.uniform(0.35, 0.55)), (w * 0.46, 10)]  # fmt: skip
        c.fill(polygon(pts, 5), STONE, "bevel", width=h * 0.5, gain=0.7, grain=0.14, steps=5, outline=ramp("#3d4148"))
        c.fill(ellipse(-w * 0.12, -h * 0.8, w * 0.24, h * 0.13), GRASS, "down", atop=True)

    def lamp(self, c, w, h, r):
        iron = ramp("#23303a", "#3f525e", "#6f8794")
        c.fill(box(-5, -h * 0.72, 5, 10), iron, "tube", outline=ramp("#151d24"))
        c.fill(box(-13, -10, 13, 10, 4), iron, "down", outline=ramp("#151d24"))
        c.fill(disc(0, -h * 0.82, 46), ramp("#fff3b0"), "flat", soft=46, alpha=0.4)
        c.fill(polygon([(-11, -h * 0.72), (-17, -h * 0.9), (17, -h * 0.9), (11, -h * 0.72)]),
               ramp("#f2b632", "#ffe68a", "#fffbe0"), "ball", outline=ramp("#151d24"))  # fmt: skip
        c.fill(polygon([(-22, -h * 0.89), (0, -h * 1.0), (22, -h * 0.89)], 2), iron, "bevel", outline=ramp("#151d24"))

    def fence(self, c, w, h, r):
        line = ramp("#6d7876")
        for y in (-h * 0.62, -h * 0.26):
            c.fill(box(-w / 2, y - 5, w / 2, y + 5), WHITE, "down", outline=line)
        for k in range(w // 30):
            x, top = -w / 2 + 15 + 30 * k, -h * r.uniform(0.88, 1.0)
            c.fill(polygon([(x - 8, 10), (x - 8, top + 12), (x, top), (x + 8, top + 12), (x + 8, 10)], 1), WHITE,
                   "tube", gain=0.35, shift=0.15, outline=line)  # fmt: skip

    def mushroom(self, c, w, h, r):
        cream = ramp("#b8a07c", "#ecdcb8", "#fffaf0")
        c.fill(union(box(-w * 0.15, -h * 0.55, w * 0.15, 10, 4), ellipse(0, 2, w * 0.22, h * 0.13), blend=8), cream, "tube",
               outline=ramp("#6d5434"))  # fmt: skip
        c.fill(ellipse(0, -h * 0.47, w * 0.36, h * 0.1), ramp("#b99a6a", "#e3c894"), "down", outline=ramp("#6b1714"))
        cap = cut(ellipse(0, -h * 0.46, w * 0.49, h * 0.53), box(-w, -h * 0.45, w, h))
        c.fill(cap, ramp("#96161a", "#d42a26", "#f4553c", "#ff9a78"), "ball", gain=0.6, outline=ramp("#5d0f12"))
        for x, y, rad in ((-0.22, -0.62, 0.09), (0.05, -0.8, 0.11), (0.27, -0.6, 0.08), (0.02, -0.54, 0.06)):
            c.fill(ellipse(w * x, h * y, w * rad, h * rad * 0.85), ramp("#ffffff"), "flat", atop=True)
