"""Tests of data_pipeline/worlds/scroll.py: flow is checked by warping, pixel by pixel."""

import numpy as np
import pytest

from data_pipeline.worlds import PAIRS, scroll

SMALL = {"size": (120, 160), "scale": 0.25}


@pytest.mark.parametrize("path", ["pan", "climb", "tour"])
@pytest.mark.parametrize("pair", ["meadow2forest", "candy2clocktown"])
def test_flow_leads_to_the_same_pixel_of_the_next_frame(pair, path):
    frames = list(scroll(pair, seed=3, path=path, num_frames=4, **SMALL))
    for now, then in zip(frames[:-1], frames[1:], strict=True):
        rows, cols = np.nonzero(~now.occlusion)
        step = now.flow[rows, cols].astype(int)
        assert (step == now.flow[rows, cols]).all(), "whole pixels"
        for a, b in ((now.image_a, then.image_a), (now.image_b, then.image_b)):
            np.testing.assert_array_equal(b[rows + step[:, 1], cols + step[:, 0]], a[rows, cols])
        assert 0.4 < (~now.occlusion).mean() < 0.99


def test_wrong_flow_would_be_seen():
    now, then = scroll("meadow2forest", seed=3, num_frames=2, **SMALL)
    rows, cols = np.nonzero(~now.occlusion[:, 8:-8])
    still = then.image_a[rows, cols + 8] == now.image_a[rows, cols + 8]
    assert still.all(-1).mean() < 0.7


def test_foreground_moves_against_the_camera_and_backgrounds_less():
    now, then = scroll("meadow2forest", seed=0, num_frames=2, **SMALL)
    camera = then.offset[0] - now.offset[0]
    assert camera == 2 and then.offset[1] == now.offset[1]
    assert set(np.unique(now.flow[..., 1])) == {0}
    assert now.flow[..., 0].min() == -camera and now.flow[..., 0].max() <= 0
    assert (now.flow[-8:, :, 0] == -camera).mean() > 0.9  # the ground


def test_occlusion_holds_what_leaves_the_view():
    now, then = scroll("meadow2forest", seed=0, num_frames=2, **SMALL)
    x = np.arange(160)[None] + now.flow[..., 0]
    assert now.occlusion[(x < 0) | (x >= 160)].all() and (x < 0).any()


def test_scroll_is_deterministic_and_lazy():
    frames = scroll("highland2twilight", seed=5, num_frames=300, size=(48, 48), scale=0.1)
    again = scroll("highland2twilight", seed=5, num_frames=300, size=(48, 48), scale=0.1)
    for a, b in zip(*(next(zip(f, strict=False)) for f in (frames, again)), strict=True):
        np.testing.assert_array_equal(a.image_b, b.image_b)
        np.testing.assert_array_equal(a.occlusion, b.occlusion)


@pytest.mark.parametrize(("change", "message"), [
    ({"pair": "x"}, "pair must be one of .* received 'x'"),
    ({"path": "zoom"}, "path must be one of pan, climb, tour; received 'zoom'"),
    ({"num_frames": 0}, "num_frames must be at least 1 .* received 0"),
    ({"scale": 9}, r"scale must be in \[0.1, 2\]; received 9"),
])  # fmt: skip
def test_errors_come_at_once(change, message):
    with pytest.raises(ValueError, match=message):
        scroll(**({"pair": next(iter(PAIRS))} | change))
