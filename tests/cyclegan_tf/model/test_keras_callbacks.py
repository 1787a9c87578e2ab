"""Keras' own callbacks in `CycleGAN.fit`: each does what it is for."""

import csv
import importlib.util

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_models import SIZE, adam, batches, dataset, quick_networks

from cyclegan_tf.model.cyclegan import CycleGAN

OPTIONS = {"steps_per_epoch": 1, "shuffle": False, "verbose": 0}


@pytest.fixture(autouse=True)
def eagerly():
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def model():
    model = CycleGAN(*quick_networks(), pool_size=2, crop_size=SIZE, ema=0.9)
    model.compile(adam(1e-3))
    return model


def endless():
    return dataset(batches(2)).batch(1).unbatch().repeat()


def test_those_that_log_and_keep_files(model, tmp_path):
    callbacks = [
        keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras"),
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
    ]
    if importlib.util.find_spec("tensorboard"):
        callbacks.append(keras.callbacks.TensorBoard(tmp_path / "board", write_graph=False))
    model.fit(endless(), epochs=2, callbacks=callbacks, **OPTIONS)
    loaded = CycleGAN.load(tmp_path / "2.keras")
    assert loaded.num_updates == 2
    with open(tmp_path / "log.csv") as file:
        rows = list(csv.DictReader(file))
    assert rows[0].keys() >= {"epoch", *model.trackers} and len(rows) == 2
    if len(callbacks) == 3:
        assert list((tmp_path / "board").rglob("events*"))


def test_those_that_look_at_a_loss(model):
    stopping = keras.callbacks.EarlyStopping(
        monitor="cycle_a", mode="max", min_delta=9.0, patience=2, restore_best_weights=True
    )
    slower = keras.callbacks.ReduceLROnPlateau(
        monitor="cycle_a", mode="max", min_delta=9.0, patience=1, factor=0.5
    )
    history = model.fit(endless(), epochs=9, callbacks=[stopping, slower], **OPTIONS)
    assert len(history.epoch) == 3  # one, and two without an improvement
    assert float(model.optimizer.learning_rate) == pytest.approx(1e-3 / 4)


def test_a_broken_fit_goes_on_with_backup_and_restore(model, tmp_path):
    def fail(epoch, logs):
        if epoch == 1:
            raise InterruptedError

    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    dying = keras.callbacks.LambdaCallback(on_epoch_begin=fail)
    with pytest.raises(InterruptedError):
        model.fit(endless(), epochs=3, callbacks=[backup, dying], **OPTIONS)
    again = CycleGAN(*quick_networks(), pool_size=2, crop_size=SIZE, ema=0.9)
    again.compile(adam(1e-3))
    history = again.fit(
        endless(),
        epochs=3,
        callbacks=[keras.callbacks.BackupAndRestore(tmp_path / "backup")],
        **OPTIONS,
    )
    assert history.epoch == [1, 2] and again.num_updates == 3
    assert np.isfinite(history.history["loss"]).all()
