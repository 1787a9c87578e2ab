"""`PaddedImage`: an image of any size as rows of a size that the generators take."""

import numpy as np

from cyclegan_tf import images
from cyclegan_tf.model.sizes import MULTIPLE, SMALLEST, padded_size
from data_pipeline.preparation import AS_THEY_ARE, Preparation
from data_pipeline.row_file import RowFile


class PaddedImage:
    """An image as rows in [-1, 1], mirrored at the right and bottom up to its `padded_size`.

    Nothing is copied but the rows that are asked for, so that whole maps take no more memory.

    Args:
        image: uint8 or uint16, in memory or in a file; as in `Preparation.apply`.
        preparation: Its background is laid behind transparent pixels; nothing is resized.
        multiple: What the sides must be multiples of.
        smallest: What they must be at least.
    """

    def __init__(
        self,
        image: np.ndarray | RowFile,
        preparation: Preparation = AS_THEY_ARE,
        multiple: int = MULTIPLE,
        smallest: int = SMALLEST,
    ) -> None:
        height, width = image.shape[:2]
        padded_height, padded_width = padded_size(height, width, multiple, smallest)
        self._image, self._preparation = image, preparation
        self.shape: tuple[int, int, int] = padded_height, padded_width, preparation.channels
        # NumPy reflects repeatedly where the padding exceeds the image, and copies a single row.
        self._rows = np.pad(np.arange(height), (0, padded_height - height), mode="reflect")
        self._padding = (0, 0), (0, padded_width - width), (0, 0)

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Returns rows as float32 `(n, width, channels)`."""
        wanted = self._rows[rows]
        first = wanted.min()
        near = self._image[first : wanted.max() + 1]  # a slice: also of rows in a file
        flat = self._preparation.flatten(near[wanted - first])
        return images.to_unit(np.pad(flat, self._padding, mode="reflect"))
