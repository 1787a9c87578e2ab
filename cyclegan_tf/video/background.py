"""Threads of their own for decoding and encoding: `ahead` reads in one, `InBackground` writes."""

import os
import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

import av

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import Frame

_END = object()
Item = TypeVar("Item")


class Writer(Protocol):
    """What takes the frames of a clip: a file, or a folder."""

    def write(self, frame: Frame) -> None:
        """Takes the next frame."""

    def close(self, finished: bool = True) -> None:
        """Completes what was written so far; `finished` is False after an interruption."""


class _Until:
    def __init__(self, frames: Iterable[Item], stop: threading.Event) -> None:
        self._frames, self._stop = frames, stop

    def __iter__(self) -> Iterator:
        for frame in self._frames:
            if self._stop.is_set():
                raise Abandoned
            yield frame


class Abandoned(Exception):
    """Nobody waits for more frames."""


def until(frames: Iterable[Item], stop: threading.Event) -> Iterable[Item]:
    """Returns the frames, which raise `Abandoned` once an event is set.

    Args:
        frames: Those of a clip; what can be iterated again can still be, and an iterator stays one.
        stop: The event.
    """
    wrapped = _Until(frames, stop)
    return iter(wrapped) if iter(frames) is frames else wrapped


def ahead(
    items: Iterable[Item], number: int, stop: threading.Event | None = None
) -> Iterator[Item]:
    """Iterates in a thread of its own, at most `number` items ahead of the user.

    Args:
        items: What to iterate. Its errors are raised where the item would have come.
        number: Items that may wait.
        stop: Set when the user wants no more; an item that takes long to make can look at it.

    Returns:
        An iterator of the same items.
    """
    waiting: queue.Queue = queue.Queue(number)
    stop = stop or threading.Event()

    def put(item):
        while not stop.is_set():
            try:
                return waiting.put(item, timeout=0.1)
            except queue.Full:
                pass

    def work():
        try:
            for item in items:
                put((item, None))
                if stop.is_set():
                    return
            put((_END, None))
        except BaseException as error:  # handed over, raised by the one who waits
            put((_END, error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while True:
            item, error = waiting.get()
            if error:
                raise error
            if item is _END:
                return
            yield item
    finally:
        stop.set()
        thread.join()


class InBackground:
    """Writes in a thread of its own, a few frames behind; an error is raised at the next frame.

    Args:
        writer: What to write with.
        path: Path to name in errors.

    Attributes:
        num_written: Frames written so far; after `close`, all that the file holds.
    """

    num_written: int = 0

    def __init__(self, writer: Writer, path: str | os.PathLike) -> None:
        self._writer, self._path = writer, path
        self._waiting: queue.Queue = queue.Queue(4)
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def write(self, frame: Frame) -> None:
        """Takes the next frame.

        Raises:
            VideoError: A frame before it could not be written.
        """
        self._raise()
        self._waiting.put(frame)

    def close(self, finished: bool = True) -> None:
        """Makes a playable file of what was written.

        Args:
            finished: False after an interruption: the sound then ends with the last frame.

        Raises:
            VideoError: The file could not be written.
        """
        self._waiting.put(None)
        self._thread.join()
        try:
            self._writer.close(finished and self._error is None)
        except (OSError, av.error.FFmpegError) as error:
            self._error = self._error or error
        self._raise()

    def _work(self):
        while (frame := self._waiting.get()) is not None:
            if self._error is None:
                try:
                    self._writer.write(frame)
                    self.num_written += 1
                except Exception as error:  # handed over, raised by `write` or `close`
                    self._error = error

    def _raise(self):
        if isinstance(self._error, (OSError, av.error.FFmpegError)):
            reason = self._error.strerror or self._error  # without the name of a scratch file
            raise VideoError(f"{self._path} cannot be written: {reason}.") from self._error
        if self._error:
            raise self._error
