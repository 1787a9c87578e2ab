"""A training that diverges: back to the last checkpoint at half the rate, or a stop."""

import json

import keras
import numpy as np
import pytest

from cyclegan_tf import Config
from cyclegan_tf.errors import DivergenceError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.schedule import LinearDecay
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.saving import save_model
from cyclegan_tf.training.divergence import MOST_HALVINGS, halve_rate
from cyclegan_tf.training.train import train


def rate_of(model):
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    return optimizer.get_config()["learning_rate"]["config"]["learning_rate"]


@pytest.fixture
def too_fast(monkeypatch):
    """From update 5 on, images are no numbers where the learning rate is that of the config."""
    step = CycleGAN.train_step

    def train_step(self, data):
        is_bad = self.num_updates >= 5 and rate_of(self) == 2e-4
        return step(self, [np.nan * images for images in data] if is_bad else data)

    monkeypatch.setattr(CycleGAN, "train_step", train_step)


@pytest.mark.usefixtures("eagerly", "too_fast")
def test_run_goes_on_at_half_the_rate_from_its_last_checkpoint(small_config, tmp_path, caplog):
    run = RunFolder(tmp_path / "run")
    small = small_config.replace(
        max_skipped_updates=3, epochs=3, decay_epoch=3, sample_every=0, validate_every=0
    )
    with pytest.raises(DivergenceError, match=r"The last 3 updates were skipped: .* at update 8"):
        train(small, run.path, verbose=False)
    assert [path.name for path in run.checkpoints()] == ["step_00000004.keras"]
    lines = run.read_metrics()
    assert [line.get("skipped_updates", 0) for line in lines] == [0] * 5 + [1, 1]

    model = train(small.replace(on_divergence="halve"), run.path, verbose=False)
    assert (model.num_updates, model.num_applied) == (9, 9)
    assert [r.getMessage() for r in caplog.records] == [
        "The last 3 updates were skipped: their losses or gradients were not finite, at update 8. "
        "Going on from update 4 at half the learning rate, 0.0001."
    ]
    lines = run.read_metrics()
    assert [line["step"] for line in lines] == [1, 2, 3, 4, 4, 5, 6, 7, 8, 9]
    assert lines[4]["halved_learning_rate"] == 1e-4
    rates = [round(line["learning_rate"], 9) for line in lines if "learning_rate" in line]
    assert rates == [2e-4] * 4 + [1e-4] * 4 + [0.0]  # 0 at the end, as always
    assert json.loads(run.card_file.read_text())["halved_learning_rate"] == {"4": 1e-4}
    for path in run.checkpoints():  # also the one from before: a killed run goes on from it
        saved = CycleGAN.load(path)
        assert rate_of(saved) == 1e-4
        assert all(np.isfinite(v).all() for v in [*saved.weights, *saved.optimizer.variables])


def small_model(rate):
    """As much of a CycleGAN as `halve_rate` looks at."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(LinearDecay(rate, 5, 10)), loss="mse")
    model.optimizer.build(model.trainable_variables)
    return model


def test_rate_is_halved_so_often_and_no_more():
    model, config = small_model(2e-4), Config()
    for count in range(1, MOST_HALVINGS + 1):
        assert halve_rate(model, config) == 2e-4 / 2**count
    assert float(model.optimizer.learning_rate) == pytest.approx(2e-4 / 2**MOST_HALVINGS)
    with pytest.raises(DivergenceError, match="was halved 5 times and doesn't help"):
        halve_rate(model, config)


@pytest.mark.parametrize("where", ["weights", "moments"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_never_written(tmp_path, where, value):
    model = small_model(1e-3)
    path = tmp_path / "best_ab.keras"
    save_model(model, path)
    before = path.read_bytes()
    variables = model.weights if where == "weights" else model.optimizer.variables[2:]
    variables[0].assign(np.full(variables[0].shape, value))
    with pytest.raises(DivergenceError, match=r"best_ab.keras isn't written: .* is not finite"):
        save_model(model, path)
    assert path.read_bytes() == before
