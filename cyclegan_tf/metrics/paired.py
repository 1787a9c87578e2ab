"""Distance of a translation from the one true picture: L1, CIEDE2000, SSIM, L1 per class.

Only worlds that are drawn in both styles have true pictures.
"""

import numpy as np
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import structural_similarity


def paired_l1(fake: np.ndarray, real: np.ndarray) -> float:
    """Mean absolute difference over all pixels and channels, in gray levels.

    Args:
        fake: uint8 `(..., h, w, 3)`, a translation.
        real: The same shape, the true picture.

    Returns:
        0 (equal) to 255.

    Raises:
        ValueError: The shapes differ.

    >>> paired_l1(np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 10, np.uint8))
    10.0
    """
    return float(_absolute(fake, real).mean())


def ciede2000(fake: np.ndarray, real: np.ndarray) -> float:
    """Mean colour difference as seen by the eye (Sharma et al. 2005).

    Args:
        fake: uint8 `(h, w, 3)`, sRGB.
        real: The same shape.

    Returns:
        0 (equal) to about 100. Side by side, 1 is just noticeable; above 10 is another colour.

    Raises:
        ValueError: The shapes differ.
    """
    _same_shape(fake, real)
    return float(deltaE_ciede2000(rgb2lab(fake), rgb2lab(real)).mean())


def ssim(fake: np.ndarray, real: np.ndarray) -> float:
    """Structural similarity with the paper's Gaussian window, mean over channels.

    Source: Wang et al. 2004 (sigma 1.5, K1 0.01, K2 0.03).

    Args:
        fake: uint8 `(h, w, 3)`, sides at least 11.
        real: The same shape.

    Returns:
        -1 to 1; 1 means equal.

    Raises:
        ValueError: The shapes differ, or the image is smaller than the window.
    """
    _same_shape(fake, real)
    return float(
        structural_similarity(
            fake,
            real,
            data_range=255,
            channel_axis=-1,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
    )


def class_l1(
    fake: np.ndarray, real: np.ndarray, labels: np.ndarray, num_classes: int
) -> np.ndarray:
    """`paired_l1` over the pixels of each class: which kind of thing gets the wrong colours.

    Args:
        fake: uint8 `(h, w, 3)`.
        real: The same shape.
        labels: int `(h, w)`, class ids in [0, num_classes).
        num_classes: Number of classes.

    Returns:
        float64 `(num_classes,)` in gray levels; NaN for classes that aren't on the map.

    Raises:
        ValueError: The shapes differ.
    """
    errors = _absolute(fake, real).mean(axis=-1)
    if labels.shape != errors.shape:
        raise ValueError(f"labels must have shape {errors.shape}; received {labels.shape}.")
    counts = np.bincount(labels.ravel(), minlength=num_classes)
    sums = np.bincount(labels.ravel(), weights=errors.ravel(), minlength=num_classes)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _absolute(fake: np.ndarray, real: np.ndarray) -> np.ndarray:
    _same_shape(fake, real)
    # Signed: uint8 differences would wrap around.
    return np.abs(np.asarray(fake, np.int16) - np.asarray(real, np.int16))


def _same_shape(fake: np.ndarray, real: np.ndarray) -> None:
    if np.shape(fake) != np.shape(real):
        raise ValueError(
            f"fake and real must have the same shape; received {np.shape(fake)} and "
            f"{np.shape(real)}."
        )
