"""Which sizes and channels of pictures a generator takes: asked of its layers."""

import math
from fractions import Fraction
from typing import Any

import keras
import numpy as np
from keras import layers

from cyclegan_tf.model.networks import is_functional
from cyclegan_tf.model.upscaler import factor_of

MULTIPLE = 4  # a `resnet_generator` halves the image twice
SMALLEST = 16  # pixels: below this, the reflection padding of the trunk would exceed the picture
_GROWING = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)


def input_channels(model: keras.Model) -> int | None:
    """Returns how many channels a model takes; None where it doesn't know before a call."""
    shape = getattr(model, "input_shape", None) if model.built else None
    return shape[-1] if shape else None


def size_multiple(generator: keras.Model) -> int:
    """Returns what the sides of pictures must be multiples of: 4 for a `resnet_generator`.

    So that each layer halves what is even, strides are multiplied along the paths of a functional
    model, and over all layers of one with a `call` of its own. A model that makes pictures smaller
    in another way, or that takes more sizes, says so in an attribute `size_multiple` of its class.

    Args:
        generator: A model from pictures to pictures of the same size.

    >>> halving = layers.Conv2D(3, 3, strides=2, padding="same")
    >>> size_multiple(keras.Sequential([halving, layers.UpSampling2D(2)]))
    2
    """
    if own := getattr(generator, "size_multiple", None):
        return int(own)
    return _after(generator, Fraction(1))[1]


def smallest_side(generator: keras.Model) -> int:
    """Returns how many pixels the sides of pictures must have: 16 for a `resnet_generator`.

    A two-stage generator shows its first stage as many times less.

    Args:
        generator: As in `size_multiple`.
    """
    return SMALLEST * factor_of(generator)


def _after(layer: keras.Operation, scale: Fraction) -> tuple[Fraction, int]:
    """The scale of pictures after a layer, of those before, and what sides must be multiples of."""
    if isinstance(layer, keras.Sequential):
        multiple = 1
        for inner in layer.layers:
            scale, needed = _after(inner, scale)
            multiple = math.lcm(multiple, needed)
        return scale, multiple
    if isinstance(layer, keras.Model) and is_functional(layer):
        return _after_paths(layer, scale)
    if not isinstance(layer, keras.layers.Layer):
        return scale, scale.denominator
    if isinstance(layer, _GROWING):
        scale *= _largest(layer.strides)
    elif isinstance(layer, layers.UpSampling2D):
        scale *= min(layer.size)
    else:
        scale /= math.prod(_stride(inner) for inner in _layers_of(layer))
    return scale, scale.denominator


def _after_paths(model: keras.Model, scale: Fraction) -> tuple[Fraction, int]:
    scales = {id(tensor): scale for tensor in model.inputs}
    multiple = 1
    for _, nodes in sorted(model._nodes_by_depth.items(), reverse=True):
        for node in nodes:
            before = [scales[id(x)] for x in node.arguments.keras_tensors if id(x) in scales]
            after, needed = _after(node.operation, min(before, default=scale))
            scales |= {id(tensor): after for tensor in node.outputs}
            multiple = math.lcm(multiple, needed)
    return scales[id(model.outputs[0])], multiple


def _stride(layer: keras.layers.Layer) -> int:
    return 1 if isinstance(layer, _GROWING) else _largest(getattr(layer, "strides", 1))


def _largest(strides: Any) -> int:
    return max(strides) if isinstance(strides, (tuple, list)) else int(strides or 1)


def _layers_of(model: keras.layers.Layer) -> list[keras.layers.Layer]:
    """All layers, each once, those inside of others too."""
    return list({id(layer): layer for layer in model._flatten_layers()}.values())


def padded_size(
    height: int, width: int, multiple: int = MULTIPLE, smallest: int = SMALLEST
) -> tuple[int, int]:
    """Returns height and width with the padding.

    Args:
        height: Pixels.
        width: Pixels.
        multiple: What they must be multiples of.
        smallest: What they must be at least.

    >>> padded_size(10, 101)
    (16, 104)
    """
    height, width = (-(-max(side, smallest) // multiple) * multiple for side in (height, width))
    return height, width


def cut_to_multiple(image: np.ndarray, multiple: int) -> np.ndarray:
    """Cuts an image to sides that are multiples; one that is smaller than that is mirrored.

    Args:
        image: `(h, w, channels)`.
        multiple: At least 1.

    >>> cut_to_multiple(np.zeros((70, 20, 3)), 32).shape
    (64, 32, 3)
    """
    missing = [max(0, multiple - side) for side in image.shape[:2]]
    image = np.pad(image, [(0, n) for n in (*missing, 0)], mode="reflect")
    height, width = (side // multiple * multiple for side in image.shape[:2])
    return image[:height, :width]
