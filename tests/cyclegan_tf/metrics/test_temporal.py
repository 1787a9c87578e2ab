"""Shifts and warps of translations that move along, flicker, or hang on to a grid.

Exact flow is tested with the worlds; here it is taken as given.
"""

import numpy as np
import pytest

from cyclegan_tf.metrics.temporal import (
    SHIFTS,
    flow_difference,
    optical_flow,
    shift_error,
    warping_error,
    warping_ratio,
)
from data_pipeline.worlds import scroll


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(0).integers(0, 256, (20, 200, 3), np.uint8)


@pytest.fixture(scope="module")
def frames():
    return list(scroll("meadow2forest", num_frames=4, size=(60, 80), scale=0.125))


def invert(image):
    return 255 - image


def every_fourth(image):
    """Repeats each fourth column: what a generator that works in steps of 4 pixels may do."""
    return image[:, ::4].repeat(4, axis=1)[:, : image.shape[1]]


def test_a_pointwise_translation_moves_along(image):
    assert [shift_error(invert, image, shift) for shift in SHIFTS] == [0] * len(SHIFTS)


def test_a_grid_of_four_shows_at_odd_shifts_only(image):
    errors = {shift: shift_error(every_fourth, image, shift) for shift in SHIFTS}
    assert [errors[shift] for shift in (4, 16, 64)] == [0, 0, 0]
    assert min(errors[shift] for shift in (1, 2, 3)) > 20


def test_what_depends_on_the_whole_view_shows():
    ramp = np.repeat(np.arange(200, dtype=np.uint8)[None, :, None], 20, axis=0).repeat(3, axis=2)

    def centred(image):
        return (image - image.mean() + 100).clip(0, 255).round().astype(np.uint8)

    # Views 16 pixels apart have means 16 apart.
    assert shift_error(centred, ramp, 16) == pytest.approx(16, abs=0.6)


def test_borders_are_left_out(image):
    def framed(image):
        image = image.copy()
        image[:, :16] = image[:, -16:] = 0
        return image

    assert shift_error(framed, image, 4) == 0
    assert shift_error(framed, image, 4, margin=8) > 1


def test_too_narrow_is_nan():
    assert np.isnan(shift_error(invert, np.zeros((20, 80, 3), np.uint8), 64))


def test_warping_error_by_hand():
    now, following = np.zeros((1, 3, 3), np.uint8), np.zeros((1, 3, 3), np.uint8)
    now[0, :, 0] = [30, 60, 90]
    following[0, :, 0] = [0, 30, 63]
    flow = np.zeros((1, 3, 2))
    flow[..., 0] = 1  # to the right: the last pixel leaves the view
    # |30 - 30|, |63 - 60| in one of three channels
    assert warping_error(now, following, flow) == pytest.approx(3 / 6)
    occlusion = np.array([[False, True, False]])
    assert warping_error(now, following, flow, occlusion) == 0
    assert np.isnan(warping_error(now, following, flow, np.ones((1, 3), bool)))


def test_true_video_is_exact_and_flicker_is_measured_in_levels(frames):
    for now, following in zip(frames, frames[1:], strict=False):
        pair = now.image_b, following.image_b
        assert warping_error(*pair, now.flow, now.occlusion) == 0
        brighter = np.minimum(pair[1], 245) + np.uint8(10)
        assert 9 < warping_error(pair[0], brighter, now.flow, now.occlusion) <= 10


def test_ratio_is_one_for_the_true_video_and_grows_with_flicker(frames):
    trues, flows = [f.image_b for f in frames], [f.flow for f in frames]
    assert warping_ratio(trues, trues, flows) == (1, 1, 1)
    flicker = [np.minimum(t, 245) + np.uint8(10 * (i % 2)) for i, t in enumerate(trues)]
    assert warping_ratio(flicker, trues, flows).value > 2
    still = [np.zeros((4, 4, 3), np.uint8)] * 2
    assert np.isnan(warping_ratio(still, still, [np.zeros((4, 4, 2))] * 2)).all()


def test_interval_of_the_ratio_is_that_of_pairs_of_frames_drawn_anew():
    values = (0, 10, 20, 30, 40)  # the true video changes by 10 at each step
    trues, flows = [np.full((4, 4, 3), v, np.uint8) for v in values], [np.zeros((4, 4, 2))] * 5
    twice = [np.uint8(2) * image for image in trues]
    assert warping_ratio(twice, trues, flows) == pytest.approx((2, 2, 2))
    jump = [*twice[:4], trues[4]]  # from 60 to 40: the last step is another 20
    assert warping_ratio(jump, trues, flows) == pytest.approx((2, 2, 2))
    still = [*trues[:4], trues[3]]  # 10, 10, 10, 0
    value, low, high = warping_ratio(still, trues, flows)
    assert (value, high) == pytest.approx((0.75, 1))
    assert 0.2 <= low <= 0.5


def view(x, y):
    """A view of a wavy pattern, 64x96 pixels at (x, y)."""
    rows, columns = np.indices((64, 96)) + np.array([y, x])[:, None, None]
    waves = np.sin(columns / 3.1) + np.sin(rows / 4.3) + np.sin((columns + 2 * rows) / 7.7)
    return (waves[..., None] * 35 + 128).repeat(3, -1).astype(np.uint8)


def test_optical_flow_finds_what_moved_by_hand():
    for x, y in [(1, 0), (0, 2), (-3, 1)]:
        flow = optical_flow(view(0, 0), view(x, y))[12:-12, 12:-12]
        # The camera moves to (x, y), so what it sees moves the other way.
        np.testing.assert_allclose(flow.mean((0, 1)), (-x, -y), atol=0.1)
    flat = np.full((40, 50, 3), 90, np.uint8)
    np.testing.assert_array_equal(optical_flow(flat, flat), np.zeros((40, 50, 2)))


def test_flow_difference_is_of_motion_and_not_of_colours():
    trues, dark = [view(2 * i, 0) for i in range(3)], [view(2 * i, 0) // 2 for i in range(3)]
    assert flow_difference(trues, trues) == 0
    assert flow_difference(dark, trues) < 0.1
    slow = [view(i, 0) for i in range(3)]
    # 1 in x and 0 in y, but for the borders, where what is seen leaves the view.
    assert flow_difference(slow, trues) == pytest.approx(0.5, abs=0.2)
