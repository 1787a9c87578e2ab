"""Meadow: what stands in it, from trees to mushrooms.

Not here: land, sky, clouds and colours (`meadow_land.py`); positions and sizes (`layout.py`).
"""

from data_pipeline.worlds.shapes import box, cut, disc, ellipse, polygon, stroke, union
from data_pipeline.worlds.textures import cells, shingles
from data_pipeline.worlds.themes.base import foliage, pick, ramp
from data_pipeline.worlds.themes.meadow_land import (
    GLASS,
    GRASS,
    LEAVES,
    PETALS,
    PLASTER,
    STONE,
    TILES,
    WHITE,
    WOOD,
    MeadowLand,
)


class Meadow(MeadowLand):
    """a sunny village. Grass over brown earth, round trees, plastered houses, white fences."""

    def tree(self, c, w, h, r):
        lean = r.uniform(-0.06, 0.06) * w
        c.fill(
            union(
                stroke([(0, 8), (lean * 0.5, -h * 0.3), (lean, -h * 0.55)], w * 0.095, w * 0.06),
                stroke([(lean * 0.4, -h * 0.3), (w * 0.2, -h * 0.5)], w * 0.05, w * 0.03),
                stroke([(lean * 0.4, -h * 0.28), (-w * 0.2, -h * 0.46)], w * 0.045, w * 0.03),
                polygon([(-w * 0.15, 12), (0, -h * 0.16), (w * 0.15, 12)]),
                blend=14,
            ),
            WOOD,
            "tube",
            shift=-0.08,
            grain=0.18,
            cell=10,
            outline=ramp("#3f2410"),
        )
        crown = [
            (lean, -h * 0.7, w * 0.3),
            (-w * 0.24, -h * 0.58, w * 0.23),
            (w * 0.25, -h * 0.6, w * 0.22),
            (lean * 0.5 - w * 0.08, -h * 0.82, w * 0.2),
            (w * 0.13, -h * 0.8, w * 0.19),
        ]
        foliage(c, crown, LEAVES, r, leaf=w * 0.085, density=1.1)
        if r.chance(0.5):
            for _ in range(9):
                x, y, rad = crown[r.integer(0, 5)]
                at = (x + rad * r.uniform(-0.7, 0.7), y + rad * r.uniform(-0.6, 0.7))
                c.fill(
                    disc(*at, 8),
                    ramp("#a51d1d", "#e23c2c", "#ff8a6a"),
                    "ball",
                    outline=ramp("#6d1414"),
                )

    def house(self, c, w, h, r):
        seed = r.integer(0, 1 << 16)
        line, eave, half = ramp("#5b2f1a"), -h * 0.52, w * 0.4
        c.fill(box(w * 0.16, -h * 0.98, w * 0.27, -h * 0.6), STONE, "tube", outline=ramp("#45484e"))
        c.fill(box(w * 0.145, -h, w * 0.285, -h * 0.94, 3), STONE, "down", outline=ramp("#45484e"))
        c.fill(
            polygon([(-half, 10), (-half, eave), (0, -h * 0.92), (half, eave), (half, 10)]),
            PLASTER,
            "bevel",
            width=18,
            gain=0.5,
            grain=0.06,
            outline=line,
        )
        c.fill(
            box(-half, -h * 0.09, half, 12),
            STONE,
            "flat",
            texture=lambda x, y: cells(x, y, 24, seed)[0] * 0.5 - 0.35,
            outline=ramp("#45484e"),
        )
        for x in (-half + 6, half - 6):
            c.fill(box(x - 6, eave, x + 6, -h * 0.09), WOOD, "tube", outline=line)
        c.fill(box(-half, eave - 2, half, eave + 10), WOOD, "down", outline=line)
        over = w * 0.1
        roof = cut(
            polygon(
                [(-half - over, eave + h * 0.05), (0, -h * 0.93), (half + over, eave + h * 0.05)], 8
            ),
            polygon(
                [(-half * 0.78, eave + h * 0.12), (0, -h * 0.66), (half * 0.78, eave + h * 0.12)]
            ),
        )

        def rows(x, y):
            edge, tone = shingles(x, y, 24, 17, seed)
            return 0.35 * (tone - 0.5) - 0.45 * (edge < 0.2) - 0.0022 * (x + 0.4 * y + h * 0.3)

        c.fill(roof, TILES, "flat", shift=0.05, texture=rows, outline=ramp("#5e1a12"))
        door = -half * 0.42 if pick(seed, 0) < 0.5 else half * 0.42
        c.fill(
            union(
                box(door - w * 0.085, -h * 0.27, door + w * 0.085, 8),
                disc(door, -h * 0.27, w * 0.085),
            ),
            ramp("#2f5d3a", "#4b8c4f", "#79bb6a"),
            "tube",
            gain=0.35,
            outline=line,
        )
        c.fill(disc(door + w * 0.05, -h * 0.18, 4), ramp("#ffd24a"), "flat")
        self._window(c, -door, -h * 0.28, w * 0.09, line)
        c.fill(disc(0, -h * 0.62, w * 0.062), GLASS, "ball", outline=line)
        c.fill(box(-2, -h * 0.62 - w * 0.06, 2, -h * 0.62 + w * 0.06), line, "flat")

    def _window(self, c, x, y, r, line):
        c.fill(box(x - r - 5, y - r - 5, x + r + 5, y + r + 5, 3), WHITE, "flat", outline=line)
        c.fill(
            box(x - r, y - r, x + r, y + r),
            GLASS,
            lambda u, v, d: 0.7 - (u - x + v - y) / (3 * r),
            gain=0.5,
        )
        c.fill(
            union(box(x - 2, y - r, x + 2, y + r), box(x - r, y - 2, x + r, y + 2)), WHITE, "flat"
        )
        c.fill(box(x - r - 8, y + r + 2, x + r + 8, y + r + 15, 3), WOOD, "down", outline=line)
        for k in range(5):
            c.fill(
                disc(x + (k - 2) * r * 0.48, y + r + 1, 7),
                PETALS[k % 2],
                "flat",
                outline=ramp("#8a2c50"),
            )

    def bush(self, c, w, h, r):
        lobes = [
            (0, -h * 0.56, h * 0.42),
            (-w * 0.26, -h * 0.36, h * 0.36),
            (w * 0.26, -h * 0.38, h * 0.36),
        ]
        foliage(c, [*lobes, (0, -h * 0.2, h * 0.3)], LEAVES, r, leaf=15)
        petals = r.choice(PETALS)
        for _ in range(w // 16):
            x, y, rad = lobes[r.integer(0, 3)]
            c.fill(
                disc(x + rad * r.uniform(-0.8, 0.8), y + rad * r.uniform(-0.8, 0.7), 5.5),
                petals,
                "flat",
                atop=True,
            )

    def rock(self, c, w, h, r):
        pts = [
            (-w * 0.46, 10),
            (-w * 0.42, -h * r.uniform(0.4, 0.6)),
            (-w * 0.16, -h * r.uniform(0.8, 0.95)),
            (w * 0.16, -h * r.uniform(0.75, 0.95)),
            (w * 0.42, -h * r.uniform(0.35, 0.55)),
            (w * 0.46, 10),
        ]
        c.fill(
            polygon(pts, 5),
            STONE,
            "bevel",
            width=h * 0.5,
            gain=0.7,
            grain=0.14,
            steps=5,
            outline=ramp("#3d4148"),
        )
        c.fill(ellipse(-w * 0.12, -h * 0.8, w * 0.24, h * 0.13), GRASS, "down", atop=True)

    def lamp(self, c, w, h, r):
        iron = ramp("#23303a", "#3f525e", "#6f8794")
        c.fill(box(-5, -h * 0.72, 5, 10), iron, "tube", outline=ramp("#151d24"))
        c.fill(box(-13, -10, 13, 10, 4), iron, "down", outline=ramp("#151d24"))
        c.fill(disc(0, -h * 0.82, 46), ramp("#fff3b0"), "flat", soft=46, alpha=0.4)
        c.fill(
            polygon([(-11, -h * 0.72), (-17, -h * 0.9), (17, -h * 0.9), (11, -h * 0.72)]),
            ramp("#f2b632", "#ffe68a", "#fffbe0"),
            "ball",
            outline=ramp("#151d24"),
        )
        c.fill(
            polygon([(-22, -h * 0.89), (0, -h * 1.0), (22, -h * 0.89)], 2),
            iron,
            "bevel",
            outline=ramp("#151d24"),
        )

    def fence(self, c, w, h, r):
        line = ramp("#6d7876")
        for y in (-h * 0.62, -h * 0.26):
            c.fill(box(-w / 2, y - 5, w / 2, y + 5), WHITE, "down", outline=line)
        for k in range(w // 30):
            x, top = -w / 2 + 15 + 30 * k, -h * r.uniform(0.88, 1.0)
            c.fill(
                polygon(
                    [(x - 8, 10), (x - 8, top + 12), (x, top), (x + 8, top + 12), (x + 8, 10)], 1
                ),
                WHITE,
                "tube",
                gain=0.35,
                shift=0.15,
                outline=line,
            )

    def mushroom(self, c, w, h, r):
        cream = ramp("#b8a07c", "#ecdcb8", "#fffaf0")
        c.fill(
            union(
                box(-w * 0.15, -h * 0.55, w * 0.15, 10, 4),
                ellipse(0, 2, w * 0.22, h * 0.13),
                blend=8,
            ),
            cream,
            "tube",
            outline=ramp("#6d5434"),
        )
        c.fill(
            ellipse(0, -h * 0.47, w * 0.36, h * 0.1),
            ramp("#b99a6a", "#e3c894"),
            "down",
            outline=ramp("#6b1714"),
        )
        cap = cut(ellipse(0, -h * 0.46, w * 0.49, h * 0.53), box(-w, -h * 0.45, w, h))
        c.fill(
            cap,
            ramp("#96161a", "#d42a26", "#f4553c", "#ff9a78"),
            "ball",
            gain=0.6,
            outline=ramp("#5d0f12"),
        )
        for x, y, rad in (
            (-0.22, -0.62, 0.09),
            (0.05, -0.8, 0.11),
            (0.27, -0.6, 0.08),
            (0.02, -0.54, 0.06),
        ):
            c.fill(
                ellipse(w * x, h * y, w * rad, h * rad * 0.85), ramp("#ffffff"), "flat", atop=True
            )
