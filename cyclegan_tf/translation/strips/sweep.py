"""A generator as units of work on rows, and sweeps: units that strips of a map pass through.

How a whole map is cut into strips and sweeps is streaming.py's; single layers are row_steps.py's.
What computes a sweep is blas_sweeps.py or graph_sweeps.py.
"""

import math
from dataclasses import dataclass

from keras import layers

from cyclegan_tf.model.layers import BinomialBlur2D, InstanceNormalization, ReflectionPadding2D
from cyclegan_tf.translation.strips import steps as row_steps


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


def units_of(generator) -> list[Unit] | None:
    """Takes a generator apart.

    Args:
        generator: Of `resnet_generator`, or one of those after `fold_norms`.

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
            unit = Unit(_steps(before, layer), layer)
            units.append(unit)
            before = []
        elif not isinstance(layer, layers.Activation):
            return None
    return units


def _is_open(unit):
    return unit and not (unit.norm or unit.relu or unit.add)


def _steps(before, layer):
    if isinstance(layer, layers.Conv2DTranspose):
        return [row_steps.transpose_step(layer)]
    steps, padding = [], 0
    for item in before:
        if isinstance(item, BinomialBlur2D):
            steps.append(row_steps.BLUR)
        elif isinstance(item, ReflectionPadding2D):
            padding = item.padding
        elif item.interpolation == "nearest":
            return [row_steps.nearest_conv_step(layer)]
        else:
            steps.append(row_steps.BILINEAR)
    return [*steps, row_steps.conv_step(layer, padding)]


class Sweep:
    """Units that rows pass through one after the other.

    Args:
        units: What to compute.
        entrance: What is done to the rows first: `"image"` nothing, `"relu"` multiply, add and
            ReLU; `"sum"` the same without ReLU to a second source, added to the first.
    """

    def __init__(self, units: list[Unit], entrance: str):
        self.units, self.entrance = units, entrance
        self.steps = [step for unit in units for step in unit.steps]

    def push(self, sources, affines, carries, first: bool, last: bool):
        """Puts a strip in, gets finished rows out.

        Args:
            sources: Float32 `(n, width, channels)`, one, or two for the entrance `"sum"`.
            affines: Scale and offset of the entrance's norm and of each norm within the sweep,
                broadcastable to the rows that they are for.
            carries: What the last push returned; at first `first_carries`.
            first: Whether these are the map's first rows.
            last: The same for the last.

        Returns:
            What comes out, float32 `(n, width, channels)`: before the last norm, or in [-1, 1]; the
            sources' rows as they entered the first unit; the next carries; and of the result
            mean and sum of squared deviations `(channels,)` each, if a norm follows. All of it may
            be overwritten by the next push.
        """
        raise NotImplementedError

    @property
    def num_affines(self):
        inner = sum(unit.norm is not None for unit in self.units[:-1])
        return inner + (self.entrance != "image")

    @property
    def num_carries(self):
        return len(self.steps) + sum(self.adds(unit) for unit in self.units)

    def adds(self, unit):
        # A norm at the end of a sweep is left to the next one, and with it the sum that follows.
        return unit.add and not (unit is self.units[-1] and unit.norm)

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
