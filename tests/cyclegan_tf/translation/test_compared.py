"""Input and translation as one picture, and writing that is interrupted."""

import io
import threading
import time

import numpy as np
import pytest
from PIL import Image
from small_pictures import gradient, invert

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.translation import compared
from cyclegan_tf.translation.compared import side_by_side
from cyclegan_tf.translation.files import plan_files, translate_files
from cyclegan_tf.translation.formats import write_picture
from data_pipeline.decoding import Picture


def test_compare_joins_along_the_shorter_axis():
    wide, tall = gradient(4, 9), gradient(9, 4, 4)
    joined = side_by_side(wide, invert(wide))
    np.testing.assert_array_equal(joined[4:], 255 - joined[:4])
    assert side_by_side(tall, tall).shape == (9, 8, 3)
    deep = np.array([[[0, 255, 256], [0x7FFF, 0x8000, 65535]]], np.uint16)
    assert side_by_side(deep, deep)[0].tolist() == [[0, 0, 1], [127, 128, 255]]  # the high byte


def test_compared_pictures_are_shrunk_where_a_screen_shows_no_more(monkeypatch):
    assert side_by_side(*[np.zeros((3000, 4000, 3), np.uint8)] * 2).shape == (3000, 2000, 3)
    monkeypatch.setattr(compared, "MOST_PIXELS", 60)
    picture = gradient(12, 13, 4)
    picture[..., 3] = 255
    joined = side_by_side(picture, invert(picture))
    assert joined.shape == (12, 7, 3)  # each 6 x 7
    block = picture[2:4, 4:6, :3].reshape(4, 3).astype(float)
    np.testing.assert_allclose(joined[1, 2], block.mean(axis=0), atol=0.5)


def test_compared_pictures_are_as_lossy_as_the_outputs(tmp_path):
    images.write_image(tmp_path / "0.png", gradient())
    plan = plan_files([tmp_path / "0.png"], tmp_path / "out", ".jpg", compare=True)
    assert translate_files(invert, plan, compare=True) == []
    with Image.open(tmp_path / "out" / "0_compare.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (8, 12))
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_pngs_are_compressed_at_the_level_that_was_measured(tmp_path):
    """The usual one takes two to three times as long, for files a tenth smaller."""
    pixels, wanted = gradient(64, 64), io.BytesIO()
    images.write_image(tmp_path / "a.png", pixels)
    Image.fromarray(pixels).save(wanted, "PNG", compress_level=4)
    assert (tmp_path / "a.png").read_bytes() == wanted.getvalue()


def test_an_interrupted_png_is_given_up_in_the_middle(tmp_path):
    """A large one takes seconds, which nobody who has pressed Ctrl-C waits for."""
    noise = np.random.default_rng(0).integers(0, 256, (2000, 3000, 3), np.uint8)
    for name in "ab":
        Image.fromarray(noise[:, :: -1 if name == "b" else 1]).save(tmp_path / f"{name}.bmp")
    out = tmp_path / "out"
    calls = []

    def translator(image):
        calls.append(1)
        while len(calls) == 2 and not list(out.glob(".partial_*")):
            time.sleep(0.01)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return image

    plan = plan_files([tmp_path / "a.bmp", tmp_path / "b.bmp"], out)
    with pytest.raises(KeyboardInterrupt):
        translate_files(translator, plan)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_deep_pictures_are_given_up_too(tmp_path, name):
    stop = threading.Event()
    stop.set()
    deep = Picture(gradient().astype(np.uint16))
    with pytest.raises(ImageError, match="interrupted"):
        write_picture(tmp_path / name, deep, stop=stop)
    assert list(tmp_path.iterdir()) == []
