"""GIFs of a few pictures: every frame, at its pace."""

import numpy as np
import pytest
from PIL import Image, ImageSequence

from cyclegan_tf.errors import ImageError
from cyclegan_tf.video.gif import pan, write_gif


def picture(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def test_gif_has_all_frames_and_its_pace(tmp_path):
    frames = [np.full((6, 9, 3), value, np.uint8) for value in (0, 128, 255)]
    write_gif(tmp_path / "new" / "x.gif", iter(frames), fps=20)
    with Image.open(tmp_path / "new" / "x.gif") as gif:
        read = np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(gif)])
        assert gif.info["duration"] == 50  # milliseconds a frame
        assert gif.info["loop"] == 0  # endlessly
    assert read.shape[:3] == (3, 6, 9)
    np.testing.assert_allclose(read[..., 0].mean(axis=(1, 2)), [0, 128, 255], atol=3)
    with pytest.raises(ImageError, match="cannot be written"):
        write_gif(tmp_path / "new" / "x.gif" / "y.gif", frames)


def test_pictures_of_two_sizes_are_refused_and_leave_nothing(tmp_path):
    frames = [picture(6, 9), picture(6, 8)]
    with pytest.raises(ImageError, match=r"frames must have one size.*received \(6, 8\)"):
        write_gif(tmp_path / "x.gif", frames)
    assert not list(tmp_path.iterdir())


def test_pan_goes_from_edge_to_edge():
    one = np.arange(10, dtype=np.uint8).reshape(1, 10, 1).repeat(3, axis=2)
    frames = list(pan([one, 255 - one], width=4, num_frames=3, gap=1))
    assert [frame[1, 1:5, 0].tolist() for frame in frames] == [
        [0, 1, 2, 3],
        [3, 4, 5, 6],
        [6, 7, 8, 9],
    ]
    np.testing.assert_array_equal(frames[1][3, 1:5, 0], 255 - frames[1][1, 1:5, 0])


def test_pan_of_a_picture_narrower_than_the_window_stands_still():
    frames = list(pan([picture(2, 3)], width=8, num_frames=2))
    np.testing.assert_array_equal(frames[0], frames[1])
