"""Gray pictures and bands through `Translator` and the command, up to what is written."""

import functools
import types

import numpy as np
import pytest
import tifffile
from PIL import Image

from cyclegan_tf.app.studio import Studio
from cyclegan_tf.cli.main import main
from cyclegan_tf.errors import ConfigError, ImageError, RunError
from cyclegan_tf.export.page import write_translator_page
from cyclegan_tf.images import uint8_to_unit, unit_to_uint8
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.saving import save_model
from cyclegan_tf.translation import huge
from cyclegan_tf.translation.files import plan_files, translate_files
from cyclegan_tf.translation.padded_image import PaddedImage
from cyclegan_tf.translation.strips.streamer import Streamer
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.translate import translate_video
from data_pipeline.preparation import Preparation, gray_of

FOUR = np.random.default_rng(0).integers(0, 65536, (38, 50, 4)).astype(np.uint16)
FOUR_8 = (FOUR >> 8).astype(np.uint8)
DEEP_TIFF = {"photometric": "minisblack", "planarconfig": "contig"}


@pytest.fixture(scope="module")
def generator_of(random_generator):
    """`generator_of(channels)`: always the same one."""
    return functools.cache(
        lambda channels: random_generator(4, 1, upsampling="balanced", channels=channels)
    )


@pytest.fixture(scope="module")
def translator_of(generator_of):
    return functools.cache(lambda channels: Translator(generator_of(channels), "float32"))


@pytest.fixture(scope="module")
def files(generator_of, tmp_path_factory):
    """`gray.keras`, `four.keras`, and pictures for them."""
    folder = tmp_path_factory.mktemp("files")
    save_model(generator_of(1), folder / "gray.keras", Preparation(channels=1))
    save_model(generator_of(4), folder / "four.keras", Preparation(channels=4))
    tifffile.imwrite(folder / "deep.tif", FOUR, resolution=(72, 72), **DEEP_TIFF)
    Image.fromarray(FOUR_8).save(folder / "clear.png")
    Image.fromarray(FOUR_8[..., :3]).save(folder / "rgb.png")
    return folder


# Networks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels, engine", [(1, "blas"), (4, "blas"), (4, "graph")])
def test_strips_equal_the_whole_pass(generator_of, channels, engine):
    generator = generator_of(channels)
    image = np.random.default_rng(1).uniform(-1, 1, (100, 36, channels)).astype("f")
    image[:30] *= 0.1  # statistics of strips differ
    whole = generator(image[None])[0]
    streamer = Streamer(generator, engine=engine, strip_rows=24)
    np.testing.assert_allclose(streamer(image), whole, atol=1e-4)
    pixels = unit_to_uint8(image)
    padded = PaddedImage(pixels, Preparation(channels=channels))
    assert padded.shape == image.shape
    whole = generator(uint8_to_unit(pixels)[None])[0]
    np.testing.assert_allclose(streamer(padded), whole, atol=1e-4)


def whole_pass(generator, image):
    """What the plain model makes of a uint8 image, padded by hand."""
    missing = [(0, -side % 4) for side in image.shape[:2]]
    padded = np.pad(image, (*missing, (0, 0)), mode="reflect") / 127.5 - 1
    fake = np.asarray(generator(padded[None].astype("f"))[0])[: image.shape[0], : image.shape[1]]
    return (fake + 1) * 127.5


@pytest.mark.parametrize("channels", [1, 4])
def test_pictures_in_their_own_channels(generator_of, translator_of, channels):
    image = FOUR_8[..., :channels]
    fake = translator_of(channels)(image)
    assert (fake.dtype, fake.shape) == (image.dtype, image.shape)
    np.testing.assert_allclose(fake, whole_pass(generator_of(channels), image), atol=0.51)
    deep = translator_of(channels)(image.astype(np.uint16) * np.uint16(257))
    np.testing.assert_allclose(deep / 257, fake, atol=1.5)
    batch = translator_of(channels)(np.stack([image, image[::-1]]))
    np.testing.assert_array_equal(batch[0], fake)


def test_gray_of_any_picture(translator_of):
    translate = translator_of(1)
    rgb = FOUR_8[..., :3]
    fake = translate(gray_of(rgb))[..., 0]
    np.testing.assert_array_equal(translate(gray_of(rgb)[..., 0]), fake)
    for given in (rgb, Image.fromarray(rgb)):
        np.testing.assert_array_equal(translate(given), np.repeat(fake[..., None], 3, -1))
    clear = translate(FOUR_8)
    np.testing.assert_array_equal(clear[..., 3], FOUR_8[..., 3])
    np.testing.assert_array_equal(clear[..., 0], clear[..., 2])


@pytest.mark.parametrize("options", [{"statistics": "window", "window": 16}, {}], ids=str)
def test_windows_and_locked_statistics_of_bands(generator_of, translator_of, options):
    options = options or {"statistics": "locked", "reference": FOUR_8}
    fake = Translator(generator_of(4), "float32", **options)(FOUR_8)
    whole = translator_of(4)(FOUR_8)
    assert fake.shape == FOUR_8.shape
    is_same = np.abs(fake.astype(int) - whole).max() <= 1
    assert is_same == ("reference" in options)


def test_resized_bands_get_back_their_size(generator_of):
    translator = Translator(generator_of(4), "float32", load_size=24)
    assert translator(FOUR_8).shape == FOUR_8.shape


