"""Single layers of a generator as row steps: some more rows go in, finished rows come out.

Here is what each layer needs and gives, in numbers and NumPy weights; the engines compute it.
"""

from dataclasses import dataclass, field

import keras
import numpy as np

NARROW = 3  # filters up to which a convolution is computed row of the kernel by row
TILE = 4  # rows and columns that Winograd's F(4x4, 3x3) makes at once, see blas/winograd.py


@dataclass(frozen=True)
class RowStep:
    """One layer, or several that are computed together.

    Each step carries the few rows that its next output still needs from strip to strip, so every
    row of the map is computed once.

    Args:
        kind: `"conv"`, `"transpose"`, `"doubling"`, `"blur"` or `"bilinear"`.
        height: Rows of input that one position of the window covers.
        stride: Rows of input that the window moves between two positions.
        grow: Rows of output per position.
        pad_mode: `"reflect"`, `"edge"` or `"zero"`.
        pad: Rows added above and below, columns added left and right of the whole map.
        kernel: float32; its shape depends on the kind. None where the step has no weights.
        bias: float32 `(filters,)` or None.
    """

    kind: str
    height: int = 1
    stride: int = 1
    grow: int = 1
    pad_mode: str = "zero"
    pad: tuple[int, int, int, int] = (0, 0, 0, 0)
    kernel: np.ndarray | None = field(default=None, compare=False, repr=False)
    bias: np.ndarray | None = field(default=None, compare=False, repr=False)

    @property
    def tile(self) -> int:
        """Rows that come out at once: tiles are cut from the top of the map, not of a strip.

        So a pixel has the same place in its tile wherever the strips are cut.
        """
        return TILE if self.kind == "conv" and self.height == 3 and self.stride == 1 else 1

    def positions(self, num_rows: int, last: bool) -> int:
        """Counts the positions of the window among padded rows.

        Args:
            num_rows: Padded rows that are there.
            last: Whether the map ends with them. If not, only whole tiles are made.

        Returns:
            The number; a tensor where the arguments are tensors.
        """
        number = (num_rows - self.height) // self.stride + 1
        return number - (1 - last) * (number % self.tile)

    def rows_after(self, carried: int, new: int, first: bool, last: bool) -> tuple[int, int]:
        """Counts the rows that come out, and those carried to the next time.

        Args:
            carried: Rows carried from the last time.
            new: Rows that go in.
            first: Whether the map begins with them.
            last: Whether the map ends with them.
        """
        num_rows = carried + new + first * self.pad[0] + last * self.pad[1]
        positions = self.positions(num_rows, last)
        # The windows at the ends make a border row too many each.
        trimmed = (first + last) if self.kind == "doubling" else 0
        return positions * self.grow - trimmed, num_rows - positions * self.stride

    def channels_after(self, channels: int) -> int:
        """Returns the channels that come out where `channels` go in."""
        return channels if self.kernel is None else self.kernel.shape[-1]


def conv_step(layer: keras.layers.Conv2D, padding: int) -> RowStep:
    """Makes the step of a `Conv2D` and the reflection padding before it.

    Args:
        layer: Square kernel; strides 1 (odd size), or 2 on even sides.
        padding: Pixels that the `ReflectionPadding2D` before it adds; 0 for zeros as `"same"` does.
    """
    size, stride = layer.kernel_size[0], layer.strides[0]
    pad = (padding,) * 4
    if not padding:
        above = (size - stride) // 2  # TensorFlow's "same": the odd one goes below and right
        pad = (above, size - stride - above) * 2
    mode = "reflect" if padding else "zero"
    return RowStep("conv", size, stride, 1, mode, pad, *_weights(layer))


def transpose_step(layer: keras.layers.Conv2DTranspose) -> RowStep:
    """Makes the step of a `Conv2DTranspose` with kernel 3 or 4, strides 2, `"same"` padding.

    With kernel 3, an even row of the output sees two rows of the input through taps 2 and 0, an odd
    row sees one through tap 1, and likewise columns. With kernel 4 each sees two, by its own taps.
    """
    kernel, bias = _weights(layer)
    kernel = kernel.swapaxes(2, 3)
    if layer.kernel_size == (3, 3):
        return RowStep("transpose", 2, 1, 2, "zero", (1, 0, 1, 0), kernel, bias)
    for axis in (0, 2):  # (4, 4, c, f) -> (place, 2, place, 2, c, f)
        kernel = np.take(kernel, [[2, 0], [3, 1]], axis)
    return RowStep("doubling", 2, 1, 2, "zero", (1, 1, 1, 1), _by_window(kernel), bias)


def nearest_conv_step(layer: keras.layers.Conv2D) -> RowStep:
    """Makes the step that doubles the nearest pixel, reflects 1 pixel and convolves 3x3.

    Of the 3x3 taps on doubled pixels some fall on the same source pixel. They are added up
    beforehand: 2x2 are left for each of the four places in a doubled pixel, 2.25 times less to
    multiply.
    """
    kernel, bias = _weights(layer)
    for axis in (0, 2):  # (3, 3, c, f) -> (place, 2, place, 2, c, f)
        k = np.moveaxis(kernel, axis, 0)
        both = np.stack([np.stack([k[0] + k[1], k[2]]), np.stack([k[0], k[1] + k[2]])])
        kernel = np.moveaxis(both, (0, 1), (axis, axis + 1))
    return RowStep("doubling", 2, 1, 2, "edge", (1, 1, 1, 1), _by_window(kernel), bias)


BLUR = RowStep("blur", 3, 1, 1, "reflect", (1, 1, 1, 1))
BILINEAR = RowStep("bilinear", 3, 1, 2, "edge", (1, 1, 1, 1))


def _by_window(kernel):
    """The kernel of a `"doubling"`, from `(row place, 2, column place, 2, channels, filters)`.

    `(row place, 2, 2, channels, column place, filters)`: a 2x2 window makes the four places around
    its middle, the second place of the pixel before it first.
    """
    return kernel.transpose(0, 1, 3, 4, 2, 5)


def _weights(layer):
    kernel, *bias = layer.get_weights()
    return kernel, bias[0] if bias else None
