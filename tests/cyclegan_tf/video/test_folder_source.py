"""Reading folders of pictures: order, one size, damage."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.sources import open_video


def test_a_folder_is_in_the_order_of_its_numbers(tmp_path):
    for i in (10, 2, 1):
        Image.fromarray(np.full((8, 9, 3), i, np.uint8)).save(tmp_path / f"frame{i}.png")
    video = open_video(tmp_path, fps=20)
    assert [f.pixels[0, 0, 0] for f in video] == [1, 2, 10]
    assert [f.time for f in video] == [0, Fraction(1, 20), Fraction(1, 10)]
    Image.fromarray(np.zeros((8, 10, 3), np.uint8)).save(tmp_path / "frame11.png")
    with pytest.raises(VideoError, match="frames must have one size"):
        list(open_video(tmp_path))


def test_damaged_frames_are_counted_or_an_error(tmp_path, write_pictures):
    folder = tmp_path / "frames"
    write_pictures(folder, [(36, 52)] * 4)
    (folder / "m2.png").write_bytes((folder / "m2.png").read_bytes()[:200])
    video = open_video(str(folder), direction="a2b")
    assert len(list(video)) == 3
    assert video.num_skipped == 1
    with pytest.raises(VideoError, match=r"m2\.png"):
        list(open_video(str(folder), direction="a2b", skip_bad=False))
