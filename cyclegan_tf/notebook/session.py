"""What a notebook sets up first, and pictures that move in exported pages, too."""

import io
import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageSequence

from cyclegan_tf.errors import ConfigError, FileError, TrainingStopped
from cyclegan_tf.hardware.describe import describe_hardware
from cyclegan_tf.hardware.limit import on_accelerator
from data_pipeline.errors import DataError

if TYPE_CHECKING:
    from IPython import display


def set_up_notebook() -> None:
    """Says what computes here, and lets errors of this project be one line instead of a traceback.

    Other errors keep their tracebacks. Outside of IPython it only says what computes.
    """
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((ConfigError, DataError, FileError, TrainingStopped), _say_in_one_line)
    slow = "" if on_accelerator() else " (slow: choose a GPU runtime for large networks)"
    print(f"Computing on {describe_hardware()}{slow}.")


def _say_in_one_line(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    traceback: TracebackType | None,
    tb_offset: int | None = None,
) -> list[str]:
    line = f"{kind.__name__}: {error}"
    print(line, file=sys.stderr)
    return [line]  # what an exported notebook shows


def animation(path: str | os.PathLike) -> "display.Image":
    """Shows a GIF as an animated PNG of 256 colours, which exported pages and code hosts show, too.

    Args:
        path: Path of a GIF, or of another animated picture that Pillow reads.

    Returns:
        An `IPython.display.Image` that holds the whole picture.
    """
    from IPython import display

    with Image.open(path) as picture:
        durations = [frame.info.get("duration", 40) for frame in ImageSequence.Iterator(picture)]
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(picture)]
    # One palette for all, of some frames side by side: a tenth of the bytes of full colour.
    some = frames[:: max(1, len(frames) // 4)]
    strip = Image.new("RGB", (some[0].width * len(some), some[0].height))
    for i, frame in enumerate(some):
        strip.paste(frame, (i * frame.width, 0))
    palette = strip.quantize(256)
    frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    data = io.BytesIO()
    frames[0].save(data, "PNG", save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return display.Image(data.getvalue(), format="png")
