"""The layers of a generator as steps that eat rows: give some more rows in, get finished rows out.

Each step keeps the few rows that its next output still needs, so strips add up to exactly the whole
map. Where a faster way to the same numbers was measured, the step takes it.
"""

import dataclasses
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf

# F(4, 3) of Winograd (1980) in one dimension: 4 rows of a 3x3 convolution from 6 products, not 12.
_WINOGRAD_KERNEL = np.array(
    [[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]], "d"
) / [[24]]


@dataclass(frozen=True)
class Step:
    """One layer, or several that are computed together.

    Args:
        kind: A key of `_OPERATIONS`.
        height: Rows of input that one unit of output needs.
        stride: Rows of input that the window moves per unit of output.
        grow: Rows of output per unit.
        pad_mode: `"reflect"`, `"edge"` or `"zero"`.
        pad: Rows added above and below, columns added left and right of the whole map.
        weights: Tensors; what the step computes with. Not part of its identity.
    """

    kind: str
    height: int = 1
    stride: int = 1
    grow: int = 1
    pad_mode: str = "zero"
    pad: tuple[int, int, int, int] = (0, 0, 0, 0)
    weights: tuple = field(default=(), compare=False, repr=False)

    def rows_after(self, carried: int, new: int, first: bool, last: bool) -> tuple[int, int]:
        """Returns how many rows come out and how many are carried, as `push` does it."""
        window = carried + new + first * self.pad[0] + last * self.pad[1]
        units = (window - self.height) // self.stride + 1
        # Doubling the nearest pixel emits a border row too many at each end; see _nearest_conv.
        trimmed = (first + last) if self.kind == "nearest_conv" else 0
        return units * self.grow - trimmed, window - units * self.stride

    def in_whole_tiles(self) -> "Step":
        """Returns a Winograd step that cuts its tiles from the top of the map, not of each strip.

        What a row becomes then depends to the last bit on its own tile and the rows around that,
        not on the strips. The map's height at this step has to be a multiple of 4. Other steps are
        returned as they are.
        """
        if self.kind != "winograd":
            return self
        return dataclasses.replace(self, height=6, stride=4, grow=4)

    def push(self, weights, carry, rows, first, last):
        """Puts rows in, gets rows out.

        Args:
            weights: `self.weights`, handed in so that equal steps share one compiled function.
            carry: What the last push returned; at first `(1, 0, padded width, channels)`.
            rows: float32 `(1, n, width, channels)`.
            first: int32, 1 when the rows are the map's first, else 0.
            last: The same for the last.

        Returns:
            The finished rows, and the next carry.
        """
        above, below, left, right = self.pad
        rows = self._widen(rows, left, right)
        end = tf.concat([carry, rows[:, -(below + 1) :]], axis=1)  # all that a border may mirror
        window = tf.concat(
            [
                self._border(rows, above)[:, : above * first],
                carry,
                rows,
                self._border(end[:, ::-1], below)[:, ::-1][:, : below * last],
            ],
            axis=1,
        )
        units = (tf.shape(window)[1] - self.height) // self.stride + 1
        carry = window[:, units * self.stride :]
        return _OPERATIONS[self.kind](self, window, weights, first, last), carry

    def _border(self, rows, size):
        """Returns the rows to put above `rows`."""
        if self.pad_mode == "reflect":
            return rows[:, 1 : size + 1][:, ::-1]
        edge = tf.repeat(rows[:, :1], size, axis=1)
        return edge if self.pad_mode == "edge" else tf.zeros_like(edge)

    def _widen(self, rows, left, right):
        if self.pad_mode == "reflect":
            sides = rows[:, :, 1 : left + 1][:, :, ::-1], rows[:, :, -right - 1 : -1][:, :, ::-1]
        else:
            sides = tf.repeat(rows[:, :, :1], left, 2), tf.repeat(rows[:, :, -1:], right, 2)
            if self.pad_mode == "zero":
                sides = [tf.zeros_like(side) for side in sides]
        # Joining is several times faster than MirrorPad.
        return tf.concat([sides[0], rows, sides[1]], axis=2) if left or right else rows


def conv_step(layer, padding: int, dtype) -> Step:
    """Makes the step of a `Conv2D`, reflecting `padding` pixels (0: zeros as `"same"` does).

    Args:
        layer: Square kernel of odd size; strides 1, or 2 on even sides.
        padding: Of the `ReflectionPadding2D` before it.
        dtype: What to multiply in, e.g. `"float32"`.
    """
    kernel, *bias = layer.get_weights()
    size, stride = layer.kernel_size[0], layer.strides[0]
    pad = (padding,) * 4
    if not padding:
        above = (size - stride) // 2  # TensorFlow's "same": the odd one goes below and right
        pad = (above, size - stride - above) * 2
    kind = "conv"
    if size == 3 and stride == 1 and kernel.shape[2] >= 16 and dtype == "float32":
        kind = "winograd"
        kernel = np.einsum("ai,ijcf->ajcf", _WINOGRAD_KERNEL, kernel)
    elif kernel.shape[3] == 3 and stride == 1:
        kind = "narrow"
        kernel = kernel.transpose(1, 2, 0, 3).reshape(1, size, -1, 3 * size)
    mode = "reflect" if padding else "zero"
    return Step(kind, size, stride, 1, mode, pad, _constants(kernel, bias, dtype))


