"""Interlaced clips: both moments of a frame become one picture, and nothing else changes."""

from fractions import Fraction

import av
import numpy as np
import pytest
from made_clips import make_clip

from cyclegan_tf.video.sources import open_video

SIZE = (48, 96)


def at(moment):
    """A white block that moves to the right by three pixels each moment."""
    pixels = np.full((*SIZE, 3), 40, np.uint8)
    pixels[:, 4 + 3 * moment : 24 + 3 * moment] = 220
    return pixels


def woven(count, top_first=True):
    """Frames that hold two moments, in the even and in the odd lines."""
    frames = []
    for i in range(count):
        frame = np.empty_like(at(0))
        frame[0::2] = at(2 * i + (not top_first))[0::2]
        frame[1::2] = at(2 * i + top_first)[1::2]
        frames.append(frame)
    return frames


def comb(pixels):
    """How much lines differ from both of their neighbours, in gray levels."""
    gray = pixels[4:-4, :, 1].astype(int)
    return np.abs(2 * gray[1:-1] - gray[:-2] - gray[2:]).mean()


def fields(pixels, mode, pix_fmt):
    """Returns pixels as a frame that says which of its fields is the first, "tff" or "bff"."""
    height, width = SIZE
    graph = av.filter.Graph()
    source = graph.add_buffer(width=width, height=height, format=pix_fmt, time_base=Fraction(1, 25))
    chain = [source, graph.add("setfield", mode), graph.add("buffersink")]
    graph.link_nodes(*chain).configure()
    source.push(av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format=pix_fmt))
    return chain[-1].pull()


@pytest.mark.parametrize("mode", ["tff", "bff"])
@pytest.mark.parametrize(
    "name, codec, pix_fmt, options",
    [
        ("in.mp4", "libx264", "yuv420p", {"x264-params": "tff=1", "qp": "0"}),
        ("in.mkv", "libx264", "yuv444p", {"x264-params": "tff=1", "qp": "0"}),
        ("in.mpg", "mpeg2video", "yuv420p", {"qscale": "2"}),
        ("in.ts", "mpeg2video", "yuv422p", {"qscale": "2"}),
        ("in.mov", "prores_ks", "yuv422p10le", {}),
    ],
)
def test_frames_are_one_moment_each(tmp_path, name, codec, pix_fmt, options, mode):
    frames = woven(8, mode == "tff")
    assert comb(frames[0]) > 20
    path = make_clip(
        tmp_path / name,
        [fields(frame, mode, pix_fmt) for frame in frames],
        codec,
        pix_fmt,
        options={"flags": "+ildct+ilme", **options},
    )
    video = open_video(path)
    seen = list(video)
    assert len(seen) == 8 and video.size == SIZE
    assert [round((f.time - seen[0].time) * 1000) for f in seen] == [40 * i for i in range(8)]
    for i, frame in enumerate(seen):
        assert comb(frame.pixels) < 4, i
        if i:  # the first frame has no past to be made from
            assert np.abs(frame.pixels.astype(int) - at(2 * i)).mean() < 3, i
    assert video.notes == [f"{path}: interlaced, so every other line is made anew (bwdif)."]


def test_what_is_not_interlaced_goes_through_unchanged(tmp_path):
    frames = woven(3)  # lines like these may be a pattern: the flag decides
    video = open_video(make_clip(tmp_path / "in.mkv", frames, "ffv1", "bgr0"))
    for frame, pixels in zip(video, frames, strict=True):
        np.testing.assert_array_equal(frame.pixels, pixels)
    assert video.notes == []


def test_frames_that_only_the_container_calls_interlaced_are_said(tmp_path):
    def set_up(_, stream):
        stream.codec_context.field_order = 2

    frames = woven(3)
    path = make_clip(tmp_path / "in.mkv", frames, "ffv1", "bgr0", set_up=set_up)
    video = open_video(path)
    np.testing.assert_array_equal(next(iter(video)).pixels, frames[0])
    said = "called interlaced, but its frames aren't; they are read as they are."
    assert video.notes == [f"{path}: {said}"]


def test_a_clip_that_becomes_interlaced_midway(tmp_path):
    parts = [make_clip(tmp_path / "0.ts", [at(i) for i in range(4)], options={"qp": "0"})]
    frames = [fields(frame, "tff", "yuv420p") for frame in woven(4)]
    options = {"flags": "+ildct+ilme", "x264-params": "tff=1", "qp": "0"}
    parts.append(make_clip(tmp_path / "1.ts", frames, options=options))
    path = tmp_path / "in.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    video = open_video(path)
    assert video.notes == []
    seen = [frame.pixels for frame in video]
    assert len(seen) == 8 and max(map(comb, seen)) < 4
    assert video.notes == [f"{path}: interlaced, so every other line is made anew (bwdif)."]
