"""Silhouettes as signed distances (negative inside), to be combined and painted by `canvas.py`.

A shape is a box that holds it and a function of coordinates; it has no colour and no light.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from data_pipeline.worlds.textures import Period, noise

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # (x0, y0, x1, y1)
Field = Callable[[np.ndarray, np.ndarray], np.ndarray]  # of x (1, n) and y (m, 1)


class Shape(NamedTuple):
    """A silhouette. Units are full-scale pixels; y grows downwards.

    Attributes:
        box: Corners (x0, y0, x1, y1) of a box that holds the shape.
        distance: Function of x (1, n) and y (m, 1): signed distance to the rim, negative inside,
            of a shape that broadcasts to (m, n).
    """

    box: Box
    distance: Field


def disc(x: float, y: float, r: float) -> Shape:
    """A disc of radius `r` around (x, y)."""
    return Shape((x - r, y - r, x + r, y + r), lambda u, v: np.hypot(u - x, v - y) - r)


def ellipse(x: float, y: float, rx: float, ry: float) -> Shape:
    """An upright ellipse. The distance is first-order exact at the rim, as outlines need."""

    def distance(u, v):
        k1 = np.hypot((u - x) / rx, (v - y) / ry)
        k2 = np.hypot((u - x) / (rx * rx), (v - y) / (ry * ry))
        return k1 * (k1 - 1) / np.maximum(k2, 1e-6)

    return Shape((x - rx, y - ry, x + rx, y + ry), distance)


def box(x0: float, y0: float, x1: float, y1: float, r: float = 0.0) -> Shape:
    """A rectangle with corners of radius `r`."""
    cx, cy, hx, hy = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2 - r, (y1 - y0) / 2 - r

    def distance(u, v):
        qx, qy = np.abs(u - cx) - hx, np.abs(v - cy) - hy
        outside = np.hypot(np.maximum(qx, 0), np.maximum(qy, 0))
        return outside + np.minimum(np.maximum(qx, qy), 0) - r

    return Shape((x0, y0, x1, y1), distance)


def square(x: float, y: float, half: float, r: float = 0.0) -> Shape:
    """A square around (x, y) that reaches `half` to each side, with corners of radius `r`."""
    return box(x - half, y - half, x + half, y + half, r)


def polygon(points: Sequence[Point], r: float = 0.0) -> Shape:
    """A filled polygon, either way round, its corners rounded outwards by `r`."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]

    def distance(u, v):
        best, inside = None, False
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
            ex, ey = bx - ax, by - ay
            wx, wy = u - ax, v - ay
            t = np.clip((wx * ex + wy * ey) / max(ex * ex + ey * ey, 1e-9), 0, 1)
            d2 = (wx - t * ex) ** 2 + (wy - t * ey) ** 2
            best = d2 if best is None else np.minimum(best, d2)
            if ay != by:  # even-odd rule: does the ray to the right cross this edge?
                inside = inside ^ (((v >= ay) != (v >= by)) & (u < ax + wy * ex / ey))
        return np.where(inside, -1.0, 1.0) * np.sqrt(best) - r

    return Shape((min(xs) - r, min(ys) - r, max(xs) + r, max(ys) + r), distance)


def triangle(x: float, half: float, foot: float, tip: float, r: float = 0.0) -> Shape:
    """A triangle with its base from x - half to x + half at `foot` and its point at (x, tip)."""
    return polygon([(x - half, foot), (x, tip), (x + half, foot)], r)


def taper(x: float, low: Point, high: Point, r: float = 0.0) -> Shape:
    """An upright trapezoid around x; `low` and `high` are the (half-width, y) of its two ends."""
    (a, foot), (b, top) = low, high
    return polygon([(x - a, foot), (x - b, top), (x + b, top), (x + a, foot)], r)


def gable(x: float, half: float, foot: float, eave: float, tip: float, r: float = 0.0) -> Shape:
    """A wall from `foot` up to `eave`, with a point at `tip` above: a house, a picket."""
    points = [(x - half, foot), (x - half, eave), (x, tip), (x + half, eave), (x + half, foot)]
    return polygon(points, r)


