"""Twilight: violet ruins at dusk. Cut stone, broken columns, weeping trees, crystals that shine.

Not here: trees, houses and all that stands on the ground (`twilight.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import (
    box,
    cut,
    disc,
    ellipse,
    polygon,
    stroke,
    union,
    wobble,
)
from data_pipeline.worlds.textures import bricks, noise
from data_pipeline.worlds.themes.base import Theme, hills, pick, ramp, tufts

STONE = ramp("#2c2252", "#4c3d80", "#7a68ae", "#b8a4d8", "#f4d8e8")
DEEP = ramp("#170f30", "#2a1f50", "#43336f", "#5f4c8c")
MARBLE = ramp("#4a3f78", "#8274b0", "#c0aedc", "#ffe8ea")
GRASS = ramp("#3a0f50", "#6a1f78", "#a83c9c", "#e878b8")
BLOOM = ramp("#5c1470", "#a02c98", "#e060b4", "#ffb8d8")
TRUNK = ramp("#160c28", "#2c1a44", "#4e3264", "#80588c")
CYAN = ramp("#1a6ab0", "#3fc0e8", "#b0f8ff", "#ffffff")
GOLD = ramp("#7a3a3c", "#d08048", "#ffd088")
INK = ramp("#120a26")


def blocks(x, y, width=60, height=30, seed=4, wrap=(None, None)):
    """Cut stone with seams, about [-0.5, 0.3]."""
    edge, tone = bricks(x, y, width, height, seed, 3.0, wrap)
    return 0.34 * (tone - 0.5) - 0.4 * (1 - edge) + 0.16 * (noise(x, y, 12, seed, (720, 720)) - 0.5)


class TwilightLand(Theme):
    """Sky, backdrops, ground, platforms, ladders, ropes and clouds."""

    light = (-0.95, 0.1)
    sky = ("#1a1450", "#43237c", "#8a368e", "#dc5c7c", "#ffa868")
    depths = ("#8c4484", "#553070", "#33225a")

    def air(self, c, r):
        for _ in range(110):
            x, y, q = r.uniform(0, 1200), r.uniform(0, 1800), r.uniform(1.4, 3.4)
            c.fill(disc(x, y, q), ramp("#fff0d8"), "flat", alpha=r.uniform(0.3, 0.9))

    def sun(self, c, r):
        c.fill(disc(0, 0, 236), ramp("#ff9ac0"), "flat", soft=220, alpha=0.5)
        c.fill(cut(disc(0, 0, 70), disc(34, -16, 60)), ramp("#ffe0c8", "#fff6e8"), "flat")

    def backdrop(self, c, depth, w, h, peaks, r):
        tones = (
            ramp("#6a3a80", "#8c4484", "#b85c88", "#e88a8c"),
            ramp("#3c2464", "#553070", "#7c4484", "#b0608c"),
            ramp("#221848", "#33225a", "#4c3070", "#744484"),
        )[depth]
        if depth == 0:
            for x, top in peaks.spots:
                half = r.uniform(30, 64)
                tower = polygon(
                    [
                        (x - half, 40),
                        (x - half * 0.9, -top * 0.9),
                        (x - half * 0.4, -top * r.uniform(0.8, 1)),
                        (x, -top * 0.86),
                        (x + half * 0.5, -top),
                        (x + half * 0.9, -top * 0.8),
                        (x + half, 40),
                    ]
                )
                c.fill(
                    tower, tones, "tube", gain=0.4, texture=lambda u, v: 0.3 * blocks(u, v, 40, 24)
                )
                for k in range(3):
                    y = -top * (0.7 - 0.2 * k)
                    c.fill(
                        union(box(x - 8, y - 16, x + 8, y + 16), disc(x, y - 16, 8)),
                        tones,
                        "flat",
                        shift=-0.5,
                    )
            hills(c, w, 0, peaks, tones, width=60, gain=0.4)
        elif depth == 1:
            hills(c, w, 1, peaks, tones, back=True, width=60, gain=0.5, grain=0.14, cell=40)
            x = r.uniform(0, 200)
            end = x + w
            while x < end - 250:
                count, rise, pitch = r.integer(2, 5), r.uniform(210, 330), 96
                wide = pitch * count + 26
                arches = [
                    union(
                        box(x + 26 + pitch * k, -rise + 80, x + pitch * (k + 1), 60),
                        disc(x + 13 + pitch * (k + 0.5), -rise + 80, 35),
                    )
                    for k in range(count)
                ]
                top = [
                    (x - 6, 40),
                    (x - 6, -rise),
                    (x + wide * 0.55, -rise),
                    (x + wide * 0.64, -rise + 30),
                    (x + wide * 0.8, -rise + 14),
                    (x + wide, -rise + 66),
                    (x + wide, 40),
                ]
                c.fill(
                    cut(polygon(top), *arches),
                    tones,
                    "bevel",
                    width=16,
                    texture=lambda u, v: 0.4 * blocks(u, v, 48, 24),
                )
                x += wide + r.uniform(80, 320)
            hills(c, w, 1, peaks, tones, width=60, gain=0.5, grain=0.14, cell=40)
        else:
            for x, rise in peaks.spots:
                spire = ellipse(x, -rise * 0.44, rise * 0.13, rise * 0.56)
                c.fill(
                    wobble(spire, 6, 18, r.integer(0, 99)),
                    tones,
                    "bevel",
                    width=20,
                    grain=0.2,
                    cell=14,
                )
            hills(c, w, 2, peaks, tones, width=40, gain=0.5, grain=0.16, cell=24)

    def soil(self, c, deep):
        c.fill(
            box(-1, -1, 721, 721),
            DEEP if deep else STONE,
            "flat",
            shift=-0.1,
            texture=lambda x, y: blocks(x, y, 72, 36, wrap=(720, 720)),
        )
        crack = ramp("#120a26")
        for k in range(7):
            x, y = 720 * pick(5, k), 720 * pick(6, k)
            pts = [(x + 60 * (pick(7, 10 * k + i) - 0.5) + 12 * i, y + 22 * i) for i in range(4)]
            c.fill(stroke(pts, 2.6, 0.8), crack, "flat", alpha=0.7)

    def wall(self, c):
        c.fill(
            box(0, -1, 24, 241), STONE, lambda u, v, d: np.clip(1 - u / 14, 0, 1) + 0 * v, alpha=0.5
        )
        for y in range(0, 240, 48):
            c.fill(box(-5, y + 2, 20, y + 26, 3), STONE, "bevel", width=8, outline=INK)

    def cap(self, c, x0, x1, r):
        x = x0
        while x < x1 - 1:  # slabs of unlike length, worn at their corners
            wide = min(r.choice((48, 64, 80)), x1 - x)
            wide = x1 - x if x1 - x - wide < 30 else wide
            drop = r.uniform(0, 3)
            c.fill(
                box(x + 1, -4 + drop, x + wide - 1, 24 + drop, 4),
                MARBLE,
                "down",
                gain=0.5,
                grain=0.15,
                cell=10,
                outline=INK,
            )
            x += wide
        c.fill(box(x0 + 3, -5, x1 - 3, 1, 3), ramp("#ffd8c8"), "flat", alpha=0.75)
        x = x0 + 10.0
        while x < x1 - 30:  # grass in the seams
            if r.chance(0.5):
                tufts(c, x, min(x + 28, x1 - 6), GRASS, r, step=7, up=17, down=22)
            x += r.uniform(36, 80)

    def platform(self, c, w, r):
        """A piece of an entablature, broken at both ends."""
        end = [(w - 2, 4), (w - 6, 24), (w - 22, 30), (w - 16, 44), (w - 34, 56)]
        start = [(30, 56), (18, 46), (22, 32), (8, 26), (2, 4)]
        c.fill(
            polygon([*end, *start], 2),
            STONE,
            "bevel",
            width=16,
            texture=lambda x, y: blocks(x, y, 60, 26),
            outline=INK,
        )
        for k in range(1, w // 30):
            x = 30 * k
            c.fill(
                box(x - 7, 27, x + 7, 40, 1), MARBLE, "down", shift=-0.12, atop=True, outline=INK
            )
        self.cap(c, -4, w + 4, r)
        for k in range(3):
            x, y = w * (0.25 + 0.25 * k), 62 + 10 * r.uniform()
            c.fill(
                polygon([(x - 7, y - 8), (x + 6, y - 9), (x + 3, y + 7)], 1),
                STONE,
                "bevel",
                width=6,
                outline=INK,
            )

    def ladder(self, c):
        """Iron hoops between two chains."""
        iron = ramp("#241c40", "#5a4c80", "#a898cc", "#ffe0e0")
        for y in range(0, 240, 20):
            for x in (-16, 16):
                c.fill(
                    cut(ellipse(x, y, 5.5, 10), ellipse(x, y, 2, 5.5)),
                    iron,
                    "bevel",
                    width=4,
                    outline=INK,
                )
        for y in range(15, 240, 30):
            c.fill(box(-19, y - 3.5, 19, y + 3.5, 3), iron, "down", outline=INK)

    def rope(self, c):
        """Ivy with flowers."""
        pts = [(4 * np.sin(2 * np.pi * y / 80), y) for y in range(-300, 541, 10)]
        c.fill(stroke(pts, 3.4), GRASS, "flat", shift=-0.2, outline=INK)
        for y in range(0, 240, 24):
            side = 1 if (y // 24) % 2 else -1
            leaf = polygon([(side * 2, y + 4), (side * 12, y), (side * 9, y + 13)], 1)
            c.fill(leaf, GRASS, "down", shift=0.1, outline=INK)
        for y in (36, 116, 196):
            c.fill(disc(0, y, 6.5), BLOOM, "ball", shift=0.25, outline=INK)

    def cloud(self, c, w, h, r):
        """Long dark cloud, lit from below."""
        lobes = [
            ellipse(w * r.uniform(-0.06, 0.06), -h * 0.52, w * 0.24, h * 0.4),
            ellipse(-w * 0.22, -h * 0.36, w * 0.22, h * 0.27),
            ellipse(w * 0.2, -h * 0.36, w * 0.24, h * 0.28),
            ellipse(0, -h * 0.2, w * 0.48, h * 0.18),
        ]
        body = wobble(union(*lobes, blend=24), 6, 30, r.integer(0, 99))
        dusk = ramp("#ff9a78", "#d85c88", "#80408c", "#4c2c7c", "#3a2470")
        c.fill(
            body,
            dusk,
            "down",
            gain=0.62,
            texture=lambda x, y: 0.35 * (noise(x, y * 2.6, 50, 8) - 0.5),
        )
