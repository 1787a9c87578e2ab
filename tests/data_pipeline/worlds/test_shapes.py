"""Tests of data_pipeline/worlds/shapes.py: distances worked out by hand."""

import numpy as np
import pytest

from data_pipeline.worlds import shapes


def at(shape, x, y):
    """Distance at one point."""
    return float(
        np.asarray(shape.distance(np.array([[x]], float), np.array([[y]], float))).squeeze()
    )


SQUARE = shapes.polygon([(0, 0), (4, 0), (4, 4), (0, 4)])


@pytest.mark.parametrize(("shape", "x", "y", "want"), [
    (shapes.disc(0, 0, 5), 3, 4, 0.0),
    (shapes.disc(0, 0, 5), 0, 0, -5.0),
    (shapes.ellipse(0, 0, 4, 2), 4, 0, 0.0),
    (shapes.ellipse(0, 0, 4, 2), 0, -2, 0.0),
    (shapes.box(0, 0, 10, 4), 5, 2, -2.0),
    (shapes.box(0, 0, 10, 4), 13, 8, 5.0),
    (shapes.box(0, 0, 10, 4, 2), 0, 0, 2 * 2**0.5 - 2),
    (SQUARE, 2, 1, -1.0),
    (SQUARE, 7, 8, 5.0),
    (shapes.polygon([(0, 0), (0, 4), (4, 4), (4, 0)]), 2, 1, -1.0),  # the other way round
    (shapes.square(1, 2, 3), 1, 7, 2.0),
    (shapes.triangle(0, 3, 4, 0), 0, 5, 1.0),  # below its base
    (shapes.triangle(0, 3, 4, 0), 0, -2, 2.0),  # above its point
    (shapes.taper(5, (4, 0), (2, -6)), 5, -5, -1.0),  # under its top
    (shapes.taper(5, (4, 0), (2, -6)), 9, 3, 3.0),  # below a corner of its base
    (shapes.gable(0, 2, 10, 4, 0), 3, 7, 1.0),  # beside the wall
    (shapes.gable(0, 2, 10, 4, 0), 0, -3, 3.0),  # above the point
    (shapes.stroke([(0, 0), (10, 0)], 2), 5, 5, 3.0),
    (shapes.stroke([(0, 0), (10, 0)], 3, 1), 10, 4, 3.0),
    (shapes.union(shapes.disc(0, 0, 1), shapes.disc(5, 0, 1)), 3, 0, 1.0),
    (shapes.arch(0, 2, 0, 9), 0, -5, 3.0),  # above the half-disc
    (shapes.arch(0, 2, 0, 9), 4, 5, 2.0),  # beside the upright part
    (shapes.cross(0, 0, 6, 1), 4, 4, 3.0),  # between two arms
    (shapes.cut(shapes.disc(0, 0, 5), shapes.disc(0, 0, 2)), 0, 0, 2.0),
    (shapes.ring(0, 0, 5, 2), 0, 1, 1.0),  # in the hole
    (shapes.both(shapes.disc(0, 0, 5), shapes.disc(4, 0, 5)), -2, 0, 1.0),
    (shapes.below(lambda x: 0 * x + 10, 0, 50, 0, 40), 20, 7, 3.0),
    (shapes.below(lambda x: x, 0, 50, 0, 40), 20, 20 - 2**0.5, 1.0),  # a slope of 45 degrees
])  # fmt: skip
def test_distances(shape, x, y, want):
    assert at(shape, x, y) == pytest.approx(want, abs=1e-6)


def test_boxes_hold_the_shapes():
    lobes = shapes.union(shapes.disc(3, 2, 4), shapes.disc(9, 4, 3), blend=6)
    bumpy = shapes.wobble(shapes.ellipse(0, 0, 9, 5), 2, 4, seed=1)
    for shape in (lobes, bumpy, shapes.stroke(shapes.curve((0, 0), (9, -9), (20, 3)), 3, 1)):
        x, y = np.arange(-30, 40, 0.5)[None], np.arange(-30, 40, 0.5)[:, None]
        inside = np.nonzero(shape.distance(x, y) < 0)
        x0, y0, x1, y1 = shape.box
        assert x0 <= x[0, inside[1]].min() and x[0, inside[1]].max() <= x1
        assert y0 <= y[inside[0], 0].min() and y[inside[0], 0].max() <= y1


def test_curve_starts_and_ends_where_it_should():
    points = shapes.curve((0, 0), (5, 9), (10, 0), steps=4)
    assert points[0] == (0, 0) and points[-1] == (10, 0) and points[2] == (5, 4.5)
