"""Where frames go: mp4 and webm through PyAV, GIFs, folders of pictures; written in the background.

Reading is video_sources.py's job, how a GIF gets small gif.py's.
"""

import os
import queue
import tempfile
import threading
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.gif import GifWriter

# Close to the source at a reasonable size. No B-frames: they come out of order, and the duration of
# clips with a variable frame rate would be written wrong.
X264 = {"crf": "18", "preset": "medium", "bf": "0"}
VP9 = {"crf": "24", "b": "0", "row-mt": "1", "cpu-used": "4", "deadline": "good"}
CODECS = {".mp4": ("libx264", X264), ".webm": ("libvpx-vp9", VP9)}
COMPARE = ("vertical", "horizontal")


def open_writer(out, video, *, loop: bool = False, max_mb: float | None = None, say=print):
    """Opens the file that the suffix of its name asks for.

    Args:
        out: Path ending in `.gif`, `.mp4` or `.webm`; without a suffix, a folder for PNGs.
        video: The `Video` that the frames come from: its rate, clock and sound.
        loop: For GIFs: play endlessly.
        max_mb: For GIFs: megabytes not to exceed.
        say: Called with a line about what had to be given up.

    Returns:
        An object with `write(frame)` for every `Frame` and `close(finished)`.

    Raises:
        VideoError: The suffix is another one, an option doesn't go with it, or the place can't be
            written to.
    """
    out = Path(out)
    suffix = out.suffix.lower()
    if suffix not in (".gif", "", *CODECS):
        raise VideoError(
            f"{out}: unknown kind of video. Use .gif, .mp4, .webm, or a folder (no suffix)."
        )
    if suffix != ".gif" and (loop or max_mb is not None):
        raise VideoError(f"{out}: loop and max_mb are for GIFs only.")
    if max_mb is not None and max_mb <= 0:
        raise VideoError(f"max_mb must be above 0; received {max_mb}.")
    if out.exists() and getattr(video, "path", out.parent).resolve() == out.resolve():
        raise VideoError(f"{out} is the input and would be overwritten. Use another --out.")
    if suffix and out.is_dir():
        raise VideoError(f"{out} is a folder. Give another name, or remove it.")
    if any(out.glob("frame_*.png")):
        raise VideoError(f"{out} holds frames already, which would mix. Use another --out.")
    try:
        if not suffix:
            out.mkdir(parents=True, exist_ok=True)
            writer = FolderWriter(out)
        else:
            out.parent.mkdir(parents=True, exist_ok=True)
            if suffix == ".gif":
                writer = GifWriter(out, loop=loop, max_bytes=max_mb and max_mb * 1e6, say=say)
            else:
                writer = ContainerWriter(out, video, say)
    except (OSError, av.error.FFmpegError) as error:
        raise VideoError(f"{out} cannot be written: {error}.") from error
    return InBackground(writer, out)


