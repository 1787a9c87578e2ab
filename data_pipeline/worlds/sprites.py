"""Sprites of a theme at one scale, drawn when first asked for and kept: tiles, strips and props."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PIL import Image

from data_pipeline.worlds.canvas import Canvas
from data_pipeline.worlds.layout import SIZES, UNIT
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import Box
from data_pipeline.worlds.themes import get_theme
from data_pipeline.worlds.themes.base import Peaks

TILE = 720  # side of the soil tile
CAP_PERIOD = 960  # length of the strip of ground surface
CAP_BOX = (-34, 66)  # its vertical extent around the ground line
BACKDROP = ((2160, 560), (1920, 430), (1680, 300))  # (period, height) of far, middle, near


class Sprite(NamedTuple):
    """A picture with its transparency.

    Attributes:
        image: Its colours, RGB.
        alpha: Its opacity, L.
        solid: L, 255 where alpha is at least half: what counts for labels.
        x: Left edge of the sprite, in pixels to the right of its anchor.
        y: Upper edge of the sprite, in pixels below its anchor.
    """

    image: Image.Image
    alpha: Image.Image
    solid: Image.Image
    x: int
    y: int

    def upper(self, height: int) -> "Sprite":
        """The upper `height` pixels of a strip whose anchor is on top."""
        return self.rows(0, height)

    def rows(self, first: int, last: int) -> "Sprite":
        """The pixels from row `first` until before `last` of a strip whose anchor is on top."""
        box = (0, first, self.image.width, min(last, self.image.height))
        return Sprite(self.image.crop(box), self.alpha.crop(box), self.solid.crop(box), self.x, 0)


def to_sprite(rgba: np.ndarray, x: int = 0, y: int = 0) -> Sprite:
    """Makes a sprite from RGBA pixels.

    Args:
        rgba: Uint8 (h, w, 4), not premultiplied.
        x: Left edge of the sprite, in pixels to the right of its anchor.
        y: Upper edge of the sprite, in pixels below its anchor.
    """
    alpha = np.ascontiguousarray(rgba[..., 3])
    solid = np.where(alpha >= 128, np.uint8(255), np.uint8(0))
    image = Image.fromarray(np.ascontiguousarray(rgba[..., :3]))
    return Sprite(image, Image.fromarray(alpha), Image.fromarray(solid), x, y)


def _drawn(canvas: Canvas, box: Box, scale: float) -> Sprite:
    return to_sprite(canvas.to_rgba(), round(box[0] * scale), round(box[1] * scale))


@lru_cache(maxsize=180)
def prop_sprite(theme: str, scale: float, kind: str, size: int, variant: int) -> Sprite:
    """A tree, house, cloud...; the anchor is the middle of its base."""
    style = get_theme(theme)
    w, h = (round(side * style.grown.get(kind, 1)) for side in SIZES[kind][size])
    side, over = 0.18 * w + 12, 0.16 * h + 10  # leaves and glows may leave the box a little
    box = (-w / 2 - side, -h - over, w / 2 + side, 34)
    canvas = Canvas(box, scale, style.light)
    getattr(style, kind)(canvas, w, h, Stream(kind, size, variant))
    return _drawn(canvas, box, scale)


@lru_cache(maxsize=64)
def platform_sprite(theme: str, scale: float, units: int, variant: int) -> Sprite:
    """A platform; the anchor is its left end, on the surface."""
    style, w = get_theme(theme), units * UNIT
    box = (-30, CAP_BOX[0], w + 30, 96)
    canvas = Canvas(box, scale, style.light)
    style.platform(canvas, w, Stream("platform", units, variant))
    return _drawn(canvas, box, scale)


@lru_cache(maxsize=16)
def climb_sprite(theme: str, scale: float, kind: str) -> Sprite:
    """Three periods of a ladder or rope, one above the other; the anchor is its middle, on top."""
    style, half = get_theme(theme), 24 if kind == "ladder" else 16
    box = (-half, 0, half, 240)
    canvas = Canvas(box, scale, style.light, wrap=(False, True))
    getattr(style, kind)(canvas)
    return to_sprite(np.tile(canvas.to_rgba(), (3, 1, 1)), round(-half * scale), 0)


@lru_cache(maxsize=14)
def backdrop_sprite(theme: str, scale: float, depth: int, variant: int) -> Sprite:
    """A parallax layer's picture, one period wide; the anchor is its foot."""
    style, (w, h) = get_theme(theme), BACKDROP[depth]
    box = (0, -h, w, 0)
    canvas = Canvas(box, scale, style.light, wrap=(True, False))
    peaks = Peaks.of(depth, variant, w, h)
    style.backdrop(canvas, depth, w, h, peaks, Stream("backdrop", depth, variant))
    haze = style.depths[depth]  # the foot fades into what fills the map below it
    canvas.glaze(haze, lambda x, y: np.clip((y + 130) / 120, 0, 1) + 0 * x, atop=True)
    return _drawn(canvas, box, scale)


