"""Highland: sun-baked ochre rock. Banded mesas, dry grass, clay houses, acacias and cactuses."""

from collections.abc import Callable

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    arch,
    box,
    curve,
    cut,
    disc,
    ellipse,
    polygon,
    stroke,
    taper,
    union,
    wobble,
)
from data_pipeline.worlds.textures import Period, cells, noise, strata
from data_pipeline.worlds.themes import nature, parts
from data_pipeline.worlds.themes.base import Peaks, Theme

OCHRE = ramp("#7a3416", "#b05a22", "#dc8a3a", "#f8c070")
DEEP = ramp("#54240f", "#7a3818", "#a05424", "#c67c3c")
STRAW = ramp("#8a6a1c", "#bf9a2c", "#e8c94e", "#fbf0a0")
CLAY = ramp("#a8683c", "#d39a62", "#f0c892", "#fde8c8")
OLIVE = ramp("#3c4a18", "#637324", "#93a43a", "#c8d468")
AGAVE = ramp("#2c5a50", "#4f8a70", "#8cc094", "#d8ecb4")
CACTUS = ramp("#164a30", "#2c7444", "#58a45a", "#a2d680")
BAMBOO = ramp("#7a5a14", "#c0982c", "#ecd468", "#fff8b8")
WOOD = ramp("#3f2412", "#6d4222", "#a06a3a", "#d09c62")
CLOTH = ramp("#0c6a78", "#1f9aa0", "#6cd4c8")
RED = ramp("#8c1c1c", "#cc3a2c", "#f0704a")
INK = ramp("#3a1a0c")
RUST = ramp("#6a3414")
SLOT = ramp("#2a120c", "#4a2414")


def banded(
    x: np.ndarray, y: np.ndarray, scale: float = 1.0, wrap: Period = (None, None)
) -> np.ndarray:
    """Bands of sandstone with fine grain, about [-0.45, 0.45]."""
    return 0.75 * (strata(x, y, 24, 5, wrap, scale) - 0.5) + 0.3 * (noise(x, y, 12, 3, wrap) - 0.5)


