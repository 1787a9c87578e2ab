"""A generator as a list of units: each a convolution with what follows it up to the next one."""

import math
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from cyclegan_tf.model.layers import BinomialBlur2D, InstanceNormalization, ReflectionPadding2D
from cyclegan_tf.translation.strips.known_layers import is_known, is_known_convolution
from cyclegan_tf.translation.strips.row_steps import (
    BILINEAR,
    BLUR,
    RowStep,
    conv_step,
    nearest_conv_step,
    transpose_step,
)

PREPARATIONS = (ReflectionPadding2D, BinomialBlur2D, layers.UpSampling2D)
CONVOLUTIONS = (layers.Conv2D, layers.Conv2DTranspose)


@dataclass
class Unit:
    """A convolution and what belongs to it, up to the point where the next one starts.

    It computes the steps, then norm, ReLU and sum in this order, as far as it has them.

    Args:
        steps: Linear steps, the convolution among them.
        convolution: The layer of the convolution.
        norm: The `InstanceNormalization` after it, if any.
        relu: Whether a ReLU follows.
        add: Whether this is the second convolution of a residual block: the block's input, which is
            what the unit before this one read, is added at the end.
    """

    steps: list[RowStep]
    convolution: keras.layers.Layer
    norm: InstanceNormalization | None = None
    relu: bool = False
    add: bool = False

    @property
    def stride(self) -> int:
        """Factor by which the unit makes a map smaller."""
        return math.prod(step.stride for step in self.steps)

    @property
    def grow(self) -> int:
        """Factor by which the unit makes a map larger."""
        return math.prod(step.grow for step in self.steps)


def units_of(generator: keras.Model) -> list[Unit] | None:
    """Takes a generator apart.

    Args:
        generator: A `resnet_generator`, before or after `fold_norms`.

    Returns:
        Its units, or None for any other model, which can't be streamed: one with other layers or
        settings of them, another order or connection, or another activation than tanh at the end.
    """
    if len(generator.layers) < 3 or not isinstance(generator.layers[0], layers.InputLayer):
        return None
    start, *middle, end = generator.layers
    units: list[Unit] = []
    read: list[Any] = []  # the Keras tensor that each unit reads
    before: list[keras.layers.Layer] = []  # layers since the last unit
    tensor = start.output  # what the layer before gave out: the next one has to take just that
    for layer in middle:
        # A padding or a resize belongs to the next unit, so nothing may join the last one after it.
        if not is_known(layer):
            return None
        unit = units[-1] if units and not before else None
        takes = {id(tensor)}
        if isinstance(layer, layers.Add):
            if unit is None or unit.add or len(units) < 2:
                return None
            unit.add = True
            takes.add(id(read[-2]))
        elif unit and _is_open(unit) and isinstance(layer, InstanceNormalization):
            unit.norm = layer
        elif unit and not (unit.relu or unit.add) and isinstance(layer, layers.ReLU):
            unit.relu = True
        elif unit and _is_open(unit) and _is_bilinear(layer):
            unit.steps.append(BILINEAR)
        elif isinstance(layer, (*PREPARATIONS, *CONVOLUTIONS)):
            if not before:
                read.append(tensor)
            before.append(layer)
            if isinstance(layer, CONVOLUTIONS):
                if not is_known_convolution(layer, before[:-1]):
                    return None
                units.append(Unit(_steps(before[:-1], layer), layer))
                before = []
        else:
            return None
        if {id(taken) for taken in _as_list(layer.input)} != takes:
            return None
        tensor = layer.output
    is_tanh = isinstance(end, layers.Activation) and end.activation is keras.activations.tanh
    is_connected = end.input is tensor and generator.output is end.output
    follows_convolution = bool(units) and not before and _is_open(units[-1])
    return units if is_tanh and is_connected and follows_convolution else None


def _is_open(unit: Unit) -> bool:
    return not (unit.norm or unit.relu or unit.add)


def _is_bilinear(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, layers.UpSampling2D) and layer.interpolation == "bilinear"


def _as_list(tensors: Any) -> list[Any]:
    return tensors if isinstance(tensors, list) else [tensors]


def _steps(before, layer):
    """Makes the steps of a convolution and of the layers between it and the unit before."""
    if isinstance(layer, layers.Conv2DTranspose):
        return [transpose_step(layer)]
    steps, padding = [], 0
    for item in before:
        if isinstance(item, BinomialBlur2D):
            steps.append(BLUR)
        elif isinstance(item, ReflectionPadding2D):
            padding = item.padding
        elif item.interpolation == "nearest":
            return [nearest_conv_step(layer)]
        else:
            steps.append(BILINEAR)
    return [*steps, conv_step(layer, padding)]
