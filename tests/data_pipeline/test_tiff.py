"""What belongs to the pixels of TIFF that Pillow doesn't read; its pixels are in picture_set."""

import io
import struct

import numpy as np
import pytest
import tifffile
from picture_set import picture_set
from picture_set.entry import RGB, RGB_16
from picture_set.tiff_writer import HEIGHT, ORIENTATION, ROWS_PER_STRIP, raw, tiff
from PIL import Image

from cyclegan_tf.translation.formats import write_picture
from data_pipeline.decoding import kind_of, read_picture

PROFILE = bytes(16) + b"RGB " + bytes(108)


@pytest.mark.parametrize("pixels", [RGB, RGB_16], ids=["by Pillow", "by tifffile"])
@pytest.mark.parametrize(
    "unit, dpi", [("INCH", (300, 150)), ("CENTIMETER", (762, 381)), ("NONE", None)]
)
def test_profile_and_resolution(pixels, unit, dpi):
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        pixels,
        photometric="rgb",
        iccprofile=PROFILE,
        resolution=(300, 150),
        resolutionunit=unit,
    )
    info = read_picture(stream.getvalue()).info
    assert info["icc_profile"] == PROFILE
    assert info.get("dpi") == dpi


@pytest.mark.parametrize("wrong", [0, 9])
def test_orientations_that_do_not_exist_count_as_upright(wrong):
    content = tiff(raw(RGB_16, 16), bits=16, photometric=2, samples=3, tags={ORIENTATION: wrong})
    np.testing.assert_array_equal(read_picture(content, deep=True).pixels, RGB_16)


def test_kinds():
    files = {file.name: file.content for file in picture_set("TIFF")}
    for name, kind in (
        ("rgb_8.tif", "TIFF RGB"),
        ("rgb_16.tif", "TIFF RGB 16-bit"),
        ("rgba_16_straight.tif", "TIFF RGB+alpha 16-bit"),
        ("rgba_16_unspecified_extra.tif", "TIFF RGB 16-bit"),
        ("gray_and_alpha_8_premultiplied.tif", "TIFF gray+alpha 8-bit"),
        ("gray_16_white_is_0.tif", "TIFF gray 16-bit"),
    ):
        assert kind_of(files[name]) == kind
    with pytest.raises(ValueError, match="CIELab"):
        kind_of(files["cielab_8.tif"])


def test_a_tiff_that_breaks_off_is_refused():
    content = next(file.content for file in picture_set("TIFF") if file.name == "rgb_16.tif")
    for length in (8, 100, 600, len(content) - 40):
        with pytest.raises(ValueError):
            read_picture(content[:length], deep=True)


@pytest.mark.parametrize("depth, pixels", [(8, RGB), (16, RGB_16)])
def test_missing_strips_are_no_black_rows(depth, pixels):
    options = {"bits": depth, "photometric": 2, "samples": 3}
    five = [raw(pixels[:1], depth)] * 5
    for content in (
        tiff(raw(pixels, depth), tags={HEIGHT: 900}, **options),
        tiff(five, tags={ROWS_PER_STRIP: 1}, **options),
        tiff([*five, *[b""] * 4], tags={ROWS_PER_STRIP: 1}, **options),
    ):
        for deep in (False, True):
            with pytest.raises(ValueError, match="truncated: strips or tiles are missing"):
                read_picture(content, deep=deep)


def test_damage_is_told_as_such():
    content = next(file.content for file in picture_set("TIFF") if file.name == "rgb_16.tif")
    with pytest.raises(ValueError, match="the file is damaged .IndexError"):
        read_picture(content[:4] + bytes(4) + content[8:])


def test_a_tiff_without_a_resolution_has_none(tmp_path):
    Image.fromarray(np.zeros((4, 5, 3), np.uint8)).save(tmp_path / "a.tif")
    assert read_picture(tmp_path / "a.tif").info == {}


@pytest.mark.parametrize("tag", [(0, 0), (1, 0), (4294967295, 1)], ids=str)
@pytest.mark.parametrize("suffix", [".tif", ".png", ".jpg"])
def test_impossible_resolutions_are_left_out(tag, suffix, tmp_path):
    image = Image.fromarray(np.zeros((4, 5, 3), np.uint8))
    image.save(tmp_path / "odd.tif", dpi=(300, 300))
    data = (tmp_path / "odd.tif").read_bytes()
    right = struct.pack("<II", 300, 1)
    assert data.count(right) == 2
    (tmp_path / "odd.tif").write_bytes(data.replace(right, struct.pack("<II", *tag)))
    picture = read_picture(tmp_path / "odd.tif")
    assert "dpi" not in picture.info
    write_picture(tmp_path / f"new{suffix}", picture)
