"""Every format, depth and orientation against numbers worked out by hand."""

import doctest
import io
import struct

import numpy as np
import pytest
import tifffile
from picture_set import picture_set, png
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngImageFile

from data_pipeline import decoding
from data_pipeline.decoding import (
    flatten_alpha,
    kind_of,
    read_image,
    read_labels,
    read_picture,
)

# 2 x 3, all channels different, so that a wrong axis or channel order shows.
RGB = np.array(
    [[[255, 0, 0], [0, 255, 0], [0, 0, 255]], [[10, 20, 30], [40, 50, 60], [70, 80, 90]]], np.uint8
)


def test_doctests():
    assert doctest.testmod(decoding).failed == 0


def encoded(image, **options):
    stream = io.BytesIO()
    image.save(stream, **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_formats_are_read_exactly(kind):
    result = read_image(encoded(Image.fromarray(RGB), format=kind))
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, RGB)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_lossy_formats_are_read_nearly(kind):
    flat = np.full((16, 16, 3), (200, 100, 50), np.uint8)
    result = read_image(encoded(Image.fromarray(flat), format=kind, quality=95))
    assert np.abs(result.astype(int) - flat).max() <= 3


def test_gif_gives_its_first_frame():
    frames = [Image.new("RGB", (4, 3), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], format="GIF", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(read_image(data), np.full((3, 4, 3), (255, 0, 0)))


def test_gray_palette_and_bilevel_become_rgb():
    gray = np.array([[0, 100, 255]], np.uint8)
    expected = np.repeat(gray[..., None], 3, axis=-1)
    np.testing.assert_array_equal(
        read_image(encoded(Image.fromarray(gray), format="PNG")), expected
    )
    palette = Image.fromarray(RGB).quantize(6)
    assert palette.mode == "P"
    np.testing.assert_array_equal(
        read_image(encoded(palette, format="PNG")), palette.convert("RGB")
    )
    bilevel = Image.fromarray(np.array([[0, 255]], np.uint8)).convert("1")
    np.testing.assert_array_equal(
        read_image(encoded(bilevel, format="PNG")), [[[0] * 3, [255] * 3]]
    )


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_gray_keeps_the_high_byte(kind):
    gray = np.array([[0, 255, 256, 0x7FFF, 0x8000, 65535]], np.uint16)
    result = read_image(encoded(Image.fromarray(gray), format=kind))
    # Clipping instead of scaling, Pillow's own way for this mode, gives 255 nearly everywhere.
    np.testing.assert_array_equal(result[0, :, 0], [0, 0, 1, 127, 128, 255])
    assert result.shape == (1, 6, 3)


def test_alpha_is_blended_onto_the_background():
    rgba = np.array([[[200, 100, 0, 255], [200, 100, 0, 0], [200, 100, 0, 128]]], np.uint8)
    data = encoded(Image.fromarray(rgba), format="PNG")
    # 200 * 128 / 255 + 255 * 127 / 255 = 227.39; 100 -> 177.2; 0 -> 127
    np.testing.assert_array_equal(
        read_image(data), [[[200, 100, 0], [255, 255, 255], [227, 177, 127]]]
    )
    np.testing.assert_array_equal(
        read_image(data, (0, 0, 255))[0, 1:], [[0, 0, 255], [100, 50, 127]]
    )


def test_alpha_of_gray_and_of_palette_entries_counts():
    la = np.array([[[50, 0], [50, 255]]], np.uint8)
    np.testing.assert_array_equal(
        read_image(encoded(Image.fromarray(la), format="PNG")), [[[255] * 3, [50] * 3]]
    )
    palette = Image.new("P", (2, 1))
    palette.putpalette([9, 9, 9, 200, 0, 0])
    palette.putpixel((1, 0), 1)
    data = encoded(palette, format="PNG", transparency=0)
    np.testing.assert_array_equal(read_image(data, (1, 2, 3)), [[[1, 2, 3], [200, 0, 0]]])


def test_flatten_alpha_rounds():
    # 1 * 127 / 255 = 0.498 -> 0; 1 * 128 / 255 = 0.502 -> 1
    rgba = np.array([[[1, 1, 1, 127], [1, 1, 1, 128]]], np.uint8)
    assert flatten_alpha(rgba, (0, 0, 0)).tolist() == [[[0] * 3, [1] * 3]]


@pytest.mark.parametrize(
    "orientation, upright",
    [
        (1, RGB),
        (2, RGB[:, ::-1]),
        (3, RGB[::-1, ::-1]),
        (6, np.rot90(RGB, -1)),  # stored lying on its left side: turn clockwise
        (8, np.rot90(RGB)),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_exif_orientation_is_applied(orientation, upright, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(Image.fromarray(RGB), format=kind, exif=exif)
    np.testing.assert_array_equal(read_image(data), upright)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_that_of_pillow(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(Image.fromarray(RGB), format="PNG", exif=exif)
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(read_image(data), ImageOps.exif_transpose(image))


def test_a_picture_keeps_alpha_profile_and_resolution(tmp_path):
    rgba = np.random.default_rng(0).integers(0, 256, (3, 4, 4), np.uint8)
    profile = bytes(16) + b"RGB " + bytes(108)
    Image.fromarray(rgba).save(tmp_path / "x.png", icc_profile=profile, dpi=(300, 300))
    picture = read_picture(tmp_path / "x.png")
    np.testing.assert_array_equal(picture.pixels, rgba)
    assert picture.info["icc_profile"] == profile
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    np.testing.assert_array_equal(
        read_image(str(tmp_path / "x.png"), (9, 8, 7)), flatten_alpha(rgba, (9, 8, 7))
    )
    gray = encoded(Image.new("L", (2, 2)), format="PNG", icc_profile=bytes(16) + b"GRAY")
    assert read_picture(gray).info == {}


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bits_are_kept_where_they_are_asked_for(kind):
    gray = np.array([[0, 255, 256, 0x7FFF, 0x8000, 65535]], np.uint16)
    data = encoded(Image.fromarray(gray), format=kind)
    deep = read_picture(data, deep=True).pixels
    assert deep.dtype == np.uint16
    np.testing.assert_array_equal(deep, np.repeat(gray[..., None], 3, axis=-1))
    shallow = encoded(Image.fromarray(RGB), format=kind)
    assert read_picture(shallow, deep=True).pixels.dtype == np.uint8


def test_tensorflow_is_not_loaded_for_8_bits_of_16(monkeypatch):
    def decode(content, num_channels):
        raise AssertionError("slow to load")

    monkeypatch.setattr("data_pipeline.pillow_faults.decode_16_bit_png", decode)
    files = [file for file in picture_set("PNG") if file.depth == "16" and file.metadata != "tRNS"]
    assert {file.layout for file in files} == {"gray", "gray and alpha", "RGB", "RGBA"}
    for file in files:
        np.testing.assert_array_equal(read_picture(file.content).pixels, file.upright_8, file.name)


def test_labels_are_indices_not_colours():
    labels = np.array([[0, 1, 2], [2, 1, 15]], np.uint8)
    indexed = Image.fromarray(labels).convert("P")
    indexed.putpalette(np.arange(48, dtype=np.uint8)[::-1].tobytes())
    for image in (indexed, Image.fromarray(labels)):
        np.testing.assert_array_equal(read_labels(encoded(image, format="PNG")), labels)
    with pytest.raises(ValueError, match="8-bit gray or palette indices; received RGB"):
        read_labels(encoded(Image.fromarray(RGB), format="PNG"))
    # Pillow stretches fewer bits to 255, so that class 3 of 2 bits would become 255.
    with pytest.raises(ValueError, match="8-bit gray or palette indices; received 4-bit gray"):
        read_labels(png.png(labels, png.GRAYS, 4))
    four = png.png(labels, png.INDEXED, 4, png.chunk(b"PLTE", bytes(48)))
    np.testing.assert_array_equal(read_labels(four), labels)


def test_arrays_pass_through():
    assert read_image(RGB) is RGB


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_a_truncated_file_is_refused(kind):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = encoded(Image.fromarray(noise), format=kind)
    read_image(data)
    with pytest.raises(ValueError):
        read_image(data[: len(data) // 2])


def test_the_reasons_are_readable():
    for data, reason in (
        (b"", "the file is empty"),
        (b"<html>404</html>", "not an image, or of an unknown format"),
        (encoded(Image.new("F", (2, 2)), format="TIFF"), "32-bit float"),
        (encoded(Image.fromarray(np.array([[70000]], np.int32)), format="TIFF"), "32-bit integer"),
        (encoded(Image.fromarray(np.array([[7]], np.int32)), format="TIFF"), "32-bit integer"),
        (encoded(Image.new("RGB", (2, 2)), format="PPM"), "HEIC, JPEG, PNG, TIFF, WebP are"),
        (encoded(Image.new("RGB", (2, 2)), format="WEBP")[:20], "damaged or cut off"),
    ):
        with pytest.raises(ValueError, match=reason):
            read_image(data)


def head_of_png(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png.SIGNATURE + png.chunk(b"IHDR", header) + png.chunk(b"IDAT", b"")


def test_maps_may_be_larger_than_what_pillow_takes_for_an_attack():
    # 400 million pixels; a warning is an error in the tests. Only the head is read.
    assert kind_of(head_of_png(20_000, 20_000)) == "PNG RGB"


def test_pictures_that_fit_no_memory_are_refused():
    for read in (read_picture, read_image, read_labels, kind_of):
        with pytest.raises(ValueError, match="40000x40000 pixels are too many; at most 1,073"):
            read(head_of_png(40_000, 40_000))


@pytest.mark.parametrize(
    "name",
    ["%d.png", "http:x.png", "concat:a|b.png", "a\nb.png", "[0-9]*.png", "-i.png", "ü\udcff.png"],
)
def test_names_mean_nothing_to_libraries(name, tmp_path):
    Image.fromarray(RGB).save(tmp_path / "x.png")
    Image.fromarray(RGB).save(tmp_path / "x.tif")
    for suffix in (".png", ".tif"):
        path = tmp_path / f"{name}{suffix}"
        path.write_bytes((tmp_path / f"x{suffix}").read_bytes())
        np.testing.assert_array_equal(read_image(path), RGB)
        np.testing.assert_array_equal(read_image(str(path)), RGB)


def test_whatever_a_decoder_raises_is_a_value_error(monkeypatch):
    data = encoded(Image.fromarray(RGB), format="PNG")
    for error, text in (
        (SyntaxError("broken\nchunk"), "broken chunk"),
        (struct.error("short"), "short"),
        (IndexError(), "IndexError"),
        (Image.DecompressionBombError("too many pixels"), "too many pixels"),
        (PermissionError(13, "Permission denied", "/a/b.png"), "Permission denied"),
        (MemoryError(), "too little memory"),
    ):

        def load(image, error=error):
            raise error

        monkeypatch.setattr(PngImageFile, "load", load)
        for read in (read_picture, read_image, read_labels):
            with pytest.raises(ValueError, match=text) as caught:
                read(data)
            assert caught.value.__cause__ is error


def test_kinds_of_what_pillow_cannot_open():
    rgba = np.zeros((2, 2, 2), np.uint16)
    stream = io.BytesIO()
    tifffile.imwrite(stream, rgba, photometric="minisblack", extrasamples=["unassalpha"])
    assert kind_of(stream.getvalue()) == "TIFF gray+alpha 16-bit"


def test_kinds(tmp_path):
    assert kind_of(np.zeros((2, 2, 3), np.uint8)) == "drawn"
    Image.new("P", (2, 2)).save(tmp_path / "a.png", transparency=0)
    assert kind_of(tmp_path / "a.png") == "PNG P+alpha"
    stream = io.BytesIO()
    Image.new("RGBA", (2, 2)).save(stream, format="WEBP")
    assert kind_of(stream.getvalue()) == "WEBP RGBA"
    Image.new("L", (2, 2)).save(tmp_path / "b.jpg")
    assert kind_of(tmp_path / "b.jpg") == "JPEG L"
