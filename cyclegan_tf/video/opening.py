"""`opened` opens a file for FFmpeg, whatever its name; which of its streams are taken."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer

from cyclegan_tf.errors import VideoError

_COVER = av.stream.Disposition.attached_pic
_STILL = ("avif", "heic", "heix", "mif1", "msf1")  # brands of pictures in the container of mp4
# What fails on a file that isn't what it should be.
ERRORS = (av.error.FFmpegError, OSError, ValueError)


class _Content:
    """A file without its name, in which FFmpeg would see protocols, patterns and formats."""

    def __init__(self, file):
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """Opens a clip by its content alone, as a container of PyAV.

    A name like `clip:1.mp4`, `concat:a.mp4` or `%03d.gif` is a file like any other, and a playlist
    that leads to other files or into the net isn't followed.

    Args:
        path: Path of the file.

    Raises:
        VideoError: There is no such file, it is empty, or no container that FFmpeg knows.
    """
    if path.exists() and not path.is_file():
        raise VideoError(f"{path} is no file. A clip is read more than once, so save it first.")
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise VideoError(f"{path} does not exist.") from error
    except OSError as error:
        raise VideoError(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        if not os.fstat(file.fileno()).st_size:
            raise VideoError(f"{path} is empty.")
        try:
            container = av.open(
                _Content(file), "r", container_options={"protocol_whitelist": "none"}
            )
        except ERRORS as error:
            reason = getattr(error, "strerror", None) or error
            raise VideoError(
                f"{path} cannot be read as a video: unknown container, or damaged ({reason})."
            ) from error
        with container:
            yield container


def file_url(path: str | os.PathLike) -> str:
    """Returns what FFmpeg writes to as a file, whatever the names on the way to it."""
    return f"file:{os.fspath(path)}"


def picture_stream(container: InputContainer, path: Path) -> Any:
    """Returns the stream of moving pictures; cover pictures, subtitles and data are passed over.

    Args:
        container: What `opened` gave.
        path: Path to name in errors.

    Raises:
        VideoError: There is none, or the file is a still picture.
    """
    moving = _uncovered(container)
    if not moving:
        kinds: list[str] = sorted({s.type for s in container.streams if s.type != "video"})
        kinds += ["a cover picture"] * bool(container.streams.video)
        raise VideoError(f"{path} holds no video stream (only {', '.join(kinds) or 'nothing'}).")
    best: Any = container.streams.best("video")
    best = best if best in moving else moving[0]
    if best.codec_context is None:
        raise VideoError(
            f"{path} cannot be read as a video: its codec is unknown, or it is damaged."
        )
    still = container.format.name.endswith("_pipe") or (
        best.frames == 1 and container.metadata.get("major_brand") in _STILL
    )
    if still:
        raise VideoError(
            f"{path} is a still picture ({best.codec_context.name}), no clip. Pictures are "
            "translated by `cyclegan-tf translate`, a folder of frames by `cyclegan-tf video`."
        )
    return best


def picture_streams(container: InputContainer) -> list[Any]:
    """Returns all streams of moving pictures."""
    return [s for s in _uncovered(container) if s.frames != 1]


def sound_stream(container: InputContainer) -> Any:
    """Returns the stream of sound that players choose, None where there is no sound."""
    return container.streams.best("audio")


def _uncovered(container):
    return [s for s in container.streams.video if not s.disposition & _COVER]
