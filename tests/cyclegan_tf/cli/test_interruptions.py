"""Ctrl-C and SIGTERM: nothing half-written stays, and one line says how to go on."""

import os
import signal

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.video.sources import open_video

NUMBERS = {"SIGINT": 130, "SIGTERM": 143}


@pytest.fixture
def interrupted(monkeypatch):
    """`interrupted(name, after)` sends a signal when the translator begins a picture."""
    from cyclegan_tf.translation.translator import Translator

    resized = Translator._resized

    def send(name, after):
        count = []

        def sending(self, image):
            count.append(1)
            if len(count) > after:
                os.kill(os.getpid(), getattr(signal, name))
            return resized(self, image)

        monkeypatch.setattr(Translator, "_resized", sending)

    return send


def test_translate(generator_file, two_folders, tmp_path, run, interrupted):
    interrupted("SIGTERM", 2)
    command = ("translate", generator_file, two_folders / "B", "--out", tmp_path, "--compare")
    code, _, err = run(*command)
    assert code == 143
    assert err.splitlines()[-1] == (
        "cyclegan-tf: interrupted; the same command with --skip-existing goes on"
    )
    left = sorted(path.name for path in tmp_path.iterdir())
    assert not [name for name in left if name.startswith(".")]
    for path in tmp_path.iterdir():
        Image.open(path).load()  # whole
    assert len(left) < 8
    interrupted("SIGTERM", 99)
    assert run(*command, "--skip-existing")[0] == 0
    assert len(list(tmp_path.iterdir())) == 8


@pytest.mark.parametrize(
    ("name", "out"), [("SIGINT", "out.gif"), ("SIGTERM", "out.mp4"), ("SIGTERM", "out")]
)
def test_video(name, out, generator_file, tmp_path, run, interrupted):
    frames, place = tmp_path / "frames", tmp_path / "place"
    for folder in (frames, place):
        folder.mkdir()
    for i in range(30):
        Image.fromarray(np.full((16, 16, 3), 8 * i, np.uint8)).save(frames / f"{i:02d}.png")
    interrupted(name, 20)
    video = ("video", generator_file, frames, "--out", place / out, "--stabilize", "off")
    code, _, err = run(*video)
    assert code == NUMBERS[name]
    line = err.splitlines()[-1]
    assert "the same command begins anew" in line and "checkpoint" not in line
    if "before the first frame" in line:  # the writer lags behind
        assert not list(place.rglob("*.*"))
        return
    assert [path.name for path in place.iterdir()] == [out]  # no spool, nothing partial
    done = len(list(open_video(place / out)))
    assert 0 < done <= 20 and f"{out} holds {done} frames" in line
