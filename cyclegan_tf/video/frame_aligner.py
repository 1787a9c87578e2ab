"""`FrameAligner`: frames laid on the generator's grid, wherever the camera is."""

import numpy as np

from cyclegan_tf import images

# The generators halve an image twice, so only shifts by multiples of 4 pixels move through them
# unchanged. The CPU computes 3x3 convolutions in tiles of 4 rows and columns at quarter resolution:
# with 16 pixels, each keeps its place in its tile, and with it nearly all of its rounding.
TILE = 4


class FrameAligner:
    """Pads frames so that each pixel of the map meets the strided convolutions in the same phase.

    A frame whose upper left corner is at (x, y) of the map is laid at column `x % 16` and row
    `y % 16` of a working image (4 times `multiple`); a reflection of the frame fills the rest.
    Away from the borders, the translation of a shifted view is then the shifted translation.

    Args:
        height: Height of the frames in pixels.
        width: Width of the frames in pixels.
        moves: Whether frames have different offsets. If not, less of the working image is unused.
        multiple: What the sides of pictures must be multiples of for the generator.

    Attributes:
        size: (height, width) of the frames.
        shape: (height, width) of the working image.
    """

    def __init__(self, height: int, width: int, moves: bool = True, multiple: int = 4) -> None:
        self.size: tuple[int, int] = height, width
        self._grid = TILE * multiple
        # One working size for all offsets: equal shapes are computed in the same order.
        step, spare = (self._grid, self._grid - 1) if moves else (multiple, 0)
        height, width = (max(-(-(side + spare) // step) * step, self._grid) for side in self.size)
        self.shape: tuple[int, int] = height, width

    def lay(self, frame: np.ndarray, offset: tuple[int, int] = (0, 0)) -> np.ndarray:
        """Returns the working image with a frame on it.

        Args:
            frame: uint8 `(height, width, 3)`.
            offset: (x, y) of its upper left corner on the map, in whole pixels.

        Returns:
            float32 `(*shape, 3)` in [-1, 1].
        """
        corner = self._corner(offset)
        padding = [
            (before, total - before - side)
            for before, total, side in zip(corner, self.shape, self.size, strict=True)
        ]
        padded = np.pad(frame, (*padding, (0, 0)), mode="reflect")
        return images.to_unit(padded)

    def cut(self, image: np.ndarray, offset: tuple[int, int] = (0, 0)) -> np.ndarray:
        """Cuts the frame out of a working image again.

        Args:
            image: `(*shape, channels)`, of any dtype.
            offset: Same as in `lay`.

        Returns:
            `(height, width, channels)` of the same dtype.
        """
        top, left = self._corner(offset)
        return image[top : top + self.size[0], left : left + self.size[1]]

    def _corner(self, offset):
        return offset[1] % self._grid, offset[0] % self._grid
