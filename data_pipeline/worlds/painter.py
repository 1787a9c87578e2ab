"""Paints a view of a map: sprites and tiles from back to front, with labels and depths."""

from collections.abc import Iterable

import numpy as np
from PIL import Image

from data_pipeline.worlds import sprites
from data_pipeline.worlds.canvas import ramp
from data_pipeline.worlds.capture import CLASSES, DEPTH_OF_CLASS, Capture
from data_pipeline.worlds.layout import RATIOS, Climb, Layout, Prop
from data_pipeline.worlds.themes import get_theme

_ID = {name: i for i, name in enumerate(CLASSES)}
_SHADE = 150  # depth below the surface, in full-scale pixels, over which soil turns into deep soil


def home_camera(layout: Layout) -> tuple[int, int]:
    """The camera position for which no layer is shifted: the lower left corner of the map."""
    return 0, max(0, layout.height - 600)


def layer_shift(
    layout: Layout, scale: float, depth: int, camera: tuple[int, int]
) -> tuple[int, int]:
    """How far a layer is moved on the map for a camera position.

    Args:
        layout: Layout of the map.
        scale: Pixels per full-scale pixel.
        depth: Which layer, from 0 (sky) to 5 (the ground and what stands on it).
        camera: Left upper corner (x, y) of the view, in output pixels.

    Returns:
        Shift (x, y), in output pixels.
    """
    if depth >= len(RATIOS):
        return 0, 0
    home = round(home_camera(layout)[1] * scale)
    rx, ry = RATIOS[depth]
    return round((1 - rx) * camera[0]), round((1 - ry) * (camera[1] - home))


