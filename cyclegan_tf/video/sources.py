"""Where frames come from: video files, GIFs, folders of pictures, built-in worlds; upright, timed.

Nothing is kept: each time a source is iterated it is read anew. Writing is video_files.py's job.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

import av
import numpy as np

from cyclegan_tf import images
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import ImageError, VideoError

RATE = 30  # frames per second of folders and worlds, which have none of their own
WORLD_FRAMES = 120


class Frame(NamedTuple):
    """One frame of a clip.

    Attributes:
        pixels: uint8 (h, w, 3), upright.
        time: when it is shown, in seconds from the beginning of the file.
        duration: for how long, in seconds.
        offset: (x, y) of its left upper corner on the map in pixels, or None if nobody knows.
    """

    pixels: np.ndarray
    time: Fraction
    duration: Fraction
    offset: tuple[int, int] | None = None


class Video:
    """A clip as something to iterate, as often as you like; made by `open_video`.

    Attributes:
        name: what the user called it.
        size: (height, width) of the frames, upright.
        rate: frames per second on average, a `Fraction`.
        time_base: seconds; all times are multiples of it.
        num_frames: how many will come, as far as the file tells; or None.
        aspect: width of a pixel by its height.
        audio: path of a file with sound, or None.
        start: second of the file at which the clip starts, for the sound to fit.
        num_skipped: damaged frames that the last iteration left out.
    """

    aspect, audio, start, num_skipped = Fraction(1), None, Fraction(0), 0

    def __init__(self, name, size, rate, time_base, num_frames):
        self.name, self.size, self.rate = name, size, Fraction(rate)
        self.time_base, self.num_frames = Fraction(time_base), num_frames
        self.every, self.fps = 1, None

    def __iter__(self) -> Iterator[Frame]:
        return _thinned(self._frames(), self.every, self.fps)

    def _thin(self, every, fps):
        """Takes only every so many frames, and at most `fps` per second."""
        self.every, self.fps = every, fps
        rate = self.rate / every
        rate = min(rate, Fraction(fps)) if fps else rate
        if self.num_frames:
            self.num_frames = -(-self.num_frames * rate // self.rate)
        self.rate = rate


def open_video(
    source, *, direction: str = "a2b", every: int = 1, fps: float | None = None, skip_bad=True
) -> Video:
    """Opens a clip; one frame is decoded to see that it works.

    Args:
        source: A video file or GIF of any format that FFmpeg reads; a folder of pictures, in the
            order of the numbers in their names; or `"world:meadow2forest?seed=3&path=pan"`, a
            camera path through a built-in world with the options of `data_pipeline.worlds.scroll`
            (`frames`, `height`, `width` and `scale` besides).
        direction: `"a2b"` or `"b2a"`: in which style a world is drawn.
        every: Keep every so many frames; the clip stays as long as it is.
        fps: For files: at most so many frames per second, others are dropped. For folders and
            worlds: their rate, 30 by default.
        skip_bad: Leave damaged frames out, and count them; else they are an error.

    Returns:
        A `Video`.

    Raises:
        VideoError: There is nothing there, no video in it, no frame, or an option is wrong.
    """
    if every < 1 or (fps is not None and not 0 < fps <= 1000):
        raise VideoError(
            "every must be at least 1 and fps above 0, at most 1000; "
            f"received every={every}, fps={fps}."
        )
    fps = None if fps is None else Fraction(fps).limit_denominator(1001)
    if str(source).startswith("world:"):
        video = _World(str(source), direction, fps or RATE)
    elif Path(source).is_dir():
        video = _Folder(Path(source), fps or RATE, skip_bad)
    else:
        video = _File(Path(source), skip_bad)
    video._thin(every, fps)
    return video


class _File(Video):
    """Anything that FFmpeg reads."""

    _turned = False  # whether the player has to turn the frames by a quarter

    def __init__(self, path, skip_bad):
        self.path, self.skip_bad = path, skip_bad
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
            super().__init__(str(path), None, rate, stream.time_base, number)
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
        if not self.skip_bad:
            raise VideoError(
                f"{self.path}: a damaged frame ({reason}). Repair the file, or leave such frames "
                "out with skip_bad=True (without --strict)."
            )


class _Folder(Video):
    """Pictures of one size, in the order of the numbers in their names."""

    def __init__(self, folder, rate, skip_bad):
        self.skip_bad = skip_bad
        files = [p for p in folder.iterdir() if p.suffix.lower() in images.SUFFIXES]
        self.path = folder
        self.files = sorted((p for p in files if not p.name.startswith(".")), key=_number)
        if not self.files:
            raise VideoError(f"{folder} holds no pictures ({', '.join(images.SUFFIXES)}).")
        size = images.read_image(self.files[0]).shape[:2]
        super().__init__(str(folder), size, rate, 1 / Fraction(rate), len(self.files))

    def _frames(self):
        self.num_skipped = 0
        for i, path in enumerate(self.files):
            try:
                pixels = images.read_image(path)[..., :3]
            except ImageError as error:
                self.num_skipped += 1
                if not self.skip_bad:
                    raise VideoError(f"{error} Repair it, or leave it out.") from error
                continue
            if pixels.shape[:2] != self.size:
                raise VideoError(
                    f"{path} has {pixels.shape[1]}x{pixels.shape[0]} pixels, the first picture "
                    f"{self.size[1]}x{self.size[0]}: frames must have one size."
                )
            yield Frame(pixels, i * self.time_base, self.time_base)


class _World(Video):
    """A camera path through a built-in world, with exact offsets."""

    def __init__(self, source, direction, rate):
        from data_pipeline.worlds import scroll

        pair, _, query = source.partition(":")[2].partition("?")
        options = {"frames": WORLD_FRAMES, "height": 480, "width": 640, "seed": 0, "scale": 1.0}
        options["path"] = "pan"
        for key, value in parse_qsl(query, keep_blank_values=True):
            if key not in options:
                raise VideoError(f"{source}: unknown option {key!r}; there are {sorted(options)}.")
            try:
                options[key] = type(options[key])(value)
            except ValueError:
                raise VideoError(f"{source}: {key} must be a number; received {value!r}.") from None
        number = options.pop("frames")
        size = options.pop("height"), options.pop("width")
        self._scroll = lambda: scroll(pair, num_frames=number, size=size, **options)
        try:
            self._scroll()
        except ValueError as error:
            raise VideoError(f"{source}: {error}") from error
        self._image = f"image_{Direction(direction).source}"
        super().__init__(source, size, rate, 1 / Fraction(rate), number)

    def _frames(self):
        for i, frame in enumerate(self._scroll()):
            time = i * self.time_base
            yield Frame(getattr(frame, self._image), time, self.time_base, frame.offset)


def _number(path):
    """Sort key: frame2 before frame10."""
    parts = re.split(r"(\d+)", path.name)
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts], path.name


def _thinned(frames, every, fps):
    """Drops frames; those that stay are shown until the next one that stays."""
    held, end, slot = None, None, None
    for i, frame in enumerate(frames):
        end = frame.time + frame.duration
        this = None if fps is None else frame.time * fps // 1
        if i % every or (held is not None and fps is not None and this == slot):
            continue
        slot = this
        if held is not None:
            yield held._replace(duration=frame.time - held.time)
        held = frame
    if held is not None:
        yield held._replace(duration=end - held.time)
