"""GIF, APNG, WebP and AVIF: frames and times as they were written, and as Pillow reads them."""

import numpy as np
import pytest
from made_clips import corner, refusal
from PIL import ExifTags, Image, ImageDraw, ImageSequence

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.sources import open_video
from cyclegan_tf.video.writers import open_writer
from data_pipeline.decoding import flatten_alpha

DELAYS = [100, 50, 200, 30]  # milliseconds


def sprites(mode="RGBA"):
    """A disc that moves over nothing, so that frames differ in parts only."""
    frames = []
    for i in range(4):
        frame = Image.new("RGBA", (41, 33), (0, 0, 0, 0))
        draw = ImageDraw.Draw(frame)
        draw.ellipse([i * 8, 4, i * 8 + 8, 20], fill=(250 - 40 * i, 60 * i, 30, 255))
        frames.append(frame if mode == "RGBA" else Image.fromarray(corner(i)).convert(mode))
    return frames


def save(path, frames, **options):
    options = {"duration": DELAYS, "save_all": True, **options}
    frames[0].save(path, append_images=frames[1:], **options)
    return path


def by_pillow(path):
    with Image.open(path) as image:
        frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(image)]
    return [flatten_alpha(np.asarray(frame)) for frame in frames]


def shown(frame):
    return flatten_alpha(frame.pixels) if frame.pixels.shape[-1] == 4 else frame.pixels


@pytest.mark.parametrize(
    "name, mode, options",
    [
        ("a.gif", "RGBA", {"disposal": 2}),
        ("a.gif", "RGBA", {"disposal": 1}),
        ("a.gif", "RGBA", {"disposal": 3}),
        ("a.gif", "RGB", {"disposal": 0}),
        ("a.png", "RGBA", {"disposal": 1, "blend": 1}),
        ("a.png", "RGBA", {"disposal": 1, "blend": 0}),
        ("a.png", "RGBA", {"disposal": 2, "blend": 1}),
        ("a.png", "RGB", {}),
        ("a.png", "P", {}),
        ("a.png", "L", {}),
        ("a.webp", "RGBA", {"lossless": True}),
        ("a.webp", "RGBA", {"quality": 80}),
        ("a.webp", "RGB", {"lossless": True}),
        ("a.webp", "RGB", {"quality": 80, "allow_mixed": True}),
    ],
)
def test_frames_and_times_are_those_of_pillow(tmp_path, name, mode, options):
    path = save(tmp_path / name, sprites(mode), **options)
    video = open_video(path)
    frames, expected = list(video), by_pillow(path)
    assert [round(f.duration * 1000) for f in frames] == DELAYS
    assert [round(f.time * 1000) for f in frames] == [0, 100, 150, 350]
    assert len(expected) == 4 and video.size == expected[0].shape[:2]
    for frame, pixels in zip(frames, expected, strict=True):
        if options.get("disposal") != 2 or name != "a.png":  # Pillow forgets to restore the frame
            np.testing.assert_array_equal(shown(frame), pixels)
    assert [f.pixels.tolist() for f in video] == [f.pixels.tolist() for f in frames]  # once more
    if "lossless" in options or mode != "P" and name == "a.png":
        for frame, picture in zip(frames, sprites(mode), strict=True):
            known = flatten_alpha(np.asarray(picture.convert("RGBA")))
            np.testing.assert_array_equal(shown(frame), known)
    assert {f.pixels.shape[-1] for f in frames} == {4 if mode == "RGBA" else 3}
    if name.endswith("webp"):
        assert (video.num_frames, round(float(video.rate), 3)) == (4, round(4 / 0.38, 3))


def test_an_animated_avif_is_read_to_its_end(tmp_path):
    path = save(tmp_path / "a.avif", sprites("RGB"), duration=100, quality=95)
    video = open_video(path)
    frames = [frame.pixels for frame in video]
    assert len(frames) == 4 and video.notes == []
    for frame, pixels in zip(frames, by_pillow(path), strict=True):
        np.testing.assert_allclose(frame[8:, 12:-12], pixels[8:, 12:-12], atol=4)


def test_the_picture_for_those_who_cannot_animate_is_no_frame(tmp_path):
    frames = [Image.new("RGB", (48, 32), "black"), *sprites("RGB")]
    path = save(tmp_path / "a.png", frames, default_image=True)
    assert len(by_pillow(path)) == 5
    frames = [frame.pixels for frame in open_video(path)]
    for frame, pixels in zip(frames, by_pillow(path)[1:], strict=True):
        np.testing.assert_array_equal(frame, pixels)


def test_frames_of_no_duration_last_as_long_as_in_browsers(tmp_path):
    for name in ("a.gif", "a.webp"):
        path = save(tmp_path / name, sprites("RGB"), duration=[0, 40, 50, 20], lossless=True)
        times = [round(frame.duration * 1000) for frame in open_video(path)]
        assert times == [100, 40, 50, 20], name


def test_a_webp_that_was_cut_off_is_one_line(tmp_path):
    path = save(tmp_path / "a.webp", sprites("RGB"), quality=90)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(VideoError, match=refusal("a WebP that was cut off")):
        open_video(path)


def test_a_damaged_webp_ends_where_it_is_damaged(tmp_path):
    path = save(tmp_path / "a.webp", sprites("RGB"), quality=90)
    data = bytearray(path.read_bytes())
    data[-60:] = b"\xff" * 60
    path.write_bytes(data)
    video = open_video(path)
    assert len(list(video)) == video.num_frames == 3 and video.num_skipped == 1
    with pytest.raises(VideoError, match=r"a\.webp: frame 3 is damaged"):
        open_video(path, skip_bad=False)


@pytest.mark.parametrize("name", ["a.png", "a.webp"])
def test_orientation_in_exif_is_applied(tmp_path, name):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    path = save(tmp_path / name, sprites("RGB"), lossless=True, exif=exif)
    video = open_video(path)
    assert video.size == (48, 32)
    np.testing.assert_array_equal(next(iter(video)).pixels, np.rot90(corner(0), -1))


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp"])
@pytest.mark.parametrize("options, endless", [({"loop": 0}, True), ({"loop": 1}, False)])
def test_endless_animations_stay_so_as_gifs(name, options, endless, tmp_path):
    video = open_video(save(tmp_path / name, sprites("RGB"), **options))
    assert video.is_endless == endless
    for loop, loops in ((None, endless), (True, True), (False, False)):
        writer = open_writer(tmp_path / f"{loop}.gif", video, loop=loop)
        for frame in video:
            writer.write(frame)
        writer.close(True)
        with Image.open(tmp_path / f"{loop}.gif") as image:
            assert (image.info.get("loop") == 0) == loops