def arrange(real, fake, compare: str | None = None, max_width: int | None = None) -> np.ndarray:
    """Puts input and translation together, and makes the result narrower.

    Args:
        real: uint8 `(h, w, 3)`.
        fake: The same.
        compare: `"vertical"`: input above translation; `"horizontal"`: beside it; None: without.
        max_width: Of the result in pixels; it keeps its shape. Never enlarges.

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


class ContainerWriter:
    """mp4 (H.264) or webm (VP9): every frame with its own time, the sound copied where it fits."""

    def __init__(self, path, video, say):
        self.path, self._video, self._say = path, video, say
        handle, self._partial = tempfile.mkstemp(
            dir=path.parent, prefix=".partial_", suffix=path.suffix
        )
        os.close(handle)
        self._container = av.open(self._partial, "w", format=path.suffix[1:].lower())
        self._stream = self._sound = None
        self._shape, self._end = None, Fraction(0)
        self._durations = {}  # by time stamp: encoders forget them, which changes the last frame's

    def _start(self, shape):
        codec, options = CODECS[self.path.suffix.lower()]
        rate = self._video.rate.limit_denominator(1001)
        self._stream = self._container.add_stream(codec, rate=rate, options=dict(options))
        self._stream.height, self._stream.width = shape[:2]
        # H.264 stores colours of 2x2 pixels; an odd size needs them for every pixel.
        odd = codec == "libx264" and (shape[0] % 2 or shape[1] % 2)
        self._stream.pix_fmt = "yuv444p" if odd else "yuv420p"
        context = self._stream.codec_context
        context.time_base = self._stream.time_base = self._video.time_base
        context.sample_aspect_ratio = self._video.aspect
        context.colorspace = context.color_primaries = context.color_trc = 1  # BT.709
        context.color_range = 1
        self._shape = shape
        if self._video.audio:
            self._sound = self._open_sound(self._video.audio)

    def _open_sound(self, path):
        container = av.open(str(path))
        stream = container.streams.audio[0]
        try:
            copy = self._container.add_stream_from_template(stream)
            self._container.start_encoding()
        except (av.error.FFmpegError, ValueError, RuntimeError):
            self._say(f"The sound ({stream.codec_context.name}) doesn't fit {self.path.suffix}.")
            container.close()
            return None
        packets = (packet for packet in container.demux(stream) if packet.dts is not None)
        shift = round(self._video.start / stream.time_base)
        return _Sound(container, packets, copy, shift)

    def write(self, frame):
        if self._shape is None:
            self._start(frame.pixels.shape)
        if frame.pixels.shape != self._shape:
            raise VideoError(
                f"{self.path}: frames must have one size; received {frame.pixels.shape[:2]} after "
                f"{self._shape[:2]}."
            )
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame.pixels), format="rgb24")
        picture = picture.reformat(
            format=self._stream.pix_fmt, dst_colorspace="ITU709", dst_color_range="MPEG"
        )
        base = self._video.time_base
        picture.time_base = base
        picture.pts, picture.duration = round(frame.time / base), round(frame.duration / base)
        self._durations[picture.pts] = picture.duration
        self._encode(picture)
        self._end = frame.time + frame.duration
        if self._sound:
            self._sound.copy(self._container, self._end)

    def _encode(self, picture):
        for packet in self._stream.encode(picture):
            packet.duration = self._durations.pop(packet.pts, packet.duration or 0)
            self._container.mux(packet)

    def close(self, finished=True):
        if self._stream is not None:
            self._encode(None)
            if self._sound:
                self._sound.copy(self._container, None if finished else self._end)
                self._sound.container.close()
            self._container.close()
            os.chmod(self._partial, 0o644)
            os.replace(self._partial, self.path)
        else:
            with suppress(av.error.FFmpegError, ValueError):
                self._container.close()
            Path(self._partial).unlink(missing_ok=True)


class _Sound:
    """Packets of sound, copied as far as the picture has come."""

    def __init__(self, container, packets, stream, shift):
        self.container, self._packets, self._stream, self._shift = container, packets, stream, shift
        self._next = next(self._packets, None)

    def copy(self, output, until):
        while self._next is not None:
            packet, base = self._next, self._next.time_base
            if until is not None and (packet.dts - self._shift) * base >= until:
                return
            self._next = next(self._packets, None)
            packet.dts -= self._shift
            if packet.pts is not None:
                packet.pts -= self._shift
            packet.stream = self._stream
            output.mux(packet)


class FolderWriter:
    """`frame_000000.png` and so on."""

    def __init__(self, folder):
        self.folder, self._number = folder, 0

    def write(self, frame):
        images.write_image(self.folder / f"frame_{self._number:06d}.png", frame.pixels)
        self._number += 1

    def close(self, finished=True):
        pass


class InBackground:
    """Writes in a thread of its own, a few frames behind; an error comes out at the next frame.

    Args:
        writer: What to write with.
        path: What to name in errors.
    """

    def __init__(self, writer, path):
        self._writer, self._path = writer, path
        self._waiting, self._error = queue.Queue(4), None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self):
        while (frame := self._waiting.get()) is not None:
            if self._error is None:
                try:
                    self._writer.write(frame)
                except Exception as error:  # handed over to the one who writes
                    self._error = error

    def write(self, frame):
        self._raise()
        self._waiting.put(frame)

    def close(self, finished: bool = True):
        """Makes a playable file of what was written. Unless `finished`, sound ends there, too."""
        self._waiting.put(None)
        self._thread.join()
        try:
            self._writer.close(finished and self._error is None)
        except (OSError, av.error.FFmpegError) as error:
            self._error = self._error or error
        self._raise()

    def _raise(self):
        if isinstance(self._error, (OSError, av.error.FFmpegError)):
            raise VideoError(f"{self._path} cannot be written: {self._error}.") from self._error
        if self._error:
            raise self._error
