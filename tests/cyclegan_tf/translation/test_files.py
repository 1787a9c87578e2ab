"""Folders of pictures: which output belongs to which input, failures, formats, the slider page."""

import struct
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageCms
from small_pictures import gradient, invert

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.pages import write_slider_page
from cyclegan_tf.translation import formats
from cyclegan_tf.translation.files import (
    pictures_in,
    plan_files,
    translate_files,
)
from data_pipeline.decoding import Picture
from data_pipeline.folders import find_images


@pytest.fixture
def folder(tmp_path):
    for i in range(5):
        images.write_image(tmp_path / "in" / f"{i}.png", gradient(6 + i))
    return tmp_path


def test_plan_keeps_names_and_refuses_collisions(folder):
    plan = plan_files([folder / "in"], folder / "out", ".jpg")
    assert plan[1] == (folder / "in" / "1.png", folder / "out" / "1.jpg")
    images.write_image(folder / "in" / "1.bmp", gradient())
    with pytest.raises(ImageError, match="would both become .*1.png"):
        plan_files([folder / "in"], folder / "out")
    with pytest.raises(ImageError, match="is an input and would be overwritten"):
        plan_files([folder / "in" / "0.png"], folder / "in")
    (folder / "empty").mkdir()
    with pytest.raises(ImageError, match="empty holds no pictures"):
        plan_files([folder / "empty"], folder / "out")
    with pytest.raises(ImageError, match="none.png does not exist"):
        plan_files([folder / "none.png"], folder / "out")


def test_one_picture_may_be_given_its_name(folder):
    one = folder / "in" / "0.png"
    assert plan_files([one], folder / "result.png") == [(one, folder / "result.png")]
    assert plan_files([one], folder / "r.tif", ".tiff") == [(one, folder / "r.tif")]
    assert plan_files([one], folder / "v1.2") == [(one, folder / "v1.2" / "0.png")]
    for inputs, received in (([folder / "in"], "the folder"), ([one, one], "2 inputs")):
        with pytest.raises(ImageError, match=f"is the name of one picture; received {received}"):
            plan_files(inputs, folder / "result.png")
    with pytest.raises(ImageError, match="x.gif must end in one of .png, .jpg"):
        plan_files([one], folder / "x.gif")
    with pytest.raises(ImageError, match="x.png is no jpg file. Leave out --format"):
        plan_files([one], folder / "x.png", ".jpg")
    with pytest.raises(ImageError, match="--out is empty"):
        plan_files([one], "")
    assert not (folder / "result.png").exists()


def test_compared_pictures_have_places_of_their_own(folder):
    images.write_image(folder / "in" / "1_compare.bmp", gradient())
    plan_files([folder / "in"], folder / "out")
    with pytest.raises(ImageError, match="1.png and .*1_compare.bmp would both become .*out/1_com"):
        plan_files([folder / "in"], folder / "out", compare=True)
    (folder / "out").mkdir()
    (folder / "out" / "3_compare.png").symlink_to(folder / "in" / "0.png")
    with pytest.raises(ImageError, match="3_compare.png is an input and would be overwritten"):
        plan_files([folder / "in" / "0.png", folder / "in" / "3.png"], folder / "out", compare=True)


def test_no_input_is_overwritten_whatever_was_planned(folder):
    images.write_image(folder / "in" / "1_compare.png", gradient())
    kept = {path: path.read_bytes() for path in find_images(folder)[0]}
    for plan, options in (
        ([(folder / "in" / "0.png", folder / "in" / "0.png")], {}),
        ([(folder / "in" / "1_compare.png", folder / "in" / "1.tiff")], {"compare": True}),
        ([(folder / "in" / "0.png", folder / "new.png")], {"slider": folder / "in" / "0.png"}),
    ):
        with pytest.raises(ImageError, match="is an input and would be overwritten"):
            translate_files(lambda _: pytest.fail("too late"), plan, **options)
    assert {path: path.read_bytes() for path in find_images(folder)[0]} == kept


