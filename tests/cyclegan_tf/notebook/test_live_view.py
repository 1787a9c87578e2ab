"""The live view: what it shows, when, and in which place of a cell's output."""

import types

import matplotlib
import numpy as np
import pytest

from cyclegan_tf import images
from cyclegan_tf.notebook import LiveView, live_view
from cyclegan_tf.runs.folder import RunFolder

matplotlib.use("Agg")


def picture(seed):
    return np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)


@pytest.fixture
def screen(monkeypatch):
    """What was displayed, and `(place, new)` of what took the place of something."""
    from IPython import display

    outputs, updates = [], []

    def show(thing, display_id):
        assert display_id
        outputs.append(thing)
        place = len(outputs) - 1
        return types.SimpleNamespace(update=lambda new: updates.append((place, new)))

    monkeypatch.setattr(display, "display", show)
    monkeypatch.setattr(display, "clear_output", None)  # it would take warnings away
    return types.SimpleNamespace(outputs=outputs, updates=updates)


@pytest.fixture
def run(tmp_path):
    run = RunFolder(tmp_path)
    line = {"gan_ab": 1.0, "gan_ba": 0.5, "cycle_a": 0.1, "cycle_b": 0.1}
    run.append_metrics({"step": 10, **line, "images_per_second": 2.5, "seconds": 40.0})
    return run


def at_times(monkeypatch, *times):
    monkeypatch.setattr(live_view.time, "perf_counter", iter(times).__next__)


def test_shows_curves_and_the_newest_preview(run, screen, monkeypatch):
    for step in (4, 8):
        images.write_image(run.samples / f"step_{step:08d}.png", picture(step))
    view = LiveView(run.path, every=2)
    view.set_params({"epochs": 10})
    at_times(monkeypatch, 100.0, 130.0)
    view.on_epoch_begin(0)
    view.on_epoch_end(0)
    assert screen.outputs == []
    view.on_epoch_begin(1)
    view.on_epoch_end(1)  # 30 seconds for one interval, 8 to go
    figure, image = screen.outputs
    assert type(figure).__name__ == "Figure"
    assert figure.get_suptitle() == "update 10, 2.50 images/s, 4:00 left"
    assert image.data == (run.samples / "step_00000008.png").read_bytes()
    assert screen.updates == []

    images.write_image(run.samples / "step_00000012.png", picture(12))
    view.set_model(types.SimpleNamespace(stop_training=False))
    view.on_train_end()  # in the same places
    (first, figure), (second, image) = screen.updates
    assert len(screen.outputs) == 2 and (first, second) == (0, 1)
    assert figure.get_suptitle().endswith("finished")
    assert image.data == (run.samples / "step_00000012.png").read_bytes()


def test_a_second_fit_counts_anew(run, screen, monkeypatch):
    view = LiveView(run.path)
    view.set_params({"epochs": 10})
    at_times(monkeypatch, 100.0, 130.0)
    view.on_train_begin()
    view.on_epoch_begin(1)
    view.on_epoch_end(1)
    view.on_train_begin()  # as for the last, shorter interval
    view.on_epoch_begin(0)
    view.on_epoch_end(0)
    assert screen.updates[0][1].get_suptitle().endswith("just begun")


def test_a_limit_of_time_counts(run, screen, monkeypatch):
    run.config_file.write_text('{"time_limit_minutes": 1.5}')
    view = LiveView(run.path)
    view.set_params({"epochs": 10})
    at_times(monkeypatch, 100.0, 130.0)
    view.on_train_begin()
    view.on_epoch_begin(1)
    view.on_epoch_end(1)
    assert screen.outputs[0].get_suptitle().endswith("0:50 left")  # 90 seconds less 40


def test_an_early_preview_is_shown_before_the_first_losses(tmp_path, screen):
    view = LiveView(tmp_path)
    view.set_model(types.SimpleNamespace(num_updates=3))
    view.on_train_begin()
    view.after_update()
    assert screen.outputs == []
    samples = RunFolder(tmp_path).samples
    images.write_image(samples / "step_00000003.png", picture(3))
    view.after_update()
    assert len(screen.outputs) == 2 and screen.outputs[0].get_suptitle() == "update 3"
    view.after_update()  # nothing new
    assert screen.updates == []
