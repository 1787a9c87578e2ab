"""3x3 convolutions by Winograd's F(4x4, 3x3): 36 products of 6x6 pixels make 16, instead of 144.

Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cyclegan_tf.translation.strips.blas.threads import ArrayPool, ThreadTeam
from cyclegan_tf.translation.strips.row_steps import TILE, RowStep

TILES_AT_ONCE = 192  # transformed together: what fits the caches


def winograd_matrices(
    a: float = 2 / 3, b: float = 3 / 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """F(4, 3) of Winograd (1980) by Toom and Cook, from the points 0, a, -a, b, -b and infinity.

    The usual points 1 and 2 need fewer multiplications in the transformations, which don't count
    here, and make twice the rounding error.

    Args:
        a: The smaller point.
        b: The larger point.

    Returns:
        Float64 matrices for kernels `(6, 3)`, for inputs `(6, 6)` and for outputs `(4, 6)`.
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
_KERNELS, _INPUTS, _OUTPUTS = (np.kron(m, m) for m in winograd_matrices())
_INPUTS, _OUTPUTS = _INPUTS.astype(np.float32), _OUTPUTS.astype(np.float32)


def transform_kernel(kernel: np.ndarray) -> np.ndarray:
    """Transforms a kernel `(3, 3, channels, filters)` to float32 `(36, channels, filters)`."""
    transformed = _KERNELS @ kernel.astype("d").reshape(9, -1)
    return transformed.astype(np.float32).reshape(36, *kernel.shape[2:])


def whole_tiles(height: int, width: int) -> tuple[int, int]:
    """Returns the rows and columns to add behind a window so that it holds whole tiles."""
    return -(height - 2) % TILE, -(width - 2) % TILE


def winograd(
    step: RowStep,
    kernels: np.ndarray,
    window: np.ndarray,
    ends: tuple[int, int],
    pool: ArrayPool,
    team: ThreadTeam,
) -> np.ndarray:
    """Convolves a window of whole tiles; the arguments are those of `operation_of`."""
    height, width, channels = window.shape
    filters = kernels.shape[2]
    rows, columns = (height - 2) // TILE, (width - 2) // TILE
    out = pool.take((rows * TILE, columns * TILE, filters))
    tiles_out = out.reshape(rows, TILE, columns, TILE, filters)
    y, x, c = window.strides
    shape = (rows, 6, 6, columns, channels)
    tiles_in = as_strided(window, shape, (TILE * y, y, x, TILE * x, c))

    def work(start, stop):
        for row in range(start, stop):
            for column in range(0, columns, TILES_AT_ONCE):
                source = tiles_in[row, :, :, column : column + TILES_AT_ONCE]
                count = source.shape[2]
                gathered = team.scratch(0, source.shape)
                np.copyto(gathered, source)
                inputs = team.scratch(1, (36, count, channels))
                np.matmul(_INPUTS, gathered.reshape(36, -1), out=inputs.reshape(36, -1))
                products = team.scratch(0, (36, count, filters))
                np.matmul(inputs, kernels, out=products)
                outputs = team.scratch(1, (4, 4, count, filters))
                np.matmul(_OUTPUTS, products.reshape(36, -1), out=outputs.reshape(16, -1))
                target = tiles_out[row, :, column : column + TILES_AT_ONCE]
                np.copyto(target, outputs.transpose(0, 2, 1, 3))

    team.share_out(work, rows)
    return out
