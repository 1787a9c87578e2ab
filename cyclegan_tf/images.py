"""The borders between pictures and tensors: uint8 <-> [-1, 1], reading, atomic writing, grids.

Conversions are named by range. Files are decoded by data_pipeline; what it raises becomes
`ImageError` here, and only here.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from cyclegan_tf.errors import ImageError
from data_pipeline import decoding, rowwise
from data_pipeline.bands import rgb_view
from data_pipeline.decoding import Picture
from data_pipeline.files import atomic_file
from data_pipeline.preparation import AS_THEY_ARE, Preparation
from data_pipeline.row_file import RowFile
from data_pipeline.rowwise import RowPicture

# What a dtype's largest value is to 1 and 0 is to -1: half of its range.
_HALF_RANGES = {np.dtype(np.uint8): 127.5, np.dtype(np.uint16): 32767.5}
PIXEL_DTYPES = tuple(_HALF_RANGES)


def to_unit(image: np.ndarray) -> np.ndarray:
    """uint8 [0, 255] or uint16 [0, 65535] to float32 [-1, 1], any shape.

    >>> to_unit(np.array([0, 65535], "uint16"))
    array([-1.,  1.], dtype=float32)
    """
    return image.astype(np.float32) / np.float32(_HALF_RANGES[image.dtype]) - np.float32(1.0)


def from_unit(image: np.ndarray, dtype: npt.DTypeLike) -> np.ndarray:
    """Float [-1, 1] to uint8 or uint16, rounded, values outside clipped; any shape.

    >>> from_unit(np.array([-2.0, 0.1, 1.0]), "uint16")
    array([    0, 36044, 65535], dtype=uint16)
    """
    half = _HALF_RANGES[np.dtype(dtype)]
    return np.rint((np.clip(image, -1.0, 1.0) + 1.0) * half).astype(dtype)


def uint8_to_unit(image: np.ndarray) -> np.ndarray:
    """uint8 [0, 255] to float32 [-1, 1], any shape.

    >>> uint8_to_unit(np.array([0, 255], "uint8"))
    array([-1.,  1.], dtype=float32)
    """
    return np.asarray(image, np.float32) / 127.5 - 1.0


def unit_to_uint8(image: np.ndarray) -> np.ndarray:
    """Float [-1, 1] to uint8 [0, 255], rounded, values outside clipped; any shape.

    >>> unit_to_uint8(np.array([-2.0, 0.1, 1.0]))
    array([  0, 140, 255], dtype=uint8)
    """
    return from_unit(np.asarray(image, np.float32), np.uint8)


def read_picture(
    path: str | os.PathLike, *, deep: bool = False, preparation: Preparation = AS_THEY_ARE
) -> Picture:
    """Reads a picture with alpha, colour profile and resolution, see `decoding.read_picture`.

    Args:
        path: The picture.
        deep: Keep 16 bits per channel where the file has them (PNG, TIFF).
        preparation: For networks of 2, 4 and more channels, bands are read.

    Returns:
        A `Picture` of uint8 or uint16 `(h, w, 3 or 4)`, or `(h, w, channels)` of bands.

    Raises:
        ImageError: The file is missing, truncated, no picture, or of a kind that isn't read.
    """
    with _read_errors(path):
        return preparation.read(path, deep=deep)


def read_rows(
    path: str | os.PathLike,
    place: Callable[[tuple[int, int, int], np.dtype], RowFile],
    *,
    deep: bool = False,
    preparation: Preparation = AS_THEY_ARE,
) -> RowPicture:
    """Reads a picture of any size into a file, see `rowwise.read_rows`.

    Args:
        path: The picture.
        place: Called with shape and dtype once they are known; returns the file to fill.
        deep: Same as in `read_picture`.
        preparation: Same as in `read_picture`.

    Raises:
        ImageError: As in `read_picture`, or the disk is full.
    """
    with _read_errors(path):
        return rowwise.read_rows(path, place, deep=deep, read=preparation.read)


def read_image(path: str | os.PathLike) -> np.ndarray:
    """Reads the pixels of a picture: uint8 `(h, w, 3)`, or `(h, w, 4)` where it has alpha.

    Raises:
        ImageError: The file is missing, truncated, or no picture.
    """
    return read_picture(path).pixels


def size_of(path: str | os.PathLike) -> tuple[int, int]:
    """Returns width and height of a picture as stored, from its header.

    Raises:
        ImageError: The file is missing or no picture.
    """
    with _read_errors(path):
        return decoding.size_of(path)


@contextmanager
def _read_errors(path: str | os.PathLike) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise ImageError(f"{path} does not exist.") from error
        raise ImageError(f"{path} cannot be read: {error}.") from error


def write_image(path: str | os.PathLike, image: np.ndarray, **options: Any) -> None:
    """Writes a picture whole or not at all, with the folders that lead to it.

    Args:
        path: Where to; the format is that of the suffix.
        image: uint8 `(h, w, 1 to 4)`: gray or RGB, with or without alpha.
        **options: For `PIL.Image.Image.save`.

    Raises:
        ImageError: The folder cannot be written to, the disk is full, or the format is unknown.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as partial:
            pixels = image[..., 0] if image.shape[-1] == 1 else image
            Image.fromarray(pixels).save(partial, **options)
    except (OSError, ValueError) as error:
        raise ImageError(f"{path} cannot be written: {error}.") from error


def grid(rows: Sequence[Sequence[np.ndarray]], gap: int = 4, background: int = 255) -> np.ndarray:
    """Lays out uint8 pictures in rows, top left aligned.

    Args:
        rows: uint8 `(h, w, channels)` each, shown by `rgb_view`; sizes may differ.
        gap: Pixels between and around them.
        background: Gray value behind them.

    Returns:
        One uint8 picture `(height, width, 3)`.
    """
    columns = max(len(row) for row in rows)
    widths = [max((r[j].shape[1] for r in rows if j < len(r)), default=0) for j in range(columns)]
    heights = [max(image.shape[0] for image in row) for row in rows]
    shape = (sum(heights) + gap * (len(rows) + 1), sum(widths) + gap * (columns + 1), 3)
    canvas = np.full(shape, background, np.uint8)
    y = gap
    for row, height in zip(rows, heights, strict=True):
        x = gap
        for image, width in zip(row, widths, strict=False):
            canvas[y : y + image.shape[0], x : x + image.shape[1]] = rgb_view(image)
            x += width + gap
        y += height + gap
    return canvas