def ledges(thickness: float, strength: float) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Layers of a far rock: a function for `texture=`."""
    return lambda x, y: strength * (strata(x, y, thickness, 9) - 0.5)


class Highland(Theme):
    """The highland: sky and land first, then what stands on it."""

    light = (0.7, -0.7)
    sky = ("#3fa9c8", "#7cc9d0", "#bfe2cc", "#f6ecc0", "#fbd896")
    depths = ("#e0b088", "#d0905c", "#b87440")

    def sun(self, c: Canvas, r: Stream) -> None:
        parts.glow(c, 0, 0, 238, ramp("#fff2b0"), 0.85, soft=225)
        c.fill(disc(0, 0, 74), ramp("#fffbe0"), "flat")

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth == 0:
            tones = ramp("#b88a80", "#d4a68c", "#ecc8a0", "#fae4bc")
            mesa = ((-1.1, 0.5), (-1, 0.55), (-0.94, 1), (0.9, 0.97), (1, 0.5), (1.2, 0.45))
            for x, top in peaks.spots:
                half = r.uniform(90, 190)
                rim = parts.profile(x, half, top, mesa)
                rock = polygon([(x - half * 1.5, 40), *rim, (x + half * 1.6, 40)])
                rock = wobble(rock, 8, 40, r.integer(0, 999))
                c.fill(rock, tones, "bevel", width=70, gain=0.6, texture=ledges(40, 0.45))
            nature.hills(c, w, 0, peaks, tones, how="down", gain=0.3)
        elif depth == 1:
            tones = ramp("#a8603c", "#c98450", "#e4ac70", "#f6d29a")
            needle = ((-0.7, 0.6), (-0.9, 0.8), (-0.4, 1), (0.5, 0.96), (0.8, 0.76), (0.6, 0.5))
            for x, top in peaks.spots[::2]:
                half = r.uniform(30, 70)
                rim = parts.profile(x, half, top, needle)
                rock = polygon([(x - half * 1.7, 40), *rim, (x + half * 1.8, 40)])
                rock = wobble(rock, 7, 26, r.integer(0, 999))
                c.fill(rock, tones, "bevel", width=30, gain=0.6, texture=ledges(28, 0.6))
            nature.hills(c, w, 1, peaks, tones, back=True, width=60, gain=0.5, grain=0.16, cell=40)
            nature.hills(c, w, 1, peaks, tones, width=60, gain=0.5, grain=0.16, cell=40)
        else:
            dry = ramp("#8a6a34", "#a08444", "#c0a860")
            brown = ramp("#945228", "#b87440", "#d89c5c", "#eec488")
            for x, top in peaks.spots:
                self._far_cactus(c, x, top - 50, dry, r)
            nature.hills(c, w, 2, peaks, brown, width=40, grain=0.2, cell=24)

    def _far_cactus(self, c: Canvas, x: float, rise: float, tones: np.ndarray, r: Stream) -> None:
        """A column with an arm on each side."""
        y, w, h = -50, rise * 0.5, rise
        arms = [stroke([(x, y + 10), (x, y - h * 0.9)], w * 0.15)]
        for side in (-1, 1):
            at, reach = y - h * r.uniform(0.3, 0.45), x + side * w * 0.38
            rise = h * r.uniform(0.25, 0.4)
            elbow = curve((x + side * w * 0.2, at), (reach, at), (reach, at - w * 0.2), 4)
            arms.append(stroke([(x, at), *elbow, (reach, at - rise)], w * 0.1))
        c.fill(union(*arms, blend=6), tones, "bevel", width=w * 0.14)

    def soil(self, c: Canvas, deep: bool) -> None:
        def rock(x, y):
            wrap = (720, 720)
            edge, tone = cells(x, y * 1.0, 90, 12, wrap)
            return banded(x, y, c.scale, wrap) + 0.2 * (tone - 0.5) - 0.3 * (edge < 0.045)

        c.fill(parts.SOIL, DEEP if deep else OCHRE, "flat", texture=rock)

    def wall(self, c: Canvas) -> None:
        parts.edge_light(c, OCHRE, 16, 0.5)
        c.fill(parts.EDGE_LINE, INK, "flat")

    def cap(self, c: Canvas, x0: float, x1: float, r: Stream) -> None:
        rim = wobble(box(x0, 2, x1, 26, 6), 4, 22, 6, c.period)
        c.fill(rim, CLAY, "down", gain=0.6, grain=0.25, cell=8, outline=RUST)
        c.fill(wobble(box(x0, -5, x1, 9, 5), 2, 16, 8, c.period), STRAW, "down", gain=0.4)
        for x in parts.along(x0 + 8.0, x1 - 8, r, 10, 30):  # dry stalks in bunches, and gravel
            if r.chance(0.6):
                for k in range(-2, 3):
                    tip = (x + k * 5 + r.uniform(-2, 2), -r.uniform(9, 20) + 2 * abs(k))
                    c.fill(stroke([(x + k * 2, 4), tip], 2.2, 0.8), STRAW, "down", gain=0.5)
            else:
                stone = ellipse(x, r.uniform(10, 22), r.uniform(4, 8), r.uniform(3, 5))
                c.fill(stone, OCHRE, "ball", outline=RUST)

    def platform(self, c: Canvas, w: int, r: Stream) -> None:
        """Slabs of sandstone, one on the other."""
        for k in (2, 1, 0):
            y, inset = 6 + 17 * k, 6 + k * w * 0.07 + r.uniform(0, 8)
            slab = box(inset, y, w - inset - r.uniform(0, 8), y + 20, 6)
            slab = wobble(slab, 3, 18, k + r.integer(0, 99))
            lit = 0.12 - 0.12 * k
            c.fill(
                slab, OCHRE, "bevel", width=12, gain=0.5, shift=lit, grain=0.25, cell=9, outline=INK
            )
        self.cap(c, -2, w + 2, r)

    def ladder(self, c: Canvas) -> None:
        """Bamboo, bound with red cord."""
        for y in range(15, 240, 30):
            c.fill(box(-20, y - 4, 20, y + 4, 3), BAMBOO, "down", outline=INK)
            for x in (-15, 15):
                c.fill(box(x - 6, y - 5, x + 6, y + 5, 2), RED, "flat", outline=INK)
        for x in (-15, 15):
            c.fill(parts.bar(x, 4), BAMBOO, "tube", outline=INK)
            for y in (30, 90, 150, 210):
                c.fill(box(x - 5, y - 2, x + 5, y + 2), ramp("#7a5a14"), "flat")
                c.fill(box(x - 6, y + 12, x + 6, y + 18, 2), RED, "flat", outline=INK)

    def rope(self, c: Canvas) -> None:
        """A red cord with knots and tassels."""
        c.fill(parts.bar(0, 4.5), RED, parts.twist(20, 2), outline=INK)
        for y in (40, 120, 200):
            c.fill(disc(0, y, 8), STRAW, "ball", outline=INK)
            tassel = polygon([(-4, y + 7), (4, y + 7), (7, y + 24), (-7, y + 24)])
            c.fill(tassel, CLOTH, "down", outline=INK)

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Thin cloud, drawn out by the wind."""
        tones = ramp("#f0d0a0", "#fbeccc", "#ffffff")
        rim = ((-1, 0), (-0.2, -1), (0.5, -0.8), (1, 0), (0.3, 0.6), (-0.4, 0.7))
        for y, x, half, thick in (
            (-0.2, 0.0, 0.48, 0.15),
            (-0.42, -0.06, 0.38, 0.17),
            (-0.64, 0.06, 0.26, 0.14),
            (-0.82, -0.02, 0.12, 0.08),
        ):
            mid = w * x + w * r.uniform(-0.05, 0.05)
            points = [(mid + w * half * k, h * (y + thick * q)) for k, q in rim]
            c.fill(wobble(polygon(points, 3), 3, 22, 4), tones, "down", gain=0.5, shift=0.1)

    def tree(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """An acacia: a forked trunk under flat crowns."""
        lean = w * r.uniform(-0.06, 0.06)
        limbs = [stroke([(0, 10), (lean, -h * 0.34)], w * 0.085, w * 0.06)]
        for x, y in ((-0.34, -0.66), (-0.1, -0.76), (0.16, -0.78), (0.36, -0.64)):
            bow = (lean + w * x * 0.4, -h * 0.5)
            limbs.append(stroke(curve((lean, -h * 0.3), bow, (w * x, h * y)), w * 0.045, w * 0.022))
        trunk = union(*limbs, blend=10)
        c.fill(trunk, WOOD, "bevel", width=w * 0.08, grain=0.2, cell=8, outline=INK)
        for x, y, half in ((-0.3, -0.66, 0.2), (0.31, -0.64, 0.19), (0.02, -0.84, 0.34)):
            lobes = []
            for k in (-1.4, -0.5, 0.5, 1.4):
                at = (w * (x + half * k * 0.55), h * y + abs(k) * h * 0.022)
                lobes.append((*at, w * half * (0.42 - 0.1 * abs(k))))
            nature.foliage(c, lobes, OLIVE, r, leaf=w * 0.055, density=1.0)

    def house(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Two cubes of clay with beams, slots and an awning."""
        seed = r.integer(0, 1 << 16)
        side, half = parts.pick_side(seed), w * 0.27

        def plaster(x, y):
            return 0.3 * (noise(x, y, 40, seed) - 0.5) + 0.16 * (noise(x, y, 9, seed) - 0.5)

        upper = (side * w * 0.12 - half, side * w * 0.12 + half, -h * 0.92, -h * 0.4)
        for x0, x1, top, low in (upper, (-w * 0.44, w * 0.44, -h * 0.55, 12)):
            cube = polygon([(x0 - 6, low), (x0 + 4, top), (x1 - 4, top), (x1 + 6, low)], 3)
            c.fill(cube, CLAY, "tube", gain=0.4, texture=plaster, outline=INK)
            c.fill(box(x0 - 2, top - 10, x1 + 2, top + 8, 5), CLAY, "down", shift=0.12, outline=INK)
            count = int((x1 - x0) / 38)
            for k in range(count):
                beam = disc(x0 + (k + 0.5) * (x1 - x0) / count, top + 24, 7)
                c.fill(beam, WOOD, "ball", outline=INK)
        for x in (-0.36, 0.0, 0.36):  # steps on the parapet
            if abs(x - side * 0.12) > 0.26:
                step = box(w * x - 12, -h * 0.64, w * x + 12, -h * 0.55, 3)
                c.fill(step, CLAY, "down", shift=0.1, outline=INK)
        door, q = side * w * 0.2, w * 0.085
        c.fill(arch(door, q, -h * 0.26, 8), CLOTH, "tube", outline=INK)
        c.fill(box(door - 3, -h * 0.28, door + 3, 8), CLOTH, "flat", shift=-0.4)
        for x, y, big in ((-side * w * 0.2, -h * 0.3, 1.0), (side * w * 0.12, -h * 0.68, 0.8)):
            c.fill(arch(x, q * 0.62 * big, y - q * 0.5, y + q), SLOT, "flat", outline=CLAY)
            c.fill(box(x - q, y + q, x + q, y + q + 8, 2), WOOD, "down", outline=INK)
        x0, x1, y = -side * w * 0.2 - w * 0.15, -side * w * 0.2 + w * 0.15, -h * 0.41
        for k in range(6):  # the strips of the awning, spread at its lower end
            a, b = (x0 + (x1 - x0) * i / 6 for i in (k, k + 1))
            end = [(x + (x - 0.5 * (x0 + x1)) * 0.15, y + 26) for x in (b, a)]
            c.fill(polygon([(a, y), (b, y), *end]), (RED, CLAY)[k % 2], "down", outline=INK)

    def bush(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """An agave: stiff pointed leaves."""
        for k in sorted(range(-5, 6), key=lambda k: -abs(k)):
            tip = (k * w * 0.096, -h * (0.98 - 0.03 * k * k) * r.uniform(0.92, 1.02))
            x, y = k * w * 0.055, -h * 0.34
            left, right = (x - w * 0.045, y), (x + w * 0.045, y)
            leaf = polygon([(k * 3 - 7, 8), left, tip, right, (k * 3 + 7, 8)], 1)
            c.fill(leaf, AGAVE, "ball", gain=0.5, shift=-0.02 * abs(k), outline=INK)
            c.fill(disc(*tip, 2.6), RED, "flat")

    def rock(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Weathered slabs in a pile."""
        y = 10.0
        for k, (half, thick) in enumerate(((0.47, 0.34), (0.38, 0.28), (0.4, 0.22), (0.24, 0.2))):
            x = w * r.uniform(-0.06, 0.06)
            slab = box(x - w * half, y - h * thick, x + w * half, y, h * 0.1)
            slab = wobble(slab, 3, 20, k + r.integer(0, 99))
            q, lit = h * 0.16, 0.1 * (k % 2)
            c.fill(
                slab, OCHRE, "bevel", width=q, gain=0.6, shift=lit, grain=0.2, cell=10, outline=INK
            )
            y -= h * thick - 2

    def lamp(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A fire bowl on a pillar."""
        pillar = taper(0, (14, 10), (9, -h * 0.68), 2)
        c.fill(pillar, OCHRE, "tube", texture=banded, outline=INK)
        parts.glow(c, 0, -h * 0.86, 48, ramp("#ffc45a"), 0.55)
        tongue = polygon([(-13, -h * 0.86), (2, -h * 1.04), (14, -h * 0.85)], 2)
        flame = union(disc(0, -h * 0.83, 15), tongue, blend=8)
        c.fill(flame, ramp("#d8401c", "#f88a2c", "#ffd04a"), "flat", outline=ramp("#8c1c10"))
        tongue = polygon([(-6, -h * 0.84), (1, -h * 0.95), (8, -h * 0.84)])
        c.fill(union(disc(1, -h * 0.82, 8), tongue, blend=5), ramp("#fff6b0"), "flat")
        bowl = cut(ellipse(0, -h * 0.8, 25, 24), box(-40, -h, 40, -h * 0.79))
        c.fill(bowl, WOOD, "bevel", outline=INK)

    def fence(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Stakes with a sagging cord and pennants."""
        posts = [-w / 2 + 8 + k * (w - 16) / (w // 60) for k in range(w // 60 + 1)]
        for a, b in zip(posts[:-1], posts[1:], strict=True):
            for y, sag in ((-h * 0.74, 16), (-h * 0.36, 10)):
                cord = stroke(curve((a, y), ((a + b) / 2, y + sag * 2), (b, y)), 3)
                c.fill(cord, STRAW, "flat", outline=INK)
            for k in (1, 2, 3):
                x, y, tones = a + (b - a) * k / 4, -h * 0.72 + 11, (RED, CLOTH, RED)[k - 1]
                c.fill(polygon([(x - 7, y), (x + 7, y), (x, y + 18)]), tones, "down", outline=INK)
        for x in posts:
            c.fill(box(x - 6, -h * 0.98, x + 6, 10, 4), WOOD, "tube", outline=INK)

    def mushroom(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A barrel cactus in flower."""

        def ribs(x, y):
            return 0.22 * np.cos(np.arcsin(np.clip(x / (w * 0.46), -1, 1)) * 11) + 0 * y

        ball = ellipse(0, -h * 0.38, w * 0.45, h * 0.46)
        c.fill(ball, CACTUS, "ball", gain=0.45, texture=ribs, outline=INK)
        for k in range(-2, 3):
            for y in (-0.62, -0.42, -0.22):
                thorn = disc(w * 0.165 * k * np.sqrt(1 - (y + 0.4) ** 2 * 3), h * y, 2.6)
                c.fill(thorn, STRAW, "flat", shift=0.4)
        for k in (-2, 2, -1, 1, 0):
            petal = ellipse(k * w * 0.1, -h * (0.9 - 0.03 * abs(k)), w * 0.085, h * 0.1)
            c.fill(petal, ramp("#b01c5c", "#f04a8c", "#ffa0c0"), "down", outline=INK)
        c.fill(disc(0, -h * 0.84, w * 0.06), STRAW, "flat", shift=0.3)
