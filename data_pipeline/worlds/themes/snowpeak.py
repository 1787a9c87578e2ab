"""Snowpeak: a cold bright mountain. Snow with icicles over blue strata, pines, log cabins."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    box,
    cross,
    cut,
    disc,
    ellipse,
    polygon,
    square,
    stroke,
    triangle,
    union,
    wobble,
)
from data_pipeline.worlds.textures import cells, grain, strata
from data_pipeline.worlds.themes import nature, parts
from data_pipeline.worlds.themes.base import Peaks, Theme

SNOW = ramp("#7fa3d6", "#b4cdee", "#e4effb", "#ffffff")
ICE = ramp("#3f86c4", "#7fc0e6", "#bfe6f7", "#f4fdff")
ROCK = ramp("#39435f", "#56648a", "#7c8db0", "#a9b8d2")
DEEP = ramp("#262d47", "#3b4667", "#566488", "#7483a6")
PINE = ramp("#0e2c33", "#1c4a48", "#2f6d5c", "#5a9a7c")
LOG = ramp("#3c2018", "#6b3b26", "#9a5e3a", "#c88f5c")
WARM = ramp("#f08a24", "#ffc857", "#fff2b8")
RED = ramp("#8c1620", "#d42f3c", "#ff7a72")
WHITE = ramp("#ffffff")
INK = ramp("#1d2440")
FROST = ramp("#6d92c8")
COLD = ramp("#2c5c94")


def facets(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Flat planes of broken rock or ice, about [-0.3, 0.3]."""
    edge, tone = cells(x, y * 0.7, 46, 21)
    return 0.5 * (tone - 0.5) - 0.25 * (edge < 0.08)