def stroke(points: Sequence[Point], r0: float, r1: float | None = None) -> Shape:
    """A line through `points`, its half-width going from `r0` to `r1` (default: the same)."""
    r1 = r0 if r1 is None else r1
    xs, ys, r = [p[0] for p in points], [p[1] for p in points], max(r0, r1)
    steps = len(points) - 1

    def distance(u, v):
        best = None
        for k in range(steps):
            (ax, ay), (bx, by) = points[k], points[k + 1]
            ex, ey = bx - ax, by - ay
            wx, wy = u - ax, v - ay
            t = np.clip((wx * ex + wy * ey) / max(ex * ex + ey * ey, 1e-9), 0, 1)
            d = np.hypot(wx - t * ex, wy - t * ey) - (r0 + (r1 - r0) * (k + t) / steps)
            best = d if best is None else np.minimum(best, d)
        return best

    return Shape((min(xs) - r, min(ys) - r, max(xs) + r, max(ys) + r), distance)


def curve(a: Point, b: Point, c: Point, steps: int = 6) -> list[Point]:
    """Points on the quadratic Bezier curve from `a` to `c` with control point `b`."""
    ts = [k / steps for k in range(steps + 1)]
    return [((1 - t) ** 2 * a[0] + 2 * t * (1 - t) * b[0] + t * t * c[0],
             (1 - t) ** 2 * a[1] + 2 * t * (1 - t) * b[1] + t * t * c[1]) for t in ts]  # fmt: skip


def union(*shapes: Shape, blend: float = 0.0) -> Shape:
    """All shapes together; `blend` > 0 melts them into each other over that distance."""
    boxes = [s.box for s in shapes]

    def distance(u, v):
        d = shapes[0].distance(u, v)
        for shape in shapes[1:]:
            e = shape.distance(u, v)
            if blend:
                h = np.maximum(blend - np.abs(d - e), 0) / blend
                d = np.minimum(d, e) - h * h * blend * 0.25
            else:
                d = np.minimum(d, e)
        return d

    x0, y0, x1, y1 = (f(b[k] for b in boxes) for k, f in enumerate((min, min, max, max)))
    return Shape((x0 - blend / 4, y0 - blend / 4, x1 + blend / 4, y1 + blend / 4), distance)


def arch(x: float, half: float, spring: float, foot: float) -> Shape:
    """A doorway around x: upright from `foot` to `spring`, a half-disc above."""
    return union(box(x - half, spring, x + half, foot), disc(x, spring, half))


def cross(x: float, y: float, reach: float, half: float) -> Shape:
    """The bars of a window: an upright cross with arms `reach` long and 2 * `half` wide."""
    upright = box(x - half, y - reach, x + half, y + reach)
    return union(upright, box(x - reach, y - half, x + reach, y + half))


def cut(shape: Shape, *holes: Shape) -> Shape:
    """`shape` without `holes`."""

    def distance(u, v):
        d = shape.distance(u, v)
        for hole in holes:
            d = np.maximum(d, -hole.distance(u, v))
        return d

    return Shape(shape.box, distance)


def ring(x: float, y: float, r: float, hole: float) -> Shape:
    """A disc of radius `r` with a round hole of radius `hole`."""
    return cut(disc(x, y, r), disc(x, y, hole))


def both(shape: Shape, other: Shape) -> Shape:
    """What lies in both shapes; the box is that of the first."""
    return Shape(shape.box, lambda u, v: np.maximum(shape.distance(u, v), other.distance(u, v)))


def wobble(
    shape: Shape, amount: float, size: float, seed: int, wrap: Period = (None, None)
) -> Shape:
    """`shape` with an uneven rim: displaced by noise of +-`amount` with bumps of `size` pixels."""
    x0, y0, x1, y1 = shape.box

    def distance(u, v):
        return shape.distance(u, v) + 2 * amount * (noise(u, v, size, seed, wrap) - 0.5)

    return Shape((x0 - amount, y0 - amount, x1 + amount, y1 + amount), distance)


def below(
    line: Callable[[np.ndarray], np.ndarray], x0: float, x1: float, top: float, bottom: float
) -> Shape:
    """All under the curve y = line(x), between x0 and x1: hills and ridges.

    The vertical distance is divided by the slope's length, so that outlines keep their width.
    """

    def distance(u, v):
        h = line(u)
        slope = (line(u + 1.0) - line(u - 1.0)) / 2.0
        return (h - v) / np.sqrt(1 + slope * slope)

    return Shape((x0, top, x1, bottom), distance)
