"""Highland: sun-baked ochre rock. Banded mesas, dry grass, clay houses, acacias and cactuses.

Not here: positions and sizes (`layout.py`). Pair: `highland2twilight`.
"""

import numpy as np

from data_pipeline.worlds.shapes import box, curve, cut, disc, ellipse, polygon, stroke, union, wobble
from data_pipeline.worlds.textures import cells, noise, strata
from data_pipeline.worlds.themes.base import Theme, foliage, hills, pick, ramp

OCHRE = ramp("#7a3416", "#b05a22", "#dc8a3a", "#f8c070")
DEEP = ramp("#54240f", "#7a3818", "#a05424", "#c67c3c")
STRAW = ramp("#8a6a1c", "#bf9a2c", "#e8c94e", "#fbf0a0")
CLAY = ramp("#a8683c", "#d39a62", "#f0c892", "#fde8c8")
OLIVE = ramp("#3c4a18", "#637324", "#93a43a", "#c8d468")
CACTUS = ramp("#164a30", "#2c7444", "#58a45a", "#a2d680")
WOOD = ramp("#3f2412", "#6d4222", "#a06a3a", "#d09c62")
CLOTH = ramp("#0c6a78", "#1f9aa0", "#6cd4c8")
RED = ramp("#8c1c1c", "#cc3a2c", "#f0704a")
INK = ramp("#3a1a0c")
SLOT = ramp("#2a120c", "#4a2414")


def banded(x, y, scale=1.0, wrap=(None, None)):
    """Bands of sandstone with fine grain, about [-0.45, 0.45]."""
    return 0.75 * (strata(x, y, 24, 5, wrap, scale) - 0.5) + 0.3 * (noise(x, y, 12, 3, wrap) - 0.5)


