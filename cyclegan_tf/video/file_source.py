"""`FileVideo`: clips in any format that FFmpeg reads, upright, with damaged frames left out."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import RATE, Frame, Video
from cyclegan_tf.video.clock import Clock
from cyclegan_tf.video.deinterlace import deinterlaced
from cyclegan_tf.video.opening import opened, picture_stream, picture_streams, sound_stream
from cyclegan_tf.video.pixels import display_matrix, picture_of
from data_pipeline.limits import refuse_too_large

_HDR = {16: "PQ, SMPTE ST 2084", 18: "HLG, ARIB STD-B67"}  # transfer functions of H.273
_BT2020 = 9  # primaries
_PROGRESSIVE = 1  # higher field orders of FFmpeg are interlaced
# FFmpeg's own decoders of these drop alpha.
_WITH_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


class FileVideo(Video):
    """A video file, GIF, APNG or animated AVIF.

    Args:
        path: Path of the file.
        skip_bad: Leaves damaged frames out and counts them; False makes them an error.

    Raises:
        VideoError: The file is missing, no video, HDR, or holds no readable frame.
    """

    def __init__(self, path: Path, skip_bad: bool = True) -> None:
        self.path, self._skip_bad = path, skip_bad
        with opened(path) as container:
            stream, sound = picture_stream(container, path), sound_stream(container)
            rate = stream.average_rate or stream.guessed_rate or RATE
            started = [s for s in (stream, sound) if s and s.start_time is not None]
            self.start = min((s.start_time * s.time_base for s in started), default=Fraction(0))
            if sound:
                self.audio = path
            seconds = stream.duration * stream.time_base if stream.duration else None
            if seconds is None and container.duration:
                seconds = Fraction(container.duration, av.time_base)
            number = stream.frames or (round(seconds * rate) if seconds else None)
            self._refuse_too_large(stream)
            self.aspect = stream.sample_aspect_ratio or Fraction(1)
            size = stream.height, stream.width
            super().__init__(str(path), size, rate, stream.time_base, number)
            self._note_what_is_left(container, stream)
            first = next(self._pictures(container, stream), None)
            if first is not None:
                self._look_at(first, stream.codec_context)
        shown = next(self._frames(), None)  # upright, and behind the deinterlacer
        if first is None or shown is None:
            raise VideoError(f"{path} holds a video stream without a single readable frame.")
        self.size = shown.pixels.shape[:2]

    def _note_what_is_left(self, container, stream):
        pictures, sounds = len(picture_streams(container)), len(container.streams.audio)
        if pictures > 1:
            self.note(f"{self.path}: of {pictures} videos in it, #{stream.index} is read.")
        if sounds > 1:
            kept = sound_stream(container).index
            self.note(f"{self.path}: of {sounds} sound tracks, only #{kept} can be kept.")

    def _refuse_too_large(self, picture):
        try:
            refuse_too_large(picture.width, picture.height)
        except ValueError as error:
            raise VideoError(f"{self.path}: {error}.") from error

    def _refuse_hdr(self, codec):
        if codec.color_trc in _HDR:
            raise VideoError(
                f"{self.path} is HDR ({_HDR[codec.color_trc]}), whose brightness isn't mapped to "
                "that of pictures here. Convert it to SDR first, e.g. with FFmpeg's filters zscale "
                "and tonemap."
            )

    def _look_at(self, frame, codec):
        """Notes what a frame says about itself, and turns the shape of its pixels."""
        if codec.color_primaries == _BT2020:
            self.note(f"{self.path}: BT.2020 primaries are read as BT.709's: a bit paler.")
        if codec.field_order > _PROGRESSIVE and not frame.interlaced_frame:
            self.note(
                f"{self.path}: called interlaced, but its frames aren't; they are read as they are."
            )
        a, b, _, _ = display_matrix(frame)
        if min(abs(a), abs(b)) * 50 > max(abs(a), abs(b)):
            self.note(f"{self.path}: turned by quarters only, not by the angle it names.")
        if abs(b) > abs(a):
            self.aspect = 1 / self.aspect

    def _frames(self):
        self.num_skipped, size = 0, None
        with opened(self.path) as container:
            stream = picture_stream(container, self.path)
            # A thread for each frame waits for ever in some damaged clips: FFmpeg's fault.
            stream.thread_type = "SLICE"
            clock = Clock(self.start, 1 / self.rate, stream.time_base)
            for frame in deinterlaced(self._pictures(container, stream)):
                time = clock(None if frame.pts is None else frame.pts * frame.time_base)
                duration = frame.duration * frame.time_base if frame.duration else 1 / self.rate
                pixels = self._picture(frame)
                size = size or pixels.shape[:2]
                yield Frame(self._fitted(pixels, size), time, duration)

    def _picture(self, frame):
        try:
            return picture_of(frame)
        except (VideoError, av.error.FFmpegError, ValueError) as error:
            raise VideoError(
                f"{self.path}: pixels of the kind {frame.format.name}: {error}"
            ) from error

    def _fitted(self, pixels, size):
        if pixels.shape[:2] == size:
            return pixels
        (height, width), before = size, pixels.shape
        self.note(
            f"{self.path}: frames of {before[1]}x{before[0]} pixels are scaled to "
            f"{width}x{height}, the size of the first one."
        )
        image = Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS)
        return np.asarray(image)

    def _pictures(self, container, stream):
        """Yields decoded frames, as they are stored."""
        packets, decoder = container.demux(stream), _decoder(stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.error.FFmpegError, OSError) as error:
                self._skip(error)
                return  # the container itself is broken: nothing after this can be found
            try:
                frames = decoder.decode(packet)
            except av.error.FFmpegError as error:
                self._skip(error)
                continue
            for frame in frames:
                self._refuse_hdr(decoder if decoder is not stream else stream.codec_context)
                if frame.is_corrupt:
                    self._skip("its data is incomplete")
                    continue
                if frame.interlaced_frame:
                    self.note(f"{self.path}: interlaced, so every other line is made anew (bwdif).")
                yield frame

    def _skip(self, reason):
        self.num_skipped += 1
        if not self._skip_bad:
            raise VideoError(
                f"{self.path}: a damaged frame ({reason}). Repair the file, or leave such frames "
                "out with skip_bad=True (without --strict)."
            )


def _decoder(stream):
    tags = {key.lower(): value for key, value in stream.metadata.items()}
    codec = _WITH_ALPHA.get(stream.codec_context.name)
    if codec and tags.get("alpha_mode") == "1":
        return av.CodecContext.create(codec, "r")
    return stream
