"""Tests of data_pipeline/worlds/bold_painter.py: the pictures at structure=1 and their truth."""

import numpy as np
import pytest

from data_pipeline.worlds import CLASSES, PAIRS, bold_sprites, dataset, make_layout, render, scroll
from data_pipeline.worlds.bold_painter import BoldPainter, open_painter
from data_pipeline.worlds.capture import DEPTH_OF_CLASS
from data_pipeline.worlds.dataset import map_specs
from data_pipeline.worlds.painter import Painter
from data_pipeline.worlds.themes.bold import BOLD

LAYOUT = make_layout(309, width=1400, height=760)
SCALE = 0.25
THEMES = [theme for pair in PAIRS.values() for theme in pair]
CAPTURES = {
    structure: {t: render(LAYOUT, t, scale=SCALE, structure=structure) for t in THEMES}
    for structure in (0, 1)
}


def borders(labels):
    """Where one class meets another."""
    edge = np.zeros(labels.shape, bool)
    edge[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    edge[1:] |= labels[1:] != labels[:-1]
    return edge


def grown(mask):
    """The mask and its neighbours up and down, left and right."""
    for axis in (0, 1):
        mask = mask | np.roll(mask, 1, axis) | np.roll(mask, -1, axis)
    return mask


def share_in_place(a, b):
    """Which share of the silhouettes of A is found in B, to a pixel, beyond chance.

    Those of what one stands on are left out: they are the same in both themes by promise.
    """
    solid = [CLASSES.index(kind) for kind in ("ground", "platform", "ladder", "rope")]
    here = borders(a) & ~grown(grown(np.isin(a, solid)))
    near = grown(borders(b))
    found, chance = near[here].mean(), near.mean()
    return (found - chance) / (1 - chance)


@pytest.mark.parametrize("pair", PAIRS)
def test_fewer_silhouettes_stay_in_place(pair):
    """The point of it: of what stands, hangs or floats, less is found in the other theme."""
    shares = []
    for structure in (0, 1):
        a, b = (CAPTURES[structure][theme].labels for theme in PAIRS[pair])
        shares.append([share_in_place(a, b), share_in_place(b, a)])
    plain, bold = np.array(shares)
    assert (bold < plain).all() and bold.mean() < 0.75 * plain.mean(), (plain, bold)


@pytest.mark.parametrize("theme", THEMES)
def test_structure_0_is_what_was_drawn_before(theme):
    """`test_render.py` pins it; here: naming 0 changes no pixel, and naming 1 changes many."""
    plain = render(LAYOUT, theme, scale=SCALE)
    for got, want in zip(CAPTURES[0][theme], plain, strict=True):
        np.testing.assert_array_equal(got, want)
    assert (CAPTURES[1][theme].image != plain.image).any(-1).mean() > 0.02
    assert type(open_painter(LAYOUT, theme, 1.0, (0, 0, 9, 9), 0)) is Painter


@pytest.mark.parametrize("theme", ["forest", "candy"])
def test_drawn_anew_it_is_the_same(theme):
    bold_sprites.strip.cache_clear(), bold_sprites.piece.cache_clear()
    bold_sprites.ceiling_sprite.cache_clear()
    again = render(LAYOUT, theme, scale=SCALE, structure=1)
    for got, want in zip(again, CAPTURES[1][theme], strict=True):
        np.testing.assert_array_equal(got, want)


def test_processes_draw_the_same_as_one():
    specs = map_specs("candy2clocktown", "val", "b", num_maps=2, scale=0.1, structure=1)
    one, two = (
        dataset.render_many(dataset._render_image, specs, n, progress=False) for n in (1, 2)
    )
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("pair", PAIRS)
def test_what_one_stands_on_stays(pair):
    """Ground below its surface, ladders and ropes cover the same pixels as in structure 0."""
    for theme in PAIRS[pair]:
        plain, bold = (CAPTURES[s][theme].labels for s in (0, 1))
        for kind in ("ladder", "rope", "house", "fence"):
            mask = plain == CLASSES.index(kind)
            if kind in ("house", "fence"):  # behind stems and larger things, for a part
                assert (bold[mask] == CLASSES.index(kind)).mean() > 0.75, kind
            else:
                assert (bold[mask] == CLASSES.index(kind)).all(), kind
        for (x0, y0), (x1, y1) in zip(LAYOUT.ground[:-1], LAYOUT.ground[1:], strict=True):
            x, y = (round((a + b) / 2 * SCALE) for a, b in ((x0, x1), (y0, y1)))
            if x1 - x0 > 60 and x < plain.shape[1]:
                np.testing.assert_array_equal(plain[y + 4 :, x], bold[y + 4 :, x])
        np.testing.assert_array_equal(
            CAPTURES[1][theme].depth, DEPTH_OF_CLASS[CAPTURES[1][theme].labels]
        )


@pytest.mark.parametrize("theme", [t for t in THEMES if BOLD[t].stems])
def test_trees_span_the_map_where_the_layout_has_them(theme):
    """A tree on the ground is a stem, labelled tree, from its foot to above the first platform."""
    labels, tree = CAPTURES[1][theme].labels, CLASSES.index("tree")
    on_ground = [
        p
        for p in LAYOUT.props
        if p.kind == "tree" and not any(q.y == p.y and q.x <= p.x <= q.x1 for q in LAYOUT.platforms)
    ]
    assert on_ground
    for prop in on_ground:
        x = round(prop.x * SCALE)
        column = labels[: round(prop.y * SCALE), max(0, x - 8) : x + 9]
        tall = (column == tree).any(1)
        hidden = np.isin(column, [CLASSES.index(k) for k in ("ground", "platform")]).any(1)
        assert (tall | hidden).mean() > 0.85


@pytest.mark.parametrize("theme", [t for t in THEMES if BOLD[t].ceilings])
def test_a_ceiling_is_ground_and_has_no_gap(theme):
    row = CAPTURES[1][theme].labels[0]
    assert np.isin(row, [i for i, d in enumerate(DEPTH_OF_CLASS) if d == 5]).all()
    assert (row == CLASSES.index("ground")).mean() > 0.8


@pytest.mark.parametrize("theme", [t for t in THEMES if BOLD[t].hung])
def test_what_hangs_from_a_platform_is_labelled_below_it(theme):
    bush, hung = CLASSES.index("bush"), 0
    for prop in LAYOUT.props:
        for p in LAYOUT.platforms:
            if prop.kind == "bush" and p.y == prop.y and p.x <= prop.x <= p.x1:
                x, y = round(prop.x * SCALE), round(p.y * SCALE)
                part = CAPTURES[1][theme].labels[y : y + 42, max(0, x - 20) : x + 20]
                hung += (part == bush).any()
    assert hung


@pytest.mark.parametrize("theme", ["reef", "clocktown", "snowpeak"])
def test_a_view_shows_what_the_whole_map_shows(theme):
    """A window at a camera's place has the pixels of the whole map for that camera."""
    w, h = (round(side * SCALE) for side in (LAYOUT.width, LAYOUT.height))
    camera = (120, 20)
    whole = open_painter(LAYOUT, theme, SCALE, (0, 0, w, h), 1, mixed=True)
    part = open_painter(LAYOUT, theme, SCALE, (*camera, 150, 120), 1, mixed=True)
    for painter in (whole, part):
        assert isinstance(painter, BoldPainter)
        painter.paint(camera)
    window = (slice(camera[1], camera[1] + 120), slice(camera[0], camera[0] + 150))
    np.testing.assert_array_equal(part.capture().image, whole.capture().image[window])
    np.testing.assert_array_equal(part.capture().labels, whole.capture().labels[window])


@pytest.mark.parametrize("pair", ["meadow2forest", "candy2clocktown"])
def test_flow_leads_to_the_same_pixel_of_the_next_frame(pair):
    options = {"size": (120, 160), "scale": SCALE, "structure": 1}
    frames = list(scroll(pair, seed=3, path="tour", num_frames=3, **options))
    for now, then in zip(frames[:-1], frames[1:], strict=True):
        rows, cols = np.nonzero(~now.occlusion)
        step = now.flow[rows, cols].astype(int)
        for a, b in ((now.image_a, then.image_a), (now.image_b, then.image_b)):
            np.testing.assert_array_equal(b[rows + step[:, 1], cols + step[:, 0]], a[rows, cols])
        assert (~now.occlusion).mean() > 0.2


@pytest.mark.parametrize("structure", [2, -1, 0.5])
def test_other_structures_are_refused(structure):
    message = rf"structure must be 0 \(.*\) or 1 \(bold\); received {structure}\."
    with pytest.raises(ValueError, match=message):
        render(LAYOUT, "forest", structure=structure)
    with pytest.raises(ValueError, match=message):
        map_specs("meadow2forest", "val", "a", structure=structure)
    with pytest.raises(ValueError, match=message):
        scroll("meadow2forest", structure=structure)


def test_unknown_themes_are_refused():
    for theme in ("moon", "bold forest"):
        with pytest.raises(ValueError, match=f"theme must be one of meadow, .* received '{theme}'"):
            render(LAYOUT, theme, structure=1)
