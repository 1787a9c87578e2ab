"""Highland: what stands in it, from trees to mushrooms.

Not here: land, sky, clouds and colours (`highland_land.py`); positions and sizes (`layout.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import (
    box,
    curve,
    cut,
    disc,
    ellipse,
    polygon,
    stroke,
    union,
    wobble,
)
from data_pipeline.worlds.textures import noise
from data_pipeline.worlds.themes.base import foliage, pick, ramp
from data_pipeline.worlds.themes.highland_land import (
    CACTUS,
    CLAY,
    CLOTH,
    INK,
    OCHRE,
    OLIVE,
    RED,
    SLOT,
    STRAW,
    WOOD,
    HighlandLand,
    banded,
)


class Highland(HighlandLand):
    """sun-baked ochre rock. Banded mesas, dry grass, clay houses, acacias and cactuses."""

    def tree(self, c, w, h, r):
        """An acacia: a forked trunk under flat crowns."""
        lean = w * r.uniform(-0.06, 0.06)
        limbs = [stroke([(0, 10), (lean, -h * 0.34)], w * 0.085, w * 0.06)]
        for x, y in ((-0.34, -0.66), (-0.1, -0.76), (0.16, -0.78), (0.36, -0.64)):
            limbs.append(
                stroke(
                    curve((lean, -h * 0.3), (lean + w * x * 0.4, -h * 0.5), (w * x, h * y)),
                    w * 0.045,
                    w * 0.022,
                )
            )
        c.fill(
            union(*limbs, blend=10), WOOD, "bevel", width=w * 0.08, grain=0.2, cell=8, outline=INK
        )
        for x, y, half in ((-0.3, -0.66, 0.2), (0.31, -0.64, 0.19), (0.02, -0.84, 0.34)):
            if h:
                lobes = [
                    (
                        w * (x + half * k * 0.55),
                        h * y + abs(k) * h * 0.022,
                        w * half * (0.42 - 0.1 * abs(k)),
                    )
                    for k in (-1.4, -0.5, 0.5, 1.4)
                ]
                foliage(c, lobes, OLIVE, r, leaf=w * 0.055, density=1.0)

    def house(self, c, w, h, r):
        """Two cubes of clay with beams, slots and an awning."""
        seed = r.integer(0, 1 << 16)
        side = -1 if pick(seed, 0) < 0.5 else 1

        def plaster(x, y):
            return 0.3 * (noise(x, y, 40, seed) - 0.5) + 0.16 * (noise(x, y, 9, seed) - 0.5)

        half = w * 0.27
        upper = (side * w * 0.12 - half, side * w * 0.12 + half)
        for x0, x1, top, low in (
            (*upper, -h * 0.92, -h * 0.4),
            (-w * 0.44, w * 0.44, -h * 0.55, 12),
        ):
            c.fill(
                polygon([(x0 - 6, low), (x0 + 4, top), (x1 - 4, top), (x1 + 6, low)], 3),
                CLAY,
                "tube",
                gain=0.4,
                texture=plaster,
                outline=INK,
            )
            c.fill(box(x0 - 2, top - 10, x1 + 2, top + 8, 5), CLAY, "down", shift=0.12, outline=INK)
            count = int((x1 - x0) / 38)
            for k in range(count):
                x = x0 + (k + 0.5) * (x1 - x0) / count
                c.fill(disc(x, top + 24, 7), WOOD, "ball", outline=INK)
        for x in (-0.36, 0.0, 0.36):  # steps on the parapet
            c.fill(
                box(w * x - 12, -h * 0.64, w * x + 12, -h * 0.55, 3),
                CLAY,
                "down",
                shift=0.1,
                outline=INK,
            ) if abs(x - side * 0.12) > 0.26 else None
        door, q = side * w * 0.2, w * 0.085
        c.fill(
            union(box(door - q, -h * 0.26, door + q, 8), disc(door, -h * 0.26, q)),
            CLOTH,
            "tube",
            outline=INK,
        )
        c.fill(box(door - 3, -h * 0.28, door + 3, 8), CLOTH, "flat", shift=-0.4)
        for x, y, big in ((-side * w * 0.2, -h * 0.3, 1.0), (side * w * 0.12, -h * 0.68, 0.8)):
            c.fill(
                union(
                    box(x - q * 0.62 * big, y - q * 0.5, x + q * 0.62 * big, y + q),
                    disc(x, y - q * 0.5, q * 0.62 * big),
                ),
                SLOT,
                "flat",
                outline=CLAY,
            )
            c.fill(box(x - q, y + q, x + q, y + q + 8, 2), WOOD, "down", outline=INK)
        x0, x1, y = -side * w * 0.2 - w * 0.15, -side * w * 0.2 + w * 0.15, -h * 0.41
        for k in range(6):
            a, b = x0 + (x1 - x0) * k / 6, x0 + (x1 - x0) * (k + 1) / 6
            c.fill(
                polygon(
                    [
                        (a, y),
                        (b, y),
                        (b + (b - 0.5 * (x0 + x1)) * 0.15, y + 26),
                        (a + (a - 0.5 * (x0 + x1)) * 0.15, y + 26),
                    ]
                ),
                (RED, CLAY)[k % 2],
                "down",
                outline=INK,
            )

    def bush(self, c, w, h, r):
        """An agave: stiff pointed leaves."""
        for k in sorted(range(-5, 6), key=lambda k: -abs(k)):
            tip = (k * w * 0.096, -h * (0.98 - 0.03 * k * k) * r.uniform(0.92, 1.02))
            mid = (k * w * 0.055, -h * 0.34)
            leaf = polygon(
                [
                    (k * 3 - 7, 8),
                    (mid[0] - w * 0.045, mid[1]),
                    tip,
                    (mid[0] + w * 0.045, mid[1]),
                    (k * 3 + 7, 8),
                ],
                1,
            )
            c.fill(
                leaf,
                ramp("#2c5a50", "#4f8a70", "#8cc094", "#d8ecb4"),
                "ball",
                gain=0.5,
                shift=-0.02 * abs(k),
                outline=INK,
            )
            c.fill(disc(*tip, 2.6), RED, "flat")

    def rock(self, c, w, h, r):
        """Weathered slabs in a pile."""
        y = 10.0
        for k, (half, thick) in enumerate(((0.47, 0.34), (0.38, 0.28), (0.4, 0.22), (0.24, 0.2))):
            shift = w * r.uniform(-0.06, 0.06)
            slab = wobble(
                box(shift - w * half, y - h * thick, shift + w * half, y, h * 0.1),
                3,
                20,
                k + r.integer(0, 99),
            )
            c.fill(
                slab,
                OCHRE,
                "bevel",
                width=h * 0.16,
                gain=0.6,
                shift=0.1 * (k % 2),
                grain=0.2,
                cell=10,
                outline=INK,
            )
            y -= h * thick - 2

    def lamp(self, c, w, h, r):
        """A fire bowl on a pillar."""
        c.fill(
            polygon([(-14, 10), (-9, -h * 0.68), (9, -h * 0.68), (14, 10)], 2),
            OCHRE,
            "tube",
            texture=lambda x, y: banded(x, y),
            outline=INK,
        )
        c.fill(disc(0, -h * 0.86, 48), ramp("#ffc45a"), "flat", soft=48, alpha=0.55)
        flame = union(
            disc(0, -h * 0.83, 15),
            polygon([(-13, -h * 0.86), (2, -h * 1.04), (14, -h * 0.85)], 2),
            blend=8,
        )
        c.fill(flame, ramp("#d8401c", "#f88a2c", "#ffd04a"), "flat", outline=ramp("#8c1c10"))
        c.fill(
            union(
                disc(1, -h * 0.82, 8),
                polygon([(-6, -h * 0.84), (1, -h * 0.95), (8, -h * 0.84)]),
                blend=5,
            ),
            ramp("#fff6b0"),
            "flat",
        )
        c.fill(
            cut(ellipse(0, -h * 0.8, 25, 24), box(-40, -h, 40, -h * 0.79)),
            WOOD,
            "bevel",
            outline=INK,
        )

    def fence(self, c, w, h, r):
        """Stakes with a sagging cord and pennants."""
        posts = [-w / 2 + 8 + k * (w - 16) / (w // 60) for k in range(w // 60 + 1)]
        for a, b in zip(posts[:-1], posts[1:], strict=True):
            for y, sag in ((-h * 0.74, 16), (-h * 0.36, 10)):
                c.fill(
                    stroke(curve((a, y), ((a + b) / 2, y + sag * 2), (b, y)), 3),
                    STRAW,
                    "flat",
                    outline=INK,
                )
            for k in (1, 2, 3):
                x, y = a + (b - a) * k / 4, -h * 0.72 + 11
                c.fill(
                    polygon([(x - 7, y), (x + 7, y), (x, y + 18)]),
                    (RED, CLOTH, RED)[k - 1],
                    "down",
                    outline=INK,
                )
        for x in posts:
            c.fill(box(x - 6, -h * 0.98, x + 6, 10, 4), WOOD, "tube", outline=INK)

    def mushroom(self, c, w, h, r):
        """A barrel cactus in flower."""
        ball = ellipse(0, -h * 0.38, w * 0.45, h * 0.46)
        c.fill(
            ball,
            CACTUS,
            "ball",
            gain=0.45,
            texture=lambda x, y: (
                0.22 * np.cos(np.arcsin(np.clip(x / (w * 0.46), -1, 1)) * 11) + 0 * y
            ),
            outline=INK,
        )
        for k in range(-2, 3):
            for y in (-0.62, -0.42, -0.22):
                c.fill(
                    disc(w * 0.165 * k * np.sqrt(1 - (y + 0.4) ** 2 * 3), h * y, 2.6),
                    STRAW,
                    "flat",
                    shift=0.4,
                )
        for k in (-2, 2, -1, 1, 0):
            petal = ellipse(k * w * 0.1, -h * (0.9 - 0.03 * abs(k)), w * 0.085, h * 0.1)
            c.fill(petal, ramp("#b01c5c", "#f04a8c", "#ffa0c0"), "down", outline=INK)
        c.fill(disc(0, -h * 0.84, w * 0.06), STRAW, "flat", shift=0.3)
