"""From a Pillow image of any mode to pixels of 8 or 16 bits: RGB, with alpha where it has any."""

from typing import BinaryIO

import numpy as np
from PIL import Image
from PIL.GifImagePlugin import GifImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import (
    BITSPERSAMPLE,
    PHOTOMETRIC_INTERPRETATION,
    PLANAR_CONFIGURATION,
    SAMPLEFORMAT,
    TiffImageFile,
)

# Pillow converts these wrongly or not at all.
_16_BITS = ("I;16", "I;16L", "I;16B", "I;16N")
_PREMULTIPLIED = ("La", "RGBa")
_REFUSED = {
    "F": "32-bit float pixels have no agreed range; save it with 8 or 16 bits",
    "I": "32-bit integer pixels have no agreed range; save it with 8 or 16 bits",
    "LAB": "CIELab colours are not read; save it as RGB",
}


def pixels_of(image: Image.Image, deep: bool = False) -> np.ndarray:
    """Turns an image of any mode into RGB, with alpha where it has transparency.

    Args:
        image: Any image of Pillow; where it is that of a file, loaded.
        deep: Keep 16-bit gray. Default: the high byte of it.

    Returns:
        uint8 `(h, w, 3 or 4)`, or uint16 with `deep` and 16-bit gray. Alpha isn't premultiplied.

    Raises:
        ValueError: The pixels are floats, 32-bit integers or CIELab.
    """
    if image.mode in _16_BITS or (image.mode == "I" and image.format == "PNG"):
        return _of_16_bit_gray(image, deep)
    if image.mode in _REFUSED:
        raise ValueError(_REFUSED[image.mode])
    if image.mode in _PREMULTIPLIED:
        return _of_premultiplied(image)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return np.array(image if image.mode == mode else image.convert(mode))


def pixels_of_file(
    image: Image.Image, stream: BinaryIO, head: bytes, deep: bool = False
) -> np.ndarray:
    """`pixels_of`, and what Pillow misreads of PNG and GIF put right.

    Args:
        image: The image of a file, loaded.
        stream: The file.
        head: The first 32 bytes of it.
        deep: Keep 16 bits per channel.

    Returns:
        As `pixels_of`, but uint16 with `deep` and 16-bit colour, too.

    Raises:
        ValueError: As in `pixels_of`.
    """
    if isinstance(image, GifImageFile):
        return _on_canvas(pixels_of(image), image)
    if image.format != "PNG":
        return pixels_of(image, deep)
    depth, is_coloured = head[24], head[25] & 6  # bits of the colour type: colour, alpha
    is_clear = image.has_transparency_data
    if depth == 16 and is_coloured and (deep or is_clear):
        # Pillow has 8 bits of it, and compares those with a transparent colour of 16.
        stream.seek(0)
        pixels = _decode_16_bit_png(stream.read(), 4 if is_clear else 3)
        return pixels if deep else (pixels >> 8).astype(np.uint8)
    if depth in (2, 4) and image.mode == "L" and "transparency" in image.info:
        # The gray value that is transparent, stretched as Pillow does it to the pixels.
        image.info["transparency"] *= 255 // (2**depth - 1)
    return pixels_of(image, deep)


def _on_canvas(pixels: np.ndarray, gif: GifImageFile) -> np.ndarray:
    """Lays the background where the first frame leaves its canvas bare; Pillow lays colour 0."""
    colours, index = gif.global_palette, gif.info.get("background")
    extent = gif.dispose_extent
    if pixels.shape[-1] == 3 and colours and extent and index is not None:
        left, upper, right, lower = extent
        frame = pixels[upper:lower, left:right].copy()
        pixels[:] = list(colours.palette[3 * index : 3 * index + 3])
        pixels[upper:lower, left:right] = frame
    return pixels


def _decode_16_bit_png(content: bytes, num_channels: int) -> np.ndarray:
    import tensorflow as tf  # Slow to load.

    return tf.io.decode_png(content, num_channels, tf.uint16).numpy()


def is_misread(image: Image.Image) -> bool:
    """Whether Pillow gives other pixels or transparency than the file of this image has.

    Of a PNG that is loaded already it can't be told any more.
    """
    if isinstance(image, TiffImageFile):
        tags = image.tag_v2
        all_bits = tags.get(BITSPERSAMPLE, (1,))
        bits = max(all_bits)
        if 2 in tags.get(SAMPLEFORMAT, ()):  # signed
            return True
        white_is_0 = tags.get(PHOTOMETRIC_INTERPRETATION) == 0
        planes_apart = tags.get(PLANAR_CONFIGURATION) == 2
        if planes_apart and (bits == 16 or len(all_bits) == 2):
            return True
        return bits == 12 or (bits == 16 and white_is_0)
    if isinstance(image, PngImageFile) and "transparency" in image.info and image.tile:
        return image.tile[0].args in ("L;2", "L;4", "RGB;16B")
    return False


def straight(colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Divides premultiplied colours by their alpha, rounded.

    Args:
        colour: uint8 or uint16 `(h, w, channels)`.
        alpha: The same dtype, `(h, w, 1)`.

    Returns:
        An array like `colour`; 0 where alpha is.

    >>> straight(np.array([[[50, 9]]], "uint8"), np.array([[[100]]], "uint8")).tolist()
    [[[128, 23]]]
    """
    top = int(np.iinfo(colour.dtype).max)
    divisor = np.maximum(alpha, 1).astype(np.uint64)
    full = (colour.astype(np.uint64) * top + divisor // 2) // divisor
    return np.minimum(full, top).astype(colour.dtype)


def _of_16_bit_gray(image: Image.Image, deep: bool) -> np.ndarray:
    gray = np.asarray(image).astype(np.uint16)
    channels = [gray] * 3
    clear = image.info.get("transparency")  # Of PNG: the gray value that is transparent.
    if clear is not None:
        channels.append(np.where(gray == clear, 0, 65535).astype(np.uint16))
    pixels = np.stack(channels, axis=-1)
    return pixels if deep else (pixels >> 8).astype(np.uint8)


def _of_premultiplied(image: Image.Image) -> np.ndarray:
    bands = np.stack([np.asarray(band) for band in image.split()], axis=-1)
    colour, alpha = straight(bands[..., :-1], bands[..., -1:]), bands[..., -1:]
    return np.concatenate([np.broadcast_to(colour, (*colour.shape[:2], 3)), alpha], axis=-1)
