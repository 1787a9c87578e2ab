"""Which sizes of pictures a generator takes: asked of its layers."""

import math

import keras
import numpy as np
from keras import layers

_GROWING = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)


def size_multiple(generator: keras.Model) -> int:
    """Returns what the sides of pictures must be multiples of: 4 for a `resnet_generator`.

    It is the product of the strides of all layers, so that each halves what is even. A model that
    makes pictures smaller in another way, or that takes more sizes, says so in an attribute
    `size_multiple` of its class.

    Args:
        generator: A model from pictures to pictures of the same size.

    >>> halving = layers.Conv2D(3, 3, strides=2, padding="same")
    >>> size_multiple(keras.Sequential([halving, layers.UpSampling2D(2)]))
    2
    """
    if own := getattr(generator, "size_multiple", None):
        return int(own)
    return math.prod(_stride(layer) for layer in _layers_of(generator))


def _stride(layer: keras.layers.Layer) -> int:
    if isinstance(layer, _GROWING):
        return 1
    strides = getattr(layer, "strides", 1)
    return max(strides) if isinstance(strides, (tuple, list)) else int(strides or 1)


def _layers_of(model: keras.layers.Layer) -> list[keras.layers.Layer]:
    """All layers, each once, those inside of others too."""
    return list({id(layer): layer for layer in model._flatten_layers()}.values())


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
