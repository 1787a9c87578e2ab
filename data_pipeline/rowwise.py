"""PNG and TIFF of any size, decoded some rows at a time into a file: `read_rows`."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import tifffile
from PIL import Image

from data_pipeline import png_bands, tiff, tiff_bands
from data_pipeline.decoding import File, Picture, info_of, opened, orientation_of, read_picture
from data_pipeline.pillow_opening import opened_by_pillow
from data_pipeline.row_file import RowFile

BAND_BYTES = 2**24  # decoded at a time
MOST_BAND_BYTES = 2**28  # where the strips or tiles of a TIFF are larger
WIDEST = 2**20  # pixels
_DEEPEST = 8  # bytes per pixel


@dataclass(frozen=True)
class RowPicture:
    """A picture whose pixels lie in a file.

    Attributes:
        rows: uint8 or uint16 `(h, w, 3)`, or `(h, w, 4)` with alpha, which isn't premultiplied;
            or bands, see `read_rows`.
        info: As that of `Picture`.
    """

    rows: RowFile
    info: dict = field(default_factory=dict)


@dataclass(frozen=True)
class _Bands:
    """How a file is cut."""

    height: int
    width: int
    orientation: int
    info: dict
    files: Callable[[], Iterator[bytes]]


def size_in_rows(file: File) -> tuple[int, int] | None:
    """Returns height and width of a picture that `read_rows` can read, whatever its size.

    Args:
        file: A path, or the bytes of an encoded picture.

    Returns:
        The size, upright; or None for one that can only be read whole: of another format, an
        interlaced or animated PNG, a TIFF whose compressed strips or tiles are too large, one that
        lies on its side, or one of more than `WIDEST` pixels of width.

    Raises:
        ValueError: It is a TIFF of a kind that isn't read, or damaged.
    """
    with _cut(file) as bands:
        return None if bands is None else (bands.height, bands.width)


def read_rows(
    file: File,
    place: Callable[[tuple[int, int, int], np.dtype], RowFile],
    *,
    deep: bool = False,
    read: Callable[..., Picture] = read_picture,
) -> RowPicture:
    """Reads what `read_picture` reads, in the memory of a few rows.

    Args:
        file: A picture for which `size_in_rows` gives a size.
        place: Called with shape and dtype once they are known; returns the file to fill.
        deep: Same as in `read_picture`.
        read: Function of a file and `deep` that reads the parts; e.g. `Preparation.read`.

    Raises:
        ValueError: As in `read_picture`; or it can only be read whole. The cause is an OSError
            where the disk is full.
    """
    with _cut(file) as bands:
        if bands is None:
            raise ValueError("it can't be read row by row")
        upside_down, mirrored = bands.orientation in (3, 4), bands.orientation in (2, 3)
        rows, start = None, 0
        for content in bands.files():
            pixels = read(content, deep=deep).pixels
            if rows is None:
                rows = place((bands.height, bands.width, pixels.shape[-1]), pixels.dtype)
            stop = start + len(pixels)
            pixels = pixels[:, ::-1] if mirrored else pixels
            if upside_down:
                rows.write(bands.height - stop, pixels[::-1])
            else:
                rows.write(start, pixels)
            start = stop
        assert rows is not None
        return RowPicture(rows, bands.info)


@contextmanager
def _cut(file: File) -> Iterator[_Bands | None]:
    with opened(file) as (stream, head):
        if tiff.is_tiff(head):
            with tiff.first_page(stream) as page:
                yield _possible(_tiff(stream, head, page))
        else:
            yield _possible(_png(stream))


def _possible(bands: _Bands | None) -> _Bands | None:
    lies = bands is not None and bands.orientation in (5, 6, 7, 8)  # rows would be columns
    return None if lies else bands


def _wanted_rows(width: int) -> int | None:
    return max(BAND_BYTES // (_DEEPEST * width), 1) if 0 < width <= WIDEST else None


def _png(stream: BinaryIO) -> _Bands | None:
    png = png_bands.layout(stream)
    num_rows = _wanted_rows(png.width) if png else None
    if png is None or num_rows is None:
        return None
    stub = png.stub()
    with opened_by_pillow(io.BytesIO(stub), stub[:32]) as image:
        orientation, info = orientation_of(image), info_of(image.info)

    def files() -> Iterator[bytes]:
        return png_bands.bands(stream, png, num_rows)

    return _Bands(png.height, png.width, orientation, info, files)


def _tiff(stream: BinaryIO, head: bytes, page: tifffile.TiffPage) -> _Bands | None:
    height, width = page.imagelength, page.imagewidth
    wanted = _wanted_rows(width)
    num_rows = wanted and tiff_bands.band_rows(page, wanted)
    pixel_bytes = max(_DEEPEST, 2 * page.samplesperpixel)
    if not num_rows or num_rows * width * pixel_bytes > MOST_BAND_BYTES + BAND_BYTES:
        return None
    if tiff.is_for_pillow(page):
        try:
            with opened_by_pillow(stream, head, any_size=True) as image:
                orientation, info = orientation_of(image), info_of(image.info)
        except Image.UnidentifiedImageError as error:
            raise ValueError(tiff.unknown(page)) from error
    else:
        orientation, found = tiff.info(page)
        info = info_of(found)

    def files() -> Iterator[bytes]:
        return tiff_bands.bands(stream, page, num_rows)

    return _Bands(height, width, orientation, info, files)
