"""Where clips go: places that can't be written, and how input and translation are arranged."""

import numpy as np
import pytest
from small_clips import Clip

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.writers import arrange, open_writer


def test_places_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "frame_000000.png").write_text("")
    for out, options, words in (
        ("file/out.mp4", {}, "cannot be written"),
        ("folder.mp4", {}, "is a folder"),
        ("used", {}, "holds frames already"),
        ("out.mov", {}, "unknown kind of video"),
        ("out.mp4", {"loop": True}, "for GIFs only"),
        ("out.gif", {"max_mb": 0}, "max_mb must be above 0"),
    ):
        with pytest.raises(VideoError, match=words):
            open_writer(tmp_path / out, Clip(1), **options)


def test_arrange_by_hand():
    real, fake = np.zeros((4, 8, 3), np.uint8), np.full((4, 8, 3), 200, np.uint8)
    assert arrange(real, fake) is fake
    beside = arrange(real, fake, "horizontal", 8)
    assert beside.shape == (2, 8, 3) and beside[0, 0, 0] < 20 < 180 < beside[0, -1, 0]
    assert arrange(real, fake, "vertical")[:, 0, 0].tolist() == [0] * 4 + [200] * 4
