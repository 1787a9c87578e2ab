"""Times that only grow: stamps that repeat, stand still, jump back or are missing."""

from fractions import Fraction

import av
import pytest
from made_clips import corner, make_clip

from cyclegan_tf.video.clock import Clock
from cyclegan_tf.video.sources import open_video


def times(stamps, start=0):
    """Times in milliseconds of stamps in milliseconds, at 25 frames a second."""
    clock = Clock(Fraction(start, 1000), Fraction(1, 25), Fraction(1, 1000))
    return [
        round(clock(None if stamp is None else Fraction(stamp, 1000)) * 1000) for stamp in stamps
    ]


@pytest.mark.parametrize(
    "stamps, start, expected",
    [
        ([0, 40, 200, 210], 0, [0, 40, 200, 210]),
        ([1400, 1440, 1480], 1400, [0, 40, 80]),
        ([-80, -40, 0], -80, [0, 40, 80]),
        ([-5, 40], 0, [0, 40]),
        ([0, 0, 40, 40, 80], 0, [0, 1, 40, 41, 80]),  # in step with the sound again
        ([None, None, None], 0, [0, 40, 80]),
        ([0, None, 80, 120], 0, [0, 40, 80, 120]),
        ([0] * 7, 0, [0, 1, 2, 42, 82, 122, 162]),  # stands still
        ([5000, 5040, 0, 40, 80], 5000, [0, 40, 80, 120, 160]),  # joined clips
        ([0, 80, 60, 100, 140], 0, [0, 80, 81, 100, 140]),
    ],
)
def test_by_hand(stamps, start, expected):
    assert times(stamps, start) == expected


def write(path, stamps):
    base = Fraction(1, 1000)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 48, 32, "bgr0"
        stream.codec_context.time_base = stream.time_base = base
        packets = []
        for i in range(len(stamps)):
            frame = av.VideoFrame.from_ndarray(corner(i), "rgb24")
            frame.pts, frame.time_base = i, base
            packets += stream.encode(frame)
        packets += stream.encode()
        for packet, stamp in zip(packets, stamps, strict=True):
            packet.pts = packet.dts = stamp
            packet.time_base = base
            container.mux(packet)
    return path


def test_no_frame_of_a_clip_with_doubled_stamps_is_lost(tmp_path):
    path = write(tmp_path / "in.mkv", [0, 40, 40, 80, 120])
    video = open_video(path)
    assert [round(f.time * 1000) for f in video] == [0, 40, 41, 80, 120]
    levels = [int(f.pixels[-1, 20, 0]) for f in video]
    assert levels == [40 + 20 * i for i in range(5)]


def test_joined_streams_go_on(tmp_path):
    joined = tmp_path / "joined.ts"
    joined.write_bytes(make_clip(tmp_path / "one.ts").read_bytes() * 2)
    assert [round(f.time * 1000) for f in open_video(joined)] == [40 * i for i in range(10)]
