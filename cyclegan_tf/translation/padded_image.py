"""`PaddedImage`: an image of any size as rows of a size that the generators take."""

import numpy as np

from cyclegan_tf import images

MULTIPLE = 4  # the generators halve the image twice
SMALLEST = 16  # below this, the reflection padding of the trunk would exceed the image


class PaddedImage:
    """An image as rows in [-1, 1], mirrored at the right and bottom up to its `padded_size`.

    It holds a copy of the image, in the image's dtype.

    Args:
        image: uint8 or uint16 `(h, w, 3 or 4)`; alpha is left out.
    """

    def __init__(self, image: np.ndarray) -> None:
        height, width = image.shape[:2]
        padded_height, padded_width = padded_size(height, width)
        # NumPy reflects repeatedly where the padding exceeds the image, and copies a single row.
        padding = (0, padded_height - height), (0, padded_width - width), (0, 0)
        self._pixels = np.pad(image[..., :3], padding, mode="reflect")

    @property
    def shape(self) -> tuple[int, ...]:
        """`(height, width, 3)` with the padding."""
        return self._pixels.shape

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Returns rows as float32 `(n, width, 3)`."""
        return images.to_unit(self._pixels[rows])


def padded_size(height: int, width: int) -> tuple[int, int]:
    """Returns height and width with the padding.

    >>> padded_size(10, 101)
    (16, 104)
    """
    height, width = (max(-(-side // MULTIPLE) * MULTIPLE, SMALLEST) for side in (height, width))
    return height, width
