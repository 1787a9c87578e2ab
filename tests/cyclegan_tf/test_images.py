"""Borders between pictures and tensors by hand; reading any kind of file; writing whole or not.

How training images are read is tested with data_pipeline.
"""

import os
import stat
import struct

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from data_pipeline.files import atomic_file


def test_ranges_by_hand():
    assert images.uint8_to_unit(np.array([0, 51, 255], "uint8")).tolist() == pytest.approx(
        [-1.0, -0.6, 1.0]
    )
    assert images.uint8_to_unit(np.zeros(1, "uint8")).dtype == np.float32
    values = np.array([-1.5, -1.0, -0.6, 0.0, 1.0, 7.0])
    # 0.0 is 127.5, which rounds to the even 128.
    assert images.unit_to_uint8(values).tolist() == [0, 0, 51, 128, 255, 255]


def test_every_uint8_survives_the_way_there_and_back():
    every = np.arange(256, dtype="uint8")
    np.testing.assert_array_equal(images.unit_to_uint8(images.uint8_to_unit(every)), every)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_every_value_of_either_depth_survives_the_way_there_and_back(dtype):
    largest = np.iinfo(dtype).max
    every = np.arange(largest + 1, dtype=dtype)
    unit = images.to_unit(every)
    assert unit.dtype == np.float32 and (unit[0], unit[-1]) == (-1, 1)
    np.testing.assert_array_equal(images.from_unit(unit, dtype), every)
    assert images.from_unit(np.array([-1.5, 7.0]), dtype).tolist() == [0, largest]


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "webp"])
def test_lossless_files_are_read_exactly(suffix, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    options = {"lossless": True} if suffix == "webp" else {}
    Image.fromarray(pixels).save(tmp_path / f"x.{suffix}", **options)
    np.testing.assert_array_equal(images.read_image(tmp_path / f"x.{suffix}"), pixels)


def test_alpha_is_kept(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 4), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    np.testing.assert_array_equal(images.read_image(tmp_path / "x.png"), pixels)


def test_transparent_palette_entry_becomes_alpha(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "x.png", transparency=0)
    assert images.read_image(tmp_path / "x.png").tolist() == [[[10, 20, 30, 0], [40, 50, 60, 255]]]


def test_gray_of_8_and_16_bits_agree(tmp_path):
    gray = np.array([[0, 1, 128, 255]], np.uint8)
    Image.fromarray(gray).save(tmp_path / "8.png")
    Image.fromarray(gray.astype(np.uint16) * 256 + 255).save(tmp_path / "16.png")  # high byte
    expected = np.repeat(gray[..., None], 3, axis=-1)
    np.testing.assert_array_equal(images.read_image(tmp_path / "8.png"), expected)
    np.testing.assert_array_equal(images.read_image(tmp_path / "16.png"), expected)


def test_orientation_is_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise to see it upright
    Image.fromarray(np.zeros((4, 9, 3), np.uint8)).save(tmp_path / "x.png", exif=exif)
    assert images.read_image(tmp_path / "x.png").shape == (9, 4, 3)


def test_first_frame_of_an_animation_is_read(tmp_path):
    frames = [Image.new("RGB", (3, 2), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "x.gif", save_all=True, append_images=frames[1:])
    assert images.read_image(tmp_path / "x.gif")[0, 0, :3].tolist() == [255, 0, 0]


@pytest.mark.parametrize(
    "content, reason",
    [(b"", "the file is empty"), (b"no picture at all", "not an image, or of an unknown format")],
)
def test_file_that_is_no_picture_is_named(content, reason, tmp_path):
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(ImageError, match=f"x.png cannot be read: {reason}"):
        images.read_image(tmp_path / "x.png")


def test_truncated_picture_is_named(tmp_path, write_pictures):
    write_pictures(tmp_path, [(64, 64)])
    whole = (tmp_path / "m0.png").read_bytes()
    (tmp_path / "m0.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ImageError, match="m0.png"):
        images.read_image(tmp_path / "m0.png")


def test_whatever_a_decoder_raises_names_the_picture(tmp_path, monkeypatch, write_pictures):
    write_pictures(tmp_path, [(8, 8)])
    for error in (SyntaxError("no"), KeyError("no"), struct.error("no"), RuntimeError("no")):

        def load(image, error=error):
            raise error

        monkeypatch.setattr(PngImageFile, "load", load)
        with pytest.raises(
            ImageError, match=r"m0.png cannot be read: (no|the file is damaged \(.*no.*\))\.$"
        ):
            images.read_image(tmp_path / "m0.png")


def test_missing_picture_and_folder_are_named(tmp_path):
    with pytest.raises(ImageError, match="x.png does not exist"):
        images.read_image(tmp_path / "x.png")
    with pytest.raises(ImageError, match=tmp_path.name):
        images.read_image(tmp_path)


def test_written_picture_is_read_back(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 4), np.uint8)
    images.write_image(tmp_path / "new" / "folder" / "x.png", pixels)
    np.testing.assert_array_equal(images.read_image(tmp_path / "new/folder/x.png"), pixels)


def test_writing_fails_with_one_line_and_leaves_nothing(tmp_path):
    pixels = np.zeros((2, 2, 3), np.uint8)
    with pytest.raises(ImageError, match="x.unknown cannot be written"):
        images.write_image(tmp_path / "x.unknown", pixels)
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").write_text("")
    with pytest.raises(ImageError, match="x.png cannot be written"):
        images.write_image(tmp_path / "file" / "x.png", pixels)


def test_atomic_file_keeps_the_old_content_when_writing_fails(tmp_path):
    target = tmp_path / "x.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), atomic_file(target) as partial:
        assert os.path.dirname(partial) == str(tmp_path)
        assert partial.endswith(".txt")
        with open(partial, "w") as file:
            file.write("half of the n")
        raise RuntimeError
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]


def test_atomic_file_has_the_permissions_of_a_plain_file(tmp_path):
    with atomic_file(tmp_path / "atomic.txt"):
        pass
    (tmp_path / "plain.txt").write_text("")
    modes = {stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("atomic.txt", "plain.txt")}
    assert len(modes) == 1


def test_grid_by_hand():
    small, wide = np.full((1, 1, 3), 10, np.uint8), np.full((1, 2, 3), 20, np.uint8)
    canvas = images.grid([[small, wide], [wide]], gap=1, background=0)
    assert canvas[..., 0].tolist() == [  # columns are as wide as their widest picture
        [0, 0, 0, 0, 0, 0, 0],
        [0, 10, 0, 0, 20, 20, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 20, 20, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]
    assert canvas.dtype == np.uint8
