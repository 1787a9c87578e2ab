"""A clip as something to iterate: `Video`, and the `Frame`s that it yields."""

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

RATE = 30  # frames per second where the source doesn't say


class Frame(NamedTuple):
    """One frame of a clip.

    Attributes:
        pixels: uint8 `(h, w, 3)`, or `(h, w, 4)` with alpha; upright.
        time: When it is shown, in seconds from the beginning of the clip.
        duration: For how long it is shown, in seconds.
        offset: (x, y) of its upper left corner on the map in pixels, None if unknown.
    """

    pixels: np.ndarray
    time: Fraction
    duration: Fraction
    offset: tuple[int, int] | None = None


AnyFrame = TypeVar("AnyFrame", Frame, np.ndarray)  # a frame may be just its image


class Video:
    """A clip that can be iterated as often as you like; `open_video` makes one.

    Nothing is kept in memory: each iteration reads the source anew.

    Args:
        name: What the user called it.
        size: (height, width) of the frames in pixels, upright.
        rate: Frames per second on average.
        time_base: Seconds per tick of its clock; all times are multiples of it.
        num_frames: Expected number of frames, as far as the source tells; else None.

    Attributes:
        aspect: Width of a pixel divided by its height.
        path: File or folder that the frames come from, None for a world.
        audio: Path of a file with sound, None if there is none.
        start: Second of the file at which the clip starts, so that the sound fits.
        is_endless: Whether it is an animation that begins anew at its end, as far as it tells.
        num_skipped: Damaged frames that the last iteration left out.
        notes: Lines about what is done to the frames, and what of the source isn't read. Some are
            known at once, some come while the clip is read.
    """

    aspect: Fraction = Fraction(1)
    path: Path | None = None
    audio: Path | None = None
    start: Fraction = Fraction(0)
    is_endless: bool = False
    num_skipped: int = 0

    def __init__(
        self,
        name: str,
        size: tuple[int, int],
        rate: Fraction | int,
        time_base: Fraction,
        num_frames: int | None,
    ) -> None:
        self.name = name
        self.size = size
        self.rate = Fraction(rate)
        self.time_base = Fraction(time_base)
        self.num_frames = num_frames
        self.notes: list[str] = []
        self._every = 1
        self._fps: Fraction | None = None

    def __iter__(self) -> Iterator[Frame]:
        return _thinned(self._frames(), self._every, self._fps)

    def _frames(self) -> Iterator[Frame]:
        """Yields all frames of the source, in order."""
        raise NotImplementedError

    def thin(self, every: int = 1, fps: Fraction | None = None) -> None:
        """Drops frames from now on; the clip stays as long as it is.

        Args:
            every: Keeps one frame in `every`.
            fps: Keeps at most this many frames per second; None for all.
        """
        self._every, self._fps = every, fps
        rate = self.rate / every
        rate = min(rate, Fraction(fps)) if fps else rate
        if self.num_frames:
            self.num_frames = math.ceil(self.num_frames * rate / self.rate)
        self.rate = rate

    def note(self, line: str) -> None:
        """Adds a line to `notes`, each only once."""
        if line not in self.notes:
            self.notes.append(line)


def pixels_of(frame: Frame | np.ndarray) -> np.ndarray:
    """Returns the uint8 image `(h, w, 3 or 4)` of a frame."""
    return frame.pixels if isinstance(frame, Frame) else frame


def _thinned(frames, every, fps):
    """Drops frames; each that stays is shown until the next one that stays."""
    held, end, slot = None, None, None
    for i, frame in enumerate(frames):
        end = frame.time + frame.duration
        # A tenth of a slot early: clocks of milliseconds round times up and down.
        this = None if fps is None else (frame.time * fps + Fraction(1, 10)) // 1
        if i % every or (held is not None and fps is not None and this == slot):
            continue
        slot = this
        if held is not None:
            yield held._replace(duration=frame.time - held.time)
        held = frame
    if held is not None:
        yield held._replace(duration=end - held.time)
