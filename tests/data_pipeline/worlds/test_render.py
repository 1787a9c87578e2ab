"""Tests of data_pipeline/worlds/render.py, painter.py and the themes: labels, pinned pictures."""

import json
from pathlib import Path

import numpy as np
import pytest

from data_pipeline.worlds import CLASSES, PAIRS, make_layout, render
from data_pipeline.worlds.capture import DEPTH_OF_CLASS
from data_pipeline.worlds.layout import RATIOS
from data_pipeline.worlds.painter import layer_shift
from data_pipeline.worlds.themes import THEMES, get_theme

LAYOUT = make_layout(309, width=1400, height=760)
SCALE = 0.25
CAPTURES = {theme: render(LAYOUT, theme, scale=SCALE) for theme in THEMES}
PINNED = json.loads(Path(__file__).with_name("thumbnails.json").read_text())


def thumbnail(image):
    """Mean colours of a 4x6 grid of fields, a coarse checksum."""
    h, w = image.shape[0] // 4 * 4, image.shape[1] // 6 * 6
    return image[:h, :w].reshape(4, h // 4, 6, w // 6, 3).mean((1, 3))


@pytest.mark.parametrize("theme", THEMES)
def test_pictures_are_pinned(theme):
    """The same picture on every machine, to within 1/255; and so is the map of classes."""
    capture = CAPTURES[theme]
    want = PINNED[theme]
    np.testing.assert_allclose(thumbnail(capture.image), want["colours"], atol=1.0)
    counts = np.bincount(capture.labels.ravel(), minlength=len(CLASSES)) / capture.labels.size
    np.testing.assert_allclose(counts, want["classes"], atol=0.002)


def test_pinned_pictures_can_fail():
    """Another layout is another picture: the checksum isn't blind."""
    other = render(make_layout(42, width=1400, height=760), "meadow", scale=SCALE)
    want = np.array(PINNED["meadow"]["colours"])
    assert np.abs(thumbnail(other.image) - want).max() > 20


def test_capture_shapes_and_types():
    for capture in CAPTURES.values():
        assert capture.image.shape == (190, 350, 3) and capture.image.dtype == np.uint8
        assert capture.labels.shape == capture.depth.shape == (190, 350)
        assert capture.labels.max() < len(CLASSES)
        np.testing.assert_array_equal(capture.depth, DEPTH_OF_CLASS[capture.labels])


@pytest.mark.parametrize("pair", PAIRS)
def test_pairs_are_aligned(pair):
    """What one stands on is the same pixels in both themes; props fill about the same boxes.

    Grass, icicles and the rims of platforms differ by design, so solid ground is compared from a
    few pixels below its surface on.
    """
    a, b = (CAPTURES[theme].labels for theme in PAIRS[pair])
    name = CLASSES.index
    for x in range(5, 345, 7):
        xs, ys = zip(*LAYOUT.ground, strict=True)
        y = np.interp(x / SCALE, xs, ys) * SCALE
        steps = [p[0] * SCALE for p in LAYOUT.ground]
        if min(abs(x - step) for step in steps) < 4:
            continue
        rows = slice(int(y) + 4, None)
        solid = [name("ground"), name("platform"), name("ladder"), name("rope")]
        assert np.isin(a[rows, x], solid).all() and np.isin(b[rows, x], solid).all()
    assert (DEPTH_OF_CLASS[a] == DEPTH_OF_CLASS[b]).mean() > 0.75
    for kind in ("ground", "platform", "ladder", "house", "tree", "lamp", "fence"):
        both, either = (
            ((a == name(kind)) & (b == name(kind))),
            ((a == name(kind)) | (b == name(kind))),
        )
        assert either.sum() > 50 and both.sum() / either.sum() > 0.4, kind


@pytest.mark.parametrize("pair", PAIRS)
def test_themes_of_a_pair_differ_in_more_than_colour(pair):
    """In palette, and in texture and shape: edges of luminance lie elsewhere."""
    a, b = (CAPTURES[theme].image.astype(float) for theme in PAIRS[pair])
    assert np.abs(a - b).mean() > 35
    edges = []
    for image in (a, b):
        grey = image.mean(-1)
        edges.append(np.hypot(*np.gradient((grey - grey.mean()) / grey.std())).ravel())
    assert np.corrcoef(*edges)[0, 1] < 0.6


def test_scale_draws_natively():
    """A quarter-scale map is crisper than the full one resized, and otherwise the same picture."""
    full = render(LAYOUT, "meadow").image.astype(float)
    small = CAPTURES["meadow"].image.astype(float)
    h, w = small.shape[:2]
    resized = full[: h * 4, : w * 4].reshape(h, 4, w, 4, 3).mean((1, 3))
    assert np.abs(small - resized).mean() < 12
    contrast = [np.abs(np.diff(image, axis=1)).mean() for image in (small, resized)]
    assert contrast[0] > 1.1 * contrast[1]


def test_camera_moves_the_backgrounds_only():
    moved = render(LAYOUT, "forest", scale=SCALE, camera=(400, 100))
    still = CAPTURES["forest"]
    near = (still.depth == 5) & (moved.depth == 5)
    opaque = np.abs(still.image.astype(int) - moved.image).max(-1)[near] == 0
    assert opaque.mean() > 0.85  # the rest: soft rims and glows over a moved background
    assert (moved.image[still.depth < 5] != still.image[still.depth < 5]).any(-1).mean() > 0.5


def test_layers_move_by_their_ratios():
    layout = make_layout(1, width=2000, height=1600)
    for depth, (rx, ry) in enumerate(RATIOS):
        assert layer_shift(layout, 1.0, depth, (100, 1000)) == (round(100 * (1 - rx)), 0)
        assert layer_shift(layout, 1.0, depth, (0, 0)) == (0, round(-1000 * (1 - ry)))
    assert layer_shift(layout, 1.0, 5, (100, 0)) == (0, 0)
    assert all(a[0] < b[0] for a, b in zip(RATIOS[:-1], RATIOS[1:], strict=True))


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match=r"scale must be in \[0.1, 2\]; received 0.01"):
        render(LAYOUT, "meadow", scale=0.01)
    with pytest.raises(ValueError, match="theme must be one of meadow, forest, .* received 'moon'"):
        get_theme("moon")
