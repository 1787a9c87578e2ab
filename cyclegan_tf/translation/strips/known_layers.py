"""Whether row steps compute just what a layer does. Layers of `resnet_generator` are known.

Classes are compared exactly, since a subclass may compute anything.
"""

from collections.abc import Sequence

import keras
from keras import layers

from cyclegan_tf.model.convolution import Conv2D
from cyclegan_tf.model.layers import BinomialBlur2D, InstanceNormalization, ReflectionPadding2D


def is_known(layer: keras.Layer) -> bool:
    """Whether a layer by itself is one that row steps compute, with settings that they know."""
    kind = type(layer)
    if kind in (InstanceNormalization, ReflectionPadding2D, BinomialBlur2D, layers.Add):
        return True
    if kind is layers.ReLU:
        return not (layer.negative_slope or layer.threshold or layer.max_value is not None)
    if kind is layers.UpSampling2D:
        doubles = tuple(layer.size) == (2, 2) and layer.data_format == "channels_last"
        return doubles and layer.interpolation in ("nearest", "bilinear")
    if kind not in (Conv2D, layers.Conv2D, layers.Conv2DTranspose):
        return False
    return (
        layer.activation is keras.activations.linear
        and layer.data_format == "channels_last"
        and getattr(layer, "groups", 1) == 1
        and set(layer.dilation_rate) == {1}
        and len(set(layer.kernel_size)) == len(set(layer.strides)) == 1
        and len(layer.weights) == 1 + layer.use_bias  # adapters have more
    )


def is_known_convolution(layer: keras.Layer, before: Sequence[keras.Layer]) -> bool:
    """Whether a known convolution is computed together with the layers between it and the last.

    Args:
        layer: A `Conv2D` or `Conv2DTranspose` that `is_known`.
        before: Paddings, blurs and resizes, in order.
    """
    size, stride = layer.kernel_size[0], layer.strides[0]
    if isinstance(layer, layers.Conv2DTranspose):
        plain = layer.padding == "same" and layer.output_padding is None
        return plain and not before and size in (3, 4) and stride == 2
    reflection = before[-1] if before and isinstance(before[-1], ReflectionPadding2D) else None
    resizes = before[:-1] if reflection else before
    if any(isinstance(item, ReflectionPadding2D) for item in resizes):
        return False
    if reflection:
        keeps_size = layer.padding == "valid" and size == 2 * reflection.padding + 1
    else:
        keeps_size = size >= stride and (layer.padding == "same" or size == 1)
    if any(getattr(item, "interpolation", "") == "nearest" for item in resizes):
        # One step with the convolution, for which the pixel outside is the one inside.
        return keeps_size and bool(reflection) and len(resizes) == 1 and (size, stride) == (3, 1)
    return keeps_size and stride in (1, 2)
