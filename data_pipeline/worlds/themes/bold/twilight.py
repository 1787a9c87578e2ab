"""The ruins in a bold structure: a hall of columns under broken vaults, with hanging lanterns."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    arch,
    box,
    cut,
    disc,
    ellipse,
    polygon,
    stroke,
    taper,
    triangle,
    wobble,
)
from data_pipeline.worlds.themes import nature, parts
from data_pipeline.worlds.themes.base import Peaks
from data_pipeline.worlds.themes.bold.base import LENGTH, Bold
from data_pipeline.worlds.themes.bold.limbs import down_the_strip, swaying
from data_pipeline.worlds.themes.twilight import (
    BLOOM,
    CRYSTAL,
    CYAN,
    DEEP,
    GRASS,
    INK,
    IRON,
    MARBLE,
    STONE,
    Twilight,
    flutes,
)

_HALLS = (
    ramp("#7c3c84", "#9c4c88", "#cc7090", "#f0a094"),
    ramp("#44286c", "#5c3478", "#86488a", "#c07094"),
)
_VAULT = ramp("#140d2c", "#241a4a", "#3f2f6c", "#6a5294")
_CHAINS = (IRON, ramp("#38205c", "#5c3878", "#9c6090"), ramp("#1c1440", "#3c2a64", "#785490"))
_VEILS = (BLOOM, ramp("#5c2878", "#8c3c8c", "#c8649c"), ramp("#4a1868", "#8a2c90", "#d45cac"))


class BoldTwilight(Bold, Twilight):
    """In a ruined hall, open to the dusk: a column for every tree, islands that hang for clouds."""

    columns = {0: 240, 1: 480}
    pendants = {1: (360, 820), 2: (640, 1300)}
    ceilings = (470, 470)
    stems = ("tree",)
    hung = ("bush", "lamp")
    has_unders = True
    has_tethers = True
    grown = {"mushroom": 1.4}

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth != 0:
            super().backdrop(c, depth, w, h, peaks, r)
            return
        for x, top in peaks.spots[::2]:  # broken walls with tall windows
            half, rise = r.uniform(100, 180), top * r.uniform(0.55, 0.8)
            rim = ((-1, 0.9), (-0.6, 1), (-0.2, 0.84), (0.3, 0.95), (0.7, 0.7), (1, 0.78))
            wall = polygon([(x - half, 40), *parts.profile(x, half, rise, rim), (x + half, 40)])
            windows = [
                arch(x + k * half * 0.62, half * 0.2, -rise * 0.5, -rise * 0.12) for k in (-1, 0, 1)
            ]
            stones = parts.masonry(40, 24, 0.25)
            c.fill(cut(wall, *windows), _HALLS[0], "bevel", width=14, gain=0.4, texture=stones)
        nature.hills(c, w, 0, peaks, _HALLS[0], width=60, gain=0.4)

    def column(self, c: Canvas, depth: int, r: Stream) -> None:
        half = (r.uniform(34, 52), r.uniform(70, 96))[depth]
        shaft = box(-half, -LENGTH, half, 2 * LENGTH)
        c.fill(shaft, _HALLS[depth], "tube", gain=0.55, shift=-0.06, texture=flutes(half * 0.32))
        for k, y in enumerate(range(60, LENGTH, 240)):  # drums, with a ring at every other joint
            c.fill(box(-half, y, half, y + 3), _HALLS[depth], "flat", shift=-0.42, alpha=0.8)
            if k % 2:
                c.fill(
                    box(-half * 1.18, y - 13, half * 1.18, y + 13, 7),
                    _HALLS[depth],
                    "tube",
                    gain=0.55,
                )
        for at in down_the_strip(r, 150, 420):  # broken edges
            side, q = r.choice((-1, 1)), half * r.uniform(0.25, 0.45)
            notch = wobble(ellipse(side * half, at, q, q * 1.2), 5, 14, r.integer(0, 999))
            c.fill(notch, _HALLS[depth], "flat", shift=-0.34, atop=True)
        if depth == 1:
            self._ivy(c, r, half, _VEILS[1])

    def _ivy(self, c: Canvas, r: Stream, half: float, tones: np.ndarray) -> None:
        """Blossom that winds around a column."""
        a, leaf = r.uniform(0, 6.28), tones * np.float32(0.55)
        for y in range(0, LENGTH, 8):
            at = 4 * np.pi * y / LENGTH + a
            if np.cos(at) > -0.2:
                x, lit = half * 1.04 * np.sin(at) + r.uniform(-17, 17), 0.2 * np.cos(at) - 0.1
                if r.chance(0.45):
                    c.fill(ellipse(x, y, 11, 7), leaf, "ball", gain=0.4, shift=lit)
                else:
                    q, up = r.uniform(4, 10), r.uniform(-9, 9)
                    c.fill(disc(x, y + up, q), tones, "ball", gain=0.45, shift=lit + 0.1)

    def stem(self, c: Canvas, size: int, r: Stream) -> None:
        half = (40, 54, 68)[size]
        shaft = box(-half, -LENGTH, half, 2 * LENGTH)
        c.fill(
            shaft, MARBLE, "tube", gain=0.6, shift=-0.08, texture=flutes(half * 0.3), outline=INK
        )
        for y in range(90, LENGTH, 320):
            ring = box(-half * 1.14, y - 12, half * 1.14, y + 12, 6)
            c.fill(ring, STONE, "tube", gain=0.6, outline=INK)
        for at in down_the_strip(r, 200, 420):
            line = [(half * r.uniform(-0.7, 0.7), at + 16 * i) for i in range(4)]
            c.fill(stroke(line, 2.6, 0.8), INK, "flat", alpha=0.6, atop=True)
        self._ivy(c, r, half, BLOOM)

    def foot(self, c: Canvas, size: int, w: int, h: int, r: Stream) -> None:
        half = (40, 54, 68)[size]
        for k, (wide, y0, y1) in enumerate(((1.2, -58, -38), (1.42, -40, -16), (1.66, -18, 12))):
            c.fill(
                box(-half * wide, y0, half * wide, y1, 5 - k),
                MARBLE,
                "down",
                gain=0.45,
                outline=INK,
            )
        nature.tufts(c, -half * 1.7, -half * 0.8, GRASS, r, step=7, up=24, down=8)

    def cord(self, c: Canvas, depth: int, r: Stream) -> None:
        for y in range(0, LENGTH, 24):  # a chain
            q = 1 + 0.2 * depth
            link = cut(ellipse(0, y, 6 * q, 11), ellipse(0, y, 2.4 * q, 6))
            c.fill(link, _CHAINS[depth], "bevel", width=4)
            c.fill(box(-2 * q, y + 6, 2 * q, y + 19, 2), _CHAINS[depth], "tube")

    def pendant(self, c: Canvas, depth: int, r: Stream) -> None:
        """A lantern with a blue light."""
        tones = _CHAINS[depth]
        parts.glow(c, 0, 50, 92, CYAN, 0.4)
        c.fill(triangle(0, 26, 22, -6, 3), tones, "bevel", width=8)
        c.fill(taper(0, (14, 82), (22, 24), 2), CYAN, "ball", gain=0.35, shift=0.1)
        for k in (-1, 0, 1):
            c.fill(stroke([(k * 20, 24), (k * 13, 82)], 2.4), tones, "flat", shift=-0.2)
        c.fill(triangle(0, 17, 80, 104, 2), tones, "bevel", width=8)

    def ceiling(self, c: Canvas, r: Stream) -> None:
        """The spandrel between two vaults; at equal distances they make a row of arches."""
        low, line = 215, ramp("#3a0c4c")
        vaults = [ellipse(237 * k, low + 20, 205, 202) for k in (-1, 1)]
        stones = parts.masonry(56, 28, 0.5)
        stone = cut(box(-240, -60, 240, low), *vaults)
        c.fill(stone, _VAULT, "bevel", width=22, gain=0.5, texture=stones)
        for vault, side in zip(vaults, (-1, 1), strict=True):  # a rib along each
            middle = 237 * side
            outer = middle + 300 * side
            beside = box(min(middle, outer), -99, max(middle, outer), 400)
            rim = cut(
                ellipse(middle, low + 20, 213, 210), vault, beside, box(-300, low - 4, 300, 500)
            )
            c.fill(rim, MARBLE, "bevel", width=8, gain=0.6, shift=-0.12)
        c.fill(taper(0, (20, low + 14), (38, low - 22), 4), STONE, "tube", gain=0.5, outline=INK)
        if r.chance(0.75):
            parts.glow(c, 0, low + 24, 34, CYAN, 0.5)
            gem = polygon([(-11, low + 10), (0, low + 44), (11, low + 10)], 2)
            c.fill(gem, CRYSTAL, "bevel", width=9, outline=INK)
        for _ in range(r.integer(0, 4)):  # blossom that hangs from a rib
            side, u = r.choice((-1, 1)), r.uniform(0.2, 0.85)
            for k in range(r.integer(2, 5)):
                share = min(0.97, u + 0.07 * k)
                x = side * (237 - 209 * share)
                y0 = low + 20 - 206 * float(np.sqrt(1 - share * share))
                veil = stroke(swaying(r, x, y0, y0 + r.uniform(36, 90), 7), 7, 2)
                c.fill(veil, BLOOM, "down", gain=0.5, shift=-0.1, outline=line)

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """An island of rock that hangs in the air, lit from below."""
        rim = [
            (-w * 0.46, -h * 0.6),
            (-w * 0.3, -h * 0.2),
            (-w * 0.1, 0),
            (w * 0.08, -h * 0.08),
            (w * 0.3, -h * 0.3),
            (w * 0.46, -h * 0.62),
        ]
        top = [(w * 0.2, -h * 0.74), (-w * 0.1, -h * 0.7), (-w * 0.3, -h * 0.74)]
        dusk = ramp("#f08078", "#a04c84", "#5c3478", "#40286c", "#382464")
        rock = wobble(polygon([*rim, *top], 4), 5, 24, r.integer(0, 999))
        c.fill(rock, dusk, "down", gain=0.6, grain=0.2, cell=18)
        c.fill(
            box(-w * 0.46, -h * 0.76, w * 0.46, -h * 0.62, 6),
            _VEILS[1],
            "down",
            gain=0.5,
            shift=0.1,
        )
        for k in range(3):
            x, half = w * (-0.26 + 0.26 * k + r.uniform(-0.06, 0.06)), w * 0.035
            c.fill(
                box(x - half, -h * r.uniform(0.86, 1.0), x + half, -h * 0.7, 2), _HALLS[1], "tube"
            )

    def under(self, c: Canvas, w: int, r: Stream) -> None:
        """The rock that the piece of ruin carries along, and crystals in it."""
        count = max(1, w // 150)
        for k in range(count):
            x, half = w * (k + 0.5) / count, 0.5 * w / count
            x0, x1 = max(14, x - half * 1.1), min(w - 14, x + half * 1.1)
            low = r.uniform(104, 140)
            for i in (-1, 1):
                tip = x + i * half * r.uniform(0.35, 0.6)
                shard = polygon([(tip - 11, 60), (tip + i * 12, low * 0.92), (tip + 11, 60)], 1)
                c.fill(shard, CRYSTAL, "bevel", width=9, gain=0.7, outline=INK)
            rock = polygon(
                [
                    (x0, 34),
                    (x0 + half * 0.4, 66),
                    (x - 8, low),
                    (x + 10, low - 4),
                    (x1 - half * 0.3, 70),
                    (x1, 34),
                ],
                3,
            )
            c.fill(
                wobble(rock, 5, 22, r.integer(0, 999)),
                DEEP,
                "bevel",
                width=24,
                gain=0.6,
                shift=0.22,
                grain=0.2,
                cell=14,
                outline=INK,
            )

    def hanging(self, c: Canvas, kind: str, w: int, h: int, r: Stream) -> None:
        if kind == "lamp":
            for y in range(40, 92, 18):
                c.fill(
                    cut(ellipse(0, y, 5, 10), ellipse(0, y, 2, 5.5)),
                    IRON,
                    "bevel",
                    width=4,
                    outline=INK,
                )
            parts.glow(c, 0, 116, 52, CYAN, 0.6)
            gem = polygon([(0, 88), (-15, 112), (0, 146), (15, 112)], 1)
            c.fill(gem, CRYSTAL, "bevel", width=14, gain=0.7, outline=INK)
            return
        for k in sorted(range(-4, 5), key=lambda k: -abs(k)):
            reach = h * r.uniform(0.9, 1.2) * (1 - 0.03 * k * k)
            line = swaying(r, k * w * 0.095, 40, 44 + reach, 8)
            veil = wobble(stroke(line, w * 0.07, w * 0.022), 3, 9, k + 50)
            c.fill(
                veil,
                BLOOM,
                "down",
                gain=0.5,
                shift=0.1 - 0.04 * abs(k),
                grain=0.3,
                cell=9,
                outline=ramp("#3a0c4c"),
            )