def transpose_step(layer, dtype) -> Step:
    """Makes the step of a `Conv2DTranspose` with kernel 3, strides 2, `"same"` padding.

    An even row of the output sees two rows of the input through taps 2 and 0, an odd row sees one
    through tap 1, and likewise columns: four small convolutions, several times faster than
    TensorFlow's transposed one.
    """
    kernel, *bias = layer.get_weights()
    kernel = kernel.swapaxes(2, 3)  # (3, 3, c, f)
    taps = [2, 0], [1]
    kernels = [kernel[np.ix_(rows, columns)] for rows in taps for columns in taps]
    weights = [_constants(part, [], dtype)[0] for part in kernels]
    weights += _constants(kernel, bias, dtype)[1:]
    return Step("transpose", 2, 1, 2, "zero", (1, 0, 1, 0), tuple(weights))


def nearest_conv_step(layer, dtype) -> Step:
    """Makes the step that doubles the nearest pixel, reflects 1 pixel and convolves 3x3.

    Of the 3x3 taps on doubled pixels some fall on the same source pixel. Added up beforehand, 2x2
    taps are left for each of the four places in a doubled pixel: 2.25 times less to multiply.
    """
    kernel, *bias = layer.get_weights()
    for axis in (0, 2):  # (3, 3, c, f) -> (place, 2, place, 2, c, f)
        k = np.moveaxis(kernel, axis, 0)
        places = np.stack([np.stack([k[0] + k[1], k[2]]), np.stack([k[0], k[1] + k[2]])])
        kernel = np.moveaxis(places, (0, 1), (axis, axis + 1))  # the second place comes first
    kernel = kernel.transpose(0, 1, 3, 4, 2, 5)  # (row place, 2, 2, c, column place, f)
    kernel = kernel.reshape(*kernel.shape[:4], -1)
    weights = _constants(kernel, bias, dtype)
    return Step("nearest_conv", 2, 1, 2, "edge", (1, 1, 1, 1), weights)


def _constants(kernel, bias, dtype):
    return (tf.constant(kernel, dtype), *(tf.constant(b) for b in bias))


BLUR = Step("blur", 3, 1, 1, "reflect", (1, 1, 1, 1))
BILINEAR = Step("bilinear", 3, 1, 2, "edge", (1, 1, 1, 1))


def _convolve(window, kernel, stride=1):
    return tf.cast(tf.nn.conv2d(tf.cast(window, kernel.dtype), kernel, stride, "VALID"), tf.float32)


def _plus_bias(rows, weights):
    return rows + weights[1] if len(weights) > 1 else rows


def _conv(step, window, weights, first, last):
    return _plus_bias(_convolve(window, weights[0], step.stride), weights)


def _winograd(step, window, weights, first, last):
    kernel = weights[0]
    rows, width = tf.shape(window)[1] - 2, tf.shape(window)[2] - 2
    if step.grow == 4:  # whole tiles only, see Step.in_whole_tiles
        rows = rows // 4 * 4
    fours = (rows + 3) // 4
    # Row i of all fours at once. Rows beyond the window only make rows that are cut off again.
    starts = 4 * tf.range(fours)
    d = [tf.gather(window[0], tf.minimum(starts + i, rows + 1)) for i in range(6)]
    even, odd = d[4] - 4.0 * d[2], d[3] - 4.0 * d[1]
    plain, twice = d[4] - d[2], 2.0 * (d[3] - d[1])
    inputs = [4.0 * (d[0] - d[2]) + plain, even + odd, even - odd, plain + twice, plain - twice]
    inputs.append(4.0 * (d[1] - d[3]) + d[5] - d[3])
    m = [_convolve(x[None], kernel[i][None])[0] for i, x in enumerate(inputs)]
    sum12, sum34, apart12, apart34 = m[1] + m[2], m[3] + m[4], m[1] - m[2], m[3] - m[4]
    outputs = [m[0] + sum12 + sum34, apart12 + 2.0 * apart34]
    outputs += [sum12 + 4.0 * sum34, apart12 + 8.0 * apart34 + m[5]]
    outputs = tf.stack(outputs, axis=1)  # (fours, 4, width, filters)
    outputs = tf.reshape(outputs, (1, 4 * fours, width, kernel.shape[-1]))
    return _plus_bias(outputs[:, :rows], weights)


def _narrow(step, window, weights, first, last):
    """A large kernel with 3 filters: its rows become 3 filters each, added up afterwards.

    Three filters leave the multiplier mostly idle, and it gathers each pixel once per tap.
    """
    parts = _convolve(window, weights[0])  # (1, rows, width, 3 * size)
    rows = tf.shape(window)[1] - step.height + 1
    parts = [parts[:, i : i + rows, :, 3 * i : 3 * i + 3] for i in range(step.height)]
    return _plus_bias(tf.add_n(parts), weights)


def _transpose(step, window, weights, first, last):
    inner = [window, window[:, :, 1:]], [window[:, 1:], window[:, 1:, 1:]]
    places = [[_convolve(inner[i][j], weights[2 * i + j]) for j in (0, 1)] for i in (0, 1)]
    rows = _interleave([tf.concat(pair, axis=-1) for pair in places])
    return rows + weights[4] if len(weights) > 4 else rows


def _nearest_conv(step, window, weights, first, last):
    # Each 2x2 window makes the four places around its middle: of rows 2i - 1 and 2i. The very
    # first and last row, and columns, lie outside of the map.
    rows = _interleave([_convolve(window, kernel) for kernel in tf.unstack(weights[0])])
    return _plus_bias(rows[:, first : tf.shape(rows)[1] - last, 1:-1], weights)


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
    "winograd": _winograd,
    "narrow": _narrow,
    "transpose": _transpose,
    "nearest_conv": _nearest_conv,
    "blur": _blur,
    "bilinear": _bilinear,
}
