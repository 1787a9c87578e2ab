"""The snow mountain in a bold structure: northern lights, a castle of ice, geese."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import arch, box, ellipse, polygon, stroke, triangle
from data_pipeline.worlds.themes import parts
from data_pipeline.worlds.themes.base import Peaks
from data_pipeline.worlds.themes.bold.base import Bold
from data_pipeline.worlds.themes.bold.limbs import balloon
from data_pipeline.worlds.themes.snowpeak import INK, LOG, SNOW, WARM, Snowpeak

_CLOTHS = (
    ramp("#9c1c2c", "#d83c48", "#f8b0b0", "#ffffff"),
    ramp("#2c4890", "#5c80cc", "#c0d8f8", "#ffffff"),
)
_AIR = ramp("#b4d0ee")
_ICE = ramp("#8cb4de", "#b8d8f0", "#e4f6fd", "#ffffff")


class BoldSnowpeak(Bold, Snowpeak):
    """The cold open air: lights over a castle that the reef hasn't."""

    floats = (520, 1000)

    def air(self, c: Canvas, r: Stream) -> None:
        """Curtains of light, behind the snow in the air."""
        for colour, top, force in (
            ("#7cf0c8", 120, 0.55),
            ("#b890f4", 330, 0.42),
            ("#7cf0c8", 1020, 0.55),
            ("#90c8ff", 1230, 0.42),
        ):
            a, b = r.uniform(0, 6.28), r.uniform(0, 6.28)

            def curtain(x, y, top=top, force=force, a=a, b=b):
                t = 2 * np.pi * x / 1200
                edge = top + 60 * np.sin(t + a) + 34 * np.sin(2 * t + b)
                below = ((y - edge + 900) % 1800) - 900  # the tile wraps
                fade = np.where(
                    below > 0, np.clip(1 - below / 44, 0, 1), np.clip(1 + below / 240, 0, 1)
                )
                rays = 0.72 + 0.28 * np.sin(14 * t + 3 * np.sin(3 * t + a))
                return force * fade * fade * rays

            c.glaze(colour, curtain)
        super().air(c, r)

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        super().backdrop(c, depth, w, h, peaks, r)
        if depth == 1:
            castles = Stream("castles", peaks.seed)
            self._castle(c, w * castles.uniform(0.1, 0.3), castles)
            self._castle(c, w * castles.uniform(0.6, 0.8), castles)

    def _castle(self, c: Canvas, x: float, r: Stream) -> None:
        spires = [(-96, 270, 24), (92, 290, 26), (-52, 330, 30), (50, 312, 28), (0, 392, 38)]
        for dx, rise, half in spires:
            top = rise * r.uniform(0.94, 1.04)
            eave = -top * 0.74
            c.fill(
                box(x + dx - half * 0.8, eave, x + dx + half * 0.8, -80), _ICE, "tube", gain=0.55
            )
            c.fill(
                triangle(x + dx, half * 1.1, eave + 4, -top, 1), _ICE, "ball", gain=0.5, shift=-0.12
            )
            c.fill(ellipse(x + dx, eave + 3, half * 1.15, 7), SNOW, "down", shift=0.2)
            for k in range(2):
                y = eave + 34 + 44 * k
                c.fill(arch(x + dx, 5, y, y + 15), WARM, "flat", alpha=0.85)
        stones = parts.masonry(34, 20, 0.3)
        wall = box(x - 112, -190, x + 112, -70)
        c.fill(wall, _ICE, "down", gain=0.5, shift=-0.1, texture=stones)
        for k in range(8):
            c.fill(box(x - 112 + 28 * k, -202, x - 96 + 28 * k, -186), _ICE, "flat", shift=0.3)
        c.fill(arch(x, 17, -128, -70), _ICE, "flat", shift=-0.4)
        for k in (-1, 0, 1):
            drift = ellipse(x + 90 * k, -62, 84, 26)
            c.fill(drift, ramp("#9db9de", "#c3d6ee", "#e6f0fa"), "down", gain=0.4)

    def afloat(self, c: Canvas, size: int, r: Stream) -> None:
        """Geese in a wedge, or a balloon in red and white."""
        if r.chance(0.5):
            way, tones = r.choice((-1, 1)), ramp("#4a5878", "#8c9ab8", "#f0f4fc")
            for k in range(-4, 5):
                x, y = way * -34 * abs(k), 30 * k * (0.55 if k < 0 else 0.75)
                up = r.choice((-1, 1))
                c.fill(ellipse(x, y, 17, 5), tones, "down", gain=0.6)
                c.fill(
                    stroke([(x + way * 12, y), (x + way * 27, y - 5)], 2.6),
                    tones,
                    "flat",
                    shift=-0.3,
                )
                wing = polygon([(x + way * 6, y), (x - way * 9, y), (x - way * 12, y - up * 23)], 1)
                c.fill(wing, tones, "flat", shift=-0.15)
            return
        balloon(c, r.choice(_CLOTHS), INK, LOG, _AIR, r)
