"""A canvas on which shapes are painted with light, texture and outline."""

from collections.abc import Callable

import numpy as np

from data_pipeline.worlds.shapes import Box, Field, Shape
from data_pipeline.worlds.textures import fbm


def ramp(*colours: str) -> np.ndarray:
    """A colour ramp from the darkest to the lightest tone.

    Args:
        *colours: "#rrggbb", one or more, evenly spaced.

    Returns:
        Float32 (256, 3) in [0, 1]; a single colour gives a constant ramp.
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
        box: The part of the plane that the canvas shows, (x0, y0, x1, y1) in units.
        scale: Pixels per unit.
        light: Direction to the light, (x, y) with y downwards, of about unit length.
        wrap: Whether the canvas is a tile, (horizontal, vertical): shapes then go on at the
            opposite edge.
    """

    def __init__(
        self,
        box: Box,
        scale: float,
        light: tuple[float, float] = (-0.6, -0.8),
        wrap: tuple[bool, bool] = (False, False),
    ) -> None:
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
        how: str | Callable[..., np.ndarray] = "bevel",
        *,
        width: float = 10.0,
        gain: float = 0.5,
        shift: float = 0.0,
        grain: float = 0.0,
        cell: float = 12.0,
        texture: Field | None = None,
        steps: int = 0,
        outline: np.ndarray | None = None,
        alpha: float = 1.0,
        soft: float = 0.0,
        atop: bool = False,
    ) -> None:
        """Paints one shape.

        Args:
            shape: Silhouette.
            colours: Ramp (256, 3), dark to light.
            how: How the place on the ramp is found: "flat" (the middle), "bevel" (edges that face
                the light are light), "ball" (a sphere in the shape's box), "tube" (an upright
                cylinder), "down" (light at the top of the box, dark at its bottom), or a function
                (x, y, distance) -> [0, 1].
            width: Width of the lit edges of a "bevel", in units.
            gain: Strength of the light around the middle of the ramp.
            shift: Moves the whole shape up (+) or down (-) the ramp.
            grain: Strength of noise along the ramp; 0 for none.
            cell: Size of the blobs of that noise, in units.
            texture: Function (x, y) -> about [-1, 1], added along the ramp.
            steps: Number of flat tones, as in cel animation; 0 for smooth tones.
            outline: Ramp whose darkest colour is drawn around the shape; None for no outline.
            alpha: Opacity, in [0, 1].
            soft: Units over which the rim fades out (a glow); 0 for a crisp rim.
            atop: Whether to paint only where something is painted already.

        Raises:
            ValueError: If `how` is an unknown name.
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

    def _light(
        self,
        how: str | Callable[..., np.ndarray],
        box: Box,
        x: np.ndarray,
        y: np.ndarray,
        d: np.ndarray,
        width: float,
    ) -> np.ndarray:
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
                "how must be 'flat', 'bevel', 'ball', 'tube', 'down' or a function; "
                f"received {how!r}."
            )
        if min(d.shape) < 2:
            return np.zeros((1, 1), np.float32)
        gy, gx = np.gradient(d)
        edge = np.clip(1 + d / width, 0, 1)
        return (gx * lx + gy * ly) * self.scale * edge

    def _over(
        self, window: tuple[slice, slice], cover: np.ndarray, colour: np.ndarray, atop: bool
    ) -> None:
        """Composites premultiplied `colour` over a window."""
        if atop:
            cover = cover * self.alpha[window]
        keep = 1 - cover
        self.rgb[window] = colour * cover[..., None] + self.rgb[window] * keep[..., None]
        self.alpha[window] = cover + self.alpha[window] * keep

    def glaze(self, colour: str, cover: Field, atop: bool = False) -> None:
        """Lays one colour over the whole canvas, its opacity a function (x, y) -> [0, 1]."""
        alpha = np.broadcast_to(cover(self.x, self.y), self.alpha.shape).astype(np.float32)
        self._over((slice(None), slice(None)), alpha, ramp(colour)[0], atop)

    def to_rgba(self) -> np.ndarray:
        """The picture as uint8 (h, w, 4), not premultiplied."""
        rgb = self.rgb / np.maximum(self.alpha, 1e-4)[..., None]
        rgba = np.concatenate([rgb, self.alpha[..., None]], -1)
        return (np.clip(rgba, 0, 1) * 255 + 0.5).astype(np.uint8)