def test_the_pictures_of_a_folder_are_those_that_training_would_take(folder):
    place = folder / "in"
    for name in ("5.jfif", "6.jpe", "sub/7.PNG"):
        (place / name).parent.mkdir(exist_ok=True)
        Image.fromarray(gradient()).save(place / name, "PNG")
    for name in (".hidden.png", ".thumbnails/0.png", "__MACOSX/0.png", "notes.txt"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text("")
    (place / "8.png").mkdir()  # a folder
    (place / "sub" / "ring").symlink_to(place)
    names = [f"{i}.png" for i in range(5)] + ["5.jfif", "6.jpe", "sub/7.PNG"]
    assert pictures_in(place) == [(place / name, Path(name)) for name in names]
    assert [path for path, _ in pictures_in(place)] == find_images(place)[0]


def test_every_output_is_that_of_its_input(folder):
    plan = plan_files([folder / "in"], folder / "out")
    seen = []
    assert translate_files(invert, plan, lambda items: seen.extend(items) or items) == []
    assert seen == plan
    for path, output in plan:
        np.testing.assert_array_equal(images.read_image(output), 255 - images.read_image(path))
    assert sorted(p.name for p in (folder / "out").iterdir()) == [f"{i}.png" for i in range(5)]


def test_reading_and_writing_go_on_while_translating(folder, monkeypatch):
    """While the third picture is translated, the fourth is read and the second written."""
    read, written = threading.Event(), threading.Event()
    real_read, real_write = images.read_picture, formats.write_picture

    def read_picture(path, **options):
        if path.name == "3.png":
            read.set()
        return real_read(path, **options)

    def write_picture(path, *rest):
        real_write(path, *rest)
        if path.name == "1.png":
            written.set()

    monkeypatch.setattr(images, "read_picture", read_picture)
    monkeypatch.setattr(formats, "write_picture", write_picture)

    def translate(image):
        if image.shape[0] == 6 + 2:
            assert read.wait(20) and written.wait(20)
        return image

    assert translate_files(translate, plan_files([folder / "in"], folder / "out")) == []


def test_failures_are_listed_and_the_rest_is_done(folder, monkeypatch):
    (folder / "in" / "2.png").write_bytes((folder / "in" / "2.png").read_bytes()[:45])
    real_write = formats.write_picture

    def write_picture(path, *rest):
        if path.name == "1.png":
            raise ImageError(f"{path} is too large for this format.")
        real_write(path, *rest)

    monkeypatch.setattr(formats, "write_picture", write_picture)
    failures = translate_files(invert, plan_files([folder / "in"], folder / "out"))
    assert sorted(path.name for path, _ in failures) == ["1.png", "2.png"]
    assert any("2.png cannot be read" in reason for _, reason in failures)
    assert sorted(p.name for p in (folder / "out").iterdir()) == ["0.png", "3.png", "4.png"]


def test_a_map_too_large_does_not_stop_the_rest(folder):
    def translate(image):
        if image.shape[0] == 6 + 1:
            raise MemoryError
        return image

    failures = translate_files(translate, plan_files([folder / "in"], folder / "out"))
    path = folder / "in" / "1.png"
    hint = "Make it smaller."  # a function has no strips
    assert failures == [(path, f"{path} needs more memory than there is. {hint}")]
    assert (folder / "out" / "4.png").exists()
    with pytest.raises(ZeroDivisionError):  # a defect is not a failed picture
        translate_files(lambda _: 1 / 0, plan_files([folder / "in"], folder / "out"))


def test_no_space_stops_at_once(folder, monkeypatch):
    def full(*_):
        try:
            raise OSError(28, "No space left on device")
        except OSError as error:
            raise ImageError("out.png cannot be written: no space") from error

    monkeypatch.setattr(formats, "write_picture", full)
    with pytest.raises(ImageError, match="no space"):
        translate_files(invert, plan_files([folder / "in"], folder / "out"))


def test_skip_existing_leaves_finished_ones_alone(folder):
    plan = plan_files([folder / "in"], folder / "out")
    images.write_image(plan[1][1], gradient(2, 2))
    translated = []
    translate_files(lambda x: translated.append(x) or x, plan, skip_existing=True)
    assert len(translated) == 4
    assert images.read_image(plan[1][1]).shape == (2, 2, 3)


# Formats ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tiff"])
def test_profile_and_resolution_are_carried_over(tmp_path, suffix):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    source = tmp_path / "source.png"
    Image.fromarray(gradient()).save(source, icc_profile=profile, dpi=(300, 300))
    plan = plan_files([source], tmp_path / "out", suffix)
    assert translate_files(invert, plan) == []
    with Image.open(plan[0][1]) as image:
        assert image.info["icc_profile"] == profile
        if suffix != ".webp":  # the format has no such field
            assert [float(x) for x in image.info["dpi"]] == pytest.approx([300, 300], abs=0.1)


def test_a_profile_for_other_colours_is_dropped(tmp_path):
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[16:20] = b"GRAY"
    Image.fromarray(gradient()[..., 0]).save(tmp_path / "gray.png", icc_profile=bytes(profile))
    assert images.read_picture(tmp_path / "gray.png").info == {}


def test_quality_is_handed_on_and_jpeg_loses_its_alpha_on_white(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 4), np.uint8)
    sizes = []
    for quality in (20, 95):
        formats.write_picture(tmp_path / "a.jpg", Picture(noise), quality)
        sizes.append((tmp_path / "a.jpg").stat().st_size)
    assert sizes[1] > 2 * sizes[0]
    clear = np.zeros((16, 16, 4), np.uint8)
    formats.write_picture(tmp_path / "a.jpg", Picture(clear))
    assert images.read_image(tmp_path / "a.jpg").min() > 250
    formats.write_picture(tmp_path / "a.webp", Picture(noise[..., :3]), 100)
    np.testing.assert_array_equal(images.read_image(tmp_path / "a.webp"), noise[..., :3])