class Highland(Theme):
    light = (0.7, -0.7)
    sky = ("#3fa9c8", "#7cc9d0", "#bfe2cc", "#f6ecc0", "#fbd896")
    depths = ("#e0b088", "#d0905c", "#b87440")

    def sun(self, c, r):
        c.fill(disc(0, 0, 238), ramp("#fff2b0"), "flat", soft=225, alpha=0.85)
        c.fill(disc(0, 0, 74), ramp("#fffbe0"), "flat")

    def backdrop(self, c, depth, w, h, peaks, r):
        if depth == 0:
            tones = ramp("#b88a80", "#d4a68c", "#ecc8a0", "#fae4bc")
            for x, top in peaks.spots:
                half = r.uniform(90, 190)
                cliff = polygon([(x - half * 1.5, 40), (x - half * 1.1, -top * 0.5), (x - half, -top * 0.55), (x - half * 0.94, -top),
                                 (x + half * 0.9, -top * 0.97), (x + half, -top * 0.5), (x + half * 1.2, -top * 0.45), (x + half * 1.6, 40)])  # fmt: skip
                c.fill(wobble(cliff, 8, 40, r.integer(0, 999)), tones, "bevel", width=70, gain=0.6,
                       texture=lambda u, v: 0.45 * (strata(u, v, 40, 9) - 0.5))  # fmt: skip
            hills(c, w, 0, peaks, tones, how="down", gain=0.3)
        elif depth == 1:
            tones = ramp("#a8603c", "#c98450", "#e4ac70", "#f6d29a")
            for x, top in peaks.spots[::2]:
                half = r.uniform(30, 70)
                needle = polygon([(x - half * 1.7, 40), (x - half * 0.7, -top * 0.6), (x - half * 0.9, -top * 0.8), (x - half * 0.4, -top),
                                  (x + half * 0.5, -top * 0.96), (x + half * 0.8, -top * 0.76), (x + half * 0.6, -top * 0.5), (x + half * 1.8, 40)])  # fmt: skip
                c.fill(wobble(needle, 7, 26, r.integer(0, 999)), tones, "bevel", width=30, gain=0.6,
                       texture=lambda u, v: 0.6 * (strata(u, v, 28, 9) - 0.5))  # fmt: skip
            hills(c, w, 1, peaks, tones, back=True, width=60, gain=0.5, grain=0.16, cell=40)
            hills(c, w, 1, peaks, tones, width=60, gain=0.5, grain=0.16, cell=40)
        else:
            for x, top in peaks.spots:
                rise = top - 50
                self._cactus(c, x, -50, rise * 0.5, rise, ramp("#8a6a34", "#a08444", "#c0a860"), r, False)
            hills(c, w, 2, peaks, ramp("#945228", "#b87440", "#d89c5c", "#eec488"), width=40, grain=0.2, cell=24)

    def _cactus(self, c, x, y, w, h, tones, r, detailed=True):
        parts = [stroke([(x, y + 10), (x, y - h * 0.9)], w * 0.15)]
        for side in (-1, 1):
            at, reach, rise = y - h * r.uniform(0.3, 0.45), x + side * w * 0.38, h * r.uniform(0.25, 0.4)
            parts.append(stroke([(x, at), *curve((x + side * w * 0.2, at), (reach, at), (reach, at - w * 0.2), 4), (reach, at - rise)], w * 0.1))
        texture = (lambda u, v: 0.16 * np.sin((u - x) * 2 * np.pi / (w * 0.085)) + 0 * v) if detailed else None
        c.fill(union(*parts, blend=6), tones, "bevel", width=w * 0.14, texture=texture, outline=INK if detailed else None)

    def soil(self, c, deep):
        def rock(x, y):
            wrap = (720, 720)
            edge, tone = cells(x, y * 1.0, 90, 12, wrap)
            return banded(x, y, c.scale, wrap) + 0.2 * (tone - 0.5) - 0.3 * (edge < 0.045)

        c.fill(box(-1, -1, 721, 721), DEEP if deep else OCHRE, "flat", texture=rock)

    def wall(self, c):
        c.fill(box(0, -1, 24, 241), OCHRE, lambda u, v, d: np.clip(1 - u / 16, 0, 1) + 0 * v, alpha=0.5)
        c.fill(box(-2, -1, 3, 241), INK, "flat")

    def cap(self, c, x0, x1, r):
        rim = wobble(box(x0, 2, x1, 26, 6), 4, 22, 6, c.period)
        c.fill(rim, CLAY, "down", gain=0.6, grain=0.25, cell=8, outline=ramp("#6a3414"))
        c.fill(wobble(box(x0, -5, x1, 9, 5), 2, 16, 8, c.period), STRAW, "down", gain=0.4)
        x = x0 + 8.0
        while x < x1 - 8:  # thin dry stalks in bunches, and gravel
            if r.chance(0.6):
                for k in range(-2, 3):
                    top = (x + k * 5 + r.uniform(-2, 2), -r.uniform(9, 20) + 2 * abs(k))
                    c.fill(stroke([(x + k * 2, 4), top], 2.2, 0.8), STRAW, "down", gain=0.5)
            else:
                c.fill(ellipse(x, r.uniform(10, 22), r.uniform(4, 8), r.uniform(3, 5)), OCHRE, "ball", outline=ramp("#6a3414"))
            x += r.uniform(10, 30)

    def platform(self, c, w, r):
        """Slabs of sandstone, one on the other."""
        for k in (2, 1, 0):
            y, inset = 6 + 17 * k, 6 + k * w * 0.07 + r.uniform(0, 8)
            slab = wobble(box(inset, y, w - inset - r.uniform(0, 8), y + 20, 6), 3, 18, k + r.integer(0, 99))
            c.fill(slab, OCHRE, "bevel", width=12, gain=0.5, shift=0.12 - 0.12 * k, grain=0.25, cell=9, outline=INK)
        self.cap(c, -2, w + 2, r)

    def ladder(self, c):
        """Bamboo."""
        cane = ramp("#7a5a14", "#c0982c", "#ecd468", "#fff8b8")
        for y in range(15, 240, 30):
            c.fill(box(-20, y - 4, 20, y + 4, 3), cane, "down", outline=INK)
            for x in (-15, 15):
                c.fill(box(x - 6, y - 5, x + 6, y + 5, 2), RED, "flat", outline=INK)
        for x in (-15, 15):
            c.fill(box(x - 4, -300, x + 4, 540), cane, "tube", outline=INK)
            for y in (30, 90, 150, 210):
                c.fill(box(x - 5, y - 2, x + 5, y + 2), ramp("#7a5a14"), "flat")
                c.fill(box(x - 6, y + 12, x + 6, y + 18, 2), RED, "flat", outline=INK)

    def rope(self, c):
        """A red cord with knots and tassels."""
        c.fill(box(-4.5, -300, 4.5, 540), RED, lambda u, v, d: 0.5 + 0.5 * np.sin((v + 2 * u) * 2 * np.pi / 20), outline=INK)
        for y in (40, 120, 200):
            c.fill(disc(0, y, 8), STRAW, "ball", outline=INK)
            c.fill(polygon([(-4, y + 7), (4, y + 7), (7, y + 24), (-7, y + 24)]), CLOTH, "down", outline=INK)

    def cloud(self, c, w, h, r):
        """Thin cloud, drawn out by the wind."""
        tones = ramp("#f0d0a0", "#fbeccc", "#ffffff")
        for y, x, half, thick in ((-0.2, 0.0, 0.48, 0.15), (-0.42, -0.06, 0.38, 0.17), (-0.64, 0.06, 0.26, 0.14), (-0.82, -0.02, 0.12, 0.08)):
            mid = w * x + w * r.uniform(-0.05, 0.05)
            streak = polygon([(mid - w * half, h * y), (mid - w * half * 0.2, h * (y - thick)), (mid + w * half * 0.5, h * (y - thick * 0.8)),
                              (mid + w * half, h * y), (mid + w * half * 0.3, h * (y + thick * 0.6)), (mid - w * half * 0.4, h * (y + thick * 0.7))], 3)  # fmt: skip
            c.fill(wobble(streak, 3, 22, 4), tones, "down", gain=0.5, shift=0.1)

    def tree(self, c, w, h, r):
        """An acacia: a forked trunk under flat crowns."""
        lean = w * r.uniform(-0.06, 0.06)
        limbs = [stroke([(0, 10), (lean, -h * 0.34)], w * 0.085, w * 0.06)]
        for x, y in ((-0.34, -0.66), (-0.1, -0.76), (0.16, -0.78), (0.36, -0.64)):
            limbs.append(stroke(curve((lean, -h * 0.3), (lean + w * x * 0.4, -h * 0.5), (w * x, h * y)), w * 0.045, w * 0.022))
        c.fill(union(*limbs, blend=10), WOOD, "bevel", width=w * 0.08, grain=0.2, cell=8, outline=INK)
        for x, y, half in ((-0.3, -0.66, 0.2), (0.31, -0.64, 0.19), (0.02, -0.84, 0.34)):
            if h:
                lobes = [(w * (x + half * k * 0.55), h * y + abs(k) * h * 0.022, w * half * (0.42 - 0.1 * abs(k))) for k in (-1.4, -0.5, 0.5, 1.4)]
                foliage(c, lobes, OLIVE, r, leaf=w * 0.055, density=1.0)

    def house(self, c, w, h, r):
        """Two cubes of clay with beams, slots and an awning."""
        seed = r.integer(0, 1 << 16)
        side = -1 if pick(seed, 0) < 0.5 else 1

        def plaster(x, y):
            return 0.3 * (noise(x, y, 40, seed) - 0.5) + 0.16 * (noise(x, y, 9, seed) - 0.5)

        half = w * 0.27
        upper = (side * w * 0.12 - half, side * w * 0.12 + half)
        for x0, x1, top, low in ((*upper, -h * 0.92, -h * 0.4), (-w * 0.44, w * 0.44, -h * 0.55, 12)):
            c.fill(polygon([(x0 - 6, low), (x0 + 4, top), (x1 - 4, top), (x1 + 6, low)], 3), CLAY, "tube", gain=0.4, texture=plaster, outline=INK)
            c.fill(box(x0 - 2, top - 10, x1 + 2, top + 8, 5), CLAY, "down", shift=0.12, outline=INK)
            count = int((x1 - x0) / 38)
            for k in range(count):
                x = x0 + (k + 0.5) * (x1 - x0) / count
                c.fill(disc(x, top + 24, 7), WOOD, "ball", outline=INK)
        for x in (-0.36, 0.0, 0.36):  # steps on the parapet
            c.fill(box(w * x - 12, -h * 0.64, w * x + 12, -h * 0.55, 3), CLAY, "down", shift=0.1, outline=INK) if abs(x - side * 0.12) > 0.26 else None
        door, q = side * w * 0.2, w * 0.085
        c.fill(union(box(door - q, -h * 0.26, door + q, 8), disc(door, -h * 0.26, q)), CLOTH, "tube", outline=INK)
        c.fill(box(door - 3, -h * 0.28, door + 3, 8), CLOTH, "flat", shift=-0.4)
        for x, y, big in ((-side * w * 0.2, -h * 0.3, 1.0), (side * w * 0.12, -h * 0.68, 0.8)):
            c.fill(union(box(x - q * 0.62 * big, y - q * 0.5, x + q * 0.62 * big, y + q), disc(x, y - q * 0.5, q * 0.62 * big)), SLOT, "flat", outline=CLAY)
            c.fill(box(x - q, y + q, x + q, y + q + 8, 2), WOOD, "down", outline=INK)
        x0, x1, y = -side * w * 0.2 - w * 0.15, -side * w * 0.2 + w * 0.15, -h * 0.41
        for k in range(6):
            a, b = x0 + (x1 - x0) * k / 6, x0 + (x1 - x0) * (k + 1) / 6
            c.fill(polygon([(a, y), (b, y), (b + (b - 0.5 * (x0 + x1)) * 0.15, y + 26), (a + (a - 0.5 * (x0 + x1)) * 0.15, y + 26)]), (RED, CLAY)[k % 2],
                   "down", outline=INK)  # fmt: skip

    def bush(self, c, w, h, r):
        """An agave: stiff pointed leaves."""
        for k in sorted(range(-5, 6), key=lambda k: -abs(k)):
            tip = (k * w * 0.096, -h * (0.98 - 0.03 * k * k) * r.uniform(0.92, 1.02))
            mid = (k * w * 0.055, -h * 0.34)
            leaf = polygon([(k * 3 - 7, 8), (mid[0] - w * 0.045, mid[1]), tip, (mid[0] + w * 0.045, mid[1]), (k * 3 + 7, 8)], 1)
            c.fill(leaf, ramp("#2c5a50", "#4f8a70", "#8cc094", "#d8ecb4"), "ball", gain=0.5, shift=-0.02 * abs(k), outline=INK)
            c.fill(disc(*tip, 2.6), RED, "flat")

    def rock(self, c, w, h, r):
        """Weathered slabs in a pile."""
        y = 10.0
        for k, (half, thick) in enumerate(((0.47, 0.34), (0.38, 0.28), (0.4, 0.22), (0.24, 0.2))):
            shift = w * r.uniform(-0.06, 0.06)
            slab = wobble(box(shift - w * half, y - h * thick, shift + w * half, y, h * 0.1), 3, 20, k + r.integer(0, 99))
            c.fill(slab, OCHRE, "bevel", width=h * 0.16, gain=0.6, shift=0.1 * (k % 2), grain=0.2, cell=10, outline=INK)
            y -= h * thick - 2

    def lamp(self, c, w, h, r):
        """A fire bowl on a pillar."""
        c.fill(polygon([(-14, 10), (-9, -h * 0.68), (9, -h * 0.68), (14, 10)], 2), OCHRE, "tube", texture=lambda x, y: banded(x, y), outline=INK)
        c.fill(disc(0, -h * 0.86, 48), ramp("#ffc45a"), "flat", soft=48, alpha=0.55)
        flame = union(disc(0, -h * 0.83, 15), polygon([(-13, -h * 0.86), (2, -h * 1.04), (14, -h * 0.85)], 2), blend=8)
        c.fill(flame, ramp("#d8401c", "#f88a2c", "#ffd04a"), "flat", outline=ramp("#8c1c10"))
        c.fill(union(disc(1, -h * 0.82, 8), polygon([(-6, -h * 0.84), (1, -h * 0.95), (8, -h * 0.84)]), blend=5), ramp("#fff6b0"), "flat")
        c.fill(cut(ellipse(0, -h * 0.8, 25, 24), box(-40, -h, 40, -h * 0.79)), WOOD, "bevel", outline=INK)

    def fence(self, c, w, h, r):
        """Stakes with a sagging cord and pennants."""
        posts = [-w / 2 + 8 + k * (w - 16) / (w // 60) for k in range(w // 60 + 1)]
        for a, b in zip(posts[:-1], posts[1:], strict=True):
            for y, sag in ((-h * 0.74, 16), (-h * 0.36, 10)):
                c.fill(stroke(curve((a, y), ((a + b) / 2, y + sag * 2), (b, y)), 3), STRAW, "flat", outline=INK)
            for k in (1, 2, 3):
                x, y = a + (b - a) * k / 4, -h * 0.72 + 11
                c.fill(polygon([(x - 7, y), (x + 7, y), (x, y + 18)]), (RED, CLOTH, RED)[k - 1], "down", outline=INK)
        for x in posts:
            c.fill(box(x - 6, -h * 0.98, x + 6, 10, 4), WOOD, "tube", outline=INK)

    def mushroom(self, c, w, h, r):
        """A barrel cactus in flower."""
        ball = ellipse(0, -h * 0.38, w * 0.45, h * 0.46)
        c.fill(ball, CACTUS, "ball", gain=0.45,
               texture=lambda x, y: 0.22 * np.cos(np.arcsin(np.clip(x / (w * 0.46), -1, 1)) * 11) + 0 * y, outline=INK)  # fmt: skip
        for k in range(-2, 3):
            for y in (-0.62, -0.42, -0.22):
                c.fill(disc(w * 0.165 * k * np.sqrt(1 - (y + 0.4) ** 2 * 3), h * y, 2.6), STRAW, "flat", shift=0.4)
        for k in (-2, 2, -1, 1, 0):
            petal = ellipse(k * w * 0.1, -h * (0.9 - 0.03 * abs(k)), w * 0.085, h * 0.1)
            c.fill(petal, ramp("#b01c5c", "#f04a8c", "#ffa0c0"), "down", outline=INK)
        c.fill(disc(0, -h * 0.84, w * 0.06), STRAW, "flat", shift=0.3)
