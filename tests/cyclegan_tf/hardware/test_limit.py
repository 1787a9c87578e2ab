"""The measured rates: of the right operations, best runs count, and the time it takes."""

import time

import pytest

from cyclegan_tf.hardware import limit
from cyclegan_tf.hardware.limit import Limit, measure_limit, on_accelerator


def test_operations_over_the_fastest_run(monkeypatch):
    shapes = []

    def fastest(function, inputs, seconds):
        shapes.extend([tuple(x.shape) for x in pair] for pair in inputs)
        assert tuple(function(*inputs[0]).shape)[-1] == inputs[0][0].shape[-1]
        return 0.5

    monkeypatch.setattr(limit, "_fastest", fastest)
    measured = measure_limit("bfloat16")
    if not on_accelerator():
        convolutions, products = shapes[:2], shapes[2:]  # two at once, as each may get one core
        assert convolutions == [[(1, 64, 64, 256), (3, 3, 256, 256)]] * 2
        assert products == [[(1024, 1024)] * 2] * 2
        assert measured == Limit(2 * 4 * 64 * 64 * 9 * 256 * 256, 2 * 4 * 1024**3, "bfloat16")
    assert measured.best == max(measured[:2])


def test_short_runs_are_joined_and_the_fastest_counts(monkeypatch):
    clock, costs = [0.0], iter([9.0] + [0.04] + [0.03, 0.01] + [0.5] * 99)

    def tick():
        return clock[0]

    class Result:
        def __getitem__(self, place):
            return self

        def numpy(self):
            pass

    def compiled(inputs):
        clock[0] += next(costs)
        return [Result()]

    monkeypatch.setattr(time, "perf_counter", tick)
    monkeypatch.setattr("keras.backend.backend", lambda: "tensorflow")
    monkeypatch.setattr("tensorflow.function", lambda function: compiled)
    # A first run of 9 seconds compiles; one of 0.04; two calls of 0.04; two of 1, which is enough.
    assert limit._fastest(None, [], seconds=0.5) == pytest.approx(0.02)


def test_it_takes_little_time():
    begin = time.perf_counter()
    measured = measure_limit(seconds=0.05)
    assert time.perf_counter() - begin < 20  # on a machine with much else to do
    assert 1e8 < measured.convolution < 1e16 and 1e8 < measured.matmul < 1e16
