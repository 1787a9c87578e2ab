"""What stands where in a side-scrolling world, in full-scale pixels.

A layout knows no theme, so one layout drawn in two themes is a true pair.
"""

from dataclasses import dataclass

UNIT = 60  # width of a platform's tile, of a fence's panel
VARIANTS = 4  # how many individuals of each kind and size a theme draws

#: (width, height) of each size class. Few sizes: sprites are drawn once and reused.
SIZES: dict[str, tuple[tuple[int, int], ...]] = {
    "tree": ((190, 250), (250, 330), (310, 410)),
    "house": ((240, 230), (310, 290), (390, 350)),
    "bush": ((90, 56), (130, 76), (180, 96)),
    "rock": ((70, 50), (110, 76), (160, 110)),
    "lamp": ((60, 170),),
    "fence": ((120, 60), (180, 60), (240, 60)),
    "mushroom": ((56, 56), (84, 88), (124, 132)),
    "cloud": ((170, 74), (250, 106), (350, 146)),
}

Ground = tuple[tuple[int, int], ...]

#: Share of the camera's motion that each background layer makes, (horizontal, vertical), from the
#: sky to the nearest hills; whatever one can stand on moves with ratio 1.
RATIOS = ((0.04, 0.70), (0.15, 0.80), (0.22, 0.86), (0.32, 0.88), (0.52, 0.94))


@dataclass(frozen=True)
class Prop:
    """Something that stands on the ground or a platform, or a cloud.

    Attributes:
        kind: A key of `SIZES`.
        x: Middle of its base.
        y: Height of its base (of its lower edge, for a cloud).
        size: Index into `SIZES[kind]`.
        variant: Which individual of this kind and size, in [0, VARIANTS).
    """

    kind: str
    x: int
    y: int
    size: int
    variant: int


@dataclass(frozen=True)
class Platform:
    """A floating platform.

    Attributes:
        x: Its left end.
        y: Its surface.
        units: Its width, in tiles of UNIT pixels.
        variant: Which individual of this width, in [0, VARIANTS).
    """

    x: int
    y: int
    units: int
    variant: int

    @property
    def x1(self) -> int:
        """Its right end."""
        return self.x + self.units * UNIT


@dataclass(frozen=True)
class Climb:
    """Something to climb.

    Attributes:
        kind: "ladder" or "rope".
        x: Its middle.
        y0: Its upper end.
        y1: Its lower end.
    """

    kind: str
    x: int
    y0: int
    y1: int


@dataclass(frozen=True)
class Backdrop:
    """One parallax layer.

    Attributes:
        variant: Which of the theme's pictures of this layer, in [0, VARIANTS).
        phase: How far it is shifted to the right.
        y: Its foot.
    """

    variant: int
    phase: int
    y: int


@dataclass(frozen=True)
class Layout:
    """All that a theme needs to know. Same layout in two themes: a true pair.

    Attributes:
        seed: Seed that it was made from.
        width: Its width.
        height: Its height.
        ground: Vertices (x, y) from the left edge to the right one; two with the same x are a
            step, two with unlike x and y a slope.
        platforms: Floating platforms, from back to front.
        climbs: Ladders and ropes.
        props: Things that stand on the ground or on a platform, from back to front.
        clouds: Clouds.
        backdrops: Far, middle and near layer.
        sun: Place (x, y) of the light in the sky.
    """

    seed: int
    width: int
    height: int
    ground: Ground
    platforms: tuple[Platform, ...]
    climbs: tuple[Climb, ...]
    props: tuple[Prop, ...]
    clouds: tuple[Prop, ...]
    backdrops: tuple[Backdrop, ...]
    sun: tuple[int, int]
