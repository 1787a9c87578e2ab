"""The command `video`: exit codes, one clear line for bad input, and Ctrl-C.

How clips are translated is tested in tests/cyclegan_tf/video.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import av
import pytest

ROOT = Path(__file__).resolve().parents[3]


def num_frames(path):
    with av.open(str(path)) as container:
        return len(list(container.decode(video=0)))


def test_bad_input_is_one_line_and_exit_code_2(tmp_path, write_clip, generator_file, run):
    clip = write_clip(tmp_path / "clip.mp4", count=2)
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "empty").mkdir()
    for source, out, words in (
        ("missing.mp4", "out.mp4", "does not exist"),
        (tmp_path / "text.mp4", "out.mp4", "text.mp4"),
        (tmp_path / "empty", "out.mp4", "holds no pictures"),
        ("world:meadow2forest?path=sideways", "out.mp4", "sideways"),
        (clip, "out.xyz", "xyz"),
        (clip, clip, "overwritten"),
    ):
        code, _, error = run("video", generator_file, source, "--out", tmp_path / out)
        assert code == 2, source
        error = error.strip().splitlines()[-1]
        assert error.startswith("cyclegan-tf: ")
        assert words in error


def test_command_translates_a_walk_through_a_world(tmp_path, generator_file, run):
    source = "world:meadow2forest?seed=3&path=pan&frames=5&scale=0.2&height=64&width=96"
    code, said, _ = run("video", generator_file, source, "--out", tmp_path / "pan.mp4")
    assert code == 0
    assert "5 frames translated" in said
    assert num_frames(tmp_path / "pan.mp4") == 5


def test_frames_that_are_enlarged_for_the_network_are_told(
    tmp_path, write_clip, generator_file, run
):
    clip = write_clip(tmp_path / "clip.mp4", count=2)  # of 52x36 pixels
    command = ("video", generator_file, clip, "--out", tmp_path / "out.mp4", "--load-size", "72")
    code, _, error = run(*command)
    assert code == 0 and "52x36 pixels are enlarged 2.0 times for the network" in error


def test_ctrl_c_leaves_a_file_that_plays(tmp_path, write_clip, generator_file):
    clip = write_clip(tmp_path / "in.mp4", count=400)
    out = tmp_path / "out.mp4"
    command = [sys.executable, "-m", "cyclegan_tf", "video", generator_file, clip, "--out", out]
    # Jobs in the background of a shell script ignore Ctrl-C, and so would what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen([*map(str, command)], cwd=ROOT, stderr=subprocess.PIPE)
    signal.signal(signal.SIGINT, before)
    shown = b""
    while not re.search(rb"[^0-9]([1-9][0-9]+)/400", shown):  # at least ten frames are done
        byte = process.stderr.read(1)
        assert byte, shown.decode()
        shown += byte
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130
    assert "Traceback" not in said
    told = int(re.search(r"interrupted; .*out\.mp4 holds ([0-9]+) frames", said).group(1))
    assert 10 <= told < 400
    assert num_frames(out) == told
    assert not list(tmp_path.glob(".*"))  # no scratch file


def test_exact_goes_with_full_only(generator_file, tmp_path, run):
    flags = ["--out", tmp_path / "x.gif", "--stabilize", "off", "--exact"]
    code, _, error = run("video", generator_file, "world:meadow2forest", *flags)
    assert code == 2
    assert "--exact needs --stabilize full; received off" in error


def test_narrower_than_16_is_code_2(generator_file, tmp_path, run):
    flags = ["--out", tmp_path / "x.gif", "--max-width", "15"]
    code, _, error = run("video", generator_file, "world:meadow2forest", *flags)
    assert code == 2
    assert "--max-width must be at least 16; received 15" in error


@pytest.mark.parametrize(
    ("source", "flags", "words"),
    [
        ("clip.mp4", ["--out", ""], "--out is empty"),
        ("clip.mp4", ["--out", "clip.mp4"], "clip.mp4 is the input and would be overwritten"),
        ("clip.mp4", ["--out", "link.mp4"], "link.mp4 is the input and would be overwritten"),
        ("link.mp4", ["--out", "back/clip.mp4"], "is the input and would be overwritten"),
        ("clip.mp4", ["--out", "clip.mp4/x.mp4"], "clip.mp4 is a file. Use another --out."),
        ("clip.mp4", ["--out", "clip.mp4/x/y.gif"], "clip.mp4 is a file. Use another --out."),
        ("clip.mp4", ["--out", "file/frames"], "file is a file. Use another --out."),
        ("clip.mp4", ["--out", "file"], "file is a file. Use another --out."),
        ("clip.mp4", ["--out", "frames"], "frames holds frames already"),
        ("frames", ["--out", "frames"], "frames is the input and would be overwritten"),
        ("frames", ["--out", "frames/a.gif"], "a.gif is an input and would be overwritten"),
        ("clip.mp4", ["--out", "x.mp4", "--loop"], "loop and max_mb are for GIFs only"),
        ("", ["--out", "x.mp4"], "IN is empty"),
    ],
)
def test_a_place_is_refused_before_anything_is_loaded_or_written(
    source, flags, words, tmp_path, run, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "frames").mkdir()
    for name in ("clip.mp4", "file", "frames/a.gif", "frames/frame_000000.png"):
        (tmp_path / name).write_text("is never read")
    (tmp_path / "link.mp4").symlink_to("clip.mp4")
    (tmp_path / "back").symlink_to(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    code, out, error = run("video", "g.keras", source, *flags)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert error.startswith("cyclegan-tf: ") and words in error
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "clip.mp4").read_text() == "is never read"


def test_names_that_are_not_utf_8(tmp_path, write_clip, generator_file, run):
    clip = write_clip(tmp_path / "clip.mp4", count=2)
    clip = clip.rename(tmp_path / os.fsdecode(b"clip\xff.mp4"))
    for name in (b"new\xff.mp4", b"new\xff.gif", b"new\xff"):
        out = tmp_path / os.fsdecode(name)
        code, said, _ = run("video", generator_file, clip, "--out", out)
        assert code == 0
        assert rf"2 frames translated into {tmp_path}/new\udcff" in said
    assert len(list(out.glob("frame_*.png"))) == 2
