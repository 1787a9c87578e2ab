"""The island of sweets in a bold structure: rainbows, big wheels, and balloons in its sky."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import disc, ellipse, ring, stroke, triangle
from data_pipeline.worlds.themes.base import Peaks
from data_pipeline.worlds.themes.bold.base import Bold
from data_pipeline.worlds.themes.bold.limbs import hazed, swaying
from data_pipeline.worlds.themes.candy import LILAC, Candy
from data_pipeline.worlds.themes.sweets import CREAM, GUMDROPS, LOLLIPOPS, WHITE

_BANDS = ("#ffa4c0", "#ffcf98", "#fff2a4", "#b0ecc8", "#a8d0ff", "#d4b8ff")
_AIR = ramp("#dcdcfc")
_LINE = ramp("#b074a0")
_BALLOONS = (
    ramp("#e04888", "#ff88b4", "#ffd8e8"),
    ramp("#3cb498", "#88e8cc", "#e4fff6"),
    ramp("#e8a030", "#ffd470", "#fff6d0"),
    ramp("#7c60dc", "#b09cf8", "#ece6ff"),
    ramp("#3c94e0", "#84c4fc", "#dcf0ff"),
)


class BoldCandy(Bold, Candy):
    """The fair on the island: its rainbows and wheels stand where the clock is closed."""

    floats = (300, 720)
    grown = {"bush": 1.5, "lamp": 1.4, "tree": 1.2}

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth == 0:
            bows = Stream("rainbows", peaks.seed)
            for k in range(2):
                x = w * (0.2 + 0.5 * k) + bows.uniform(-160, 160)
                self._rainbow(c, x, bows.uniform(390, 520))
        super().backdrop(c, depth, w, h, peaks, r)
        if depth == 1:
            wheels = Stream("big wheels", peaks.seed)
            for k in range(2):
                self._wheel(c, w * (0.14 + 0.5 * k) + wheels.uniform(-110, 110), wheels)

    def _rainbow(self, c: Canvas, x: float, q: float) -> None:
        for k, colour in enumerate(_BANDS):
            band = ring(x, -20, q - 19 * k, q - 19 * (k + 1) - 0.5)
            c.fill(band, ramp(colour), "flat", alpha=0.8)

    def _wheel(self, c: Canvas, x: float, r: Stream) -> None:
        q, turn = r.uniform(128, 150), r.uniform(0, 0.6)
        y, tones = -q - 116, ramp("#e488b8", "#f4b0d4", "#ffe0f0")
        for k in (-1, 1):
            c.fill(stroke([(x, y), (x + k * q * 0.6, 0)], 7), CREAM, "tube")
        for k in range(10):
            a = turn + k * np.pi / 5
            c.fill(stroke([(x, y), (x + q * np.cos(a), y + q * np.sin(a))], 2.6), tones, "flat")
        for reach in (1.0, 0.62):
            c.fill(ring(x, y, q * reach, q * reach - 8), tones, "bevel", width=4)
        c.fill(disc(x, y, 17), LOLLIPOPS[k % 4], "ball")
        for k in range(10):
            a, cabin = turn + k * np.pi / 5, GUMDROPS[k % 3]
            u, v = x + q * np.cos(a), y + q * np.sin(a)
            c.fill(ellipse(u, v + 12, 17, 15), cabin, "ball", gain=0.5, shift=-0.1)
            c.fill(ellipse(u, v + 4, 18, 6), WHITE, "flat", alpha=0.85)

    def afloat(self, c: Canvas, size: int, r: Stream) -> None:
        """A bunch of balloons."""
        spots = [(-58, -52), (58, -58), (0, -92), (-30, -118), (34, -124), (-2, -40)]
        count, first = r.integer(3, 7), r.integer(0, 5)
        for x, y in spots[:count]:
            c.fill(stroke([(x, y + 40), (x * 0.2, 66), (0, 120)], 1.5), _LINE, "flat", alpha=0.8)
        for k, (x, y) in enumerate(spots[:count]):
            tones, q = hazed(_BALLOONS[(first + k) % 5], _AIR, 0.25), r.uniform(36, 44)
            c.fill(triangle(x, 6, y + q * 1.28, y + q * 1.08, 1), tones, "flat", outline=_LINE)
            c.fill(ellipse(x, y, q, q * 1.14), tones, "ball", gain=0.55, outline=_LINE)
            c.fill(
                ellipse(x - q * 0.36, y - q * 0.48, q * 0.17, q * 0.26), WHITE, "flat", alpha=0.8
            )
        c.fill(stroke([(-9, 112), (0, 120), (9, 112)], 4), LILAC, "ball", outline=_LINE)
        c.fill(stroke(swaying(r, 0, 120, 180, 10), 1.5), _LINE, "flat", alpha=0.8)