@pytest.mark.parametrize("channels", [3, 4])
def test_16_bit_png_stays_16_bit(tmp_path, channels):
    pixels = np.random.default_rng(0).integers(0, 2**16, (5, 7, channels), np.uint16)
    (tmp_path / "deep.png").write_bytes(tf.io.encode_png(pixels).numpy())
    plan = plan_files([tmp_path / "deep.png"], tmp_path / "out")
    assert translate_files(invert, plan, deep=True) == []
    written = tf.io.decode_png(plan[0][1].read_bytes(), dtype=tf.uint16).numpy()
    np.testing.assert_array_equal(written[..., :3], 65535 - pixels[..., :3])
    np.testing.assert_array_equal(written[..., 3:], pixels[..., 3:])
    translate_files(invert, plan)  # without deep
    assert images.read_image(plan[0][1]).dtype == np.uint8


def test_16_bit_png_carries_profile_and_resolution(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Picture(np.zeros((3, 3, 3), np.uint16), {"icc_profile": profile, "dpi": (72, 72)})
    formats.write_picture(tmp_path / "deep.png", picture)
    again = images.read_picture(tmp_path / "deep.png", deep=True)
    assert again.pixels.dtype == np.uint16
    assert again.info["icc_profile"] == profile
    assert np.allclose(again.info["dpi"], 72, atol=0.02)
    content = (tmp_path / "deep.png").read_bytes()
    place = content.index(b"pHYs")
    (checksum,) = struct.unpack(">I", content[place + 13 : place + 17])
    assert checksum == zlib.crc32(content[place : place + 13])


def test_16_bit_gray_tiff_becomes_16_bit_colour(tmp_path):
    gray = np.arange(12, dtype=np.uint16).reshape(3, 4) * 5000
    Image.fromarray(gray).save(tmp_path / "gray.tif")
    pixels = images.read_picture(tmp_path / "gray.tif", deep=True).pixels
    np.testing.assert_array_equal(pixels, np.repeat(gray[..., None], 3, -1))
    with pytest.raises(ImageError, match="can't hold 16 bits per channel: write PNG"):
        formats.write_picture(tmp_path / "gray.jpg", Picture(pixels))


# The slider page --------------------------------------------------------------------------------


def test_slider_page_can_be_moved_with_its_folder(tmp_path):
    before, after = tmp_path / "elsewhere" / "a b.tif", tmp_path / "out" / "maps" / "a b.png"
    images.write_image(before, gradient())
    images.write_image(after, invert(gradient()))
    write_slider_page(tmp_path / "out" / "index.html", [(before, after)], "A & B")
    page = (tmp_path / "out" / "index.html").read_text()
    assert "<title>A &amp; B</title>" in page
    assert 'src="maps/a%20b.png"' in page and 'src="before/1.png"' in page
    assert "aspect-ratio:8/6" in page
    assert "http" not in page  # nothing from elsewhere
    np.testing.assert_array_equal(images.read_image(tmp_path / "out/before/1.png"), gradient())


def test_outputs_in_a_folder_of_inputs_are_no_inputs(folder):
    inputs = folder / "in"
    plan = plan_files([inputs], inputs / "translated")
    assert translate_files(invert, plan) == []
    assert plan_files([inputs], inputs / "translated") == plan
    assert translate_files(None, plan, skip_existing=True) == []


def test_an_input_that_has_become_unreadable_is_left_out_of_the_page(folder):
    plan = plan_files([folder / "in"], folder / "out")
    translate_files(invert, plan)
    plan[2][0].write_bytes(b"no picture")
    page = folder / "out" / "index.html"
    ((failed, _),) = translate_files(invert, plan, slider=page)
    assert failed == plan[2][0]
    assert ">3<" in page.read_text() and ">2<" not in page.read_text()
