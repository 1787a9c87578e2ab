"""The steps of row_steps.py on a CPU in float32: patches are gathered, then multiplied by BLAS.

Small enough pieces stay in the processor's caches from one operation to the next, which is what
TensorFlow's operations on whole strips can't do (docs/whole_maps.md has figures).
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cyclegan_tf.translation.strips.steps import TILE, Step

PATCH_VALUES = 2**18  # gathered at a time: 1 MiB
TILES = 192  # of Winograd, transformed at a time
GROUP = 4  # pixels that the narrow convolution takes together


def _winograd_matrices(a=2 / 3, b=3 / 2):
    """F(4, 3) of Winograd (1980) by Toom and Cook, from the points 0, a, -a, b, -b and infinity.

    The usual points 1 and 2 need fewer multiplications in the transformations, which don't count
    here, and make twice the rounding error.

    Returns:
        For kernels `(6, 3)`, for inputs `(6, 6)` and for outputs `(4, 6)`, float64.
    """
    points = np.array([0.0, a, -a, b, -b])
    kernels, inputs, outputs = np.zeros((6, 3)), np.zeros((6, 6)), np.zeros((4, 6))
    for i, point in enumerate(points):
        others = np.delete(points, i)
        kernels[i] = point ** np.arange(3) / np.prod(point - others)
        inputs[i, :5] = np.poly(others)[::-1]
        outputs[:, i] = point ** np.arange(4)
    kernels[5, 2], outputs[3, 5], inputs[5] = 1.0, 1.0, np.poly(points)[::-1]
    return kernels, inputs, outputs


# Both directions of a tile at once: a product with one small matrix.
_KERNELS, _INPUTS, _OUTPUTS = (np.kron(m, m) for m in _winograd_matrices())
_INPUTS, _OUTPUTS = _INPUTS.astype(np.float32), _OUTPUTS.astype(np.float32)


def operation_of(step: Step):
    """Returns the function that computes a step: `operation(step, weights, window, ends, ...)`.

    Its arguments: the step; its `weights_of`; the padded rows `(height, width, channels)`; whether
    they are the map's `(first, last)`; `Buffers` for the result; `Workers`. It returns
    `(height, width, filters)` without the bias.
    """
    if step.kind == "conv" and step.tile == TILE:
        return _winograd
    if step.kind == "conv" and _is_narrow(step):
        return _narrow
    kinds = (_conv, _transpose, _doubling, _blur, _bilinear)
    return {operation.__name__[1:]: operation for operation in kinds}[step.kind]


def weights_of(step: Step):
    """Returns a step's kernel as its operation multiplies by it."""
    kernel = step.kernel
    if kernel is None:
        return None
    if step.kind == "doubling":
        return [k.reshape(-1, 2 * kernel.shape[-1]) for k in kernel]
    size, _, channels, filters = kernel.shape
    if operation_of(step) is _winograd:
        transformed = _KERNELS @ kernel.astype("d").reshape(9, -1)
        return transformed.astype(np.float32).reshape(36, channels, filters)
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


def padding_after(step: Step, height: int, width: int) -> tuple[int, int]:
    """Returns rows and columns of zeros that the step needs behind its window: whole tiles."""
    if operation_of(step) is _winograd:
        return tuple(-(side - 2) % TILE for side in (height, width))
    return 0, 0


def _is_narrow(step):
    return step.kernel.shape[3] == 3 and step.stride == 1


