"""Colours under alpha 0 reach no network and no picture: the background lies there instead."""

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.model.networks import with_precision
from cyclegan_tf.notebook import show_translation
from cyclegan_tf.translation.files import plan_files, translate_files
from cyclegan_tf.translation.fold_norms import fold_norms
from cyclegan_tf.translation.translator import Translator
from data_pipeline.preparation import Preparation

GREEN = Preparation(background=(32, 160, 64))


@pytest.fixture(scope="module")
def generator(random_generator):
    generator = random_generator(4, 2)
    generator.preparation = GREEN
    return generator


def picture(hidden, dtype=np.uint8):
    """Noise whose upper half is transparent; its colours there are `hidden`."""
    top = np.iinfo(dtype).max
    rgb = np.random.default_rng(0).integers(0, top + 1, (64, 48, 3), dtype)
    alpha = np.full((64, 48), top, dtype)
    rgb[:32], alpha[:32] = hidden, 0
    return np.dstack([rgb, alpha])


WAYS = {
    "strips": {},
    "one pass": {"stream": False},
    "window": {"statistics": "window", "window": 32},
    "locked": {"statistics": "locked", "reference": picture(128)},
    "resized": {"load_size": 40},
}


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("way", WAYS)
def test_hidden_colours_change_nothing(generator, way, dtype):
    translator = Translator(generator, "float32", **WAYS[way])
    black, white = picture(0, dtype), picture(np.iinfo(dtype).max, dtype)
    fakes = [translator(image) for image in (black, white)]
    np.testing.assert_array_equal(*fakes)
    np.testing.assert_array_equal(fakes[0][..., 3], black[..., 3])
    np.testing.assert_array_equal(fakes[0][..., :3], translator(GREEN.flatten(black)))
    assert not np.array_equal(
        fakes[0], Translator(generator, "float32", background=(0, 0, 0))(black)
    )


def test_statistics_are_taken_on_the_background(generator):
    translator = Translator(generator, "float32")
    recorded = [translator.record(x) for x in (picture(0), picture(255), GREEN.flatten(picture(0)))]
    for name, moments in recorded[0].moments.items():
        for other in recorded[1:]:
            np.testing.assert_array_equal(moments.mean, other.moments[name].mean)


def test_copies_of_a_generator_keep_its_preparation(generator):
    translator = Translator(generator, "float32")
    assert translator.preparation == GREEN
    assert with_precision(generator, "mixed_bfloat16").preparation == GREEN
    assert fold_norms(generator, translator.record(picture(0))).preparation == GREEN


def test_what_was_given_goes_before_what_was_trained(random_generator):
    plain = random_generator(4, 1)  # says nothing of its pictures
    assert Translator(plain).preparation == Preparation()
    assert Translator(plain, load_size=40, background=[1, 2, 3]).preparation == Preparation(
        40, (1, 2, 3)
    )
    plain.preparation = Preparation(40, (1, 2, 3))
    assert Translator(plain, load_size=0).preparation == Preparation(0, (1, 2, 3))
    with pytest.raises(ValueError, match=r"load_size must be 0 \(keeps .* received -1"):
        Translator(plain, load_size=-1)


def test_memory_is_planned_for_the_size_that_the_network_sees(generator):
    lines = []
    translator = Translator(generator, "float32", load_size=40, say=lines.append)
    own = Translator(generator, "float32")
    apart = translator.plan(800, 400).process_bytes - own.plan(80, 40).process_bytes
    assert abs(apart) < 20e6 < own.plan(8000, 4000).process_bytes - own.plan(80, 40).process_bytes
    translator(picture(0))
    assert lines[0].startswith("load_size 40: pictures are resized to 40 px")
    assert lines[1].startswith("40x53 pixels: streamed")


@pytest.mark.parametrize("mode", ["CMYK", "P", "LA", "L", "RGB", "RGBA"])
def test_images_of_pillow_are_read_like_their_files(generator, mode, tmp_path):
    translator = Translator(generator, "float32")
    image = Image.fromarray(picture(0)).convert("RGB" if mode == "CMYK" else "RGBA").convert(mode)
    file = tmp_path / ("x.tif" if mode == "CMYK" else "x.png")
    image.save(file)
    np.testing.assert_array_equal(translator(image), translator(file))


def test_ycbcr_of_pillow_is_not_taken_for_rgb(generator):
    translator = Translator(generator, "float32")
    image = Image.fromarray(picture(0)).convert("RGB").convert("YCbCr")
    np.testing.assert_array_equal(translator(image), translator(np.asarray(image.convert("RGB"))))


@pytest.fixture
def files(generator, tmp_path):
    """Translates both pictures with all side outputs; gives the folder."""
    for name, hidden in (("black", 0), ("white", 255)):
        images.write_image(tmp_path / "in" / f"{name}.png", picture(hidden))
    translator = Translator(generator, "float32")
    for suffix in (".png", ".jpg"):
        plan = plan_files([tmp_path / "in"], tmp_path / "out", suffix)
        page = tmp_path / "out" / f"{suffix[1:]}.html"
        assert translate_files(translator, plan, compare=True, slider=page) == []
    return tmp_path / "out"


def test_files_beside_the_translations_show_none_either(files):
    for suffix in (".png", ".jpg", "_compare.png"):
        pair = [np.asarray(Image.open(files / f"{name}{suffix}")) for name in ("black", "white")]
        np.testing.assert_array_equal(*pair)
    joined = np.asarray(Image.open(files / "black_compare.png"))
    np.testing.assert_array_equal(joined[:, :48], GREEN.flatten(picture(0)))
    jpeg = np.asarray(Image.open(files / "black.jpg").convert("RGB"), float)
    assert np.abs(jpeg[4:24].mean((0, 1)) - GREEN.background).max() < 3
    assert "height: 100%; background: #20a040 }" in (files / "png.html").read_text()


def test_figures_of_notebooks_show_none_either(generator):
    figure = show_translation(Translator(generator, "float32"), [picture(0), picture(255)])
    shown = [axis.images[0].get_array() for axis in figure.axes]
    np.testing.assert_array_equal(shown[0], GREEN.flatten(picture(0)))
    np.testing.assert_array_equal(shown[0], shown[2])
    np.testing.assert_array_equal(shown[1], shown[3])
