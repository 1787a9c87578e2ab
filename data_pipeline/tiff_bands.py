"""TIFF in bands: some of its strips or rows of tiles at a time, each band as a TIFF of its own.

What a picture looks like is then known to the reader of whole files alone.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

import tifffile
from tifffile import COMPRESSION, PLANARCONFIG

_TRUNCATED = "image file is truncated: strips or tiles are missing"
_HEIGHT, _OFFSETS, _SIZES, _ROWS, _TILE_OFFSETS, _TILE_SIZES = 257, 273, 279, 278, 324, 325
# What pixels depend on: ImageWidth, BitsPerSample, Compression, PhotometricInterpretation,
# FillOrder, SamplesPerPixel, PlanarConfiguration, T4Options, T6Options, Predictor, ColorMap,
# TileWidth, TileLength, InkSet, ExtraSamples, SampleFormat, JPEGTables, YCbCrCoefficients,
# YCbCrSubSampling, YCbCrPositioning, ReferenceBlackWhite.
_KEPT: tuple[int, ...] = (
    256,
    258,
    259,
    262,
    266,
    277,
    284,
    292,
    293,
    317,
    320,
    322,
    323,
    332,
    338,
    339,
    347,
)
_KEPT += (529, 530, 531, 532)
_NOT_CUT = (COMPRESSION.OJPEG,)  # its tables lie anywhere in the file
_LONG, _LONG_8 = 4, 16
Entry = tuple[int, int, int, bytes]  # tag, type, count, values as they lie in the file


def band_rows(page: tifffile.TiffPage, wanted: int) -> int | None:
    """Returns how many rows bands of about `wanted` rows have, or None if it can't be cut so.

    Args:
        page: The page.
        wanted: Rows that a band should have at most; it has more where tiles or strips do.
    """
    if page.compression in _NOT_CUT or page.imagedepth != 1:
        return None
    step = _step(page)
    return min(max(wanted // step, 1) * step, page.imagelength)


def bands(stream: BinaryIO, page: tifffile.TiffPage, num_rows: int) -> Iterator[bytes]:
    """Yields the page from top to bottom as TIFF files of `num_rows` rows each, or fewer.

    Args:
        stream: The file.
        page: Its first page.
        num_rows: Rows of a band, from `band_rows`.

    Raises:
        ValueError: The file is cut off.
    """
    entries = [_entry(stream, page.tags[tag]) for tag in _KEPT if tag in page.tags]
    for start in range(0, page.imagelength, num_rows):
        stop = min(start + num_rows, page.imagelength)
        yield _file(page, entries, stop - start, _segments(stream, page, start, stop))


def _step(page):
    """Rows that can be told apart: of a tile or a strip; single ones, if nothing is compressed."""
    if page.is_tiled:
        return page.tilelength
    if page.compression == COMPRESSION.NONE:
        return 1
    return min(page.rowsperstrip, page.imagelength)


def _segments(stream, page, start, stop):
    """Returns the bytes of the strips or tiles that hold rows `start` to `stop`, plane by plane."""
    in_planes = page.planarconfig == PLANARCONFIG.SEPARATE and page.samplesperpixel > 1
    planes = page.samplesperpixel if in_planes else 1
    if not page.is_tiled and page.compression == COMPRESSION.NONE:
        return [_rows(stream, page, plane, planes, start, stop) for plane in range(planes)]
    step = _step(page)
    across = -(-page.imagewidth // page.tilewidth) if page.is_tiled else 1
    down = -(-page.imagelength // step)
    segments = []
    for plane in range(planes):
        first = (plane * down + start // step) * across
        last = (plane * down + -(-stop // step)) * across
        segments += [_read(stream, page, i) for i in range(first, last)]
    return segments


def _rows(stream, page, plane, planes, start, stop):
    """Cuts rows out of strips that aren't compressed."""
    samples = page.samplesperpixel // planes
    row_bytes = -(-page.imagewidth * samples * page.bitspersample // 8)
    per_strip = min(page.rowsperstrip, page.imagelength)
    down = -(-page.imagelength // per_strip)
    parts = []
    for strip in range(start // per_strip, -(-stop // per_strip)):
        top = strip * per_strip
        first, last = max(start, top) - top, min(stop, top + per_strip) - top
        index = plane * down + strip
        stream.seek(page.dataoffsets[index] + first * row_bytes)
        parts.append(_exactly(stream, (last - first) * row_bytes))
    return b"".join(parts)


def _read(stream, page, index):
    stream.seek(page.dataoffsets[index])
    return _exactly(stream, page.databytecounts[index])


def _exactly(stream, size):
    data = stream.read(size)
    if len(data) < size:
        raise ValueError(_TRUNCATED)
    return data


def _entry(stream: BinaryIO, tag: tifffile.TiffTag) -> Entry:
    stream.seek(tag.valueoffset)
    return tag.code, int(tag.dtype), tag.count, _exactly(stream, tag.valuebytecount)


def _file(page, kept, height, segments):
    """Returns a TIFF of the byte order and the size of offsets that the page has."""
    order, big = page.parent.byteorder, page.parent.is_bigtiff
    letter, kind, room = ("Q", _LONG_8, 8) if big else ("I", _LONG, 4)
    at, offsets = 16, []  # behind the longer of the two headers
    for segment in segments:
        offsets.append(at)
        at += len(segment) + len(segment) % 2
    tags = (_TILE_OFFSETS, _TILE_SIZES) if page.is_tiled else (_OFFSETS, _SIZES)
    numbers = [(tags[0], offsets), (tags[1], [len(segment) for segment in segments])]
    numbers.append((_HEIGHT, [height]))
    if not page.is_tiled:
        is_cut = page.compression == COMPRESSION.NONE
        numbers.append((_ROWS, [height if is_cut else _step(page)]))
    entries = list(kept)
    for code, values in numbers:
        data = struct.pack(f"{order}{len(values)}{letter}", *values)
        entries.append((code, kind, len(values), data))
    directory, extra = b"", b""
    beyond = at + (8 if big else 2) + len(entries) * (20 if big else 12) + room
    for code, form, count, data in sorted(entries):
        directory += struct.pack(f"{order}HH{letter}", code, form, count)
        if len(data) > room:
            directory += struct.pack(order + letter, beyond + len(extra))
            extra += data + bytes(len(data) % 2)
        else:
            directory += data.ljust(room, b"\0")
    head = b"II" if order == "<" else b"MM"
    head += struct.pack(order + ("HHHQ" if big else "HI"), *((43, 8, 0, at) if big else (42, at)))
    padded = [segment + bytes(len(segment) % 2) for segment in segments]
    count = struct.pack(order + ("Q" if big else "H"), len(entries))
    return b"".join([head.ljust(16, b"\0"), *padded, count, directory, bytes(room), extra])
