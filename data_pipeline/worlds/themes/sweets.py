"""Lollipops, ice creams and gumdrops of candy."""

from collections.abc import Callable

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import Shape, box, cut, disc, ellipse, polygon, union

WHITE = ramp("#ffffff")
CREAM = ramp("#e0c4c8", "#fbeae6", "#ffffff")
WAFFLE = ramp("#dcb8b0", "#ecd0c0", "#f8e4d4")
ICES = (
    ramp("#d4b8ec", "#e8d4f8", "#f8ecff"),
    ramp("#f0b8d8", "#fad0e6", "#ffeaf4"),
    ramp("#b8d8f0", "#d4eaf8", "#f0faff"),
)
GUMDROPS = (
    ramp("#f09cc0", "#f8c0dc", "#ffe4f0"),
    ramp("#f4c89c", "#fcdcbc", "#fff2e0"),
    ramp("#b8a8ec", "#d0c4f8", "#ece6ff"),
)
FAR_LOLLIPOPS = (
    ramp("#68c8a8", "#9ce4c8", "#d0f8e8"),
    ramp("#ec88b4", "#f8b4d2", "#ffdcec"),
    ramp("#e8c070", "#f8dca0", "#fff2d0"),
)
LOLLIPOPS = (
    ramp("#f04880", "#ff8cb0", "#ffe0ec", "#ffffff"),
    ramp("#38b0a0", "#7ce0c8", "#e0fff4", "#ffffff"),
    ramp("#f0943c", "#ffc46c", "#fff4cc", "#ffffff"),
    ramp("#7c5ce0", "#ac94fc", "#ece4ff", "#ffffff"),
)


def stripes(width: float, tilt: float = 1.0) -> Callable[..., np.ndarray]:
    """Light of a twist of two colours: a function for `Canvas.fill`."""
    return lambda x, y, d: (np.floor((y + tilt * x) / width) % 2) * 0.9


def star(x: float, y: float, q: float) -> Shape:
    """A star with four points, `q` from its middle to a point."""
    points = []
    for k in range(8):
        reach, at = q * (1 if k % 2 else 0.38), k * np.pi / 4
        points.append((x + reach * np.sin(at), y - reach * np.cos(at)))
    return polygon(points)


def lollipop(c: Canvas, y: float, q: float, line: np.ndarray, r: Stream) -> None:
    """The head of a lollipop around (0, y), with a radius of `q`."""
    tones = r.choice(LOLLIPOPS)

    def spiral(u, v, d):
        turn, reach = np.arctan2(v - y, u) / (2 * np.pi), np.hypot(u, v - y)
        return np.clip(0.5 + 2.2 * np.sin(2 * np.pi * (reach / (q * 0.34) + 2 * turn)), 0, 1)

    c.fill(disc(0, y, q), tones, spiral, gain=0.42, outline=line)
    shade = cut(disc(0, y, q), disc(-q * 0.1, y - q * 0.12, q * 0.98))
    c.fill(shade, tones, "flat", shift=-0.5, alpha=0.5, atop=True)
    c.fill(ellipse(-q * 0.42, y - q * 0.5, q * 0.22, q * 0.13), WHITE, "flat", alpha=0.85)


def far_lollipop(c: Canvas, x: float, top: float, r: Stream) -> None:
    """A lollipop of the near backdrop, as high as `top`."""
    q = r.uniform(28, 46)
    y, tones = q - top, r.choice(FAR_LOLLIPOPS)

    def spiral(u, v, d):
        return 0.5 + 0.5 * np.sin(np.hypot(u - x, v - y) / 4 + np.arctan2(v - y, u - x))

    c.fill(box(x - 4, y, x + 4, 20), CREAM, "tube")
    c.fill(disc(x, y, q), tones, spiral, gain=0.35)


def ice_cream(c: Canvas, x: float, top: float, r: Stream) -> None:
    """A scoop in a waffle cone, as high as a mountain of the far backdrop."""
    q, tones = r.uniform(80, 130), r.choice(ICES)

    def waffle(u, v):
        return -0.3 * ((np.abs((u + v) % 40 - 20) < 2.5) | (np.abs((u - v) % 40 - 20) < 2.5))

    y = q * 1.2 - top
    cone = polygon([(x - q * 0.9, y), (x + q * 0.9, y), (x + q * 0.5, 40), (x - q * 0.5, 40)])
    c.fill(cone, WAFFLE, "tube", texture=waffle)
    rim = (disc(x + q * 0.9 * k, q * 1.3 - top, q * 0.3) for k in (-1, -0.35, 0.35, 1))
    c.fill(union(disc(x, q - top, q), *rim, blend=14), tones, "ball", gain=0.5)


def gumdrop(c: Canvas, x: float, top: float, r: Stream) -> None:
    """A sugared gumdrop, as high as a hill of the middle backdrop."""
    half, tones = r.uniform(60, 120), r.choice(GUMDROPS)
    foot = ellipse(x, -40, half * 1.12, 60)
    drop = union(box(x - half, -top, x + half, 60, half * 0.9), foot, blend=20)
    c.fill(drop, tones, "bevel", width=half * 0.8, gain=0.55)
    for _ in range(12):
        at = (x + half * r.uniform(-0.7, 0.7), -top * r.uniform(0.2, 0.9))
        c.fill(disc(*at, 4), WHITE, "flat", alpha=0.7, atop=True)
