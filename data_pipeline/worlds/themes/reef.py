"""Reef: under warm water. Rippled sand over coral rock, branching corals, shell houses, kelp."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    Field,
    Shape,
    arch,
    box,
    curve,
    cut,
    disc,
    ellipse,
    ring,
    stroke,
    triangle,
    union,
    wobble,
)
from data_pipeline.worlds.textures import caustics, cells, noise
from data_pipeline.worlds.themes import nature, parts
from data_pipeline.worlds.themes.base import Peaks, Theme

SAND = ramp("#b5793f", "#dba85c", "#f5d58a", "#fff6c8")
CORAL_ROCK = ramp("#5a2350", "#87386a", "#b9587c", "#e68a92")
DEEP = ramp("#331642", "#512456", "#74366c", "#97506f")
PINK = ramp("#8c1450", "#d43a78", "#ff7f9c", "#ffd0cc")
ORANGE = ramp("#a3361a", "#e8682c", "#ff9f52", "#ffe0a0")
YELLOW = ramp("#b07a10", "#e8b92c", "#fff07a")
KELP = ramp("#1a4a26", "#3f8a34", "#8cc84a", "#dcf07e")
VIOLET = ramp("#3d1f80", "#7040c0", "#a87cf0", "#e0ccff")
ANEMONE = ramp("#0f6a70", "#1fa89c", "#74ecc8", "#e4fff0")
PEARL = ramp("#8c7a94", "#d8c4d0", "#fff4ee")
NET = ramp("#8c6a3a", "#d0a860", "#fbe6ac")
INK = ramp("#241038")
FOAM = ramp("#d8fbff")
WHITE = ramp("#ffffff")
CORALS = (PINK, ORANGE, VIOLET, YELLOW)


def pores(strength: float = 1.0) -> Field:
    """Pores of coral, about [-0.35, 0.1] times `strength`: a function for `texture=`."""

    def dots(x, y):
        edge, tone = cells(x, y, 20, 31)
        return strength * (0.2 * (tone - 0.5) - 0.3 * (edge > 0.72))

    return dots


def branches(
    r: Stream, x: float, y: float, angle: float, length: float, radius: float, depth: int = 3
) -> list[Shape]:
    """Strokes of a coral that forks `depth` times, thick ones first."""
    end = (x + length * np.sin(angle), y - length * np.cos(angle))
    mid = ((x + end[0]) / 2 + length * 0.12 * r.uniform(-1, 1), (y + end[1]) / 2)
    strokes = [stroke([(x, y), mid, end], radius, radius * 0.76)]
    if depth:
        for side in (-1, 1):
            turn, share = angle + side * r.uniform(0.2, 0.44), r.uniform(0.7, 0.86)
            strokes += branches(r, *end, turn, length * share, radius * 0.74, depth - 1)
    return strokes


class Reef(Theme):
    """The reef: water and land first, then what stands on it."""

    light = (-0.15, -1.0)
    sky = ("#58dcea", "#22b4dc", "#1189c4", "#0d5fa6", "#0f3f86")
    depths = ("#14589c", "#174a86", "#143a70")

    def air(self, c: Canvas, r: Stream) -> None:
        parts.beams(c, r, "#d8fff4", 7, (16, 70), (0.06, 0.17), -1)
        for x, y, q in parts.sky_spots(r, 60, 3, 9):
            c.fill(ring(x, y, q, q - 2.4), FOAM, "flat", alpha=0.6)

    def sun(self, c: Canvas, r: Stream) -> None:
        parts.glow(c, 0, 0, 235, ramp("#e8fff0"), 0.7, soft=230)

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth == 0:
            tones = ramp("#0f4f9a", "#1766ac", "#2a86c0", "#4fa8d0")
            for x, top in peaks.spots:
                half = r.uniform(60, 130)
                core = box(x - half, -top, x + half, 40, half * 0.8)
                left = ellipse(x - half, -top * 0.4, half, top * 0.3)
                right = ellipse(x + half * 0.9, -top * 0.6, half * 0.7, top * 0.2)
                tower = wobble(union(core, left, right, blend=60), 22, 70, r.integer(0, 999))
                c.fill(tower, tones, "bevel", width=60, gain=0.55, grain=0.16, cell=40)
            nature.hills(c, w, 0, peaks, tones, width=60, gain=0.4)
        elif depth == 1:
            blue = ramp("#123f78", "#1b5594", "#2f78ae")
            corals = (ramp("#2a4a90", "#3c64a8", "#5f8cc4"), ramp("#4a4290", "#6458a8", "#8c80c8"))
            for x, top in peaks.spots:
                tones = r.choice(corals)
                coral = union(*branches(r, x, -60, r.uniform(-0.2, 0.2), top * 0.34, 17))
                c.fill(coral, tones, "ball", gain=0.4)
            nature.hills(c, w, 1, peaks, blue, back=True, width=50, gain=0.5, grain=0.2, cell=30)
            nature.hills(c, w, 1, peaks, blue, width=50, gain=0.5, grain=0.2, cell=30)
        else:
            blue = ramp("#10305f", "#184a7c", "#2a6a94")
            green = ramp("#0f3a5c", "#1a5a6e", "#2f8280")
            for k in (1, 0):
                for x, top in peaks.spots:
                    self._far_kelp(c, r, x + 30 * k, top * (1 - 0.2 * k) - 30, green)
            nature.hills(c, w, 2, peaks, blue, width=36, grain=0.2, cell=24)

    def _far_kelp(self, c: Canvas, r: Stream, x: float, rise: float, tones: np.ndarray) -> None:
        sway, phase = r.uniform(8, 20), r.uniform(0, 6.28)
        pts = [(x + sway * np.sin(phase + k * 0.7) * k / 8, -30 - rise * k / 9) for k in range(10)]
        c.fill(stroke(pts, 9, 2), tones, "down", gain=0.4)
        for k in range(2, 9):
            side = 1 if k % 2 else -1
            leaf = ellipse(pts[k][0] + side * 9 * 1.4, pts[k][1], 9 * 1.4, 9 * 0.7)
            c.fill(leaf, tones, "down", gain=0.3)

    def soil(self, c: Canvas, deep: bool) -> None:
        def rock(x, y):
            edge, tone = cells(x, y, 48, 6, (720, 720))
            seams = 0.5 * (tone - 0.5) + 0.5 * (edge - 0.5) * (edge < 0.5)
            return seams + 0.22 * (noise(x, y, 15, 2, (720, 720)) - 0.5)

        c.fill(parts.SOIL, DEEP if deep else CORAL_ROCK, "flat", texture=rock)

    def wall(self, c: Canvas) -> None:
        parts.edge_light(c, PINK, 16, 0.45)
        c.fill(parts.EDGE_LINE, INK, "flat")

    def cap(self, c: Canvas, x0: float, x1: float, r: Stream) -> None:
        for x in parts.along(x0 + 16.0, x1 - 16, r, 14, 70):  # polyps under the edge
            tones = r.choice(CORALS)
            polyp = disc(x, r.uniform(24, 34), r.uniform(7, 12))
            c.fill(polyp, tones, "ball", gain=0.6, outline=INK)

        def ripples(u, v):
            period = c.period if c.period[0] else (None, None)
            wave = 0.14 * np.sin(v * 0.9 + 5 * noise(u, v, 40, 1, period))
            return 0.5 * caustics(u, v * 2.2 + 50, 40, 3, period) + wave

        sand = wobble(box(x0, -6, x1, 26, 12), 5, 60, 5, c.period)
        c.fill(sand, SAND, "down", gain=0.5, texture=ripples, outline=ramp("#6d3f28"))
        for x in parts.along(x0 + 30.0, x1 - 30, r, 40, 110):
            if r.chance(0.4):
                arms = [[(x, -2), (x + 7 * k, -13 + 2 * abs(k))] for k in (-1, 0, 1)]
                sprig = union(*(stroke(arm, 3, 2.4) for arm in arms))
                c.fill(sprig, r.choice(CORALS), "down", outline=INK)

    def platform(self, c: Canvas, w: int, r: Stream) -> None:
        lumps = [ellipse(w * q, 24, w * 0.13 + 22, r.uniform(26, 34)) for q in (0.2, 0.4, 0.6, 0.8)]
        rock = cut(union(*lumps, blend=20), box(-60, -80, w + 60, 4))
        rock = wobble(rock, 5, 20, r.integer(0, 999))
        c.fill(rock, CORAL_ROCK, "bevel", width=26, gain=0.55, texture=pores(), outline=INK)
        self.cap(c, -4, w + 4, r)

    def ladder(self, c: Canvas) -> None:
        """A net hung up between two lines."""
        for y in range(0, 240, 30):
            for rise, shift in ((4, 0.0), (26, -0.2)):
                thread = stroke([(-17, y + rise), (0, y + 15), (17, y + rise)], 3.2)
                c.fill(thread, NET, "flat", shift=shift, outline=INK)
        for x in (-17, 17):
            c.fill(parts.bar(x, 4.5), NET, "tube", outline=INK)
        for y in (30, 150):
            c.fill(disc(-17, y, 8), ORANGE, "ball", outline=INK)

    def rope(self, c: Canvas) -> None:
        """A strand of kelp."""
        pts = [(4 * np.sin(2 * np.pi * y / 120), y) for y in range(-300, 541, 12)]
        for y in range(0, 240, 30):
            side = 1 if (y // 30) % 2 else -1
            c.fill(ellipse(side * 8, y + 10, 7, 5), KELP, "down", outline=INK)
        c.fill(stroke(pts, 5), KELP, "down", gain=0, outline=INK)

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A cluster of bubbles."""
        tones, rim, inside = ramp("#3fb8e0", "#7fdcf0", "#c4f6fb"), ramp("#1f8cc0"), ramp("#58c8ea")
        large = ((0, -0.5, 0.36), (-0.2, -0.4, 0.3), (0.2, -0.42, 0.29), (-0.36, -0.26, 0.2))
        small = ((0.36, -0.26, 0.2), (0.08, -0.18, 0.17), (-0.14, -0.14, 0.14), (0.24, -0.12, 0.12))
        for x, y, q in large + small:
            x, y, q = w * x + h * r.uniform(-0.05, 0.05), h * y, h * q * r.uniform(0.9, 1.08)
            c.fill(disc(x, y, q), tones, "ball", gain=-0.4, alpha=0.8, outline=rim)
            parts.glow(c, x, y, q * 0.76, inside, 0.6, soft=q * 0.4, atop=True)
            c.fill(ellipse(x - q * 0.34, y - q * 0.42, q * 0.26, q * 0.17), WHITE, "flat")

    def tree(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A coral in three branches."""
        tones, strokes = r.choice((PINK, ORANGE, VIOLET)), []
        for side, at in ((-1, 0.22), (1, 0.18), (0, 0.0)):
            angle = side * at + r.uniform(-0.1, 0.1)
            strokes += branches(r, 0, -h * 0.05, angle, h * 0.275, w * 0.085)
        coral = union(*strokes, triangle(0, w * 0.16, 12, -h * 0.2, 3), blend=6)
        c.fill(coral, tones, "bevel", width=w * 0.05, gain=0.6, texture=pores(0.5), outline=INK)

    def house(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A scallop on a drum of coral, with portholes."""
        seed, half = r.integer(0, 1 << 16), w * 0.36
        foot = ellipse(0, 0, half * 1.16, h * 0.1)
        base = union(box(-half, -h * 0.46, half, 12, 16), foot, blend=16)
        c.fill(base, CORAL_ROCK, "tube", gain=0.4, shift=0.15, texture=pores(), outline=INK)

        def ribs(x, y):
            fan, rings = np.arctan2(x, -(y + h * 0.3)), np.hypot(x, y + h * 0.3)
            return 0.3 * np.cos(fan * 18) + 0.16 * np.sin(rings / 7)

        tones = r.choice((PINK, ORANGE, VIOLET))
        shell = cut(ellipse(0, -h * 0.4, w * 0.5, h * 0.56), box(-w, -h * 0.38, w, h))
        shell = wobble(shell, 4, 24, 3)
        c.fill(shell, tones, "ball", gain=0.4, shift=0.12, texture=ribs, outline=INK)
        for k in range(9):
            x, y = w * 0.49 * (k - 4) / 4.4, -h * 0.385 - h * 0.012 * abs(k - 4)
            c.fill(disc(x, y, w * 0.062), tones, "ball", shift=0.2, outline=INK)
        c.fill(disc(0, -h * 0.94, w * 0.06), PEARL, "ball", outline=INK)
        door, dark = half * 0.42 * parts.pick_side(seed), ramp("#0a2a50", "#14508a", "#2a80b8")
        c.fill(arch(door, w * 0.1, -h * 0.2, 8), SAND, "bevel", outline=INK)
        c.fill(arch(door, w * 0.07, -h * 0.19, 8), dark, "down", outline=INK)
        for x, y, q in ((-door, -h * 0.22, w * 0.08), (0, -h * 0.64, w * 0.065)):
            c.fill(disc(x, y, q + 6), SAND, "bevel", outline=INK)
            c.fill(disc(x, y, q), ramp("#1f9ab8", "#7ff0e4", "#f0fffa"), "ball")
            c.fill(ellipse(x - q * 0.3, y - q * 0.35, q * 0.3, q * 0.2), WHITE, "flat")

    def bush(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """An anemone."""
        tones = r.choice((KELP, VIOLET, ANEMONE))
        for k in sorted(range(-5, 6), key=lambda k: -abs(k)):
            tip = (k * w * 0.088, -h * (0.94 - 0.022 * k * k) * r.uniform(0.9, 1.05))
            path = curve((k * w * 0.05, 4), (k * w * 0.055, tip[1] * 0.6), tip)
            arm = stroke(path, w * 0.045, w * 0.034)
            c.fill(arm, tones, "down", gain=0.45, shift=-0.02 * abs(k), outline=INK)
            c.fill(disc(*tip, w * 0.048), tones, "ball", shift=0.35, outline=INK)
        foot = cut(ellipse(0, 4, w * 0.3, h * 0.26), box(-w, 10, w, 60))
        c.fill(foot, ORANGE, "ball", texture=pores(), outline=INK)

    def rock(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Brain coral."""

        def folds(x, y):
            return 0.5 * np.sin((noise(x, y, 22, 4) * 4 + noise(x, y, 44, 9) * 5) * 2 * np.pi)

        tones = r.choice((YELLOW, PINK, ORANGE))
        lump = cut(ellipse(0, -h * 0.1, w * 0.47, h * 0.85), box(-w, 12, w, h * 2))
        c.fill(lump, tones, "ball", gain=0.5, texture=folds, outline=INK)

    def lamp(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A sea lily that carries a pearl of light."""
        pts = [(5 * np.sin(k * 0.9), 10 - h * 0.078 * k) for k in range(11)]
        c.fill(stroke(pts, 6, 4), VIOLET, "tube", gain=0, outline=INK)
        x, y = pts[-1]
        for k in range(-3, 4):
            arm = curve((x, y), (x + k * 8, y - 4), (x + k * 7.5, y - 30 + 3 * abs(k)))
            c.fill(stroke(arm, 3.5, 2.5), PINK, "down", outline=INK)
        parts.glow(c, x, y - 14, 46, ramp("#fff6b0"), 0.55)
        c.fill(disc(x, y - 14, 12), ramp("#ffd86a", "#fff6c4", "#ffffff"), "ball", outline=INK)

    def fence(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A row of tube sponges."""
        for k, x in enumerate(parts.panels(w, 30)):
            tones, top = (YELLOW, ORANGE)[k % 2], -h * r.uniform(0.6, 0.98)
            tube = box(x - 11, top, x + 11, 12, 8)
            c.fill(tube, tones, "tube", gain=0.4, texture=pores(0.6), outline=INK)
            c.fill(ellipse(x, top + 6, 8, 4), ramp("#6d2a14"), "flat", outline=tones)

    def mushroom(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A jellyfish that rests on its arms."""
        parts.glow(c, 0, -h * 0.6, w * 0.6, ramp("#ff9ad8"), 0.35)
        rose = ramp("#b0409c", "#f08ad0", "#ffd8f4")
        for k in (-2, -1, 0, 1, 2):
            pts = [
                (w * 0.13 * k + w * 0.04 * np.sin(q * 1.3 + k), -h * 0.46 + h * 0.52 * q / 6)
                for q in range(7)
            ]
            arm = stroke(pts, w * 0.055, w * 0.03)
            c.fill(arm, rose, "flat", shift=0.15 * (k % 2), outline=INK)
        hollow = ellipse(0, -h * 0.34, w * 0.6, h * 0.12)
        bell = cut(ellipse(0, -h * 0.46, w * 0.48, h * 0.5), hollow)
        pink = ramp("#9c2f9c", "#e060c0", "#ff9ce0", "#ffe4fa")
        c.fill(bell, pink, "ball", gain=0.6, outline=INK)
        c.fill(ellipse(-w * 0.16, -h * 0.72, w * 0.12, h * 0.1), WHITE, "flat", alpha=0.8)
        for k in (-1, 0, 1):
            spot = ellipse(w * 0.2 * k, -h * 0.56, w * 0.05, h * 0.06)
            c.fill(spot, ramp("#b03aa8"), "flat", atop=True)
