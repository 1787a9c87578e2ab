"""What may be given to a `Translator` as a picture, and the pixels of it."""

import os

import numpy as np
from PIL import Image

from cyclegan_tf import images
from data_pipeline.decoding import from_pillow

AnyPicture = np.ndarray | Image.Image | str | os.PathLike


def pixels_of(picture: AnyPicture) -> np.ndarray:
    """Returns the pixels of a picture: of an array, of an image of Pillow, or of a file.

    Raises:
        ValueError: It is an array of another kind, or an image of Pillow without a known range.
        ImageError: The file can't be read.
    """
    if isinstance(picture, (str, os.PathLike)):
        pixels = images.read_image(picture)
    elif isinstance(picture, Image.Image):
        pixels = from_pillow(picture).pixels
    else:
        pixels = np.asarray(picture)
    known = pixels.dtype in images.PIXEL_DTYPES
    if not known or pixels.ndim not in (3, 4) or pixels.shape[-1] not in (3, 4):
        raise ValueError(
            "image must be uint8 or uint16 of shape (h, w, 3), (h, w, 4) or a batch of those; "
            f"received {pixels.dtype} of shape {pixels.shape}."
        )
    if 0 in pixels.shape:
        raise ValueError(f"image must not be empty; received shape {pixels.shape}.")
    return pixels


def as_batch(pixels: np.ndarray) -> np.ndarray:
    """Returns pixels as a batch, of one picture where they are none."""
    return pixels if pixels.ndim == 4 else pixels[None]
