"""From a Pillow image of any mode to pixels of 8 or 16 bits: RGB, with alpha where it has any."""

import numpy as np
from PIL import Image

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
