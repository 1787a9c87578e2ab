"""Candy: an island of sweets in pastel. Icing over layered cake, lollipops, gingerbread houses.

Not here: trees, houses and all that stands on the ground (`candy.py`).
"""

import numpy as np

from data_pipeline.worlds.shapes import (
    box,
    cut,
    disc,
    ellipse,
    polygon,
    stroke,
    union,
    wobble,
)
from data_pipeline.worlds.textures import cells, noise
from data_pipeline.worlds.themes.base import Theme, hills, ramp

PINK = ramp("#e0609c", "#ff96c2", "#ffc4de", "#fff0f6")
MINT = ramp("#4cb89c", "#8ce4c8", "#c4f6e4", "#f4fffa")
LEMON = ramp("#e0b040", "#ffdc78", "#fff2b4", "#fffce8")
LILAC = ramp("#8c70d0", "#b8a0f0", "#dccffc", "#f8f4ff")
PEACH = ramp("#f08458", "#ffb890", "#ffdcc4", "#fff4ec")
CAKE = ramp("#c0783c", "#e0a05c", "#f4c888", "#fde6b8")
DEEP = ramp("#7a4024", "#9c5830", "#bc7844", "#d89c64")
BISCUIT = ramp("#8a4a1e", "#b8702e", "#dc9a4e", "#f4c47c")
CHOCO = ramp("#3c1c14", "#643020", "#8c4a30", "#c08058")
CREAM = ramp("#e0c4c8", "#fbeae6", "#ffffff")
RED = ramp("#c01c44", "#f0406c", "#ff90a8")
INK = ramp("#84345c")
SWEETS = (PINK, MINT, LEMON, LILAC, PEACH)


def stripes(width, tilt=1.0):
    """Light for a body of two-coloured twist: a function for `how=`."""
    return lambda x, y, d: (np.floor((y + tilt * x) / width) % 2) * 0.9


CANE = ramp("#f0305c", "#ff6c8c", "#ffe4ea", "#ffffff")


