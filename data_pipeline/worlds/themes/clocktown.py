"""Clocktown: a town by night. Brick and brass, gears, tall houses with clocks and lit windows."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    arch,
    both,
    box,
    cross,
    cut,
    disc,
    ellipse,
    gable,
    polygon,
    ring,
    square,
    stroke,
    taper,
    triangle,
    union,
)
from data_pipeline.worlds.textures import bricks, noise, shingles
from data_pipeline.worlds.themes import nature, parts, town
from data_pipeline.worlds.themes.base import Peaks, Theme

BRICK = ramp("#1c1a30", "#3a3048", "#5c4658", "#846070")
DEEP = ramp("#0f1024", "#1e1c36", "#322c48", "#4a405c")
PAVING = ramp("#262c48", "#465070", "#7480a0", "#b4c0d8")
BRASS = ramp("#4a2a14", "#8a5a22", "#cc9838", "#ffe08c")
IRON = ramp("#0f1424", "#28304a", "#4c5a7c", "#8c9cc0")
SLATE = ramp("#141a38", "#28345c", "#405484", "#7088b8")
PLASTER = ramp("#38345c", "#544e7c", "#7c74a0", "#b0a8c8")
WOOD = ramp("#2c1a20", "#543038", "#84544c", "#b88868")
LIT = ramp("#e0841c", "#ffbe4a", "#ffe890", "#fffbe0")
HEDGE = ramp("#0a2430", "#144048", "#22645c", "#4c9478")
RED = ramp("#5c1424", "#9c2434", "#d85048")
INK = ramp("#080a18")
STARS = (ramp("#ffffff"), ramp("#ffe8b0"), ramp("#b8d0ff"))
BULBS = (LIT, ramp("#e04850", "#ff8c80", "#ffe0d0"))
HULLS = (
    ramp("#3c1c3c", "#6c3050", "#a85068", "#e08c88"),
    ramp("#1c3450", "#30587c", "#5488a8", "#9cc8d8"),
    ramp("#4c3418", "#7c5828", "#b08840", "#e8c880"),
)


class Clocktown(Theme):
    """The town: sky and land first, then what stands on it."""

    light = (0.5, -0.85)
    sky = ("#080c2a", "#10184a", "#1e2a6c", "#3a3f8c", "#6c5a9c")
    depths = ("#3a4488", "#262c64", "#181c44")

    def air(self, c: Canvas, r: Stream) -> None:
        for x, y, q in parts.sky_spots(r, 190, 1.2, 3.2):
            c.fill(disc(x, y, q), r.choice(STARS), "flat", alpha=r.uniform(0.4, 1.0))

    def sun(self, c: Canvas, r: Stream) -> None:
        """A full moon."""
        parts.glow(c, 0, 0, 235, ramp("#8ca4f0"), 0.5, soft=220)
        c.fill(disc(0, 0, 84), ramp("#d8dcf0", "#f4f0e0", "#fffdf0"), "ball", gain=0.3)
        for x, y, q in ((-26, -20, 18), (24, 14, 22), (-10, 38, 12), (36, -34, 9)):
            c.fill(disc(x, y, q), ramp("#ccd0e0"), "flat", alpha=0.7, atop=True)

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        """A low street, then the houses that stand out of it."""
        pitch, high = ((100, 270), (130, 190), (140, 110))[depth]
        street = [(x, high * r.uniform(0.7, 1.0)) for x in range(0, w, pitch)]
        for x, rise in street + peaks.spots[:: -1 if depth < 2 else -2]:
            town.far_house(c, depth, x, rise, r)

    def soil(self, c: Canvas, deep: bool) -> None:
        """Brickwork with gears in it."""
        metal = IRON if deep else BRASS
        stones = parts.masonry(48, 24, seed=7, tint=0.4, mortar=4.0, wrap=(720, 720))
        c.fill(parts.SOIL, DEEP if deep else BRICK, "flat", shift=0.05, texture=stones)
        wheels = ((130, 200, 62), (520, 480, 74), (420, 110, 44), (190, 590, 50))
        for k, (x, y, q) in enumerate(wheels):
            c.fill(disc(x, y, q * 1.2), ramp("#0c0c1c"), "flat", outline=DEEP)
            wheel = town.gear(x, y, q, 10 + 2 * (k % 2), k)
            c.fill(wheel, metal, "bevel", width=14, shift=-0.12, outline=INK)
            c.fill(disc(x, y, q * 0.2), metal, "ball", outline=INK)
        c.fill(box(-2, 336, 722, 358), metal, "down", shift=-0.12, outline=INK)
        for x in range(60, 720, 180):
            c.fill(box(x - 9, 331, x + 9, 363, 3), metal, "down", shift=-0.05, outline=INK)

    def wall(self, c: Canvas) -> None:
        c.fill(box(0, -1, 14, 241), IRON, "tube", outline=INK)
        for y in range(20, 240, 40):
            c.fill(disc(7, y, 4), BRASS, "ball", outline=INK)

    def cap(self, c: Canvas, x0: float, x1: float, r: Stream) -> None:
        """Paving over a brass rail with rivets."""
        for x, wide in parts.slabs(x0, x1, r, (30, 40), 16):
            stone, shift = box(x + 0.5, -5, x + wide - 0.5, 18, 5), r.uniform(-0.06, 0.08)
            c.fill(stone, PAVING, "down", gain=0.5, shift=shift, outline=INK)
        c.fill(box(x0 + 2, 18, x1 - 2, 30, 2), BRASS, "down", gain=0.5, outline=INK)
        for k in range(int((x1 - x0) / 24)):
            c.fill(disc(x0 + 14 + 24 * k, 24, 3), BRASS, "ball", gain=0.6, outline=INK)

    def platform(self, c: Canvas, w: int, r: Stream) -> None:
        """An iron girder on which paving lies, with a gear below."""
        if w > 150:
            count = w // 180 + 1
            for k in range(count):
                wheel = town.gear(w * (k + 0.5) / count, 54, 27, 10, r.uniform(0, 1))
                c.fill(wheel, BRASS, "bevel", width=9, outline=INK)
        c.fill(box(8, 24, w - 8, 34), IRON, "down", shift=0.2, outline=INK)
        count = w // 30
        for k in range(count):
            x0, x1 = (10 + (w - 20) * i / count for i in (k, k + 1))
            strut = stroke([(x0, 34), (x1, 54)] if k % 2 else [(x0, 54), (x1, 34)], 3.4)
            c.fill(strut, IRON, "flat", shift=0.2, outline=INK)
        c.fill(box(8, 50, w - 8, 60, 2), IRON, "down", shift=0.2, outline=INK)
        self.cap(c, 0, w, r)

    def ladder(self, c: Canvas) -> None:
        for y in range(15, 240, 30):
            c.fill(box(-16, y - 3, 16, y + 3), IRON, "down", shift=0.25, outline=INK)
        for x in (-16, 16):
            c.fill(parts.bar(x, 4.5), IRON, "tube", shift=0.2, outline=INK)
            for y in range(15, 240, 30):
                c.fill(disc(x, y, 3.2), BRASS, "ball")

    def rope(self, c: Canvas) -> None:
        """A cable with light bulbs."""
        c.fill(parts.bar(0, 2.5), IRON, "flat", outline=INK)
        for k, y in enumerate(range(20, 240, 40)):
            parts.glow(c, 0, y, 15, BULBS[k % 2], 0.6, soft=14)
            c.fill(ellipse(0, y, 6, 8), BULBS[k % 2], "ball", outline=INK)

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """An airship."""
        tones = r.choice(HULLS)
        rim = ((-0.32, -0.6), (-0.47, -0.92), (-0.4, -0.56), (-0.47, -0.24))
        fin = polygon([(w * x, h * y) for x, y in rim], 2)
        c.fill(fin, RED, "down", outline=INK)

        def seams(x, y):  # closer together towards the sides, as on a round hull
            bulge = np.sqrt(np.maximum(0.04, 1 - ((y + h * 0.58) / (h * 0.39)) ** 2))
            return -0.26 * (np.abs(((x - w * 0.03) / bulge) % (w * 0.14)) < 4)

        hull = ellipse(w * 0.03, -h * 0.58, w * 0.42, h * 0.38)
        c.fill(hull, tones, "down", gain=0.5, texture=seams, outline=INK)
        c.fill(both(hull, box(-w * 0.5, -h * 0.64, w * 0.5, -h * 0.56)), BRASS, "down", atop=True)
        c.fill(box(-w * 0.14, -h * 0.2, w * 0.2, 0, h * 0.08), BRASS, "down", outline=INK)
        for k in range(4):
            x = w * (-0.08 + 0.08 * k)
            c.fill(box(x - 5, -h * 0.14, x + 6, -h * 0.05, 2), LIT, "flat", shift=0.1)

    def tree(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A clipped tree of cones or balls in a tub of brick, with strings of lamps."""
        c.fill(box(-w * 0.05, -h * 0.3, w * 0.05, 10), IRON, "tube", outline=INK)
        if r.chance(0.5):
            balls = [(0.0, -h * y, w * q) for y, q in ((0.34, 0.36), (0.64, 0.27), (0.86, 0.17))]
            crowns = [[ball] for ball in balls]
        else:
            cone = []
            for t in (0, 0.25, 0.5, 0.75, 1):
                y, q = -h * (0.26 + 0.66 * t), w * (0.19 - 0.09 * t)
                cone += [(w * 0.36 * (1 - t) * k, y, q) for k in (-0.8, 0, 0.8)]
            crowns = [cone]
        for lobes in crowns:
            nature.foliage(c, lobes, HEDGE, r, leaf=w * 0.06, density=1.2, rough=0.1)
        for row in range(4):
            y, reach = -h * (0.3 + 0.17 * row), w * (0.36 - 0.075 * row)
            for k in range(6 - row):
                t = (k + 0.5) / (6 - row) * 2 - 1
                x, sag = reach * t, h * 0.05 * (1 - t * t) + h * 0.02 * t
                parts.glow(c, x, y + sag, 13, LIT, 0.5)
                c.fill(disc(x, y + sag, 4.6), LIT, "flat", shift=0.3)
        tub = taper(0, (w * 0.13, 10), (w * 0.17, -h * 0.1), 2)
        c.fill(tub, BRICK, "tube", shift=0.2, outline=INK)
        c.fill(box(-w * 0.19, -h * 0.125, w * 0.19, -h * 0.085, 3), BRASS, "down", outline=INK)

    def house(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A town house with a clock in its gable."""
        seed, half, eave = r.integer(0, 1 << 16), w * 0.38, -h * 0.56
        c.fill(box(w * 0.17, -h * 0.97, w * 0.27, -h * 0.6), BRICK, "tube", shift=0.1, outline=INK)
        c.fill(box(w * 0.15, -h, w * 0.29, -h * 0.95, 2), IRON, "down", shift=0.2, outline=INK)

        def rough(x, y):
            return 0.2 * (noise(x, y, 24, seed) - 0.5)

        def masonry(x, y):
            return 0.5 * (bricks(x, y, 24, 12, seed)[0] - 0.7)

        def slates(x, y):
            edge, tone = shingles(x, y, 18, 14, seed)
            return 0.4 * (tone - 0.5) - 0.35 * (edge < 0.2) + 0.0016 * (x - 0.4 * y - h * 0.3)

        wall, base = gable(0, half, 10, eave, -h * 0.93), box(-half, -h * 0.1, half, 12)
        c.fill(wall, PLASTER, "bevel", width=20, gain=0.5, texture=rough, outline=INK)
        c.fill(base, BRICK, "flat", shift=0.1, texture=masonry, outline=INK)
        beams = [stroke([(x, eave), (x, -h * 0.1)], 5) for x in (-half + 6, 0, half - 6)]
        beams += [stroke([(-half, y), (half, y)], 5) for y in (eave, -h * 0.33)]
        c.fill(union(*beams), RED, "flat", shift=-0.12, outline=INK)
        roof = cut(
            triangle(0, half + w * 0.09, eave + h * 0.06, -h * 0.96, 4),
            triangle(0, half * 0.84, eave + h * 0.1, -h * 0.72),
        )
        c.fill(roof, SLATE, "flat", shift=0.1, texture=slates, outline=INK)
        c.fill(disc(0, -h * 0.97, 6), BRASS, "ball", outline=INK)
        town.clock_face(c, 0, -h * 0.63, w * 0.078, seed, BRASS, INK)
        q, door = w * 0.062, half * 0.5 * parts.pick_side(seed)
        for x, y in ((-half * 0.5, -h * 0.45), (half * 0.5, -h * 0.45), (-door, -h * 0.21)):
            c.fill(square(x, y, q * 2.3), LIT, "flat", soft=q * 1.4, alpha=0.45, atop=True)
            c.fill(square(x, y, q + 4, 2), IRON, "flat", outline=INK)
            c.fill(square(x, y, q), LIT, "down", gain=0.4)
            c.fill(cross(x, y, q, 1.8), IRON, "flat")
        c.fill(arch(door, w * 0.075, -h * 0.22, 8), RED, "tube", gain=0.4, outline=BRASS)
        fanlight = cut(disc(door, -h * 0.22, w * 0.05), box(door - w, -h * 0.22, door + w, h))
        c.fill(fanlight, LIT, "flat", outline=INK)
        c.fill(disc(door + w * 0.04, -h * 0.12, 4), BRASS, "flat", shift=0.4)

    def bush(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A clipped hedge in a box."""
        hedge = box(-w * 0.44, -h * 0.9, w * 0.44, -h * 0.3, 14)
        c.fill(hedge, HEDGE, "bevel", width=16, outline=INK)
        lobes = [(w * k, -h * 0.6, h * 0.3) for k in (-0.28, -0.1, 0.1, 0.28)]
        nature.foliage(c, lobes, HEDGE, r, leaf=12, density=1.3, line=False, rough=0.1)
        for _ in range(w // 14):
            x, y = w * r.uniform(-0.38, 0.38), -h * r.uniform(0.42, 0.85)
            c.fill(disc(x, y, 4.5), ramp("#6c8cf0", "#c0d4ff"), "ball")

        def masonry(x, y):
            return 0.5 * (bricks(x, y, 24, 12, 3)[0] - 0.8)

        trough = box(-w * 0.46, -h * 0.36, w * 0.46, 10, 3)
        c.fill(trough, BRICK, "down", shift=0.15, texture=masonry, outline=INK)
        c.fill(box(-w * 0.48, -h * 0.4, w * 0.48, -h * 0.26, 3), BRASS, "down", outline=INK)

    def rock(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A crate and a barrel."""

        def staves(x, y):
            return -0.3 * (x % (w * 0.09) < 2.5) + 0 * y

        def boards(x, y):
            return -0.25 * (y % (h * 0.2) < 2.5) + 0 * x

        barrel = ellipse(w * 0.24, -h * 0.36, w * 0.23, h * 0.5)
        c.fill(barrel, WOOD, "tube", texture=staves, outline=INK)
        for y in (-0.66, -0.2):
            c.fill(box(w * 0.03, h * y, w * 0.46, h * y + h * 0.12, 3), BRASS, "tube", outline=INK)
        x0, x1, top = -w * 0.46, w * 0.12, -h * 0.88
        crate = box(x0, top, x1, 10, 2)
        c.fill(crate, WOOD, "bevel", width=9, texture=boards, outline=INK)
        c.fill(stroke([(x0 + 8, top + 8), (x1 - 8, 4)], 5), WOOD, "flat", shift=0.16, outline=INK)
        q = w * 0.07
        frame = cut(crate, box(x0 + q, top + q, x1 - q, 10 - q))
        c.fill(frame, WOOD, "bevel", width=6, shift=0.2, outline=INK)

    def lamp(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        c.fill(box(-5, -h * 0.74, 5, 10), IRON, "tube", shift=0.15, outline=INK)
        c.fill(taper(0, (15, 10), (9, -h * 0.14), 2), IRON, "tube", shift=0.15, outline=INK)
        c.fill(box(-9, -h * 0.5, 9, -h * 0.47, 2), BRASS, "down", outline=INK)
        parts.glow(c, 0, -h * 0.82, 52, LIT, 0.7, shift=-0.1)
        c.fill(ellipse(0, -h * 0.83, 18, 19), LIT, "ball", gain=0.3, shift=0.25, outline=INK)
        for x in (-9, 9):
            c.fill(box(x - 1.5, -h * 0.91, x + 1.5, -h * 0.75), IRON, "flat")
        c.fill(taper(0, (20, -h * 0.92), (7, -h * 0.99), 2), BRASS, "bevel", outline=INK)

    def fence(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Wrought iron with brass spears."""
        for y in (-h * 0.72, -h * 0.14):
            c.fill(box(-w / 2, y - 3, w / 2, y + 3), IRON, "down", shift=0.2, outline=INK)
        for k, x in enumerate(parts.panels(w, 15)):
            c.fill(box(x - 2.2, -h * 0.82, x + 2.2, 10), IRON, "tube", shift=0.2, outline=INK)
            if k % 2 == 0:
                c.fill(triangle(x, 6, -h * 0.82, -h * 0.99, 1), BRASS, "bevel", outline=INK)
            else:
                c.fill(ring(x, -h * 0.43, 8, 4), BRASS, "bevel", width=4)

    def mushroom(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A striped parasol over a brass stand."""
        parts.glow(c, 0, -h * 0.4, w * 0.5, LIT, 0.4)
        c.fill(box(-w * 0.05, -h * 0.6, w * 0.05, 6), BRASS, "tube", outline=INK)
        foot = cut(ellipse(0, 6, w * 0.28, h * 0.17), box(-w, 12, w, 60))
        c.fill(foot, IRON, "ball", shift=0.2, outline=INK)
        c.fill(ellipse(0, -h * 0.36, w * 0.12, h * 0.12), LIT, "ball", shift=0.2, outline=INK)

        def panels(x, y):
            reach = np.sqrt(np.maximum(0.02, 1 - ((y + h * 0.46) / (h * 0.48)) ** 2))
            return 0.56 * (np.floor((x / (w * 0.49 * reach) + 1) * 2) % 2)

        xs = (-0.37, -0.123, 0.123, 0.37)
        scallops = [ellipse(w * x, -h * 0.44, w * 0.125, h * 0.075) for x in xs]
        dome = ellipse(0, -h * 0.46, w * 0.49, h * 0.48)
        canopy = cut(dome, *scallops, box(-w, -h * 0.44, w, h))
        red = ramp("#701828", "#c83c44", "#e8a890", "#fff0d8")
        c.fill(canopy, red, "ball", gain=0.25, shift=-0.22, texture=panels, outline=INK)
        c.fill(disc(0, -h * 0.95, w * 0.045), BRASS, "ball", outline=INK)
