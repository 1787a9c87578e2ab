"""The forest in a bold structure: trunks that span the map, hanging roots, a ceiling of leaves."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    Field,
    curve,
    disc,
    ellipse,
    polygon,
    stroke,
)
from data_pipeline.worlds.textures import noise
from data_pipeline.worlds.themes import nature, parts
from data_pipeline.worlds.themes.base import Peaks
from data_pipeline.worlds.themes.bold.base import LENGTH, Bold
from data_pipeline.worlds.themes.bold.limbs import down_the_strip, stalk, swaying, winding
from data_pipeline.worlds.themes.forest import (
    BARK,
    DIM,
    GLOW,
    INK,
    LEAVES,
    MOSS,
    VINE,
    Forest,
    bark,
    fibres,
)

_TRUNKS = (ramp("#1f6656", "#327a60", "#5aa878"), ramp("#0c302f", "#174a42", "#2c6c54", "#549a6c"))
_MOSSES = (ramp("#2c7a5a", "#428f66", "#68ae7c"), ramp("#1f6a50", "#3a8c5c", "#6cb86c"))
_CANOPY = ramp("#06222a", "#0c3a3a", "#165a48", "#2f8458", "#7cc06c")


def _bark(strength: float, seed: int) -> Field:
    """Bark of a trunk that goes on vertically."""
    return lambda x, y: strength * bark(x, y, (None, LENGTH), seed)


class BoldForest(Bold, Forest):
    """Between giant trees: what the meadow has as a tree is a trunk here, from below to above."""

    columns = {0: 210, 1: 420}
    pendants = {1: (330, 800), 2: (520, 1100)}
    ceilings = (190, 290)
    stems = ("tree", "house")
    hung = ("bush", "lamp")
    has_unders = True
    has_tethers = True
    grown = {"mushroom": 1.5}

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth == 2:
            super().backdrop(c, depth, w, h, peaks, r)
            return
        tones = (ramp("#347a5e", "#3f8a66", "#5aa673"), ramp("#164a43", "#1f5f50", "#2f7a5c"))[
            depth
        ]
        wood = _TRUNKS[depth]
        for x, top in peaks.spots:  # roots that arch out of the ground
            rise, reach = top * r.uniform(0.4, 0.62), r.uniform(90, 170)
            for side in (-1, 1):
                far = x + side * reach * r.uniform(0.8, 1.3)
                arc = curve(
                    (x, -rise),
                    (far - side * reach * 0.2, -rise * r.uniform(0.9, 1.3)),
                    (far, 20),
                    8,
                )
                c.fill(stroke(arc, 24, 12), wood, "bevel", width=16, gain=0.4, texture=fibres(0.3))
            trunk = stroke([(x, 30), (x, -rise * 1.02)], 30, 22)
            c.fill(trunk, wood, "tube", gain=0.3, texture=fibres(0.3))
        nature.hills(c, w, depth, peaks, tones, width=50, gain=0.4, grain=0.14, cell=34)

    def column(self, c: Canvas, depth: int, r: Stream) -> None:
        half, seed = (r.uniform(38, 62), r.uniform(70, 104))[depth], r.integer(0, 999)
        trunk = stalk(half, (14, 24)[depth], r)
        c.fill(trunk, _TRUNKS[depth], "tube", gain=0.5, texture=_bark((0.35, 0.6)[depth], seed))
        for y in down_the_strip(r, 110, 300):
            x, q = half * r.uniform(-0.9, 0.9), r.uniform(14, 26)
            if depth == 1:
                lobes = [(x + q * k, y + q * 0.3 * abs(k), q) for k in (-1, 0, 1)]
                nature.foliage(c, lobes, _MOSSES[1], r, leaf=11, density=0.8, line=False)
        for y in down_the_strip(r, 200, 480):
            side = 1 if r.chance(0.5) else -1
            lobes = [(side * (half + 10 * k), y - 9 * k, 20 - 5 * k + 6 * depth) for k in (0, 1, 2)]
            nature.foliage(c, lobes, _MOSSES[depth], r, leaf=12, density=0.8, line=False)

    def stem(self, c: Canvas, size: int, r: Stream) -> None:
        half, seed = (40, 54, 68)[size], r.integer(0, 999)
        trunk = stalk(half, 8, r, bulge=0.07)
        c.fill(trunk, BARK, "tube", gain=0.42, shift=0.04, texture=_bark(0.75, seed), outline=INK)
        for y in down_the_strip(r, 150, 330):  # cushions of moss, and shelves of fungus
            side, q = r.choice((-1, 1)), r.uniform(12, 20)
            x = side * half * r.uniform(0.2, 0.9)
            if r.chance(0.5):
                for k in range(3):
                    shelf = ellipse(side * (half - 6 + 5 * k), y + 22 * k, q * 1.3, q * 0.42)
                    c.fill(shelf, ramp("#8a4a2a", "#d08a4a", "#ffd890"), "down", outline=INK)
            else:
                lobes = [(x + k * q * 0.9, y + abs(k) * 6, q) for k in (-1, 0, 1)]
                nature.foliage(c, lobes, MOSS, r, leaf=10, density=0.9, line=False)

        def twine(y):
            return half * 1.04 * np.sin(4 * np.pi * y / LENGTH + seed)

        vine = winding(4.5, twine, half * 1.04)
        c.fill(vine, VINE, "tube", gain=0.2, shift=-0.1, atop=True)

    def foot(self, c: Canvas, size: int, w: int, h: int, r: Stream) -> None:
        """Roots that leave the trunk, thin at first."""
        half = (40, 54, 68)[size]
        for k in (-1.0, 1.0, -0.62, 0.66, -0.2, 0.3):
            reach = half * (0.4 + 1.9 * abs(k)) * (1 if k > 0 else -1)
            rise = h * (0.55 - 0.2 * abs(k)) * r.uniform(0.8, 1.1)
            start = half * (0.94 if abs(k) == 1 else k)
            start = start if k > 0 or abs(k) < 1 else -half * 0.94
            arc = curve((start, -rise), (start * 1.05, -rise * 0.2), (reach, 16), 9)
            c.fill(
                stroke(arc, half * 0.03, half * (0.17 + 0.1 * abs(k))),
                BARK,
                "bevel",
                width=16,
                gain=0.5,
                shift=0.02,
                texture=fibres(0.5),
                outline=INK,
            )
        lobes = [(half * k, -3, 12) for k in (-2.1, -1.3, -0.5, 0.4, 1.2, 2.0)]
        nature.foliage(c, lobes, MOSS, r, leaf=10, line=False)

    def cord(self, c: Canvas, depth: int, r: Stream) -> None:
        tones = (
            VINE,
            ramp("#123f38", "#1f6a4c", "#3f945c"),
            ramp("#0c332c", "#1a5a40", "#46a05c"),
        )[depth]
        half = (3.0, 3.4, 4.2)[depth]
        line = winding(half, lambda y: 5 * np.sin(2 * np.pi * y / 240), 5)
        c.fill(line, tones, "flat")
        for i, y in enumerate(range(0, LENGTH, 40)):
            side = 1 if i % 2 else -1
            leaf = polygon(
                [(side, y), (side * 9, y - 3), (side * 17, y + 14), (side * 5, y + 10)], 1
            )
            c.fill(leaf, tones, "down", shift=0.15)

    def pendant(self, c: Canvas, depth: int, r: Stream) -> None:
        tones = (
            LEAVES,
            ramp("#123f3a", "#1d5f4c", "#358058", "#66a868"),
            ramp("#0a3030", "#14503f", "#2c7a50", "#7cc070"),
        )[depth]
        for k in (-2, -1, 0, 1, 2):
            line = swaying(r, k * 14, 0, r.uniform(60, 130), 10)
            c.fill(stroke(line, 3, 1.5), tones, "flat", shift=0.1)
        q = r.uniform(24, 36)
        nature.foliage(
            c, [(-q, 6, q), (q, 8, q * 0.9), (0, -8, q * 1.2)], tones, r, leaf=15, line=False
        )
        if r.chance(0.6):
            parts.glow(c, 0, 52, 40, GLOW, 0.35)
            c.fill(ellipse(0, 52, 9, 13), GLOW, "ball", alpha=0.9)

    def ceiling(self, c: Canvas, r: Stream) -> None:
        for _ in range(6):
            x = r.uniform(-190, 190)
            line = swaying(r, x, 20, r.uniform(120, 250), 14)
            c.fill(stroke(line, 3.6, 1.6), MOSS, "flat", shift=-0.2, outline=DIM)
            for px, py in line[3:]:
                c.fill(ellipse(px + 5, py, 6, 4), MOSS, "flat", shift=r.uniform(-0.2, 0.1))
        lobes = [
            (x, r.uniform(-30, 34) - abs(x) * 0.1, r.uniform(56, 84))
            for x in (-190, -95, 0, 95, 190)
        ]
        nature.foliage(c, lobes, _CANOPY, r, leaf=24, density=1.1)

    def under(self, c: Canvas, w: int, r: Stream) -> None:
        for x in parts.along(26.0, w - 20, r, 16, 44):
            reach = r.uniform(70, 128) if r.chance(0.4) else r.uniform(50, 80)
            line = swaying(r, x, 34, reach + 20, 12)
            c.fill(stroke(line, r.uniform(5, 9), 1.4), BARK, "tube", shift=0.05, outline=INK)
            if r.chance(0.3):
                c.fill(disc(*line[-1], 4), GLOW, "flat")

    def hanging(self, c: Canvas, kind: str, w: int, h: int, r: Stream) -> None:
        if kind == "lamp":  # a flower that shines, on a vine
            c.fill(stroke(swaying(r, 0, 40, 80, 4), 3.5), VINE, "flat", outline=INK)
            parts.glow(c, 0, 108, 52, GLOW, 0.5)
            bell = polygon([(-8, 80), (-22, 126), (0, 120), (22, 126), (8, 80)], 3)
            c.fill(bell, ramp("#1f9aa8", "#5fe0d8", "#d8fff2"), "ball", outline=INK)
            return
        for k in sorted(range(-4, 5), key=lambda k: -abs(k)):  # a fern that hangs
            tip = (k * w * 0.105, 40 + h * (1.1 - 0.045 * k * k) * r.uniform(0.85, 1.1))
            path = curve((k * 4, 36), (k * w * 0.1, 50), tip, 9)
            for i, (x, y) in enumerate(path[1:]):
                q = w * 0.07 * (1 - i / 11)
                shift = 0.4 - 0.05 * abs(k) - 0.03 * i
                c.fill(
                    ellipse(x, y, q, q * 0.8), LEAVES, "ball", gain=0.35, shift=shift, outline=DIM
                )
            c.fill(stroke(path, 2.6, 1.4), MOSS, "flat", shift=0.3)

    def soil(self, c: Canvas, deep: bool) -> None:
        """Roots that are wound into each other, dark between them."""
        tones = (
            ramp("#100a14", "#24151c", "#4a2c2c", "#70483a")
            if not deep
            else ramp("#0a0610", "#170e18", "#2c1a20", "#44292a")
        )
        c.fill(
            parts.SOIL,
            tones,
            "flat",
            shift=-0.4,
            texture=lambda x, y: 0.2 * (noise(x, y, 30, 5, (720, 720)) - 0.5),
        )
        r, dark = Stream("root soil"), ramp("#0a0610")
        for layer in range(3):
            half = 13 + 6 * layer
            for k in range(7):
                x, a, b = 720 * (k + r.uniform(0, 0.7)) / 7, r.uniform(0, 6.28), r.uniform(0, 6.28)
                far, near = r.uniform(40, 130 - 30 * layer), r.uniform(8, 24)

                def swing(y, far=far, near=near, a=a, b=b):
                    turn = 2 * np.pi * y / 720
                    return far * np.sin(turn + a) + near * np.sin(3 * turn + b)

                root, shift = winding(half, swing, far + near, x), -0.3 + 0.2 * layer
                c.fill(root, tones, "bevel", width=half, gain=0.5, shift=shift, outline=dark)
