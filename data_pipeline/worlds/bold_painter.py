"""Paints a view of a map in a bold structure: what spans it, hangs into it or closes its sky."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from data_pipeline.worlds import bold_sprites, sprites
from data_pipeline.worlds.canvas import ramp
from data_pipeline.worlds.capture import CLASSES
from data_pipeline.worlds.layout import VARIANTS, Layout, Platform, Prop
from data_pipeline.worlds.painter import Painter
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.themes import check_theme
from data_pipeline.worlds.themes.base import Peaks
from data_pipeline.worlds.themes.bold import BOLD_PREFIX, get_bold
from data_pipeline.worlds.themes.bold.base import LENGTH

_BACKDROPS = ("far", "middle", "near")
_MIST = (620, 480, 300)  # units above the foot of each backdrop over which columns fade into it
_MARGIN = 400  # units beside the map that rows of things go on for


class _Place(NamedTuple):
    """A place in a row of things: x in output pixels, the individual, a float in [0, 1)."""

    x: int
    variant: int
    share: float


class BoldPainter(Painter):
    """A view of a map being painted in a bold structure; the theme must be a bold one.

    What is added follows from the layout, as all else does. Labels are those of the layer that a
    thing hangs or stands in; the ceiling is ground.
    """

    def _backdrop(self, index: int, shift: tuple[int, int]) -> None:
        style, foot = get_bold(self.theme), self._foot(index, shift)
        if index in style.columns:
            self._columns(index, shift, style.columns[index])
        super()._backdrop(index, shift)
        if index in style.pendants:
            for place in self._row("pendant", index, style.pendants[index], shift[0]):
                high = max(260.0, self.layout.height - 260.0)
                rise = 190 + (high - 190) * (0.25 + 0.75 * place.share)
                end = foot - round(rise * self.scale)
                self._strip("cord", index, 0, place.x, end, _BACKDROPS[index])
                self._piece("pendant", index, place.variant, place.x, end, _BACKDROPS[index])

    def _columns(self, index: int, shift: tuple[int, int], gap: float) -> None:
        """A column for each peak of a backdrop, the highest first, but for those too close to it.

        So the other theme shows where they are: mountains there, trunks here.
        """
        s, place = self.scale, self.layout.backdrops[index]
        wide, high = sprites.BACKDROP[index]
        period, foot = round(wide * s), self._foot(index, shift)
        first = (shift[0] - round(place.phase * s) - self.x) % period - 2 * period + self.x
        haze = tuple(int(v * 255 + 0.5) for v in ramp(self.style.depths[index])[0])
        mist = (haze, round(_MIST[index] * s))
        r = Stream("bold", "columns", index, place.variant)
        chosen: list[float] = []
        for at, _ in Peaks.of(index, place.variant, wide, high).spots:
            variant, phase = r.integer(0, VARIANTS), round(r.uniform() * LENGTH * s)
            if all(gap < abs(at - other) < wide - gap for other in chosen):
                chosen.append(at)
                for x in range(first + round(at * s), self.x + self.w + period, period):
                    self._strip("column", index, variant, x, foot, _BACKDROPS[index],
                                phase=phase, mist=mist)  # fmt: skip

    def _foot(self, index: int, shift: tuple[int, int]) -> int:
        return round(self.layout.backdrops[index].y * self.scale) + shift[1]

    def _clouds(self, shift: tuple[int, int]) -> None:
        style, s = get_bold(self.theme), self.scale
        if style.has_tethers:
            margin = round(260 * s)
            period = round(self.layout.width * s) + 2 * margin
            for cloud in self.layout.clouds:
                x = (round(cloud.x * s) + shift[0] + margin) % period - margin
                end = round((cloud.y - 40) * s) + shift[1]
                self._strip("cord", 0, 0, x, end, "clouds")
        super()._clouds(shift)
        if style.floats is not None:
            low, high = 110, max(160, 0.45 * self.layout.height)
            for place in self._row("afloat", 0, style.floats, shift[0]):
                y = round((low + (high - low) * place.share) * s) + shift[1]
                self._piece("afloat", 0, place.variant, place.x, y, "clouds")

    def _props(self, props: Iterable[Prop]) -> None:
        """Stems, the ceiling and what hangs from platforms; then all that stands, as ever."""
        style, s = get_bold(self.theme), self.scale
        standing, spanning, hanging = [], [], []
        for prop in props:
            platform = self._platform_under(prop)
            if platform is None and prop.kind in style.stems:
                spanning.append(prop)
            if platform is not None and prop.kind in style.hung:
                hanging.append(prop)
            elif not (prop.kind == "tree" and spanning and spanning[-1] is prop):
                standing.append(prop)
        if style.has_chains:
            for p in self.layout.platforms:
                for x in (p.x + 24, p.x1 - 24):
                    self._strip("cord", 0, 0, round(x * s), round((p.y + 8) * s), "platform")
        for prop in spanning:
            x, y = round(prop.x * s), round(prop.y * s)
            size = prop.size if prop.kind == "tree" else 1
            self._strip("stem", size, prop.variant, x, y, prop.kind)
            if prop.kind == "tree":
                self._piece("foot", size, prop.variant, x, y, "tree")
        if style.ceilings is not None:
            self._ceiling(bold_sprites.ceiling_sprite(self.theme, s, style.ceilings))
        if style.has_unders:
            for p in self.layout.platforms:
                x, y = round(p.x * s), round(p.y * s)
                self._piece("under", p.units, p.variant, x, y, "platform")
        for prop in hanging:
            x, y = round(prop.x * s), round(prop.y * s)
            self._piece(prop.kind, prop.size, prop.variant, x, y, prop.kind)
        super()._props(standing)

    def _ceiling(self, ceiling: sprites.Sprite) -> None:
        """Lays the ceiling along the map's upper edge, from a place on that is the layout's own."""
        period = ceiling.image.width
        start = round(Stream("bold", "ceiling", self.layout.seed).uniform() * period)
        for x in range((start - self.x) % period - period + self.x, self.x + self.w, period):
            self._paste(ceiling, x, 0, CLASSES.index("ground"))

    def _platform_under(self, prop: Prop) -> Platform | None:
        on = (p for p in self.layout.platforms if p.y == prop.y and p.x <= prop.x <= p.x1)
        return next(on, None)

    def _row(
        self, kind: str, depth: int, steps: tuple[float, float], shift: int
    ) -> Iterator[_Place]:
        """Places of a row of things in a layer, in the order in which they are painted.

        The row is as long as the map and its margins, and begins again where it ends, as clouds do.
        """
        s, full = self.scale, self.layout.width + 2 * _MARGIN
        r, x, places = Stream("bold", kind, depth, self.layout.seed), 0.0, []
        while x < full - steps[0] / 2:
            places.append((x, r.integer(0, VARIANTS), r.uniform()))
            x += r.uniform(*steps)
        margin, period = round(_MARGIN * s), round(full * s)
        for x, variant, share in places:
            yield _Place((round(x * s) + shift) % period - margin, variant, share)

    def _piece(self, kind: str, size: int, variant: int, x: int, y: int, label: str) -> None:
        if self._sees(x, y, 700 * self.scale, 460 * self.scale):
            sprite = bold_sprites.piece(self.theme, self.scale, kind, size, variant)
            self._paste(sprite, x, y, CLASSES.index(label))

    def _strip(
        self,
        kind: str,
        size: int,
        variant: int,
        x: int,
        end: int,
        label: str,
        *,
        phase: int = 0,
        mist: tuple[tuple[int, ...], int] | None = None,
    ) -> None:
        """Paints a strip around x, from the upper edge of the view down to `end`.

        Args:
            kind: "column", "stem" or "cord", with `size` and `variant` as in `bold_sprites.strip`.
            size: See there.
            variant: See there.
            x: Its axis, in output pixels of the map.
            end: Its lower end.
            label: Name of its class.
            phase: How far down the strip's picture is moved, in output pixels.
            mist: RGB that it fades into, and over how many output pixels above its end.
        """
        tile = bold_sprites.strip(self.theme, self.scale, kind, size, variant)
        period, width = tile.image.height // 2, tile.image.width
        foot = min(end, self.y + self.h)
        if not self.x - width < x + tile.x < self.x + self.w:
            return
        for y in range(self.y, foot, period):
            first = (y - end - phase) % period
            part = tile.rows(first, first + min(period, foot - y))
            if mist is not None:
                colour, height = mist
                top = max(0, end - height - y)  # above, the air is clear
                if top < part.image.height:
                    fade = bold_sprites.mist(width, height)
                    row = y + top - (end - height)
                    fade = fade.crop((0, row, width, row + part.image.height - top))
                    part.image.paste(colour, (0, top), fade)
            self._paste(part, x, y, CLASSES.index(label))


def check_structure(structure: int) -> None:
    """Raises a `ValueError` unless the structure is 0 or 1."""
    if structure not in (0, 1):
        raise ValueError(
            "structure must be 0 (the themes of a pair share their silhouettes) or 1 (bold); "
            f"received {structure!r}."
        )


def open_painter(
    layout: Layout,
    theme: str,
    scale: float,
    view: tuple[int, int, int, int],
    structure: int,
    mixed: bool = False,
) -> Painter:
    """Returns the painter of a structure.

    Args:
        layout: As in `Painter`, as are the other arguments.
        theme: A key of `THEMES`.
        scale: See there.
        view: See there.
        structure: 0, or 1 for bold.
        mixed: See there.

    Raises:
        ValueError: If the theme is unknown or the structure neither 0 nor 1.
    """
    check_structure(structure)
    check_theme(theme)
    if structure:
        return BoldPainter(layout, BOLD_PREFIX + theme, scale, view, mixed)
    return Painter(layout, theme, scale, view, mixed)
