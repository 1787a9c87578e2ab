"""`open_writer`: the file or folder that the frames of a clip go to, and how they are arranged."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import av
import numpy as np
from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.errors import VideoError
from cyclegan_tf.files import check_places
from cyclegan_tf.video.background import InBackground, Writer
from cyclegan_tf.video.clip import Frame, Video
from cyclegan_tf.video.container_writer import CODECS, ContainerWriter
from cyclegan_tf.video.gif_writer import GifWriter
from data_pipeline.folders import find_images


def open_writer(
    out: str | os.PathLike,
    video: Video,
    *,
    loop: bool | None = None,
    max_mb: float | None = None,
    say: Callable[[str], None] = print,
) -> InBackground:
    """Opens the file that the suffix of its name asks for.

    Args:
        out: Path ending in `.gif`, `.mp4` or `.webm`; without a suffix, a folder for PNGs.
        video: The `Video` that the frames come from: its rate, clock and sound.
        loop: For GIFs: whether it plays endlessly. Default: as the clip does.
        max_mb: For GIFs: size not to exceed, in megabytes.
        say: Called with a line of text about what had to be given up.

    Returns:
        A writer with `write(frame)` for every `Frame`, and `close(finished)`.

    Raises:
        VideoError: The suffix is another one, an option doesn't go with it, or the place can't be
            written to.
    """
    inputs = [] if video.path is None else [video.path]
    check_out(out, inputs, loop=loop, max_mb=max_mb)
    out = Path(out)
    suffix = out.suffix.lower()
    writer: Writer
    try:
        if not suffix:
            out.mkdir(parents=True, exist_ok=True)
            writer = FolderWriter(out)
        else:
            out.parent.mkdir(parents=True, exist_ok=True)
            if suffix == ".gif":
                loop = video.is_endless if loop is None else loop
                writer = GifWriter(out, loop=loop, max_bytes=max_mb and max_mb * 1e6, say=say)
            else:
                writer = ContainerWriter(out, video, say)
    except (OSError, av.error.FFmpegError) as error:
        raise VideoError(f"{out} cannot be written: {error.strerror or error}.") from error
    if video.aspect != 1 and suffix != ".mp4":
        wide = f"{video.aspect.numerator}:{video.aspect.denominator}"
        say(f"{out}: can't say that pixels are {wide} wide; they are square.")
    return InBackground(writer, out)


def check_out(
    out: str | os.PathLike,
    inputs: Iterable[str | os.PathLike] = (),
    *,
    loop: bool | None = None,
    max_mb: float | None = None,
) -> None:
    """Refuses a place that can't be written to, and options that don't go with it.

    `open_writer` does it, too; this is to know before a clip is opened or a generator loaded.

    Args:
        out: As in `open_writer`.
        inputs: Paths of the clip and other files that are read. Of a folder, its pictures count.
        loop: As in `open_writer`.
        max_mb: As in `open_writer`.

    Raises:
        VideoError: As in `open_writer`.
    """
    if not os.fspath(out):
        raise VideoError("--out is empty: give it the name of a file or folder.")
    path, suffix = Path(out), Path(out).suffix.lower()
    if suffix not in (".gif", "", *CODECS):
        raise VideoError(
            f"{out}: unknown kind of video. Use .gif, .mp4, .webm, or a folder (no suffix)."
        )
    if suffix != ".gif" and (loop or max_mb is not None):
        raise VideoError(f"{out}: loop and max_mb are for GIFs only.")
    if max_mb is not None and max_mb <= 0:
        raise VideoError(f"max_mb must be above 0; received {max_mb}.")
    there = [file for file in map(Path, inputs) if file.exists()]
    if path.exists() and any(path.samefile(file) for file in there):
        raise VideoError(f"{out} is the input and would be overwritten. Use another --out.")
    if suffix and path.is_dir():
        raise VideoError(f"{out} is a folder. Give another name, or remove it.")
    if any(path.glob("frame_*.png")):
        raise VideoError(f"{out} holds frames already, which would mix. Use another --out.")
    folders = [file for file in there if file.is_dir()]
    pictures = [picture for folder in folders for picture in find_images(folder)[0]]
    place = path if suffix else path / "frame_000000.png"
    check_places({"--out": [place]}, [*there, *pictures], VideoError)


class FolderWriter:
    """Writes every frame as a picture: `frame_000000.png` and so on.

    Args:
        folder: Path of the folder, which exists.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self._number = folder, 0

    def write(self, frame: Frame) -> None:
        """Takes the next frame."""
        images.write_image(self.folder / f"frame_{self._number:06d}.png", frame.pixels)
        self._number += 1

    def close(self, finished: bool = True) -> None:
        """Does nothing: every picture is complete."""


def arrange(
    real: np.ndarray, fake: np.ndarray, compare: str | None = None, max_width: int | None = None
) -> np.ndarray:
    """Puts input and translation together, and makes the result narrower.

    Args:
        real: Input, uint8 `(h, w, 3)`.
        fake: Its translation, of the same shape.
        compare: `"vertical"`: input above translation; `"horizontal"`: beside it; None: without.
        max_width: Width not to exceed, in pixels; the picture keeps its proportions.

    Returns:
        One uint8 picture.

    >>> arrange(np.zeros((4, 6, 3), "uint8"), np.ones((4, 6, 3), "uint8"), "vertical", 3).shape
    (4, 3, 3)
    """
    if compare:
        fake = np.concatenate([real, fake], axis=0 if compare == "vertical" else 1)
    height, width = fake.shape[:2]
    if max_width is None or width <= max_width:
        return fake
    size = max_width, max(round(height * max_width / width), 1)
    return np.asarray(Image.fromarray(fake).resize(size, Image.Resampling.LANCZOS))
