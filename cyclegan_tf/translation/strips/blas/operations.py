"""The row steps on a CPU in float32: patches are gathered, then multiplied by BLAS.

Pieces are small enough to stay in the processor's caches from one operation to the next, which
TensorFlow's operations on whole strips can't do (docs/whole_maps.md has figures).
"""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cyclegan_tf.translation.strips.blas.winograd import transform_kernel, whole_tiles, winograd
from cyclegan_tf.translation.strips.row_steps import NARROW, TILE, RowStep

PATCH_VALUES = 2**18  # gathered at a time: 1 MiB
GROUP = 4  # pixels that the narrow convolution takes together


def operation_of(step: RowStep) -> Callable[..., np.ndarray]:
    """Returns the function that computes a step.

    Its arguments are, in this order: the step; its `weights_of`; the padded rows
    `(height, width, channels)`; whether they are the map's `(first, last)`; the `ArrayPool` for the
    result; the `ThreadTeam`. It returns `(height, width, filters)` without the bias.
    """
    if step.kind == "conv":
        if step.tile == TILE:
            return winograd
        return _narrow if _is_narrow(step) else _conv
    operations = {
        "transpose": _transpose,
        "doubling": _doubling,
        "blur": _blur,
        "bilinear": _bilinear,
    }
    return operations[step.kind]


