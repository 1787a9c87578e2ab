"""Clips of every kind, written frame by frame with PyAV, for tests of reading. No test here."""

import os
import re
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

_PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text("utf-8")
BARS = [[250, 20, 30], [20, 240, 40], [30, 40, 250], [255, 255, 255]]
BARS += [[0, 0, 0], [128, 128, 128], [200, 150, 40], [16, 200, 210]]
# H.273: name to number of the matrix, weight of red and of blue in the luma.
MATRICES = {"bt601": (6, 0.299, 0.114), "bt709": (1, 0.2126, 0.0722), "bt2020": (9, 0.2627, 0.0593)}


def rows(heading):
    """Returns the rows of the table under a `### heading` of docs/formats.md, cell by cell."""
    section = _PAGE.split(f"\n### {heading}\n")[1].split("\n##")[0]
    lines = re.findall(r"^\| (.*) \|$", section, re.MULTILINE)
    return [line.split(" | ") for line in lines[2:]]


def refusal(row):
    """Returns a pattern of the message that docs/formats.md has for a kind of file."""
    return re.escape(dict(rows("What is refused"))[row].strip("`"))


def corner(i, size=(32, 48)):
    """Frame `i`: gray, brighter with `i`; the top left corner is red, the top right one blue."""
    pixels = np.full((*size, 3), 40 + 20 * i, np.uint8)
    pixels[: size[0] // 4, : size[1] // 4] = 250, 10, 10
    pixels[: size[0] // 4, -(size[1] // 4) :] = 10, 10, 250
    return pixels


@contextmanager
def usual_priority():
    """Undoes what SVT-AV1 does to a process of root: it makes the thread that calls it real-time.

    Such a thread, waiting for threads of TensorFlow that aren't, slows all later tests down.
    """
    if not hasattr(os, "sched_getscheduler"):  # it is Linux's
        yield
        return
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)


def make_clip(
    path,
    pictures=None,
    codec="libx264",
    pix_fmt="yuv420p",
    *,
    ticks=None,
    options=None,
    set_up=None,
):
    """Writes pictures, uint8 `(h, w, 3 or 4)` or frames of PyAV, as a clip of 25 frames a second.

    `ticks` are their times in milliseconds; `set_up(container, stream)` is called before the first.
    """
    pictures = [corner(i) for i in range(5)] if pictures is None else pictures
    with usual_priority(), av.open(f"file:{path}", "w") as container:
        stream = container.add_stream(codec, rate=25, options=options or {})
        first = pictures[0]
        array = isinstance(first, np.ndarray)
        stream.height, stream.width = first.shape[:2] if array else (first.height, first.width)
        stream.pix_fmt = pix_fmt
        if ticks:
            stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        if set_up:
            set_up(container, stream)
        for i, picture in enumerate(pictures):
            if array:
                layout = "rgb24" if picture.shape[-1] == 3 else "rgba"
                picture = av.VideoFrame.from_ndarray(picture, layout).reformat(format=pix_fmt)
            picture.pts = ticks[i] if ticks else i
            picture.time_base = Fraction(1, 1000) if ticks else Fraction(1, 25)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def bars(matrix, full, pix_fmt, size=(32, 128)):
    """Returns a frame of eight upright bars of the colours `BARS`, by the formulas of H.273."""
    _, red, blue = MATRICES[matrix]
    bits = 10 if "10" in pix_fmt else 8
    r, g, b = np.transpose(BARS) / 255
    luma = red * r + (1 - red - blue) * g + blue * b
    chroma = (b - luma) / 2 / (1 - blue), (r - luma) / 2 / (1 - red)
    scale = 2 ** (bits - 8)
    if full:
        top = 2**bits - 1
        levels = [luma * top, *(part * top + 128 * scale for part in chroma)]
    else:
        levels = [(16 + 219 * luma) * scale, *((128 + 224 * part) * scale for part in chroma)]
    frame = av.VideoFrame(size[1], size[0], pix_fmt)
    dtype = np.dtype(np.uint16 if bits > 8 else np.uint8)
    for plane, values in zip(frame.planes, levels, strict=True):
        row = np.zeros(plane.line_size // dtype.itemsize, dtype)
        row[: plane.width] = np.repeat(np.rint(values), plane.width // 8)
        plane.update(np.tile(row, (plane.height, 1)).tobytes())
    return frame


def bars_seen(pixels):
    """Returns the colours in the middles of the eight bars, `(8, 3)`."""
    height, width = pixels.shape[:2]
    return pixels[height // 2, width // 16 :: width // 8].astype(int)


def coloured(matrix, full, transfer=None, primaries=None):
    """Returns a `set_up` that tags the stream with the numbers of H.273."""

    def set_up(_, stream):
        number = MATRICES[matrix][0]
        codec = stream.codec_context
        codec.colorspace, codec.color_range = number, 2 if full else 1
        codec.color_trc = transfer or (1 if number == 9 else number)
        codec.color_primaries = primaries or number

    return set_up
