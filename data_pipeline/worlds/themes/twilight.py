"""Twilight: violet ruins at dusk. Cut stone, broken columns, weeping trees, crystals that shine."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    Field,
    arch,
    box,
    curve,
    cut,
    disc,
    ellipse,
    polygon,
    stroke,
    triangle,
    union,
    wobble,
)
from data_pipeline.worlds.textures import noise
from data_pipeline.worlds.themes import nature, parts
from data_pipeline.worlds.themes.base import Peaks, Theme

STONE = ramp("#2c2252", "#4c3d80", "#7a68ae", "#b8a4d8", "#f4d8e8")
DEEP = ramp("#170f30", "#2a1f50", "#43336f", "#5f4c8c")
MARBLE = ramp("#4a3f78", "#8274b0", "#c0aedc", "#ffe8ea")
GRASS = ramp("#3a0f50", "#6a1f78", "#a83c9c", "#e878b8")
BLOOM = ramp("#5c1470", "#a02c98", "#e060b4", "#ffb8d8")
TRUNK = ramp("#160c28", "#2c1a44", "#4e3264", "#80588c")
IRON = ramp("#241c40", "#5a4c80", "#a898cc", "#ffe0e0")
CYAN = ramp("#1a6ab0", "#3fc0e8", "#b0f8ff", "#ffffff")
CRYSTAL = ramp("#2a2c9c", "#4f6ce0", "#8cc8ff", "#f0ffff")
INK = ramp("#120a26")


def flutes(pitch: float, x: float = 0.0) -> Field:
    """Grooves of an upright column around x: a function for `texture=`."""
    return lambda u, v: 0.2 * np.cos((u - x) * 2 * np.pi / pitch) + 0 * v


class Twilight(Theme):
    """The ruins: sky and land first, then what stands on it."""

    light = (-0.95, 0.1)
    sky = ("#1a1450", "#43237c", "#8a368e", "#dc5c7c", "#ffa868")
    depths = ("#8c4484", "#553070", "#33225a")

    def air(self, c: Canvas, r: Stream) -> None:
        for x, y, q in parts.sky_spots(r, 110, 1.4, 3.4):
            c.fill(disc(x, y, q), ramp("#fff0d8"), "flat", alpha=r.uniform(0.3, 0.9))

    def sun(self, c: Canvas, r: Stream) -> None:
        parts.glow(c, 0, 0, 236, ramp("#ff9ac0"), 0.5, soft=220)
        c.fill(cut(disc(0, 0, 70), disc(34, -16, 60)), ramp("#ffe0c8", "#fff6e8"), "flat")

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth == 0:
            tones = ramp("#6a3a80", "#8c4484", "#b85c88", "#e88a8c")
            for x, top in peaks.spots:
                self._tower(c, x, top, tones, r)
            nature.hills(c, w, 0, peaks, tones, width=60, gain=0.4)
        elif depth == 1:
            tones = ramp("#3c2464", "#553070", "#7c4484", "#b0608c")
            nature.hills(c, w, 1, peaks, tones, back=True, width=60, gain=0.5, grain=0.14, cell=40)
            x = r.uniform(0, 200)
            end = x + w - 250
            while x < end:
                x += self._aqueduct(c, x, tones, r) + r.uniform(80, 320)
            nature.hills(c, w, 1, peaks, tones, width=60, gain=0.5, grain=0.14, cell=40)
        else:
            tones = ramp("#221848", "#33225a", "#4c3070", "#744484")
            for x, rise in peaks.spots:
                spire = ellipse(x, -rise * 0.44, rise * 0.13, rise * 0.56)
                spire = wobble(spire, 6, 18, r.integer(0, 99))
                c.fill(spire, tones, "bevel", width=20, grain=0.2, cell=14)
            nature.hills(c, w, 2, peaks, tones, width=40, gain=0.5, grain=0.16, cell=24)

    def _tower(self, c: Canvas, x: float, top: float, tones: np.ndarray, r: Stream) -> None:
        """A ruined tower with three dark windows."""
        half = r.uniform(30, 64)
        rim = ((-0.9, 0.9), (-0.4, r.uniform(0.8, 1)), (0, 0.86), (0.5, 1), (0.9, 0.8))
        tower = polygon([(x - half, 40), *parts.profile(x, half, top, rim), (x + half, 40)])
        c.fill(tower, tones, "tube", gain=0.4, texture=parts.masonry(40, 24, 0.3))
        for k in range(3):
            y = -top * (0.7 - 0.2 * k)
            c.fill(arch(x, 8, y - 16, y + 16), tones, "flat", shift=-0.5)

    def _aqueduct(self, c: Canvas, x: float, tones: np.ndarray, r: Stream) -> float:
        """A row of arches that begins at x, broken at its right end; returns its width."""
        count, rise, pitch = r.integer(2, 5), r.uniform(210, 330), 96
        wide = pitch * count + 26
        xs = [x + 13 + pitch * (k + 0.5) for k in range(count)]
        holes = [arch(at, 35, -rise + 80, 60) for at in xs]
        rim = ((0.55, 0), (0.64, 30), (0.8, 14), (1, 66))
        right = [(x + wide * q, -rise + drop) for q, drop in rim]
        wall = polygon([(x - 6, 40), (x - 6, -rise), *right, (x + wide, 40)])
        c.fill(cut(wall, *holes), tones, "bevel", width=16, texture=parts.masonry(48, 24, 0.4))
        return wide

    def soil(self, c: Canvas, deep: bool) -> None:
        stones = parts.masonry(72, 36, wrap=(720, 720))
        c.fill(parts.SOIL, DEEP if deep else STONE, "flat", shift=-0.1, texture=stones)
        for k in range(7):
            x, y = 720 * parts.pick(5, k), 720 * parts.pick(6, k)
            bends = [60 * (parts.pick(7, 10 * k + i) - 0.5) for i in range(4)]
            crack = [(x + bend + 12 * i, y + 22 * i) for i, bend in enumerate(bends)]
            c.fill(stroke(crack, 2.6, 0.8), INK, "flat", alpha=0.7)

    def wall(self, c: Canvas) -> None:
        parts.edge_light(c, STONE, 14, 0.5)
        for y in range(0, 240, 48):
            c.fill(box(-5, y + 2, 20, y + 26, 3), STONE, "bevel", width=8, outline=INK)

    def cap(self, c: Canvas, x0: float, x1: float, r: Stream) -> None:
        for x, wide in parts.slabs(x0, x1, r, (48, 64, 80), 30):
            drop = r.uniform(0, 3)
            slab = box(x + 1, -4 + drop, x + wide - 1, 24 + drop, 4)
            c.fill(slab, MARBLE, "down", gain=0.5, grain=0.15, cell=10, outline=INK)
        c.fill(box(x0 + 3, -5, x1 - 3, 1, 3), ramp("#ffd8c8"), "flat", alpha=0.75)
        for x in parts.along(x0 + 10.0, x1 - 30, r, 36, 80):  # grass in the seams
            if r.chance(0.5):
                nature.tufts(c, x, min(x + 28, x1 - 6), GRASS, r, step=7, up=17, down=22)

    def platform(self, c: Canvas, w: int, r: Stream) -> None:
        """A piece of an entablature, broken at both ends."""
        right = [(w - 2, 4), (w - 6, 24), (w - 22, 30), (w - 16, 44), (w - 34, 56)]
        left = [(30, 56), (18, 46), (22, 32), (8, 26), (2, 4)]
        piece = polygon([*right, *left], 2)
        c.fill(piece, STONE, "bevel", width=16, texture=parts.masonry(60, 26), outline=INK)
        for at in range(30, 30 * (w // 30), 30):
            tooth = box(at - 7, 27, at + 7, 40, 1)
            c.fill(tooth, MARBLE, "down", shift=-0.12, atop=True, outline=INK)
        self.cap(c, -4, w + 4, r)
        for k in range(3):
            x, y = w * (0.25 + 0.25 * k), 62 + 10 * r.uniform()
            crumb = polygon([(x - 7, y - 8), (x + 6, y - 9), (x + 3, y + 7)], 1)
            c.fill(crumb, STONE, "bevel", width=6, outline=INK)

    def ladder(self, c: Canvas) -> None:
        """Iron hoops between two chains."""
        for y in range(0, 240, 20):
            for x in (-16, 16):
                link = cut(ellipse(x, y, 5.5, 10), ellipse(x, y, 2, 5.5))
                c.fill(link, IRON, "bevel", width=4, outline=INK)
        for y in range(15, 240, 30):
            c.fill(box(-19, y - 3.5, 19, y + 3.5, 3), IRON, "down", outline=INK)

    def rope(self, c: Canvas) -> None:
        """Ivy with flowers."""
        pts = [(4 * np.sin(2 * np.pi * y / 80), y) for y in range(-300, 541, 10)]
        c.fill(stroke(pts, 3.4), GRASS, "flat", shift=-0.2, outline=INK)
        for y in range(0, 240, 24):
            side = 1 if (y // 24) % 2 else -1
            leaf = polygon([(side * 2, y + 4), (side * 12, y), (side * 9, y + 13)], 1)
            c.fill(leaf, GRASS, "down", shift=0.1, outline=INK)
        for y in (36, 116, 196):
            c.fill(disc(0, y, 6.5), BLOOM, "ball", shift=0.25, outline=INK)

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Long dark cloud, lit from below."""
        spots = ((-0.22, -0.36, 0.22, 0.27), (0.2, -0.36, 0.24, 0.28), (0, -0.2, 0.48, 0.18))
        lobes = [ellipse(w * r.uniform(-0.06, 0.06), -h * 0.52, w * 0.24, h * 0.4)]
        lobes += [ellipse(w * x, h * y, w * a, h * b) for x, y, a, b in spots]
        body = wobble(union(*lobes, blend=24), 6, 30, r.integer(0, 99))
        dusk = ramp("#ff9a78", "#d85c88", "#80408c", "#4c2c7c", "#3a2470")

        def streaks(x, y):
            return 0.35 * (noise(x, y * 2.6, 50, 8) - 0.5)

        c.fill(body, dusk, "down", gain=0.62, texture=streaks)

    def tree(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A tree that weeps blossom."""
        bend = w * r.uniform(-0.12, 0.12)
        spine = curve((0, 8), (bend * 2, -h * 0.4), (0, -h * 0.78), 7)
        limbs = [stroke(spine, w * 0.09, w * 0.05), triangle(0, w * 0.16, 12, -h * 0.16, 2)]
        for x, y in ((-0.3, -0.72), (0.3, -0.7), (-0.14, -0.86), (0.15, -0.86)):
            start, bow = (bend * 0.6, -h * 0.5), (w * x * 0.6, h * (y - 0.04))
            limbs.append(stroke(curve(start, bow, (w * x, h * y)), w * 0.045, w * 0.02))
        trunk = union(*limbs, blend=12)
        c.fill(trunk, TRUNK, "bevel", width=w * 0.09, gain=0.6, grain=0.2, cell=8, outline=INK)
        strands, size = [], w * 0.075
        for k in range(15):
            q = (k - 7) / 7
            x, top = w * 0.46 * q + w * 0.02 * r.uniform(-1, 1), -h * (0.97 - 0.27 * q * q)
            order = abs(q) * 0.3 + r.uniform()
            strands.append((order, x, top, h * r.uniform(0.3, 0.5) * (1.1 - 0.3 * q * q)))
        for _, x, top, drop in sorted(strands):
            pts = [(x, top + size), (x + 2, top + drop * 0.6), (x, top + drop)]
            veil = wobble(stroke(pts, size, size * 0.3), size * 0.35, size * 0.8, int(x) + 500)
            lit, line = -0.25 * x / (w * 0.5), ramp("#3a0c4c")
            c.fill(veil, BLOOM, "down", gain=0.5, shift=lit, grain=0.3, cell=9, outline=line)

    def house(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A small temple, part of its roof gone, a blue light inside."""
        half = w * 0.42
        cella = box(-half * 0.86, -h * 0.6, half * 0.86, 6)
        c.fill(cella, DEEP, "flat", shift=-0.1, texture=parts.masonry(48, 24, 0.5), outline=INK)
        parts.glow(c, 0, -h * 0.24, w * 0.26, CYAN, 0.5, soft=w * 0.2, atop=True)
        door = arch(0, w * 0.09, -h * 0.3, 8)
        c.fill(door, CYAN, "ball", gain=0.3, shift=0.1, outline=INK)
        c.fill(triangle(0, w * 0.03, -h * 0.06, -h * 0.24), CYAN, "flat", shift=0.5)
        missing = r.choice((0, 3, 9))
        for k, x in enumerate((-0.9, -0.42, 0.42, 0.9)):
            self._column(c, half * x, w, h, broken=k == missing)
        c.fill(box(-half - w * 0.07, -4, half + w * 0.07, 14, 3), MARBLE, "down", outline=INK)
        beam = box(-half - w * 0.04, -h * 0.66, half + w * 0.04, -h * 0.57, 3)
        c.fill(beam, STONE, "down", shift=0.2, texture=parts.masonry(36, 80, 0.3), outline=INK)
        ridge = ((-0.06, -0.97), (0.02, -0.96), (0.1, -0.87), (0.18, -0.9))
        reach, top = half + w * 0.07, [(w * x, h * y) for x, y in ridge]
        roof = polygon([(-reach, -h * 0.65), *top, (reach, -h * 0.65)], 2)
        stones = parts.masonry(56, 28, 0.3)
        c.fill(roof, STONE, "bevel", width=14, shift=0.15, texture=stones, outline=INK)
        c.fill(disc(0, -h * 0.76, w * 0.055), CYAN, "ball", outline=INK)
        for x in (-0.3, 0.26):
            nature.tufts(c, w * x, w * x + 40, GRASS, r, step=7, up=14, down=10)

    def _column(self, c: Canvas, x: float, w: int, h: int, *, broken: bool) -> None:
        q, top = w * 0.055, -h * (0.3 if broken else 0.56)
        end = (x + q * 0.86, top - 14 if broken else top)
        shaft = polygon([(x - q, 0), (x - q * 0.86, top), end, (x + q, 0)])
        c.fill(shaft, MARBLE, "tube", texture=flutes(w * 0.03, x), outline=INK)
        if not broken:
            capital = box(x - q * 1.4, top - h * 0.03, x + q * 1.4, top + h * 0.02, 4)
            c.fill(capital, MARBLE, "down", outline=INK)
        c.fill(box(x - q * 1.3, -h * 0.05, x + q * 1.3, 2, 3), MARBLE, "down", outline=INK)

    def bush(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Thorns with roses."""
        for k in range(9):
            a, b = w * r.uniform(-0.42, 0.1), w * r.uniform(-0.1, 0.42)
            path = curve((a, 8), ((a + b) / 2, -h * r.uniform(0.7, 1.5) * 1.2), (b, 8), 8)
            c.fill(stroke(path, 4.4, 2.6), TRUNK, "down", shift=0.1, outline=INK)
            x, y = path[2 + k % 5]
            leaf = polygon([(x - 9, y + 2), (x, y - 9), (x + 9, y + 2), (x, y + 6)], 1)
            c.fill(leaf, GRASS, "down", outline=INK)
        for _ in range(w // 18):
            x = w * r.uniform(-0.36, 0.36)
            y = -h * r.uniform(0.15, 0.85) * (1 - (x / (w * 0.5)) ** 2)
            c.fill(disc(x, y, 8), BLOOM, "ball", gain=0.6, outline=INK)
            c.fill(disc(x + 1, y - 1, 3), BLOOM, "flat", shift=-0.4)

    def rock(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A fallen drum of a column and a block."""
        rim = [(w * 0.02, 10), (w * 0.06, -h * 0.46), (w * 0.42, -h * 0.52), (w * 0.47, 10)]
        c.fill(polygon(rim, 3), STONE, "bevel", width=h * 0.2, gain=0.6, grain=0.15, outline=INK)
        drum = box(-w * 0.46, -h * 0.8, w * 0.16, 8, h * 0.2)
        upright = flutes(h * 0.15)
        c.fill(drum, MARBLE, "down", gain=0.5, texture=lambda x, y: upright(y, x), outline=INK)
        end = ellipse(-w * 0.36, -h * 0.38, w * 0.11, h * 0.42)
        c.fill(end, MARBLE, "bevel", width=h * 0.2, outline=INK)
        c.fill(ellipse(-w * 0.36, -h * 0.38, w * 0.04, h * 0.15), STONE, "flat", shift=-0.3)

    def lamp(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A crystal that floats over a broken pillar."""
        top = [(-10, -h * 0.5), (-2, -h * 0.56), (4, -h * 0.5), (11, -h * 0.54)]
        pillar = polygon([(-13, 10), *top, (13, 10)], 1)
        c.fill(
            pillar, MARBLE, "tube", texture=lambda x, y: 0.2 * np.cos(x * 1.3) + 0 * y, outline=INK
        )
        c.fill(box(-18, -10, 18, 10, 3), MARBLE, "down", outline=INK)
        parts.glow(c, 0, -h * 0.8, 50, CYAN, 0.55)
        gem = polygon([(0, -h * 0.99), (13, -h * 0.82), (0, -h * 0.62), (-13, -h * 0.82)], 1)
        c.fill(gem, CYAN, "bevel", width=14, gain=0.9, outline=ramp("#123c7c"))
        facet = polygon([(0, -h * 0.97), (2, -h * 0.8), (-11, -h * 0.82)])
        c.fill(facet, CYAN, "flat", shift=0.5, alpha=0.8)

    def fence(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A balustrade."""
        for x in parts.panels(w, 30):
            if not r.chance(0.12):
                belly = ellipse(x, -h * 0.3, 10, h * 0.22)
                baluster = union(belly, box(x - 5, -h * 0.8, x + 5, 4), blend=8)
                c.fill(baluster, MARBLE, "tube", outline=INK)
        c.fill(box(-w / 2, -h * 0.94, w / 2, -h * 0.74, 4), MARBLE, "down", outline=INK)
        c.fill(box(-w / 2, -h * 0.1, w / 2, 10, 3), MARBLE, "down", shift=-0.1, outline=INK)

    def mushroom(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A cluster of crystals."""
        parts.glow(c, 0, -h * 0.5, w * 0.6, CYAN, 0.4)
        spots = ((-0.3, -0.14, 0.6), (0.3, 0.15, 0.66), (-0.12, -0.05, 0.84), (0.08, 0.03, 1.0))
        for x, lean, rise in spots:
            x, top, q = w * x, -h * rise, w * 0.11
            tip = x + w * lean
            left, right = (tip - q, top * 0.76), (tip + q, top * 0.74)
            body = polygon([(x - q, 10), left, (tip, top), right, (x + q, 10)], 1)
            c.fill(body, CRYSTAL, "bevel", width=q, gain=0.9, outline=INK)
            inner = [(x - q * 0.1, 6), (tip - q * 0.1, top * 0.74)]
            facet = polygon([*inner, (tip, top), left, (x - q, 8)])
            c.fill(facet, CYAN, "flat", shift=0.3, alpha=0.6, atop=True)
