"""The line about speed by hand, how long a stream is waited for, and reads of the device."""

import re
import time
import types

import numpy as np
import pytest
import tensorflow as tf
from keras.callbacks import LambdaCallback
from keras.src import backend as keras_backend

from cyclegan_tf import Config
from cyclegan_tf.hardware.limit import Limit
from cyclegan_tf.training import speed
from cyclegan_tf.training.speed import DataWait, SpeedLine
from cyclegan_tf.training.train import train


def slow(seconds):
    """Batches 0, 1, 2, ... that take their time, one after the other."""

    def batch(k):
        time.sleep(seconds)
        return k

    return tf.data.Dataset.counter().map(lambda k: tf.numpy_function(batch, [k], tf.int64))


def take(stream, count, work=0.0):
    """Takes batches and works on each; returns them and the seconds that this took."""
    begin, batches = time.perf_counter(), []
    for batch in stream.take(count):
        batches.append(int(batch))
        time.sleep(work)
    return batches, time.perf_counter() - begin


def test_a_stream_that_is_too_slow_is_waited_for():
    waiting = DataWait()
    batches, seconds = take(waiting.timed(slow(0.05).prefetch(1)), 8)
    assert batches == list(range(8))
    assert 0.8 * 8 * 0.05 < waiting.seconds < seconds


def test_batches_that_are_ready_cost_no_waiting():
    waiting = DataWait()
    stream = waiting.timed(slow(0.02).prefetch(4))
    first, _ = take(stream, 1)
    before = waiting.seconds
    batches, seconds = take(stream, 8, work=0.1)
    assert first + batches == [0, *range(8)]
    assert waiting.seconds - before < 0.2 * seconds  # little more than the first one


def test_clocks_leave_batches_and_their_kind_alone():
    stream = tf.data.Dataset.from_tensors((np.ones((2, 3)), np.zeros(4, np.uint8))).repeat()
    timed = DataWait().timed(stream)
    assert timed.element_spec == stream.element_spec
    for own, given in zip(next(iter(timed)), next(iter(stream)), strict=True):
        np.testing.assert_array_equal(own, given)


@pytest.fixture
def line(monkeypatch):
    """`line(intervals, ...)` plays logging intervals of (updates, seconds, seconds waited)."""
    monkeypatch.setattr(speed, "update_flops", lambda model, size, batch, updates: 2e9)
    monkeypatch.setattr(speed, "measure_limit", lambda dtype: Limit(4e9, 5e9, dtype))

    def play(intervals, step=0):
        said, clock, waiting = [], [100.0], types.SimpleNamespace(seconds=0.0)
        monkeypatch.setattr(speed.time, "perf_counter", lambda: clock[0])
        callback = SpeedLine(Config(batch_size=3), step, waiting, said.append)
        callback.set_model(types.SimpleNamespace(compute_dtype="bfloat16"))
        for updates, seconds, waited in intervals:
            callback.set_params({"steps": updates})
            callback.on_epoch_begin(0)
            clock[0] += seconds
            waiting.seconds += waited
            callback.on_epoch_end(0)
            clock[0] += 1000.0  # validation, checkpoints
            waiting.seconds += 7.0
        callback.on_train_end()
        callback.on_train_end()
        return said

    return play


def test_the_line_by_hand(line):
    # The first interval compiles; 60 updates in 30 seconds are 4e9 operations a second of 5e9.
    said = line([(40, 500.0, 90.0), (30, 14.0, 1.0), (30, 16.0, 2.0), (30, 1.0, 1.0)])
    assert said == [
        "Speed: 6 img/s, 10.0% of the time waiting for data, 80% of the most that this device "
        "can compute (0.005 TFLOP/s in bfloat16, measured just now)."
    ]


def test_short_sessions_say_nothing(line):
    assert line([(50, 5.0, 0.0), (49, 5.0, 0.0)], step=1000) == []
    assert line([(100, 5.0, 0.0)]) == []
    assert len(line([(50, 5.0, 0.0), (50, 5.0, 0.0)], step=1000)) == 1


def test_a_limit_that_cannot_be_measured_is_left_out(line, monkeypatch):
    def fail(dtype):
        raise MemoryError

    monkeypatch.setattr(speed, "measure_limit", fail)
    (said,) = line([(50, 5.0, 0.0), (50, 5.0, 0.0)])
    assert said.endswith("the limit of this device couldn't be measured (MemoryError).")


def test_train_says_it_once(small_config, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(speed, "UPDATES", 4)
    train(small_config.replace(epochs=2, validate_every=0, sample_every=0), tmp_path / "run")
    said = re.findall(r"Speed: .*", capsys.readouterr().out)
    number = r"[0-9.e+-]+"
    expected = rf"Speed: {number} img/s, {number}% of the time waiting for data, {number}% of the"
    assert len(said) == 1 and re.match(expected, said[0])


# Reads of the device ------------------------------------------------------------------------------


@pytest.fixture
def reads(monkeypatch):
    """Counts what is copied from the device to Python: `reads()` since the last call."""
    counted = []
    (base,) = (kind for kind in type(tf.constant(0)).__mro__ if "__float__" in vars(kind))
    for owner, name in (
        (base, "__float__"),
        (base, "__int__"),
        (keras_backend, "convert_to_numpy"),
    ):
        real = getattr(owner, name)

        def read(*arguments, _real=real):
            counted.append(1)
            return _real(*arguments)

        monkeypatch.setattr(owner, name, read)

    def since_the_last_call():
        count = len(counted)
        counted.clear()
        return count

    return since_the_last_call


def test_updates_between_lines_of_the_log_read_nothing(small_config, tmp_path, reads):
    # A read waits until the device has computed what is read: each is a gap between two updates.
    def count(updates, callbacks=()):
        rare = {"sample_every": 0, "validate_every": 0, "checkpoint_every": 1000}
        config = small_config.replace(epochs=1, steps_per_epoch=updates, log_every=50, **rare)
        train(config, tmp_path / f"{updates} {len(callbacks)}", verbose=False, callbacks=callbacks)
        return reads()

    few = count(4)
    assert few > 10  # those of the log are seen
    assert count(12) == few

    losses = []
    own = LambdaCallback(on_train_batch_end=lambda batch, logs: losses.append(logs["loss"]))
    assert count(4, [own]) > few  # who asks gets them
    assert len(losses) == 4 and np.isfinite(losses).all()
