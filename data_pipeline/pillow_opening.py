"""`opened_by_pillow`: an image of Pillow, of the formats that are read and within our own limit."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from PIL import Image, PngImagePlugin, features

from data_pipeline.limits import refuse_too_large

_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc", b"hevx")

_MOST_TEXT = 2**28  # bytes; descriptions inside PNG files of maps are larger than Pillow allows
_lock = threading.Lock()
_num_readers = 0
_before: tuple[int | None, int, int] = (None, 0, 0)


@contextmanager
def own_limits() -> Iterator[None]:
    """A context in which Pillow opens pictures of any size: ours are compared with `LIMITS`.

    Pillow has one limit for the process. It is put back when the last of our readers has finished,
    so that your own `Image.open` warns of large pictures as ever.
    """
    global _num_readers, _before
    with _lock:
        if not _num_readers:
            text = PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY
            _before = Image.MAX_IMAGE_PIXELS, *text
            Image.MAX_IMAGE_PIXELS = None
            PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = _MOST_TEXT
        _num_readers += 1
    try:
        yield
    finally:
        with _lock:
            _num_readers -= 1
            if not _num_readers:
                Image.MAX_IMAGE_PIXELS = _before[0]
                PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY = _before[1:]


@contextmanager
def opened_by_pillow(
    stream: BinaryIO, head: bytes, *, any_size: bool = False
) -> Iterator[Image.Image]:
    """Gives the image of a file, not loaded yet; the context is to be left when it is.

    Args:
        stream: The file.
        head: The first 32 bytes of it.
        any_size: Whether it may have any number of pixels, as they aren't going to be loaded.

    Raises:
        ValueError: It has too many pixels, or needs a package that isn't installed.
        Exception: What Pillow raises where it can't open a file.
    """
    with own_limits(), Image.open(stream, formats=_formats(head)) as image:
        if not any_size:
            refuse_too_large(*image.size)
        yield image


def _formats(head: bytes) -> tuple[str, ...]:
    """The formats that a file with this head may have."""
    if head[4:8] != b"ftyp":
        return _FORMATS
    if b"avif" in head or b"avis" in head:
        if not features.check("avif"):
            raise ValueError("AVIF needs Pillow 11.3 or later: pip install --upgrade pillow")
        return ("AVIF",)
    if head[8:12] not in _HEIF_BRANDS:
        return _FORMATS
    try:
        import pillow_heif  # pip install "cyclegan_tf[heif]"
    except ImportError as error:
        raise ValueError("HEIC needs the package pillow-heif: pip install pillow-heif") from error
    pillow_heif.register_heif_opener()
    return ("HEIF",)
