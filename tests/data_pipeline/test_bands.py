"""Gray pictures and bands: read, prepared, stored, cut and checked."""

import io

import numpy as np
import pytest
import tensorflow as tf
import tifffile
from PIL import Image

from data_pipeline.bands import read_bands, rgb_view
from data_pipeline.check.doctor import examine
from data_pipeline.errors import DataError
from data_pipeline.preparation import Preparation, gray_of, resize
from data_pipeline.sources import open_sources
from data_pipeline.store import build_store
from data_pipeline.stream import sample_crop

FOUR = np.random.default_rng(0).integers(0, 65536, (20, 30, 4)).astype(np.uint16)
FOUR_8 = (FOUR >> 8).astype(np.uint8)
EXTRA = "unspecified"


def tiff(pixels, **options):
    stream = io.BytesIO()
    tifffile.imwrite(stream, pixels, **options)
    return stream.getvalue()


def encoded(pixels, form, mode=None, **options):
    stream = io.BytesIO()
    size = pixels.shape[1::-1]
    image = Image.frombytes(mode, size, pixels.tobytes()) if mode else Image.fromarray(pixels)
    image.save(stream, form, **options)
    return stream.getvalue()


# Reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        tiff(FOUR, photometric="minisblack", planarconfig="contig"),
        tiff(FOUR.transpose(2, 0, 1), photometric="minisblack", planarconfig="separate"),
        tiff(FOUR, photometric="rgb", extrasamples=[EXTRA]),
        tiff(FOUR, photometric="rgb", extrasamples=["unassalpha"]),
        tiff(FOUR, photometric="rgb", extrasamples=["assocalpha"], compression="zlib"),
        tiff(FOUR, photometric="separated", tile=(16, 16)),
    ],
    ids=["gray", "in planes", "RGB and one", "alpha", "premultiplied", "CMYK in tiles"],
)
def test_tiff_is_read_as_it_is_stored(content):
    deep = read_bands(content, 4, deep=True).pixels
    assert deep.dtype == np.uint16
    np.testing.assert_array_equal(deep, FOUR)
    np.testing.assert_array_equal(read_bands(content, 4).pixels, FOUR_8)


def test_alpha_of_png_is_a_band():
    np.testing.assert_array_equal(read_bands(encoded(FOUR_8, "PNG"), 4).pixels, FOUR_8)
    two = FOUR_8[..., :2]
    np.testing.assert_array_equal(read_bands(encoded(two, "PNG", "LA"), 2).pixels, two)
    deep = tf.io.encode_png(FOUR).numpy()
    np.testing.assert_array_equal(read_bands(deep, 4, deep=True).pixels, FOUR)
    np.testing.assert_array_equal(read_bands(deep, 4).pixels, FOUR_8)


def test_bands_are_turned_upright_and_keep_their_resolution():
    tags = [(274, "H", 1, 6, True)]  # Orientation: rows are columns
    content = tiff(FOUR, photometric="rgb", extratags=tags, resolution=(72, 72))
    picture = read_bands(content, 4, deep=True)
    np.testing.assert_array_equal(picture.pixels, FOUR.swapaxes(0, 1)[:, ::-1])
    assert picture.info == {"dpi": (72, 72)}


@pytest.mark.parametrize(
    "content, channels, text",
    [
        (encoded(FOUR_8[..., :3], "PNG"), 4, "it has 3 bands, and channels=4 takes pictures of ex"),
        (encoded(FOUR_8[..., 0], "PNG"), 2, "it has 1 band, and channels=2 takes pictures of exac"),
        (tiff(FOUR, photometric="rgb"), 5, r"it would fit channels=4 \(--channels 4\)"),
        (tiff(FOUR.transpose(2, 0, 1), photometric="minisblack"), 4, "its 4 pages are not joined"),
        (
            encoded(FOUR_8, "WEBP"),
            4,
            "takes TIFF and PNG, where bands stay as they are; received W",
        ),
        (tiff(FOUR.astype("f"), photometric="rgb"), 4, "32-bit float pixels have no agreed range"),
        (encoded(FOUR_8, "PNG")[:99], 4, "truncated"),
    ],
)
def test_what_does_not_fit_is_refused(content, channels, text):
    with pytest.raises(ValueError, match=text):
        read_bands(content, channels)


@pytest.mark.parametrize("channels, shown", [(1, [0, 0, 0]), (2, [0, 0, 0]), (4, [0, 1, 2])])
def test_view_in_rgb(channels, shown):
    image = FOUR[..., :channels]
    np.testing.assert_array_equal(rgb_view(image), image[..., shown])


# Preparing ---------------------------------------------------------------------------------------


def test_gray_is_that_of_pillow():
    rgb = FOUR_8[..., :3]
    expected = np.asarray(Image.fromarray(rgb).convert("L"))
    np.testing.assert_array_equal(gray_of(rgb)[..., 0], expected)
    deep = FOUR[..., :3]
    np.testing.assert_allclose(
        gray_of(deep)[..., 0], deep @ [0.299, 0.587, 0.114], atol=0.5 + 65535 * 1e-5
    )


