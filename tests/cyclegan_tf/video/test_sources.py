"""Opening clips: thinning, whatever the kind of source, and options that are refused."""

import pytest

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.sources import open_video


def milliseconds(clip):
    return [round(f.time * 1000) for f in clip], [round(f.duration * 1000) for f in clip]


def test_every_and_fps_drop_frames_and_keep_the_length(write_clip, tmp_path):
    path = write_clip(tmp_path / "in.mp4", count=10)  # 25 frames per second
    assert milliseconds(open_video(path, every=4)) == ([0, 160, 320], [160, 160, 80])
    video = open_video(path, fps=10)
    assert milliseconds(video) == ([0, 120, 200, 320], [120, 80, 120, 80])
    assert (video.rate, video.num_frames) == (10, 4)
    assert milliseconds(open_video(path, fps=60))[0] == [40 * i for i in range(10)]


def test_every_below_1_is_refused(tmp_path):
    with pytest.raises(VideoError, match="every must be at least 1"):
        open_video(tmp_path, every=0)
