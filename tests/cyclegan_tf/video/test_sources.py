"""Opening clips: thinning, whatever the kind of source, and options that are refused."""

from fractions import Fraction

import numpy as np
import pytest

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import Frame, Video
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


class Rounded(Video):
    """One frame per tick of `rate`, by a clock of milliseconds."""

    def __init__(self, rate, number):
        super().__init__("x", (1, 1), rate, Fraction(1, 1000), number)

    def _frames(self):
        times = [Fraction(round(1000 * i / self.source_rate), 1000) for i in range(61)]
        for time, end in zip(times, times[1:], strict=False):
            yield Frame(np.zeros((1, 1, 3), np.uint8), time, end - time)


@pytest.mark.parametrize(
    "rate, fps, kept", [(30, 30, 60), (60, 60, 60), (60, 30, 30), (30, 10, 20)]
)
def test_rounded_clocks_keep_the_frames_that_they_should(rate, fps, kept):
    video = Rounded(rate, 60)
    video.source_rate = rate
    video.thin(fps=Fraction(fps))
    frames = list(video)
    assert len(frames) == video.num_frames == kept
    assert {round(frame.duration * fps) for frame in frames} == {1}


def test_a_rate_of_ntsc_is_its_own():
    rate = Fraction(30000, 1001)
    video = Rounded(rate, 60)
    video.source_rate = rate
    video.thin(fps=Fraction("29.97"))
    assert len(list(video)) == 60
