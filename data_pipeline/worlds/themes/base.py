"""What every theme must draw."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from data_pipeline.worlds.canvas import Canvas
from data_pipeline.worlds.randomness import Stream


class Peaks(NamedTuple):
    """Where things stand out of a backdrop layer.

    Attributes:
        spots: Places (x, height), from the highest to the lowest.
        seed: Seed of the layer.
    """

    spots: list[tuple[float, float]]
    seed: int

    @classmethod
    def of(cls, depth: int, variant: int, w: int, h: int) -> "Peaks":
        """The peaks of a layer; a matter of layout, so no theme is asked.

        Args:
            depth: Which layer: 0 (far), 1 or 2 (near).
            variant: Which of the layer's pictures.
            w: Width of the layer, in units.
            h: Its height.
        """
        r, count = Stream("peaks", depth, variant), (8, 14, 24)[depth]
        low, high = ((0.52, 0.95), (0.42, 0.82), (0.45, 0.85))[depth]
        spots = [
            ((k + r.uniform(0, 0.8)) * w / count, h * r.uniform(low, high)) for k in range(count)
        ]
        return cls(sorted(spots, key=lambda spot: -spot[1]), variant)


class Theme:
    """A style. Each method paints one element on a canvas; (0, 0) is the middle of its base.

    Methods get the canvas, the element's width and height where it has one, and a `Stream` seeded
    by kind, size and variant: the same individual looks the same wherever it stands. Elements fill
    about the same box in every theme, whatever their shape. In the files of the themes, `c` is the
    canvas, `w` and `h` are the element's size, `r` is its stream, `q` is the radius of a detail.

    Attributes:
        light: Direction to the light, (x, y) with y downwards.
        sky: Colours "#rrggbb" from the top of the sky to the horizon.
        depths: Colours at the foot of the far, middle and near backdrop; also of the haze there.
        grown: How many times as large as in the layout a kind of prop is drawn. Default: once.
    """

    light: tuple[float, float] = (-0.6, -0.8)
    sky: tuple[str, ...]
    depths: tuple[str, str, str]
    grown: Mapping[str, float] = MappingProxyType({})

    # Tiles; wrap is set by the renderer.
    def air(self, c: Canvas, r: Stream) -> None:
        """Faint shapes in the sky, 1200x1800, transparent, wraps both ways. Default: none."""

    def sun(self, c: Canvas, r: Stream) -> None:
        """Sun, moon or glow, 480x480 around (0, 0). Default: none."""

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        """Layer 0 (far), 1 or 2 (near): w wide, wraps; its foot at y = 0, up to y = -h.

        What stands out of the layer stands at `peaks.spots`: (x, height), the same in all themes.
        """
        raise NotImplementedError

    def soil(self, c: Canvas, deep: bool) -> None:
        """Inside of the ground, 720x720, wraps both ways, opaque.

        Args:
            c: Canvas to paint on.
            deep: Whether it is the ground far below the surface.
        """
        raise NotImplementedError

    def cap(self, c: Canvas, x0: float, x1: float, r: Stream) -> None:
        """Surface of ground and platforms along y = 0 (30 above to 60 below): grass, moss, snow."""
        raise NotImplementedError

    def platform(self, c: Canvas, w: int, r: Stream) -> None:
        """A floating platform from x = 0 to w, its surface at y = 0, down to about y = 64."""
        raise NotImplementedError

    def wall(self, c: Canvas) -> None:
        """Edge of a step, 24 wide (air on the left of x = 0) and 240 high, wraps vertically."""
        raise NotImplementedError

    def ladder(self, c: Canvas) -> None:
        """A ladder, 48 wide around x = 0, 240 high, wraps vertically."""
        raise NotImplementedError

    def rope(self, c: Canvas) -> None:
        """A rope, 24 wide around x = 0, 240 high, wraps vertically."""
        raise NotImplementedError

    # Props: all within about (-w / 2, -h, w / 2, 0).
    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A cloud, or what floats in its place."""
        raise NotImplementedError

    def tree(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A tree, or what is as high and as wide as one."""
        raise NotImplementedError

    def house(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A house with a door and windows."""
        raise NotImplementedError

    def bush(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A bush, or another low plant."""
        raise NotImplementedError

    def rock(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A boulder, or what lies around like one."""
        raise NotImplementedError

    def lamp(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A lamp, with its light."""
        raise NotImplementedError

    def fence(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A fence; `w` is a multiple of 60."""
        raise NotImplementedError

    def mushroom(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """A mushroom, or what is as round as one."""
        raise NotImplementedError
