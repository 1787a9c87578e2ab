"""`MapSpec`: which map, as few numbers."""

from typing import NamedTuple


class MapSpec(NamedTuple):
    """All that decides the pixels of one map.

    Attributes:
        name: Stem of the map's file name.
        theme: Name of the theme.
        layout_seed: Seed of its layout.
        camera: Left upper corner (x, y) of the view, in full-scale pixels.
        scale: Pixels per full-scale pixel.
        structure: 0, or 1 for bold; same as in `render`.
    """

    name: str
    theme: str
    layout_seed: int
    camera: tuple[int, int]
    scale: float
    structure: int = 0
