"""Tests of data_pipeline/worlds/themes/nature.py."""

import numpy as np

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.themes import nature
from data_pipeline.worlds.themes.base import Peaks

GREEN, BLUE = ramp("#103010", "#80c080"), ramp("#101030", "#8080c0")
PEAKS = Peaks.of(1, 0, 1920, 430)


def ridge(tones, **options):
    canvas = Canvas((0, -430, 1920, 0), 0.1, wrap=(True, False))
    nature.hills(canvas, 1920, 1, PEAKS, tones, **options)
    return canvas.alpha


def test_hills_have_the_same_line_in_all_colours():
    np.testing.assert_array_equal(ridge(GREEN), ridge(BLUE, how="down", grain=0.2))


def test_hills_wrap_and_the_back_ridge_is_higher():
    front, back = (ridge(GREEN, back=back).sum(0) for back in (False, True))
    assert np.abs(front[0] - front[-1]) < 2
    assert back.mean() > 1.5 * front.mean()


def test_foliage_stays_about_its_lobes():
    canvas = Canvas((-60, -60, 60, 60), 0.5)
    nature.foliage(canvas, [(0, 0, 30)], GREEN, Stream("a"), leaf=10)
    distance = np.hypot(canvas.x, canvas.y)
    assert canvas.alpha[distance < 24].min() > 0.99 and canvas.alpha[distance > 44].max() == 0


def test_tufts_stand_up_and_hang_down():
    canvas = Canvas((0, -30, 100, 30), 1.0)
    nature.tufts(canvas, 10, 90, GREEN, Stream("a"), up=13, down=20)
    rows = canvas.y[canvas.alpha.max(1) > 0.5, 0]
    assert -13 <= rows.min() < -8 and 13 < rows.max() <= 20
