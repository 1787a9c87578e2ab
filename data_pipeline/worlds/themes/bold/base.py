"""What a theme adds, or draws otherwise, in a bold structure."""

from collections.abc import Mapping
from types import MappingProxyType

from data_pipeline.worlds.canvas import Canvas
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.themes.base import Theme

LENGTH = 960  # units after which columns, stems and cords repeat

Steps = tuple[float, float]  # least and largest distance of two neighbours, in units
_NONE: Mapping[int, Steps] = MappingProxyType({})


class Bold(Theme):
    """A theme in a bold structure. Nothing is drawn that no attribute asks for.

    In the methods, `c` is the canvas and `r` the stream of the individual; `depth` is that of a
    backdrop, 0 (far), 1 or 2 (near).

    Attributes:
        columns: Depth -> least distance, in units, of two columns that rise from the peaks of that
            backdrop out of the map.
        pendants: Depth -> distances of the cords that hang into that backdrop from above the map.
        ceilings: Distances of the pieces of the ceiling, for a world without a sky.
        floats: Distances of what floats among the clouds and the other theme lacks.
        stems: Kinds of props behind which, from the ground up out of the map, a stem rises. A tree
            is the stem itself.
        hung: Kinds of props that hang from platforms instead of standing on them.
        has_unders: Whether something grows down from platforms.
        has_chains: Whether platforms hang on cords from above the map.
        has_tethers: Whether clouds do.
    """

    columns: Mapping[int, float] = MappingProxyType({})
    pendants: Mapping[int, Steps] = _NONE
    ceilings: Steps | None = None
    floats: Steps | None = None
    stems: tuple[str, ...] = ()
    hung: tuple[str, ...] = ()
    has_unders = False
    has_chains = False
    has_tethers = False

    # Strips around x = 0 that go on vertically and repeat after LENGTH.
    def column(self, c: Canvas, depth: int, r: Stream) -> None:
        """A column of a backdrop; within 110, 170 or 240 of its axis, by depth."""
        raise NotImplementedError

    def stem(self, c: Canvas, size: int, r: Stream) -> None:
        """What spans the map where the layout has a tree; within 110, 150 or 190, by size."""
        raise NotImplementedError

    def cord(self, c: Canvas, depth: int, r: Stream) -> None:
        """What something hangs on, within 26. Depth 0 is that of platforms and clouds."""
        raise NotImplementedError

    # Pieces with an end, anchored at (0, 0).
    def foot(self, c: Canvas, size: int, w: int, h: int, r: Stream) -> None:
        """Where the stem meets the ground; `w` and `h` are those of the layout's tree."""
        raise NotImplementedError

    def ceiling(self, c: Canvas, r: Stream) -> None:
        """A piece of the ceiling, from above y = 0 (the map's edge) down to 260."""
        raise NotImplementedError

    def pendant(self, c: Canvas, depth: int, r: Stream) -> None:
        """What hangs at the end of a cord; within 120 of it."""
        raise NotImplementedError

    def afloat(self, c: Canvas, size: int, r: Stream) -> None:
        """What floats in the air, within 180 of its middle; `size` is 0."""
        raise NotImplementedError

    def under(self, c: Canvas, w: int, r: Stream) -> None:
        """What grows down from a platform that goes from x = 0 to w; to 200 below its surface."""
        raise NotImplementedError

    def hanging(self, c: Canvas, kind: str, w: int, h: int, r: Stream) -> None:
        """A prop of `hung` that hangs from a platform's surface, y = 0."""
        raise NotImplementedError
