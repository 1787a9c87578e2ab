"""Meadow: a sunny village. Grass over brown earth, round trees, plastered houses, white fences."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    arch,
    below,
    box,
    cross,
    cut,
    disc,
    ellipse,
    gable,
    polygon,
    square,
    stroke,
    taper,
    triangle,
    union,
    wobble,
)
from data_pipeline.worlds.textures import cells, shingles
from data_pipeline.worlds.themes import nature, parts
from data_pipeline.worlds.themes.base import Peaks, Theme

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
SNOW = ramp("#b9d6ee", "#eaf5fc", "#ffffff")
PETALS = (ramp("#e8508c"), ramp("#ffd23e"), ramp("#ffffff"), ramp("#b86fe0"))


class Meadow(Theme):
    """The meadow: sky and land first, then what stands on it."""

    sky = ("#2f8fe6", "#58b0f2", "#8fd2f8", "#c9ecfa", "#fdf6d8")
    depths = ("#9fd0dc", "#8cc870", "#5da744")

    def sun(self, c: Canvas, r: Stream) -> None:
        parts.glow(c, 0, 0, 235, ramp("#fff6c8"), 0.55, soft=200)
        c.fill(disc(0, 0, 62), ramp("#ffe27a", "#fff3b0", "#fffdf0"), "ball")

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth == 0:
            for x, top in peaks.spots:
                self._mountain(c, x, top, h, r)
            nature.hills(
                c, w, 0, peaks, ramp("#86bfd0", "#9fd0dc", "#b8e0dc"), how="down", gain=0.3
            )
        elif depth == 1:
            green = ramp("#6bb078", "#8cc870", "#aedd7e", "#cdeb96")
            wood = ramp("#5a9f62", "#7dbd68", "#9fd37a")
            for base, back in ((230, True), (124, False)):
                nature.hills(
                    c, w, 1, peaks, green, back=back, width=60, gain=0.45, grain=0.12, cell=90
                )
                for _ in range(16):
                    x, y = r.uniform(0, w), -r.uniform(10, base - 70)
                    grove = ellipse(x, y, r.uniform(14, 30), r.uniform(12, 20))
                    c.fill(grove, wood, "ball", atop=True)
        else:
            hedge = ramp("#3b8438", "#5da744", "#82c456", "#a9dc6c")
            for x, top in peaks.spots:
                q = top * r.uniform(0.3, 0.4)
                lobes = [(x, q - top, q), (x + q * 0.7, q * 1.3 - top, q * 0.8)]
                nature.foliage(c, lobes, hedge, r, leaf=26, density=0.7, line=False)
            nature.hills(c, w, 2, peaks, hedge, width=40, grain=0.1, cell=50)

    def _mountain(self, c: Canvas, x: float, top: float, h: int, r: Stream) -> None:
        rock = ramp("#6d9fc9", "#8db9dc", "#b1d3ea", "#cfe6f3")
        half = top * r.uniform(0.42, 0.7)
        cone = polygon([(x - half, 40), (x - 7, -top), (x + 5, -top), (x + half, 40)], 8)
        peak = wobble(cone, 8, 70, r.integer(0, 999))

        def light(reach, low, high):  # bands over the slope, darker to the right
            return lambda u, v, d: np.clip(0.75 - (u - x) / reach - 0.2 * np.sin(v / 23), low, high)

        def snow_line(u):
            return -top * 0.66 + 14 * np.sin((u - x) / 15) + 9 * np.sin((u - x) / 6.1 + x)

        c.fill(peak, rock, light(90, 0.2, 0.9), gain=0.4, grain=0.2, cell=60)
        under = below(snow_line, x - half, x + half, -h, 0)
        c.fill(cut(peak, under), SNOW, light(60, 0, 1), gain=0.5)

    def soil(self, c: Canvas, deep: bool) -> None:
        def pebbles(x, y):
            edge, tone = cells(x, y, 60, 5, (720, 720))
            pebble = np.where(tone > 0.72, 0.22 * (edge > 0.35) - 0.1, 0)
            return pebble + 0.25 * (tone - 0.5) * (edge > 0.12) - 0.25 * (edge < 0.1)

        c.fill(parts.SOIL, DEEP if deep else EARTH, "flat", grain=0.18, cell=15, texture=pebbles)

    def wall(self, c: Canvas) -> None:
        c.fill(
            parts.EDGE, DEEP, lambda x, y, d: np.clip(x / 20, 0, 1) + 0 * y, alpha=0.55, gain=0.3
        )
        c.fill(box(-1.5, -1, 2.5, 241), ramp("#4a2a1c"), "flat")

    def cap(self, c: Canvas, x0: float, x1: float, r: Stream) -> None:
        under = wobble(box(x0 + 5, 4, x1 - 5, 26, 10), 5, 26, 3, c.period)
        c.fill(under, GRASS, "down", gain=0.5, shift=-0.05, outline=ramp("#245219"), grain=0.1)
        nature.tufts(c, x0 + 5, x1 - 5, GRASS, r, step=11, up=13, down=34)
        c.fill(box(x0 - 2, -5, x1 + 2, 6, 5), GRASS, "down", gain=0.3, shift=0.25)
        for x in parts.along(x0 + 20.0, x1 - 20, r, 30, 90):
            if r.chance(0.35):
                c.fill(disc(x, -8, 4.5), r.choice(PETALS), "flat")
                c.fill(disc(x, -8, 1.8), ramp("#f6a821"), "flat")

    def platform(self, c: Canvas, w: int, r: Stream) -> None:
        seed = r.integer(0, 999)
        rim = [(4, 8), (w - 4, 8), (w - 16, 38), (w * 0.62, 56), (w * 0.3, 50), (16, 40)]
        clod = wobble(polygon(rim, 6), 6, 34, seed)
        c.fill(clod, EARTH, "bevel", width=26, grain=0.2, cell=15, outline=ramp("#4a2a1c"))
        for _ in range(w // 26):
            x, y = r.uniform(20, w - 20), r.uniform(24, 48)
            stone = ellipse(x, y, r.uniform(5, 10), r.uniform(4, 7))
            c.fill(stone, STONE, "ball", shift=-0.1, atop=True)
        self.cap(c, -4, w + 4, r)

    def ladder(self, c: Canvas) -> None:
        line = ramp("#452610")
        for y in range(15, 240, 30):
            c.fill(box(-16, y - 4, 16, y + 4, 3), WOOD, "down", outline=line)
        for x in (-16, 16):
            c.fill(parts.bar(x, 4.5), WOOD, "tube", shift=0.1, outline=line)

    def rope(self, c: Canvas) -> None:
        tan, line = ramp("#8d6a35", "#caa25a", "#f1d795"), ramp("#5d421c")
        c.fill(parts.bar(0, 5), tan, parts.twist(16, 1.5), gain=0.4, outline=line)
        for y in (60, 180):
            c.fill(disc(0, y, 8), tan, "ball", outline=line)

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        lobes = [disc(w * r.uniform(-0.08, 0.08), -h * 0.56, h * 0.44)]
        for k in (-1, 1):
            x, y = k * w * r.uniform(0.2, 0.25), -h * r.uniform(0.36, 0.46)
            lobes.append(disc(x, y, h * r.uniform(0.3, 0.37)))
            lobes.append(disc(k * w * r.uniform(0.36, 0.4), -h * 0.25, h * 0.22))
        lobes.append(box(-w * 0.4, -h * 0.3, w * 0.4, 0, h * 0.14))
        body = cut(union(*lobes, blend=14), box(-w, 0, w, 50))
        tones, line = ramp("#a9cdea", "#d8ecf8", "#ffffff", "#ffffff"), ramp("#8dbbe2")
        c.fill(body, tones, "bevel", width=h * 0.55, gain=0.55, shift=0.06, outline=line)
        for x, y, q in ((-0.17, -0.5, 0.2), (0.12, -0.42, 0.16), (0.29, -0.3, 0.1)):
            parts.glow(c, w * x, h * y, h * q, ramp("#ffffff"), 0.8, soft=h * 0.16, atop=True)

    def tree(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        lean = r.uniform(-0.06, 0.06) * w
        trunk = union(
            stroke([(0, 8), (lean * 0.5, -h * 0.3), (lean, -h * 0.55)], w * 0.095, w * 0.06),
            stroke([(lean * 0.4, -h * 0.3), (w * 0.2, -h * 0.5)], w * 0.05, w * 0.03),
            stroke([(lean * 0.4, -h * 0.28), (-w * 0.2, -h * 0.46)], w * 0.045, w * 0.03),
            triangle(0, w * 0.15, 12, -h * 0.16),
            blend=14,
        )
        line = ramp("#3f2410")
        c.fill(trunk, WOOD, "tube", shift=-0.08, grain=0.18, cell=10, outline=line)
        crown = [
            (lean, -h * 0.7, w * 0.3),
            (-w * 0.24, -h * 0.58, w * 0.23),
            (w * 0.25, -h * 0.6, w * 0.22),
            (lean * 0.5 - w * 0.08, -h * 0.82, w * 0.2),
            (w * 0.13, -h * 0.8, w * 0.19),
        ]
        nature.foliage(c, crown, LEAVES, r, leaf=w * 0.085, density=1.1)
        if r.chance(0.5):
            red, line = ramp("#a51d1d", "#e23c2c", "#ff8a6a"), ramp("#6d1414")
            for _ in range(9):
                x, y, q = crown[r.integer(0, 5)]
                x, y = x + q * r.uniform(-0.7, 0.7), y + q * r.uniform(-0.6, 0.7)
                c.fill(disc(x, y, 8), red, "ball", outline=line)

    def house(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        seed = r.integer(0, 1 << 16)
        line, grey, eave, half = ramp("#5b2f1a"), ramp("#45484e"), -h * 0.52, w * 0.4
        c.fill(box(w * 0.16, -h * 0.98, w * 0.27, -h * 0.6), STONE, "tube", outline=grey)
        c.fill(box(w * 0.145, -h, w * 0.285, -h * 0.94, 3), STONE, "down", outline=grey)
        wall = gable(0, half, 10, eave, -h * 0.92)
        c.fill(wall, PLASTER, "bevel", width=18, gain=0.5, grain=0.06, outline=line)

        def cobbles(x, y):
            return cells(x, y, 24, seed)[0] * 0.5 - 0.35

        def rows(x, y):
            edge, tone = shingles(x, y, 24, 17, seed)
            return 0.35 * (tone - 0.5) - 0.45 * (edge < 0.2) - 0.0022 * (x + 0.4 * y + h * 0.3)

        base = box(-half, -h * 0.09, half, 12)
        c.fill(base, STONE, "flat", texture=cobbles, outline=grey)
        for x in (-half + 6, half - 6):
            c.fill(box(x - 6, eave, x + 6, -h * 0.09), WOOD, "tube", outline=line)
        c.fill(box(-half, eave - 2, half, eave + 10), WOOD, "down", outline=line)
        roof = cut(
            triangle(0, half + w * 0.1, eave + h * 0.05, -h * 0.93, 8),
            triangle(0, half * 0.78, eave + h * 0.12, -h * 0.66),
        )
        c.fill(roof, TILES, "flat", shift=0.05, texture=rows, outline=ramp("#5e1a12"))
        door, green = half * 0.42 * parts.pick_side(seed), ramp("#2f5d3a", "#4b8c4f", "#79bb6a")
        leaf = arch(door, w * 0.085, -h * 0.27, 8)
        c.fill(leaf, green, "tube", gain=0.35, outline=line)
        c.fill(disc(door + w * 0.05, -h * 0.18, 4), ramp("#ffd24a"), "flat")
        self._window(c, -door, -h * 0.28, w * 0.09, line)
        c.fill(disc(0, -h * 0.62, w * 0.062), GLASS, "ball", outline=line)
        c.fill(box(-2, -h * 0.62 - w * 0.06, 2, -h * 0.62 + w * 0.06), line, "flat")

    def _window(self, c: Canvas, x: float, y: float, q: float, line: np.ndarray) -> None:
        c.fill(square(x, y, q + 5, 3), WHITE, "flat", outline=line)
        c.fill(square(x, y, q), GLASS, lambda u, v, d: 0.7 - (u - x + v - y) / (3 * q), gain=0.5)
        c.fill(cross(x, y, q, 2), WHITE, "flat")
        c.fill(box(x - q - 8, y + q + 2, x + q + 8, y + q + 15, 3), WOOD, "down", outline=line)
        for k in range(5):
            flower = disc(x + (k - 2) * q * 0.48, y + q + 1, 7)
            c.fill(flower, PETALS[k % 2], "flat", outline=ramp("#8a2c50"))

    def bush(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        lobes = [
            (0, -h * 0.56, h * 0.42),
            (-w * 0.26, -h * 0.36, h * 0.36),
            (w * 0.26, -h * 0.38, h * 0.36),
        ]
        nature.foliage(c, [*lobes, (0, -h * 0.2, h * 0.3)], LEAVES, r, leaf=15)
        petals = r.choice(PETALS)
        for _ in range(w // 16):
            x, y, q = lobes[r.integer(0, 3)]
            x, y = x + q * r.uniform(-0.8, 0.8), y + q * r.uniform(-0.8, 0.7)
            c.fill(disc(x, y, 5.5), petals, "flat", atop=True)

    def rock(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        rim = [
            (-w * 0.46, 10),
            (-w * 0.42, -h * r.uniform(0.4, 0.6)),
            (-w * 0.16, -h * r.uniform(0.8, 0.95)),
            (w * 0.16, -h * r.uniform(0.75, 0.95)),
            (w * 0.42, -h * r.uniform(0.35, 0.55)),
            (w * 0.46, 10),
        ]
        stone, line = polygon(rim, 5), ramp("#3d4148")
        c.fill(stone, STONE, "bevel", width=h * 0.5, gain=0.7, grain=0.14, steps=5, outline=line)
        c.fill(ellipse(-w * 0.12, -h * 0.8, w * 0.24, h * 0.13), GRASS, "down", atop=True)

    def lamp(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        iron, line = ramp("#23303a", "#3f525e", "#6f8794"), ramp("#151d24")
        c.fill(box(-5, -h * 0.72, 5, 10), iron, "tube", outline=line)
        c.fill(box(-13, -10, 13, 10, 4), iron, "down", outline=line)
        parts.glow(c, 0, -h * 0.82, 46, ramp("#fff3b0"), 0.4)
        pane = taper(0, (11, -h * 0.72), (17, -h * 0.9))
        c.fill(pane, ramp("#f2b632", "#ffe68a", "#fffbe0"), "ball", outline=line)
        c.fill(triangle(0, 22, -h * 0.89, -h * 1.0, 2), iron, "bevel", outline=line)

    def fence(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        line = ramp("#6d7876")
        for y in (-h * 0.62, -h * 0.26):
            c.fill(box(-w / 2, y - 5, w / 2, y + 5), WHITE, "down", outline=line)
        for x in parts.panels(w, 30):
            top = -h * r.uniform(0.88, 1.0)
            picket = gable(x, 8, 10, top + 12, top, 1)
            c.fill(picket, WHITE, "tube", gain=0.35, shift=0.15, outline=line)

    def mushroom(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        line = ramp("#6b1714")
        foot = ellipse(0, 2, w * 0.22, h * 0.13)
        stem = union(box(-w * 0.15, -h * 0.55, w * 0.15, 10, 4), foot, blend=8)
        c.fill(stem, ramp("#b8a07c", "#ecdcb8", "#fffaf0"), "tube", outline=ramp("#6d5434"))
        gills = ellipse(0, -h * 0.47, w * 0.36, h * 0.1)
        c.fill(gills, ramp("#b99a6a", "#e3c894"), "down", outline=line)
        red = ramp("#96161a", "#d42a26", "#f4553c", "#ff9a78")
        cap = cut(ellipse(0, -h * 0.46, w * 0.49, h * 0.53), box(-w, -h * 0.45, w, h))
        c.fill(cap, red, "ball", gain=0.6, outline=ramp("#5d0f12"))
        dots = ((-0.22, -0.62, 0.09), (0.05, -0.8, 0.11), (0.27, -0.6, 0.08), (0.02, -0.54, 0.06))
        for x, y, q in dots:
            dot = ellipse(w * x, h * y, w * q, h * q * 0.85)
            c.fill(dot, ramp("#ffffff"), "flat", atop=True)
