"""Tests of data_pipeline/worlds/bold_sprites.py and of what each bold theme draws."""

import numpy as np
import pytest

from data_pipeline.worlds import bold_sprites
from data_pipeline.worlds.themes.bold import BOLD, BOLD_PREFIX
from data_pipeline.worlds.themes.bold.base import LENGTH

SCALE = 0.25


def pieces():
    """(theme, kind, size) of each piece that a theme asks for."""
    for theme, style in BOLD.items():
        yield from ((theme, "pendant", depth) for depth in style.pendants)
        yield from ((theme, kind, 1 if kind == "bush" else 0) for kind in style.hung)
        if style.ceilings:
            yield theme, "ceiling", 0
        if style.floats:
            yield theme, "afloat", 0
        if style.stems:
            yield theme, "foot", 1
        if style.has_unders:
            yield theme, "under", 4


def strips():
    """(theme, kind, size) of each strip that a theme asks for."""
    for theme, style in BOLD.items():
        yield from ((theme, "column", depth) for depth in style.columns)
        yield from ((theme, "cord", depth) for depth in style.pendants)
        if style.has_chains or style.has_tethers:
            yield theme, "cord", 0
        if style.stems:
            yield theme, "stem", 2


@pytest.mark.parametrize(("theme", "kind", "size"), list(pieces()))
def test_pieces_are_not_cut_off(theme, kind, size):
    x0, y0, x1, y1 = (side * SCALE for side in bold_sprites._box(kind, size))
    for variant in (0, 3):
        sprite = bold_sprites.piece(BOLD_PREFIX + theme, SCALE, kind, size, variant)
        solid = np.asarray(sprite.solid) > 0
        rows, cols = (np.flatnonzero(solid.any(axis)) for axis in (1, 0))
        assert solid.sum() > 40
        if kind != "ceiling":  # whose girders go on from piece to piece
            assert x0 + 1 <= cols[0] + sprite.x and cols[-1] + sprite.x <= x1 - 2, "left or right"
        if kind != "foot":
            assert rows[-1] + sprite.y <= y1 - 2, "below"
        if kind in ("pendant", "afloat", "foot"):
            assert rows[0] + sprite.y >= y0 + 1, "above"


@pytest.mark.parametrize(("theme", "kind", "size"), list(strips()))
def test_strips_go_on_without_a_seam(theme, kind, size):
    """The step where a strip begins again is no larger than the largest steps inside."""
    sprite = bold_sprites.strip(BOLD_PREFIX + theme, SCALE, kind, size, 0)
    period = round(LENGTH * SCALE)
    assert sprite.image.height == 2 * period
    colours = np.dstack([np.asarray(sprite.image), np.asarray(sprite.alpha)]).astype(int)
    steps = np.abs(np.diff(colours, axis=0)).mean((1, 2))
    inside = np.delete(steps, period - 1)
    assert steps[period - 1] <= 1.25 * inside.max()
    half = bold_sprites._HALF[kind][size] * SCALE
    assert -half < sprite.x and sprite.x + sprite.image.width < half, "cut off at a side"


@pytest.mark.parametrize("theme", [t for t, style in BOLD.items() if style.ceilings])
def test_the_ceiling_goes_on_without_a_seam(theme):
    steps = BOLD[theme].ceilings
    sprite = bold_sprites.ceiling_sprite(BOLD_PREFIX + theme, SCALE, steps)
    alpha = np.asarray(sprite.alpha)
    edge = round(30 * SCALE)
    assert sprite.y == -edge and alpha[edge].min() > 128, "closed at the map's edge"
    colours = np.asarray(sprite.image)[alpha.min(1) > 250].astype(int)
    inside = np.abs(np.diff(colours, axis=1)).mean((0, 2))
    assert np.abs(colours[:, 0] - colours[:, -1]).mean() <= 1.25 * inside.max()
    assert 2400 * SCALE < sprite.image.width < 3400 * SCALE


def test_mist_closes_downwards():
    mask = np.asarray(bold_sprites.mist(3, 64))
    assert mask.shape == (64, 3) and mask[0].max() <= 4 and mask[-1].min() >= 250
    assert (np.diff(mask[:, 0].astype(int)) >= 0).all()
