"""The highland in a bold structure: natural arches of rock, and balloons in its sky."""

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import cut, ellipse, polygon, wobble
from data_pipeline.worlds.themes.base import Peaks
from data_pipeline.worlds.themes.bold.base import Bold
from data_pipeline.worlds.themes.bold.limbs import balloon
from data_pipeline.worlds.themes.highland import INK, WOOD, Highland, ledges

_ROCK = ramp("#b0704c", "#cc8c5c", "#e8b47c", "#fadca8")
_AIR = ramp("#dfe8cc")
_CLOTHS = (
    ramp("#b8301c", "#e86038", "#ffb060", "#ffe8b0"),
    ramp("#0c6a78", "#2ca4a8", "#a0e4d8", "#f4fff8"),
    ramp("#a8701c", "#e0a830", "#fff0a0", "#fffbe0"),
    ramp("#7c2858", "#b84c84", "#f0a8c0", "#ffe8f0"),
)


class BoldHighland(Bold, Highland):
    """The wide land: nothing of the ruins hangs over it."""

    floats = (330, 760)

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        super().backdrop(c, depth, w, h, peaks, r)
        if depth == 1:
            arches = Stream("arches of rock", peaks.seed)
            for k in range(2):
                x = w * (0.18 + 0.5 * k) + arches.uniform(-120, 120)
                self._arch(c, x, arches.uniform(150, 210), arches.uniform(300, 390), arches)

    def _arch(self, c: Canvas, x: float, half: float, top: float, r: Stream) -> None:
        rim = [
            (-1.15, 0.0),
            (-1.0, 0.7),
            (-0.8, 0.96),
            (-0.2, 1.0),
            (0.4, 0.93),
            (0.85, 0.98),
            (1.0, 0.6),
            (1.2, 0.0),
        ]
        body = polygon([(x + half * k, -top * q + 30) for k, q in rim])
        hole = ellipse(x + half * r.uniform(-0.12, 0.12), -top * 0.3, half * 0.56, top * 0.44)
        rock = wobble(cut(body, hole), 9, 34, r.integer(0, 999))
        c.fill(rock, _ROCK, "bevel", width=44, gain=0.6, texture=ledges(30, 0.55))

    def afloat(self, c: Canvas, size: int, r: Stream) -> None:
        balloon(c, r.choice(_CLOTHS), INK, WOOD, _AIR, r)
