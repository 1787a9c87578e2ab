"""Forest: giant trees. Moss over bark, hollow-tree houses, tiered crowns, glowing mushrooms."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    Field,
    box,
    cross,
    curve,
    cut,
    disc,
    ellipse,
    polygon,
    stroke,
    taper,
    triangle,
    union,
    wobble,
)
from data_pipeline.worlds.textures import Period, grain, noise
from data_pipeline.worlds.themes import nature, parts
from data_pipeline.worlds.themes.base import Peaks, Theme

MOSS = ramp("#0f4a44", "#1c7a5c", "#3fae72", "#8fe08a")
LEAVES = ramp("#0a3038", "#115049", "#1f7a5a", "#4fae6a", "#b4e08a")
CROWN = ramp("#0b332f", "#1a5f3c", "#459442", "#96c84c", "#e2f07e")
BARK = ramp("#20131d", "#3a2229", "#5c3833", "#865a44", "#b58a5e")
DEEP = ramp("#140c18", "#24161f", "#3a2429", "#553632")
TWIG = ramp("#2a1a1e", "#573a30", "#8d6546", "#c39a66")
VINE = ramp("#16523c", "#2f8a4c", "#8fd86a")
GLOW = ramp("#2fc7c0", "#8df5e0", "#f0fff4")
WARM = ramp("#e0761e", "#ffc04a", "#fff0a8")
DIM = ramp("#0a2f30")
INK = ramp("#120a16")


def bark(x: np.ndarray, y: np.ndarray, wrap: Period = (None, None), seed: int = 3) -> np.ndarray:
    """Long fibres with dark cracks between them, about [-0.5, 0.4]."""
    fibre = grain(x, y, 120, 15, seed, wrap)
    return 0.9 * (fibre - 0.5) - 0.35 * (np.abs(fibre - 0.5) < 0.035)


def fibres(strength: float, seed: int = 3) -> Field:
    """`bark` as a function for `texture=`."""
    return lambda x, y: strength * bark(x, y, seed=seed)


class Forest(Theme):
    """The forest: sky and land first, then what stands on it."""

    light = (0.35, -0.9)
    sky = ("#0a3f40", "#11584f", "#23785c", "#5aa868", "#bce08a")
    depths = ("#3f8a66", "#1f5f50", "#123f3e")

    def air(self, c: Canvas, r: Stream) -> None:
        parts.beams(c, r, "#d8ff9c", 6, (18, 60), (0.08, 0.2), 1)
        for x, y, q in parts.sky_spots(r, 80, 5, 10):
            parts.glow(c, x, y, q, ramp("#e8ffb0"), 0.5, soft=7)

    def sun(self, c: Canvas, r: Stream) -> None:
        parts.glow(c, 0, 0, 235, ramp("#e6ff9a"), 0.75, soft=230)

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth == 0:
            for x, top in peaks.spots:
                self._giant(c, x, top, r)
            haze = ramp("#347a5e", "#3f8a66", "#5aa673")
            nature.hills(c, w, 0, peaks, haze, how="down", gain=0.3, grain=0.1, cell=40)
        elif depth == 1:
            dark = ramp("#164a43", "#1f5f50", "#2f7a5c", "#4f9a6c")
            for x, top in peaks.spots:
                top, q = top * 0.9, r.uniform(70, 120)
                lobes = [(x, q - top, q), (x + q, q * 1.4 - top, q * 0.8)]
                nature.foliage(c, lobes, dark, r, leaf=30, density=0.8, line=False)
            nature.hills(
                c, w, 1, peaks, dark, back=True, width=50, gain=0.4, shift=0.1, grain=0.16, cell=30
            )
            nature.hills(c, w, 1, peaks, dark, width=50, gain=0.4, grain=0.16, cell=30)
        else:
            fern = ramp("#0c3236", "#123f3e", "#1b5a4c", "#2f7d5c")
            for i in (1, 0):
                for x, top in peaks.spots:
                    x, top = x + 40 * i, top * (1 - 0.25 * i)
                    for k in range(-3, 4):
                        tip = (x + k * top * 0.24, -top * (1 - 0.09 * k * k))
                        frond = stroke(curve((x, -40), (x + k * 8, -top * 0.9), tip), 9, 2)
                        c.fill(frond, fern, "ball", gain=0.4, shift=r.uniform(-0.1, 0.2))
            nature.hills(c, w, 2, peaks, fern, width=40, gain=0.4, grain=0.2, cell=24)

    def _giant(self, c: Canvas, x: float, top: float, r: Stream) -> None:
        """A far tree, as high as a mountain of another theme."""
        trunk = ramp("#2c6f5c", "#3f8a66", "#58a572")
        crown = ramp("#2f7d5c", "#4a9c68", "#76bd7a", "#a4d88c")
        half = r.uniform(26, 44)
        stem = taper(x, (half, 40), (half * 0.6, -top * 0.8))
        body = union(stem, triangle(x, half * 2.4, 40, -top * 0.35), blend=60)
        c.fill(body, trunk, "tube", gain=0.4, texture=fibres(0.5))
        lobes = [(x, 105 - top, 105), (x - 105, 165 - top, 76), (x + 105, 155 - top, 74)]
        nature.foliage(c, lobes, crown, r, leaf=34, line=False, density=0.8)

    def soil(self, c: Canvas, deep: bool) -> None:
        def roots(x, y):
            wrap = (720, 720)
            bent = x + 50 * (noise(x, y, 90, 9, wrap) - 0.5)
            vein = np.abs(np.sin(2 * np.pi * bent / 120 + 5 * noise(x, y, 240, 4, wrap)))
            return bark(x, y, wrap) + 0.32 * (vein - 0.55)

        c.fill(parts.SOIL, DEEP if deep else BARK, "flat", texture=roots)

    def wall(self, c: Canvas) -> None:
        parts.edge_light(c, BARK, 18, 0.5, gain=0.4)
        c.fill(parts.EDGE_LINE, INK, "flat")

    def cap(self, c: Canvas, x0: float, x1: float, r: Stream) -> None:
        for x in parts.along(x0 + 14.0, x1 - 14, r, 12, 34):  # strands of moss that hang down
            drop = r.uniform(20, 50)
            strand = stroke([(x, 6), (x + r.uniform(-4, 4), drop)], r.uniform(6, 10), 2.5)
            c.fill(strand, MOSS, "down", gain=0.4, shift=-0.1, outline=DIM)
        mat = wobble(box(x0, -6, x1, 20, 11), 4, 18, 5, c.period)
        c.fill(mat, MOSS, "down", gain=0.55, grain=0.25, cell=10, outline=DIM)
        for x in parts.along(x0 + 10.0, x1 - 10, r, 12, 26):  # cushions, and curled sprouts between
            q = r.uniform(7, 14)
            cushion = cut(ellipse(x, -2, q * 1.2, q * 0.8), box(x - 40, 4, x + 40, 40))
            c.fill(cushion, MOSS, "ball", gain=0.35, shift=0.25)
            if r.chance(0.16):
                sprout = stroke(curve((x, -2), (x + 2, -24), (x + 9, -22)), 2.4, 1.6)
                c.fill(sprout, MOSS, "flat", shift=0.4)
                c.fill(disc(x + 9, -21, 4), GLOW, "flat")

    def platform(self, c: Canvas, w: int, r: Stream) -> None:
        """A lying trunk, cut off at both ends."""

        def lying(x, y):  # the bark of an upright trunk, turned
            return np.swapaxes(bark(y.T, x.T), 0, 1)

        trunk = wobble(box(2, 2, w - 2, 56, 16), 3, 40, r.integer(0, 999))
        c.fill(trunk, BARK, "bevel", width=26, gain=0.5, shift=0.12, texture=lying, outline=INK)
        for x in (12, w - 12):
            for k, q in enumerate((1.0, 0.7, 0.42, 0.18)):  # rings of the cut
                shift, line = 0.38 - 0.16 * (k % 2) - 0.1 * k / 3, INK if k == 0 else None
                c.fill(ellipse(x, 30, 13 * q, 25 * q), TWIG, "flat", shift=shift, outline=line)
        for _ in range(w // 120):
            knot = ellipse(r.uniform(40, w - 40), 36, 11, 8)
            c.fill(knot, BARK, "ball", shift=-0.25, outline=INK)
        self.cap(c, -4, w + 4, r)

    def ladder(self, c: Canvas) -> None:
        """Sticks tied between two vines."""
        for y in range(15, 240, 30):
            c.fill(stroke([(-19, y + 3), (19, y - 3)], 4.5), TWIG, "down", outline=INK)
        vine = ramp("#16523c", "#2f8a4c", "#7cc862")
        for x in (-15, 15):
            pts = [(x + 3.5 * np.sin(2 * np.pi * y / 120 + x), y) for y in range(-300, 541, 12)]
            c.fill(stroke(pts, 4.6), vine, "tube", gain=0.2, outline=INK)
        for y in range(0, 240, 60):
            c.fill(ellipse(-21, y + 28, 6, 4), vine, "ball", shift=0.2, outline=INK)
            c.fill(ellipse(20, y + 52, 6, 4), vine, "ball", shift=0.2, outline=INK)

    def rope(self, c: Canvas) -> None:
        """A vine with leaves."""
        pts = [(3 * np.sin(2 * np.pi * y / 120), y) for y in range(-300, 541, 12)]
        c.fill(stroke(pts, 4.2), VINE, "tube", gain=0.2, outline=INK)
        for y in range(0, 240, 40):
            k = 1 if (y // 40) % 2 else -1
            leaf = polygon([(k, y + 12), (k * 7, y + 8), (k * 14, y + 20), (k * 5, y + 20)], 1)
            c.fill(leaf, VINE, "down", shift=0.15, outline=INK)

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A hanging cluster of leaves, where the meadow has a cloud."""
        for _ in range(w // 26):
            x = w * r.uniform(-0.36, 0.36)
            tendril = stroke([(x, -h * 0.3), (x + 4, h * r.uniform(-0.05, 0.1))], 3, 1.5)
            c.fill(tendril, LEAVES, "flat", shift=0.1)
        lobes = [(0.0, -h * 0.55, h * 0.42)]
        for k in (-1, 1):
            lobes.append((k * w * r.uniform(0.2, 0.25), -h * 0.42, h * 0.33))
            lobes.append((k * w * 0.37, -h * 0.3, h * 0.22))
        tones = ramp("#0c3a3c", "#16594c", "#2c8258", "#6cb868", "#c8ec8c")
        nature.foliage(c, lobes, tones, r, leaf=h * 0.17, density=1.2)

    def tree(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A crooked trunk with flat crowns in tiers."""
        bend = r.choice((-1, 1)) * w * r.uniform(0.08, 0.14)
        spine = [(0, 10), *curve((0, 0), (bend * 2.4, -h * 0.4), (0, -h * 0.82), 8)]
        limbs = [stroke(spine, w * 0.1, w * 0.045), triangle(0, w * 0.2, 12, -h * 0.22, 2)]
        tiers = [(-0.28, -0.5, 0.23), (0.3, -0.58, 0.22), (-0.1, -0.82, 0.34)]
        if r.chance(0.5):
            tiers = [(-tx, ty, tr) for tx, ty, tr in tiers]
        for tx, ty, _ in tiers[:2]:
            start, bow = (bend * 0.8, h * (ty + 0.22)), (w * tx * 0.7, h * (ty + 0.2))
            limbs.append(stroke(curve(start, bow, (w * tx, h * ty)), w * 0.05, w * 0.025))
        trunk = union(*limbs, blend=16)
        c.fill(trunk, BARK, "tube", gain=0.35, shift=0.05, texture=fibres(0.6), outline=INK)
        for tx, ty, tr in tiers:
            x, y, q = w * tx, h * ty, w * tr
            lobes = [
                (x + k * q * 0.62, y + abs(k) * q * 0.16, q * (0.46 - 0.1 * abs(k)))
                for k in (-1, 0, 1)
            ]
            nature.foliage(c, lobes, CROWN, r, leaf=w * 0.075, density=1.3)
            for k in range(4):
                at, foot = x + q * (k - 1.5) * 0.5, y + q * r.uniform(0.45, 0.8)
                c.fill(stroke([(at, y + q * 0.2), (at + 2, foot)], 3.5, 1.5), MOSS, "down")

    def house(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A hollow stump with a roof of leaves, its windows lit."""
        seed, half = r.integer(0, 1 << 16), w * 0.38
        pipe = curve((w * 0.16, -h * 0.7), (w * 0.2, -h * 0.85), (w * 0.26, -h * 0.96))
        c.fill(stroke(pipe, w * 0.06, w * 0.045), BARK, "tube", outline=INK)
        stump = taper(0, (half, 10), (half * 0.86, -h * 0.62))
        trunk = union(stump, taper(0, (half * 1.24, 12), (half * 0.7, -h * 0.26)), blend=26)
        wood = fibres(0.8, seed)
        c.fill(trunk, BARK, "tube", gain=0.3, shift=0.12, texture=wood, outline=INK)
        roof = cut(ellipse(0, -h * 0.48, w * 0.5, h * 0.46), box(-w, -h * 0.47, w, h))
        c.fill(wobble(roof, 5, 30, seed), LEAVES, "ball", gain=0.4, outline=INK)
        for row in range(6):  # leaves laid like tiles
            y = -h * (0.87 - 0.075 * row)
            reach = w * 0.5 * np.sqrt(max(0.0, 1 - ((y + h * 0.48) / (h * 0.46)) ** 2))
            count = max(1, int(2 * reach / (w * 0.085)))
            for k in range(count):
                x = -reach + (k + 0.5 + 0.25 * (row % 2)) * 2 * reach / count
                lit = 0.28 * x / w - 0.06 * row + 0.12 * (parts.pick(seed, row * 31 + k) - 0.5)
                left, right = (x - w * 0.05, y), (x + w * 0.05, y)
                leaf = polygon([left, (x, y - h * 0.03), right, (x, y + h * 0.085)], 1)
                c.fill(leaf, LEAVES, "down", gain=0.2, shift=0.12 + lit, outline=LEAVES)
        c.fill(ellipse(0, -h * 0.92, w * 0.09, h * 0.05), MOSS, "ball", outline=INK)
        door, brown = half * 0.4 * parts.pick_side(seed), ramp("#5b2b22", "#8f4a2e", "#c47a44")
        c.fill(ellipse(door, -h * 0.15, w * 0.11, h * 0.185), TWIG, "bevel", shift=0.1, outline=INK)
        c.fill(ellipse(door, -h * 0.14, w * 0.08, h * 0.15), brown, "tube", outline=INK)
        c.fill(disc(door + w * 0.045, -h * 0.13, 4), WARM, "flat", shift=0.4)
        for x, y, q in ((-door, -h * 0.26, w * 0.085), (0, -h * 0.62, w * 0.06)):
            parts.glow(c, x, y, q * 2.1, WARM, 0.35, soft=q * 1.2, atop=True)
            c.fill(disc(x, y, q + 5), TWIG, "bevel", outline=INK)
            c.fill(disc(x, y, q), WARM, "ball", gain=0.4)
            c.fill(cross(x, y, q, 2), TWIG, "flat", shift=-0.2)

    def bush(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A fern: fronds that arch to both sides, with leaflets."""
        for k in sorted(range(-4, 5), key=lambda k: -abs(k)):
            tip = (k * w * 0.115, -h * (0.96 - 0.042 * k * k) * r.uniform(0.9, 1.04))
            path = curve((k * 3, 6), (k * w * 0.04, tip[1] * 0.95), tip, 9)
            for i, (x, y) in enumerate(path[1:]):
                q, shift = w * 0.075 * (1 - i / 11), 0.4 - 0.05 * abs(k) - 0.03 * i
                leaflet = wobble(ellipse(x, y, q, q * 0.7), 2, 6, k + 9)
                c.fill(leaflet, LEAVES, "ball", gain=0.35, shift=shift, outline=DIM)
            c.fill(stroke(path, 2.6, 1.4), MOSS, "flat", shift=0.3)
        for _ in range(w // 30):
            x, y = w * r.uniform(-0.3, 0.3), -h * r.uniform(0.2, 0.7)
            c.fill(disc(x, y, 5), GLOW, "flat", shift=0.2)

    def rock(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A burl of root wood with rings, where the meadow has a boulder."""
        left = ellipse(-w * 0.12, -h * 0.36, w * 0.32, h * 0.52)
        lump = union(left, ellipse(w * 0.2, -h * 0.24, w * 0.27, h * 0.4), blend=20)

        def rings(x, y):
            d = np.hypot(x + w * 0.12, (y + h * 0.4) * 1.2) + 8 * noise(x, y, 26, 8)
            return 0.3 * np.sin(d * 2 * np.pi / 17)

        c.fill(lump, BARK, "bevel", width=h * 0.5, gain=0.6, shift=0.12, texture=rings, outline=INK)
        moss = wobble(ellipse(-w * 0.1, -h * 0.8, w * 0.27, h * 0.15), 4, 12, 5)
        c.fill(moss, MOSS, "down", shift=0.1, grain=0.2, atop=True)

    def lamp(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A flower that shines, hanging from a crook."""
        hook = curve((0, -h * 0.7), (0, -h * 1.03), (-w * 0.2, -h * 0.95), 5)
        stalk = stroke([(0, 10), (0, -h * 0.6), *hook], 6, 3.5)
        c.fill(stalk, ramp("#1b4a3a", "#2f7d52", "#6cc06a"), "tube", outline=INK)
        parts.glow(c, -4, -h * 0.82, 46, GLOW, 0.5)
        rim = [(-21, -h * 0.72), (-4, -h * 0.755), (13, -h * 0.72)]
        bell = polygon([(-9, -h * 0.92), *rim, (2, -h * 0.92)], 3)
        c.fill(bell, ramp("#1f9aa8", "#5fe0d8", "#d8fff2"), "ball", outline=INK)
        c.fill(ellipse(0, -4, 16, 9), LEAVES, "ball", outline=INK)

    def fence(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Crooked twigs bound with a vine."""
        for x in parts.panels(w, 30):
            top = -h * r.uniform(0.8, 1.0)
            pts = [(x, 10), (x + r.uniform(-5, 5), top * 0.5), (x + r.uniform(-5, 5), top)]
            c.fill(stroke(pts, 6, 3.5), TWIG, "tube", grain=0.2, cell=6, outline=INK)
        for y in (-h * 0.6, -h * 0.27):
            pts = [(x, y + 5 * np.sin(x / 10 + y)) for x in np.linspace(-w / 2, w / 2, w // 10)]
            c.fill(stroke(pts, 3.6), VINE, "down", outline=INK)

    def mushroom(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A tall shining parasol."""
        parts.glow(c, 0, -h * 0.6, w * 0.62, GLOW, 0.4, soft=w * 0.6)
        stem = stroke(curve((0, 8), (w * 0.07, -h * 0.4), (0, -h * 0.75)), w * 0.1, w * 0.06)
        c.fill(stem, ramp("#3a7d8c", "#8fd8d0", "#eafff2"), "tube", outline=INK)
        hollow = ellipse(0, -h * 0.42, w * 0.44, h * 0.14)
        cap = cut(ellipse(0, -h * 0.56, w * 0.48, h * 0.42), hollow, box(-w, -h * 0.46, w, h))
        blue = ramp("#1a3f8c", "#2b78c8", "#4fc4e8", "#c4fbf4")
        c.fill(cap, blue, "ball", gain=0.6, outline=INK)
        for x, y, q in ((-0.24, -0.68, 0.06), (0.03, -0.84, 0.075), (0.26, -0.7, 0.055)):
            c.fill(ellipse(w * x, h * y, w * q, h * q), ramp("#eafff2"), "flat", atop=True)
