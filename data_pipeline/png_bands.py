"""PNG in bands: some of its rows at a time, each band as a PNG of its own.

What a picture looks like is then known to the reader of whole files alone.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the type of colour
# By bytes per pixel: a kind of PNG whose pixels are the bytes of its rows, type and Pillow's mode.
_BYTES = {1: (0, "L"), 2: (4, "LA"), 3: (2, "RGB"), 4: (6, "RGBA")}
_SHAPES_PIXELS = (b"PLTE", b"tRNS")
_ANIMATION = (b"acTL", b"fcTL", b"fdAT")
_PIECE = 2**20  # bytes read at a time
_MOST_METADATA = 2**28  # bytes
_TRUNCATED = "image file is truncated"


@dataclass(frozen=True)
class PngLayout:
    """What the chunks of a PNG say of its pixels.

    Attributes:
        width: Pixels of a row.
        height: Rows.
        depth: Bits per channel.
        colour: The type of colour, 0 to 6.
        chunks: Those with the palette and the transparency, encoded.
        others: All others but the pixels, encoded: profile, resolution, orientation.
    """

    width: int
    height: int
    depth: int
    colour: int
    chunks: bytes
    others: bytes

    @property
    def row_bytes(self) -> int:
        """Bytes of a row, without that which names its filter."""
        return -(-self.width * self.depth * _CHANNELS[self.colour] // 8)

    @property
    def pixel_bytes(self) -> int:
        """Bytes to the pixel on the left, which the filters look back to."""
        return max(self.depth * _CHANNELS[self.colour] // 8, 1)

    def stub(self) -> bytes:
        """Returns a PNG of one row of this width, black, with all metadata."""
        return self._file(1, self.others, bytes(1 + self.row_bytes))

    def band(self, rows: np.ndarray) -> bytes:
        """Returns a PNG of some rows, uint8 `(n, row_bytes)`, without metadata."""
        plain = np.pad(rows, ((0, 0), (1, 0)))  # each begins with the number of its filter: none
        return self._file(len(rows), b"", plain.data)

    def _file(self, height, others, data):
        return encoded(self.width, height, self.depth, self.colour, self.chunks + others, data)


def layout(stream: BinaryIO) -> PngLayout | None:
    """Reads the layout of a PNG; leaves the stream where it was.

    Args:
        stream: The file, at its beginning.

    Returns:
        The layout, or None if it can't be decoded row by row: interlaced, animated, or no PNG.

    Raises:
        ValueError: The file is cut off.
    """
    try:
        if stream.read(8) != PNG:
            return None
        header = b""
        kept: dict[bool, list[bytes]] = {True: [], False: []}
        for kind, size in _chunks(stream):
            if kind in _ANIMATION:
                return None
            if kind in (b"IDAT", b"IEND"):
                stream.seek(size, io.SEEK_CUR)
                continue
            if size > _MOST_METADATA:
                return None
            data = stream.read(size)
            if kind == b"IHDR":
                header = data
            else:
                kept[kind in _SHAPES_PIXELS].append(chunk(kind, data))
        width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    except struct.error:
        return None
    finally:
        stream.seek(0)
    if interlaced or colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        return None
    chunks, others = b"".join(kept[True]), b"".join(kept[False])
    return PngLayout(width, height, depth, colour, chunks, others)


def bands(stream: BinaryIO, png: PngLayout, num_rows: int) -> Iterator[bytes]:
    """Yields the picture from top to bottom as PNG files of `num_rows` rows each, or fewer.

    Args:
        stream: The file, at its beginning.
        png: Its layout.
        num_rows: Rows of a band.

    Raises:
        ValueError: The file is cut off or damaged.
    """
    lines = _Inflated(stream)
    above = np.zeros((1, png.row_bytes), np.uint8)
    for start in range(0, png.height, num_rows):
        count = min(num_rows, png.height - start)
        data = lines.read(count * (1 + png.row_bytes))
        filtered = np.frombuffer(data, np.uint8).reshape(count, 1 + png.row_bytes)
        rows = _unfiltered(filtered, above, png.pixel_bytes)
        above = rows[-1:]
        yield png.band(rows)


def encoded(
    width: int, height: int, depth: int, colour: int, chunks: bytes, data: bytes | memoryview
) -> bytes:
    """Returns a PNG of filtered rows, which are stored without compression.

    Args:
        width: Pixels of a row.
        height: Rows.
        depth: Bits per channel.
        colour: The type of colour, 0 to 6.
        chunks: Further chunks, encoded.
        data: The rows, each with the number of its filter before it.
    """
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(data, 0))
    return PNG + chunk(b"IHDR", header) + chunks + pixels + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    """Returns a chunk of PNG with its length and its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _unfiltered(filtered, above, pixel_bytes):
    """Undoes the filters by Pillow, which has them in C, whatever the bytes mean.

    Filters look back by whole pixels, so bytes of 16-bit colour fall into groups that know nothing
    of each other: 6 into 2 of 3, 8 into 2 of 4. A group is a picture of 8 bits.
    """
    groups = 1 if pixel_bytes <= 4 else 2
    size = pixel_bytes // groups
    count, width = len(filtered), above.shape[1] // pixel_bytes
    colour, mode = _BYTES[size]
    plain = np.zeros((count + 1, 1 + width * size), np.uint8)  # its first row is that above
    plain[1:, 0] = filtered[:, 0]
    by_pixels = filtered[:, 1:].reshape(count, width, groups, size)
    result = np.empty_like(by_pixels)
    for group in range(groups):
        plain[0, 1:] = above.reshape(width, groups, size)[:, group].ravel()
        plain[1:, 1:] = by_pixels[:, :, group].reshape(count, -1)
        file = encoded(width, count + 1, 8, colour, b"", plain.data)
        with Image.open(io.BytesIO(file), formats=("PNG",)) as image:
            assert image.mode == mode
            pixels = np.asarray(image)[1:]
        result[:, :, group] = pixels.reshape(count, width, size)
    return result.reshape(count, -1)


class _Inflated:
    """The rows of a PNG with their filters, in pieces of any length."""

    def __init__(self, stream):
        self._pieces = _pixel_data(stream)
        self._inflate = zlib.decompressobj()

    def read(self, size):
        result = bytearray()
        while len(result) < size:
            more = self._inflate.unconsumed_tail or next(self._pieces, b"")
            if not more or self._inflate.eof:
                raise ValueError(_TRUNCATED)
            try:
                result += self._inflate.decompress(more, size - len(result))
            except zlib.error as error:
                raise ValueError("broken data stream when reading image file") from error
        return result


def _pixel_data(stream):
    stream.seek(8)
    for kind, size in _chunks(stream):
        left = size if kind == b"IDAT" else 0
        while left:
            piece = stream.read(min(left, _PIECE))
            if not piece:
                return
            left -= len(piece)
            yield piece
        if kind != b"IDAT":
            stream.seek(size, io.SEEK_CUR)


def _chunks(stream):
    """Yields kind and size of each chunk; what it holds is to be read or passed over meanwhile."""
    while len(head := stream.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        yield kind, size
        if kind == b"IEND":
            return
        stream.seek(4, io.SEEK_CUR)  # its checksum
