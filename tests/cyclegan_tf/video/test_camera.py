"""The camera's motion: by hand, with parallax, in the worlds."""

import numpy as np
import pytest

from cyclegan_tf.video.camera import Camera, camera_motion
from data_pipeline.worlds import PAIRS, scroll


def noise(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def test_motion_of_noise_by_hand():
    wide = noise(90, 120)
    assert camera_motion(wide[10:70, 20:100], wide[10:70, 20:100]) == (0, 0)
    assert camera_motion(wide[10:70, 20:100], wide[7:67, 25:105]) == (5, -3)
    assert camera_motion(noise(60, 80, 1), noise(60, 80, 2)) == (0, 0)  # nothing to be seen
    assert camera_motion(np.full((60, 80, 3), 9, np.uint8), wide[:60, :80]) == (0, 0)


def test_the_foreground_wins_over_a_larger_background_and_a_repeating_pattern():
    def view(x):
        back = noise(100, 400, 1)[:, x // 2 : x // 2 + 160].copy()
        bricks = np.tile(noise(30, 16, 2), (1, 30, 1))  # repeats every 16 pixels
        bricks[:, ::37] = 255  # but for its joints
        back[70:] = bricks[:, x : x + 160]
        return back

    for x in (0, 9, 30):
        assert camera_motion(view(x), view(x + 6)) == (6, 0)


@pytest.mark.parametrize("pair", PAIRS)
def test_worlds_are_followed_exactly(pair):
    for path in ("pan", "tour"):
        camera, first = Camera(), None
        for frame in scroll(pair, path=path, num_frames=5, size=(120, 180), scale=0.25, seed=3):
            first = first or frame.offset
            true = tuple(a - b for a, b in zip(frame.offset, first, strict=True))
            assert camera(frame.image_a) == true


def test_frames_of_two_sizes_are_refused():
    with pytest.raises(ValueError, match="must have one size"):
        camera_motion(noise(20, 20), noise(20, 24))


def test_gray_frames_have_one_channel():
    wide = noise(90, 120)[..., :1]
    assert camera_motion(wide[10:70, 20:100], wide[7:67, 25:105]) == (5, -3)
