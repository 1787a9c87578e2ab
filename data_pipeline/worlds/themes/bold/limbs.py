"""Shapes that several bold styles have: stalks that go on vertically, and what hangs."""

from collections.abc import Callable, Iterator

import numpy as np

from data_pipeline.worlds.canvas import Canvas
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import Shape, box, cut, disc, ellipse, polygon, stroke, union
from data_pipeline.worlds.themes.bold.base import LENGTH


def stalk(half: float, sway: float, r: Stream, x: float = 0.0, bulge: float = 0.12) -> Shape:
    """A trunk or stem around x that goes on vertically and repeats after `LENGTH`.

    Args:
        half: Its mean half-width, in units.
        sway: How far its axis swings out.
        r: Stream of the individual.
        x: Its mean axis.
        bulge: How uneven its width is, as a share of it.
    """
    a, b, e, f = (r.uniform(0, 6.2832) for _ in range(4))

    def distance(u, v):
        t = 2 * np.pi * v / LENGTH
        middle = x + sway * (0.7 * np.sin(t + a) + 0.3 * np.sin(2 * t + b))
        return np.abs(u - middle) - half * (
            1 + bulge * (0.6 * np.sin(t + e) + 0.4 * np.sin(3 * t + f))
        )

    reach = half * (1 + bulge) + sway
    return Shape((x - reach, -LENGTH / 2, x + reach, 1.5 * LENGTH), distance)


def winding(
    half: float, swing: Callable[[np.ndarray], np.ndarray], reach: float, x: float = 0.0
) -> Shape:
    """A line that goes on vertically along x + swing(y); `reach` is the most it swings out.

    One formula instead of a stroke through many points: many times as fast.
    """

    def distance(u, v):
        slope = (swing(v + 1.0) - swing(v - 1.0)) / 2
        return np.abs(u - x - swing(v)) / np.sqrt(1 + slope * slope) - half

    reach += 1.5 * half
    return Shape((x - reach, -LENGTH / 2, x + reach, 1.5 * LENGTH), distance)


def swaying(
    r: Stream, x: float, y0: float, y1: float, sway: float, steps: int = 7
) -> list[tuple[float, float]]:
    """Points of a line that hangs from (x, y0) down to y1, or stands up, and sways."""
    phase = r.uniform(0, 6.2832)
    return [
        (x + sway * np.sin(phase + 0.8 * k) * k / steps, y0 + (y1 - y0) * k / steps)
        for k in range(steps + 1)
    ]


def down_the_strip(r: Stream, low: float, high: float) -> Iterator[float]:
    """Heights along a strip, `low` to `high` apart, also across the seam of the strip."""
    y, first = r.uniform(0, low), None
    first = y
    while y < first + LENGTH - low:
        yield y
        y += r.uniform(low, high)


def hazed(tones: np.ndarray, air: np.ndarray, share: float) -> np.ndarray:
    """A ramp seen through air: `share` of the air's colour in it, in [0, 1]."""
    return (1 - share) * tones + share * air[128]


def balloon(
    c: Canvas,
    cloth: np.ndarray,
    line: np.ndarray,
    basket: np.ndarray,
    air: np.ndarray,
    r: Stream,
) -> None:
    """A hot-air balloon around (0, 0), in stripes; the smaller, the more air before it."""
    q = r.choice((46, 62, 80, 100))
    cloth, line, basket = (hazed(tones, air, 0.55 - 0.004 * q) for tones in (cloth, line, basket))
    y, stripes = -0.45 * q, r.integer(5, 9)

    def gores(u, v, d):  # seams that meet at the poles, as on a sphere
        reach = np.sqrt(np.maximum(0.05, 1 - np.minimum(1, ((v - y) / (1.25 * q)) ** 2)))
        turn = np.arcsin(np.clip(u / (q * reach * 1.05), -1, 1)) / np.pi + 0.5
        return np.clip(0.2 + 0.62 * (np.floor(turn * stripes) % 2) + 0.16 * (0.5 - u / q), 0, 1)

    for k in (-1, 1):
        c.fill(
            stroke([(k * q * 0.3, y + q * 1.1), (k * q * 0.15, y + q * 1.62)], 1.6), line, "flat"
        )
    neck = polygon(
        [
            (-q * 0.72, y + q * 0.62),
            (q * 0.72, y + q * 0.62),
            (q * 0.2, y + q * 1.25),
            (-q * 0.2, y + q * 1.25),
        ],
        2,
    )
    envelope = union(disc(0, y, q), neck, blend=q * 0.2)
    c.fill(envelope, cloth, gores, gain=0.5, outline=line)
    shade = cut(envelope, ellipse(-c.light[0] * -q * 0.25, y - q * 0.1, q * 0.98, q * 1.3))
    c.fill(shade, cloth, "flat", shift=-0.5, alpha=0.35, atop=True)
    c.fill(box(-0.2 * q, y + q * 1.6, 0.2 * q, y + q * 1.9, 5), basket, "tube", outline=line)
    c.fill(
        box(-0.22 * q, y + q * 1.57, 0.22 * q, y + q * 1.66, 3),
        basket,
        "down",
        shift=0.2,
        outline=line,
    )