def test_any_picture_becomes_gray_after_its_background():
    gray = Preparation(background=(0, 0, 255), channels=1)
    clear = np.array([[[9, 9, 9, 255], [200, 100, 0, 0]]], np.uint8)
    assert gray.apply(clear).tolist() == [[[9], [29]]]  # blue is 7471 / 65536 * 255
    assert gray.apply(clear[..., [0, 3]]).tolist() == [[[9], [29]]]
    levels = np.arange(0, 65536, 4096, np.uint16).reshape(4, 4)
    content = encoded(levels, "PNG")
    assert gray.apply(gray.read(content, deep=True).pixels)[..., 0].tolist() == levels.tolist()
    assert gray.apply(gray.read(content).pixels)[..., 0].tolist() == (levels >> 8).tolist()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_each_band_is_resized_like_a_picture(dtype):
    image = FOUR_8[..., :3].astype(dtype)
    expected = resize(image, 9, 13)
    np.testing.assert_array_equal(
        resize(image[..., [0, 1, 2, 0, 1]], 9, 13)[..., 3:], expected[..., :2]
    )
    np.testing.assert_array_equal(resize(image[..., 1:2], 9, 13), expected[..., 1:2])


def test_translations_get_back_what_their_pictures_have():
    fake = np.full((20, 30, 1), 7, np.uint8)
    gray = Preparation(channels=1)
    whole = gray.restore(fake, FOUR_8)
    assert (whole[..., :3] == 7).all()
    np.testing.assert_array_equal(whole[..., 3], FOUR_8[..., 3])
    assert gray.restore(fake, FOUR_8[..., :2])[0, 0].tolist() == [7, FOUR_8[0, 0, 1]]
    assert gray.restore(fake, FOUR_8[..., :1]) is fake
    assert Preparation(channels=4).restore(FOUR_8, FOUR_8) is FOUR_8


def test_other_channels_are_refused():
    with pytest.raises(ValueError, match="it has 3 bands, and channels=4"):
        Preparation(channels=4).apply(FOUR_8[..., :3])
    with pytest.raises(
        ValueError, match="for channels=3 has 3 of colour, and perhaps one of alpha"
    ):
        Preparation().apply(FOUR_8[..., :1])
    with pytest.raises(ValueError, match="channels must be from 1 to 64; received 65."):
        Preparation(channels=65)


# Data --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two pictures of four bands in each domain."""
    path = tmp_path_factory.mktemp("bands")
    for name in ("trainA", "trainB"):
        (path / name).mkdir()
        for i in range(2):
            pixels = np.roll(FOUR, i + 5 * (name == "trainB"), axis=1)
            (path / name / f"{i}.tif").write_bytes(
                tiff(pixels, photometric="minisblack", planarconfig="contig")
            )
    return path


def opened(data, channels):
    return open_sources(data, channels=channels, progress=False)


@pytest.mark.parametrize("limit", [2**20, 0], ids=["in memory", "on the fly"])
def test_crops_of_bands(folder, limit):
    source, _ = opened(folder, 4)
    assert source.num_bytes == 2 * FOUR_8.nbytes
    store = build_store(source, memory_limit_bytes=limit, progress=False)
    crop = sample_crop(store, 3, crop_size=16, seed=0, domain=0, flip=0, vertical_position=True)
    assert crop.shape == (16, 16, 5)
    pixels = np.rint((crop.numpy()[..., :4] + 1) * 127.5)
    windows = [
        source.load(i)[y : y + 16, x : x + 16]
        for i in range(2)
        for y in range(5)
        for x in range(15)
    ]
    assert any(np.array_equal(pixels, window) for window in windows)
    scaled = sample_crop(store, 3, crop_size=16, seed=0, domain=0, scale_jitter=0.2)
    assert scaled.shape == (16, 16, 4)
    with pytest.raises(ValueError, match=r"color_jitter is for RGB and gray .* not for 4 bands"):
        sample_crop(store, 3, crop_size=16, seed=0, domain=0, color_jitter=0.1)


def test_crops_of_gray_and_their_jitter(two_folders):
    source, _ = open_sources(two_folders, channels=1, progress=False)
    colour, _ = open_sources(two_folders, progress=False)
    np.testing.assert_array_equal(source.load(1), gray_of(colour.load(1)))
    store = build_store(source, progress=False)
    plain = sample_crop(store, 0, crop_size=16, seed=0, domain=0).numpy()
    jittered = sample_crop(store, 0, crop_size=16, seed=0, domain=0, color_jitter=0.5).numpy()
    inside = np.abs(jittered) < 1
    slope, offset = np.polyfit(plain[inside], jittered[inside], 1)  # one line for all pixels
    np.testing.assert_allclose(plain[inside] * slope + offset, jittered[inside], atol=1e-5)
    assert abs(slope - 1) > 0.01


def test_files_of_other_bands_are_named_with_what_would_fit(folder, tmp_path):
    with pytest.raises(
        DataError, match=r"4 of 4 images can't be read:\n.*0.tif: it has 4 bands, an"
    ):
        opened(folder, 5)
    report = examine(folder, crop_size=16, channels=5, progress=False)
    (problem,) = report.problems
    assert problem.kind == "unreadable"
    assert problem.text.endswith("; --channels 4 fits those of other bands")
    assert problem.cases[0].endswith("it would fit channels=4 (--channels 4)")
    assert len(problem.cases) == 4
    fitting = examine(folder, crop_size=16, channels=4, progress=False)
    assert not [p for p in fitting.problems if p.kind == "unreadable"]
    assert fitting.domains[0].prints[0].kind == "4 bands"
    assert fitting.domains[0].num_bytes == 2 * FOUR_8.nbytes
    left_out = [
        note for note in examine(folder, crop_size=16, progress=False).notes if note.kind == "bands"
    ]
    assert left_out[0].cases[0].endswith("0.tif (4 bands)")
