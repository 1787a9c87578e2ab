"""Clocktown in a bold structure: inside the clockwork; a wall of gears, chains and pendulums."""

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.shapes import (
    box,
    cut,
    disc,
    ellipse,
    ring,
    stroke,
    taper,
    union,
)
from data_pipeline.worlds.themes import parts, town
from data_pipeline.worlds.themes.base import Peaks
from data_pipeline.worlds.themes.bold.base import LENGTH, Bold
from data_pipeline.worlds.themes.bold.clockwork import boiler, dial, wall_of_wheels, wheel
from data_pipeline.worlds.themes.bold.limbs import swaying
from data_pipeline.worlds.themes.clocktown import (
    BRASS,
    BRICK,
    HEDGE,
    INK,
    IRON,
    LIT,
    RED,
    WOOD,
    Clocktown,
)

_GEARS = (
    ramp("#161c48", "#232b62", "#36417e", "#50609c"),
    ramp("#241c3c", "#43304c", "#70504e", "#a8804c"),
)
_SHAFTS = (
    ramp("#1c2456", "#2c3674", "#46549a", "#6c7cba"),
    ramp("#2a2038", "#584040", "#8c6844", "#ccA45c"),
)
_CHAINS = (IRON, ramp("#1e2450", "#36407c", "#6070a8"), ramp("#141a3c", "#343c68", "#687498"))
_METALS = (
    BRASS,
    ramp("#2c2c5c", "#4c5088", "#8088b8"),
    ramp("#34243c", "#70504c", "#b88c50", "#f0d48c"),
)


