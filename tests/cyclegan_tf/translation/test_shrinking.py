"""Small copies: by hand, like the first step of two stages, and as files."""

import numpy as np
import pytest
import tifffile
from PIL import Image
from small_pictures import gradient

from cyclegan_tf import images
from cyclegan_tf.cli.main import main as cli
from cyclegan_tf.errors import ConfigError, ImageError
from cyclegan_tf.translation import shrinking
from cyclegan_tf.translation.shrinking import shrink_files, shrunk
from data_pipeline.preparation import Preparation


def test_squares_become_their_mean_and_the_rest_is_left_out(monkeypatch):
    monkeypatch.setattr(shrinking, "_ROWS", 3)
    image = np.random.default_rng(0).integers(0, 2**16, (31, 22, 3)).astype(np.uint16)
    expected = image[:28, :20].reshape(7, 4, 5, 4, 3).mean((1, 3))
    np.testing.assert_array_equal(shrunk(image, 4), np.rint(expected))


def test_colours_count_by_how_opaque_they_are():
    image = np.zeros((2, 4, 4), np.uint8)
    image[:, 0] = [200, 100, 0, 255]  # beside nothing, then nothing alone
    image[:, 3, :3] = 50
    small = shrunk(image, 2)
    assert small.tolist() == [[[200, 100, 0, 128], [25, 25, 25, 0]]]


def test_what_is_smaller_than_a_square_is_refused():
    with pytest.raises(ImageError, match="3x9 pixels can't be 4 times fewer"):
        shrunk(np.zeros((9, 3, 3), np.uint8), 4)
    with pytest.raises(ImageError, match="factor must be 2 to 8"):
        shrink_files(["x"], "out", 9)


def test_the_command_keeps_names_and_says_what_it_left_out(tmp_path, capsys):
    for name, side in (("a/large.png", 20), ("b/deep/large.jpg", 16), ("b/tiny.png", 3)):
        images.write_image(tmp_path / "maps" / name, gradient(side, side))
    with pytest.raises(SystemExit) as stop:
        cli(["shrink", str(tmp_path / "maps"), "--out", str(tmp_path / "small")])
    assert stop.value.code == 1
    printed = capsys.readouterr()
    assert "2 of 3 pictures made small" in printed.out
    assert "left out: " in printed.err and "tiny.png" in printed.err
    found = sorted(p.relative_to(tmp_path / "small") for p in (tmp_path / "small").rglob("*.*"))
    assert [path.as_posix() for path in found] == ["a/large.png", "b/deep/large.png"]
    assert images.read_image(tmp_path / "small" / "a" / "large.png").shape == (5, 5, 3)


def bands(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (8, 12, count)).astype(np.uint8)


def write_tiff(folder, name, pixels):
    folder.mkdir()
    tifffile.imwrite(folder / name, pixels, photometric="minisblack", planarconfig="contig")


def test_bands_are_kept_where_they_are_asked_for(tmp_path):
    image = bands(4)
    write_tiff(tmp_path / "maps", "four.tif", image)
    assert shrink_files([tmp_path / "maps"], tmp_path / "small", 4, channels=4) == (1, [])
    small = images.read_picture(
        tmp_path / "small" / "four.tif", preparation=Preparation(channels=4)
    ).pixels
    expected = np.rint(image.reshape(2, 4, 3, 4, 4).mean((1, 3)))
    np.testing.assert_array_equal(small, expected)


def test_pictures_whose_bands_would_be_lost_are_named(tmp_path):
    write_tiff(tmp_path / "maps", "five.tif", bands(5))
    images.write_image(tmp_path / "maps" / "rgb.png", gradient(8, 8))
    number, failures = shrink_files([tmp_path / "maps"], tmp_path / "small", 4)
    assert number == 2
    [(path, why)] = failures
    assert path.name == "five.tif" and "5 bands" in why and "--channels 5" in why
    assert [p.name for p in (tmp_path / "small").iterdir()] == ["rgb.png"]


def test_gray_stays_gray(tmp_path):
    green = np.zeros((8, 8, 3), np.uint8)
    green[..., 1] = 255
    images.write_image(tmp_path / "maps" / "rgb.png", green)
    assert shrink_files([tmp_path / "maps"], tmp_path / "small", 4, channels=1) == (1, [])
    with Image.open(tmp_path / "small" / "rgb.png") as small:
        assert (small.mode, small.size) == ("L", (2, 2))
        assert small.getextrema() == (150, 150)  # its luma, as the networks see the original


def test_channels_out_of_range_are_refused():
    with pytest.raises(ConfigError, match="channels must be from 1 to 64"):
        shrink_files(["x"], "out", channels=65)
