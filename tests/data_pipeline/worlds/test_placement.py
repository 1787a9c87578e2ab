"""Tests of data_pipeline/worlds/placement.py."""

import pytest

from data_pipeline.worlds import make_layout
from data_pipeline.worlds.layout import SIZES, VARIANTS

LAYOUTS = [make_layout(seed) for seed in range(60)]


def ground_height(layout, x):
    """Height of the ground at x, restated: the last piece that reaches x, linear within it."""
    for (x0, y0), (x1, y1) in zip(layout.ground[:-1], layout.ground[1:], strict=True):
        if x0 <= x < x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return layout.ground[-1][1]


def test_layout_depends_on_its_arguments_alone():
    assert make_layout(5) == make_layout(5)
    assert make_layout(5) != make_layout(6)
    assert (make_layout(5, width=900).width, make_layout(5, height=700).height) == (900, 700)


def test_sizes_vary_as_real_maps_do():
    widths, heights = [w.width for w in LAYOUTS], [w.height for w in LAYOUTS]
    assert min(widths) < 1100 and max(widths) > 4000
    assert min(heights) < 700 and max(heights) > 2500
    assert all(w >= 800 and 600 <= h <= 3700 for w, h in zip(widths, heights, strict=True))


def test_ground_covers_the_width_with_steps_and_slopes():
    steps = slopes = 0
    for layout in LAYOUTS:
        assert layout.ground[0][0] == 0 and layout.ground[-1][0] == layout.width
        for (x0, y0), (x1, y1) in zip(layout.ground[:-1], layout.ground[1:], strict=True):
            assert x0 <= x1 and 0 < y1 < layout.height
            steps += x0 == x1 and y0 != y1
            slopes += x0 < x1 and y0 != y1
    assert steps > 100 and slopes > 100


def test_everything_stands_on_something():
    for layout in LAYOUTS:
        for prop in layout.props:
            on_platform = any(p.y == prop.y and p.x <= prop.x <= p.x1 for p in layout.platforms)
            assert on_platform or abs(prop.y - ground_height(layout, prop.x)) <= 5
            assert 0 <= prop.variant < VARIANTS and prop.size < len(SIZES[prop.kind])


def test_climbs_end_on_a_platform_or_on_the_ground():
    climbs = [(layout, climb) for layout in LAYOUTS for climb in layout.climbs]
    assert {climb.kind for _, climb in climbs} == {"ladder", "rope"}
    for layout, climb in climbs:
        assert any(p.y == climb.y0 and p.x < climb.x < p.x1 for p in layout.platforms)
        lands = any(p.y == climb.y1 and p.x < climb.x < p.x1 for p in layout.platforms)
        assert lands or abs(climb.y1 - ground_height(layout, climb.x)) <= 1


def test_one_can_stand_on_every_platform():
    for layout in LAYOUTS:
        for p in layout.platforms:
            xs = range(max(p.x, 0), min(p.x1, layout.width - 1), 15)
            assert all(ground_height(layout, x) - p.y > 100 for x in xs)


def test_every_kind_of_thing_occurs():
    kinds = {prop.kind for layout in LAYOUTS for prop in layout.props + layout.clouds}
    assert kinds == set(SIZES)


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match="seed must be an int >= 0; received -1"):
        make_layout(-1)
    with pytest.raises(ValueError, match="at least 320x240 .* pixels; received 100x600.*scale"):
        make_layout(0, width=100, height=600)
