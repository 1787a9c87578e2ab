"""Small copies of large maps, all by one factor: what to train the first of two stages on."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from cyclegan_tf.errors import ConfigError, ImageError
from cyclegan_tf.translation.files import plan_files, translate_files
from data_pipeline.bands import bands_left_out
from data_pipeline.preparation import Preparation, gray_of, mean_over_squares

_ROWS = 256  # of the copy, at a time


def shrunk(image: np.ndarray, factor: int, *, are_bands: bool = False) -> np.ndarray:
    """Makes a picture smaller by the mean over squares, as the generators of `upscale_run` do.

    Colours count by how opaque they are. Pixels at the right and lower edge that fill no square
    are left out.

    Args:
        image: uint8 or uint16 `(h, w, channels)`; of 2 or 4 channels, the last is alpha.
        factor: Side of a square, >= 1.
        are_bands: No channel is alpha.

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
    has_alpha = image.shape[2] in (2, 4) and not are_bands
    mean = _mean_by_alpha if has_alpha else mean_over_squares
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


class _Shrink:
    """`shrunk` as `translate_files` takes it: its preparation says how pictures are read."""

    def __init__(self, factor: int, channels: int) -> None:
        self.preparation, self._factor = Preparation(channels=channels), factor

    def __call__(self, image: np.ndarray) -> np.ndarray:
        if self.preparation.channels == 1 and image.shape[2] > 2:
            image = np.concatenate([gray_of(image[..., :3]), image[..., 3:]], axis=-1)
        return shrunk(image, self._factor, are_bands=self.preparation.takes_bands)


def shrink_files(
    inputs: Iterable[str | os.PathLike],
    out: str | os.PathLike,
    factor: int = 4,
    progress: Callable[[list], Iterable] | None = None,
    *,
    channels: int = 3,
) -> tuple[int, list[tuple[Path, str]]]:
    """Writes small copies of pictures, with the names and folders of the originals.

    They are PNG, or TIFF for bands.

    Args:
        inputs: Files and folders; folders are searched to the bottom.
        out: Folder of the copies.
        factor: How many times smaller, 2 to 8.
        progress: Wraps the loop to show progress, e.g. `tqdm.tqdm`.
        channels: What will be trained on: 1 (gray), 3 (RGB), or 2 and 4 to 64 bands.

    Returns:
        The number of pictures, and the failures: `(input, reason)`. Pictures of further bands,
        which would be lost, are among them.

    Raises:
        ImageError: The factor is out of range, an input is missing, or a place can't be written.
        ConfigError: `channels` is out of its range.
    """
    if not 2 <= factor <= 8:
        raise ImageError(f"factor must be 2 to 8 (--factor); received {factor}.")
    try:
        shrink = _Shrink(factor, channels)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    are_bands = shrink.preparation.takes_bands
    plan = plan_files(inputs, out, ".tif" if are_bands else ".png")
    lost = [] if are_bands else [(path, why) for path, _ in plan if (why := _loss(path))]
    without = dict(lost)
    todo = [pair for pair in plan if pair[0] not in without]
    failures = lost + translate_files(shrink, todo, progress, deep=True)
    named = [(path, why if str(path) in why else f"{path}: {why}") for path, why in failures]
    return len(plan), named


def _loss(path: Path) -> str:
    """Says which bands a small copy wouldn't have; nothing where it is whole or unreadable."""
    try:
        number = bands_left_out(path)
    except (OSError, ValueError):  # the reading says why
        return ""
    return (
        f"it has {number} bands, of which some would be lost (--channels {number})"
        if number
        else ""
    )
