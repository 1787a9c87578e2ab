"""Levels of clips of every codec, container and kind of pixels that docs/formats.md names."""

import os
import re

import numpy as np
import pytest
from made_clips import make_clip, rows

from cyclegan_tf.video.sources import open_video

# Codec in the table, FFmpeg's encoder, endings of files, kinds of pixels.
KINDS = [
    ("H.264", "libx264", "mp4 mov mkv avi flv 3gp h264", "yuv420p"),
    ("H.264", "libx264", "mp4", "yuv422p yuv444p yuvj420p yuv420p10le yuv422p10le yuv444p10le"),
    ("H.264", "libx264rgb", "mp4", "rgb24"),
    ("HEVC", "libx265", "mp4 mkv", "yuv420p"),
    ("HEVC", "libx265", "mp4", "yuv422p yuv444p gbrp yuv420p10le yuv444p10le yuv420p12le"),
    ("AV1", "libsvtav1", "mp4 webm ivf", "yuv420p"),
    ("AV1", "libsvtav1", "mp4", "yuv420p10le"),
    ("VP8", "libvpx", "webm", "yuv420p"),
    ("VP9", "libvpx-vp9", "webm mp4 ivf", "yuv420p"),
    ("VP9", "libvpx-vp9", "webm", "yuv422p yuv444p gbrp"),
    ("MPEG-1", "mpeg1video", "mpg", "yuv420p"),
    ("MPEG-2", "mpeg2video", "mpg mxf", "yuv422p"),
    ("MPEG-2", "mpeg2video", "mpg", "yuv420p"),
    ("MPEG-4", "mpeg4", "mp4 avi", "yuv420p"),
    ("Windows Media", "wmv2", "wmv", "yuv420p"),
    ("Flash", "flv", "flv", "yuv420p"),
    ("Motion JPEG", "mjpeg", "avi mov mjpeg", "yuvj420p"),
    ("Motion JPEG", "mjpeg", "avi", "yuvj422p yuvj444p"),
    ("ProRes", "prores_ks", "mov", "yuv422p10le yuv444p10le"),
    ("DNxHR", "dnxhd", "mov", "yuv422p"),
    ("DV", "dvvideo", "avi", "yuv420p"),
    ("JPEG 2000", "jpeg2000", "mov", "rgb24 yuv422p10le gray"),
    ("FFV1", "ffv1", "mkv", "yuv420p yuv411p yuv422p yuv444p yuv420p10le yuv422p12le yuv444p16le"),
    ("FFV1", "ffv1", "mkv", "gray gray10le gray16le bgr0 gbrp10le gbrp12le gbrp16le"),
    ("HuffYUV", "huffyuv", "avi", "yuv422p rgb24"),
    ("Ut Video", "utvideo", "avi", "yuv420p gbrp"),
    ("PNG", "png", "mov", "rgb24 rgb48be gray gray16be"),
    ("QuickTime Animation", "qtrle", "mov", "rgb24 gray"),
    ("v210", "v210", "mov", "yuv422p10le"),
    ("uncompressed", "rawvideo", "avi", "bgr24 yuv420p uyvy422 yuyv422"),
    ("uncompressed", "rawvideo", "y4m", "yuv420p"),
]
SIZES = {"dvvideo": (576, 720), "dnxhd": (128, 256), "jpeg2000": (128, 128)}
LEVELS = (3, 100, 250)


def scheduling_policy():
    return os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else "not Linux"


AT_FIRST = scheduling_policy()


def family(pix_fmt):
    """What the table calls a kind of pixels: "4:2:0 8", "gray 16"."""
    bits = re.search(r"(?<=[a-z])(9|10|12|14|16)(?=[lb]e)|48", pix_fmt)
    bits = {None: "8", "48": "16"}.get(bits and bits.group(), bits and bits.group())
    names = {"411": "4:1:1", "420": "4:2:0", "422": "4:2:2", "444": "4:4:4", "gray": "gray"}
    found = [name for key, name in names.items() if key in pix_fmt]
    return f"{found[0] if found else 'RGB'} {bits}"


@pytest.mark.parametrize(
    "codec, suffix, pix_fmt",
    [(c, s, p) for _, c, suffixes, fmts in KINDS for s in suffixes.split() for p in fmts.split()],
)
def test_levels(tmp_path, codec, suffix, pix_fmt):
    # x265 writes beyond its memory in pictures smaller than 64 pixels.
    size = SIZES.get(codec, (64, 64))
    pictures = [np.full((*size, 3), level, np.uint8) for level in LEVELS]
    options = {"strict": "-2"} | ({"profile": "dnxhr_hq"} if codec == "dnxhd" else {})
    path = make_clip(tmp_path / f"in.{suffix}", pictures, codec, pix_fmt, options=options)
    seen = [frame.pixels[20, 20].tolist() for frame in open_video(path)]
    np.testing.assert_allclose(seen, [[level] * 3 for level in LEVELS], atol=2)


def test_writing_av1_leaves_the_process_its_priority(tmp_path):
    make_clip(tmp_path / "in.mp4", codec="libsvtav1")
    assert scheduling_policy() == AT_FIRST


def test_the_page_says_what_is_tested():
    said = {
        name: (set(files.split(", ")), set(kinds.split(", ")))
        for name, files, kinds in rows("What is read")
    }
    tested = {}
    for name, _, suffixes, fmts in KINDS:
        files, kinds = tested.setdefault(name, (set(), set()))
        files.update(suffixes.split())
        kinds.update(map(family, fmts.split()))
    assert said == tested
