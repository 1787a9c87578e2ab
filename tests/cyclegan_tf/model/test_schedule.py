"""Learning rate and identity weight as functions of the step, by hand.

That a resumed run goes on with them is in test_train.py.
"""

import keras
import numpy as np
import pytest

from cyclegan_tf.model.schedule import LinearDecay, annealed


@pytest.mark.parametrize(
    ("step", "rate"),
    [(0, 2e-4), (134_999, 2e-4), (135_000, 2e-4), (202_500, 1e-4), (270_000, 0), (300_000, 0)],
)
def test_rate_of_the_original_experiment(step, rate):
    # 2000 epochs of 135 updates, falling from epoch 1000.
    schedule = LinearDecay(2e-4, 1000 * 135, 2000 * 135)
    np.testing.assert_allclose(schedule(step), rate, rtol=1e-6)


def test_rate_falls_on_a_straight_line():
    schedule = LinearDecay(1.0, 10, 14)
    assert [float(schedule(step)) for step in range(9, 16)] == [1, 1, 0.75, 0.5, 0.25, 0, 0]


@pytest.mark.parametrize(("start", "rates"), [(0, [1.0, 0.5, 0.0]), (2, [1.0, 1.0, 0.0])])
def test_rate_may_fall_from_the_start_or_not_at_all(start, rates):
    schedule = LinearDecay(1.0, start, 2)
    assert [float(schedule(step)) for step in range(3)] == rates


def test_rate_is_restored_from_its_config():
    schedule = LinearDecay(0.5, 3, 7)
    data = keras.saving.serialize_keras_object(schedule)
    copy = keras.saving.deserialize_keras_object(data)
    assert isinstance(copy, LinearDecay)
    assert [float(copy(s)) for s in range(9)] == [float(schedule(s)) for s in range(9)]


def test_identity_weight_falls_to_exactly_zero():
    assert [float(annealed(5.0, step, 4)) for step in range(6)] == [5.0, 3.75, 2.5, 1.25, 0.0, 0.0]


def test_identity_weight_without_anneal_is_constant():
    assert [float(annealed(5.0, step, 0)) for step in (0, 10**9)] == [5.0, 5.0]
