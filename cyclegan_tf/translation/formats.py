"""Writes pictures with all that should survive a translation: depth, colour profile, resolution.

Reading, and plain writing of uint8, is in images.py.
"""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.translation.row_writers import until, write_png
from data_pipeline.decoding import WHITE, Picture, flatten_alpha

JPEG = (".jpg", ".jpeg", ".jpe", ".jfif")
TIFF = (".tif", ".tiff")
WRITTEN = (".png", *JPEG, ".webp", *TIFF)  # endings of the outputs of `translate`
_PART_BYTES = 2**23


def same_format(one: str, other: str) -> bool:
    """Whether two endings of file names mean one format.

    >>> same_format(".jpg", ".jpeg"), same_format(".jpg", ".png")
    (True, False)
    """
    return one == other or any({one, other} <= set(endings) for endings in (JPEG, TIFF))


def write_picture(
    path: str | os.PathLike,
    picture: Picture,
    quality: int = 90,
    background: Sequence[int] = WHITE,
    stop: threading.Event | None = None,
) -> None:
    """Writes a picture in the format of the suffix, whole or not at all.

    Args:
        path: Ends in a suffix that Pillow can write: .png, .jpg, .webp, .tif, ...
        picture: uint16 pixels can only become PNG.
        quality: For JPEG and WebP, 1 to 100; 100 makes WebP lossless.
        background: RGB colour behind transparent pixels in JPEG, three values in [0, 255]. Default:
            white.
        stop: Writing is given up once it is set.

    Raises:
        ImageError: It was given up; or it can't be written: no space, no permission, unknown
            format, too large for it.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    pixels, options = picture.pixels, dict(picture.info)
    if pixels.dtype == np.uint16:
        _write_deep(path, picture, stop)
        return
    if suffix in JPEG:
        options |= {"quality": quality}
        if pixels.shape[-1] == 4:  # JPEG has no transparency.
            pixels = flatten_alpha(pixels, background)
    elif suffix == ".webp":
        options |= {"quality": quality, "lossless": quality == 100}
    elif suffix in TIFF:
        options |= {"compression": "tiff_deflate"}
    images.write_image(path, pixels, stop, **options)


def _write_deep(path: Path, picture: Picture, stop: threading.Event | None) -> None:
    if path.suffix.lower() != ".png":
        raise ImageError(f"{path} can't hold 16 bits per channel: write PNG.")
    pixels = picture.pixels
    count = max(_PART_BYTES // pixels[0].nbytes, 1)
    parts = (pixels[start : start + count] for start in range(0, len(pixels), count))
    write_png(path, pixels.shape, until(stop, parts) if stop else parts, picture.info)
