"""mp4 files: the sound and the last frame's duration, and frames that differ in size.

What comes out of a whole conversion is tested in test_translate.py.
"""

import os
from fractions import Fraction

import av
import numpy as np
import pytest
from made_clips import corner, make_clip
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


def test_sound_of_joined_clips_goes_on(tmp_path):
    wave = np.sin(np.arange(48000) / 20).astype(np.float32)[None] / 2

    def set_up(container, _):
        voice = container.add_stream("aac", rate=48000, layout="mono")
        samples = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        samples.sample_rate, samples.pts = 48000, 0
        container.mux([*voice.encode(samples), *voice.encode()])

    one = make_clip(tmp_path / "one.ts", [corner(i % 8) for i in range(25)], set_up=set_up)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(one.read_bytes() * 2)
    video = open_video(joined)
    writer = open_writer(tmp_path / "out.mp4", video)
    for frame in video:
        writer.write(frame)
    writer.close()
    with av.open(str(tmp_path / "out.mp4")) as container:
        picture, sound = container.streams
        assert picture.frames == 50 and picture.duration * picture.time_base == 2
        assert 2 <= sound.duration * sound.time_base < 2.1


def test_files_get_the_permissions_that_others_do(tmp_path):
    before = os.umask(0o077)
    try:
        writer = open_writer(tmp_path / "out.mp4", Clip(1))
        writer.write(Frame(np.zeros((32, 32, 3), np.uint8), Fraction(0), Fraction(1, 25)))
        writer.close()
    finally:
        os.umask(before)
    assert (tmp_path / "out.mp4").stat().st_mode & 0o777 == 0o600
