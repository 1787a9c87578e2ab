"""Forest: what stands in it, from trees to mushrooms.

Not here: land, sky, clouds and colours (`forest_land.py`); positions and sizes (`layout.py`).
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
from data_pipeline.worlds.themes.forest_land import (
    BARK,
    CROWN,
    GLOW,
    INK,
    LEAVES,
    MOSS,
    TWIG,
    WARM,
    ForestLand,
    bark,
)


class Forest(ForestLand):
    """among giant trees. Moss over bark, hollow-tree houses, tiered crowns, glowing mushrooms."""

    def tree(self, c, w, h, r):
        """A crooked trunk with flat crowns in tiers."""
        bend = r.choice((-1, 1)) * w * r.uniform(0.08, 0.14)
        spine = [(0, 10), *curve((0, 0), (bend * 2.4, -h * 0.4), (0, -h * 0.82), 8)]
        limbs = [
            stroke(spine, w * 0.1, w * 0.045),
            polygon([(-w * 0.2, 12), (0, -h * 0.22), (w * 0.2, 12)], 2),
        ]
        tiers = [(-0.28, -0.5, 0.23), (0.3, -0.58, 0.22), (-0.1, -0.82, 0.34)]
        if r.chance(0.5):
            tiers = [(-tx, ty, tr) for tx, ty, tr in tiers]
        for tx, ty, _ in tiers[:2]:
            limbs.append(
                stroke(
                    curve(
                        (bend * 0.8, h * (ty + 0.22)),
                        (w * tx * 0.7, h * (ty + 0.2)),
                        (w * tx, h * ty),
                    ),
                    w * 0.05,
                    w * 0.025,
                )
            )
        c.fill(
            union(*limbs, blend=16),
            BARK,
            "tube",
            gain=0.35,
            shift=0.05,
            texture=lambda x, y: 0.6 * bark(x, y),
            outline=INK,
        )
        for tx, ty, tr in tiers:
            x, y, rad = w * tx, h * ty, w * tr
            foliage(
                c,
                [
                    (x + k * rad * 0.62, y + abs(k) * rad * 0.16, rad * (0.46 - 0.1 * abs(k)))
                    for k in (-1, 0, 1)
                ],
                CROWN,
                r,
                leaf=w * 0.075,
                density=1.3,
            )
            for k in range(4):
                at = x + rad * (k - 1.5) * 0.5
                c.fill(
                    stroke(
                        [(at, y + rad * 0.2), (at + 2, y + rad * r.uniform(0.45, 0.8))], 3.5, 1.5
                    ),
                    MOSS,
                    "down",
                )

    def house(self, c, w, h, r):
        """A hollow stump with a roof of leaves, its windows lit."""
        seed, half = r.integer(0, 1 << 16), w * 0.38
        c.fill(
            stroke(
                curve((w * 0.16, -h * 0.7), (w * 0.2, -h * 0.85), (w * 0.26, -h * 0.96)),
                w * 0.06,
                w * 0.045,
            ),
            BARK,
            "tube",
            outline=INK,
        )
        trunk = union(
            polygon([(-half, 10), (-half * 0.86, -h * 0.62), (half * 0.86, -h * 0.62), (half, 10)]),
            polygon(
                [
                    (-half * 1.24, 12),
                    (-half * 0.7, -h * 0.26),
                    (half * 0.7, -h * 0.26),
                    (half * 1.24, 12),
                ]
            ),
            blend=26,
        )
        c.fill(
            trunk,
            BARK,
            "tube",
            gain=0.3,
            shift=0.12,
            texture=lambda x, y: 0.8 * bark(x, y, seed=seed),
            outline=INK,
        )
        roof = cut(ellipse(0, -h * 0.48, w * 0.5, h * 0.46), box(-w, -h * 0.47, w, h))
        c.fill(wobble(roof, 5, 30, seed), LEAVES, "ball", gain=0.4, outline=INK)
        for row in range(6):  # leaves laid like tiles
            y = -h * (0.87 - 0.075 * row)
            reach = w * 0.5 * np.sqrt(max(0.0, 1 - ((y + h * 0.48) / (h * 0.46)) ** 2))
            count = max(1, int(2 * reach / (w * 0.085)))
            for k in range(count):
                x = -reach + (k + 0.5 + 0.25 * (row % 2)) * 2 * reach / count
                lit = 0.28 * x / w - 0.06 * row + 0.12 * (pick(seed, row * 31 + k) - 0.5)
                leaf = polygon(
                    [(x - w * 0.05, y), (x, y - h * 0.03), (x + w * 0.05, y), (x, y + h * 0.085)], 1
                )
                c.fill(leaf, LEAVES, "down", gain=0.2, shift=0.12 + lit, outline=LEAVES)
        c.fill(ellipse(0, -h * 0.92, w * 0.09, h * 0.05), MOSS, "ball", outline=INK)
        door = -half * 0.4 if pick(seed, 0) < 0.5 else half * 0.4
        c.fill(ellipse(door, -h * 0.15, w * 0.11, h * 0.185), TWIG, "bevel", shift=0.1, outline=INK)
        c.fill(
            ellipse(door, -h * 0.14, w * 0.08, h * 0.15),
            ramp("#5b2b22", "#8f4a2e", "#c47a44"),
            "tube",
            outline=INK,
        )
        c.fill(disc(door + w * 0.045, -h * 0.13, 4), WARM, "flat", shift=0.4)
        for x, y, rad in ((-door, -h * 0.26, w * 0.085), (0, -h * 0.62, w * 0.06)):
            c.fill(disc(x, y, rad * 2.1), WARM, "flat", soft=rad * 1.2, alpha=0.35, atop=True)
            c.fill(disc(x, y, rad + 5), TWIG, "bevel", outline=INK)
            c.fill(disc(x, y, rad), WARM, "ball", gain=0.4)
            c.fill(
                union(box(x - 2, y - rad, x + 2, y + rad), box(x - rad, y - 2, x + rad, y + 2)),
                TWIG,
                "flat",
                shift=-0.2,
            )

    def bush(self, c, w, h, r):
        """A fern: fronds that arch to both sides, with leaflets."""
        for k in sorted(range(-4, 5), key=lambda k: -abs(k)):
            tip = (k * w * 0.115, -h * (0.96 - 0.042 * k * k) * r.uniform(0.9, 1.04))
            path = curve((k * 3, 6), (k * w * 0.04, tip[1] * 0.95), tip, 9)
            for i, (x, y) in enumerate(path[1:]):
                size = w * 0.075 * (1 - i / 11)
                c.fill(
                    wobble(ellipse(x, y, size, size * 0.7), 2, 6, k + 9),
                    LEAVES,
                    "ball",
                    gain=0.35,
                    shift=0.4 - 0.05 * abs(k) - 0.03 * i,
                    outline=ramp("#0a2f30"),
                )
            c.fill(stroke(path, 2.6, 1.4), MOSS, "flat", shift=0.3)
        for _ in range(w // 30):
            c.fill(
                disc(w * r.uniform(-0.3, 0.3), -h * r.uniform(0.2, 0.7), 5), GLOW, "flat", shift=0.2
            )

    def rock(self, c, w, h, r):
        """A burl of root wood with rings, where the meadow has a boulder."""
        lump = union(
            ellipse(-w * 0.12, -h * 0.36, w * 0.32, h * 0.52),
            ellipse(w * 0.2, -h * 0.24, w * 0.27, h * 0.4),
            blend=20,
        )

        def rings(x, y):
            d = np.hypot(x + w * 0.12, (y + h * 0.4) * 1.2) + 8 * noise(x, y, 26, 8)
            return 0.3 * np.sin(d * 2 * np.pi / 17)

        c.fill(lump, BARK, "bevel", width=h * 0.5, gain=0.6, shift=0.12, texture=rings, outline=INK)
        c.fill(
            wobble(ellipse(-w * 0.1, -h * 0.8, w * 0.27, h * 0.15), 4, 12, 5),
            MOSS,
            "down",
            shift=0.1,
            grain=0.2,
            atop=True,
        )

    def lamp(self, c, w, h, r):
        """A flower that shines, hanging from a crook."""
        stalk = [
            (0, 10),
            (0, -h * 0.6),
            *curve((0, -h * 0.7), (0, -h * 1.03), (-w * 0.2, -h * 0.95), 5),
        ]
        c.fill(stroke(stalk, 6, 3.5), ramp("#1b4a3a", "#2f7d52", "#6cc06a"), "tube", outline=INK)
        c.fill(disc(-4, -h * 0.82, 46), GLOW, "flat", soft=46, alpha=0.5)
        bell = polygon(
            [(-9, -h * 0.92), (-21, -h * 0.72), (-4, -h * 0.755), (13, -h * 0.72), (2, -h * 0.92)],
            3,
        )
        c.fill(bell, ramp("#1f9aa8", "#5fe0d8", "#d8fff2"), "ball", outline=INK)
        c.fill(ellipse(0, -4, 16, 9), LEAVES, "ball", outline=INK)

    def fence(self, c, w, h, r):
        """Crooked twigs bound with a vine."""
        for k in range(w // 30):
            x, top = -w / 2 + 15 + 30 * k, -h * r.uniform(0.8, 1.0)
            c.fill(
                stroke(
                    [(x, 10), (x + r.uniform(-5, 5), top * 0.5), (x + r.uniform(-5, 5), top)],
                    6,
                    3.5,
                ),
                TWIG,
                "tube",
                grain=0.2,
                cell=6,
                outline=INK,
            )
        for y in (-h * 0.6, -h * 0.27):
            pts = [(x, y + 5 * np.sin(x / 10 + y)) for x in np.linspace(-w / 2, w / 2, w // 10)]
            c.fill(stroke(pts, 3.6), ramp("#16523c", "#2f8a4c", "#8fd86a"), "down", outline=INK)

    def mushroom(self, c, w, h, r):
        """A tall shining parasol."""
        c.fill(disc(0, -h * 0.6, w * 0.62), GLOW, "flat", soft=w * 0.6, alpha=0.4)
        c.fill(
            stroke(curve((0, 8), (w * 0.07, -h * 0.4), (0, -h * 0.75)), w * 0.1, w * 0.06),
            ramp("#3a7d8c", "#8fd8d0", "#eafff2"),
            "tube",
            outline=INK,
        )
        cap = cut(
            ellipse(0, -h * 0.56, w * 0.48, h * 0.42),
            ellipse(0, -h * 0.42, w * 0.44, h * 0.14),
            box(-w, -h * 0.46, w, h),
        )
        c.fill(cap, ramp("#1a3f8c", "#2b78c8", "#4fc4e8", "#c4fbf4"), "ball", gain=0.6, outline=INK)
        for x, y, rad in ((-0.24, -0.68, 0.06), (0.03, -0.84, 0.075), (0.26, -0.7, 0.055)):
            c.fill(ellipse(w * x, h * y, w * rad, h * rad), ramp("#eafff2"), "flat", atop=True)
