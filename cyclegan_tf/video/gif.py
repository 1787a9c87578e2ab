"""GIFs of a few pictures: `write_gif`, and `pan`, which makes a clip of a large map."""

import os
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.video.clip import Frame
from cyclegan_tf.video.gif_writer import GifWriter


def write_gif(path: str | os.PathLike, frames: Iterable[np.ndarray], fps: float = 15.0) -> None:
    """Writes pictures of one size as a GIF that plays endlessly, whole or not at all.

    Args:
        path: Path of the GIF; its folder is made where it is missing.
        frames: uint8 `(h, w, 3)` pictures.
        fps: Frames per second, at most 50.

    Raises:
        ImageError: The pictures differ in size, or the GIF can't be written.
    """
    duration = Fraction(1) / Fraction(fps).limit_denominator(1000)
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        writer = GifWriter(path, loop=True)
        try:
            for i, pixels in enumerate(frames):
                writer.write(Frame(pixels, i * duration, duration))
        except BaseException:
            writer.discard()
            raise
        writer.close()
    except (OSError, av.error.FFmpegError) as error:
        raise ImageError(f"{path} cannot be written: {error.strerror or error}.") from error


def pan(
    pictures: Sequence[np.ndarray], width: int, num_frames: int, gap: int = 4
) -> Iterator[np.ndarray]:
    """Moves a window across pictures of one size, which are stacked vertically.

    Args:
        pictures: uint8 `(h, w, 3)` pictures of one size, e.g. a map and its translation.
        width: Width of the window in pixels.
        num_frames: Number of frames from the left edge to the right one.
        gap: White pixels between and around the pictures.

    Returns:
        An iterator of uint8 `(height, width + 2 * gap, 3)` frames.
    """
    span = max(pictures[0].shape[1] - width, 0)
    for i in range(num_frames):
        left = round(span * i / max(num_frames - 1, 1))
        yield images.grid([[picture[:, left : left + width]] for picture in pictures], gap)
