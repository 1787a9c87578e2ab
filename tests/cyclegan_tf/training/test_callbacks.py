"""What happens between updates, with stand-ins for the model: lines, previews, checkpoints, time.

How they work together in a real training is in test_train.py.
"""

import types

import keras
import numpy as np
import pytest

from cyclegan_tf import Config, images
from cyclegan_tf.errors import DivergenceError
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.callbacks import (
    Checkpoints,
    NewestGenerators,
    Previews,
    ProgressLog,
    clock,
)


class StandIn:
    """As much of a CycleGAN as callbacks look at. A to B inverts, B to A darkens."""

    def __init__(self, step=0, scaled=False):
        self.num_updates, self.stop_training = step, False
        self.num_lost, self.num_skipped = 0, 0  # updates that were skipped: all, and in a row
        self.trainable_variables = [keras.Variable([1.0, -2.0])]
        self.trackers = {"loss": None, "gan_ab": None}
        adam = keras.optimizers.Adam(2e-4)
        self.optimizer = keras.optimizers.LossScaleOptimizer(adam) if scaled else adam

    @property
    def num_applied(self):
        return self.num_updates - self.num_lost

    def output_generator(self, direction):
        return (lambda x: -x) if direction == "a2b" else (lambda x: x * 0 - 1)


def attached(callback, model):
    callback.set_model(model)
    return callback


@pytest.fixture
def run(tmp_path):
    return RunFolder(tmp_path)


# ProgressLog --------------------------------------------------------------------------------------


@pytest.mark.parametrize("scaled", [False, True])
def test_a_line_per_interval_has_losses_rate_pace_and_time(run, scaled, monkeypatch):
    times = iter([100.0, 104.0])
    monkeypatch.setattr("cyclegan_tf.training.callbacks.time.perf_counter", lambda: next(times))
    progress = ProgressLog(run, Config(batch_size=3), 100, seconds=10.0, verbose=False)
    model = attached(progress, StandIn(step=20, scaled=scaled)).model
    progress.on_epoch_begin(0)
    model.num_updates = 28
    progress.on_epoch_end(0, {"loss": 1.5, "gan_ab": 0.25})
    # 8 updates of 3 crops in 4 seconds, after 10 seconds of an earlier session.
    assert run.read_metrics() == [
        {
            "step": 28,
            "loss": 1.5,
            "gan_ab": 0.25,
            "learning_rate": pytest.approx(2e-4),
            "images_per_second": 6.0,
            "seconds": 14.0,
        }
    ]


def test_time_between_intervals_counts_as_well(run, monkeypatch):
    times = iter([100.0, 104.0, 109.0, 110.0])  # 5 seconds for a validation
    monkeypatch.setattr("cyclegan_tf.training.callbacks.time.perf_counter", lambda: next(times))
    progress = attached(ProgressLog(run, Config(), 100, 10.0, verbose=False), StandIn(step=20))
    for progress.model.num_updates in (21, 22):
        progress.model.num_updates -= 1
        progress.on_epoch_begin(0)
        progress.model.num_updates += 1
        progress.on_epoch_end(0, {"loss": 1.5, "gan_ab": 0.25})
    first, second = run.read_metrics()
    assert (first["seconds"], second["seconds"]) == (14.0, 20.0)
    assert (first["images_per_second"], second["images_per_second"]) == (0.25, 1.0)


def test_skipped_updates_are_counted_and_so_many_on_end_stop_the_run(run):
    config = Config(max_skipped_updates=3)
    progress = attached(ProgressLog(run, config, 100, 0.0, verbose=False), StandIn(step=4))
    model, nan = progress.model, float("nan")
    for step, num_lost, on_end, gan in ((6, 1, 1, 0.5), (8, 3, 2, nan), (10, 5, 4, nan)):
        progress.on_epoch_begin(0)
        model.num_updates, model.num_lost, model.num_skipped = step, num_lost, on_end
        if step < 10:
            progress.on_epoch_end(0, {"loss": gan, "gan_ab": gan})
            continue
        with pytest.raises(DivergenceError, match=r"The last 4 updates were skipped: .* update 10"):
            progress.on_epoch_end(0, {"loss": gan, "gan_ab": gan})
    first, second = run.read_metrics()
    assert (first["gan_ab"], first["skipped_updates"]) == (0.5, 1)
    assert "gan_ab" not in second  # none of its updates has one
    assert second["skipped_updates"] == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_stop_the_run_before_they_are_saved(run, value):
    # The losses of an update are those of the weights before it.
    progress = attached(ProgressLog(run, Config(), 100, 0.0, verbose=False), StandIn(step=7))
    progress.on_epoch_begin(0)
    progress.model.trainable_variables[0].assign([1.0, value])
    with pytest.raises(DivergenceError, match=r"Weights are not finite, at update 7\..* halve "):
        progress.on_epoch_end(0, {"loss": 1.0, "gan_ab": 0.5})


@pytest.mark.parametrize(
    ("minutes", "seconds", "expected"),
    [(0.0, 1e9, False), (2.0, 119.9, False), (2.0, 120.0, True), (2.0, 121.0, True)],
)
def test_time_is_up_by_hand(run, minutes, seconds, expected):
    progress = ProgressLog(run, Config(time_limit_minutes=minutes), 100, seconds, verbose=False)
    assert progress.time_is_up() is expected


