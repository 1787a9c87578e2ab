"""A generator as units of work on rows, and sweeps: units that strips of a map pass through.

How a whole map is cut into strips and sweeps is streaming.py's; single layers are row_steps.py's.
"""

import functools
import math
from dataclasses import dataclass

import tensorflow as tf
from keras import layers

from cyclegan_tf import row_steps
from cyclegan_tf.layers import BinomialBlur2D, InstanceNormalization, ReflectionPadding2D


@dataclass
class Unit:
    """A convolution and what belongs to it, up to the point where the next one starts.

    Args:
        steps: Linear steps, the convolution among them.
        convolution: Its layer.
        norm: The `InstanceNormalization` after it, if any.
        relu: Whether a ReLU follows.
        add: Whether the input of the unit before is added (the end of a residual block).
    """

    steps: list
    convolution: object
    norm: InstanceNormalization | None = None
    relu: bool = False
    add: bool = False

    @property
    def stride(self):
        return math.prod(step.stride for step in self.steps)

    @property
    def grow(self):
        return math.prod(step.grow for step in self.steps)


def units_of(generator, dtype="float32") -> list[Unit] | None:
    """Takes a generator apart.

    Args:
        generator: Of `resnet_generator`, or one of those after `lock`.
        dtype: What convolutions are computed in.

    Returns:
        Its units, or None for a model of another make, which can't be streamed.
    """
    units, unit, before = [], None, []

    for layer in generator.layers[1:]:
        if unit and isinstance(layer, InstanceNormalization) and not unit.norm:
            unit.norm = layer
        elif unit and isinstance(layer, layers.ReLU) and not unit.relu:
            unit.relu = True
        elif unit and isinstance(layer, layers.Add):
            unit.add = True
        elif isinstance(layer, layers.UpSampling2D) and _is_open(unit):
            unit.steps.append(row_steps.BILINEAR)
        elif isinstance(layer, (ReflectionPadding2D, BinomialBlur2D, layers.UpSampling2D)):
            before.append(layer)
        elif isinstance(layer, (layers.Conv2D, layers.Conv2DTranspose)):
            unit = Unit(_steps(before, layer, dtype), layer)
            units.append(unit)
            before = []
        elif not isinstance(layer, layers.Activation):
            return None
    return units


def _is_open(unit):
    return unit and not (unit.norm or unit.relu or unit.add)


def _steps(before, layer, dtype):
    if isinstance(layer, layers.Conv2DTranspose):
        return [row_steps.transpose_step(layer, dtype)]
    steps, padding = [], 0
    for item in before:
        if isinstance(item, BinomialBlur2D):
            steps.append(row_steps.BLUR)
        elif isinstance(item, ReflectionPadding2D):
            padding = item.padding
        elif item.interpolation == "nearest":
            return [row_steps.nearest_conv_step(layer, dtype)]
        else:
            steps.append(row_steps.BILINEAR)
    return [*steps, row_steps.conv_step(layer, padding, dtype)]


class Sweep:
    """Units that rows pass through one after the other, compiled for every size at once.

    Args:
        units: What to compute.
        entrance: What is done to the rows first: `"image"` nothing, `"relu"` multiply, add and
            ReLU; `"sum"` the same without ReLU to a second source, added to the first.
        compiled: Functions that other sweeps of the same structure compiled; shared and added to.
    """

    def __init__(self, units: list[Unit], entrance: str, compiled: dict):
        self.units, self.entrance = units, entrance
        self.steps = [step for unit in units for step in unit.steps]
        self.weights = [step.weights for step in self.steps]
        types = [tuple(tf.TensorSpec(w.shape, w.dtype) for w in ws) for ws in self.weights]
        what = [(unit.relu, unit.add, unit.norm is None) for unit in units]
        key = str((entrance, self.steps, what, types))
        if key not in compiled:
            rows = tf.TensorSpec((1, None, None, None), tf.float32)
            scalar = tf.TensorSpec((), tf.int32)
            compiled[key] = tf.function(
                functools.partial(_push, units, entrance),
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
        self.push = compiled[key]

    @property
    def num_affines(self):
        inner = sum(unit.norm is not None for unit in self.units[:-1])
        return inner + (self.entrance != "image")

    @property
    def num_carries(self):
        return len(self.steps) + sum(self._adds(unit) for unit in self.units)

    def _adds(self, unit):
        # A norm at the end of a sweep is left to the next one, and with it the sum that follows.
        return unit.add and not (unit is self.units[-1] and unit.norm)

    def first_carries(self, width: int, channels: int):
        """Returns the empty carries before the first push; widths and channels are the map's."""
        carries, inputs = [], [None, None]
        for unit in self.units:
            inputs = [inputs[1], (width, channels)]
            for step in unit.steps:
                carries.append(tf.zeros((1, 0, width + step.pad[2] + step.pad[3], channels)))
                width = width * step.grow // step.stride
                if step.weights:
                    channels = unit.convolution.filters
            if self._adds(unit):
                carries.append(tf.zeros((1, 0, *inputs[0])))
        return carries

    def strips(self, height: int, rows: int):
        """Cuts a map so that every push brings at least one row out of every step.

        Returns:
            A list of `(start, stop, [(start, stop) of the rows that each unit gives out])`.
        """
        size = min(rows, height)
        while size < height and not self._simulate([size], height)[0]:
            size += rows
        stops = [min(size, height), *range(size + rows, height, rows)]
        stops = stops if stops[-1] == height else [*stops, height]
        return self._simulate(stops, height)[1]

    def _simulate(self, stops, height):
        carried, given = [0] * len(self.steps), [0] * len(self.units)
        plan, start, alive = [], 0, True
        for stop in stops:
            rows, outputs, s = stop - start, [], 0
            for i, unit in enumerate(self.units):
                for step in unit.steps:
                    rows, carried[s] = step.rows_after(carried[s], rows, not start, stop == height)
                    alive, s = alive and rows > 0, s + 1
                outputs.append((given[i], given[i] + rows))
                given[i] += rows
            plan.append((start, stop, outputs))
            start = stop
        return alive, plan


def _push(units, entrance, weights, sources, affines, carries, first, last):
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
            rows, carry = step.push(next(weights), next(carries), rows, first, last)
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