def _conv(step, kernel, window, ends, buffers, workers):
    size, stride = step.height, step.stride
    height, width, channels = window.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    out = buffers.take((rows, columns, kernel.shape[1]))
    y, x, c = window.strides
    # All pixels of a patch's row lie one behind the other.
    shape = (rows, columns, size, size * channels)
    patches = as_strided(window, shape, (stride * y, stride * x, y, c))
    block = max(PATCH_VALUES // len(kernel), 16)

    def work(start, stop):
        for row in range(start, stop):
            for column in range(0, columns, block):
                source = patches[row, column : column + block]
                gathered = workers.scratch(0, source.shape)
                np.copyto(gathered, source)
                target = out[row, column : column + block]
                np.matmul(gathered.reshape(len(source), -1), kernel, out=target)

    workers.run(work, rows)
    return out


def _winograd(step, kernels, window, ends, buffers, workers):
    """F(4x4, 3x3): 36 products of 6x6 pixels make 16, instead of 144 (Lavin & Gray 2016)."""
    height, width, channels = window.shape
    filters = kernels.shape[2]
    rows, columns = (height - 2) // TILE, (width - 2) // TILE
    out = buffers.take((rows * TILE, columns * TILE, filters))
    tiles_out = out.reshape(rows, TILE, columns, TILE, filters)
    y, x, c = window.strides
    shape = (rows, 6, 6, columns, channels)
    tiles_in = as_strided(window, shape, (TILE * y, y, x, TILE * x, c))

    def work(start, stop):
        for row in range(start, stop):
            for column in range(0, columns, TILES):
                source = tiles_in[row, :, :, column : column + TILES]
                count = source.shape[2]
                gathered = workers.scratch(0, source.shape)
                np.copyto(gathered, source)
                inputs = workers.scratch(1, (36, count, channels))
                np.matmul(_INPUTS, gathered.reshape(36, -1), out=inputs.reshape(36, -1))
                products = workers.scratch(0, (36, count, filters))
                np.matmul(inputs, kernels, out=products)
                outputs = workers.scratch(1, (4, 4, count, filters))
                np.matmul(_OUTPUTS, products.reshape(36, -1), out=outputs.reshape(16, -1))
                target = tiles_out[row, :, column : column + TILES]
                np.copyto(target, outputs.transpose(0, 2, 1, 3))

    workers.run(work, rows)
    return out


def _narrow(step, kernel, window, ends, buffers, workers):
    """A large kernel with 3 filters: too few to keep BLAS busy.

    So each row of pixels is multiplied once, by all rows of the kernel, GROUP pixels at a time;
    then what belongs to an output row is added up.
    """
    height, width, channels = window.shape
    size, filters = step.height, step.kernel.shape[3]
    groups = (width - size + 1) // GROUP
    parts = buffers.take((height, groups, size, GROUP * filters))
    y, x, c = window.strides
    shape = (height, groups, (GROUP + size - 1) * channels)
    patches = as_strided(window, shape, (y, GROUP * x, c))

    def multiply(start, stop):
        gathered = workers.scratch(0, shape[1:])
        for row in range(start, stop):
            np.copyto(gathered, patches[row])
            np.matmul(gathered, kernel, out=parts[row].reshape(groups, -1))

    workers.run(multiply, height)
    out = buffers.take((height - size + 1, groups * GROUP, filters))

    def add(start, stop):
        for row in range(start, stop):
            target = out[row].reshape(groups, -1)
            np.add(parts[row, :, 0], parts[row + 1, :, 1], out=target)
            for i in range(2, size):
                target += parts[row + i, :, i]

    workers.run(add, len(out))
    buffers.give(parts)
    return out


def _transpose(step, kernels, window, ends, buffers, workers):
    height, width, channels = window.shape
    rows, columns, filters = height - 1, width - 1, step.kernel.shape[3]
    out = buffers.take((2 * rows, 2 * columns, filters))

    def work(start, stop):
        cells = workers.scratch(0, (columns, 4 * channels))
        for row in range(start, stop):
            # In an order in which each of the four sums needs neighbours only.
            for i, (y, x) in enumerate([(1, 0), (1, 1), (0, 1), (0, 0)]):
                source = window[row + y, x : x + columns]
                np.copyto(cells[:, i * channels : (i + 1) * channels], source)
            for i, (begin, kernel) in enumerate(zip((0, 1, 0, 1), kernels, strict=True)):
                begin *= channels
                target = out[2 * row + i // 2, i % 2 :: 2]
                np.matmul(cells[:, begin : begin + len(kernel)], kernel, out=target)

    workers.run(work, rows)
    return out


def _doubling(step, kernels, window, ends, buffers, workers):
    # Each 2x2 window makes the four places around its middle: of rows 2i - 1 and 2i. The very
    # first and last row, and columns, lie outside of the map.
    height, width, channels = window.shape
    rows, columns, filters = height - 1, width - 1, step.kernel.shape[-1]
    first, last = ends
    out = buffers.take((2 * rows - first - last, 2 * columns - 2, filters))
    y, x, c = window.strides
    patches = as_strided(window, (rows, columns, 2, 2 * channels), (y, x, y, c))

    def work(start, stop):
        for row in range(start, stop):
            gathered = workers.scratch(0, patches.shape[1:])
            np.copyto(gathered, patches[row])
            for place, kernel in enumerate(kernels):
                target = 2 * row + place - first
                if 0 <= target < len(out):
                    both = workers.scratch(1, (columns, 2 * filters))
                    np.matmul(gathered.reshape(columns, -1), kernel, out=both)
                    np.copyto(out[target], both.reshape(2 * columns, filters)[1:-1])

    workers.run(work, rows)
    return out


def _blur(step, weights, window, ends, buffers, workers):
    height, width, channels = window.shape
    out = buffers.take((height - 2, width - 2, channels))

    def work(start, stop):
        for row in range(start, stop):
            x = window[row] + 2 * window[row + 1] + window[row + 2]
            np.add(x[:-2] + x[2:], 2 * x[1:-1], out=out[row])
            out[row] /= 16

    workers.run(work, len(out))
    return out


def _bilinear(step, weights, window, ends, buffers, workers):
    height, width, channels = window.shape
    out = buffers.take((2 * (height - 2), 2 * (width - 2), channels))

    def work(start, stop):
        for row in range(start, stop):
            for place in (0, 1):
                x = 0.25 * window[row + 2 * place] + 0.75 * window[row + 1]
                middle, target = 0.75 * x[1:-1], out[2 * row + place]
                np.add(0.25 * x[:-2], middle, out=target[::2])
                np.add(0.25 * x[2:], middle, out=target[1::2])

    workers.run(work, height - 2)
    return out
