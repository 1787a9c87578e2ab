"""What Ctrl-C leaves of a clip: a file that plays, with all that was done."""

import av
import pytest
from small_clips import Clip, same

from cyclegan_tf.errors import ClipInterrupted
from cyclegan_tf.video.background import InBackground
from cyclegan_tf.video.sources import open_video
from cyclegan_tf.video.translate import convert_video


def interrupts(after):
    """Ctrl-C after some frames, raised where the command shows its progress."""

    def progress(frames, total):
        for i, frame in enumerate(frames):
            if i == after:
                raise KeyboardInterrupt
            yield frame

    return progress


@pytest.mark.parametrize("name", ["out.mp4", "out.webm", "out.gif"])
def test_an_interruption_leaves_what_was_done(tmp_path, name):
    options = {"stabilize": "off", "progress": interrupts(25), "say": print}
    with pytest.raises(KeyboardInterrupt):
        convert_video(Clip(40), tmp_path / name, same, **options)
    frames = list(open_video(tmp_path / name))
    assert len(frames) == 25
    assert abs(int(frames[20].pixels.mean()) - 140) < 6
    assert [p.name for p in tmp_path.iterdir()] == [name]  # no scratch files


@pytest.mark.parametrize("handed_over", [False, True])
def test_the_frames_of_the_file_are_told_whenever_it_comes(tmp_path, monkeypatch, handed_over):
    write = InBackground.write

    def interrupted(self, frame):
        if frame.offset == (9, 0) and not handed_over:
            raise KeyboardInterrupt
        write(self, frame)
        if frame.offset == (9, 0):  # written, but nobody has counted it yet
            raise KeyboardInterrupt

    monkeypatch.setattr(InBackground, "write", interrupted)
    with pytest.raises(ClipInterrupted) as caught:
        convert_video(Clip(40), tmp_path / "out.mp4", same, stabilize="off", say=print)
    assert caught.value.num_frames == len(list(open_video(tmp_path / "out.mp4"))) == 9 + handed_over


def test_interrupted_sound_ends_with_the_picture(write_clip, tmp_path):
    video = open_video(write_clip(tmp_path / "in.mp4", count=50, sound="aac"))
    options = {"stabilize": "off", "progress": interrupts(10), "say": print}
    with pytest.raises(KeyboardInterrupt):
        convert_video(video, tmp_path / "out.mp4", same, **options)
    with av.open(str(tmp_path / "out.mp4")) as container:
        sound = container.streams.audio[0]
        assert 0.35 < sound.duration * sound.time_base < 0.5  # 10 frames at 25 per second


def test_the_last_frame_lasts_as_long_as_it_did(write_clip, tmp_path):
    ticks = [0, 30, 100, 130]
    video = open_video(write_clip(tmp_path / "in.mp4", ticks=ticks, last=400))
    for name in ("out.mp4", "out.gif"):
        convert_video(video, tmp_path / name, same, stabilize="off", say=print)
        last = list(open_video(tmp_path / name))[-1]
        assert (round(last.time * 1000), round(last.duration * 1000)) == (130, 400)
