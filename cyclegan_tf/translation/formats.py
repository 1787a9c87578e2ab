"""Writes pictures with all that should survive a translation: depth, colour profile, resolution.

Reading, and plain writing of uint8, is in images.py.
"""

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.translation.row_writers import until, write_png, write_tiff
from data_pipeline.decoding import Picture
from data_pipeline.preparation import AS_THEY_ARE, Preparation

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


def refuse_format(path: str | os.PathLike, preparation: Preparation) -> None:
    """Raises ImageError where a file of this ending can't hold the bands of a translation."""
    channels, suffix = preparation.channels, Path(path).suffix.lower()
    has_png = channels in (2, 4)  # gray or RGB, and what PNG calls alpha
    if preparation.takes_bands and suffix not in (*TIFF, *(".png",) * has_png):
        raise ImageError(
            f"{path} can't hold {channels} bands: write TIFF{' or PNG' * has_png} (--format tiff)."
        )


def info_for(preparation: Preparation, info: dict[str, Any]) -> dict[str, Any]:
    """Returns what is written of the `info` of a picture: profiles are for RGB."""
    return {k: v for k, v in info.items() if preparation.channels == 3 or k != "icc_profile"}


def write_picture(
    path: str | os.PathLike,
    picture: Picture,
    quality: int = 90,
    preparation: Preparation = AS_THEY_ARE,
    stop: threading.Event | None = None,
) -> None:
    """Writes a picture in the format of the suffix, whole or not at all.

    Args:
        path: Ends in a suffix that Pillow can write: .png, .jpg, .webp, .tif, ...
        picture: uint16 pixels can only become PNG and TIFF.
        quality: For JPEG and WebP, 1 to 100; 100 makes WebP lossless.
        preparation: Its background is put behind transparent pixels in JPEG. For one channel, the
            picture becomes gray; for 2, 4 and more, its channels are bands.
        stop: Writing is given up once it is set.

    Raises:
        ImageError: It was given up; or it can't be written: no space, no permission, unknown
            format, too large for it.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    refuse_format(path, preparation)
    pixels, options = picture.pixels, info_for(preparation, picture.info)
    if preparation.channels == 1 and pixels.shape[-1] > 2:
        pixels = pixels[..., [0, 3][: pixels.shape[-1] - 2]]
    if suffix in TIFF and (pixels.dtype == np.uint16 or preparation.channels != 3):
        write_tiff(path, pixels, options, stop, are_bands=preparation.takes_bands)
        return
    if pixels.dtype == np.uint16:
        _write_deep(path, pixels, options, stop)
        return
    if suffix in JPEG:
        options |= {"quality": quality}
        if pixels.shape[-1] in (2, 4):  # JPEG has no transparency.
            pixels = preparation.flatten(pixels)
    elif suffix == ".webp":
        options |= {"quality": quality, "lossless": quality == 100}
    elif suffix in TIFF:
        options |= {"compression": "tiff_deflate"}
    images.write_image(path, pixels, stop, **options)


def _write_deep(
    path: Path, pixels: np.ndarray, info: dict[str, Any], stop: threading.Event | None
) -> None:
    if path.suffix.lower() != ".png":
        raise ImageError(f"{path} can't hold 16 bits per channel: write PNG or TIFF.")
    count = max(_PART_BYTES // pixels[0].nbytes, 1)
    parts = (pixels[start : start + count] for start in range(0, len(pixels), count))
    write_png(path, pixels.shape, until(stop, parts) if stop else parts, info)
