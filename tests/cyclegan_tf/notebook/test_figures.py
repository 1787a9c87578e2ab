"""Figures: that they show what was asked for, in the right place.

How they look is for eyes to judge.
"""

import matplotlib
import numpy as np
import pytest

from cyclegan_tf import images, notebook
from data_pipeline import open_sources

matplotlib.use("Agg")


def invert(image):
    return 255 - image


def picture(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def shown(figure):
    return [(axis.get_title(), np.asarray(axis.images[0].get_array())) for axis in figure.axes]


def test_square_pictures_stand_beside_their_translations():
    one, two = picture(10, 12, 1), picture(10, 12, 2)
    figure = notebook.show_translation(invert, [one, two])
    (title_1, left), (title_2, right), (_, below), _ = shown(figure)
    assert (title_1, title_2) == ("input", "translation")
    np.testing.assert_array_equal(left, one)
    np.testing.assert_array_equal(right, 255 - one)
    np.testing.assert_array_equal(below, two)
    boxes = [axis.get_position() for axis in figure.axes]
    assert boxes[0].x1 <= boxes[1].x0
    assert boxes[2].y1 <= boxes[0].y0


def test_wide_maps_stand_above_their_translations():
    figure = notebook.show_translation(invert, picture(10, 40), titles=("meadow", "forest"))
    assert [title for title, _ in shown(figure)] == ["meadow", "forest"]
    boxes = [axis.get_position() for axis in figure.axes]
    assert boxes[1].y1 <= boxes[0].y0


def test_files_are_shown_too(tmp_path):
    images.write_image(tmp_path / "x.png", picture(8, 8))
    for source in (str(tmp_path / "x.png"), tmp_path / "x.png"):
        np.testing.assert_array_equal(
            shown(notebook.show_translation(invert, source))[0][1], picture(8, 8)
        )


@pytest.fixture(scope="module")
def sources(two_folders):
    return open_sources(two_folders, progress=False)  # 3 maps in A and 4 in B


def test_a_batch_is_a_row_of_named_images_per_domain(sources):
    rows = np.reshape(np.array(shown(notebook.show_batch(sources)), object), (2, 3, 2))
    for source, row in zip(sources, rows, strict=True):
        for i, (title, pixels) in enumerate(row):
            assert title == f"{source.name}: {source.names[i]}"
            np.testing.assert_array_equal(pixels, source.load(i))


def test_a_batch_repeats_the_images_of_a_small_domain(sources):
    titles = [title for title, _ in shown(notebook.show_batch(sources, num_images=4))]
    assert titles == ["A: m0", "A: m1", "A: m2", "A: m0", "B: m0", "B: m1", "B: m2", "B: m3"]
