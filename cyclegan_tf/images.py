"""The borders between pictures and tensors: uint8 <-> [-1, 1], reading, atomic writing, grids.

Named by range. How training images are read (alpha flattened) is in data_pipeline; here alpha is
kept.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from cyclegan_tf.errors import ImageError
from data_pipeline.files import atomic_file

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif")


def uint8_to_unit(image):
    """uint8 [0, 255] to float32 [-1, 1], any shape.

    >>> uint8_to_unit(np.array([0, 255], "uint8"))
    array([-1.,  1.], dtype=float32)
    """
    return np.asarray(image, np.float32) / 127.5 - 1.0


def unit_to_uint8(image):
    """Float [-1, 1] to uint8 [0, 255], rounded, values outside clipped; any shape.

    >>> unit_to_uint8(np.array([-2.0, 0.1, 1.0]))
    array([  0, 140, 255], dtype=uint8)
    """
    return np.clip(np.rint((np.asarray(image, np.float32) + 1.0) * 127.5), 0, 255).astype(np.uint8)


def read_image(path) -> np.ndarray:
    """Reads a picture as uint8 `(h, w, 3)`, or `(h, w, 4)` where it has transparency.

    EXIF orientation is applied, 16-bit gray is scaled to 8 bits, of an animation the first frame
    is taken.

    Raises:
        ImageError: The file is missing, truncated, or no picture.
    """
    try:
        with Image.open(path) as image:
            image.load()
            image = ImageOps.exif_transpose(image)
            has_alpha = "A" in image.getbands() or "transparency" in image.info
            if image.mode.startswith("I"):  # 16-bit gray: convert() would clip it to white
                gray = (np.asarray(image).astype(np.float64) / 257.0).clip(0, 255)
                return np.repeat(np.rint(gray).astype(np.uint8)[..., None], 3, axis=-1)
            return np.array(image.convert("RGBA" if has_alpha else "RGB"))
    except UnidentifiedImageError as error:
        raise ImageError(f"{path} is not a picture that can be read.") from error
    except FileNotFoundError as error:
        raise ImageError(f"{path} does not exist.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ImageError(f"{path} cannot be read: {error}.") from error


def write_image(path, image, **options):
    """Writes uint8 `(h, w, 3 or 4)`; the format is that of the suffix. Atomic: whole or not at all.

    Raises:
        ImageError: The folder cannot be written to, the disk is full, or the format is unknown.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as partial:
            Image.fromarray(image).save(partial, **options)
    except (OSError, ValueError) as error:
        raise ImageError(f"{path} cannot be written: {error}.") from error


def grid(rows, gap: int = 4, background: int = 255) -> np.ndarray:
    """Lays out uint8 pictures in rows, top left aligned.

    Args:
        rows: List of lists of uint8 `(h, w, 3)`; sizes may differ.
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
            canvas[y : y + image.shape[0], x : x + image.shape[1]] = image[..., :3]
            x += width + gap
        y += height + gap
    return canvas
