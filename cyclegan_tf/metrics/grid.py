"""The checkerboard that strided networks leave on plain areas, as a number.

The eye sees it at once, but distances to real maps or to a true picture hardly notice it.
"""

import numpy as np
from skimage.filters import gaussian

from cyclegan_tf.metrics.structure import luminance

PERIOD = 4  # pixels: a generator halves the image twice
CELLS = 16  # of the grid in a side of a window: enough for textures to average out


def checkerboard(image: np.ndarray, period: int = PERIOD) -> float:
    """How strong a pattern is that repeats every 4 pixels, at the same places all over a window.

    The coarse parts of the picture are removed. In each window of 64x64 pixels, the median is taken
    for each of the 4x4 places on the network's grid. What pictures show lies anywhere on the grid
    and averages out; what upsampling leaves (Odena et al. 2016) stays.

    Args:
        image: uint8 `(h, w, 3)`.
        period: Pixels after which the pattern repeats; a window is 16 times as large. 4 times the
            factor for two-stage generators, of which the first stage leaves a larger pattern.

    Returns:
        Standard deviation between the places in gray levels, for the median window; 0 if there is
        no pattern. NaN where the picture is smaller than a window.
    """
    light = luminance(image)
    fine = light - gaussian(light, period / 2, preserve_range=True)
    window = CELLS * period
    rows, columns = (side // window for side in light.shape)
    if not rows or not columns:
        return np.nan
    fine = fine[: rows * window, : columns * window]
    fine = fine.reshape(rows, CELLS, period, columns, CELLS, period)
    places = np.median(fine, axis=(1, 4))  # (rows, period, columns, period)
    return float(np.median(places.std(axis=(1, 3))))
