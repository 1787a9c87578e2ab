"""The meadow in a bold structure: windmills on its hills and kites in its sky."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import box, disc, ellipse, polygon, stroke, taper, triangle
from data_pipeline.worlds.themes.base import Peaks
from data_pipeline.worlds.themes.bold.base import Bold
from data_pipeline.worlds.themes.bold.limbs import swaying
from data_pipeline.worlds.themes.meadow import Meadow

_WALL = ramp("#c8c4a0", "#ece8cc", "#fffdf0")
_ROOF = ramp("#b06858", "#d88a70", "#f0b090")
_SAIL = ramp("#d8d0b0", "#f4f0dc", "#ffffff")
_KITES = (
    (ramp("#e03c3c", "#ff7058"), ramp("#ffd23e", "#fff08a")),
    (ramp("#2878d8", "#58a8f4"), ramp("#ffffff")),
    (ramp("#8c48c8", "#b880f0"), ramp("#ffb0d8", "#ffe0f0")),
    (ramp("#f08c1c", "#ffb858"), ramp("#48c0a8", "#a0f0dc")),
)


class BoldMeadow(Bold, Meadow):
    """The open land: what it has in its sky and on its hills, the forest has no room for."""

    floats = (420, 900)

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        super().backdrop(c, depth, w, h, peaks, r)
        if depth == 1:
            mills = Stream("windmills", peaks.seed)
            for x in (w * (0.12 + 0.5 * k) + mills.uniform(-90, 90) for k in range(2)):
                self._windmill(c, x, mills.uniform(265, 300), mills)

    def _windmill(self, c: Canvas, x: float, top: float, r: Stream) -> None:
        half, turn = top * 0.13, r.uniform(0, 1.57)
        c.fill(taper(x, (half * 1.3, -80), (half * 0.8, -top)), _WALL, "tube", gain=0.5)
        for k in (0.45, 0.68):
            c.fill(box(x - 5, -top * k - 9, x + 5, -top * k + 9, 4), _ROOF, "flat", shift=-0.3)
        c.fill(triangle(x, half * 1.05, -top + 4, -top * 1.17, 2), _ROOF, "ball", gain=0.5)
        for k in (-1, 0, 1):
            bush = ellipse(x + k * half, -82, half * 0.9, 18)
            c.fill(bush, ramp("#5a9f62", "#7dbd68", "#9fd37a"), "ball")
        y = -top * 0.98
        for k in range(4):
            a = turn + k * np.pi / 2
            ux, uy, q = np.cos(a), np.sin(a), top * 0.44
            c.fill(stroke([(x, y), (x + q * ux, y + q * uy)], 3), _ROOF, "flat", shift=-0.2)
            near, far, wide = 0.25 * q, 0.98 * q, 0.16 * q
            sail = [
                (x + p * ux + o * uy, y + p * uy - o * ux)
                for p, o in ((near, 2), (far, 2), (far, wide), (near, wide))
            ]
            c.fill(polygon(sail), _SAIL, "flat", shift=0.1 if uy < 0 else -0.2)
        c.fill(disc(x, y, 7), _ROOF, "ball")

    def afloat(self, c: Canvas, size: int, r: Stream) -> None:
        """A kite with a tail, or a flock of birds."""
        if r.chance(0.35):
            for _ in range(r.integer(5, 9)):
                x, y, q = r.uniform(-130, 130), r.uniform(-90, 90), r.uniform(13, 22)
                wings = [
                    (x - q, y - q * 0.5),
                    (x - q * 0.4, y - q * 0.45),
                    (x, y),
                    (x + q * 0.4, y - q * 0.45),
                    (x + q, y - q * 0.5),
                ]
                c.fill(stroke(wings, 2.6, 2.0), ramp("#3c5878"), "flat")
            return
        cloth, other = r.choice(_KITES)
        q, lean, line = r.uniform(52, 70), r.uniform(-0.35, 0.35), ramp("#5c3c50")
        tail = [(x - lean * 40, y) for x, y in swaying(r, 0, q * 1.1 - 60, 170, 34, 9)]
        c.fill(stroke(tail, 2.0), line, "flat")
        for k, (x, y) in enumerate(tail[2::2]):
            for side in (-1, 1):
                bow = polygon([(x, y), (x + side * 13, y - 7), (x + side * 13, y + 7)], 1)
                c.fill(bow, (cloth, other)[k % 2], "flat", outline=line)
        tip, foot, mid = (lean * q, -q - 60), (-lean * q, q * 1.2 - 60), -q * 0.25 - 60
        left, right = (-q * 0.78, mid - lean * 16), (q * 0.78, mid + lean * 16)
        c.fill(polygon([tip, right, foot, left], 2), cloth, "ball", gain=0.4, outline=line)
        c.fill(polygon([tip, (0, mid), left]), other, "flat", alpha=0.9, atop=True)
        c.fill(polygon([foot, (0, mid), right]), other, "flat", alpha=0.9, atop=True)
        for end in (tip, left, right, foot):
            c.fill(stroke([(0, mid), end], 1.6), line, "flat")
