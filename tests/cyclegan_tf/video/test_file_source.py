"""Reading video files: times and durations, rotation, colours, damage, and clear refusals."""

from fractions import Fraction

import av
import numpy as np
import pytest
from made_clips import coloured, corner, make_clip, refusal

from cyclegan_tf.errors import VideoError
from cyclegan_tf.video.file_source import FileVideo
from cyclegan_tf.video.sources import open_video
from cyclegan_tf.video.writers import open_writer
from data_pipeline.limits import LIMITS


def milliseconds(clip):
    return [round(f.time * 1000) for f in clip], [round(f.duration * 1000) for f in clip]


def test_times_and_durations_of_a_variable_rate(write_clip, tmp_path):
    ticks = [0, 10, 100, 130, 500, 510]
    video = open_video(write_clip(tmp_path / "in.mp4", ticks=ticks, last=250))
    assert milliseconds(video) == (ticks, [10, 90, 30, 370, 10, 250])
    assert (video.size, video.num_frames, video.audio) == ((36, 52), 6, None)
    assert len(list(video)) == 6  # again, from the beginning


@pytest.mark.parametrize(("turned", "corner"), [(90, (-1, 0)), (-90, (0, -1)), (180, (-1, -1))])
def test_rotation_turns_the_picture_as_players_do(write_clip, tmp_path, turned, corner):
    video = open_video(write_clip(tmp_path / "in.mp4", turned=turned, count=2))
    assert video.size == ((36, 52) if turned == 180 else (52, 36))
    # The white corner was top left; turned counter-clockwise by 90 degrees it is bottom left.
    brightest = next(iter(video)).pixels.astype(int).mean(-1)
    assert brightest[corner] > 230
    corners = [brightest[0, 0], brightest[0, -1], brightest[-1, 0], brightest[-1, -1]]
    assert sum(level > 230 for level in corners) == 1


def test_colours_are_those_of_the_pictures(write_clip, tmp_path):
    frames = list(open_video(write_clip(tmp_path / "in.mp4", count=5)))
    levels = [int(f.pixels[-4:, -4:].mean().round()) for f in frames]
    np.testing.assert_allclose(levels, [20 + 12 * i for i in range(5)], atol=2)