class CandyLand(Theme):
    """Sky, backdrops, ground, platforms, ladders, ropes and clouds."""

    light = (-0.5, -0.85)
    sky = ("#8cc8fa", "#b4d6fc", "#dcd8fc", "#fbd4ee", "#fff0dc")
    depths = ("#e4ccf4", "#f8c0dc", "#a8e4cc")

    def air(self, c, r):
        for _ in range(60):
            x, y, q = r.uniform(0, 1200), r.uniform(0, 1800), r.uniform(4, 10)
            star = polygon(
                [
                    (
                        x + q * (1 if k % 2 else 0.38) * np.sin(k * np.pi / 4),
                        y - q * (1 if k % 2 else 0.38) * np.cos(k * np.pi / 4),
                    )
                    for k in range(8)
                ]
            )
            c.fill(star, ramp("#ffffff"), "flat", alpha=0.75)

    def sun(self, c, r):
        for k, colour in enumerate(("#ffb0c8", "#ffd8a0", "#fff6b0", "#b8f0d0", "#b4d8ff")):
            q = 230 - 22 * k
            c.fill(cut(disc(0, 60, q), disc(0, 60, q - 22)), ramp(colour), "flat", alpha=0.6)

    def backdrop(self, c, depth, w, h, peaks, r):
        if depth == 0:
            for x, top in peaks.spots:
                q = r.uniform(80, 130)
                tones = r.choice(
                    (
                        ramp("#d4b8ec", "#e8d4f8", "#f8ecff"),
                        ramp("#f0b8d8", "#fad0e6", "#ffeaf4"),
                        ramp("#b8d8f0", "#d4eaf8", "#f0faff"),
                    )
                )
                c.fill(
                    polygon(
                        [
                            (x - q * 0.9, -top + q * 1.2),
                            (x + q * 0.9, -top + q * 1.2),
                            (x + q * 0.5, 40),
                            (x - q * 0.5, 40),
                        ]
                    ),
                    ramp("#dcb8b0", "#ecd0c0", "#f8e4d4"),
                    "tube",
                    texture=lambda u, v: (
                        -0.3
                        * ((np.abs((u + v) % 40 - 20) < 2.5) | (np.abs((u - v) % 40 - 20) < 2.5))
                    ),
                )
                scoop = union(
                    disc(x, -top + q, q),
                    *(disc(x + q * 0.9 * k, -top + q * 1.3, q * 0.3) for k in (-1, -0.35, 0.35, 1)),
                    blend=14,
                )
                c.fill(scoop, tones, "ball", gain=0.5)
            hills(c, w, 0, peaks, ramp("#d4b8ec", "#e4ccf4", "#f6e8fe"), width=50, gain=0.4)
        elif depth == 1:
            for x, top in peaks.spots:
                half = r.uniform(60, 120)
                tones = r.choice(
                    (
                        ramp("#f09cc0", "#f8c0dc", "#ffe4f0"),
                        ramp("#f4c89c", "#fcdcbc", "#fff2e0"),
                        ramp("#b8a8ec", "#d0c4f8", "#ece6ff"),
                    )
                )
                drop = union(
                    box(x - half, -top, x + half, 60, half * 0.9),
                    ellipse(x, -40, half * 1.12, 60),
                    blend=20,
                )
                c.fill(drop, tones, "bevel", width=half * 0.8, gain=0.55)
                for _ in range(12):
                    c.fill(
                        disc(x + half * r.uniform(-0.7, 0.7), -top * r.uniform(0.2, 0.9), 4),
                        ramp("#ffffff"),
                        "flat",
                        alpha=0.7,
                        atop=True,
                    )
            for back in (True, False):
                hills(
                    c,
                    w,
                    1,
                    peaks,
                    ramp("#f0a0c4", "#f8c0dc", "#ffdcec"),
                    back=back,
                    width=50,
                    gain=0.4,
                )
        else:
            for x, top in peaks.spots:
                q = r.uniform(28, 46)
                top -= q
                tones = r.choice(
                    (
                        ramp("#68c8a8", "#9ce4c8", "#d0f8e8"),
                        ramp("#ec88b4", "#f8b4d2", "#ffdcec"),
                        ramp("#e8c070", "#f8dca0", "#fff2d0"),
                    )
                )
                c.fill(box(x - 4, -top, x + 4, 20), CREAM, "tube")
                c.fill(
                    disc(x, -top, q),
                    tones,
                    lambda u, v, d, x=x, top=top: (
                        0.5
                        + 0.5 * np.sin(np.hypot(u - x, v + top) / 4 + np.arctan2(v + top, u - x))
                    ),
                    gain=0.35,
                )
            hills(c, w, 2, peaks, ramp("#7cd0b4", "#a8e4cc", "#d8f8ec"), width=40, gain=0.5)

    def soil(self, c, deep):
        def crumb(x, y):
            wrap = (720, 720)
            wave = y + 12 * (noise(x, y, 120, 3, wrap) - 0.5)
            edge, tone = cells(x, y, 24, 4, wrap)
            hole = np.where((tone > 0.6) & (edge > 0.4), -0.24, 0.0)
            jam = np.abs(wave % 120 - 60) < 10
            return np.where(jam, 0.0, hole + 0.3 * (noise(x, y, 12, 2, wrap) - 0.5))

        tones = DEEP if deep else CAKE
        c.fill(box(-1, -1, 721, 721), tones, "flat", texture=crumb)

        def near(x, y):
            bent = (y + 12 * (noise(x, y, 120, 3, (720, 720)) - 0.5)) % 120
            return np.clip((10.5 - np.abs(bent - 60)) * c.scale, 0, 1)

        c.glaze("#c8587a" if deep else "#ff86ac", near)

    def wall(self, c):
        c.fill(
            box(0, -1, 24, 241),
            BISCUIT,
            lambda u, v, d: np.clip(1 - u / 14, 0, 1) + 0 * v,
            alpha=0.5,
        )
        c.fill(box(-3, -1, 3, 241), BISCUIT, "tube", outline=ramp("#7a3c1c"))

    def cap(self, c, x0, x1, r):
        x, drips = x0 + 12.0, []
        while x < x1 - 12:
            drop, q = r.uniform(22, 52), r.uniform(9, 15)
            drips.append(stroke([(x, 4), (x, drop)], q, q * 0.85))
            x += r.uniform(22, 48)
        for drip in drips:
            c.fill(drip, PINK, "bevel", width=10, outline=INK)
        c.fill(
            wobble(box(x0, -6, x1, 24, 13), 3, 40, 4, c.period),
            PINK,
            "down",
            gain=0.3,
            shift=0.1,
            outline=INK,
        )
        for drip in drips:
            a, b, e, f = drip.box
            c.fill(
                stroke(
                    [((a + e) / 2, 10), ((a + e) / 2, f - (e - a) / 2)],
                    (e - a) / 2 - 2,
                    (e - a) / 2 - 3,
                ),
                PINK,
                "flat",
                shift=-0.05,
            )
            c.fill(ellipse(a + (e - a) * 0.3, f - 14, 2.6, 5), ramp("#ffffff"), "flat", alpha=0.9)
        c.fill(box(x0 + 6, -4, x1 - 6, 2, 3), ramp("#ffffff"), "flat", alpha=0.7)
        for _ in range(int((x1 - x0) / 15)):  # sprinkles
            x, y, turn = r.uniform(x0 + 10, x1 - 10), r.uniform(4, 20), r.uniform(0, 3.14)
            dx, dy = 5 * np.cos(turn), 5 * np.sin(turn)
            c.fill(
                stroke([(x - dx, y - dy), (x + dx, y + dy)], 2.4),
                r.choice((MINT, LEMON, LILAC, RED)),
                "flat",
                shift=-0.15,
            )

    def platform(self, c, w, r):
        """A filled wafer."""
        for y0, y1, tones in ((4, 24, BISCUIT), (36, 56, BISCUIT), (22, 40, CREAM)):
            inset = 6 if tones is BISCUIT else 10
            grid = None
            if tones is BISCUIT:
                grid = lambda x, y: -0.3 * ((x % 16 < 2.5) | (np.abs(y % 10) < 2)) + 0 * x  # noqa: E731
            c.fill(
                wobble(box(inset, y0, w - inset, y1, 5), 2 if grid is None else 0.5, 16, 3),
                tones,
                "bevel",
                width=8,
                texture=grid,
                outline=ramp("#7a3c1c"),
            )
        self.cap(c, -3, w + 3, r)

    def ladder(self, c):
        """Liquorice with sugar rungs."""
        for k, y in enumerate(range(15, 240, 30)):
            c.fill(
                box(-18, y - 5, 18, y + 5, 5),
                (PINK, MINT, LEMON, LILAC)[k % 4],
                "down",
                outline=INK,
            )
        for x in (-16, 16):
            c.fill(
                box(x - 5, -300, x + 5, 540),
                CANE,
                lambda u, v, d: 0.9 * (np.floor((v + u) / 10) % 2),
                outline=INK,
            )

    def rope(self, c):
        """A twist of toffee."""
        c.fill(
            box(-6, -300, 6, 540),
            ramp("#4cb8c8", "#8ce0e8", "#ffffff"),
            lambda u, v, d: 0.5 + 0.5 * np.sin((v + 1.6 * u) * 2 * np.pi / 24),
            gain=0.5,
            outline=ramp("#2c7c98"),
        )

    def cloud(self, c, w, h, r):
        """Spun sugar, in a swirl."""
        tones = r.choice((PINK, LILAC, MINT))
        tones = ramp("#f0b0d4", "#fbd4e8", "#fff0f8") if tones is PINK else tones
        spots = [
            (0, -0.5, 0.42),
            (-0.24, -0.38, 0.34),
            (0.24, -0.4, 0.32),
            (-0.4, -0.22, 0.2),
            (0.4, -0.22, 0.2),
        ]
        body = cut(
            union(*(disc(w * x, h * y, h * q) for x, y, q in spots), blend=10), box(-w, 0, w, 40)
        )
        c.fill(body, tones, "bevel", width=h * 0.4, gain=0.5, shift=0.15, outline=ramp("#d88cc0"))
        for x, y, q in spots[:3]:
            pts = [
                (w * x + h * q * t / 9 * np.cos(t), h * y + h * q * t / 9 * np.sin(t))
                for t in np.linspace(0.5, 7.5, 22)
            ]
            c.fill(stroke(pts, 2.6, 4), tones, "flat", shift=-0.22)
