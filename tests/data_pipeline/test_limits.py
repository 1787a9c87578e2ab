"""What would take hours or gigabytes is refused beforehand, unless you raise the limit."""

import io
import sys
import time

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from data_pipeline.decoding import read_picture
from data_pipeline.errors import DataError
from data_pipeline.limits import LIMITS
from data_pipeline.listing import list_domains
from data_pipeline.worlds import export_world, scroll, world_maps

TOO_MUCH = (
    r"about 1,000,000 pictures of 2,200,000 megapixels.* GB of disk.* GB of memory and .* hou"
)


@pytest.fixture(autouse=True)
def in_time():
    began = time.monotonic()
    yield
    assert time.monotonic() - began < 10


def test_a_million_maps_are_refused_with_an_estimate(tmp_path):
    for options in ({"num_maps": 999_999}, {"num_maps": 1000, "captures": 1000}):
        with pytest.raises(ValueError, match=r"about .* pictures .*--max-drawn 2\d+") as caught:
            world_maps("meadow2forest", "train", "a", cache_dir=tmp_path, **options)
    assert "about 1,000,000 pictures of 2,200,000 megapixels in all: 1,320.0 GB" in str(
        caught.value
    )
    with pytest.raises(ValueError, match="little memory and .* hours"):
        export_world("meadow2forest", tmp_path / "out", num_maps=999_999)
    with pytest.raises(DataError, match="^world:meadow2forest.num_maps=900000: about 900,000"):
        list_domains("world:meadow2forest?num_maps=900000")
    assert not list(tmp_path.iterdir())


def test_only_you_can_raise_the_limit(monkeypatch, tmp_path):
    monkeypatch.setenv("CYCLEGAN_TF_CACHE", str(tmp_path))
    address = "world:meadow2forest?num_maps=2&scale=0.1"
    monkeypatch.setattr(LIMITS, "max_drawn", 0.1)
    with pytest.raises(DataError, match="--max-drawn 1"):
        list_domains(address)
    with pytest.raises(DataError, match="unknown option 'max_drawn'"):
        list_domains(f"{address}&max_drawn=5")
    monkeypatch.setattr(LIMITS, "max_drawn", 1)
    assert len(list_domains(f"{address}&num_workers=1", split="val", progress=False)[0]) == 2


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"num_frames": 10**6, "size": (8, 8)}, "about 2,000,000 pictures .*little memory"),
        ({"num_frames": 1, "size": (10**6, 10**6)}, "frames of 1000000x1000000 are too large"),
        ({"num_frames": 4000}, "about 8,000 pictures"),
        ({"num_frames": 10**30}, "--max-drawn"),
    ],
)
def test_endless_walks_are_refused(options, text):
    with pytest.raises(ValueError, match=text):
        scroll("meadow2forest", **options)


def test_an_address_writes_nowhere_but_in_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("CYCLEGAN_TF_CACHE", str(tmp_path / "cache"))
    address = "world:meadow2forest?num_maps=1&scale=0.1&cache_dir="
    for place in (tmp_path / "elsewhere", "../elsewhere", "/"):
        with pytest.raises(DataError, match="cache_dir must lie in the cache folder"):
            list_domains(f"{address}{place}", progress=False)
    list_domains(f"{address}mine", progress=False)
    assert [p.name for p in tmp_path.iterdir()] == ["cache"]
    assert [p.name for p in (tmp_path / "cache").iterdir()] == ["mine"]


def encoded(image, form="PNG"):
    stream = io.BytesIO()
    image.save(stream, form)
    return stream.getvalue()


@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP", "JPEG", "GIF", "BMP"])
def test_pictures_are_measured_by_their_headers(form, monkeypatch):
    content = encoded(Image.new("RGB", (30, 20)), form)
    monkeypatch.setattr(LIMITS, "max_pixels", 599)
    monkeypatch.setattr(Image.Image, "load", None)  # nothing is decoded
    with pytest.raises(ValueError, match="30x20 pixels are too many; .*599 .*--max-pixels"):
        read_picture(content)


def test_the_limits_of_your_own_pillow_stay(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    before = PngImagePlugin.MAX_TEXT_CHUNK
    for form in ("PNG", "TIFF", "WEBP"):
        content = encoded(Image.new("RGB", (30, 20)), form)
        assert read_picture(content).pixels.shape == (20, 30, 3)  # no limit of Pillow in the way
        with pytest.raises(Image.DecompressionBombError):
            Image.open(io.BytesIO(content))
    assert (100, before) == (Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK)
    with pytest.raises(ValueError):
        read_picture(b"no picture")
    assert Image.MAX_IMAGE_PIXELS == 100


@pytest.mark.parametrize("form", ["AVIF", "HEIF"])
def test_pictures_of_phones(form):
    if form == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    elif not Image.registered_extensions().get(".avif"):
        pytest.skip("Pillow before 11.3")
    y, x = np.mgrid[:24, :32]
    smooth = np.stack([x * 7, y * 9, 200 - x * 3], axis=-1).astype(np.uint8)
    rgba = np.dstack([smooth, np.where(x < 9, 100, 255).astype(np.uint8)])
    exif = Image.Exif()
    exif[0x0112] = 6
    for pixels, options, expected in (
        (smooth, {}, smooth),
        (rgba, {}, rgba),
        (smooth, {"exif": exif.tobytes()}, np.rot90(smooth, -1)),
    ):
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, form, quality=100, **options)
        found = read_picture(stream.getvalue()).pixels
        assert found.shape == expected.shape
        assert np.abs(found.astype(int) - expected).max() <= 12


def test_without_its_package_heic_is_named_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ValueError, match="HEIC needs the package pillow-heif: pip install pill"):
        read_picture(b"\0\0\0\x1cftypheic" + bytes(100))