class BoldClocktown(Bold, Clocktown):
    """In the clock itself: no sky, a pipe for every tree, platforms and clocks on chains."""

    columns = {0: 210, 1: 440}
    pendants = {1: (380, 860), 2: (700, 1400)}
    ceilings = (250, 400)
    stems = ("tree", "house")
    hung = ("bush", "lamp", "rock", "mushroom", "tree")
    has_chains = True
    grown = {"mushroom": 1.7, "rock": 1.5, "house": 1.2}
    has_tethers = True
    has_unders = True

    def air(self, c: Canvas, r: Stream) -> None:
        """The wall, where the town has its night sky."""
        wall_of_wheels(c)

    def sun(self, c: Canvas, r: Stream) -> None:
        """The clock's own face, lit from behind."""
        dial(c)

    def backdrop(self, c: Canvas, depth: int, w: int, h: int, peaks: Peaks, r: Stream) -> None:
        if depth == 0:
            for x, top in peaks.spots:
                q = top * r.uniform(0.3, 0.44)
                wheel(c, x, -q * r.uniform(0.5, 0.9), q, _GEARS[0], r.uniform(0, 1))
            for x in range(0, w, 180):
                c.fill(
                    box(x + 20, -r.uniform(80, 130), x + 160, 60, 12),
                    _GEARS[0],
                    "bevel",
                    width=14,
                    shift=-0.1,
                )
        elif depth == 1:
            for x, top in peaks.spots:
                boiler(c, x, top * r.uniform(0.5, 0.8), _GEARS[1], r)
            c.fill(box(-10, -70, w + 10, 60), _GEARS[1], "down", gain=0.3, shift=-0.2)
            for x in range(0, w, 40):
                c.fill(disc(x + 20, -58, 4), _GEARS[1], "ball", gain=0.5)
        else:
            iron = ramp("#10142e", "#1c2246", "#343c68", "#586290")
            for x, top in peaks.spots:
                if r.chance(0.5):
                    wheel(c, x, -top * 0.32, top * 0.42, iron, r.uniform(0, 1))
                else:
                    c.fill(box(x - 11, -top * 0.8, x + 11, 40, 3), iron, "tube")
                    c.fill(
                        box(x - 17, -top * 0.8 - 8, x + 17, -top * 0.8 + 8, 3),
                        iron,
                        "tube",
                        shift=0.15,
                    )
            for x in range(0, w, 60):
                strut = stroke([(x, -50), (x + 30, 0), (x + 60, -50)], 5)
                c.fill(strut, iron, "flat")
            c.fill(box(-10, -66, w + 10, -46), iron, "down", gain=0.5)

    def column(self, c: Canvas, depth: int, r: Stream) -> None:
        half, tones = (r.uniform(20, 34), r.uniform(44, 66))[depth], _SHAFTS[depth]
        gap = r.uniform(0.9, 1.3) * half
        for x, q in ((0.0, half), (half + gap, half * 0.4)):
            c.fill(box(x - q, -LENGTH, x + q, 2 * LENGTH), tones, "tube", gain=0.6)
            for y in range(80, LENGTH, 320):
                c.fill(
                    box(x - q - 6, y - 11, x + q + 6, y + 11, 4),
                    tones,
                    "tube",
                    gain=0.6,
                    shift=0.08,
                )
        for y in range(240, LENGTH, 480):
            if r.chance(0.7):
                q = half * r.uniform(1.3, 1.9)
                wheel(c, r.choice((-1, 1)) * half * 0.5, y, min(q, 96), tones, r.uniform(0, 1))

    def stem(self, c: Canvas, size: int, r: Stream) -> None:
        """A steam pipe with flanges, a gauge and lights."""
        half = (30, 40, 50)[size]
        c.fill(
            box(-half, -LENGTH, half, 2 * LENGTH), BRASS, "tube", gain=0.6, shift=-0.14, outline=INK
        )
        thin = half * 0.26
        c.fill(
            box(half + 8, -LENGTH, half + 8 + 2 * thin, 2 * LENGTH),
            IRON,
            "tube",
            shift=0.15,
            outline=INK,
        )
        for y in range(60, LENGTH, 240):
            c.fill(
                box(-half - 9, y - 14, half + 9, y + 14, 4), BRASS, "tube", gain=0.6, outline=INK
            )
            for k in (-2, -1, 0, 1, 2):
                c.fill(disc(k * half * 0.42, y, 3.6), IRON, "ball", shift=0.2)
            c.fill(
                box(half, y + 96, half + 12 + 2 * thin, y + 108, 2),
                IRON,
                "down",
                shift=0.2,
                outline=INK,
            )
        for k, y in enumerate((150, 390, 630, 870)):
            if (k + r.integer(0, 2)) % 2:
                parts.glow(c, 0, y, half * 1.1, LIT, 0.4)
                c.fill(disc(0, y, half * 0.62), BRASS, "bevel", width=6, outline=INK)
                c.fill(disc(0, y, half * 0.46), LIT, "ball", gain=0.3, shift=0.15)
            else:
                town.clock_face(c, 0, y, half * 0.5, r.integer(0, 999), BRASS, INK)

    def foot(self, c: Canvas, size: int, w: int, h: int, r: Stream) -> None:
        half = (30, 40, 50)[size]
        c.fill(
            taper(0, (half * 1.9, 10), (half * 1.15, -h * 0.16), 3),
            IRON,
            "tube",
            shift=0.12,
            outline=INK,
        )
        c.fill(box(-half * 1.35, -h * 0.2, half * 1.35, -h * 0.14, 4), BRASS, "tube", outline=INK)
        c.fill(box(-half * 2.1, -14, half * 2.1, 12, 4), IRON, "down", shift=0.2, outline=INK)
        for k in (-1.7, -0.85, 0, 0.85, 1.7):
            c.fill(disc(half * k, -3, 4), BRASS, "ball", outline=INK)
        c.fill(ring(0, -h * 0.34, half * 0.9, half * 0.62), RED, "bevel", width=6, outline=INK)
        c.fill(
            stroke([(-half * 0.7, -h * 0.34), (half * 0.7, -h * 0.34)], 4), RED, "down", outline=INK
        )

    def cord(self, c: Canvas, depth: int, r: Stream) -> None:
        for y in range(0, LENGTH, 30):  # a chain of long links
            q, tones = (1.0, 1.1, 1.3)[depth], _CHAINS[depth]
            link = cut(box(-7 * q, y - 12, 7 * q, y + 12, 7), box(-3 * q, y - 8, 3 * q, y + 8, 3))
            c.fill(link, tones, "bevel", width=4, shift=0.12, outline=INK if depth == 0 else None)
            c.fill(box(-2.4 * q, y + 7, 2.4 * q, y + 23, 2), tones, "tube", shift=0.1)

    def pendant(self, c: Canvas, depth: int, r: Stream) -> None:
        tones, q = _METALS[depth], r.uniform(40, 58)
        if r.chance(0.5):  # a pendulum
            c.fill(disc(0, q, q), tones, "bevel", width=q * 0.4, gain=0.6)
            c.fill(disc(0, q, q * 0.66), tones, "ball", gain=0.5, shift=0.14)
            c.fill(taper(0, (4, q * 2.4), (8, q * 1.9)), tones, "down")
        else:  # a bell
            bell = union(
                ellipse(0, 30, q * 0.6, 36), taper(0, (q, 92), (q * 0.56, 34), 4), blend=14
            )
            c.fill(disc(0, 96, 11), tones, "ball")
            c.fill(bell, tones, "tube", gain=0.6)
            c.fill(box(-q * 1.06, 82, q * 1.06, 96, 5), tones, "tube", gain=0.6, shift=0.1)

    def ceiling(self, c: Canvas, r: Stream) -> None:
        """Wheels that reach down behind a girder."""
        tones = ramp("#181426", "#382a34", "#6c5034", "#b08844")
        for _ in range(2):
            x, q = r.uniform(-120, 120), r.uniform(90, 170)
            wheel(c, x, r.uniform(-40, 30), q, tones, r.uniform(0, 1), outline=INK)
        iron = ramp("#0c0f22", "#1c2138", "#343c5a", "#5c688c")
        for k in range(-5, 6):
            strut = stroke([(k * 66 - 33, 8), (k * 66, 44), (k * 66 + 33, 8)], 5)
            c.fill(strut, iron, "flat", outline=INK)
        for y0, y1 in ((-40, 14), (40, 58)):
            c.fill(box(-400, y0, 400, y1), iron, "down", gain=0.5, outline=INK)
        for k in range(-8, 9):
            c.fill(disc(k * 41, 49, 3.6), iron, "ball", gain=0.6, shift=0.2)

    def cloud(self, c: Canvas, w: int, h: int, r: Stream) -> None:
        """Two wheels in a frame."""
        q = h * 0.5
        wheel(c, -w * 0.12, -h * 0.5, q, BRASS, r.uniform(0, 1), outline=INK)
        wheel(c, w * 0.24, -h * 0.44, q * 0.66, IRON, r.uniform(0, 1), shift=0.15, outline=INK)
        c.fill(
            box(-w * 0.44, -h * 0.56, w * 0.44, -h * 0.44, 4), IRON, "down", shift=0.2, outline=INK
        )
        for k in (-0.4, 0.4):
            c.fill(disc(w * k, -h * 0.5, 6), BRASS, "ball", outline=INK)

    def under(self, c: Canvas, w: int, r: Stream) -> None:
        """Pistons, bulbs and weights below a girder."""
        for x in parts.along(34.0, w - 30, r, 50, 120):
            low = r.uniform(86, 128)
            kind = r.integer(0, 3)
            if kind == 0:  # a weight
                c.fill(stroke([(x, 50), (x, low - 24)], 2.6), IRON, "flat", shift=0.2, outline=INK)
                c.fill(box(x - 11, low - 28, x + 11, low + 8, 4), BRASS, "tube", outline=INK)
            elif kind == 1:  # a bulb
                c.fill(stroke([(x, 50), (x, low - 16)], 2.2), IRON, "flat", outline=INK)
                parts.glow(c, x, low - 6, 34, LIT, 0.5)
                c.fill(ellipse(x, low - 6, 9, 12), LIT, "ball", shift=0.15, outline=INK)
            else:  # a piston
                c.fill(box(x - 13, 48, x + 13, low - 30, 3), IRON, "tube", shift=0.2, outline=INK)
                c.fill(box(x - 5, low - 30, x + 5, low, 2), BRASS, "tube", outline=INK)

    def hanging(self, c: Canvas, kind: str, w: int, h: int, r: Stream) -> None:
        if kind == "lamp":
            c.fill(stroke([(0, 44), (0, 84)], 3), IRON, "flat", shift=0.2, outline=INK)
            parts.glow(c, 0, 112, 56, LIT, 0.6, shift=-0.1)
            c.fill(ellipse(0, 110, 17, 20), LIT, "ball", gain=0.3, shift=0.2, outline=INK)
            c.fill(taper(0, (22, 98), (8, 80), 2), BRASS, "bevel", outline=INK)
            return
        if kind == "tree":  # a pendulum
            low, q = h * 0.62, w * 0.2
            c.fill(stroke([(0, 44), (0, low)], 4.5), BRASS, "flat", outline=INK)
            c.fill(disc(0, low, q), BRASS, "bevel", width=q * 0.3, gain=0.6, outline=INK)
            c.fill(disc(0, low, q * 0.66), BRASS, "ball", gain=0.5, shift=0.12)
            return
        if kind == "mushroom":  # a bell
            q = w * 0.36
            c.fill(stroke([(0, 44), (0, 66)], 3), IRON, "flat", shift=0.2, outline=INK)
            c.fill(disc(0, 70 + q * 1.75, q * 0.24), IRON, "ball", shift=0.2, outline=INK)
            skirt = taper(0, (q, 70 + q * 1.6), (q * 0.5, 70 + q * 0.5), 4)
            bell = union(disc(0, 70 + q * 0.56, q * 0.56), skirt, blend=10)
            c.fill(bell, BRASS, "tube", gain=0.6, outline=INK)
            return
        if kind == "rock":  # a crate on a hook
            half, top = w * 0.36, 74.0
            c.fill(stroke([(0, 44), (0, 60)], 3), IRON, "flat", shift=0.2, outline=INK)
            for side in (-1, 1):
                sling = stroke([(0, 60), (side * half, top + 2)], 2.4)
                c.fill(sling, IRON, "flat", shift=0.25, outline=INK)
            crate = box(-half, top, half, top + h * 0.9, 2)
            c.fill(crate, WOOD, "bevel", width=9, outline=INK)
            brace = stroke([(-half + 8, top + 8), (half - 8, top + h * 0.9 - 8)], 5)
            c.fill(brace, WOOD, "flat", shift=0.16, outline=INK)
            frame = cut(crate, box(-half + 9, top + 9, half - 9, top + h * 0.9 - 9))
            c.fill(frame, WOOD, "bevel", width=6, shift=0.2, outline=INK)
            return
        for k in (-0.36, 0.36):  # a trough of ivy on two chains
            c.fill(stroke([(w * k, 44), (w * k, 76)], 2.6), IRON, "flat", shift=0.2, outline=INK)
        for k in range(-4, 5):
            line = swaying(r, k * w * 0.09, 84, 88 + h * r.uniform(0.5, 0.95), 7)
            c.fill(stroke(line, 7, 2.5), HEDGE, "down", gain=0.5, outline=INK)
            for x, y in line[2::2]:
                c.fill(disc(x + 5, y, 4), ramp("#6c8cf0", "#c0d4ff"), "ball")
        c.fill(box(-w * 0.44, 72, w * 0.44, 100, 4), BRICK, "down", shift=0.2, outline=INK)
        c.fill(box(-w * 0.46, 68, w * 0.46, 80, 3), BRASS, "down", outline=INK)
