"""GIFs of clips: one palette, times, and a size not to exceed."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from small_clips import Clip, same

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import Frame
from cyclegan_tf.video.gif_writer import GifWriter
from cyclegan_tf.video.sources import open_video
from cyclegan_tf.video.translate import convert_video


def test_a_gif_has_one_palette(tmp_path):
    convert_video(Clip(12), tmp_path / "out.gif", same, stabilize="off", say=print)
    data = (tmp_path / "out.gif").read_bytes()
    with Image.open(tmp_path / "out.gif") as image:
        assert image.n_frames == 12 and "loop" not in image.info  # plays once
    for i, frame in enumerate(open_video(tmp_path / "out.gif")):  # made for all frames, not one
        assert abs(int(frame.pixels.mean()) - 7 * i) < 4
    positions = [i for i in range(len(data) - 9) if data[i : i + 4] == b"\x21\xf9\x04\x04"]
    assert data[10] & 0x80  # a global one
    for position in positions:
        descriptor = position + 8
        assert data[descriptor] == 0x2C and not data[descriptor + 9] & 0x80  # none of its own


def test_a_budget_lowers_colours_then_width_then_rate(tmp_path, capsys):
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 256, (40, 60, 3), np.uint8) for _ in range(12)]
    clip = Clip(12, size=(40, 60))
    clip._frames = lambda: (
        Frame(x, i * clip.time_base, clip.time_base) for i, x in enumerate(noise)
    )

    def made(max_mb):
        convert_video(clip, tmp_path / "out.gif", same, stabilize="off", max_mb=max_mb, say=print)
        frames = list(open_video(tmp_path / "out.gif"))
        assert frames[-1].time + frames[-1].duration == Fraction(48, 100)  # whatever was dropped
        return len(frames), frames[0].pixels.shape[1], (tmp_path / "out.gif").stat().st_size / 1e6

    full = made(None)
    assert full[:2] == (12, 60) and capsys.readouterr().out == ""
    seen = [made(full[2] * share) for share in (0.8, 0.4, 0.06)]
    said = capsys.readouterr().out.splitlines()
    assert seen[0][:2] == (12, 60) and "256 colours" not in said[0]
    assert seen[1][0] == 12 and seen[1][1] < 60 and "32 colours" in said[1]
    assert seen[2][0] < 12 and seen[2][1] == 18
    assert all(
        size <= full[2] * share for (*_, size), share in zip(seen, (0.8, 0.4, 0.06), strict=True)
    )
    made(1e-5)
    assert "still more than" in capsys.readouterr().out


def test_frames_of_another_size_are_refused_and_what_was_done_stays(tmp_path):
    writer = GifWriter(tmp_path / "out.gif")
    writer.write(Frame(np.zeros((32, 32, 3), np.uint8), Fraction(0), Fraction(1, 25)))
    with pytest.raises(VideoError, match=r"frames must have one size.*\(32, 32\).*\(32, 34\)"):
        writer.write(Frame(np.zeros((32, 34, 3), np.uint8), Fraction(1, 25), Fraction(1, 25)))
    writer.close()
    assert len(list(open_video(tmp_path / "out.gif"))) == 1


def test_no_frames_or_a_change_of_mind_leave_nothing(tmp_path):
    GifWriter(tmp_path / "out.gif").close()
    writer = GifWriter(tmp_path / "out.gif")
    writer.write(Frame(np.zeros((32, 32, 3), np.uint8), Fraction(0), Fraction(1, 25)))
    writer.discard()
    assert not list(tmp_path.iterdir())
