"""There and back again: cycle L1 as trained, and after what a saved picture goes through.

Not here: the generators; any two functions of images will do.
"""

from io import BytesIO
from typing import NamedTuple

import numpy as np
from PIL import Image

from cyclegan_tf.metrics.paired import paired_l1


class CycleErrors(NamedTuple):
    """Cycle L1 in gray levels.

    Attributes:
        plain: The translation goes back at 16 bits a channel, as good as unrounded.
        saved: It is first rounded to 8 bits and saved as JPEG.
        jpeg: What the JPEG alone does to the input: `saved` can hardly be lower.
    """

    plain: float
    saved: float
    jpeg: float


def cycle_errors(image, forward, backward, *, quality: int = 90) -> CycleErrors:
    """Translates an image and back, with and without saving the translation in between.

    CycleGAN can hide the input in noise that nobody sees, and read it from there (Chu et al. 2017).
    Then `plain` is small and `saved` is not: the cycle loss was cheated.

    Args:
        image: uint8 `(h, w, 3)`.
        forward: Function from uint8 or uint16 `(h, w, 3)` to the same shape and dtype, e.g. a
            `Translator`.
        backward: The other direction.
        quality: Of the JPEG, full colour resolution.

    Returns:
        The `CycleErrors`.
    """
    fake = forward(np.asarray(image, np.uint16) * np.uint16(257))
    plain = np.abs(backward(fake) / 257.0 - image).mean()
    rounded = np.rint(fake / 257.0).astype(np.uint8)
    saved = backward(through_jpeg(rounded, quality))
    return CycleErrors(
        float(plain), paired_l1(saved, image), paired_l1(through_jpeg(image, quality), image)
    )


def through_jpeg(image, quality: int = 90) -> np.ndarray:
    """Saves uint8 `(h, w, 3)` as JPEG in memory, without chroma subsampling, and reads it again."""
    file = BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality, subsampling=0)
    return np.array(Image.open(file))
