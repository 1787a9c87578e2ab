"""`WorldVideo`: a camera path through a built-in world as a clip."""

from fractions import Fraction
from urllib.parse import parse_qsl

from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import Frame, Video
from data_pipeline.worlds import scroll

# What can be set, and the defaults, which also say of which type it is.
_OPTIONS = {
    "frames": 120, "height": 480, "width": 640, "seed": 0, "scale": 1.0, "path": "pan",
    "structure": 0,
}  # fmt: skip


class WorldVideo(Video):
    """A camera path through a built-in world, whose frames have exact offsets.

    Args:
        source: `"world:PAIR?OPTION=VALUE&..."`, with the options `frames`, `height`, `width`,
            `seed`, `scale`, `path` and `structure` of `data_pipeline.worlds.scroll`.
        direction: Direction of the translation: the world is drawn in the style of its source.
        rate: Frames per second.

    Raises:
        VideoError: The pair or an option is unknown, or a value is out of its range.
    """

    def __init__(self, source: str, direction: Direction, rate: Fraction | int) -> None:
        pair, _, query = source.partition(":")[2].partition("?")
        options = _parse(source, query)
        number = options.pop("frames")
        size = options.pop("height"), options.pop("width")
        self._scroll = lambda: scroll(pair, num_frames=number, size=size, **options)
        try:
            self._scroll()
        except ValueError as error:
            raise VideoError(f"{source}: {error}") from error
        self._image = f"image_{direction.source}"
        super().__init__(source, size, rate, 1 / Fraction(rate), number)

    def _frames(self):
        for i, frame in enumerate(self._scroll()):
            time = i * self.time_base
            yield Frame(getattr(frame, self._image), time, self.time_base, frame.offset)


def _parse(source, query):
    options = dict(_OPTIONS)
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key not in options:
            raise VideoError(
                f"{source}: options must be among {', '.join(options)}; received {key!r}."
            )
        try:
            options[key] = type(options[key])(value)
        except ValueError:
            raise VideoError(f"{source}: {key} must be a number; received {value!r}.") from None
    return options
