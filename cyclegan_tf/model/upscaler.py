"""The upscaler, and the two-stage generator: translate a map made small, then draw it large.

A map of a quarter of the size shows whole things in a training crop and costs a sixteenth. What is
lost with the pixels, the target world's own details, the upscaler learns from true pictures.
"""

import itertools
import math
from typing import Any, NamedTuple

import keras
from keras import layers

from cyclegan_tf.model.layers import BinomialBlur2D, ReflectionPadding2D
from cyclegan_tf.model.networks import is_functional
from cyclegan_tf.model.tensors import Tensor
from cyclegan_tf.upscaler_recipe import FACTORS

SHRINK = "shrink"  # the layer by which a two-stage generator is known


def upscaler(
    factor: int = 4,
    filters: int = 8,
    num_residual_blocks: int = 4,
    *,
    channels: int = 3,
    seed: int | None = None,
    name: str | None = None,
) -> keras.Model:
    """Builds a network that draws pictures `factor` times as large: single-image super-resolution.

    Source: Lim et al. 2017 (EDSR): residual blocks without normalisation at the small size, which
    cost little there; the larger sizes by nearest neighbours and convolutions (Odena et al. 2016),
    which leave no checkerboard of their own. The network adds to what interpolation gives.

    Args:
        factor: 2, 4 or 8.
        filters: Channels at full size; twice as many for each halving, up to eight times.
        num_residual_blocks: Blocks at the small size.
        channels: Channels of the pictures, in and out.
        seed: Makes the initial weights reproducible.
        name: Name of the model.

    Returns:
        A `keras.Model` from float `(batch, height, width, channels)` in [-1, 1], any sides of at
        least 2, to float32 `(batch, factor * height, factor * width, channels)` in [-1, 1]. A pixel
        depends on its surroundings only, see `reach`.

    Raises:
        ValueError: `factor` is none of these.

    >>> upscaler(2, filters=4, num_residual_blocks=1)(keras.ops.zeros((1, 5, 6, 3))).shape
    TensorShape([1, 10, 12, 3])
    """
    if factor not in FACTORS:
        raise ValueError(f"factor must be 2, 4 or 8; received {factor!r}.")
    seeds = itertools.count(1000 * (seed or 0))

    # Leaky, and blocks that begin as the identity: on worlds with bright grounds layers died.
    def conv(x: Tensor, channels: int, label: str, **options: Any) -> Tensor:
        init = keras.initializers.HeNormal(None if seed is None else next(seeds))
        x = ReflectionPadding2D(1, name=f"{label}_pad")(x)
        options = {"kernel_initializer": init} | options
        return layers.Conv2D(channels, 3, padding="valid", name=f"{label}_conv", **options)(x)

    num_doublings = int(math.log2(factor))
    widths = [filters * min(2**i, 8) for i in range(num_doublings + 1)]
    inputs = keras.Input((None, None, channels), name="image")
    plain = inputs
    x = conv(inputs, widths[-1], "stem")  # (h, w, factor * filters)
    for i in range(1, num_residual_blocks + 1):
        y = conv(x, widths[-1], f"block{i}a", activation="leaky_relu")
        y = conv(y, widths[-1], f"block{i}b", kernel_initializer="zeros")  # at first, the identity
        x = layers.Add(name=f"block{i}_add")([x, y])
    for i in range(1, num_doublings + 1):  # (2h, 2w, factor / 2 * filters) and so on
        x = layers.UpSampling2D(2, name=f"up{i}_resize")(x)
        x = conv(x, widths[-1 - i], f"up{i}", activation="leaky_relu")
        plain = layers.UpSampling2D(2, name=f"plain{i}_resize")(plain)
        plain = BinomialBlur2D(name=f"plain{i}_blur")(plain)
    x = conv(x, channels, "head", kernel_initializer="zeros")  # at first, interpolation alone
    x = layers.Add(name="sum")([x, plain])
    outputs = layers.Activation("hard_tanh", dtype="float32", name="head_clip")(x)
    return keras.Model(inputs, outputs, name=name or "upscaler")


def reach(model: keras.Model) -> int:
    """Returns how far, in pixels of its input, an upscaler sees at most.

    >>> reach(upscaler(2, filters=4, num_residual_blocks=1))
    6
    """
    scale, total, growing = 1, 0.0, doublings(model)
    for layer in model.layers:
        if isinstance(layer, ReflectionPadding2D | BinomialBlur2D):
            total += getattr(layer, "padding", 1) / scale
        elif layer in growing:
            scale *= 2
    return math.ceil(total) + 1


def doublings(model: keras.Model) -> list[keras.layers.Layer]:
    """Returns the layers by which an upscaler's features become twice as large, in their order."""
    resized = [layer for layer in model.layers if isinstance(layer, layers.UpSampling2D)]
    return [layer for layer in resized if layer.name.startswith("up")]  # not the interpolation's


class Stages(NamedTuple):
    """What a two-stage generator consists of.

    Args:
        factor: How many times smaller `generator` sees a picture.
        generator: From small pictures to small pictures of the other domain.
        upscaler: From those to `factor` times as large ones.
    """

    factor: int
    generator: keras.Model
    upscaler: keras.Model


def two_stage_generator(
    generator: keras.Model, upscaler: keras.Model, name: str | None = None
) -> keras.Model:
    """Joins a generator of small pictures and an upscaler of its target domain.

    Args:
        generator: From float `(batch, h, w, channels)` in [-1, 1] to the same.
        upscaler: See `upscaler`.
        name: Name of the model. Default: the generator's.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to the same shape, sides multiples
        of the generator's times the factor. It makes pictures smaller by the mean over squares.
    """
    channels = generator.input_shape[-1]
    inputs = keras.Input((None, None, channels), name="image")
    small = layers.AveragePooling2D(2 ** len(doublings(upscaler)), name=SHRINK)(inputs)
    first, second = _renamed(generator, "translate"), _renamed(upscaler, "upscale")
    return keras.Model(inputs, second(first(small)), name=name or generator.name)


def _renamed(model, name):
    """A copy in which nothing else uses this name, whatever the original is called."""
    # Of a model without an optimizer, which would be saved with every generator.
    copy = keras.models.clone_model(keras.Model(model.input, model.output))
    copy.set_weights(model.get_weights())
    copy.name = name
    return copy


def factor_of(generator: keras.Model) -> int:
    """How many times smaller than a picture a generator translates it: 1 but for two stages."""
    stages = stages_of(generator)
    return stages.factor if stages else 1


def stages_of(generator: keras.Model) -> Stages | None:
    """Takes a two-stage generator apart; None for any other model."""
    if not is_functional(generator) or len(generator.layers) != 4:
        return None
    _, shrink, first, second = generator.layers
    if shrink.name != SHRINK or not isinstance(shrink, layers.AveragePooling2D):
        return None
    return Stages(shrink.pool_size[0], first, second)
