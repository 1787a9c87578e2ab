"""Collectors of instance-norm statistics while a map goes through in strips.

`WholeMapCollector` takes those of the whole map, `WindowCollector` those of a window around each
place, as in training, which sees crops.
"""

import keras
import numpy as np

from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.translation.norm_statistics import Moments, Statistics


class Collector:
    """Gathers the statistics of each norm, then says what the norm does with them."""

    def begin(self, norm: InstanceNormalization, height: int, width: int, scale: int) -> None:
        """Starts a norm from nothing.

        Args:
            norm: The norm.
            height: Rows of the norm's input for the whole map.
            width: Columns of that input.
            scale: Downscaling of that input against the map.
        """
        raise NotImplementedError

    def add(
        self,
        norm: InstanceNormalization,
        start: int,
        rows: np.ndarray,
        mean: np.ndarray,
        squares: np.ndarray,
    ) -> None:
        """Takes a strip of the norm's input.

        Args:
            norm: The norm.
            start: Number of the first row.
            rows: float32 `(n, width, channels)`.
            mean: Mean of the strip, `(channels,)`.
            squares: Sum of squared deviations from that mean, `(channels,)`.
        """
        raise NotImplementedError

    def affine(
        self, norm: InstanceNormalization, start: int, stop: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns what the norm does to rows `start` to `stop` of its input.

        Returns:
            Scale and offset, float32, broadcastable to `(stop - start, width, channels)`.
        """
        raise NotImplementedError


class WholeMapCollector(Collector):
    """Collects the statistics of each norm over the whole map, in float64, as the strips come."""

    def __init__(self) -> None:
        self._moments: dict[str, Moments] = {}
        self._affines: dict[str, tuple] = {}

    @property
    def statistics(self) -> Statistics:
        """What has been collected so far."""
        return Statistics(self._moments)

    def begin(self, norm: InstanceNormalization, height: int, width: int, scale: int) -> None:
        channels = norm.gamma.shape[0]
        self._moments[norm.name] = Moments(0, np.zeros(channels), np.zeros(channels))
        self._affines.pop(norm.name, None)

    def add(
        self,
        norm: InstanceNormalization,
        start: int,
        rows: np.ndarray,
        mean: np.ndarray,
        squares: np.ndarray,
    ) -> None:
        count = rows.shape[0] * rows.shape[1]
        strip = Moments(count, mean.astype("d"), squares.astype("d") / count)
        self._moments[norm.name] = self._moments[norm.name].merge(strip)

    def affine(
        self, norm: InstanceNormalization, start: int, stop: int
    ) -> tuple[np.ndarray, np.ndarray]:
        if norm.name not in self._affines:
            pair = self.statistics.affine(norm)
            self._affines[norm.name] = tuple(x.reshape(1, 1, -1) for x in pair)
        return self._affines[norm.name]


class WindowCollector(Collector):
    """Collects statistics in cells; applies those of the window around each place, interpolated.

    The grid's nodes lie on the corners of the cells. A node has the statistics of the window
    around it, which is moved inwards at the map's borders; between nodes, scale and offset of the
    norm are interpolated linearly.

    On a map no larger than the window (rounded down to a multiple of `multiple * cells` pixels)
    this does what `WholeMapCollector` does, up to rounding, except on a flat picture: that one sets
    the scale to 0 where only rounding varies (`FLAT` in norm_statistics.py). Here it stays.

    Args:
        window: Side of the window in pixels of the map; 480 is the crop of the paper-size presets.
        cells: Cells per window side; also sets how closely the nodes lie.
        multiple: What the sides of pictures must be multiples of for the generator.
    """

    def __init__(self, window: int = 480, cells: int = 4, multiple: int = 4) -> None:
        self.cells = cells
        # A whole number of pixels at every scale.
        self.cell = max(window // cells // multiple * multiple, multiple)
        self._grids: dict[str, _Grid] = {}
        self._affines: dict[str, tuple] = {}

    def begin(self, norm: InstanceNormalization, height: int, width: int, scale: int) -> None:
        cell = self.cell // scale
        self._grids[norm.name] = _Grid(height, width, norm.gamma.shape[0], cell)
        self._affines.pop(norm.name, None)

    def add(
        self,
        norm: InstanceNormalization,
        start: int,
        rows: np.ndarray,
        mean: np.ndarray,
        squares: np.ndarray,
    ) -> None:
        self._grids[norm.name].add(start, rows, mean)

    def affine(
        self, norm: InstanceNormalization, start: int, stop: int
    ) -> tuple[np.ndarray, np.ndarray]:
        grid = self._grids[norm.name]
        if norm.name not in self._affines:
            mean, variance = grid.windows(self.cells)
            gamma, beta = (keras.ops.convert_to_numpy(w) for w in (norm.gamma, norm.beta))
            scale = gamma / np.sqrt(variance + norm.epsilon)
            pair = scale, beta - mean * scale
            self._affines[norm.name] = tuple(x.astype(np.float32) for x in pair)
        vertical = _interpolation(start, stop, grid.cell, grid.count.shape[0] + 1)
        horizontal = _interpolation(0, grid.width, grid.cell, grid.count.shape[1] + 1)
        return tuple(
            np.matmul(horizontal, np.tensordot(vertical, nodes, 1))
            for nodes in self._affines[norm.name]
        )


class _Grid:
    """Count, sum and sum of squares of every cell, in float64."""

    def __init__(self, height, width, channels, cell):
        self.width, self.cell = width, cell
        shape = -(-height // cell), -(-width // cell)
        self.count = np.zeros((*shape, 1))
        self.sum, self.squares = np.zeros((2, *shape, channels))

    def add(self, start, rows, center):
        # Around the strip's mean, so that float32 is enough within the strip.
        apart = rows - center
        count = self._in_cells(start, np.ones((*rows.shape[:2], 1), np.float32))
        sums, squares = self._in_cells(start, apart), self._in_cells(start, np.square(apart))
        here = slice(start // self.cell, start // self.cell + len(count))
        center = center.astype("d")
        self.count[here] += count
        self.sum[here] += sums + count * center
        self.squares[here] += squares + 2 * center * sums + count * center**2

    def _in_cells(self, start, values):
        edges = np.arange(start // self.cell * self.cell, start + len(values), self.cell) - start
        sums = np.add.reduceat(values, np.maximum(edges, 0), axis=0)
        return np.add.reduceat(sums.astype("d"), np.arange(0, self.width, self.cell), axis=1)

    def windows(self, cells):
        """Returns mean and variance at every node, `(rows + 1, columns + 1, channels)`."""
        count, sums, squares = (
            _window_sums(_window_sums(x, cells, 0), cells, 1)
            for x in (self.count, self.sum, self.squares)
        )
        mean = sums / count
        return mean, np.maximum(squares / count - mean**2, 0.0)


def _window_sums(values, cells, axis):
    """Sums `cells` neighbouring cells around each of the nodes along an axis."""
    number = values.shape[axis]
    starts = np.clip(np.arange(number + 1) - cells // 2, 0, max(number - cells, 0))
    running = np.insert(np.cumsum(values, axis=axis), 0, 0.0, axis=axis)
    stops = np.minimum(starts + cells, number)
    return np.take(running, stops, axis=axis) - np.take(running, starts, axis=axis)


def _interpolation(start, stop, cell, nodes):
    """Returns the weights `(stop - start, nodes)` of linear interpolation at pixel centres."""
    place = (np.arange(start, stop, dtype=np.float32)[:, None] + 0.5) / cell
    return np.maximum(1.0 - np.abs(place - np.arange(nodes, dtype=np.float32)), 0.0)
