"""`WebpVideo`: animated WebP, whose frames FFmpeg doesn't read and Pillow does."""

from fractions import Fraction
from pathlib import Path

from PIL import Image

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import Frame, Video
from cyclegan_tf.video.pixels import without_idle_alpha
from data_pipeline.decoding import from_pillow
from data_pipeline.pillow_opening import own_limits

_ANIMATED = 2  # a bit of the flags
_TICK = Fraction(1, 1000)
_NO_DURATION = 100  # milliseconds, as browsers and FFmpeg (for GIFs) show frames of none


class WebpVideo(Video):
    """An animated WebP.

    Args:
        path: Path of the file.
        skip_bad: Ends the clip before a damaged frame and counts it; False makes it an error.

    Raises:
        VideoError: The first frame is damaged.
    """

    def __init__(self, path: Path, skip_bad: bool = True) -> None:
        self.path, self._skip_bad = path, skip_bad
        super().__init__(str(path), (0, 0), 1, _TICK, None)
        end = Fraction(0)
        for i, frame in enumerate(self._frames(), 1):
            self.size, self.num_frames = frame.pixels.shape[:2], i
            end = frame.time + frame.duration
        if not self.num_frames:
            raise VideoError(f"{path} holds a video stream without a single readable frame.")
        self.rate = self.num_frames / end

    def _frames(self):
        self.num_skipped, time = 0, Fraction(0)
        try:
            with own_limits():
                image = Image.open(self.path)
        except (OSError, ValueError) as error:
            raise VideoError(f"{self.path} cannot be read as a WebP: damaged ({error}).") from error
        with image:
            for i in range(getattr(image, "n_frames", 1)):
                try:
                    with own_limits():
                        image.seek(i)
                    pixels = without_idle_alpha(from_pillow(image).pixels)
                except (OSError, EOFError, ValueError) as error:
                    self._end_at(i, error)
                    return
                duration = (round(image.info.get("duration", 0)) or _NO_DURATION) * _TICK
                yield Frame(pixels, time, duration)
                time += duration

    def _end_at(self, i, error):
        self.num_skipped += 1
        if not self._skip_bad:
            raise VideoError(
                f"{self.path}: frame {i} is damaged ({error}). Repair the file, or end there with "
                "skip_bad=True (without --strict)."
            ) from error


def is_animated_webp(path: Path) -> bool:
    """Whether a file is a WebP of several frames, by its header."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            head = file.read(21).ljust(21)
    except OSError:
        return False
    # The flags follow the name and length of the first chunk.
    return head[8:16] == b"WEBPVP8X" and bool(head[20] & _ANIMATED)
