"""Tests of data_pipeline/worlds/themes/parts.py."""

import numpy as np
import pytest

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.themes import parts

X = (np.arange(144) + 0.5)[None].astype(np.float32)
Y = (np.arange(144) + 0.5)[:, None].astype(np.float32)


def test_places_along_a_line_keep_their_distances():
    places = list(parts.along(10, 200, Stream("a"), 5, 9))
    assert places[0] == 10 and 191 <= places[-1] < 200
    assert all(5 <= b - a < 9 for a, b in zip(places[:-1], places[1:], strict=True))


def test_a_step_is_drawn_after_what_stands_at_the_place():
    """Pictures depend on it: steps and details come from one stream."""
    stream, restated = Stream("a"), Stream("a")
    place = 0.0
    for found in parts.along(0, 50, stream, 5, 9):
        assert found == place
        assert stream.uniform() == restated.uniform()
        place += restated.uniform(5, 9)


@pytest.mark.parametrize("x1", [90, 100, 101, 250])
def test_slabs_cover_the_line(x1):
    slabs = list(parts.slabs(0, x1, Stream("a"), (30, 40), 16))
    ends = [x + wide for x, wide in slabs]
    assert [x for x, _ in slabs] == [0, *ends[:-1]] and ends[-1] == x1
    assert all(16 <= wide < 40 + 16 for _, wide in slabs)


def test_panels_are_centred():
    assert list(parts.panels(120, 30)) == [-45, -15, 15, 45]


def test_profile_is_in_shares_of_the_size():
    assert parts.profile(100, 20, 50, [(-1, 0), (0.5, 0.8)]) == [(80, 0), (110, -40)]


def test_glow_fades_out():
    canvas = Canvas((-20, -20, 20, 20), 1.0)
    parts.glow(canvas, 0, 0, 16, ramp("#ffffff"), 0.5)
    row = canvas.alpha[20, 20:]
    assert row[0] == pytest.approx(0.5, abs=0.01) and row[16:].max() == 0
    assert (np.diff(row) <= 0).all()


def test_masonry_has_seams_and_repeats():
    stones = parts.masonry(24, 12, wrap=(72, 36))
    tones = stones(X, Y)
    assert tones[0].mean() < tones[6].mean() - 0.2  # mortar between two rows
    bricks = parts.masonry(24, 12, tint=0.0)(X, Y)
    np.testing.assert_allclose(bricks[:72, :72], bricks[72:, 72:], atol=0.17)  # but for roughness
    np.testing.assert_allclose(parts.masonry(24, 12, 0.5, wrap=(72, 36))(X, Y), tones / 2)


def test_twist_repeats_with_its_pitch():
    light = parts.twist(16, 1.5)(X, Y, None)
    np.testing.assert_allclose(light[:128], light[16:], atol=1e-4)
    assert 0 <= light.min() < 0.01 and 0.99 < light.max() <= 1
