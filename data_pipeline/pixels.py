"""From a Pillow image of any mode to pixels of 8 or 16 bits: RGB, with alpha where it has any."""

import numpy as np
from PIL import Image

# Whole numbers of more than 8 bits and premultiplied alpha: Pillow converts them wrongly or not.
_16_BITS = ("I;16", "I;16L", "I;16B", "I;16N")
_STRAIGHT = {"La": "LA", "RGBa": "RGBA"}
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
    if image.mode in _STRAIGHT:
        return _of_premultiplied(image)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return np.array(image if image.mode == mode else image.convert(mode))


def _of_16_bit_gray(image: Image.Image, deep: bool) -> np.ndarray:
    gray = np.asarray(image).astype(np.uint16)
    channels = [gray] * 3
    clear = image.info.get("transparency")  # Of PNG: the gray value that is transparent.
    if clear is not None:
        channels.append(np.where(gray == clear, 0, 65535).astype(np.uint16))
    pixels = np.stack(channels, axis=-1)
    return pixels if deep else (pixels >> 8).astype(np.uint8)


def _of_premultiplied(image: Image.Image) -> np.ndarray:
    bands = [np.asarray(band, np.uint16) for band in image.split()]
    alpha = bands[-1]
    divisor = np.maximum(alpha, 1)
    colours = [np.minimum((band * 255 + divisor // 2) // divisor, 255) for band in bands[:-1]]
    colours = colours * 3 if len(colours) == 1 else colours
    return np.stack([*colours, alpha], axis=-1).astype(np.uint8)
