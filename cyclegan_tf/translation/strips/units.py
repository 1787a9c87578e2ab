"""A generator as a list of units: each a convolution with what follows it up to the next one."""

import math
from dataclasses import dataclass

import keras
from keras import layers

from cyclegan_tf.model.layers import BinomialBlur2D, InstanceNormalization, ReflectionPadding2D
from cyclegan_tf.translation.strips.row_steps import (
    BILINEAR,
    BLUR,
    RowStep,
    conv_step,
    nearest_conv_step,
    transpose_step,
)


@dataclass
class Unit:
    """A convolution and what belongs to it, up to the point where the next one starts.

    Args:
        steps: Linear steps, the convolution among them.
        convolution: The layer of the convolution.
        norm: The `InstanceNormalization` after it, if any.
        relu: Whether a ReLU follows.
        add: Whether the input of the unit before is added (the end of a residual block).
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
        Its units, or None for any other model, which can't be streamed.
    """
    units: list[Unit] = []
    unit: Unit | None = None
    before: list[keras.layers.Layer] = []  # layers since the last unit
    for layer in generator.layers[1:]:
        if unit and isinstance(layer, InstanceNormalization) and not unit.norm:
            unit.norm = layer
        elif unit and isinstance(layer, layers.ReLU) and not unit.relu:
            unit.relu = True
        elif unit and isinstance(layer, layers.Add):
            unit.add = True
        elif unit and _is_open(unit) and isinstance(layer, layers.UpSampling2D):
            unit.steps.append(BILINEAR)
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
    return not (unit.norm or unit.relu or unit.add)


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
