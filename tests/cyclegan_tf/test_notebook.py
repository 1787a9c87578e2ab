"""Figures and the live view: that they show what was asked for, in the right place.

How they look is for eyes to judge.
"""

import types

import matplotlib
import numpy as np
import pytest

from cyclegan_tf import images, notebook
from cyclegan_tf.runs.folder import RunFolder
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


def metric_lines():
    return [
        {"step": step, "gan_ab": 1.0, "gan_ba": 0.5, "cycle_a": 2.0 / step, "cycle_b": 0.1}
        | {"discriminator_a": 0.2, "discriminator_b": 0.3}
        for step in (10, 20)
    ]


def test_loss_curves_have_a_line_per_loss():
    panels = notebook.plot_losses(metric_lines()).axes
    assert [[line.get_label() for line in panel.lines] for panel in panels] == [
        ["gan_ab", "gan_ba"],
        ["cycle_a", "cycle_b"],  # no identity here
        ["discriminator_a", "discriminator_b"],
    ]
    assert panels[1].lines[0].get_xydata().tolist() == [[10, 0.2], [20, 0.1]]


def test_loss_curves_of_a_run_without_lines_are_empty():
    assert len(notebook.plot_losses([]).axes) == 3


def test_live_view_shows_curves_and_the_newest_preview(tmp_path, monkeypatch):
    from IPython import display

    run = RunFolder(tmp_path)
    run.append_metrics({**metric_lines()[0], "images_per_second": 2.5})
    for step in (4, 8):
        images.write_image(run.samples / f"step_{step:08d}.png", picture(4, step))
    outputs, updates = [], []

    def show(thing, display_id):
        assert display_id
        outputs.append(thing)
        place = len(outputs) - 1
        return types.SimpleNamespace(update=lambda new: updates.append((place, new)))

    monkeypatch.setattr(display, "display", show)
    monkeypatch.setattr(display, "clear_output", None)  # it would take warnings away
    view = notebook.LiveView(tmp_path, every=2)
    view.set_params({"epochs": 10})
    monkeypatch.setattr(notebook.time, "perf_counter", iter((100.0, 130.0)).__next__)
    view.on_epoch_begin(0)
    view.on_epoch_end(0)
    assert outputs == []
    view.on_epoch_begin(1)
    view.on_epoch_end(1)  # 30 seconds for one interval, 8 to go
    figure, image = outputs
    assert type(figure).__name__ == "Figure"
    assert figure.get_suptitle().endswith("2.50 images/s, 4:00 left")
    assert image.data == (run.samples / "step_00000008.png").read_bytes()
    assert updates == []

    images.write_image(run.samples / "step_00000012.png", picture(4, 12))
    view.set_model(types.SimpleNamespace(stop_training=False))
    view.on_train_end()  # in the same places
    (first, figure), (second, image) = updates
    assert len(outputs) == 2 and (first, second) == (0, 1)
    assert figure.get_suptitle().endswith("finished")
    assert image.data == (run.samples / "step_00000012.png").read_bytes()
