"""GIFs with one palette made for the whole clip, and as small as asked for.

Frames wait in a lossless file on disk, as the palette is known only at the end.
"""

import os
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.video.sources import Frame
from data_pipeline.files import atomic_file

COLOURS = (256, 128, 64, 32)
WIDTHS = (1.0, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3)
FASTEST = 50  # frames per second: browsers show frames of less than 2/100 s five times as long
SLOWER = (1, 2, 3, 4, 6)
_TICK = Fraction(1, 100)  # a GIF's clock
_FORMAT = "bgra"  # what the palette filters take
# Ordered dithering: its pattern stays where it is, error diffusion crawls from frame to frame.
_DITHER = "dither=bayer:bayer_scale=4:diff_mode=rectangle"


class GifWriter:
    """Collects frames and makes a GIF of them at the end.

    Args:
        path: Of the GIF.
        loop: Play endlessly; else once.
        max_bytes: Size not to exceed. Fewer colours are tried first, then less width, then fewer
            frames per second. Default: no limit.
        say: Called with a line about what had to be given up.
    """

    def __init__(self, path, *, loop: bool = False, max_bytes: float | None = None, say=print):
        self.path, self.loop, self.max_bytes, self._say = Path(path), loop, max_bytes, say
        handle, self._spool = tempfile.mkstemp(
            dir=self.path.parent, prefix=".spool_", suffix=".nut"
        )
        os.close(handle)
        self._container = av.open(self._spool, "w")
        self._stream, self._times, self._end = None, 0, Fraction(0)

    def write(self, frame):
        """Takes a `Frame`. Of those closer than 1/50 s only the first counts."""
        tick = round(frame.time / _TICK)
        self._end = frame.time + frame.duration
        if self._stream is None:
            self._stream = self._container.add_stream("ffv1", rate=100, options={"slices": "4"})
            self._stream.height, self._stream.width = frame.pixels.shape[:2]
            self._stream.pix_fmt = "bgr0"
            self._stream.codec_context.time_base = _TICK
            self._last = tick - 100 // FASTEST
        if tick - self._last < 100 // FASTEST:
            return
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame.pixels), format="rgb24")
        picture.pts, picture.time_base = tick, _TICK
        self._container.mux(self._stream.encode(picture))
        self._last, self._times = tick, self._times + 1

    def close(self, finished: bool = True):
        """Writes the GIF of all frames so far; of none, nothing."""
        try:
            if self._stream is None:
                self._container.close()
                return
            self._container.mux(self._stream.encode())
            self._container.close()
            with atomic_file(self.path) as partial:
                self._fit(partial)
        finally:
            Path(self._spool).unlink(missing_ok=True)

    def discard(self):
        """Writes nothing."""
        self._container.close()
        Path(self._spool).unlink(missing_ok=True)

    def _fit(self, partial):
        ways = [(c, 1.0, 1) for c in COLOURS]
        ways += [(COLOURS[-1], w, 1) for w in WIDTHS[1:]]
        ways += [(COLOURS[-1], WIDTHS[-1], s) for s in SLOWER[1:]]
        limit = self.max_bytes or float("inf")
        for colours, share, slower in ways:
            width = max(round(self._stream.width * share), 1)
            last = (colours, share, slower) == ways[-1]
            if self._encode(partial, colours, width, slower, float("inf") if last else limit):
                break
        size = Path(partial).stat().st_size
        if (colours, share, slower) != ways[0]:
            rate = self._times / slower / float(self._end)
            verdict = "to stay within" if size <= limit else "and still more than"
            self._say(
                f"{self.path.name}: {size / 1e6:.1f} MB with {colours} colours, {width} pixels "
                f"wide, {rate:.3g} frames/s, {verdict} {limit / 1e6:.1f} MB."
            )

    def _encode(self, partial, colours, width, slower, limit) -> bool:
        """Returns whether the GIF fits the limit; stops where it doesn't."""
        palette = self._palette(colours, width, slower)
        graph = av.filter.Graph()
        shape = {"width": width, "height": self._height(width)}
        source = graph.add_buffer(**shape, format=_FORMAT, time_base=_TICK)
        side = graph.add_buffer(width=16, height=16, format=palette.format.name, time_base=_TICK)
        use = graph.add("paletteuse", _DITHER)
        sink = graph.add("buffersink")
        source.link_to(use, 0, 0)
        side.link_to(use, 0, 1)
        use.link_to(sink)
        graph.configure()
        palette.pts, palette.time_base = 0, _TICK
        side.push(palette)
        side.push(None)
        frames = self._scaled(width, slower)
        options = {"loop": "0" if self.loop else "-1"}
        last = max(round(self._end / _TICK) - self._starts(slower), 2)
        options["final_delay"] = str(last)
        with av.open(partial, "w", format="gif", options=options) as container:
            stream = container.add_stream("gif", rate=100)
            stream.width, stream.height, stream.pix_fmt = width, self._height(width), "pal8"
            stream.codec_context.time_base = _TICK

            def drain():
                while True:
                    try:
                        picture = sink.pull()
                    except (av.error.BlockingIOError, av.error.EOFError):
                        return
                    container.mux(stream.encode(picture))

            for frame in frames:
                source.push(frame)
                drain()
                if Path(partial).stat().st_size > limit:
                    frames.close()
                    return False
            source.push(None)
            drain()
            container.mux(stream.encode())
        return Path(partial).stat().st_size <= limit

    def _palette(self, colours, width, slower):
        graph = av.filter.Graph()
        source = graph.add_buffer(
            width=width, height=self._height(width), format=_FORMAT, time_base=_TICK
        )
        make = graph.add("palettegen", f"max_colors={colours}:stats_mode=full")
        sink = graph.add("buffersink")
        source.link_to(make)
        make.link_to(sink)
        graph.configure()
        for frame in self._scaled(width, slower):
            source.push(frame)
        source.push(None)
        return sink.pull()

    def _height(self, width):
        return max(round(self._stream.height * width / self._stream.width), 1)

    def _starts(self, slower):
        """Returns the tick at which the last frame appears."""
        return max((frame.pts for frame in self._read(slower)), default=0)

    def _read(self, slower):
        with av.open(self._spool) as container:
            for i, frame in enumerate(container.decode(video=0)):
                if i % slower == 0:
                    frame.pts = round(frame.pts * frame.time_base / _TICK)
                    frame.time_base = _TICK
                    yield frame

    def _scaled(self, width, slower):
        for frame in self._read(slower):
            scaled = frame.reformat(width, self._height(width), _FORMAT, interpolation="LANCZOS")
            scaled.pts, scaled.time_base = frame.pts, _TICK
            yield scaled


def write_gif(path, frames, fps: float = 15.0) -> None:
    """Writes pictures of one size as an endless GIF, whole or not at all.

    Args:
        path: Path of the GIF.
        frames: Iterable of uint8 `(h, w, 3)` pictures.
        fps: Frames per second, at most 50.

    Raises:
        ImageError: It can't be written.
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
    except OSError as error:
        raise ImageError(f"{path} cannot be written: {error}.") from error


def pan(pictures, width: int, num_frames: int, gap: int = 4):
    """Yields frames of a window that travels across pictures of one size, stacked vertically.

    Args:
        pictures: uint8 `(h, w, 3)` images of one size, e.g. a map and its translation.
        width: Of the window, in pixels.
        num_frames: Of the way from the left edge to the right one.
        gap: White pixels between the pictures.
    """
    span = max(pictures[0].shape[1] - width, 0)
    for i in range(num_frames):
        left = round(span * i / max(num_frames - 1, 1))
        yield images.grid([[picture[:, left : left + width]] for picture in pictures], gap)
