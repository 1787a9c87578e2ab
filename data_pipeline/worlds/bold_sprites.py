"""Sprites that only bold styles have, drawn when first asked for: strips, pieces, the ceiling."""

from functools import lru_cache

import numpy as np
from PIL import Image

from data_pipeline.worlds.canvas import Canvas
from data_pipeline.worlds.layout import SIZES, UNIT, VARIANTS
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import Box
from data_pipeline.worlds.sprites import Sprite, to_sprite
from data_pipeline.worlds.themes.bold import get_bold
from data_pipeline.worlds.themes.bold.base import LENGTH

#: Half-widths of the pictures of strips, in units: columns by depth, stems by size, cords by depth.
_HALF = {"column": (110, 170, 240), "stem": (110, 150, 190), "cord": (26, 30, 36)}
_CEILING = 2880  # units after which the ceiling repeats, about


def _trimmed(rgba: np.ndarray, x: int, y: int) -> Sprite:
    """A sprite without the empty rows and columns around it."""
    rows, cols = (np.flatnonzero(rgba[..., 3].any(axis)) for axis in (1, 0))
    if not len(rows):
        return to_sprite(rgba[:1, :1], x, y)
    (y0, y1), (x0, x1) = rows[[0, -1]] + (0, 1), cols[[0, -1]] + (0, 1)
    return to_sprite(rgba[y0:y1, x0:x1], x + int(x0), y + int(y0))


@lru_cache(maxsize=64)
def strip(theme: str, scale: float, kind: str, size: int, variant: int) -> Sprite:
    """Two periods of a column, stem or cord, one below the other; the anchor is its axis, on top.

    Args:
        theme: A bold theme.
        scale: Pixels per full-scale pixel.
        kind: "column", "stem" or "cord".
        size: Depth of the backdrop that a column or cord belongs to; size of a stem's tree.
        variant: Which individual.
    """
    style, half = get_bold(theme), _HALF[kind][size]
    canvas = Canvas((-half, 0, half, LENGTH), scale, style.light, wrap=(False, True))
    getattr(style, kind)(canvas, size, Stream(kind, size, variant))
    return _trimmed(np.tile(canvas.to_rgba(), (2, 1, 1)), round(-half * scale), 0)


@lru_cache(maxsize=16)
def mist(width: int, height: int) -> Image.Image:
    """A mask of this size, L, from clear on top to closed at the bottom."""
    column = ((np.arange(height) + 0.5) * 256 / height).astype(np.uint8)[:, None]
    return Image.fromarray(np.repeat(column, width, axis=1))


def _box(kind: str, size: int) -> Box:
    if kind == "ceiling":  # anchored at the map's upper edge
        return (-330, -30, 330, 270)
    if kind == "pendant":  # at the lower end of its cord
        return (-130, -110, 130, 150)
    if kind == "afloat":
        return (-190, -220, 190, 200)
    if kind == "foot":  # where a stem stands
        w, h = SIZES["tree"][size]
        return (-0.75 * w, -0.8 * h, 0.75 * w, 40)
    if kind == "under":  # at a platform's left end, on its surface; size is its number of tiles
        return (-40, 0, size * UNIT + 40, 210)
    w, h = SIZES[kind][size]  # a prop that hangs from a platform's surface
    return (-w / 2 - 36, 0, w / 2 + 36, 70 + 1.5 * h)


@lru_cache(maxsize=160)
def piece(theme: str, scale: float, kind: str, size: int, variant: int) -> Sprite:
    """Something with an end. Its anchor is (0, 0) of its picture.

    Args:
        theme: A bold theme.
        scale: Pixels per full-scale pixel.
        kind: "ceiling", "pendant", "afloat", "foot", "under", or a kind of prop, hung.
        size: Depth of a pendant, size of a foot's tree or of a prop, tiles of a platform; else 0.
        variant: Which individual.
    """
    style, box, r = get_bold(theme), _box(kind, size), Stream("bold", kind, size, variant)
    canvas = Canvas(box, scale, style.light)
    if kind in SIZES:
        style.hanging(canvas, kind, *SIZES[kind][size], r)
    elif kind == "foot":
        style.foot(canvas, size, *SIZES["tree"][size], r)
    elif kind == "under":
        style.under(canvas, size * UNIT, r)
    elif kind == "ceiling":
        style.ceiling(canvas, r)
    else:
        getattr(style, kind)(canvas, size, r)
    return _trimmed(canvas.to_rgba(), round(box[0] * scale), round(box[1] * scale))


@lru_cache(maxsize=4)
def ceiling_sprite(theme: str, scale: float, steps: tuple[float, float]) -> Sprite:
    """One period of the ceiling: its pieces side by side; the anchor is the map's upper edge.

    Args:
        theme: A bold theme.
        scale: Pixels per full-scale pixel.
        steps: Least and largest distance of two pieces.
    """
    r, count = Stream("ceiling", theme), round(2 * _CEILING / sum(steps))
    gaps = [r.uniform(*steps) for _ in range(count)]
    period, x = round(sum(gaps) * scale), 0.0
    y = round(-30 * scale)
    whole = Image.new("RGBA", (period, round(300 * scale)))
    variant = 0
    for gap in gaps:
        variant = (variant + r.integer(1, VARIANTS)) % VARIANTS  # none beside itself
        one = piece(theme, scale, "ceiling", 0, variant)
        rgba = one.image.convert("RGBA")
        rgba.putalpha(one.alpha)
        left = round(x * scale) + one.x
        for at in (left - period, left, left + period):
            if at < period and at + rgba.width > 0:
                whole.alpha_composite(rgba, (max(at, 0), one.y - y), (max(-at, 0), 0))
        x += gap
    return to_sprite(np.array(whole), 0, y)
