"""`FileVideo`: clips in any format that FFmpeg reads, upright, with damaged frames left out."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import RATE, Frame, Video


class FileVideo(Video):
    """A video file or GIF.

    Args:
        path: Path of the file.
        skip_bad: Leaves damaged frames out and counts them; False makes them an error.

    Raises:
        VideoError: The file is missing, no video, or holds no readable frame.
    """

    def __init__(self, path: Path, skip_bad: bool = True) -> None:
        self.path, self._skip_bad = path, skip_bad
        self._turned = False  # whether the player has to turn the frames by a quarter
        with self._open() as container:
            stream = self._stream(container)
            rate = stream.average_rate or stream.guessed_rate or RATE
            started = [s for s in container.streams if s.start_time is not None and s.time_base]
            self.start = min((s.start_time * s.time_base for s in started), default=Fraction(0))
            if container.streams.audio:
                self.audio = path
            seconds = stream.duration * stream.time_base if stream.duration else None
            if seconds is None and container.duration:
                seconds = Fraction(container.duration, av.time_base)
            number = stream.frames or (round(seconds * rate) if seconds else None)
            self.aspect = stream.sample_aspect_ratio or Fraction(1)
            size = stream.height, stream.width
            super().__init__(str(path), size, rate, stream.time_base, number)
        first = next(iter(self), None)
        if first is None:
            raise VideoError(f"{path} holds a video stream without a single readable frame.")
        self.size = first.pixels.shape[:2]
        if self._turned:
            self.aspect = 1 / self.aspect

    def _open(self):
        try:
            return av.open(str(self.path))
        except FileNotFoundError as error:
            raise VideoError(f"{self.path} does not exist.") from error
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise VideoError(
                f"{self.path} cannot be read as a video: unknown container, or damaged ({error})."
            ) from error

    def _stream(self, container):
        if not container.streams.video:
            kinds = ", ".join(sorted({s.type for s in container.streams})) or "nothing"
            raise VideoError(f"{self.path} holds no video stream (only {kinds}).")
        return container.streams.video[0]

    def _frames(self):
        self.num_skipped = 0
        usual, time = 1 / self.rate, None
        with self._open() as container:
            stream = self._stream(container)
            stream.thread_type = "AUTO"
            for frame in self._decoded(container, stream):
                stamp = frame.pts
                now = None if stamp is None else stamp * frame.time_base - self.start
                if time is not None and (now is None or now <= time):
                    now = time + usual  # a broken clock: go on at the usual pace
                time = max(now or Fraction(0), Fraction(0))
                duration = frame.duration * frame.time_base if frame.duration else usual
                self._turned = frame.rotation % 180 == 90
                pixels = np.rot90(frame.to_ndarray(format="rgb24"), round(frame.rotation / 90))
                yield Frame(np.ascontiguousarray(pixels), time, duration)

    def _decoded(self, container, stream):
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.error.FFmpegError as error:
                self._skip(error)
                return  # the container itself is broken: nothing after this can be found
            try:
                frames = packet.decode()
            except av.error.FFmpegError as error:
                self._skip(error)
                continue
            for frame in frames:
                if frame.is_corrupt:
                    self._skip("its data is incomplete")
                else:
                    yield frame

    def _skip(self, reason):
        self.num_skipped += 1
        if not self._skip_bad:
            raise VideoError(
                f"{self.path}: a damaged frame ({reason}). Repair the file, or leave such frames "
                "out with skip_bad=True (without --strict)."
            )
