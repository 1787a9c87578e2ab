"""What every theme must draw, and the parts of the drawing that all themes share.

Not here: any colour of a theme; those are in one file per theme. Where things stand: `layout.py`.
"""

from typing import NamedTuple

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import Shape, below, disc, polygon, union, wobble
from data_pipeline.worlds.textures import hash01


class Peaks(NamedTuple):
    """Where things stand out of a backdrop layer: `spots` [(x, height)], and the layer's seed."""

    spots: list[tuple[float, float]]
    seed: int

    @classmethod
    def of(cls, depth: int, variant: int, w: int, h: int) -> "Peaks":
        """The peaks of a layer; a matter of layout, so no theme is asked."""
        r, count = Stream("peaks", depth, variant), (8, 14, 24)[depth]
        low, high = ((0.52, 0.95), (0.42, 0.82), (0.45, 0.85))[depth]
        spots = [
            ((k + r.uniform(0, 0.8)) * w / count, h * r.uniform(low, high)) for k in range(count)
        ]
        return cls(sorted(spots, key=lambda spot: -spot[1]), variant)


class Theme:
    """A style. Each method paints one element on a canvas; (0, 0) is the middle of its base.

    Methods get the canvas, the element's width and height where it has one, and a `Stream` seeded
    by kind, size and variant: the same individual looks the same wherever it stands. Elements fill
    about the same box in every theme, whatever their shape.

    Attributes:
        light: direction to the light, (x, y), y downwards.
        sky: ramp colours from the top of the sky to the horizon.
        depths: colours at the foot of the far, middle and near backdrop; also the haze there.
    """

    light = (-0.6, -0.8)
    sky: tuple[str, ...]
    depths: tuple[str, str, str]

    # Tiles; wrap is set by the renderer.
    def air(self, c: Canvas, r: Stream) -> None:
        """Faint shapes in the sky, 1200x1800, transparent, wraps both ways. Default: none."""

    def sun(self, c: Canvas, r: Stream) -> None:
        """Sun, moon or glow, 480x480 around (0, 0). Default: none."""

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        """Layer 0 (far), 1 or 2 (near): w wide, wraps; its foot at y = 0, up to y = -h.

        What stands out of the layer stands at `peaks.spots`: (x, height), the same in all themes.
        """
        raise NotImplementedError

    def soil(self, c: Canvas, deep: bool) -> None:
        """Inside of the ground, 720x720, wraps both ways, opaque; `deep`: far below the surface."""
        raise NotImplementedError

    def cap(self, c: Canvas, x0: float, x1: float, r: Stream) -> None:
        """Surface of ground and platforms along y = 0 (30 above to 60 below): grass, moss, snow."""
        raise NotImplementedError

    def platform(self, c: Canvas, w: int, r: Stream) -> None:
        """A floating platform from x = 0 to w, its surface at y = 0, down to about y = 64."""
        raise NotImplementedError

    def wall(self, c: Canvas) -> None:
        """Edge of a step, 24 wide (air on the left of x = 0) and 240 high, wraps vertically."""
        raise NotImplementedError

    def ladder(self, c: Canvas) -> None:
        """48 wide around x = 0, 240 high, wraps vertically."""
        raise NotImplementedError

    def rope(self, c: Canvas) -> None:
        """24 wide around x = 0, 240 high, wraps vertically."""
        raise NotImplementedError

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        raise NotImplementedError

    def tree(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        raise NotImplementedError

    def house(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        raise NotImplementedError

    def bush(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        raise NotImplementedError

    def rock(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        raise NotImplementedError

    def lamp(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        raise NotImplementedError

    def fence(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        raise NotImplementedError

    def mushroom(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        raise NotImplementedError


def foliage(
    c: Canvas, lobes, tones: np.ndarray, r: Stream, *, leaf=16.0, density=1.0, line=True, rough=0.22
) -> None:
    """A crown of leaf clumps: a dark mass, then clumps from the shadow side to the light.

    Args:
        lobes: list of (x, y, radius), which together make the crown.
        tones: ramp, dark to light.
        leaf: size of a clump in units; `density` how closely they cover the crown.
        line: whether the mass has an outline.
        rough: how uneven the rim of the mass is, as a share of `leaf`.
    """
    seed = r.integer(0, 1 << 16)
    mass = wobble(union(*(disc(*lobe) for lobe in lobes), blend=leaf), leaf * rough * 2, leaf, seed)
    c.fill(mass, tones, "ball", gain=0.25, shift=-0.3, outline=tones if line else None)
    lx, ly = c.light
    reach = max(np.hypot(x, y) + rad for x, y, rad in lobes)
    mx, my = (sum(lobe[k] for lobe in lobes) / len(lobes) for k in (0, 1))
    clumps = []
    for x, y, rad in lobes:
        for _ in range(max(3, int(density * 1.3 * (rad / leaf) ** 2))):
            angle, dist = r.uniform(0, 6.2832), rad * 0.97 * r.uniform() ** 0.5
            px, py = x + dist * np.cos(angle), y + dist * np.sin(angle)
            clumps.append((((px - mx) * lx + (py - my) * ly) / reach, px, py, r.uniform(0.7, 1.25)))
    for lit, px, py, size in sorted(clumps):
        rad = leaf * size * 0.72
        blob = wobble(disc(px, py, rad), rad * 0.3, rad * 0.8, seed + int(px * 7 + py))
        c.fill(blob, tones, "ball", gain=0.22, shift=-0.12 + 0.62 * lit, atop=True)


#: Per backdrop layer: mean height and amplitude of its ridge, and its numbers of bumps.
_RIDGES = (((92, 36), (3, 5, 8)), ((124, 48), (2, 5, 7)), ((84, 27), (3, 5, 8)))


def hills(
    c: Canvas, w: int, depth: int, peaks: Peaks, tones, *, back: bool = False, **paint
) -> None:
    """The ridge of a backdrop layer, over its whole width; the same line in all themes.

    Args:
        back: the second ridge of the layer, behind the first and about twice as high.
    """
    (mean, swing), waves = _RIDGES[depth]
    mean, swing = (mean * 1.95, swing * 1.9) if back else (mean, swing)
    r = Stream("ridge", depth, peaks.seed, back)
    parts = [
        (k, r.uniform(0, 6.2832), r.uniform(0.6, 1.0) / (1 + 0.6 * i)) for i, k in enumerate(waves)
    ]
    norm = sum(p[2] for p in parts)

    def line(x):
        swell = sum(a * np.sin(2 * np.pi * k * x / w + f) for k, f, a in parts)
        return -mean - swing / norm * swell

    c.fill(below(line, 0, w, -mean - swing, 400), tones, **paint)


def tufts(c: Canvas, x0, x1, tones, r: Stream, *, step=9.0, up=14.0, down=16.0, lean=5.0) -> None:
    """Blades along y = 0, a darker row that hangs down and a lighter row that stands up."""
    for row, (a, b) in enumerate(((0.0, down), (0.0, -up))):
        x = x0
        while x < x1 - 1e-6:
            reach = b * r.uniform(0.45, 1.0)
            half = step * r.uniform(0.55, 0.9)
            tip = x + lean * r.uniform(-1, 1)
            blade = polygon(
                [(x - half, a - 2), (tip, reach), (x + half, a - 2)]
                if row == 0
                else [(x - half, a + 4), (tip, reach), (x + half, a + 4)]
            )
            c.fill(blade, tones, "down", gain=0.25, shift=-0.15 if row == 0 else r.uniform(0, 0.3))
            x += step


def pick(seed: int, i: int) -> float:
    """A float in [0, 1) for the i-th detail of an individual."""
    return float(hash01(np.array([i]), np.array([0]), seed)[0])


__all__ = [
    "Canvas",
    "Peaks",
    "Shape",
    "Stream",
    "Theme",
    "foliage",
    "hills",
    "pick",
    "ramp",
    "tufts",
]
