"""Candy: an island of sweets in pastel. Icing over layered cake, lollipops, gingerbread houses."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    arch,
    box,
    cross,
    curve,
    cut,
    disc,
    ellipse,
    gable,
    polygon,
    ring,
    stroke,
    taper,
    triangle,
    union,
    wobble,
)
from data_pipeline.worlds.textures import cells, noise
from data_pipeline.worlds.themes import nature, parts, sweets
from data_pipeline.worlds.themes.base import Peaks, Theme
from data_pipeline.worlds.themes.sweets import CREAM, WHITE, stripes

PINK = ramp("#e0609c", "#ff96c2", "#ffc4de", "#fff0f6")
MINT = ramp("#4cb89c", "#8ce4c8", "#c4f6e4", "#f4fffa")
LEMON = ramp("#e0b040", "#ffdc78", "#fff2b4", "#fffce8")
LILAC = ramp("#8c70d0", "#b8a0f0", "#dccffc", "#f8f4ff")
PEACH = ramp("#f08458", "#ffb890", "#ffdcc4", "#fff4ec")
CAKE = ramp("#c0783c", "#e0a05c", "#f4c888", "#fde6b8")
DEEP = ramp("#7a4024", "#9c5830", "#bc7844", "#d89c64")
BISCUIT = ramp("#8a4a1e", "#b8702e", "#dc9a4e", "#f4c47c")
CHOCO = ramp("#3c1c14", "#643020", "#8c4a30", "#c08058")
CANE = ramp("#f0305c", "#ff6c8c", "#ffe4ea", "#ffffff")
RED = ramp("#c01c44", "#f0406c", "#ff90a8")
INK = ramp("#84345c")
CRUST = ramp("#7a3c1c")
SWEETS = (PINK, MINT, LEMON, LILAC, PEACH)


class Candy(Theme):
    """The island of sweets: sky and land first, then what stands on it."""

    light = (-0.5, -0.85)
    sky = ("#8cc8fa", "#b4d6fc", "#dcd8fc", "#fbd4ee", "#fff0dc")
    depths = ("#e4ccf4", "#f8c0dc", "#a8e4cc")

    def air(self, c: Canvas, r: Stream) -> None:
        for x, y, q in parts.sky_spots(r, 60, 4, 10):
            c.fill(sweets.star(x, y, q), WHITE, "flat", alpha=0.75)

    def sun(self, c: Canvas, r: Stream) -> None:
        """A rainbow."""
        for k, colour in enumerate(("#ffb0c8", "#ffd8a0", "#fff6b0", "#b8f0d0", "#b4d8ff")):
            q = 230 - 22 * k
            c.fill(ring(0, 60, q, q - 22), ramp(colour), "flat", alpha=0.6)

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth == 0:
            for x, top in peaks.spots:
                sweets.ice_cream(c, x, top, r)
            lilac = ramp("#d4b8ec", "#e4ccf4", "#f6e8fe")
            nature.hills(c, w, 0, peaks, lilac, width=50, gain=0.4)
        elif depth == 1:
            for x, top in peaks.spots:
                sweets.gumdrop(c, x, top, r)
            pink = ramp("#f0a0c4", "#f8c0dc", "#ffdcec")
            for back in (True, False):
                nature.hills(c, w, 1, peaks, pink, back=back, width=50, gain=0.4)
        else:
            for x, top in peaks.spots:
                sweets.far_lollipop(c, x, top, r)
            mint = ramp("#7cd0b4", "#a8e4cc", "#d8f8ec")
            nature.hills(c, w, 2, peaks, mint, width=40, gain=0.5)

    def soil(self, c: Canvas, deep: bool) -> None:
        """Cake with layers of jam."""
        wrap = (720, 720)

        def wave(x, y):
            return (y + 12 * (noise(x, y, 120, 3, wrap) - 0.5)) % 120

        def crumb(x, y):
            edge, tone = cells(x, y, 24, 4, wrap)
            hole = np.where((tone > 0.6) & (edge > 0.4), -0.24, 0.0)
            jam = np.abs(wave(x, y) - 60) < 10
            return np.where(jam, 0.0, hole + 0.3 * (noise(x, y, 12, 2, wrap) - 0.5))

        def jam(x, y):
            return np.clip((10.5 - np.abs(wave(x, y) - 60)) * c.scale, 0, 1)

        c.fill(parts.SOIL, DEEP if deep else CAKE, "flat", texture=crumb)
        c.glaze("#c8587a" if deep else "#ff86ac", jam)

    def wall(self, c: Canvas) -> None:
        parts.edge_light(c, BISCUIT, 14, 0.5)
        c.fill(box(-3, -1, 3, 241), BISCUIT, "tube", outline=CRUST)

    def cap(self, c: Canvas, x0: float, x1: float, r: Stream) -> None:
        """Icing that drips, with sprinkles."""
        drips = []
        for x in parts.along(x0 + 12.0, x1 - 12, r, 22, 48):
            drop, q = r.uniform(22, 52), r.uniform(9, 15)
            drips.append(stroke([(x, 4), (x, drop)], q, q * 0.85))
        for drip in drips:
            c.fill(drip, PINK, "bevel", width=10, outline=INK)
        icing = wobble(box(x0, -6, x1, 24, 13), 3, 40, 4, c.period)
        c.fill(icing, PINK, "down", gain=0.3, shift=0.1, outline=INK)
        for drip in drips:  # hides the line between the icing and its drips
            a, _, e, f = drip.box
            x, q = (a + e) / 2, (e - a) / 2
            c.fill(stroke([(x, 10), (x, f - q)], q - 2, q - 3), PINK, "flat", shift=-0.05)
            c.fill(ellipse(a + (e - a) * 0.3, f - 14, 2.6, 5), WHITE, "flat", alpha=0.9)
        c.fill(box(x0 + 6, -4, x1 - 6, 2, 3), WHITE, "flat", alpha=0.7)
        for _ in range(int((x1 - x0) / 15)):
            x, y, turn = r.uniform(x0 + 10, x1 - 10), r.uniform(4, 20), r.uniform(0, 3.14)
            dx, dy = 5 * np.cos(turn), 5 * np.sin(turn)
            sprinkle = stroke([(x - dx, y - dy), (x + dx, y + dy)], 2.4)
            c.fill(sprinkle, r.choice((MINT, LEMON, LILAC, RED)), "flat", shift=-0.15)

    def platform(self, c: Canvas, w: int, r: Stream) -> None:
        """A filled wafer."""

        def grid(x, y):
            return -0.3 * ((x % 16 < 2.5) | (np.abs(y % 10) < 2)) + 0 * x

        for y0, y1 in ((4, 24), (36, 56)):
            wafer = wobble(box(6, y0, w - 6, y1, 5), 0.5, 16, 3)
            c.fill(wafer, BISCUIT, "bevel", width=8, texture=grid, outline=CRUST)
        filling = wobble(box(10, 22, w - 10, 40, 5), 2, 16, 3)
        c.fill(filling, CREAM, "bevel", width=8, outline=CRUST)
        self.cap(c, -3, w + 3, r)

    def ladder(self, c: Canvas) -> None:
        """Liquorice with sugar rungs."""
        for k, y in enumerate(range(15, 240, 30)):
            c.fill(box(-18, y - 5, 18, y + 5, 5), SWEETS[k % 4], "down", outline=INK)
        for x in (-16, 16):
            c.fill(parts.bar(x, 5), CANE, stripes(10), outline=INK)

    def rope(self, c: Canvas) -> None:
        """A twist of toffee."""
        tones, line = ramp("#4cb8c8", "#8ce0e8", "#ffffff"), ramp("#2c7c98")
        c.fill(parts.bar(0, 6), tones, parts.twist(24, 1.6), outline=line)

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Spun sugar, in a swirl."""
        tones = r.choice((ramp("#f0b0d4", "#fbd4e8", "#fff0f8"), LILAC, MINT))
        spots = ((0, -0.5, 0.42), (-0.24, -0.38, 0.34), (0.24, -0.4, 0.32))
        small = ((-0.4, -0.22, 0.2), (0.4, -0.22, 0.2))
        puffs = [disc(w * x, h * y, h * q) for x, y, q in (*spots, *small)]
        body = cut(union(*puffs, blend=10), box(-w, 0, w, 40))
        rim = ramp("#d88cc0")
        c.fill(body, tones, "bevel", width=h * 0.4, gain=0.5, shift=0.15, outline=rim)
        for x, y, q in spots:
            pts = [
                (w * x + h * q * t / 9 * np.cos(t), h * y + h * q * t / 9 * np.sin(t))
                for t in np.linspace(0.5, 7.5, 22)
            ]
            c.fill(stroke(pts, 2.6, 4), tones, "flat", shift=-0.22)

    def tree(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A lollipop on a striped stick, with a bow."""
        c.fill(box(-w * 0.05, -h * 0.6, w * 0.05, 10), CANE, stripes(h * 0.045), outline=INK)
        sweets.lollipop(c, -h * 0.66, min(w * 0.47, h * 0.345), INK, r)
        for k in (-1, 1):
            bow = polygon([(0, -h * 0.3), (k * w * 0.19, -h * 0.36), (k * w * 0.17, -h * 0.24)], 4)
            c.fill(bow, RED, "bevel", outline=INK)
        c.fill(disc(0, -h * 0.3, w * 0.045), RED, "ball", shift=0.2, outline=INK)
        c.fill(cut(ellipse(0, 4, w * 0.2, h * 0.07), box(-w, 12, w, 60)), MINT, "ball", outline=INK)

    def house(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Gingerbread with icing, drops and a wafer roof."""
        seed, half, eave, line = r.integer(0, 1 << 16), w * 0.38, -h * 0.5, ramp("#6d3214")
        c.fill(box(w * 0.15, -h * 0.98, w * 0.27, -h * 0.6), CANE, stripes(14, 0.8), outline=INK)
        c.fill(ellipse(w * 0.21, -h * 0.97, w * 0.09, h * 0.035), CREAM, "down", outline=INK)
        wall = gable(0, half, 10, eave, -h * 0.9, 4)
        c.fill(wall, BISCUIT, "bevel", width=20, shift=0.08, grain=0.14, cell=9, outline=line)
        x = -half + 4
        while x < half:  # a wavy line of icing on the wall
            c.fill(disc(x, -h * 0.44, 7), CREAM, "ball", shift=0.2, outline=BISCUIT)
            x += 15
        reach, tones = half + w * 0.11, r.choice((PINK, MINT, LILAC))
        roof = cut(
            triangle(0, reach, eave + h * 0.06, -h * 0.92, 8),
            triangle(0, half * 0.8, eave + h * 0.13, -h * 0.66),
        )
        c.fill(roof, CHOCO, "bevel", width=12, shift=0.1, outline=line)
        icing = cut(
            triangle(0, reach, eave + h * 0.02, -h * 0.93, 8),
            triangle(0, half * 0.95, eave + h * 0.1, -h * 0.7),
        )
        c.fill(wobble(icing, 6, 22, seed), tones, "bevel", width=14, shift=0.1, outline=INK)
        for k in range(9):  # drops along the roof
            t = 2 * (k / 8) - 1
            x, y = (half + w * 0.11 * 0.6) * t, eave - h * 0.02 - h * 0.36 * (1 - abs(t))
            c.fill(disc(x, y, 8), SWEETS[(k + seed) % 5], "ball", shift=-0.15, outline=INK)
        c.fill(disc(0, -h * 0.93, 11), RED, "ball", outline=INK)
        door = half * 0.42 * parts.pick_side(seed)

        def panes(x, y):
            return -0.3 * (((x - door) % 24 < 3) | (y % 24 < 3))

        c.fill(arch(door, w * 0.095, -h * 0.27, 8), CREAM, "flat", outline=line)
        c.fill(arch(door, w * 0.07, -h * 0.26, 8), CHOCO, "bevel", texture=panes, outline=line)
        c.fill(disc(door + w * 0.045, -h * 0.17, 4), LEMON, "flat", shift=-0.2)
        for x, y, q in ((-door, -h * 0.25, w * 0.08), (0, -h * 0.63, w * 0.06)):
            c.fill(disc(x, y, q + 7), CREAM, "bevel", outline=INK)
            c.fill(disc(x, y, q), ramp("#5cb4e0", "#a0dcf4", "#e8faff"), "ball", outline=INK)
            c.fill(cross(x, y, q, 2.5), CREAM, "flat", shift=0.2)

    def bush(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Macarons and gumdrops in a heap."""
        first = r.integer(0, 5)
        for x, y, q, k in ((-0.27, -0.3, 0.36, 1), (0.27, -0.3, 0.36, 2), (0, -0.5, 0.46, 0)):
            x, y, q = w * x, h * y, h * q
            body = union(disc(x, y, q), box(x - q, y, x + q, 12, 8))
            c.fill(body, SWEETS[(k + first) % 5], "bevel", width=q, gain=0.55, outline=INK)
            for i in range(9):
                dx, dy = 2 * parts.pick(i, 3) - 1, 2 * parts.pick(i, 4) - 1
                sugar = disc(x + q * 0.8 * dx, y + q * 0.7 * dy, 3)
                c.fill(sugar, WHITE, "flat", alpha=0.85, atop=True)

    def rock(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A macaron and a half."""
        tones = r.choice((LEMON, PINK, LILAC, MINT))
        low, high = (0, 0, 0.45, 0.52, tones), (w * 0.03, -h * 0.44, 0.36, 0.44, PEACH)
        for x, y, half, tall, body in (low, high):
            half, tall = w * half, h * tall
            x0, x1 = x - half, x + half
            shell = box(x0, y - tall * 0.34, x1, y + 8, tall * 0.3)
            c.fill(shell, body, "down", gain=0.4, outline=INK)
            cream = box(x0 + 4, y - tall * 0.52, x1 - 4, y - tall * 0.28, h * 0.06)
            c.fill(wobble(cream, 2, 9, 3), CREAM, "flat", outline=INK)
            dome = ellipse(x, y - tall * 0.46, half, tall * 0.6)
            dome = cut(dome, box(-w, y - tall * 0.44, w, h))
            c.fill(dome, body, "ball", gain=0.5, outline=INK)
            shine = ellipse(x - half * 0.4, y - tall * 0.84, half * 0.24, h * 0.04)
            c.fill(shine, WHITE, "flat", alpha=0.8)

    def lamp(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A candy cane from which a sweet hangs."""
        hook = curve((-14, -h * 0.84), (-4, -h * 1.04), (9, -h * 0.86), 6)
        c.fill(stroke([(-6, 10), (-6, -h * 0.8), *hook], 8), CANE, stripes(15), outline=INK)
        parts.glow(c, 9, -h * 0.7, 44, ramp("#fff4a8"), 0.5)
        for side in (-1, 1):
            x = 9 + side * 21
            wrapper = polygon([(9, -h * 0.7), (x, -h * 0.75), (x, -h * 0.65)], 1)
            c.fill(wrapper, MINT, "down", outline=INK)
        c.fill(disc(9, -h * 0.7, 14), LEMON, "ball", gain=0.6, outline=INK)
        c.fill(cut(ellipse(-14, 6, 20, 14), box(-40, 12, 40, 40)), MINT, "ball", outline=INK)

    def fence(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Sticks of rock with round heads."""
        c.fill(box(-w / 2, -h * 0.5, w / 2, -h * 0.34, 5), CHOCO, "down", shift=0.15, outline=INK)
        for k, x in enumerate(parts.panels(w, 30)):
            tones, top = SWEETS[k % 4], -h * r.uniform(0.78, 0.86)
            c.fill(box(x - 6, top, x + 6, 10), tones, stripes(9), gain=0.4, outline=INK)
            c.fill(disc(x, top, 10), tones, "ball", shift=-0.05, outline=INK)

    def mushroom(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A cupcake."""

        def pleats(x, y):
            return 0.3 * np.sign(np.sin(x * 2 * np.pi / (w * 0.14))) + 0 * y

        cup = taper(0, (w * 0.25, 10), (w * 0.34, -h * 0.42), 3)
        tones = r.choice((MINT, LILAC, PEACH))
        c.fill(cup, tones, "tube", texture=pleats, gain=0.25, outline=INK)
        tones = r.choice((PINK, LEMON, CREAM))
        swirls = ((0, -0.47, 0.46, 0.16), (0.01, -0.64, 0.34, 0.14), (-0.01, -0.79, 0.2, 0.12))
        for x, y, half, tall in swirls:
            swirl = wobble(ellipse(w * x, h * y, w * half, h * tall), 2, 18, 4)
            c.fill(swirl, tones, "ball", gain=0.5, shift=0.1, outline=INK)
        for k in range(8):
            x, y = w * 0.6 * (parts.pick(k, 1) - 0.5), -h * (0.44 + 0.3 * parts.pick(k, 2))
            c.fill(stroke([(x - 3, y - 2), (x + 3, y + 2)], 2.2), SWEETS[k % 5], "flat", shift=-0.3)
        c.fill(disc(0, -h * 0.94, w * 0.085), RED, "ball", outline=INK)
