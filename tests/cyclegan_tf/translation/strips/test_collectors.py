"""Statistics of windows against a naive restatement: a loop over nodes, numpy's mean and var."""

import numpy as np
import pytest

from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.translation.strips.collectors import WindowCollector


@pytest.fixture
def norm():
    layer = InstanceNormalization(name="some_norm")
    layer.build((None, None, None, 2))
    layer.set_weights([np.array([2.0, -1.0]), np.array([0.5, 0.0])])
    return layer


def collect(norm, features, cuts, scale=1, **options):
    collector = WindowCollector(**options)
    collector.begin(norm, *features.shape[:2], scale)
    edges = [0, *cuts, len(features)]
    for start, stop in zip(edges[:-1], edges[1:], strict=True):
        rows = features[start:stop]
        mean = rows.mean((0, 1))
        collector.add(norm, start, rows, mean, np.square(rows - mean).sum((0, 1)))
    return collector


def window(node, cell, side, size):
    """Start and stop of the window around a node, moved into the map."""
    start = min(max(node * cell - side // 2, 0), max(-(-size // cell) * cell - side, 0))
    return start, min(start + side, size)


@pytest.mark.parametrize("cuts", [(), (3, 10, 11, 29)], ids=str)
@pytest.mark.parametrize("scale", [1, 4])
def test_scale_and_offset_are_those_of_the_windows_around(norm, cuts, scale):
    rng = np.random.default_rng(0)
    features = rng.normal(3.0, 0.1, (38, 27, 2)).astype("f") + np.arange(27)[:, None] / 9
    features = features.astype("f")
    cell, side = 4, 16  # in pixels of these features, whatever their scale
    collector = collect(norm, features, cuts, scale, window=side * scale, cells=4)
    nodes = np.empty((2, 11, 8, 2))
    for i in range(11):
        for j in range(8):
            a, b = window(i, cell, side, 38)
            c, d = window(j, cell, side, 27)
            part = features[a:b, c:d].astype("d")
            factor = np.array([2.0, -1.0]) / np.sqrt(part.var((0, 1)) + 1e-5)
            nodes[:, i, j] = factor, np.array([0.5, 0.0]) - part.mean((0, 1)) * factor
    scales, offsets = (x for x in collector.affine(norm, 9, 31))
    for row, column in ((9, 0), (17, 13), (30, 26)):
        y, x = (row + 0.5) / cell, (column + 0.5) / cell
        i, j, v, u = int(y), int(x), y % 1, x % 1
        expected = (1 - v) * ((1 - u) * nodes[:, i, j] + u * nodes[:, i, j + 1])
        expected += v * ((1 - u) * nodes[:, i + 1, j] + u * nodes[:, i + 1, j + 1])
        np.testing.assert_allclose(scales[row - 9, column], expected[0], rtol=1e-4)
        np.testing.assert_allclose(offsets[row - 9, column], expected[1], rtol=1e-3, atol=1e-4)


def test_a_window_larger_than_the_map_is_the_whole_map(norm):
    features = np.random.default_rng(0).normal(size=(10, 14, 2)).astype("f")
    scales, offsets = collect(norm, features, (4,), window=16, cells=4).affine(norm, 0, 10)
    normalized = features * scales[0] + offsets[0]
    np.testing.assert_allclose(normalized, norm(features[None])[0], atol=1e-4)
