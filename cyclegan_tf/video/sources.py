"""`open_video`: video files, animations, folders of pictures and walks through built-in worlds."""

import os
from fractions import Fraction
from pathlib import Path

from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import RATE, Video
from cyclegan_tf.video.file_source import FileVideo
from cyclegan_tf.video.folder_source import FolderVideo
from cyclegan_tf.video.webp_source import WebpVideo, is_animated_webp
from cyclegan_tf.video.world_source import WorldVideo
from data_pipeline.pillow_opening import opened_by_pillow


def open_video(
    source: str | os.PathLike,
    *,
    direction: Direction | str = Direction.A2B,
    every: int = 1,
    fps: float | None = None,
    skip_bad: bool = True,
) -> Video:
    """Opens a clip; one frame is decoded to see that it works.

    Args:
        source: A video file of any format that FFmpeg reads, an animated GIF, PNG, WebP or AVIF; a
            folder of pictures, in the order of the numbers in their names; or
            `"world:meadow2forest?seed=3&path=pan"`, a camera path through a built-in world with
            the options of `data_pipeline.worlds.scroll`, and `frames`, `height` and `width`. A file
            or folder of such a name is taken before a world.
        direction: Direction of the translation: its source domain is the style in which a world is
            drawn.
        every: Keeps one frame in `every`; the clip stays as long as it is.
        fps: For files: keeps at most this many frames per second. For folders and worlds: their
            rate, 30 by default.
        skip_bad: Leaves damaged frames out and counts them; False makes them an error.

    Returns:
        A `Video`.

    Raises:
        VideoError: There is nothing there, no video in it, no frame, HDR, or an option is wrong.
    """
    if every < 1 or (fps is not None and not 0 < fps <= 1000):
        raise VideoError(
            "every must be at least 1 and fps above 0, at most 1000; "
            f"received every={every}, fps={fps}."
        )
    rate = None if fps is None else Fraction(fps).limit_denominator(1001)
    video: Video
    path = Path(source)
    if isinstance(source, str) and source.startswith("world:") and not os.path.exists(source):
        video = WorldVideo(source, Direction(direction), rate or RATE)
    elif path.is_dir():
        video = FolderVideo(path, rate or RATE, skip_bad)
    elif is_animated_webp(path):
        video = WebpVideo(path, skip_bad)
    else:
        video = FileVideo(path, skip_bad)
    video.is_endless = path.is_file() and _is_endless(path)
    video.thin(every, rate)
    return video


def _is_endless(path: Path) -> bool:
    """Whether a GIF, PNG or WebP says that it begins anew at its end."""
    with path.open("rb") as file:
        head = file.read(32)
        file.seek(0)
        if not head.startswith((b"GIF8", b"\x89PNG", b"RIFF")):
            return False
        try:
            with opened_by_pillow(file, head, any_size=True) as image:
                return image.info.get("loop") == 0
        except (OSError, ValueError, SyntaxError):  # damaged, or an AVI; frames say so themselves
            return False
