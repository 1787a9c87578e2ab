"""Colours as they are tagged, alpha as it is, and pictures upright: of clips of known pixels."""

import numpy as np
import pytest
from made_clips import BARS, bars, bars_seen, coloured, corner, make_clip, refusal
from small_clips import Clip

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.clip import Frame
from cyclegan_tf.video.sources import open_video
from cyclegan_tf.video.writers import open_writer

EXACT = {"qp": "0"}


def first(path):
    return next(iter(open_video(path))).pixels


@pytest.mark.parametrize("matrix", ["bt601", "bt709", "bt2020"])
@pytest.mark.parametrize(
    "pix_fmt, full",
    [(fmt, full) for fmt in ("yuv420p", "yuv444p", "yuv420p10le") for full in (False, True)]
    + [("yuvj420p", True)],
)
def test_matrix_and_range_are_those_of_the_tags(tmp_path, pix_fmt, full, matrix):
    tags = coloured(matrix, full, primaries=1)
    frames = [bars(matrix, full, pix_fmt)] * 2
    path = make_clip(tmp_path / "in.mp4", frames, "libx264", pix_fmt, options=EXACT, set_up=tags)
    np.testing.assert_allclose(bars_seen(first(path)), BARS, atol=2)


@pytest.mark.parametrize(
    "matrix, size", [("bt601", (32, 128)), ("bt601", (576, 720)), ("bt709", (720, 1280))]
)
def test_untagged_is_bt709_from_720_lines_on(tmp_path, matrix, size):
    frames = [bars(matrix, False, "yuv420p", size)]
    path = make_clip(tmp_path / "in.mp4", frames, options=EXACT)
    np.testing.assert_allclose(bars_seen(first(path)), BARS, atol=2)


def test_an_unknown_matrix_is_refused(tmp_path):
    def set_up(_, stream):
        stream.codec_context.colorspace = 8  # YCgCo, which the scaler would read as BT.601

    path = make_clip(tmp_path / "in.mp4", options=EXACT, set_up=set_up)
    with pytest.raises(VideoError, match=rf"in\.mp4: .*{refusal('a matrix like YCgCo')}"):
        open_video(path)


@pytest.mark.parametrize("name", ["out.mp4", "out.webm"])
@pytest.mark.parametrize("size", [(32, 128), (720, 1280), (33, 128)])
def test_what_is_written_is_read_again(tmp_path, name, size):
    pixels = np.repeat(np.repeat([BARS], size[0], 0), size[1] // 8, 1).astype(np.uint8)
    clip = Clip(3, size)
    writer = open_writer(tmp_path / name, clip)
    for i in range(3):
        writer.write(Frame(pixels, i * clip.time_base, clip.time_base))
    writer.close()
    video = open_video(tmp_path / name)
    frame = next(iter(video)).pixels
    assert frame.shape == pixels.shape
    np.testing.assert_allclose(bars_seen(frame), BARS, atol=3)


def half_clear(colour=(200, 30, 30)):
    pixels = np.zeros((32, 48, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[16:, :, 3] = 255
    return pixels


@pytest.mark.parametrize(
    "name, codec, pix_fmt",
    [
        ("vp9.webm", "libvpx-vp9", "yuva420p"),
        ("vp8.webm", "libvpx", "yuva420p"),
        ("prores.mov", "prores_ks", "yuva444p10le"),
        ("png.mov", "png", "rgba"),
        ("qtrle.mov", "qtrle", "argb"),
        ("ffv1.mkv", "ffv1", "bgra"),
        ("apng.apng", "apng", "rgba"),
    ],
)
def test_alpha_stays(tmp_path, name, codec, pix_fmt):
    def set_up(_, stream):
        if "vpx" in codec:
            stream.metadata["alpha_mode"] = "1"

    options = {"auto-alt-ref": "0"} if codec == "libvpx" else {}
    path = make_clip(
        tmp_path / name, [half_clear()] * 3, codec, pix_fmt, options=options, set_up=set_up
    )
    video = open_video(path)
    frames = list(video)
    assert len(frames) == 3
    for frame in frames:
        assert frame.pixels[4, 4, 3] == 0  # else its hidden red would be shown
        np.testing.assert_allclose(frame.pixels[28, 4], [200, 30, 30, 255], atol=3)


# As phones say it: by how much the player has to turn the picture, and whether it is mirrored.
@pytest.mark.parametrize("hflip", [False, True])
@pytest.mark.parametrize("vflip", [False, True])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_pictures_are_turned_and_mirrored_as_players_do(tmp_path, degrees, hflip, vflip):
    def set_up(_, stream):
        stream.set_display_rotation(degrees, hflip=hflip, vflip=vflip)

    video = open_video(make_clip(tmp_path / "in.mp4", options=EXACT, set_up=set_up))
    # Turned counter-clockwise first, then mirrored.
    expected = np.rot90(corner(0), degrees // 90)
    expected = expected[:, ::-1] if hflip else expected
    expected = expected[::-1] if vflip else expected
    frames = list(video)
    assert video.size == expected.shape[:2] == frames[0].pixels.shape[:2]
    difference = np.abs(frames[0].pixels.astype(int) - expected)
    assert difference[2:-2, 2:-2].mean() < 4


def test_another_angle_is_said(tmp_path):
    def set_up(_, stream):
        stream.set_display_rotation(30)

    path = make_clip(tmp_path / "in.mp4", set_up=set_up)
    video = open_video(path)
    assert video.size == (32, 48)
    assert video.notes == [f"{path}: turned by quarters only, not by the angle it names."]
