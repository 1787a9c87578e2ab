"""`Spool`: the frames of a clip in a lossless file, until its palette and size are known."""

import os
import tempfile
from collections.abc import Generator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import Frame
from cyclegan_tf.video.opening import file_url

FORMAT = "bgra"  # pixels as the palette filters take them
TICK = Fraction(1, 100)  # a GIF's clock, in seconds
SHORTEST = 2  # ticks: browsers show frames of less than that five times as long


class Spool:
    """Keeps the frames of a GIF in a file beside it, to be read as often as needed.

    Args:
        gif: Path of the GIF.

    Attributes:
        ticks: When each frame is shown, in 1/100 s.
        end: When the last frame ends, in seconds.
    """

    def __init__(self, gif: Path) -> None:
        self._gif = gif
        handle, self._path = tempfile.mkstemp(dir=gif.parent, prefix=".spool_", suffix=".nut")
        os.close(handle)
        self._container = av.open(file_url(self._path), "w", format="nut")
        self._stream: Any = None  # of PyAV; made for the size of the first frame
        self.ticks: list[int] = []
        self.end: Fraction = Fraction(0)

    def write(self, frame: Frame) -> None:
        """Takes the next frame. Of frames closer than 1/50 s only the first counts.

        Raises:
            VideoError: Its size isn't that of the first frame.
        """
        height, width = frame.pixels.shape[:2]
        if self._stream is None:
            self._stream = self._container.add_stream("ffv1", rate=100, options={"slices": "4"})
            self._stream.height, self._stream.width = height, width
            self._stream.pix_fmt = "bgr0"
            self._stream.codec_context.time_base = TICK
        if (self._stream.height, self._stream.width) != (height, width):
            raise VideoError(
                f"{self._gif}: frames must have one size, that of the first frame "
                f"{(self._stream.height, self._stream.width)}; received {(height, width)}."
            )
        tick = round(frame.time / TICK)
        self.end = frame.time + frame.duration
        if self.ticks and tick - self.ticks[-1] < SHORTEST:
            return
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame.pixels), format="rgb24")
        picture.pts, picture.time_base = tick, TICK
        self._container.mux(self._stream.encode(picture))
        self.ticks.append(tick)

    def close(self) -> None:
        """Completes the file. Has to be done before `frames`."""
        if self._stream is not None:
            self._container.mux(self._stream.encode())
        self._container.close()

    def remove(self) -> None:
        """Deletes the file."""
        try:
            self._container.close()
        finally:
            Path(self._path).unlink(missing_ok=True)

    def size(self, share: float = 1.0) -> tuple[int, int]:
        """Returns (width, height) of the frames at a share of their width."""
        width = max(round(self._stream.width * share), 1)
        return width, max(round(self._stream.height * width / self._stream.width), 1)

    def frames(self, share: float, every: int) -> Generator[av.VideoFrame, None, None]:
        """Reads the file from its beginning: one frame in `every`, scaled to `size(share)`."""
        size = self.size(share)
        with av.open(file_url(self._path), format="nut") as container:
            for i, frame in enumerate(container.decode(video=0)):
                if i % every == 0:
                    scaled = frame.reformat(*size, FORMAT, interpolation="LANCZOS")
                    scaled.pts, scaled.time_base = self.ticks[i], TICK
                    yield scaled
