"""Which files are clips: by their content, whatever they are called, and which stream is taken."""

import os

import av
import numpy as np
import pytest
from made_clips import corner, make_clip, refusal
from PIL import Image
from small_clips import Clip

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.sources import open_video
from cyclegan_tf.video.writers import open_writer

NAMES = [
    "%03d.mp4",
    "clip:1.mp4",
    "concat:a.mp4",
    "-x.mp4",
    "http:x.mp4",
    "a|b?.mp4",
    "world:a.mp4",
]
NAMES += ["line\nbreak.mp4", os.fsdecode(b"not utf-8 \xff.mp4")]


def copy(video, out):
    writer = open_writer(out, video)
    for frame in video:
        writer.write(frame)
    writer.close()


def samples(seconds=0.2):
    frame = av.AudioFrame.from_ndarray(
        np.zeros((1, int(48000 * seconds)), "f"), format="fltp", layout="mono"
    )
    frame.sample_rate = 48000
    return frame


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    os.rename(make_clip("plain.mp4"), name)
    assert len(list(open_video(name))) == 5
    assert len(list(open_video(tmp_path / name))) == 5


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif"])
@pytest.mark.parametrize("name", NAMES)
def test_an_output_is_a_file_too(tmp_path, monkeypatch, name, suffix):
    monkeypatch.chdir(tmp_path)
    folder = name.removesuffix(".mp4") + "/in:side"
    out = folder + "/" + name.replace(".mp4", suffix)
    copy(Clip(3), out)
    assert len(list(open_video(out))) == 3


def test_patterns_and_playlists_lead_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_clip("in.mp4")
    (tmp_path / "list.mp4").write_text("ffconcat version 1.0\nfile 'in.mp4'\n")
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nin.mp4\n#EXT-X-ENDLIST\n")
    for name in ("list.mp4", "list.m3u8"):
        words = refusal("text, a playlist, anything else")
        with pytest.raises(VideoError, match=f"{name} {words}"):
            open_video(name)


@pytest.mark.parametrize(
    "suffix, codec",
    [("png", "png"), ("jpg", "mjpeg"), ("webp", "webp"), ("bmp", "bmp"), ("tif", "tiff")]
    + [("avif", "libdav1d")],
)
def test_a_still_picture_is_no_clip(tmp_path, suffix, codec):
    path = tmp_path / f"still.{suffix}"
    Image.fromarray(corner(1)).save(path)
    words = refusal("a still picture").replace("png", codec)
    with pytest.raises(VideoError, match=rf"still\.{suffix} {words}.*`cyclegan-tf translate`"):
        open_video(path)


def test_no_video_is_one_line(tmp_path):
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("hello\n" * 50)
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n\n" * 3)
    for name, codec in (("a.mp3", "libmp3lame"), ("a.flac", "flac"), ("a.ogg", "libopus")):
        with av.open(str(tmp_path / name), "w") as container:
            voice = container.add_stream(codec, rate=48000, layout="mono")
            frame = samples()
            for part in av.AudioResampler(voice.format, "mono", 48000).resample(frame):
                container.mux(voice.encode(part))
            container.mux(voice.encode())
    for name, words in {
        "empty.mp4": refusal("an empty file"),
        "text.mp4": refusal("text, a playlist, anything else"),
        "words.srt": refusal("subtitles"),
        "a.mp3": r"no video stream \(only audio\)",
        "a.flac": r"no video stream \(only audio\)",
        "a.ogg": r"no video stream \(only audio\)",
        "gone.mp4": "does not exist",
    }.items():
        with pytest.raises(VideoError, match=words) as caught:
            open_video(tmp_path / name)
        assert name in str(caught.value) and "\n" not in str(caught.value)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(VideoError, match=r"pipe\.mp4 is no file\. A clip is read more than once"):
        open_video(tmp_path / "pipe.mp4")


def add_cover(container):
    cover = container.add_stream("png", rate=1)
    cover.width, cover.height, cover.pix_fmt = 16, 16, "rgb24"
    cover.disposition = av.stream.Disposition.attached_pic
    return cover


def cover_packets(cover):
    frame = av.VideoFrame.from_ndarray(np.full((16, 16, 3), 9, np.uint8), "rgb24")
    frame.pts = 0
    return [*cover.encode(frame), *cover.encode()]


@pytest.mark.parametrize("suffix", ["mp3", "m4a"])
def test_a_song_with_a_cover_is_no_clip(tmp_path, suffix):
    path = tmp_path / f"song.{suffix}"
    codec, format_ = ("libmp3lame", "mp3") if suffix == "mp3" else ("aac", "mp4")
    with av.open(str(path), "w", format=format_) as container:
        voice = container.add_stream(codec, rate=48000, layout="mono")
        cover = add_cover(container)
        for packet in cover_packets(cover):
            container.mux(packet)
        for part in av.AudioResampler(voice.format, "mono", 48000).resample(samples()):
            container.mux(voice.encode(part))
        container.mux(voice.encode())
    with pytest.raises(VideoError, match=refusal("sound, with a cover picture or without")):
        open_video(path)


def test_the_film_is_taken_and_not_its_cover(tmp_path):
    path = tmp_path / "film.mp4"

    def set_up(container, _):
        nonlocal cover
        cover = add_cover(container)
        for packet in cover_packets(cover):
            container.mux(packet)

    cover = None
    make_clip(path, set_up=set_up)
    video = open_video(path)
    assert (video.size, len(list(video)), video.notes) == ((32, 48), 5, [])


def test_of_two_videos_the_players_choice_is_read_and_said(tmp_path):
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("ffv1", rate=25) for _ in range(2)]
        for stream, width in zip(streams, (16, 64), strict=True):
            stream.width, stream.height, stream.pix_fmt = width, 32, "bgr0"
        streams[0].disposition = av.stream.Disposition(0)
        streams[1].disposition = av.stream.Disposition.default
        for i in range(5):
            for stream in streams:
                pixels = corner(i, (32, stream.width))
                frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
                frame.pts = i
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode())
    video = open_video(path)
    assert video.size == (32, 64) and len(list(video)) == 5
    assert video.notes == [f"{path}: of 2 videos in it, #1 is read."]


def test_of_two_sound_tracks_the_players_choice_is_kept_and_said(tmp_path):
    path = tmp_path / "two.mkv"
    voices = []

    def set_up(container, _):
        for default in (False, True):
            voice = container.add_stream(
                "aac" if default else "libmp3lame", rate=48000, layout="mono"
            )
            voice.disposition = av.stream.Disposition(int(default))
            voices.append(voice)
        for voice in voices:
            for part in av.AudioResampler(voice.format, "mono", 48000).resample(samples()):
                container.mux(voice.encode(part))
            container.mux(voice.encode())

    make_clip(path, set_up=set_up)
    video = open_video(path)
    assert video.notes == [f"{path}: of 2 sound tracks, only #2 can be kept."]
    copy(video, tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert [s.codec_context.name for s in container.streams.audio] == ["aac"]
