"""Frames on the grid of the map, by hand."""

import numpy as np
import pytest

from cyclegan_tf.video.frame_aligner import FrameAligner


def noise(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("offset", [(0, 0), (1, 2), (-3, -5), (103, 40)], ids=str)
def test_a_frame_is_cut_out_as_it_was_laid(offset):
    frame, aligner = noise(35, 50), FrameAligner(35, 50)
    laid = aligner.lay(frame, offset)
    assert laid.shape == (*aligner.shape, 3) and laid.dtype == np.float32
    np.testing.assert_array_equal(np.rint((aligner.cut(laid, offset) + 1) * 127.5), frame)


def test_a_pixel_of_the_map_keeps_its_place_on_the_grid():
    wide, aligner = noise(100, 100), FrameAligner(35, 50)
    for x, y in [(0, 0), (1, 0), (0, 1), (7, 21), (18, 31)]:
        laid = aligner.lay(wide[y : y + 35, x : x + 50], (x, y))
        places = np.argwhere((np.rint((laid + 1) * 127.5) == wide[32, 44]).all(-1))
        # (44, 32) of the map: first of a column of 4, and in each frame in the same row of 16.
        assert any((p % (16, 4) == (32 % 16, 0)).all() for p in places)


def test_all_offsets_share_one_working_size_with_room_for_each():
    assert FrameAligner(35, 50).shape == (64, 80)  # 35 + 15, 50 + 15, up to multiples of 16
    assert FrameAligner(37, 52, moves=False).shape == (40, 52)
    assert FrameAligner(1, 1).shape == (16, 16)
