"""There and back again: cycle L1 as in training, and by way of a saved picture."""

from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

import numpy as np
from PIL import Image

from cyclegan_tf.metrics.paired import paired_l1


class CycleErrors(NamedTuple):
    """Cycle L1 in gray levels.

    Attributes:
        plain: The translation is translated back at 16 bits per channel, as good as unrounded.
        saved: The translation is first rounded to 8 bits and saved as JPEG.
        jpeg: What saving as JPEG alone does to the input: `saved` can hardly be lower.
    """

    plain: float
    saved: float
    jpeg: float


def cycle_errors(
    image: np.ndarray,
    forward: Callable[[np.ndarray], np.ndarray],
    backward: Callable[[np.ndarray], np.ndarray],
    *,
    quality: int = 90,
) -> CycleErrors:
    """Translates an image and back, with and without saving the translation in between.

    CycleGAN can hide the input in noise that nobody sees and read it from there (Chu et al. 2017).
    Then `plain` is small and `saved` is not: the generators cheat the cycle loss.

    Args:
        image: uint8 `(h, w, 3)`.
        forward: Function from uint8 or uint16 `(h, w, 3)` to the same shape and dtype, e.g. a
            `Translator`.
        backward: The same for the other direction.
        quality: JPEG quality, 1 to 95. Chroma is kept at full resolution.

    Returns:
        Cycle L1 of both ways, and of the JPEG alone.
    """
    fake = forward(np.asarray(image, np.uint16) * np.uint16(257))
    plain = np.abs(backward(fake) / 257.0 - image).mean()
    rounded = np.rint(fake / 257.0).astype(np.uint8)
    saved = backward(through_jpeg(rounded, quality))
    return CycleErrors(
        float(plain), paired_l1(saved, image), paired_l1(through_jpeg(image, quality), image)
    )


def through_jpeg(image: np.ndarray, quality: int = 90) -> np.ndarray:
    """Saves uint8 `(h, w, 3)` as JPEG in memory, without chroma subsampling, and reads it back."""
    file = BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality, subsampling=0)
    return np.array(Image.open(file))
