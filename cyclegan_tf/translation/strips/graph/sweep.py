"""`GraphSweep`: a sweep in TensorFlow, as one compiled function for every size."""

import functools
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from cyclegan_tf.translation.strips.graph.operations import push, weights_of
from cyclegan_tf.translation.strips.sweep import Sweep
from cyclegan_tf.translation.strips.units import Unit


class GraphSweep(Sweep):
    """A `Sweep` as a compiled function.

    Args:
        units: What to compute.
        entrance: What is done to the rows first, see `Sweep`.
        dtype: What convolutions are computed in; sums are float32.
        compiled: Functions that other sweeps of the same structure compiled; shared and added to.
    """

    def __init__(
        self, units: list[Unit], entrance: str, dtype: str, compiled: dict[str, Callable]
    ) -> None:
        super().__init__(units, entrance)
        self._weights = [weights_of(step, dtype) for step in self.steps]
        types = [tuple(tf.TensorSpec(w.shape, w.dtype) for w in ws) for ws in self._weights]
        what = [(unit.relu, unit.add, unit.norm is None) for unit in units]
        key = str((entrance, self.steps, what, types))
        if key not in compiled:
            rows = tf.TensorSpec((1, None, None, None), tf.float32)
            scalar = tf.TensorSpec((), tf.int32)
            compiled[key] = tf.function(
                functools.partial(_push_strip, units, entrance),
                input_signature=[
                    types,
                    [rows] * (2 if entrance == "sum" else 1),
                    [(rows, rows)] * self.num_affines,
                    [rows] * self.num_carries,
                    scalar,
                    scalar,
                ],
                autograph=False,
            )
        self._compiled = compiled[key]

    def first_carries(self, width: int, channels: int) -> list:
        carries = []
        before = [(0, 0), (0, 0)]  # width and channels of the last two units' inputs
        for unit in self.units:
            before = [before[1], (width, channels)]
            for step in unit.steps:
                carries.append(tf.zeros((1, 0, width + step.pad[2] + step.pad[3], channels)))
                width = width * step.grow // step.stride
                channels = step.channels_after(channels)
            if self.adds(unit):
                carries.append(tf.zeros((1, 0, *before[0])))
        return carries

    def push(
        self,
        sources: Sequence[np.ndarray],
        affines: Sequence[tuple[np.ndarray, np.ndarray]],
        carries: list,
        first: bool,
        last: bool,
    ) -> tuple[np.ndarray, np.ndarray, list, tuple]:
        rows, entered, carries, sums = self._compiled(
            self._weights,
            [tf.convert_to_tensor(source)[None] for source in sources],
            [tuple(_to_rank_4(x) for x in pair) for pair in affines],
            carries,
            tf.constant(int(first)),
            tf.constant(int(last)),
        )
        return rows[0].numpy(), entered[0], carries, tuple(s.numpy() for s in sums)


def _to_rank_4(x):
    return tf.convert_to_tensor(np.reshape(x, (1,) * (4 - x.ndim) + x.shape))


def _push_strip(units, entrance, weights, sources, affines, carries, first, last):
    weights, affines, carries = iter(weights), iter(affines), iter(carries)
    rows = sources[-1]
    if entrance != "image":
        scale, offset = next(affines)
        rows = rows * scale + offset
        rows = tf.nn.relu(rows) if entrance == "relu" else rows + sources[0]
    entered, left = rows, []
    before = [None, None]  # inputs of the last two units: what the end of a block adds
    for unit in units:
        before = [before[1], rows]
        for step in unit.steps:
            rows, carry = push(step, next(weights), next(carries), rows, first, last)
            left.append(carry)
        if unit is units[-1] and unit.norm:
            break
        if unit.norm:
            scale, offset = next(affines)
            rows = rows * scale + offset
        if unit.relu:
            rows = tf.nn.relu(rows)
        if unit.add:  # the convolutions hold rows back, so the sum has to wait for them
            waiting = tf.concat([next(carries), before[0]], axis=1)
            finished = tf.shape(rows)[1]
            rows = rows + waiting[:, :finished]
            left.append(waiting[:, finished:])
    if not units[-1].norm:
        return tf.tanh(rows), entered, left, ()
    values = tf.reshape(rows, (-1, units[-1].convolution.filters))
    ones = tf.ones((1, tf.shape(values)[0]))  # sums as products: faster than tf.reduce_sum
    mean = tf.matmul(ones, values) / tf.cast(tf.shape(values)[0], tf.float32)
    # Around the strip's own mean: a flat area has far less variance than mean squared.
    squares = tf.matmul(ones, tf.square(values - mean))
    return rows, entered, left, (mean[0], squares[0])
