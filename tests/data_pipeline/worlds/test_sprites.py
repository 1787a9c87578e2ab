"""Tests of data_pipeline/worlds/sprites.py and of each element of each theme."""

import numpy as np
import pytest

from data_pipeline.worlds import sprites
from data_pipeline.worlds.layout import SIZES, UNIT
from data_pipeline.worlds.themes import THEMES

SCALE = 0.25
LARGE = ("tree", "house", "lamp", "fence", "mushroom", "cloud")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", SIZES)
def test_props_fill_their_box(theme, kind):
    """Each element fills its layout's box, about, and stays inside its picture."""
    size = len(SIZES[kind]) - 1
    w, h = (side * SCALE for side in SIZES[kind][size])
    sprite = sprites.prop_sprite(theme, SCALE, kind, size, 1)
    solid = np.asarray(sprite.solid) > 0
    rows, cols = np.nonzero(solid)
    rows, cols = rows + sprite.y, cols + sprite.x
    assert 0.5 * w < np.ptp(cols) + 1 < 1.3 * w, "width"
    assert 0.6 * h < -rows.min() < 1.2 * h, "height above its base"
    if kind != "cloud":
        assert rows.max() >= -2, "it must reach the ground"
    alpha = np.asarray(sprite.alpha)
    assert max(alpha[0].max(), alpha[:, 0].max(), alpha[:, -1].max()) < 128, "cut off"


@pytest.mark.parametrize("theme", THEMES)
def test_variants_differ(theme):
    seen = {
        np.asarray(sprites.prop_sprite(theme, SCALE, "tree", 0, v).image).tobytes()
        for v in range(4)
    }
    assert len(seen) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_tiles_are_opaque_and_surfaces_closed(theme):
    over = round(-sprites.CAP_BOX[0] * SCALE)
    for strip in sprites.cap_strips(theme, SCALE):
        assert strip.shape[1] == sprites.CAP_PERIOD * SCALE
        assert strip[over + 1, :, 3].min() > 180, "the ground's surface has holes"
    platform = np.asarray(sprites.platform_sprite(theme, SCALE, 4, 0).solid) > 0
    wide = platform[over].sum() / (4 * UNIT * SCALE)
    assert 0.9 < wide < 1.15
    climb = np.asarray(sprites.climb_sprite(theme, SCALE, "ladder").solid) > 0
    assert climb.any(1).all(), "a ladder has no gaps"


@pytest.mark.parametrize("theme", THEMES)
def test_soil_repeats_without_a_seam(theme):
    """The step across the tile's edge is no larger than the largest steps inside."""
    tile = np.asarray(sprites.soil_tile(theme, SCALE, False)).astype(int)
    for image in (tile, tile.swapaxes(0, 1)):
        seam = np.abs(image[:, 0] - image[:, -1]).mean()
        inside = np.abs(np.diff(image, axis=1)).mean((0, 2))
        assert seam <= 1.25 * inside.max()


def test_the_upper_part_of_a_strip():
    strip = sprites.climb_sprite("meadow", SCALE, "ladder")
    part = strip.upper(20)
    assert part.image.size == part.alpha.size == part.solid.size == (strip.image.width, 20)
    np.testing.assert_array_equal(np.asarray(part.image), np.asarray(strip.image)[:20])
    assert (part.x, part.y) == (strip.x, 0)
    assert strip.upper(10_000).image.size == strip.image.size