def weights_of(step: RowStep) -> np.ndarray | list[np.ndarray] | None:
    """Returns a step's kernel as its operation multiplies by it."""
    kernel = step.kernel
    if kernel is None:
        return None
    if step.kind == "doubling":
        return [k.reshape(-1, 2 * kernel.shape[-1]) for k in kernel]
    size, _, channels, filters = kernel.shape
    if operation_of(step) is winograd:
        return transform_kernel(kernel)
    if operation_of(step) is _narrow:
        # From GROUP + size - 1 pixels of a row to its part of GROUP outputs in `size` rows.
        wide = np.zeros((GROUP + size - 1, channels, size, GROUP, filters), np.float32)
        for pixel in range(GROUP):
            wide[pixel : pixel + size, :, :, pixel] = kernel.transpose(1, 2, 0, 3)
        return wide.reshape(-1, size * GROUP * filters)
    if step.kind == "transpose":
        taps = [[(1, 0), (1, 1), (0, 1), (0, 0)], [(1, 1), (0, 1)], [(1, 0), (1, 1)], [(1, 1)]]
        # A row of the window and a column of it meet which tap, for even and odd outputs?
        rows = {(0, 0): 2, (0, 1): 0, (1, 1): 1}
        return [
            np.concatenate([kernel[rows[i // 2, y], rows[i % 2, x]] for y, x in cells])
            for i, cells in enumerate(taps)
        ]
    return kernel.reshape(-1, filters)


def padding_after(step: RowStep, height: int, width: int) -> tuple[int, int]:
    """Returns rows and columns of zeros that the step needs behind its window: whole tiles."""
    return whole_tiles(height, width) if operation_of(step) is winograd else (0, 0)


def _is_narrow(step):
    return step.kernel.shape[3] <= NARROW and step.stride == 1


def _conv(step, kernel, window, ends, pool, team):
    size, stride = step.height, step.stride
    height, width, channels = window.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    out = pool.take((rows, columns, kernel.shape[1]))
    y, x, c = window.strides
    # All pixels of a patch's row lie one behind the other.
    shape = (rows, columns, size, size * channels)
    patches = as_strided(window, shape, (stride * y, stride * x, y, c))
    block = max(PATCH_VALUES // len(kernel), 16)

    def work(start, stop):
        for row in range(start, stop):
            for column in range(0, columns, block):
                source = patches[row, column : column + block]
                gathered = team.scratch(0, source.shape)
                np.copyto(gathered, source)
                target = out[row, column : column + block]
                np.matmul(gathered.reshape(len(source), -1), kernel, out=target)

    team.share_out(work, rows)
    return out


def _narrow(step, kernel, window, ends, pool, team):
    """A large kernel with few filters: too few to keep BLAS busy.

    So each row of pixels is multiplied once, by all rows of the kernel, GROUP pixels at a time;
    then what belongs to an output row is added up.
    """
    height, width, channels = window.shape
    size, filters = step.height, step.kernel.shape[3]
    groups = (width - size + 1) // GROUP
    parts = pool.take((height, groups, size, GROUP * filters))
    y, x, c = window.strides
    shape = (height, groups, (GROUP + size - 1) * channels)
    patches = as_strided(window, shape, (y, GROUP * x, c))

    def multiply(start, stop):
        gathered = team.scratch(0, shape[1:])
        for row in range(start, stop):
            np.copyto(gathered, patches[row])
            np.matmul(gathered, kernel, out=parts[row].reshape(groups, -1))

    team.share_out(multiply, height)
    out = pool.take((height - size + 1, groups * GROUP, filters))

    def add(start, stop):
        for row in range(start, stop):
            target = out[row].reshape(groups, -1)
            np.add(parts[row, :, 0], parts[row + 1, :, 1], out=target)
            for i in range(2, size):
                target += parts[row + i, :, i]

    team.share_out(add, len(out))
    pool.give_back(parts)
    return out


def _transpose(step, kernels, window, ends, pool, team):
    height, width, channels = window.shape
    rows, columns, filters = height - 1, width - 1, step.kernel.shape[3]
    out = pool.take((2 * rows, 2 * columns, filters))

    def work(start, stop):
        cells = team.scratch(0, (columns, 4 * channels))
        for row in range(start, stop):
            # In an order in which each of the four sums needs neighbours only.
            for i, (y, x) in enumerate([(1, 0), (1, 1), (0, 1), (0, 0)]):
                source = window[row + y, x : x + columns]
                np.copyto(cells[:, i * channels : (i + 1) * channels], source)
            for i, (begin, kernel) in enumerate(zip((0, 1, 0, 1), kernels, strict=True)):
                begin *= channels
                target = out[2 * row + i // 2, i % 2 :: 2]
                np.matmul(cells[:, begin : begin + len(kernel)], kernel, out=target)

    team.share_out(work, rows)
    return out


def _doubling(step, kernels, window, ends, pool, team):
    # Each 2x2 window makes the four places around its middle: of rows 2i - 1 and 2i. The very
    # first and last row, and columns, lie outside of the map.
    height, width, channels = window.shape
    rows, columns, filters = height - 1, width - 1, step.kernel.shape[-1]
    first, last = ends
    out = pool.take((2 * rows - first - last, 2 * columns - 2, filters))
    y, x, c = window.strides
    patches = as_strided(window, (rows, columns, 2, 2 * channels), (y, x, y, c))

    def work(start, stop):
        for row in range(start, stop):
            gathered = team.scratch(0, patches.shape[1:])
            np.copyto(gathered, patches[row])
            for place, kernel in enumerate(kernels):
                target = 2 * row + place - first
                if 0 <= target < len(out):
                    both = team.scratch(1, (columns, 2 * filters))
                    np.matmul(gathered.reshape(columns, -1), kernel, out=both)
                    np.copyto(out[target], both.reshape(2 * columns, filters)[1:-1])

    team.share_out(work, rows)
    return out


def _blur(step, weights, window, ends, pool, team):
    height, width, channels = window.shape
    out = pool.take((height - 2, width - 2, channels))

    def work(start, stop):
        for row in range(start, stop):
            x = window[row] + 2 * window[row + 1] + window[row + 2]
            np.add(x[:-2] + x[2:], 2 * x[1:-1], out=out[row])
            out[row] /= 16

    team.share_out(work, len(out))
    return out


def _bilinear(step, weights, window, ends, pool, team):
    height, width, channels = window.shape
    out = pool.take((2 * (height - 2), 2 * (width - 2), channels))

    def work(start, stop):
        for row in range(start, stop):
            for place in (0, 1):
                x = 0.25 * window[row + 2 * place] + 0.75 * window[row + 1]
                middle, target = 0.75 * x[1:-1], out[2 * row + place]
                np.add(0.25 * x[:-2], middle, out=target[::2])
                np.add(0.25 * x[2:], middle, out=target[1::2])

    team.share_out(work, height - 2)
    return out
