"""Input and translation as one picture: its name, its size, its pixels in memory and by rows."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from cyclegan_tf.translation.formats import JPEG
from data_pipeline.bands import rgb_view
from data_pipeline.preparation import AS_THEY_ARE, Preparation
from data_pipeline.row_file import RowFile

MOST_PIXELS = 6 * 10**6  # of each of the two: a screen shows fewer, and files stay small
_LOSSY = (*JPEG, ".webp")
_PART_BYTES = 2**23


def compare_file(output: Path) -> Path:
    """Returns where both are written: `NAME_compare.png`, or as JPEG or WebP where `output` is.

    >>> compare_file(Path("a.tiff")).name, compare_file(Path("a.jpg")).name
    ('a_compare.png', 'a_compare.jpg')
    """
    suffix = output.suffix if output.suffix.lower() in _LOSSY else ".png"
    return output.with_name(f"{output.stem}_compare{suffix}")


def shrinking(height: int, width: int) -> int:
    """Returns by which whole number pictures are shrunk, so that each has at most 6 megapixels.

    >>> shrinking(3000, 1400), shrinking(3000, 4000)
    (1, 2)
    """
    return max(1, math.ceil(math.sqrt(height * width / MOST_PIXELS)))


def side_by_side(
    real: np.ndarray, fake: np.ndarray, preparation: Preparation = AS_THEY_ARE
) -> np.ndarray:
    """Joins two pictures of one size along their shorter axis: wide ones lie above each other.

    Args:
        real: uint8 or uint16 `(h, w, 3 or 4)`, or what else the preparation is for.
        fake: The same.
        preparation: Its background is put behind transparent pixels.

    Returns:
        One uint8 picture without alpha, of bands those of `rgb_view`; each of the two shrunk by
        `shrinking`.

    >>> side_by_side(np.zeros((2, 5, 3), "uint8"), np.ones((2, 5, 3), "uint8")).shape
    (4, 5, 3)
    """
    factor = shrinking(*real.shape[:2])
    axis = 0 if real.shape[1] >= real.shape[0] else 1
    pair = [_shown(picture, preparation, factor) for picture in (real, fake)]
    return np.concatenate(pair, axis=axis)


def rows_side_by_side(
    real: RowFile, fake: RowFile, preparation: Preparation
) -> tuple[tuple[int, int, int], Iterator[np.ndarray]]:
    """Does the same by rows.

    Args:
        real: Same as in `side_by_side`, in a file.
        fake: The same.
        preparation: Same as in `side_by_side`.

    Returns:
        The shape of the joined picture, and its rows from top to bottom.
    """
    height, width = real.shape[:2]
    factor = shrinking(height, width)
    # Whole blocks of pixels in each part: only the last one may end within a block.
    row_bytes = width * real.shape[2] * real.dtype.itemsize
    count = max(_PART_BYTES // row_bytes // factor, 1) * factor

    def parts(rows: RowFile) -> Iterator[np.ndarray]:
        for start in range(0, height, count):
            yield _shown(rows[start : start + count], preparation, factor)

    high, wide = math.ceil(height / factor), math.ceil(width / factor)
    if width >= height:
        return (2 * high, wide, 3), (part for rows in (real, fake) for part in parts(rows))
    pairs = zip(parts(real), parts(fake), strict=True)
    return (high, 2 * wide, 3), (np.hstack(pair) for pair in pairs)


def _shown(pixels: np.ndarray, preparation: Preparation, factor: int) -> np.ndarray:
    flat = np.ascontiguousarray(rgb_view(preparation.flatten(pixels)))
    if flat.dtype != np.uint8:
        flat = (flat >> 8).astype(np.uint8)
    return flat if factor == 1 else np.asarray(Image.fromarray(flat).reduce(factor))
