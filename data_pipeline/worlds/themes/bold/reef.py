"""The reef in a bold structure: a grotto with a ceiling of rock, kelp that spans it, jellyfish."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    Shape,
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
from data_pipeline.worlds.themes import nature, parts
from data_pipeline.worlds.themes.base import Peaks
from data_pipeline.worlds.themes.bold.base import LENGTH, Bold
from data_pipeline.worlds.themes.bold.limbs import down_the_strip, stalk, swaying, winding
from data_pipeline.worlds.themes.reef import (
    ANEMONE,
    CORAL_ROCK,
    CORALS,
    DEEP,
    INK,
    KELP,
    PEARL,
    Reef,
    pores,
)

_ROCKS = (ramp("#1560a2", "#1d74b4", "#3690c4"), ramp("#123f78", "#1b5594", "#3478ae"))
_WEEDS = (
    ramp("#1668a0", "#2484ac"),
    ramp("#0f4a70", "#1c6c80", "#3a9a94"),
    ramp("#0c3a58", "#1a6a6c", "#48a888"),
)
_GROTTO = ramp("#1a0c34", "#331a50", "#542a66", "#843f7c")
_JELLY = (
    ramp("#b868e0", "#e0a0f8", "#fff0ff"),
    ramp("#e878a8", "#ffb0c8", "#fff0f4"),
    ramp("#48b8d8", "#98e8f0", "#f0ffff"),
)
_FISH = (
    ramp("#e08a1c", "#ffc848", "#fff4b0"),
    ramp("#c83c50", "#ff7a78", "#ffd0c0"),
    ramp("#5058d0", "#8c98ff", "#e0e8ff"),
)


def _leaf(x: float, y: float, side: int, long: float, wide: float, droop: float) -> Shape:
    """A leaf of kelp that grows from (x, y) to one side and down."""
    tip = (x + side * long, y + droop)
    upper = curve((x, y), (x + side * long * 0.45, y - wide), tip, 6)
    lower = curve(tip, (x + side * long * 0.45, y + wide * 1.4 + droop * 0.3), (x, y + 4), 6)
    return polygon([*upper, *lower[1:]], 1)


class BoldReef(Bold, Reef):
    """In a grotto under water: no sky, and kelp from the floor to the ceiling for every tree."""

    columns = {0: 400, 1: 260}
    pendants = {1: (420, 900), 2: (620, 1300)}
    ceilings = (230, 330)
    floats = (520, 1050)
    stems = ("tree",)
    hung = ("bush", "lamp")
    has_unders = True
    grown = {"mushroom": 1.4}

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth != 0:
            super().backdrop(c, depth, w, h, peaks, r)
            return
        for x, top in peaks.spots[::2]:  # arches of rock
            half, rise = r.uniform(120, 210), top * r.uniform(0.5, 0.72)
            hole = ellipse(x, 30, half * 0.62, rise * r.uniform(0.66, 0.8))
            arc = wobble(cut(ellipse(x, 40, half, rise + 40), hole), 16, 60, r.integer(0, 999))
            c.fill(arc, _ROCKS[0], "bevel", width=50, gain=0.5, grain=0.14, cell=40)
        nature.hills(c, w, 0, peaks, _ROCKS[0], width=60, gain=0.4)

    def column(self, c: Canvas, depth: int, r: Stream) -> None:
        if depth == 0:  # a pillar of rock
            pillar = wobble(
                stalk(r.uniform(44, 72), 12, r, bulge=0.3),
                10,
                60,
                r.integer(0, 999),
                (None, LENGTH),
            )
            c.fill(pillar, _ROCKS[0], "bevel", width=40, gain=0.5, grain=0.16, cell=40)
            return
        for k in range(r.integer(1, 4)):
            self._kelp(
                c, r, -70 + 70 * k + r.uniform(-15, 15), r.uniform(5, 8), 46, _WEEDS[1], None
            )

    def _kelp(
        self,
        c: Canvas,
        r: Stream,
        x: float,
        half: float,
        long: float,
        tones: np.ndarray,
        line: np.ndarray | None,
    ) -> None:
        a, sway = r.uniform(0, 6.28), half * 2.2

        def swing(y):
            return sway * np.sin(4 * np.pi * y / LENGTH + a)

        def middle(y):
            return x + float(swing(y))

        stem = winding(half, swing, sway, x)
        c.fill(stem, tones, "tube", gain=0.25, shift=-0.1, outline=line)
        side = 1
        for y in down_the_strip(r, long * 0.9, long * 1.25):
            reach = long * r.uniform(0.8, 1.25)
            leaf = _leaf(middle(y), y, side, reach, reach * 0.22, reach * r.uniform(0.1, 0.5))
            c.fill(leaf, tones, "down", gain=0.4, shift=0.08, outline=line)
            if line is not None:
                c.fill(
                    disc(middle(y) + side * half, y, half * 1.1),
                    tones,
                    "ball",
                    shift=0.3,
                    outline=line,
                )
            side = -side

    def stem(self, c: Canvas, size: int, r: Stream) -> None:
        for x, q in ((-0.7, 0.8), (0.6, 0.7), (0, 1.0)):
            wide = (58, 74, 92)[size]
            self._kelp(c, r, x * wide * 0.6, (9, 11, 13)[size] * q, wide * q, KELP, INK)

    def foot(self, c: Canvas, size: int, w: int, h: int, r: Stream) -> None:
        for k in (-2, 2, -1, 1, 0):
            arc = curve((k * 12, -h * 0.16), (k * w * 0.1, -h * 0.08), (k * w * 0.15, 12), 6)
            c.fill(stroke(arc, w * 0.05, w * 0.03), KELP, "tube", shift=-0.15, outline=INK)
        for share in (-0.3, 0.32):
            c.fill(
                ellipse(w * share, 4, w * 0.13, h * 0.06),
                CORAL_ROCK,
                "ball",
                texture=pores(0.6),
                outline=INK,
            )

    def cord(self, c: Canvas, depth: int, r: Stream) -> None:
        tones = _WEEDS[depth] if depth else KELP
        line = winding(3 + depth, lambda y: 6 * np.sin(4 * np.pi * y / LENGTH), 6)
        c.fill(line, tones, "flat")
        for i, y in enumerate(range(0, LENGTH, 60)):
            x = 6 * np.sin(4 * np.pi * y / LENGTH)
            c.fill(_leaf(x, y, 1 if i % 2 else -1, 17, 5, 12), tones, "down", shift=0.1)

    def pendant(self, c: Canvas, depth: int, r: Stream) -> None:
        """A sponge like a bell, with threads."""
        tones = _WEEDS[depth]
        for k in range(-3, 4):
            line = swaying(r, k * 9, 20, r.uniform(80, 135), 9)
            c.fill(stroke(line, 2.6, 1.2), tones, "flat", shift=0.2)
        bell = cut(ellipse(0, 24, 38, 44), box(-60, 34, 60, 90))
        c.fill(wobble(bell, 3, 12, r.integer(0, 99)), tones, "ball", gain=0.5, shift=0.1)
        parts.glow(c, 0, 42, 30, ANEMONE, 0.35)

    def ceiling(self, c: Canvas, r: Stream) -> None:
        lobes = [
            ellipse(x, r.uniform(-50, -10), r.uniform(100, 150), r.uniform(70, 120))
            for x in (-150, 0, 150)
        ]
        fangs = [
            triangle(x, r.uniform(22, 40), 30, r.uniform(110, 215), 5)
            for x in (r.uniform(-170, -60), r.uniform(-30, 60), r.uniform(90, 180))
        ]
        rock = wobble(union(*lobes, *fangs, blend=40), 7, 34, r.integer(0, 999))
        c.fill(
            rock,
            _GROTTO,
            "bevel",
            width=46,
            gain=0.5,
            grain=0.2,
            cell=26,
            texture=pores(0.35),
            outline=INK,
        )
        for _ in range(5):
            x, tones = r.uniform(-170, 170), r.choice(CORALS)
            y = 20 + r.uniform(0, 40)
            for k in (-1, 0, 1):
                tube = stroke([(x, y), (x + k * 13, y + r.uniform(18, 38))], 6, 4.5)
                c.fill(tube, tones, "ball", gain=0.5, shift=-0.15, outline=INK)

    def afloat(self, c: Canvas, size: int, r: Stream) -> None:
        """A jellyfish."""
        tones, q, lean = r.choice(_JELLY), r.uniform(38, 64), r.uniform(-20, 20)
        parts.glow(c, 0, -40, q * 1.6, tones, 0.28)
        for k in range(-3, 4):
            line = swaying(r, k * q * 0.22, -44, q * r.uniform(1.0, 1.7), 16)
            c.fill(stroke(line, 3.2, 1.0), tones, "flat", alpha=0.75)
        for k in (-1, 1):
            line = swaying(r, k * q * 0.2, -40, q * 0.9, 20)
            c.fill(wobble(stroke(line, 9, 3), 3, 12, 5), tones, "down", alpha=0.7)
        dome = cut(
            ellipse(0, -44, q, q * 0.86),
            *(ellipse(k * q * 0.4, -34 + 3 * abs(k), q * 0.21, q * 0.2) for k in (-2, -1, 0, 1, 2)),
            box(-200, -34, 200, 200),
        )
        c.fill(dome, tones, "ball", gain=0.5, alpha=0.86, outline=None)
        for x, y, a in ((-0.4, -0.62, 0.16), (0.05, -0.72, 0.2), (0.42, -0.5, 0.12)):
            parts.glow(
                c, q * x + 0 * lean, -44 + q * y + 10, q * a, ramp("#ffffff"), 0.7, atop=True
            )

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A shoal of fish."""
        tones, way = r.choice(_FISH), r.choice((-1, 1))
        count = w // 16
        for _ in range(count):
            u, v = r.uniform(-1, 1), r.uniform(-1, 1)
            x, y = w * 0.43 * u, -h * 0.5 + h * 0.42 * v * np.sqrt(max(0.05, 1 - u * u))
            q = r.uniform(9, 14)
            tail = polygon(
                [
                    (x - way * q * 0.8, y),
                    (x - way * q * 1.9, y - q * 0.7),
                    (x - way * q * 1.6, y),
                    (x - way * q * 1.9, y + q * 0.7),
                ]
            )
            c.fill(tail, tones, "flat", shift=-0.2, outline=INK)
            c.fill(ellipse(x, y, q * 1.25, q * 0.68), tones, "down", gain=0.5, outline=INK)
            c.fill(disc(x + way * q * 0.7, y - q * 0.1, q * 0.17), INK, "flat")

    def under(self, c: Canvas, w: int, r: Stream) -> None:
        for x in parts.along(24.0, w - 16, r, 30, 62):
            fang = triangle(x, r.uniform(14, 24), 36, r.uniform(86, 132), 4)
            c.fill(
                wobble(fang, 3, 14, int(x)),
                CORAL_ROCK,
                "bevel",
                width=16,
                texture=pores(0.7),
                outline=INK,
            )
        for x in parts.along(34.0, w - 24, r, 40, 110):
            tones = r.choice((*CORALS, ANEMONE))
            for k in (-1, 0, 1):
                line = swaying(r, x + 6 * k, 44, r.uniform(76, 112), 8)
                c.fill(stroke(line, 4.5, 3), tones, "tube", outline=INK)

    def hanging(self, c: Canvas, kind: str, w: int, h: int, r: Stream) -> None:
        if kind == "lamp":
            c.fill(stroke(swaying(r, 0, 40, 88, 5), 3.5), KELP, "flat", outline=INK)
            parts.glow(c, 0, 106, 52, PEARL, 0.6)
            c.fill(disc(0, 106, 17), PEARL, "ball", gain=0.6, outline=INK)
            return
        tones = r.choice((ANEMONE, *CORALS))
        for k in sorted(range(-5, 6), key=lambda k: -abs(k)):
            line = swaying(
                r, k * w * 0.07, 46, 50 + h * r.uniform(0.8, 1.15) * (1 - 0.02 * k * k), w * 0.07
            )
            c.fill(stroke(line, 5.5, 4), tones, "tube", outline=INK)
            c.fill(disc(*line[-1], 6), tones, "ball", shift=0.25, outline=INK)
        c.fill(ellipse(0, 46, w * 0.34, 16), DEEP, "ball", shift=0.2, outline=INK)
