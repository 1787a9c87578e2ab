"""Images of Pillow in every mode, against numbers worked out by hand."""

import doctest
import io

import numpy as np
import pytest
from picture_set import FORMATS, picture_set
from PIL import Image

from data_pipeline import pixels
from data_pipeline.decoding import from_pillow, read_picture


def test_doctests():
    assert doctest.testmod(pixels).failed == 0


@pytest.mark.parametrize(
    "mode, value, expected",
    [
        ("1", 1, [255, 255, 255]),
        ("L", 7, [7, 7, 7]),
        ("LA", (7, 9), [7, 7, 7, 9]),
        ("La", (50, 100), [128, 128, 128, 100]),  # 50 * 255 / 100 = 127.5
        ("RGB", (1, 2, 3), [1, 2, 3]),
        ("RGBX", (1, 2, 3, 4), [1, 2, 3]),
        ("RGBA", (1, 2, 3, 4), [1, 2, 3, 4]),
        ("RGBa", (100, 50, 0, 128), [199, 100, 0, 128]),  # 199.2, 99.6
        ("RGBa", (0, 0, 0, 0), [0, 0, 0, 0]),
        ("RGBa", (9, 9, 9, 5), [255, 255, 255, 5]),  # more colour than there can be
        ("CMYK", (255, 0, 0, 0), [0, 255, 255]),
        ("CMYK", (0, 0, 0, 255), [0, 0, 0]),
        ("YCbCr", (255, 128, 128), [255, 255, 255]),
        ("YCbCr", (76, 85, 255), [254, 0, 0]),  # red: 76 + 1.402 * 127 = 254.05
        ("HSV", (85, 255, 255), [0, 255, 0]),
        ("I;16", 0x7FFF, [127, 127, 127]),
        ("I;16B", 0x8000, [128, 128, 128]),
    ],
)
def test_every_mode_becomes_rgb(mode, value, expected):
    pixels = from_pillow(Image.new(mode, (3, 2), value)).pixels
    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels, np.full((2, 3, len(expected)), expected))


def test_palettes_and_their_transparency():
    image = Image.new("P", (2, 1))
    image.putpalette([9, 8, 7, 200, 100, 0])
    image.putpixel((1, 0), 1)
    np.testing.assert_array_equal(from_pillow(image).pixels, [[[9, 8, 7], [200, 100, 0]]])
    image.info["transparency"] = bytes([51, 255])
    rgba = [[[9, 8, 7, 51], [200, 100, 0, 255]]]
    np.testing.assert_array_equal(from_pillow(image).pixels, rgba)
    np.testing.assert_array_equal(from_pillow(image.convert("PA")).pixels, rgba)


def test_16_bits_of_gray_are_kept_where_they_are_asked_for():
    gray = np.array([[0, 300, 65535]], np.uint16)
    pixels = from_pillow(Image.fromarray(gray), deep=True).pixels
    assert pixels.dtype == np.uint16
    np.testing.assert_array_equal(pixels, np.repeat(gray[..., None], 3, axis=-1))
    assert from_pillow(Image.new("RGB", (1, 1)), deep=True).pixels.dtype == np.uint8


def test_orientation_profile_and_resolution_belong_to_it():
    image = Image.fromarray(np.arange(6, dtype=np.uint8).reshape(2, 3))
    image.getexif()[0x0112] = 6
    image.info |= {"dpi": (300, 300), "icc_profile": bytes(16) + b"GRAY"}
    picture = from_pillow(image)
    np.testing.assert_array_equal(picture.pixels[..., 0], [[3, 0], [4, 1], [5, 2]])
    assert picture.info == {"dpi": (300, 300)}


@pytest.mark.parametrize(
    "mode, reason",
    [("F", "32-bit float pixels"), ("I", "32-bit integer pixels"), ("LAB", "CIELab colours")],
)
def test_what_has_no_agreed_meaning_is_refused_by_name(mode, reason):
    with pytest.raises(ValueError, match=reason):
        from_pillow(Image.new(mode, (3, 2)))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # BigTIFF, big-endian: then it is refused
def test_an_opened_file_is_what_its_path_is_or_refused():
    """Every file of the set gives the same pixels either way, or an error that helps."""
    num_refused = 0
    for name in FORMATS:
        for file in picture_set(name):
            try:
                image = Image.open(io.BytesIO(file.content))
            except (OSError, ValueError):  # by Pillow itself
                continue
            try:
                found = from_pillow(image).pixels
            except ValueError as error:
                num_refused += not file.refused
                assert file.refused or "give its path or its bytes instead" in str(error), file.name
                continue
            assert not file.refused, file.name
            if "canvas" in file.metadata:  # Pillow lays colour 0 instead of the background
                continue
            # Pillow cuts what it divides by alpha, and before that 16 bits to 8.
            bar = 3 if file.metadata.startswith("premultiplied") else 0
            expected = read_picture(file.content).pixels
            np.testing.assert_allclose(found, expected, atol=bar, err_msg=file.name)
    assert 10 < num_refused < 25


def test_an_image_of_a_file_that_is_cut_off_is_refused():
    stream = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)).save(
        stream, "PNG"
    )
    with pytest.raises(ValueError, match="truncated"):
        from_pillow(Image.open(io.BytesIO(stream.getvalue()[:2000])))
