"""`GifWriter`: GIFs with one palette made for the whole clip, and as small as asked for."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import av

from cyclegan_tf.video.clip import Frame
from cyclegan_tf.video.gif_spool import FORMAT, TICK, Spool
from cyclegan_tf.video.opening import file_url
from data_pipeline.files import atomic_file

# Ordered dithering: its pattern stays where it is, error diffusion crawls from frame to frame.
_DITHER = "dither=bayer:bayer_scale=4:diff_mode=rectangle"


class _Quality(NamedTuple):
    """How much of a clip a GIF keeps: colours, share of the width, and one frame in `every`."""

    colours: int
    share: float
    every: int


# From the best to the smallest: fewer colours first, then less width, then fewer frames.
_QUALITIES = [_Quality(colours, 1.0, 1) for colours in (256, 128, 64, 32)]
_QUALITIES += [_Quality(32, share, 1) for share in (0.85, 0.7, 0.6, 0.5, 0.4, 0.3)]
_QUALITIES += [_Quality(32, 0.3, every) for every in (2, 3, 4, 6)]


class GifWriter:
    """Collects frames and makes a GIF of them at the end, whole or not at all.

    The palette is known only when all frames have been seen, so they wait in a file on disk.

    Args:
        path: Path of the GIF, in a folder that exists.
        loop: Plays endlessly; by default once.
        max_bytes: Size not to exceed; None for no limit. Fewer colours are tried first, then less
            width, then fewer frames per second.
        say: Called with a line of text about what had to be given up.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        *,
        loop: bool = False,
        max_bytes: float | None = None,
        say: Callable[[str], None] = print,
    ) -> None:
        self.path = Path(path)
        self._loop, self._limit, self._say = loop, max_bytes or float("inf"), say
        self._spool = Spool(self.path)

    def write(self, frame: Frame) -> None:
        """Takes the next frame. Of frames closer than 1/50 s only the first counts.

        Raises:
            VideoError: Its size isn't that of the first frame.
        """
        self._spool.write(frame)

    def close(self, finished: bool = True) -> None:
        """Writes the GIF of all frames so far; of no frames, nothing."""
        try:
            self._spool.close()
            if self._spool.ticks:
                with atomic_file(self.path) as partial:
                    self._write_small_enough(partial)
        finally:
            self._spool.remove()

    def discard(self) -> None:
        """Writes nothing."""
        self._spool.remove()

    def _write_small_enough(self, partial):
        for quality in _QUALITIES:
            last = quality == _QUALITIES[-1]
            if self._encode(partial, quality, float("inf") if last else self._limit):
                break
        if quality != _QUALITIES[0]:
            self._say(self._what_was_given_up(quality, Path(partial).stat().st_size))

    def _what_was_given_up(self, quality, size):
        rate = len(self._spool.ticks) / quality.every / float(self._spool.end)
        verdict = "to stay within" if size <= self._limit else "and still more than"
        return (
            f"{self.path.name}: {size / 1e6:.1f} MB with {quality.colours} colours, "
            f"{self._spool.size(quality.share)[0]} pixels wide, {rate:.3g} frames/s, "
            f"{verdict} {self._limit / 1e6:.1f} MB."
        )

    def _encode(self, partial: str, quality: _Quality, limit: float) -> bool:
        """Returns whether the GIF fits the limit; stops where it doesn't."""
        width, height = self._spool.size(quality.share)
        palette = _make_palette(self._spool, quality)
        graph, source, sink = _palette_filter(palette, width, height)
        last = max(round(self._spool.end / TICK) - self._spool.ticks[:: quality.every][-1], 2)
        options = {"loop": "0" if self._loop else "-1", "final_delay": str(last)}
        frames = self._spool.frames(quality.share, quality.every)
        with av.open(file_url(partial), "w", format="gif", options=options) as container:
            stream = container.add_stream("gif", rate=100)
            stream.width, stream.height, stream.pix_fmt = width, height, "pal8"
            stream.codec_context.time_base = TICK

            def drain():
                for picture in _pull_all(sink):
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


def _make_palette(spool, quality):
    """Returns the palette of all frames, as a picture of 16x16 colours."""
    width, height = spool.size(quality.share)
    graph = av.filter.Graph()
    source = graph.add_buffer(width=width, height=height, format=FORMAT, time_base=TICK)
    make = graph.add("palettegen", f"max_colors={quality.colours}:stats_mode=full")
    sink = graph.add("buffersink")
    source.link_to(make)
    make.link_to(sink)
    graph.configure()
    for frame in spool.frames(quality.share, quality.every):
        source.push(frame)
    source.push(None)
    return sink.pull()


def _palette_filter(palette, width, height):
    """Returns a graph that reduces frames to the palette, its entrance and its exit."""
    graph = av.filter.Graph()
    source = graph.add_buffer(width=width, height=height, format=FORMAT, time_base=TICK)
    side = graph.add_buffer(width=16, height=16, format=palette.format.name, time_base=TICK)
    use = graph.add("paletteuse", _DITHER)
    sink = graph.add("buffersink")
    source.link_to(use, 0, 0)
    side.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    palette.pts, palette.time_base = 0, TICK
    side.push(palette)
    side.push(None)
    return graph, source, sink


def _pull_all(sink):
    while True:
        try:
            yield sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