class Painter:
    """A view of a map being painted.

    Args:
        layout: Layout of the map.
        theme: Name of the theme.
        scale: Pixels per full-scale pixel.
        view: The part of the map to paint, (x, y, w, h) in output pixels.
        mixed: Whether to keep track of the pixels in which two depths are blended, too
            (`self.mixed`, bool (h, w)).
    """

    def __init__(
        self,
        layout: Layout,
        theme: str,
        scale: float,
        view: tuple[int, int, int, int],
        mixed: bool = False,
    ) -> None:
        self.layout, self.theme, self.scale = layout, theme, scale
        self.x, self.y, self.w, self.h = view
        self.style = get_theme(theme)
        self.image: Image.Image
        self.labels = Image.new("L", (self.w, self.h), 0)
        self.mixed = np.zeros((self.h, self.w), bool) if mixed else None

    def capture(self) -> Capture:
        """The finished picture."""
        labels = np.array(self.labels)
        return Capture(np.array(self.image), labels, DEPTH_OF_CLASS[labels])

    def paint(self, camera: tuple[int, int]) -> None:
        """Paints all layers.

        Args:
            camera: Left upper corner (x, y) of the view that the layers are shifted for, in output
                pixels.
        """
        s, layout = self.scale, self.layout
        shifts = [layer_shift(layout, s, k, camera) for k in range(len(RATIOS))]
        self._sky(shifts[0])
        self._backdrop(0, shifts[1])
        self._clouds(shifts[2])
        self._backdrop(1, shifts[3])
        self._backdrop(2, shifts[4])
        self._props(layout.props)
        self._ground()
        for p in layout.platforms:
            if self._sees(round(p.x * s), round(p.y * s), (p.x1 - p.x + 60) * s, 130 * s):
                sprite = sprites.platform_sprite(self.theme, s, p.units, p.variant)
                self._paste(sprite, round(p.x * s), round(p.y * s), _ID["platform"])
        for climb in layout.climbs:
            self._climb(climb)

    def _sees(self, x: int, y: int, dx: float, dy: float) -> bool:
        """Whether anything within (dx, dy) of a map position is in view."""
        return (self.x - dx < x < self.x + self.w + dx) and (self.y - dy < y < self.y + self.h + dy)

    def _paste(self, sprite: sprites.Sprite, x: int, y: int, label: int) -> None:
        """Pastes a sprite with its anchor at a map position."""
        at = (x + sprite.x - self.x, y + sprite.y - self.y)
        if self.mixed is not None:
            self._track(self.mixed, sprite, at, label)
        self.image.paste(sprite.image, at, sprite.alpha)
        self.labels.paste(label, (*at, at[0] + sprite.solid.width, at[1] + sprite.solid.height),
                          sprite.solid)  # fmt: skip

    def _track(
        self, mixed: np.ndarray, sprite: sprites.Sprite, at: tuple[int, int], label: int
    ) -> None:
        """Marks pixels that are part this sprite and part something at another depth."""
        x0, y0 = max(0, at[0]), max(0, at[1])
        x1, y1 = (min(self.w, at[0] + sprite.alpha.width), min(self.h, at[1] + sprite.alpha.height))
        if x1 <= x0 or y1 <= y0:
            return
        alpha = np.asarray(sprite.alpha)[y0 - at[1] : y1 - at[1], x0 - at[0] : x1 - at[0]]
        under = DEPTH_OF_CLASS[np.asarray(self.labels.crop((x0, y0, x1, y1)))]
        part = mixed[y0:y1, x0:x1]
        part |= (alpha > 0) & (under != DEPTH_OF_CLASS[label])
        part &= alpha < 255

    def _sky(self, shift: tuple[int, int]) -> None:
        s, full = self.scale, max(2, round(self.layout.height * self.scale))
        rows = np.clip(np.arange(self.h) + self.y - shift[1], 0, full - 1) / (full - 1)
        colours = ramp(*self.style.sky)[np.round(rows * 255).astype(int)]
        column = (colours * 255 + 0.5).astype(np.uint8)[:, None]
        self.image = Image.fromarray(np.repeat(column, self.w, axis=1))
        air = sprites.air_sprite(self.theme, s)
        if air is not None:
            w, h = air.image.size
            for y in range((shift[1] - self.y) % h - h + self.y, self.y + self.h, h):
                for x in range((shift[0] - self.x) % w - w + self.x, self.x + self.w, w):
                    self._paste(air, x, y, _ID["sky"])
        sun = sprites.sun_sprite(self.theme, s)
        if sun is not None:
            x, y = (round(v * s) + d for v, d in zip(self.layout.sun, shift, strict=True))
            self._paste(sun, x, y, _ID["sky"])

    def _backdrop(self, index: int, shift: tuple[int, int]) -> None:
        s, place = self.scale, self.layout.backdrops[index]
        label = _ID[("far", "middle", "near")[index]]
        sprite = sprites.backdrop_sprite(self.theme, s, index, place.variant)
        period, foot = sprite.image.width, round(place.y * s) + shift[1]
        first = (shift[0] - round(place.phase * s) - self.x) % period - period + self.x
        for x in range(first, self.x + self.w, period):
            self._paste(sprite, x, foot, label)
        top = max(0, foot - self.y)
        if top < self.h:
            rgb = tuple(int(v * 255 + 0.5) for v in ramp(self.style.depths[index])[0])
            self.image.paste(rgb, (0, top, self.w, self.h))
            self.labels.paste(label, (0, top, self.w, self.h))
            if self.mixed is not None:
                self.mixed[top:] = False

    def _clouds(self, shift: tuple[int, int]) -> None:
        s, margin = self.scale, round(260 * self.scale)
        period = round(self.layout.width * s) + 2 * margin
        for cloud in self.layout.clouds:
            x = (round(cloud.x * s) + shift[0] + margin) % period - margin
            y = round(cloud.y * s) + shift[1]
            if self._sees(x, y, 300 * s, 300 * s):
                sprite = sprites.prop_sprite(self.theme, s, "cloud", cloud.size, cloud.variant)
                self._paste(sprite, x, y, _ID["clouds"])

    def _props(self, props: Iterable[Prop]) -> None:
        s = self.scale
        for prop in props:
            x, y = round(prop.x * s), round(prop.y * s)
            if self._sees(x, y, 300 * s, 560 * s):
                sprite = sprites.prop_sprite(self.theme, s, prop.kind, prop.size, prop.variant)
                self._paste(sprite, x, y, _ID[prop.kind])

    def _climb(self, climb: Climb) -> None:
        s = self.scale
        x, y0, y1 = round(climb.x * s), round((climb.y0 - 6) * s), round(climb.y1 * s)
        if not self._sees(x, y0, 60 * s, y1 - y0 + 60 * s):
            return
        strip = sprites.climb_sprite(self.theme, s, climb.kind)
        self._paste(strip.upper(y1 - y0), x, y0, _ID[climb.kind])

    # The ground: soil in rectangles, its surface as a strip that follows the ground line.

    def _ground(self) -> None:
        points = [(round(x * self.scale), y * self.scale) for x, y in self.layout.ground]
        pieces = list(zip(points[:-1], points[1:], strict=True))
        for (x0, y0), (x1, y1) in pieces:
            x0, x1, full = max(x0, self.x), min(x1, self.x + self.w), (x0, x1)
            if x1 > x0:
                at = (np.arange(x0, x1) + 0.5 - full[0]) / (full[1] - full[0])
                self._soil(x0, np.floor(y0 + (y1 - y0) * at).astype(int))
        for (x0, y0), (x1, y1) in pieces:
            if x0 == x1 and y0 != y1:
                top, foot = sorted((round(y0), round(y1)))
                self._wall(x0, top, foot, left=y1 < y0)
        for (x0, y0), (x1, y1) in pieces:
            x0, x1, full = max(x0, self.x), min(x1, self.x + self.w), (x0, x1)
            if x1 > x0:
                at = (np.arange(x0, x1) + 0.5 - full[0]) / (full[1] - full[0])
                self._cap(x0, y0 + (y1 - y0) * at, y0 == y1)
        for (x0, y0), (x1, y1) in pieces:
            if x0 == x1 and y0 != y1:
                sprite = sprites.lip_sprite(self.theme, self.scale, y1 < y0)
                self._paste(sprite, x0, round(min(y0, y1)), _ID["ground"])

    def _tiled(self, deep: bool, x0: int, x1: int, y0: int, y1: int) -> Image.Image:
        """The part of the endlessly repeated soil tile that lies in these map pixels."""
        tile = sprites.soil_tile(self.theme, self.scale, deep)
        part = Image.new("RGB", (x1 - x0, y1 - y0))
        for y in range(-(y0 % tile.height), y1 - y0, tile.height):
            for x in range(-(x0 % tile.width), x1 - x0, tile.width):
                part.paste(tile, (x, y))
        return part

    def _soil(self, x0: int, tops: np.ndarray) -> None:
        """Fills the columns from x0 on below their tops."""
        x1, label = x0 + len(tops), _ID["ground"]
        shade = max(2, round(_SHADE * self.scale))
        top, mid = max(int(tops.min()), self.y), int(tops.max()) + shade
        bottom = self.y + self.h
        if mid < bottom:
            start = max(mid, self.y)
            part = self._tiled(True, x0, x1, start, bottom)
            self.image.paste(part, (x0 - self.x, start - self.y))
        mid = min(mid, bottom)
        if top < mid:
            below = np.arange(top, mid)[:, None] - tops[None]
            fade = (np.clip(below, 0, shade) * 255 // shade).astype(np.uint8)
            inside = Image.fromarray((below >= 0) * np.uint8(255))
            near = self._tiled(False, x0, x1, top, mid)
            near.paste(self._tiled(True, x0, x1, top, mid), (0, 0), Image.fromarray(fade))
            at = (x0 - self.x, top - self.y)
            self.image.paste(near, at, inside)
            self.labels.paste(label, (*at, at[0] + near.width, at[1] + near.height), inside)
            if self.mixed is not None:
                self.mixed[at[1] : mid - self.y, at[0] : x1 - self.x] &= below < 0
        if mid < bottom:
            start = max(mid, self.y) - self.y
            self.labels.paste(label, (x0 - self.x, start, x1 - self.x, self.h))
            if self.mixed is not None:
                self.mixed[start:, x0 - self.x : x1 - self.x] = False

    def _wall(self, x: int, y0: int, y1: int, left: bool) -> None:
        strip = sprites.wall_sprite(self.theme, self.scale, left)
        for y in range(y0, y1, strip.image.height):
            self._paste(strip.upper(y1 - y), x, y, _ID["ground"])

    def _cap(self, x0: int, tops: np.ndarray, flat: bool) -> None:
        """Lays the surface strip along the columns from x0 on."""
        strips = sprites.cap_strips(self.theme, self.scale)
        over = round(-sprites.CAP_BOX[0] * self.scale)
        height, period = strips[0].shape[:2]
        cols = np.arange(x0, x0 + len(tops)) % period
        if flat:
            y = round(tops[0])
            rgba = strips[0].take(cols, axis=1)
        else:
            quarter = np.round(tops * 4).astype(int)
            whole, phase = quarter // 4, quarter % 4
            y = int(whole.min())
            rows = np.arange(height + int(whole.max()) - y)[:, None] - (whole - y)[None]
            stack = np.stack(strips)
            rgba = stack[phase[None], np.clip(rows, 0, height - 1), cols[None]]
            rgba = np.where(((rows >= 0) & (rows < height))[..., None], rgba, np.uint8(0))
        self._paste(sprites.to_sprite(rgba, 0, -over), x0, y, _ID["ground"])
