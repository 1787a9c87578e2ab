"""Tests of data_pipeline/worlds/canvas.py."""

import numpy as np
import pytest

from data_pipeline.worlds.canvas import Canvas, ramp
from data_pipeline.worlds.shapes import box, disc

RED = ramp("#ff0000")


def test_ramp_meets_its_stops():
    tones = ramp("#000000", "#ff0000", "#ffffff")
    assert tones.shape == (256, 3)
    np.testing.assert_allclose(tones[[0, 255]], [[0, 0, 0], [1, 1, 1]])
    np.testing.assert_allclose(tones[127:129].mean(0), [1, 0, 0], atol=0.01)


@pytest.mark.parametrize("scale", [0.25, 1.0, 2.0])
def test_area_is_that_of_the_shape_at_every_scale(scale):
    """Anti-aliased coverage adds up to pi r^2: it's drawn at this scale, not resized."""
    canvas = Canvas((-20, -20, 20, 20), scale)
    canvas.fill(disc(1.3, -0.7, 12), RED)
    assert canvas.alpha.sum() == pytest.approx(np.pi * (12 * scale) ** 2, rel=0.02)


def test_half_covered_pixel():
    canvas = Canvas((0, 0, 4, 1), 1.0)
    canvas.fill(box(0, -9, 2.5, 9), RED, "flat")
    assert canvas.to_rgba()[0].tolist()[:2] == [[255, 0, 0, 255]] * 2
    assert canvas.to_rgba()[0].tolist()[2:] == [[255, 0, 0, 128], [0, 0, 0, 0]]


def test_light_comes_from_the_light():
    grey = ramp("#000000", "#ffffff")
    for light in ((-1.0, 0.0), (1.0, 0.0)):
        for how in ("bevel", "ball", "tube"):
            canvas = Canvas((-10, -10, 10, 10), 1.0, light)
            canvas.fill(disc(0, 0, 8), grey, how)
            tones = canvas.to_rgba()[10, :, 0].astype(int)
            assert np.sign(tones[4] - tones[15]) == -np.sign(light[0]), how


def test_outline_is_at_least_a_pixel_wide_when_small():
    canvas = Canvas((-40, -40, 40, 40), 0.25)
    canvas.fill(disc(0, 0, 30), RED, "flat", outline=ramp("#0000ff"))
    rgba = canvas.to_rgba().astype(int)
    blue = (rgba[..., 2] > 128) & (rgba[..., 3] > 128)
    assert 2 <= blue[10].sum() <= 6 and 2 <= blue[:, 10].sum() <= 6  # on both sides


def test_tiles_go_on_at_the_other_edge():
    canvas = Canvas((0, 0, 16, 16), 1.0, wrap=(True, True))
    canvas.fill(disc(0, 0, 5), RED)
    alpha = canvas.alpha
    np.testing.assert_allclose(alpha, alpha[::-1, ::-1], atol=1e-5)
    assert alpha[0, 0] == alpha[-1, -1] == alpha[0, -1] == 1 and alpha[8, 8] == 0


def test_atop_paints_only_on_paint():
    canvas = Canvas((0, 0, 8, 8), 1.0)
    canvas.fill(box(0, 0, 4, 8), RED)
    before = canvas.alpha.copy()
    canvas.fill(box(0, 0, 8, 8), ramp("#00ff00"), atop=True)
    np.testing.assert_array_equal(canvas.alpha, before)
    assert canvas.to_rgba()[4, 2].tolist() == [0, 255, 0, 255]


def test_unknown_light_is_an_error():
    with pytest.raises(ValueError, match="how must be 'flat', 'bevel', .* received 'shiny'"):
        Canvas((0, 0, 8, 8), 1.0).fill(disc(4, 4, 3), RED, "shiny")
