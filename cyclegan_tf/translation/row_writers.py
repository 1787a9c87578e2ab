"""PNG and TIFF written some rows at a time, with colour profile and resolution."""

import os
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np
import tifffile

from cyclegan_tf.errors import ImageError
from data_pipeline.files import atomic_file
from data_pipeline.png_bands import PNG, chunk
from data_pipeline.row_file import RowFile

Part = TypeVar("Part")
_STRIP_BYTES = 2**18  # of a TIFF, before compression: readers take one at a time
_PNG_COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}  # the type of colour, by channels
_CLASSIC_TIFF = 4 * 10**9  # bytes, before compression; beyond, offsets of 32 bits may not suffice


def write_png(
    path: str | os.PathLike,
    shape: tuple[int, ...],
    parts: Iterable[np.ndarray],
    info: dict | None = None,
) -> None:
    """Writes a PNG from parts of its rows, whole or not at all.

    Args:
        path: Where to.
        shape: `(h, w, channels)` of the whole picture: gray or RGB, with or without alpha.
        parts: uint8 or uint16 `(n, w, channels)`, from top to bottom.
        info: `icc_profile` and `dpi`, as that of a `Picture`.

    Raises:
        ImageError: It can't be written: no space, no permission.
    """
    with _written(path) as file:
        _write_png(file, shape, parts, info or {})


def write_tiff(
    path: str | os.PathLike,
    rows: RowFile | np.ndarray,
    info: dict | None = None,
    stop: threading.Event | None = None,
    *,
    are_bands: bool = False,
) -> None:
    """Writes a TIFF in strips compressed by deflate; as BigTIFF where it could exceed 4 GB.

    Args:
        path: Where to; whole or not at all.
        rows: uint8 or uint16 `(h, w, channels)`: gray or RGB, with or without alpha; or bands.
        info: Same as in `write_png`.
        stop: Writing is given up once it is set.
        are_bands: Whether no channel is a colour or alpha.

    Raises:
        ImageError: It can't be written: no space, no permission; or it was given up.
    """
    info = info or {}
    height, width, channels = rows.shape
    row_bytes = width * channels * rows.dtype.itemsize
    per_strip = max(_STRIP_BYTES // row_bytes, 1)
    extra = ["unassalpha"] * (channels in (2, 4))
    if are_bands:
        extra = ["unspecified"] * (channels - 1)

    def strips() -> Iterator[bytes]:
        starts = range(0, height, per_strip)
        for start in until(stop, starts) if stop else starts:
            yield zlib.compress(np.ascontiguousarray(rows[start : start + per_strip]).data)

    with (
        _written(path) as file,
        tifffile.TiffWriter(file, bigtiff=height * row_bytes > _CLASSIC_TIFF) as tiff,
    ):
        tiff.write(
            strips(),
            shape=rows.shape,
            dtype=rows.dtype,
            photometric="rgb" if channels > 2 and not are_bands else "minisblack",
            planarconfig="contig",
            extrasamples=extra,
            compression="zlib",
            rowsperstrip=per_strip,
            iccprofile=info.get("icc_profile"),
            resolution=(float(info["dpi"][0]), float(info["dpi"][1])) if "dpi" in info else None,
            resolutionunit="INCH" if "dpi" in info else None,
            metadata=None,
            software=False,
        )


def until(stop: threading.Event, parts: Iterable[Part]) -> Iterator[Part]:
    """Yields the parts of something until an event is set.

    Raises:
        ImageError: It was.
    """
    for part in parts:
        if stop.is_set():
            raise ImageError("interrupted")
        yield part


@contextmanager
def _written(path: str | os.PathLike) -> Iterator[BinaryIO]:
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as partial, open(partial, "wb") as file:
            yield file
    except OSError as error:
        raise ImageError(f"{path} cannot be written: {error}.") from error


def _write_png(file, shape, parts, info):
    height, width, channels = shape
    packer = zlib.compressobj()
    above = None
    for part in parts:
        if above is None:
            colour = _PNG_COLOURS[channels]
            header = struct.pack(">IIBBBBB", width, height, 8 * part.itemsize, colour, 0, 0, 0)
            file.write(PNG + chunk(b"IHDR", header) + _metadata(info))
        rows = part.astype(part.dtype.newbyteorder(">"), order="C").view(np.uint8)
        rows = rows.reshape(len(part), -1)
        above = np.zeros_like(rows[0]) if above is None else above
        data = packer.compress(_filtered(rows, above, channels * part.itemsize))
        if data:
            file.write(chunk(b"IDAT", data))
        above = rows[-1]
    file.write(chunk(b"IDAT", packer.flush()) + chunk(b"IEND", b""))


def _filtered(rows, above, pixel_bytes):
    """Gives each row the better of two filters: the difference to the left, or to above."""
    left = np.zeros_like(rows)
    left[:, pixel_bytes:] = rows[:, :-pixel_bytes]
    differences = [rows - left, rows - np.vstack([above, rows[:-1]])]
    # Of differences modulo 256, small ones of either sign cost least: the usual rule.
    costs = [np.minimum(d, -d).sum(axis=1, dtype=np.int64) for d in differences]
    by_above = costs[1] < costs[0]
    filters = np.where(by_above, 2, 1).astype(np.uint8)
    chosen = np.where(by_above[:, None], differences[1], differences[0])
    return np.hstack([filters[:, None], chosen]).data


def _metadata(info):
    extra = b""
    if "icc_profile" in info:
        extra += chunk(b"iCCP", b"profile\0\0" + zlib.compress(info["icc_profile"]))
    if "dpi" in info:
        per_meter = [round(float(dpi) / 0.0254) for dpi in info["dpi"]]
        extra += chunk(b"pHYs", struct.pack(">IIB", *per_meter, 1))
    return extra
