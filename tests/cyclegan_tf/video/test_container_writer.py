"""mp4 files: the sound and the last frame's duration, and frames that differ in size.

What comes out of a whole conversion is tested in test_translate.py.
"""

from fractions import Fraction

import numpy as np
import pytest
from small_clips import Clip

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import Frame
from cyclegan_tf.video.sources import open_video
from cyclegan_tf.video.writers import open_writer


def test_frames_of_another_size_are_refused_and_what_was_done_stays(tmp_path):
    writer = open_writer(tmp_path / "out.mp4", Clip(2))
    writer.write(Frame(np.zeros((32, 32, 3), np.uint8), Fraction(0), Fraction(1, 25)))
    writer.write(Frame(np.zeros((32, 34, 3), np.uint8), Fraction(1, 25), Fraction(1, 25)))
    with pytest.raises(VideoError, match="frames must have one size"):
        writer.close()
    assert len(list(open_video(tmp_path / "out.mp4"))) == 1