class Snowpeak(Theme):
    """The snow mountain: sky and land first, then what stands on it."""

    sky = ("#5f93d6", "#93bce8", "#c4dcf4", "#eaf0fa", "#fbe6ea")
    depths = ("#b9cbe6", "#c9d9ee", "#9fb8d8")

    def air(self, c: Canvas, r: Stream) -> None:
        for x, y, q in parts.sky_spots(r, 240, 1.5, 4.5):  # snow in the air
            c.fill(disc(x, y, q), WHITE, "flat", alpha=r.uniform(0.4, 0.9))

    def sun(self, c: Canvas, r: Stream) -> None:
        parts.glow(c, 0, 0, 230, WHITE, 0.8, soft=210)
        c.fill(disc(0, 0, 48), ramp("#fff8e0"), "flat", soft=8)

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth == 0:
            for x, top in peaks.spots:
                self._mountain(c, x, top, top * r.uniform(0.36, 0.56))
        elif depth == 1:
            snow, pine = (
                ramp("#9db9de", "#c3d6ee", "#e6f0fa"),
                ramp("#5f86ac", "#7fa3c6", "#a6c4de"),
            )
            for base, back in ((230, True), (124, False)):
                nature.hills(c, w, 1, peaks, snow, back=back, width=70, gain=0.5)
                for _ in range(26):
                    x, y = r.uniform(0, w), -r.uniform(10, base - 40)
                    self._far_pine(c, x, y, r.uniform(26, 52), pine)
        else:
            for x, top in peaks.spots:
                self._far_pine(c, x, -50, top - 50, ramp("#3f6688", "#5a86a4", "#86aec4"))
            nature.hills(c, w, 2, peaks, ramp("#8aa8d0", "#b4cbe6", "#dbe8f6"), width=40)

    def _mountain(self, c: Canvas, x: float, top: float, half: float) -> None:
        """A rock with two fields of snow on it, one lit and one in the shade."""
        left, right = ((-1, -0.1), (-0.55, 0.5), (-0.42, 0.46)), ((0.3, 0.6), (0.4, 0.64))
        ridge = parts.profile(x, half, top, (*left, (0, 1), *right))
        stone = ramp("#6f88b8", "#8ea6d0", "#b5c8e6")
        rock = polygon([*ridge, (x + half, 40)])
        c.fill(rock, stone, "flat", texture=lambda u, v: 0.6 * facets(u, v))
        west = ((-0.44, 0.5), (-0.7, 0.3), (-0.3, 0.36), (-0.12, 0.2), (0.06, 0.5), (0.02, 0.74))
        east = ((0.02, 0.74), (0.12, 0.56), (0.2, 0.66), (0.24, 0.66))
        for field, shift in ((west, 0.4), (east, -0.1)):
            c.fill(
                polygon(parts.profile(x, half, top, ((0, 1), *field))), SNOW, "flat", shift=shift
            )

    def _far_pine(self, c: Canvas, x: float, y: float, h: float, tones: np.ndarray) -> None:
        """Tiers of drooping branches, with snow on them when they are near enough to see it."""
        for k in range(4):
            top, low, half = -h * (1 - 0.2 * k), -h * (0.68 - 0.21 * k), h * (0.15 + 0.075 * k)
            teeth = [
                (x + half * q, y + low + h * 0.05 * (i % 2))
                for i, q in enumerate((1, 0.62, 0.3, -0.05, -0.36, -0.66, -1))
            ]
            c.fill(polygon([(x, y + top), *teeth], 2), tones, "ball", gain=0.4)
            if h > 100:
                rim = ((-0.84, 0.05), (-0.3, 0.09), (0.1, 0.04), (0.36, 0.12))
                points = [(x + half * a, y + low - h * b) for a, b in rim]
                c.fill(polygon([(x, y + top), *points], 3), tones, "flat", shift=0.32)

    def soil(self, c: Canvas, deep: bool) -> None:
        def layers(x, y):
            edge, _ = cells(x, y, 120, 8, (720, 720))
            return 0.9 * (strata(x, y, 24, 5, (720, 720), c.scale) - 0.5) - 0.3 * (edge < 0.05)

        c.fill(parts.SOIL, DEEP if deep else ROCK, "flat", texture=layers)

    def wall(self, c: Canvas) -> None:
        parts.edge_light(c, ICE, 14, 0.6)
        c.fill(box(-2, -1, 2, 241), FROST, "flat")

    def cap(self, c: Canvas, x0: float, x1: float, r: Stream) -> None:
        for x in parts.along(x0 + 14.0, x1 - 14, r, 16, 60):
            long = r.uniform(18, 48)
            icicle = polygon([(x - 6, 10), (x + 6, 10), (x + 0.5, 14 + long)], 1)
            c.fill(icicle, ICE, "ball", gain=0.6, outline=FROST)
        drift = wobble(box(x0, -7, x1, 22, 12), 6, 44, 9, c.period)
        c.fill(drift, SNOW, "down", gain=0.6, shift=0.12, outline=FROST)
        for _ in range(int((x1 - x0) / 60)):
            spark = disc(r.uniform(x0 + 8, x1 - 8), r.uniform(0, 12), 2.2)
            c.fill(spark, WHITE, "flat")

    def platform(self, c: Canvas, w: int, r: Stream) -> None:
        """A raft of ice, cut off at an angle."""
        ends = (0.9, 0.7, 0.5, 0.3, 0.1)
        low = [(w * q, 58 - 22 * r.uniform() - 30 * abs(q - 0.5)) for q in ends]
        slab = polygon([(6, 6), (w - 6, 6), *low], 4)
        c.fill(slab, ICE, "bevel", width=24, gain=0.6, texture=facets, outline=COLD)
        for _ in range(w // 50):
            x = r.uniform(24, w - 30)
            crack = polygon([(x, 22), (x + 5, 22), (x - 9, 46), (x - 12, 46)])
            c.fill(crack, WHITE, "flat", alpha=0.7, atop=True)
        self.cap(c, -4, w + 4, r)

    def ladder(self, c: Canvas) -> None:
        for x in (-16, 16):
            c.fill(parts.bar(x, 4.5), LOG, "tube", outline=INK)
        for y in range(15, 240, 30):
            c.fill(box(-21, y - 4, 21, y + 5, 3), LOG, "down", outline=INK)
            c.fill(ellipse(-2, y - 4, 15, 3.6), SNOW, "down", shift=0.3)

    def rope(self, c: Canvas) -> None:
        """A chain of ice-cold iron."""
        iron = ramp("#3a4668", "#7486ae", "#d4e0f4")
        for y in range(0, 240, 24):
            link = cut(ellipse(0, y, 7, 11), ellipse(0, y, 3, 6.5))
            c.fill(link, iron, "bevel", width=4, outline=INK)
            c.fill(box(-2.5, y + 6, 2.5, y + 20, 2), iron, "tube", outline=INK)

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Flat layers that overlap."""
        tones, bars = ramp("#a9bcdc", "#d3dff0", "#f6f9fe"), []
        for k in range(4):
            y, half = -h * (0.16 + 0.2 * k), w * (0.46 - 0.085 * k)
            at = w * r.uniform(-0.07, 0.07)
            bars.append(box(at - half, y - h * 0.16, at + half, y + h * 0.16, h * 0.16))
        body = wobble(union(*bars, blend=h * 0.2), 3, 30, 3)
        c.fill(body, tones, "down", gain=0.5, shift=0.1, outline=ramp("#93aad2"))
        for bar in bars:
            x0, y0, x1, _ = bar.box
            shine = box(x0 + h * 0.1, y0 + 4, x1 - h * 0.3, y0 + h * 0.11, h * 0.04)
            c.fill(shine, tones, "flat", shift=0.45, atop=True)

    def tree(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A pine of five tiers, snow on each."""
        rim = (1, 0.72, 0.46, 0.2, -0.05, -0.3, -0.52, -0.76, -1)
        snow = ((0.45, 0.1), (0.7, 0.02), (0.3, 0.06), (0.05, 0.015), (-0.25, 0.05), (-0.55, 0.0))
        c.fill(box(-w * 0.07, -h * 0.2, w * 0.07, 10), LOG, "tube", outline=INK)
        for k in range(5):
            top, low, half = -h * (1 - 0.165 * k), -h * (0.72 - 0.155 * k), w * (0.16 + 0.072 * k)
            teeth = [(half * q, low + h * (0.035 if i % 2 else -0.01)) for i, q in enumerate(rim)]
            tier = wobble(polygon([(0, top), *teeth], 3), 3, 16, r.integer(0, 999))
            c.fill(tier, PINE, "ball", gain=0.45, grain=0.2, cell=9, outline=INK)
            points = [(half * x, low - h * y) for x, y in (*snow, (-0.9, 0.02))]
            cover = wobble(polygon([(0, top), *points], 3), 2, 12, k)
            c.fill(cover, SNOW, "ball", gain=0.4, shift=0.2)

    def house(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A cabin of logs under a thick roof of snow."""
        seed, half, eave = r.integer(0, 1 << 16), w * 0.38, -h * 0.5
        chimney = box(w * 0.15, -h * 0.98, w * 0.27, -h * 0.6)
        c.fill(chimney, ROCK, "tube", texture=facets, outline=INK)
        c.fill(ellipse(w * 0.21, -h * 0.97, w * 0.085, h * 0.035), SNOW, "down", outline=FROST)

        def boards(x, y):
            return 0.6 * (grain(x, y, 90, 12, 4) - 0.5)

        front = triangle(0, half, eave, -h * 0.86)
        c.fill(front, LOG, "flat", shift=-0.1, texture=boards, outline=INK)
        y = 4.0
        while y > eave:
            log = box(-half - 8, y - 22, half + 8, y, 10)
            c.fill(log, LOG, "down", gain=0.45, grain=0.12, outline=INK)
            for k in (-1, 1):
                c.fill(disc(k * (half + 3), y - 11, 9), LOG, "ball", shift=0.2, outline=INK)
            y -= 22
        roof = cut(
            triangle(0, half + w * 0.12, eave + h * 0.08, -h * 0.9, 14),
            triangle(0, half * 0.86, eave + h * 0.2, -h * 0.62),
        )
        drift = wobble(roof, 5, 30, seed)
        c.fill(drift, SNOW, "bevel", width=34, gain=0.5, shift=0.16, outline=FROST)
        door = half * 0.42 * parts.pick_side(seed)
        leaf = box(door - w * 0.09, -h * 0.35, door + w * 0.09, 8)
        c.fill(leaf, RED, "tube", gain=0.3, outline=INK)
        c.fill(disc(door, -h * 0.25, w * 0.045), PINE, "ball", outline=INK)
        c.fill(disc(door + w * 0.06, -h * 0.16, 4), WARM, "flat")
        for x, y, q in ((-door, -h * 0.27, w * 0.085), (0, -h * 0.6, w * 0.055)):
            parts.glow(c, x, y, q * 2.2, WARM, 0.45, soft=q * 1.4, atop=True)
            c.fill(square(x, y, q + 5, 3), LOG, "bevel", outline=INK)
            c.fill(square(x, y, q), WARM, "ball", gain=0.4)
            c.fill(cross(x, y, q, 2), LOG, "flat")
            c.fill(ellipse(x, y + q + 4, q * 1.3, 6), SNOW, "down", shift=0.2, outline=FROST)

    def bush(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A shrub with berries, half under snow."""
        spots = ((0, -0.46, 0.4), (-0.27, -0.3, 0.32), (0.27, -0.3, 0.32))
        lobes = [(w * x, h * y, h * q) for x, y, q in spots]
        nature.foliage(c, lobes, PINE, r, leaf=13)
        for _ in range(w // 12):
            x, y, q = lobes[r.integer(0, 3)]
            c.fill(disc(x + q * r.uniform(-0.9, 0.9), y + q * r.uniform(0, 0.8), 4.5), RED, "ball")
        snow = union(*(ellipse(x, y - q * 0.55, q * 1.02, q * 0.5) for x, y, q in lobes), blend=12)
        c.fill(wobble(snow, 3, 14, 5), SNOW, "down", gain=0.6, shift=0.1, outline=FROST)

    def rock(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Crystals of ice."""
        spots = ((-0.26, -0.16, 0.66), (0.27, 0.15, 0.6), (0.12, 0.08, 0.86), (-0.05, -0.03, 1.0))
        for x, lean, rise in spots:
            x, top, half = w * x, -h * rise * r.uniform(0.9, 1.0), w * 0.13
            tip = x + w * lean
            left, right = (tip - half, top * 0.72), (tip + half, top * 0.66)
            body = polygon([(x - half, 10), left, (tip, top), right, (x + half, 10)], 1)
            c.fill(body, ICE, "bevel", width=half, gain=0.8, outline=COLD)
            inner = [(x - half * 0.2, 4), (tip - half * 0.2, top * 0.7)]
            facet = polygon([*inner, (tip, top), left, (x - half, 8)])
            c.fill(facet, ICE, "flat", shift=0.36, alpha=0.7, atop=True)

    def lamp(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        x = w * 0.3
        c.fill(box(-6, -h * 0.96, 6, 10), LOG, "tube", outline=INK)
        c.fill(stroke([(0, -h * 0.92), (w * 0.36, -h * 0.92)], 4.5), LOG, "down", outline=INK)
        parts.glow(c, x, -h * 0.74, 40, WARM, 0.5)
        c.fill(box(x - 11, -h * 0.84, x + 11, -h * 0.66, 4), WARM, "ball", outline=INK)
        c.fill(triangle(x, 15, -h * 0.84, -h * 0.91, 1), ROCK, "bevel", outline=INK)
        c.fill(ellipse(0, -h * 0.96, 13, 7), SNOW, "down", shift=0.2, outline=FROST)

    def fence(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        for y in (-h * 0.66, -h * 0.3):
            ends = [(x, y + r.uniform(-4, 4)) for x in (-w / 2, w / 2)]
            c.fill(stroke(ends, 5.5), LOG, "down", outline=INK)
        for k in range(w // 60 + 1):
            x = -w / 2 + 6 + k * (w - 12) / (w // 60)
            c.fill(box(x - 8, -h * 0.92, x + 8, 10, 3), LOG, "tube", outline=INK)
            c.fill(ellipse(x, -h * 0.93, 12, 7), SNOW, "down", shift=0.2, outline=FROST)
        for k in range(w // 60):
            c.fill(ellipse(-w / 2 + 36 + 60 * k, -h * 0.74, 20, 4.5), SNOW, "down", shift=0.25)

    def mushroom(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A round blue toadstool with a hood of snow."""
        foot = ellipse(0, 2, w * 0.22, h * 0.12)
        stem = union(box(-w * 0.16, -h * 0.5, w * 0.16, 10, 5), foot, blend=8)
        c.fill(stem, ramp("#8c94b8", "#c9d2e8", "#f6f8ff"), "tube", outline=INK)
        cap = cut(ellipse(0, -h * 0.42, w * 0.47, h * 0.5), box(-w, -h * 0.34, w, h))
        c.fill(cap, ramp("#2b2f7a", "#4a58b8", "#7f96e4", "#c0d0fa"), "ball", gain=0.6, outline=INK)
        hood, rim = (
            ellipse(0, -h * 0.5, w * 0.42, h * 0.44),
            (w * 0.03, -h * 0.3, w * 0.5, h * 0.34),
        )
        snow = wobble(cut(hood, ellipse(*rim)), 3, 14, 7)
        c.fill(snow, SNOW, "ball", gain=0.4, shift=0.2, atop=True)
