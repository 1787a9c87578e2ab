"""The row steps in TensorFlow operations: for GPUs, and for CPUs that know bfloat16.

The same functions serve strips of any size, without compiling again.
"""

import numpy as np
import tensorflow as tf

from cyclegan_tf.translation.strips.row_steps import NARROW, RowStep


def weights_of(step: RowStep, dtype: str) -> tuple[tf.Tensor, ...]:
    """Returns what the step computes with, as tensors: kernels in `dtype`, then the bias if any."""
    if step.kernel is None:
        return ()
    kernels = [step.kernel]
    if step.kind == "transpose":
        # Four small convolutions are several times faster than TensorFlow's transposed one.
        taps = [2, 0], [1]
        kernels = [step.kernel[np.ix_(rows, columns)] for rows in taps for columns in taps]
    elif step.kind == "doubling":
        kernels = [k.reshape(*k.shape[:3], -1) for k in step.kernel]
    elif _is_narrow(step):
        size, _, channels, filters = step.kernel.shape
        kernels = [step.kernel.transpose(1, 2, 0, 3).reshape(1, size, channels, size * filters)]
    biases = [] if step.bias is None else [tf.constant(step.bias)]
    return (*(tf.constant(kernel, dtype) for kernel in kernels), *biases)


def push(
    step: RowStep,
    weights: tuple[tf.Tensor, ...],
    carry: tf.Tensor,
    rows: tf.Tensor,
    first: tf.Tensor,
    last: tf.Tensor,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Puts rows in, gets rows out.

    Args:
        step: The step.
        weights: Its `weights_of`, handed in so that equal steps share one compiled function.
        carry: What the last push returned; at first `(1, 0, padded width, channels)`.
        rows: float32 `(1, n, width, channels)`.
        first: int32 scalar, 1 when the rows are the map's first, else 0.
        last: int32 scalar, 1 when the rows are the map's last, else 0.

    Returns:
        The finished rows, and the next carry.
    """
    above, below, left, right = step.pad
    rows = _widen(step, rows, left, right)
    end = tf.concat([carry, rows[:, -(below + 1) :]], axis=1)  # all that a border may mirror
    window = tf.concat(
        [
            _border(step, rows, above)[:, : above * first],
            carry,
            rows,
            _border(step, end[:, ::-1], below)[:, ::-1][:, : below * last],
        ],
        axis=1,
    )
    positions = step.positions(tf.shape(window)[1], last)
    carry = window[:, positions * step.stride :]
    window = window[:, : (positions - 1) * step.stride + step.height]
    outputs = _OPERATIONS[step.kind](step, window, weights, first, last)
    return (outputs if step.bias is None else outputs + weights[-1]), carry


def _border(step, rows, size):
    """Returns the rows to put above `rows`."""
    if step.pad_mode == "reflect":
        return rows[:, 1 : size + 1][:, ::-1]
    edge = tf.repeat(rows[:, :1], size, axis=1)
    return edge if step.pad_mode == "edge" else tf.zeros_like(edge)


def _widen(step, rows, left, right):
    if step.pad_mode == "reflect":
        sides = rows[:, :, 1 : left + 1][:, :, ::-1], rows[:, :, -right - 1 : -1][:, :, ::-1]
    else:
        sides = tf.repeat(rows[:, :, :1], left, 2), tf.repeat(rows[:, :, -1:], right, 2)
        if step.pad_mode == "zero":
            sides = [tf.zeros_like(side) for side in sides]
    # Joining is several times faster than MirrorPad.
    return tf.concat([sides[0], rows, sides[1]], axis=2) if left or right else rows


def _is_narrow(step):
    return step.kind == "conv" and step.kernel.shape[3] <= NARROW and step.stride == 1


def _convolve(window, kernel, stride=1):
    return tf.cast(tf.nn.conv2d(tf.cast(window, kernel.dtype), kernel, stride, "VALID"), tf.float32)


def _conv(step, window, weights, first, last):
    if not _is_narrow(step):
        return _convolve(window, weights[0], step.stride)
    # A large kernel with 3 filters: its rows become 3 filters each, added up afterwards. Three
    # filters leave the multiplier mostly idle, and it gathers each pixel once per tap.
    parts = _convolve(window, weights[0])  # (1, rows, width, filters * size)
    rows, filters = tf.shape(window)[1] - step.height + 1, step.kernel.shape[3]
    starts = [i * filters for i in range(step.height)]
    return tf.add_n([parts[:, i : i + rows, :, j : j + filters] for i, j in enumerate(starts)])


def _transpose(step, window, weights, first, last):
    inner = [window, window[:, :, 1:]], [window[:, 1:], window[:, 1:, 1:]]
    outputs = [[_convolve(inner[i][j], weights[2 * i + j]) for j in (0, 1)] for i in (0, 1)]
    return _interleave([tf.concat(pair, axis=-1) for pair in outputs])


def _doubling(step, window, weights, first, last):
    # Each 2x2 window makes the four places around its middle: of rows 2i - 1 and 2i. The very
    # first and last row, and columns, lie outside of the map.
    rows = _interleave([_convolve(window, kernel) for kernel in weights[:2]])
    return rows[:, first : tf.shape(rows)[1] - last, 1:-1]


def _interleave(rows):
    """Puts even and odd rows together, whose even and odd columns lie side by side as channels.

    The same as `depth_to_space`, in half the time.
    """
    _, height, width, channels = (tf.shape(rows[0])[i] for i in range(4))
    return tf.reshape(tf.stack(rows, axis=2), (1, 2 * height, 2 * width, channels // 2))


def _blur(step, window, weights, first, last):
    for _ in range(2):
        window = window[:, :-1] + window[:, 1:]
    for _ in range(2):
        window = window[:, :, :-1] + window[:, :, 1:]
    return window / 16


def _bilinear(step, window, weights, first, last):
    _, rows, width, channels = (tf.shape(window)[i] for i in range(4))
    middle = 0.75 * window[:, 1:-1]
    x = tf.stack([0.25 * window[:, :-2] + middle, 0.25 * window[:, 2:] + middle], axis=2)
    x = tf.reshape(x, (1, 2 * (rows - 2), width, channels))
    middle = 0.75 * x[:, :, 1:-1]
    x = tf.stack([0.25 * x[:, :, :-2] + middle, 0.25 * x[:, :, 2:] + middle], axis=3)
    return tf.reshape(x, (1, 2 * (rows - 2), 2 * (width - 2), channels))


_OPERATIONS = {
    "conv": _conv,
    "transpose": _transpose,
    "doubling": _doubling,
    "blur": _blur,
    "bilinear": _bilinear,
}