@lru_cache(maxsize=4)
def air_sprite(theme: str, scale: float) -> Sprite | None:
    """Faint shapes in the sky, a tile that repeats both ways; None when the theme has none."""
    style = get_theme(theme)
    canvas = Canvas((0, 0, 1200, 1800), scale, style.light, wrap=(True, True))
    style.air(canvas, Stream(theme, "air"))
    return to_sprite(canvas.to_rgba()) if canvas.alpha.any() else None


@lru_cache(maxsize=4)
def sun_sprite(theme: str, scale: float) -> Sprite | None:
    """Sun or moon; None when the theme has none."""
    style, box = get_theme(theme), (-240, -240, 240, 240)
    canvas = Canvas(box, scale, style.light)
    style.sun(canvas, Stream(theme, "sun"))
    return _drawn(canvas, box, scale) if canvas.alpha.any() else None


@lru_cache(maxsize=8)
def soil_tile(theme: str, scale: float, deep: bool) -> Image.Image:
    """Inside of the ground, RGB, repeats both ways."""
    style = get_theme(theme)
    canvas = Canvas((0, 0, TILE, TILE), scale, style.light, wrap=(True, True))
    style.soil(canvas, deep)
    return Image.fromarray(np.ascontiguousarray(canvas.to_rgba()[..., :3]))


@lru_cache(maxsize=4)
def cap_strips(theme: str, scale: float) -> tuple[np.ndarray, ...]:
    """The ground's surface, uint8 (h, w, 4), at four vertical phases of a quarter pixel.

    A slope takes column x from the phase nearest to its height there: smooth, with no resampling.
    """
    style, strips = get_theme(theme), []
    for phase in range(4):
        lift = phase / 4 / scale  # larger phase: drawn lower
        box = (0, CAP_BOX[0] - lift, CAP_PERIOD, CAP_BOX[1] - lift)
        canvas = Canvas(box, scale, style.light, wrap=(True, False))
        style.cap(canvas, -20, CAP_PERIOD + 20, Stream(theme, "cap"))
        strips.append(canvas.to_rgba())
    return tuple(strips)


@lru_cache(maxsize=8)
def lip_sprite(theme: str, scale: float, left: bool) -> Sprite:
    """The end of the ground's surface at the edge of a step that falls off to the left or right."""
    style = get_theme(theme)
    box = (-40, CAP_BOX[0], 30, CAP_BOX[1]) if left else (-30, CAP_BOX[0], 40, CAP_BOX[1])
    canvas = Canvas(box, scale, style.light)
    style.cap(canvas, *((-7, 60) if left else (-60, 7)), Stream(theme, "lip", left))
    return _drawn(canvas, box, scale)


@lru_cache(maxsize=8)
def wall_sprite(theme: str, scale: float, left: bool) -> Sprite:
    """The edge of a step, a strip that repeats vertically; air on the left or right of it."""
    style = get_theme(theme)
    canvas = Canvas((-6, 0, 24, 240), scale, style.light, wrap=(False, True))
    style.wall(canvas)
    rgba = canvas.to_rgba()
    if not left:
        rgba = rgba[:, ::-1]
    return to_sprite(rgba, round((-6 if left else -24) * scale), 0)
