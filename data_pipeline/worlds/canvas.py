"""A canvas on which shapes are painted with light, texture and outline, and that becomes a sprite.

Not here: what is painted (`themes/`) and where sprites go on a map (`render.py`).
"""

from collections.abc import Callable

import numpy as np

from data_pipeline.worlds.shapes import Shape
from data_pipeline.worlds.textures import fbm


def ramp(*colours: str) -> np.ndarray:
    """A colour ramp from the darkest to the lightest tone. Colours are "#rrggbb", evenly spaced.

    Returns:
        float32 (256, 3) in [0, 1]; a single colour gives a constant ramp.
    """
    stops = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours])
    if len(stops) == 1:
        return np.repeat(stops, 256, axis=0).astype(np.float32)
    t, at = np.linspace(0, 1, 256), np.linspace(0, 1, len(stops))
    return np.stack([np.interp(t, at, stops[:, k]) for k in range(3)], 1).astype(np.float32)


class Canvas:
    """A small RGBA picture; one unit is one pixel at full scale, whatever the real scale is.

    Shapes are anti-aliased by their signed distance, so everything is drawn natively at `scale`;
    outlines get relatively wider when small, as a pixel artist would draw them.

    Args:
        box: (x0, y0, x1, y1), the part of the plane that the canvas shows, in units.
        scale: pixels per unit.
        light: direction to the light, (x, y) with y downwards, of about unit length.
        wrap: (horizontal, vertical): whether the canvas is a tile, with shapes going on at the
            opposite edge.
    """

    def __init__(self, box, scale: float, light=(-0.6, -0.8), wrap=(False, False)) -> None:
        x0, y0, x1, y1 = box
        self.scale, self.light = scale, light
        self.w, self.h = max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale))
        self.period = (x1 - x0 if wrap[0] else None, y1 - y0 if wrap[1] else None)
        sx = self.w / (x1 - x0) if wrap[0] else scale  # tiles fill whole pixels exactly
        sy = self.h / (y1 - y0) if wrap[1] else scale
        self.x = (x0 + (np.arange(self.w) + 0.5) / sx)[None].astype(np.float32)
        self.y = (y0 + (np.arange(self.h) + 0.5) / sy)[:, None].astype(np.float32)
        self.rgb = np.zeros((self.h, self.w, 3), np.float32)  # times alpha
        self.alpha = np.zeros((self.h, self.w), np.float32)

    def fill(
        self,
        shape: Shape,
        colours: np.ndarray,
        how: str | Callable = "bevel",
        *,
        width: float = 10.0,
        gain: float = 0.5,
        shift: float = 0.0,
        grain: float = 0.0,
        cell: float = 12.0,
        texture: Callable | None = None,
        steps: int = 0,
        outline: np.ndarray | None = None,
        alpha: float = 1.0,
        soft: float = 0.0,
        atop: bool = False,
    ) -> None:
        """Paints one shape.

        Args:
            shape: the silhouette.
            colours: ramp (256, 3), dark to light.
            how: how the place on the ramp is found: "flat" (the middle), "bevel" (edges that face
                the light are light, over `width` units), "ball" (a sphere in the shape's box),
                "tube" (an upright cylinder), "down" (light at the top of the box, dark at its
                bottom), or a function (x, y, distance) -> [0, 1].
            gain: strength of that light around the middle of the ramp.
            shift: moves the whole shape up (+) or down (-) the ramp.
            grain: strength of noise with blobs of `cell` units.
            texture: function (x, y) -> about [-1, 1], added along the ramp.
            steps: > 0: so many flat tones, as in cel animation.
            outline: ramp whose darkest colour is drawn around the shape.
            soft: units over which the rim fades (glows).
            atop: paint only where something is painted already.
        """
        px, py = self.period
        x0, y0, x1, y1 = shape.box
        width_of_line = (0.7 + 1.5 * self.scale) / self.scale if outline is not None else 0.0
        pad = 1.5 / self.scale + width_of_line + soft
        # A shape longer than the period must itself repeat; it is drawn once.
        shifts_x = [0.0] if px is None or x1 - x0 > px - 1 else [-px, 0.0, px]
        shifts_y = [0.0] if py is None or y1 - y0 > py - 1 else [-py, 0.0, py]
        for dy in shifts_y:
            r0, r1 = np.searchsorted(self.y[:, 0] - dy, (y0 - pad, y1 + pad))
            for dx in shifts_x:
                c0, c1 = np.searchsorted(self.x[0] - dx, (x0 - pad, x1 + pad))
                if r1 <= r0 or c1 <= c0:
                    continue
                x, y = self.x[:, c0:c1] - dx, self.y[r0:r1] - dy
                window = (slice(r0, r1), slice(c0, c1))
                d = np.broadcast_to(shape.distance(x, y), (r1 - r0, c1 - c0))
                if outline is not None:
                    cover = np.clip(0.5 - (d - width_of_line) * self.scale, 0, 1) * alpha
                    self._over(window, cover, outline[0], atop)
                t = 0.5 + shift + gain * self._light(how, shape.box, x, y, d, width)
                if grain:
                    t = t + grain * (fbm(x, y, cell, 17, 3, self.period, self.scale) - 0.5) * 2
                if texture is not None:
                    t = t + texture(x, y)
                t = np.clip(t, 0, 1)
                if steps:
                    t = np.floor(t * (steps - 0.01)) / (steps - 1)
                if soft:
                    fade = np.clip(-d / soft, 0, 1)
                    cover = fade * fade * (3 - 2 * fade) * alpha
                else:
                    cover = np.clip(0.5 - d * self.scale, 0, 1) * alpha
                tone = np.broadcast_to((t * 255).astype(np.uint8), cover.shape)
                self._over(window, cover, colours[tone], atop)

    def _light(self, how, box, x, y, d, width):
        """Light in about [-1, 1] for each pixel of a window."""
        if callable(how):
            return 2 * how(x, y, d) - 1
        lx, ly = self.light
        u = (2 * x - box[0] - box[2]) / max(box[2] - box[0], 1e-6)  # [-1, 1] in the box
        v = (2 * y - box[1] - box[3]) / max(box[3] - box[1], 1e-6)
        if how == "flat":
            return np.zeros((1, 1), np.float32)
        if how == "ball":
            return u * lx + v * ly
        if how == "tube":
            return np.where(lx == 0, -np.abs(u), u * np.sign(lx)) + 0 * v
        if how == "down":
            return -v + 0 * u
        if how != "bevel":
            raise ValueError(
                f"how must be 'flat', 'bevel', 'ball', 'tube', 'down' or a function, got {how!r}."
            )
        if min(d.shape) < 2:
            return np.zeros((1, 1), np.float32)
        gy, gx = np.gradient(d)
        edge = np.clip(1 + d / width, 0, 1)
        return (gx * lx + gy * ly) * self.scale * edge

    def _over(self, window, cover, colour, atop):
        """Composites premultiplied `colour` over a window."""
        if atop:
            cover = cover * self.alpha[window]
        keep = 1 - cover
        self.rgb[window] = colour * cover[..., None] + self.rgb[window] * keep[..., None]
        self.alpha[window] = cover + self.alpha[window] * keep

    def glaze(self, colour: str, cover: Callable, atop: bool = False) -> None:
        """Lays one colour over the whole canvas, its opacity a function (x, y) -> [0, 1]."""
        alpha = np.broadcast_to(cover(self.x, self.y), self.alpha.shape).astype(np.float32)
        self._over((slice(None), slice(None)), alpha, ramp(colour)[0], atop)

    def erase(self, shape: Shape) -> None:
        """Makes the canvas transparent again where `shape` is."""
        keep = np.clip(0.5 + shape.distance(self.x, self.y) * self.scale, 0, 1)
        self.rgb *= keep[..., None]
        self.alpha *= keep

    def to_rgba(self) -> np.ndarray:
        """The picture as uint8 (h, w, 4), not premultiplied."""
        rgb = self.rgb / np.maximum(self.alpha, 1e-4)[..., None]
        rgba = np.concatenate([rgb, self.alpha[..., None]], -1)
        return (np.clip(rgba, 0, 1) * 255 + 0.5).astype(np.uint8)