@pytest.mark.parametrize("damaged", ["zeroed", "cut off"])
def test_damage_in_the_middle_is_left_out_and_counted(write_clip, tmp_path, damaged):
    path = write_clip(tmp_path / "in.avi", codec="mjpeg", count=10)
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    position, size = packets[4]
    if damaged == "zeroed":
        data[position + 8 : position + 8 + size] = bytes(size)
        expected, skipped = [0, 40, 80, 120, 200, 240, 280, 320, 360], 1
    else:
        data = data[: packets[7][0] + packets[7][1] // 2]
        expected, skipped = [0, 40, 80, 120, 160, 200, 240], None
    path.write_bytes(data)
    video = open_video(path)
    times = [round(f.time * 25) * 40 for f in video]  # AVI's clock is that of its frames
    # A frame that was cut off may come out in part; none before it may be missing.
    assert times[: len(expected)] == expected and len(times) <= len(expected) + 1
    if skipped:
        assert video.num_skipped == skipped and len(times) == len(expected)
        with pytest.raises(VideoError, match=r"damaged frame.*skip_bad"):
            list(open_video(path, skip_bad=False))


def test_refusals_name_the_file_and_the_reason(tmp_path):
    with av.open(str(tmp_path / "sound.mp4"), "w") as container:
        voice = container.add_stream("aac", rate=48000, layout="mono")
        samples = av.AudioFrame.from_ndarray(np.zeros((1, 4800), "f"), format="fltp", layout="mono")
        samples.sample_rate = 48000
        container.mux(voice.encode(samples))
        container.mux(voice.encode())
    with av.open(str(tmp_path / "none.avi"), "w") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.height, stream.width, stream.pix_fmt = 32, 32, "yuvj420p"
        container.start_encoding()
    (tmp_path / "noise.mkv").write_bytes(bytes(range(256)) * 20)
    for name, words in {
        "sound.mp4": "sound.mp4 holds no video stream",
        "none.avi": refusal("a video without a frame that can be read"),
        "noise.mkv": "unknown container",
        "gone.mp4": "gone.mp4 does not exist",
    }.items():
        with pytest.raises(VideoError, match=words):
            open_video(tmp_path / name)


@pytest.mark.parametrize("transfer, name", [(16, "PQ"), (18, "HLG")])
@pytest.mark.parametrize("suffix, codec", [("mp4", "libx264"), ("mkv", "libsvtav1")])
def test_hdr_is_refused_by_its_name(tmp_path, transfer, name, suffix, codec):
    tags = coloured("bt2020", False, transfer)
    path = make_clip(tmp_path / f"in.{suffix}", None, codec, "yuv420p10le", set_up=tags)
    words = refusal(f"HDR, {name}")
    with pytest.raises(VideoError, match=rf"in\.{suffix} {words}.*Convert it to SDR first"):
        open_video(path)


def test_hdr_that_begins_midway_is_refused_too(tmp_path):
    joined = tmp_path / "in.h264"
    content = b""
    for i, transfer in enumerate((14, 16)):
        tags = coloured("bt2020", False, transfer)
        part = tmp_path / f"{i}.h264"
        content += make_clip(part, None, "libx264", "yuv420p10le", set_up=tags).read_bytes()
    joined.write_bytes(content)
    video = open_video(joined)
    with pytest.raises(VideoError, match=r"in\.h264 is HDR \(PQ"):
        list(video)


def test_no_thread_for_each_frame(write_clip, tmp_path, monkeypatch):
    # They waited for one another for ever when a damaged clip was closed after its first frame.
    seen, pictures = [], FileVideo._pictures

    def watched(self, container, stream):
        seen.append(stream.codec_context.thread_type.name)
        return pictures(self, container, stream)

    monkeypatch.setattr(FileVideo, "_pictures", watched)
    list(open_video(write_clip(tmp_path / "in.mp4")))
    assert len(seen) > 1 and set(seen) == {"SLICE"}


def test_clips_are_measured_by_their_headers(write_clip, tmp_path, monkeypatch):
    path = write_clip(tmp_path / "in.mp4")
    video = open_video(path)
    monkeypatch.setattr(LIMITS, "max_pixels", video.size[0] * video.size[1] - 1)
    with pytest.raises(VideoError, match=r"pixels are too many; .*--max-pixels"):
        open_video(path)


def test_a_stream_of_an_unknown_codec_is_one_line(write_clip, tmp_path):
    path = write_clip(tmp_path / "in.mp4")
    path.write_bytes(path.read_bytes().replace(b"avc1", b"\0\0\0\0"))
    with pytest.raises(VideoError, match="its codec is unknown, or it is damaged"):
        open_video(path)


def test_wide_colours_without_hdr_are_said(tmp_path):
    path = make_clip(tmp_path / "in.mp4", set_up=coloured("bt2020", False, 14))
    assert open_video(path).notes == [
        f"{path}: BT.2020 primaries are read as BT.709's: a bit paler."
    ]


@pytest.mark.parametrize("suffix", ["ts", "h264"])
def test_another_size_midway_is_scaled_to_the_first_and_said(tmp_path, suffix):
    joined = tmp_path / f"in.{suffix}"
    content = b""
    for i, size in enumerate([(32, 48), (64, 80)]):
        pictures = [corner(j, size) for j in range(5)]
        content += make_clip(tmp_path / f"{i}.{suffix}", pictures).read_bytes()
    joined.write_bytes(content)
    video = open_video(joined)
    assert video.notes == []
    frames = [frame.pixels for frame in video]
    assert len(frames) == 10 and {frame.shape for frame in frames} == {(32, 48, 3)}
    assert np.abs(frames[7].astype(int) - frames[2])[2:-2, 2:-2].mean() < 8
    line = f"{joined}: frames of 80x64 pixels are scaled to 48x32, the size of the first one."
    assert video.notes == [line]
    assert len(list(video)) == 10 and video.notes == [line]


def test_pixels_that_are_not_square_stay_so(tmp_path):
    def set_up(_, stream):
        stream.codec_context.sample_aspect_ratio = Fraction(16, 15)

    path = make_clip(tmp_path / "in.mp4", set_up=set_up)
    video = open_video(path)
    assert (video.size, video.aspect) == ((32, 48), Fraction(16, 15))
    writer = open_writer(tmp_path / "out.mp4", video, say=pytest.fail)
    for frame in video:
        writer.write(frame)
    writer.close()
    assert open_video(tmp_path / "out.mp4").aspect == Fraction(16, 15)
    for name in ("out.gif", "out.webm", "frames"):
        said = []
        open_writer(tmp_path / name, video, say=said.append).close()
        assert said == [
            f"{tmp_path / name}: can't say that pixels are 16:15 wide; they are square."
        ]


def test_a_late_start_is_kept_where_there_is_sound_and_no_other(tmp_path):
    ticks = [500, 540, 580]
    path = make_clip(tmp_path / "late.mp4", [corner(i) for i in range(3)], ticks=ticks)
    assert milliseconds(open_video(path))[0] == [0, 40, 80]

    def set_up(container, _):
        voice = container.add_stream("aac", rate=48000, layout="mono")
        wave = np.zeros((1, 48000), np.float32)
        samples = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        samples.sample_rate, samples.pts = 48000, 0
        container.mux([*voice.encode(samples), *voice.encode()])

    pictures = [corner(i) for i in range(3)]
    path = make_clip(tmp_path / "sound.mp4", pictures, ticks=ticks, set_up=set_up)
    assert milliseconds(open_video(path))[0] == ticks


def test_what_an_edit_list_cuts_off_is_no_part_of_the_clip(tmp_path):
    path = tmp_path / "in.mp4"
    with av.open(str(path), "w", options={"avoid_negative_ts": "disabled"}) as container:
        stream = container.add_stream("libx264", rate=25, options={"qp": "0", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 48, 32, "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        for i in range(5):
            frame = av.VideoFrame.from_ndarray(corner(i), "rgb24")
            frame.pts, frame.time_base = 40 * i - 80, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    frames = list(open_video(path))
    assert [round(frame.time * 1000) for frame in frames] == [0, 40, 80]
    assert [int(frame.pixels[-1, 20, 0]) for frame in frames] == [80, 100, 120]
