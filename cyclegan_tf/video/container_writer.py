"""`ContainerWriter`: mp4 and webm files, with the times of all frames and the sound."""

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import Frame, Video
from cyclegan_tf.video.opening import file_url, opened, sound_stream
from data_pipeline.files import make_public

# Close to the source at a reasonable size. No B-frames: they come out of order, and the duration of
# clips with a variable frame rate would be written wrong.
X264 = {"crf": "18", "preset": "medium", "bf": "0"}
VP9 = {"crf": "24", "b": "0", "row-mt": "1", "cpu-used": "4", "deadline": "good"}
CODECS = {".mp4": ("libx264", X264), ".webm": ("libvpx-vp9", VP9)}


class ContainerWriter:
    """Writes mp4 (H.264) or webm (VP9), whole or not at all; sound is copied where it fits.

    Args:
        path: Path of the file, ending in a suffix of `CODECS`.
        video: The `Video` that the frames come from: its rate, clock and sound.
        say: Called with a line of text where the sound had to be left out.
    """

    def __init__(self, path: Path, video: Video, say: Callable[[str], None]) -> None:
        self.path, self._video, self._say = path, video, say
        handle, self._partial = tempfile.mkstemp(
            dir=path.parent, prefix=".partial_", suffix=path.suffix
        )
        os.close(handle)
        format_ = path.suffix[1:].lower()
        self._container = av.open(file_url(self._partial), "w", format=format_)
        self._stream: Any = None  # of PyAV; made for the size of the first frame
        self._sound: _Sound | None = None
        self._shape: tuple[int, ...] = ()
        self._end = Fraction(0)
        # By time stamp: encoders forget them, which changes the last frame's.
        self._durations: dict[int, int] = {}

    def write(self, frame: Frame) -> None:
        """Takes the next frame.

        Raises:
            VideoError: Its size isn't that of the first frame.
        """
        if self._stream is None:
            self._start(frame.pixels.shape)
        if frame.pixels.shape != self._shape:
            raise VideoError(
                f"{self.path}: frames must have one size, that of the first frame "
                f"{self._shape[:2]}; received {frame.pixels.shape[:2]}."
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

    def close(self, finished: bool = True) -> None:
        """Completes the file; of no frames, none is left.

        Args:
            finished: False after an interruption: the sound then ends with the last frame.
        """
        if self._stream is None:
            self._discard()
            return
        try:
            self._encode(None)
            if self._sound:
                self._sound.copy(self._container, None if finished else self._end)
                self._sound.close()
            self._container.close()
            make_public(self._partial)
            os.replace(self._partial, self.path)
        except BaseException:  # a full disk, for one, which the partial file would keep full
            self._discard()
            raise

    def _discard(self):
        with suppress(av.error.FFmpegError, OSError, ValueError):
            self._container.close()
        Path(self._partial).unlink(missing_ok=True)

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
        source = ExitStack()
        container = source.enter_context(opened(path))
        stream = sound_stream(container)
        try:
            copy = self._container.add_stream_from_template(stream)
            self._container.start_encoding()
        except (av.error.FFmpegError, ValueError, RuntimeError):
            self._say(f"The sound ({stream.codec_context.name}) doesn't fit {self.path.suffix}.")
            source.close()
            return None
        packets = (packet for packet in container.demux(stream) if packet.dts is not None)
        shift = round(self._video.start / stream.time_base)
        return _Sound(source, packets, copy, shift)

    def _encode(self, picture):
        for packet in self._stream.encode(picture):
            packet.duration = self._durations.pop(packet.pts, packet.duration or 0)
            self._container.mux(packet)


class _Sound:
    """Packets of sound, copied up to where the picture has got."""

    def __init__(self, source, packets, stream, shift):
        self._source, self._packets, self._stream = source, packets, stream
        self._shift, self._before = shift, None
        self._next = self._fetch()

    def copy(self, output, until):
        while self._next is not None:
            packet = self._next
            if until is not None and packet.dts * packet.time_base >= until:
                return
            self._next = self._fetch()
            packet.stream = self._stream
            output.mux(packet)

    def close(self):
        self._source.close()

    def _fetch(self):
        """Returns the next packet, in the clip's time; None at the end, or where it is damaged."""
        try:
            packet = next(self._packets, None)
        except av.error.FFmpegError:
            return None
        if packet is None:
            return None
        if self._before and packet.dts - self._shift <= self._before[0]:
            # In joined clips the clock starts again: go on behind what there was.
            self._shift = packet.dts - sum(self._before)
        packet.dts -= self._shift
        if packet.pts is not None:
            packet.pts -= self._shift
        self._before = packet.dts, packet.duration or 1
        return packet
