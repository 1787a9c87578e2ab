"""What may be given to a `Translator` as a picture, and the pixels of it."""

import os

import numpy as np
from PIL import Image

from cyclegan_tf import images
from data_pipeline.decoding import from_pillow
from data_pipeline.preparation import AS_THEY_ARE, Preparation

AnyPicture = np.ndarray | Image.Image | str | os.PathLike
_SHAPES = {  # of arrays in words, by the channels of the network
    1: "(h, w), (h, w, 1), (h, w, 3), these two with alpha,",
    3: "(h, w, 3), (h, w, 4)",
}


def pixels_of(picture: AnyPicture, preparation: Preparation = AS_THEY_ARE) -> np.ndarray:
    """Returns the pixels of a picture: of an array, of an image of Pillow, or of a file.

    Args:
        picture: The picture, or a batch of them as an array.
        preparation: How pictures of the network are prepared; of bands, an image of Pillow has
            exactly as many.

    Returns:
        uint8 or uint16 with the channels as the last axis; gray `(h, w)` becomes `(h, w, 1)`.

    Raises:
        ValueError: It is an array of another kind, or an image of Pillow without a known range.
        ImageError: The file can't be read.
    """
    if isinstance(picture, (str, os.PathLike)):
        pixels = images.read_picture(picture, preparation=preparation).pixels
    elif isinstance(picture, Image.Image) and not preparation.takes_bands:
        pixels = from_pillow(picture).pixels
    else:
        pixels = np.asarray(picture)
    channels = preparation.channels
    if channels == 1 and pixels.ndim == 2:
        pixels = pixels[..., None]
    known = pixels.dtype in images.PIXEL_DTYPES
    if not known or pixels.ndim not in (3, 4) or pixels.shape[-1] not in preparation.fitting:
        rule = _SHAPES.get(channels, f"(h, w, {channels})")
        network = "" if channels == 3 else f" for a generator of {channels} channels"
        raise ValueError(
            f"image must be uint8 or uint16 of shape {rule} or a batch of those{network}; "
            f"received {pixels.dtype} of shape {pixels.shape}."
        )
    if 0 in pixels.shape:
        raise ValueError(f"image must not be empty; received shape {pixels.shape}.")
    return pixels


def as_batch(pixels: np.ndarray) -> np.ndarray:
    """Returns pixels as a batch, of one picture where they are none."""
    return pixels if pixels.ndim == 4 else pixels[None]
