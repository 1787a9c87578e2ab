"""From a seed to a layout: ground, platforms, ladders, and all that stands on them."""

from collections.abc import Callable, Sequence

from data_pipeline.worlds.layout import (
    SIZES,
    VARIANTS,
    Backdrop,
    Climb,
    Ground,
    Layout,
    Platform,
    Prop,
)
from data_pipeline.worlds.randomness import Stream


def make_layout(seed: int, *, width: int | None = None, height: int | None = None) -> Layout:
    """Makes the layout of one world.

    Args:
        seed: Seed, at least 0; the layout is a function of the three arguments alone.
        width: Width in full-scale pixels, at least 320. Default: drawn from the seed, as is the
            height, as unlike as the maps of a game are: from 800x600 to 5800x850, now and then
            1000x3700.
        height: Height in full-scale pixels, at least 240. Default: drawn from the seed.

    Raises:
        ValueError: If the seed is negative or a side is too short.

    >>> make_layout(7) == make_layout(7)
    True
    """
    if seed < 0:
        raise ValueError(f"seed must be an int >= 0; received {seed!r}.")
    drawn = map_size(seed)
    width, height = width or drawn[0], height or drawn[1]
    if width < 320 or height < 240:
        raise ValueError(
            "width and height must be at least 320x240 full-scale pixels; received "
            f"{width}x{height}. For smaller pictures, keep the size and lower `scale` in render()."
        )
    ground = _ground(Stream("ground", seed), width, height)
    floor = _ground_height(ground)
    platforms = _platforms(Stream("platforms", seed), width, height, floor)
    climbs = _climbs(Stream("climbs", seed), platforms, floor)
    props = _props(Stream("props", seed), ground, platforms, climbs)
    stream = Stream("air", seed)
    count = max(2, round(width * min(height, 1400) / 260_000 * stream.uniform(0.6, 1.4)))
    clouds = tuple(
        Prop("cloud", stream.integer(0, width + 400), stream.integer(90, max(160, height - 330)),
             stream.choice((0, 1, 2), (3, 3, 2)), stream.integer(0, VARIANTS))
        for _ in range(count))  # fmt: skip
    horizon = height - stream.integer(60, 140)
    backdrops = tuple(
        Backdrop(stream.integer(0, VARIANTS), stream.integer(0, 2400), horizon - lift)
        for lift in (150, 90, 20)
    )
    sun = (stream.integer(width // 6, width), stream.integer(90, 260))
    return Layout(seed, width, height, ground, platforms, climbs, props, clouds, backdrops, sun)


def map_size(seed: int) -> tuple[int, int]:
    """Width and height that `make_layout` gives the layout of a seed by default."""
    stream = Stream("size", seed)
    ranges = stream.choice(
        (((1500, 3200), (700, 1000)), ((800, 1300), (600, 800)), ((3600, 5800), (700, 900)),
         ((900, 1300), (1500, 3700)), ((1800, 2600), (1100, 1600))),
        (44, 20, 12, 12, 12),
    )  # fmt: skip
    return stream.integer(*ranges[0]), stream.integer(*ranges[1])


def _ground(stream: Stream, width: int, height: int) -> Ground:
    """A walk from left to right of flats, slopes and steps."""
    lowest = height - 70
    highest = height - min(round(0.42 * height), 380)
    y = stream.integer((highest + 2 * lowest) // 3, lowest)
    points, x = [(0, y)], 0
    while x < width:
        x = min(width, x + 30 * stream.integer(7, 21))  # a flat
        points.append((x, y))
        if x >= width:
            break
        up = stream.chance((y - highest) / (lowest - highest))
        rise = 30 * stream.integer(1, 4) * (-1 if up else 1)
        target = max(highest, min(lowest, y + rise))
        if abs(target - y) < 24:
            continue
        if stream.chance(0.55):  # a slope of 14 to 45 degrees
            x = min(width, x + round(abs(target - y) * stream.choice((1.0, 1.5, 2.0, 4.0))))
        y = target
        points.append((x, y))
    return tuple(points)


def _ground_height(ground: Ground) -> Callable[[float], float]:
    def height_at(x: float) -> float:
        for (x0, y0), (x1, y1) in zip(ground[:-1], ground[1:], strict=True):
            if x0 <= x <= x1 and x1 > x0:
                return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        return ground[-1][1]

    return height_at


def _platforms(
    stream: Stream, width: int, height: int, floor: Callable[[float], float]
) -> tuple[Platform, ...]:
    """Rows of platforms, each high enough above what is under it to stand there."""
    placed: list[Platform] = []
    top = min(floor(x) for x in range(0, width, 30))
    row = int(top - stream.integer(150, 300))
    low = int(max(floor(x) for x in range(0, width, 30))) - 150
    rows = [low] if low - row > 120 and stream.chance(0.5) else []
    while row > 170:
        rows.append(row)
        row -= stream.integer(140, 210)
    for y in rows:
        x = stream.integer(-120, 260)
        while x < width - 90:
            units = stream.choice((2, 3, 4, 5, 7, 9), (3, 5, 5, 4, 3, 2))
            p = Platform(x, y + 15 * stream.integer(-1, 2), units, stream.integer(0, VARIANTS))
            clear = min(floor(min(max(v, 0), width)) for v in range(p.x, p.x1 + 1, 15)) - p.y
            if clear > 125 and not any(
                q.x - 40 < p.x1 and p.x < q.x1 + 40 and abs(q.y - p.y) < 120 for q in placed
            ):
                placed.append(p)
            x = p.x1 + stream.integer(60, 420)
    return tuple(sorted(placed, key=lambda p: (p.y, p.x)))


def _climbs(
    stream: Stream, platforms: Sequence[Platform], floor: Callable[[float], float]
) -> tuple[Climb, ...]:
    climbs: list[Climb] = []
    for p in platforms:
        if not stream.chance(0.62):
            continue
        x = stream.integer(p.x + 40, p.x1 - 39)
        under = [q.y for q in platforms if q.y > p.y and q.x + 20 < x < q.x1 - 20]
        y1 = min([*under, round(floor(x))])
        if 90 < y1 - p.y < 520 and all(
            abs(c.x - x) > 60 or c.y0 > y1 or c.y1 < p.y for c in climbs
        ):
            climbs.append(Climb(stream.choice(("ladder", "rope"), (3, 2)), x, p.y, y1))
    return tuple(climbs)


_ORDER = ("house", "tree", "fence", "lamp", "rock", "bush", "mushroom")  # back to front


def _props(
    stream: Stream, ground: Ground, platforms: Sequence[Platform], climbs: Sequence[Climb]
) -> tuple[Prop, ...]:
    """Fills every surface from left to right, large things with room around them."""
    surfaces = [(x0, x1, y0, y1, True) for (x0, y0), (x1, y1) in
                zip(ground[:-1], ground[1:], strict=True) if x1 > x0]  # fmt: skip
    surfaces += [(p.x + 10, p.x1 - 10, p.y, p.y, False) for p in platforms]
    props = []

    def headroom(x: float, w: float, y: int) -> float:
        above = [q for q in platforms if q.x < x + w and q.x1 > x and q.y < y - 60]
        return y - 20 - max([q.y + 50 for q in above], default=0)

    for x0, x1, y0, y1, is_ground in surfaces:
        flat = y0 == y1
        if flat:  # large things
            x = x0 + stream.integer(0, 90)
            while True:
                kind = stream.choice(("house", "tree"), (2, 3) if is_ground else (1, 5))
                size = stream.choice((0, 1, 2), (3, 4, 3) if is_ground else (5, 2, 0))
                w, h = SIZES[kind][size]
                if x + w > x1 + 30:
                    break
                if h <= headroom(x, w, y0) + (70 if is_ground else 0) and stream.chance(0.85):
                    props.append(Prop(kind, x + w // 2, y0, size, stream.integer(0, VARIANTS)))
                    x += w
                x += stream.integer(10, 200)
        x = x0 + stream.integer(10, 60)
        while x < x1 - 40:  # small things
            kind = stream.choice(("bush", "rock", "mushroom", "fence", "lamp"),
                                 (6, 4, 5, 3, 2) if flat else (6, 4, 3, 0, 0))  # fmt: skip
            size = stream.integer(0, len(SIZES[kind]))
            w, h = SIZES[kind][size]
            fits = x + w <= x1 and h < headroom(x, w, y0)
            blocked = any(abs(c.x - x - w / 2) < w / 2 + 14 and abs(c.y1 - y0) < 40 for c in climbs)
            if fits and not (blocked and kind != "fence"):
                y = round(y0 + (y1 - y0) * (x + w / 2 - x0) / (x1 - x0)) + (0 if flat else 4)
                props.append(Prop(kind, x + w // 2, y, size, stream.integer(0, VARIANTS)))
            x += w + stream.integer(10, 190)
    return tuple(sorted(props, key=lambda p: (_ORDER.index(p.kind), p.x, p.y)))