@pytest.mark.parametrize(
    "channels, shape, text",
    [
        (
            1,
            (8, 8, 5),
            r"\(h, w\), \(h, w, 1\), \(h, w, 3\), these two with alpha, or a batch of t",
        ),
        (
            4,
            (8, 8, 3),
            r"\(h, w, 4\) or a batch of those for a generator of 4 channels; received u",
        ),
        (4, (8, 8), r"received uint8 of shape \(8, 8\)"),
    ],
)
def test_other_arrays_are_refused(translator_of, channels, shape, text):
    with pytest.raises(ValueError, match=text):
        translator_of(channels)(np.zeros(shape, np.uint8))


def test_a_generator_of_other_channels_than_its_file_says(generator_of, tmp_path):
    save_model(generator_of(1), tmp_path / "wrong.keras")
    with pytest.raises(RunError, match="not a generator of images of 3 channels"):
        load_generator(tmp_path / "wrong.keras")


# Files -------------------------------------------------------------------------------------------


def test_the_command_writes_bands_as_tiff(files, translator_of, tmp_path):
    place = [files / "four.keras", files / "deep.tif", "--out", tmp_path, "--precision", "float32"]
    with pytest.raises(SystemExit) as end:
        main(["translate", *map(str, place), "--keep-16-bit"])
    assert end.value.code == 0
    with tifffile.TiffFile(tmp_path / "deep.tif") as file:
        page = file.pages.first
        assert (page.shape, page.dtype) == (FOUR.shape, FOUR.dtype)
        assert list(page.extrasamples) == [0, 0, 0]  # bands, not alpha
        assert page.get_resolution() == (72, 72)
        np.testing.assert_allclose(page.asarray(), translator_of(4)(FOUR), atol=2)


@pytest.fixture(params=[False, True], ids=["whole", "by rows"])
def by_rows(request, monkeypatch):
    if request.param:
        monkeypatch.setattr(huge, "HUGE", 0)


@pytest.mark.parametrize("name", ["out.tif", "out.png"])
def test_four_bands_in_and_out(files, translator_of, tmp_path, name, by_rows):
    plan = [(files / "deep.tif", tmp_path / name)]
    assert translate_files(translator_of(4), plan, compare=True) == []
    written = Preparation(channels=4).read(tmp_path / name).pixels
    np.testing.assert_allclose(written, translator_of(4)(FOUR_8), atol=1)
    both = np.asarray(Image.open(tmp_path / "out_compare.png"))
    np.testing.assert_array_equal(both[:38], FOUR_8[..., :3])


@pytest.mark.parametrize("form, mode", [("png", "LA"), ("tif", "LA"), ("jpg", "L")])
def test_gray_is_written_as_gray(files, translator_of, tmp_path, form, mode, by_rows):
    output = tmp_path / f"out.{form}"
    assert translate_files(translator_of(1), [(files / "clear.png", output)], compare=True) == []
    with Image.open(output) as written:
        assert written.mode == mode
        if mode == "LA":
            expected = translator_of(1)(FOUR_8)[..., [0, 3]]
            np.testing.assert_allclose(np.asarray(written), expected, atol=1)
    both = np.asarray(Image.open(tmp_path / "out_compare.png"))
    np.testing.assert_array_equal(both[..., 0], both[..., 2])


def test_bands_are_not_written_where_they_do_not_fit(files, translator_of, tmp_path):
    deep, rgb = files / "deep.tif", files / "rgb.png"
    four, six = translator_of(4), types.SimpleNamespace(preparation=Preparation(channels=6))
    with pytest.raises(ImageError, match="a.webp can't hold 4 bands: write TIFF or PNG "):
        translate_files(four, [(deep, tmp_path / "a.webp")])
    with pytest.raises(ImageError, match=r"a.png can't hold 6 bands: write TIFF \(--format tiff\)"):
        translate_files(six, [(deep, tmp_path / "a.png")])
    with pytest.raises(ImageError, match="shows gray and RGB; received a generator of 4 bands"):
        translate_files(four, [(deep, tmp_path / "a.tif")], slider=tmp_path / "a.html")
    ((path, reason),) = translate_files(four, [(rgb, tmp_path / "a.tif")])
    assert "rgb.png cannot be read: it has 3 bands, and channels=4" in reason
    assert plan_files([path], tmp_path, default=".tif")[0][1] == tmp_path / "rgb.tif"


# Elsewhere ---------------------------------------------------------------------------------------


def test_clips_are_gray_or_refused(translator_of):
    frames = [FOUR_8[:32, :32, :3]] * 2
    for fake in translate_video(frames, translator_of(1), stabilize="stats"):
        np.testing.assert_array_equal(fake[..., 0], fake[..., 2])
        np.testing.assert_allclose(fake, translator_of(1)(frames[0]), atol=1)
    with pytest.raises(ValueError, match="Clips are colour: .* received one of 4 bands"):
        translate_video(frames, translator_of(4))


def test_the_app_takes_gray_and_no_bands(files):
    studio = Studio([files / "gray.keras", files / "four.keras"])
    _, after = studio.translate_picture("gray to translation", files / "rgb.png")
    with Image.open(after) as picture:
        assert picture.mode == "L"
    with pytest.raises(
        ConfigError, match=r"colour and gray \(channels 3 and 1\); received .* 4 bands"
    ):
        studio.translate_picture("four to translation", files / "deep.tif")


def test_pages_are_for_colour(files, tmp_path):
    with pytest.raises(
        ValueError, match=r"page translates colour pictures .*gray.keras has channels 1"
    ):
        write_translator_page(tmp_path / "page.html", [files / "gray.keras"])