def test_progress_line_tells_losses_and_the_time_left(run, capsys, monkeypatch):
    times = iter([100.0, 104.0, 104.0])
    monkeypatch.setattr("cyclegan_tf.training.callbacks.time.perf_counter", lambda: next(times))
    names = ("gan_ab", "gan_ba", "cycle_a", "cycle_b", "discriminator_a", "discriminator_b")
    progress = attached(ProgressLog(run, Config(), 50, 60.0, verbose=True), StandIn(step=40))
    progress.model.trackers = dict.fromkeys(("loss", *names))
    progress.on_epoch_begin(0)
    progress.model.num_updates = 42
    progress.on_epoch_end(0, {"loss": 9.0} | {name: 0.5 for name in names})
    text = capsys.readouterr().out
    # 2 seconds an update, 8 updates to go.
    assert "update 42/50" in text
    assert "loss 9.00" in text
    assert "gan 0.50/0.50  cycle 0.50/0.50  disc 0.50/0.50" in text
    assert "0:16 left" in text


def test_progress_is_silent_when_asked(run, capsys):
    progress = attached(ProgressLog(run, Config(), 50, 0.0, verbose=False), StandIn())
    progress.on_epoch_begin(0)
    progress.model.num_updates = 1
    progress.on_epoch_end(0, {"loss": 1.0, "gan_ab": 1.0})
    progress.on_train_end()
    assert capsys.readouterr().out == ""


# Previews -------------------------------------------------------------------------------------


def test_preview_shows_real_fake_and_cycled_of_both_directions(run):
    real_a, real_b = (np.full((4, 8, 3), value, np.uint8) for value in (200, 60))
    previews = attached(Previews(run, 10, [real_a], [real_b]), StandIn(step=30))
    previews.write()
    picture = images.read_image(run.samples / "step_00000030.png")
    assert picture.shape == (4 + 2 * 4, 6 * 8 + 7 * 4, 3)
    # A: 200, inverted 55, back darkened to 0. B: 60, darkened to 0, inverted 255.
    assert picture[6, 8::12, 0].tolist()[:6] == [200, 55, 0, 60, 0, 255]


def test_previews_come_at_the_start_and_whenever_a_multiple_is_passed(run):
    image = [np.zeros((4, 4, 3), np.uint8)]
    model = StandIn()
    previews = attached(Previews(run, 10, image, image), model)
    previews.on_train_begin()
    for model.num_updates in (4, 8, 12, 16, 20, 24):
        previews.on_epoch_end(0)
    previews.on_train_begin()  # the second fit of a run must not start over
    names = sorted(path.name for path in run.samples.iterdir())
    assert names == ["step_00000000.png", "step_00000012.png", "step_00000020.png"]


def test_resumed_run_does_not_draw_the_preview_of_the_start(run):
    image = [np.zeros((4, 4, 3), np.uint8)]
    attached(Previews(run, 10, image, image), StandIn(step=15)).on_train_begin()
    assert not run.samples.exists()


# Checkpoints ----------------------------------------------------------------------------------


def checkpoints(time_is_up=False, step=0, minutes=0.0):
    saved = []
    run = types.SimpleNamespace(
        save_checkpoint=lambda model, keep, preparation: saved.append((model.num_updates, keep))
    )
    progress = types.SimpleNamespace(time_is_up=lambda: time_is_up)
    config = Config(checkpoint_every=10, checkpoint_minutes=minutes, keep_checkpoints=2)
    return attached(Checkpoints(run, config, progress), StandIn(step)), saved


def test_checkpoints_come_whenever_a_multiple_is_passed():
    callback, saved = checkpoints()
    callback.on_train_begin()
    for callback.model.num_updates in (4, 8, 12, 16, 20, 24, 48):
        callback.on_epoch_end(0)
    assert saved == [(12, 2), (20, 2), (48, 2)]
    assert not callback.model.stop_training


def test_resumed_run_keeps_the_rhythm_of_its_checkpoints():
    callback, saved = checkpoints(step=12)
    callback.on_train_begin()
    for callback.model.num_updates in (16, 20):
        callback.on_epoch_end(0)
    assert saved == [(20, 2)]


@pytest.mark.parametrize(("minutes", "expected"), [(2.0, [4, 8, 12]), (0.0, [12])])
def test_checkpoints_come_after_some_minutes_as_well(monkeypatch, minutes, expected):
    clock_at = [1000.0]
    monkeypatch.setattr("cyclegan_tf.training.callbacks.time.monotonic", lambda: clock_at[0])
    callback, saved = checkpoints(minutes=minutes)
    callback.on_train_begin()
    # At 3 it is too early; at 12 it is due by updates, so at 16 it is too early again.
    times = {3: 1119.0, 4: 1120.0, 8: 1240.0, 12: 1250.0, 16: 1369.0}
    for callback.model.num_updates, clock_at[0] in times.items():
        callback.on_epoch_end(0)
    assert [step for step, _ in saved] == expected


def test_training_stops_when_the_time_is_up():
    callback, _ = checkpoints(time_is_up=True)
    callback.on_train_begin()
    callback.model.num_updates = 4
    callback.on_epoch_end(0)
    assert callback.model.stop_training


def test_generators_alone_come_whenever_their_multiple_is_passed(run, monkeypatch):
    saved = []
    monkeypatch.setattr(
        "cyclegan_tf.training.callbacks.write_generators",
        lambda run, config, model: saved.append(model.num_updates),
    )
    callback = attached(NewestGenerators(run, Config(generators_every=10)), StandIn(step=12))
    callback.on_train_begin()
    for callback.model.num_updates in (16, 20, 24, 48):
        callback.on_epoch_end(0)
    assert saved == [20, 48]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (59.6, "1:00"),
        (75, "1:15"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (7384, "2:03:04"),
    ],
)
def test_clock_by_hand(seconds, text):
    assert clock(seconds) == text
