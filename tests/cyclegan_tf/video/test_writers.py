"""Writing clips: what is left after an interruption, places that can't be written, memory.

What comes out of a whole conversion is tested in test_video.py.
"""

import resource
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.errors import VideoError
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.sources import Frame, Video, open_video
from cyclegan_tf.video.translate import ahead, convert_video
from cyclegan_tf.video.writers import arrange, open_writer


class Clip(Video):
    """Gray frames out of nothing, one brighter than the other."""

    def __init__(self, count, size=(48, 64), rate=25):
        super().__init__("clip", size, rate, Fraction(1, rate), count)
        self.count = count

    def _frames(self):
        for i in range(self.count):
            pixels = np.full((*self.size, 3), i * 7 % 256, np.uint8)
            yield Frame(pixels, i * self.time_base, self.time_base, offset=(i, 0))


def same(image):
    """Stands for a Translator: with it, only reading and writing take part."""
    return image


def interrupts(after):
    """Ctrl-C after so many frames, as it comes: where the command shows its progress."""

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


def test_frames_of_another_size_are_refused_and_what_was_done_stays(tmp_path):
    writer = open_writer(tmp_path / "out.mp4", Clip(2))
    writer.write(Frame(np.zeros((32, 32, 3), np.uint8), Fraction(0), Fraction(1, 25)))
    writer.write(Frame(np.zeros((32, 34, 3), np.uint8), Fraction(1, 25), Fraction(1, 25)))
    with pytest.raises(VideoError, match="frames must have one size"):
        writer.close()
    assert len(list(open_video(tmp_path / "out.mp4"))) == 1


def test_arrange_by_hand():
    real, fake = np.zeros((4, 8, 3), np.uint8), np.full((4, 8, 3), 200, np.uint8)
    assert arrange(real, fake) is fake
    beside = arrange(real, fake, "horizontal", 8)
    assert beside.shape == (2, 8, 3) and beside[0, 0, 0] < 20 < 180 < beside[0, -1, 0]
    assert arrange(real, fake, "vertical")[:, 0, 0].tolist() == [0] * 4 + [200] * 4


def test_ahead_hands_on_errors_and_stops_with_its_user():
    taken = []

    def numbers():
        for i in range(100):
            taken.append(i)
            yield i
        raise ValueError("the end")

    some = ahead(numbers(), 3)
    assert [next(some) for _ in range(5)] == list(range(5))
    some.close()
    assert len(taken) <= 5 + 3 + 2
    with pytest.raises(ValueError, match="the end"):
        list(ahead(numbers(), 3))


def test_memory_does_not_grow_with_the_clip(run_python):
    # In a process of its own, as other tests may have needed more than this one would.
    found = run_python(__file__)
    assert found.returncode == 0, found.stderr
    few, many = map(int, found.stdout.split())
    assert many <= 1.05 * few


def peak_memory(translator, count, folder):
    """Returns the most that this process has held, in KiB, after a clip of so many frames."""
    clip = Clip(count, size=(96, 128))  # 1000 frames of it: 37 MB in uint8, 147 in float32
    convert_video(clip, folder / "out.mp4", translator, say=lambda line: None)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    from cyclegan_tf.model.networks import resnet_generator

    smallest = Translator(resnet_generator(2, 1, upsampling="resize", seed=3), "float32")
    with tempfile.TemporaryDirectory() as scratch:
        print(*(peak_memory(smallest, count, Path(scratch)) for count in (100, 1000)))
