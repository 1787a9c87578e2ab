"""The checkerboard that strided networks leave on plain areas, as a number.

The eye sees it at once, but distances to real maps or to a true picture hardly notice it.
"""

import numpy as np
from skimage.filters import gaussian

from cyclegan_tf.metrics.structure import luminance

PERIOD = 4  # pixels: a generator halves the image twice
WINDOW = 64  # a multiple of the period; long enough for textures to average out


def checkerboard(image: np.ndarray) -> float:
    """How strong a pattern is that repeats every 4 pixels, at the same places all over a window.

    The coarse parts of the picture are removed. In each window of 64x64 pixels, the median is taken
    for each of the 4x4 places on the network's grid. What pictures show lies anywhere on the grid
    and averages out; what upsampling leaves (Odena et al. 2016) stays.

    Args:
        image: uint8 `(h, w, 3)`.

    Returns:
        Standard deviation between the places in gray levels, for the median window; 0 if there is
        no pattern. NaN where the picture is smaller than a window.
    """
    light = luminance(image)
    fine = light - gaussian(light, 2.0, preserve_range=True)
    rows, columns = (side // WINDOW for side in light.shape)
    if not rows or not columns:
        return np.nan
    cells = WINDOW // PERIOD
    fine = fine[: rows * WINDOW, : columns * WINDOW]
    fine = fine.reshape(rows, cells, PERIOD, columns, cells, PERIOD)
    places = np.median(fine, axis=(1, 4))  # (rows, 4, columns, 4)
    return float(np.median(places.std(axis=(1, 3))))
