"""Small copies of large maps, all by one factor: what to train the first of two stages on."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from cyclegan_tf.errors import ImageError
from cyclegan_tf.translation.files import plan_files, translate_files
from data_pipeline.preparation import mean_over_squares

_ROWS = 256  # of the copy, at a time


def shrunk(image: np.ndarray, factor: int) -> np.ndarray:
    """Makes a picture smaller by the mean over squares, as the generators of `upscale_run` do.

    Colours count by how opaque they are. Pixels at the right and lower edge that fill no square
    are left out.

    Args:
        image: uint8 or uint16 `(h, w, channels)`; of 2 or 4 channels, the last is alpha.
        factor: Side of a square, >= 1.

    Returns:
        The same dtype, `(h // factor, w // factor, channels)`.

    Raises:
        ImageError: It is smaller than a square.

    >>> shrunk(np.array([[[0], [4]], [[8], [4]]], np.uint8), 2)
    array([[[4]]], dtype=uint8)
    """
    height, width = (side // factor for side in image.shape[:2])
    if not (height and width):
        raise ImageError(f"{image.shape[1]}x{image.shape[0]} pixels can't be {factor} times fewer.")
    mean = _mean_by_alpha if image.shape[2] in (2, 4) else mean_over_squares
    small = np.empty((height, width, image.shape[2]), image.dtype)
    for top in range(0, height, _ROWS):
        rows = image[top * factor : min(top + _ROWS, height) * factor]
        small[top : top + _ROWS] = np.rint(mean(rows, factor))
    return small


def _mean_by_alpha(rows: np.ndarray, factor: int) -> np.ndarray:
    colours, alpha = np.split(rows.astype(np.float64), [-1], axis=-1)
    plain, opacity = mean_over_squares(colours, factor), mean_over_squares(alpha, factor)
    weighted = mean_over_squares(colours * alpha, factor) / np.where(opacity > 0, opacity, 1)
    return np.concatenate([np.where(opacity > 0, weighted, plain), opacity], axis=-1)


def shrink_files(
    inputs: Iterable[str | os.PathLike],
    out: str | os.PathLike,
    factor: int = 4,
    progress: Callable[[list], Iterable] | None = None,
) -> tuple[int, list[tuple[Path, str]]]:
    """Writes small copies of pictures as PNGs, with the names and folders of the originals.

    Args:
        inputs: Files and folders; folders are searched to the bottom.
        out: Folder of the copies.
        factor: How many times smaller, 2 to 8.
        progress: Wraps the loop to show progress, e.g. `tqdm.tqdm`.

    Returns:
        The number of pictures, and the failures: `(input, reason)`.

    Raises:
        ImageError: The factor is out of range, an input is missing, or a place can't be written.
    """
    if not 2 <= factor <= 8:
        raise ImageError(f"factor must be 2 to 8 (--factor); received {factor}.")
    plan = plan_files(inputs, out, ".png")
    failures = translate_files(lambda image: shrunk(image, factor), plan, progress, deep=True)
    named = [(path, why if str(path) in why else f"{path}: {why}") for path, why in failures]
    return len(plan), named
