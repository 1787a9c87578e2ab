"""What the app does with uploads, without gradio; and its window, with a stand-in for it."""

import os
import sys
import threading
import types
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.app import interface
from cyclegan_tf.app import studio as studio_module
from cyclegan_tf.app.interface import launch
from cyclegan_tf.app.studio import Bounds, Studio
from cyclegan_tf.cli.main import main
from cyclegan_tf.errors import ConfigError, FileError, ImageError, VideoError
from cyclegan_tf.translation.files import translate_files
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.sources import open_video


@pytest.fixture(scope="module")
def generator_file(tmp_path_factory, random_generator):
    path = tmp_path_factory.mktemp("app") / "mine.keras"
    random_generator().save(path)
    return path


@pytest.fixture(scope="module")
def studio(generator_file):
    return Studio([generator_file], Bounds(megapixels=0.01, frames=4, megabytes=1))


def test_generators_have_names_to_choose_from(generator_file):
    places = ["meadow2forest_small", generator_file, generator_file]
    names = ["meadow to forest (quarter size)", "mine to translation", "mine to translation, 2"]
    assert list(Studio(places).choices) == names
    with pytest.raises(ConfigError, match="needs at least one generator; received none"):
        Studio([])


def test_a_picture_is_translated_as_by_the_command(studio, generator_file, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (21, 30, 4), np.uint8)
    images.write_image(tmp_path / "map.tiff", pixels)
    before, after = studio.translate_picture("mine to translation", tmp_path / "map.tiff")
    assert after.name == "map_translated.png"
    np.testing.assert_array_equal(images.read_image(before), pixels)
    expected = Translator.load(generator_file)(pixels)
    np.testing.assert_array_equal(images.read_image(after), expected)


def test_a_clip_is_translated_with_its_frames(studio, write_clip, tmp_path):
    clip = write_clip(tmp_path / "clip.mp4", count=4)
    seen = []
    out, text = studio.translate_clip("mine to translation", clip, lambda *args: seen.append(args))
    assert seen[-1] == (1.0, "frame 4 of 4") and text.startswith("4 frames translated.")
    video = open_video(out)
    assert video.size == (36, 52) and sum(1 for _ in video) == 4


def test_uploads_are_refused_by_their_size(studio, write_clip, tmp_path):
    images.write_image(tmp_path / "large.png", np.zeros((101, 100, 3), np.uint8))
    with pytest.raises(ImageError, match="100x101 pixels are too many: at most 0.01 megapixels"):
        studio.translate_picture("mine to translation", tmp_path / "large.png")
    long = write_clip(tmp_path / "long.mp4", count=5)
    with pytest.raises(VideoError, match="more than 4 frames, the most that are taken here. Cut"):
        studio.translate_clip("mine to translation", long)
    os.truncate(long, 1_600_000)
    with pytest.raises(FileError, match="This clip has 2 MB; at most 1 are taken here"):
        studio.translate_clip("mine to translation", long)
    with pytest.raises(FileError, match="There is no picture yet: drop one into its field first"):
        studio.translate_picture("mine to translation", None)


def test_what_is_no_picture_or_choice_is_refused(studio, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ImageError, match="text.png cannot be read"):
        studio.translate_picture("mine to translation", tmp_path / "text.png")
    Image.new("RGB", (16, 16)).save(tmp_path / "small.png")
    with pytest.raises(ConfigError, match="must be one of mine to translation; received 'other'"):
        studio.translate_picture("other", tmp_path / "small.png")


class Gradio(mock.MagicMock):
    """Takes whatever is put together, and keeps how it was launched."""

    class Error(Exception):
        def __init__(self, message, print_exception):
            super().__init__(message)


def test_the_app_is_for_this_machine_unless_asked(generator_file, monkeypatch, capsys):
    gradio = Gradio()
    monkeypatch.setitem(sys.modules, "gradio", gradio)
    blocks = gradio.Blocks.return_value.__enter__.return_value
    blocks.queue.return_value.launch.return_value = (None, "http://here", None)
    with pytest.raises(SystemExit) as stopped:
        main(["app", str(generator_file), "--most-megabytes", "7"])
    assert stopped.value.code == 0
    (call,) = blocks.queue.return_value.launch.call_args_list
    assert call.kwargs["server_name"] == "127.0.0.1" and call.kwargs["share"] is False
    assert call.kwargs["max_file_size"] == "7mb"
    assert blocks.block_thread.called and capsys.readouterr().out == "Open http://here\n"
    blocks.queue.return_value.launch.side_effect = OSError("it is taken")
    with pytest.raises(ConfigError, match="cannot listen on 127.0.0.1, port 80: it is taken"):
        launch([generator_file], port=80)


def test_errors_of_ours_are_shown_in_the_window(studio):
    def work(path):
        raise FileError(f"{path} is too large.")

    with pytest.raises(Gradio.Error, match="map.png is too large"):
        interface._telling(types.SimpleNamespace(Error=Gradio.Error), work, "map.png")


def test_bad_input_is_a_line(generator_file, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "gradio", None)
    for arguments, reason in (
        ([generator_file], 'needs the package gradio: pip install "gradio>=6.0"'),
        ([generator_file, "--most-frames", "0"], "--most-frames must be above 0; received 0"),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(["app", *map(str, arguments)])
        assert stopped.value.code == 2 and reason in capsys.readouterr().err


def test_a_job_that_takes_hours_keeps_its_folder(studio, tmp_path, monkeypatch):
    images.write_image(tmp_path / "map.png", np.zeros((16, 16, 3), np.uint8))
    upload = ("mine to translation", tmp_path / "map.png")

    def slowly(translator, plan):
        folder = plan[0][1].parent
        os.utime(folder, (0, 0))
        monkeypatch.setattr(studio_module, "translate_files", translate_files)
        other = threading.Thread(target=studio.translate_picture, args=upload)
        other.start()
        other.join(0.2)
        assert folder.exists()
        others.append(other)
        os.utime(folder)
        return translate_files(translator, plan)

    others = []
    monkeypatch.setattr(studio_module, "translate_files", slowly)
    assert studio.translate_picture(*upload)[1].exists()
    others[0].join()
