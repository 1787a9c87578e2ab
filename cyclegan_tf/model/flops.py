"""Floating-point operations of a pass and of an update, counted from the layers of the networks.

Only convolutions count: norms and activations are below 1 % of the paper's networks.
"""

import math

import keras
from keras import ops

from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import is_functional


def forward_flops(network: keras.Model, size: int) -> int:
    """Counts the operations of one image's pass; a multiplication and its addition are two.

    Args:
        network: A generator or discriminator of networks.py.
        size: Side of the square image in pixels.

    Returns:
        Floating-point operations.

    Raises:
        TypeError: It is of a class with a `call` of its own. The text is half a sentence.

    >>> from cyclegan_tf.model.networks import patch_discriminator
    >>> forward_flops(patch_discriminator(4, 1), 16)  # 2 x (8x8x4x4x3x4 + 7x7x4x4x4x8 + 6x6x4x4x8)
    83968
    """
    if not is_functional(network):
        raise TypeError(f"the operations of a {type(network).__name__} can't be counted")
    # A copy for this size, as the layers of a network for all sizes don't know their own.
    image = keras.Input((size, size, network.input_shape[-1]))
    layers = keras.models.clone_model(network, input_tensors=image).layers
    return sum(_convolution_flops(layer) for layer in layers)


def _convolution_flops(layer: keras.layers.Layer) -> int:
    if isinstance(layer, keras.layers.Conv2DTranspose):  # every tap is used at every input pixel
        pixels = layer.input.shape[1:3]
    elif isinstance(layer, keras.layers.Conv2D):
        pixels = layer.output.shape[1:3]
    else:
        return 0
    return 2 * math.prod(pixels) * math.prod(layer.kernel.shape)


def update_flops(
    model: CycleGAN, crop_size: int, batch_size: int = 1, updates: range = range(100)
) -> float:
    """Counts the operations of one update of all four networks.

    A pass costs its own operations once forwards, once for the gradients of the features and once
    for those of the weights. The generators' pass through a discriminator leaves its weights alone.

    Args:
        model: The model, with the losses that it trains on.
        crop_size: Side of the square crops in pixels.
        batch_size: Crops of each domain per update.
        updates: Over which to average, since an optional loss may be due in some updates only.

    Returns:
        Floating-point operations per update.
    """
    generators = [forward_flops(g, crop_size) for g in (model.generator_ab, model.generator_ba)]
    judges = [forward_flops(d, crop_size) for d in (model.discriminator_a, model.discriminator_b)]
    cycles = 2 * 3 * sum(generators)  # first passes and those back
    judged = (2 + 2 * 3) * sum(judges)  # for the generators; real and pooled crops to learn from
    mean = sum(generators) / 2
    return batch_size * (cycles + judged + 3 * mean * _optional_passes(model, crop_size, updates))


def _optional_passes(model: CycleGAN, crop_size: int, updates: range) -> float:
    """Generator passes per update that optional losses ask for."""
    crops = ops.zeros((1, crop_size, crop_size, model.channels))
    images = {"real_a": crops, "real_b": crops}
    passes = 0
    for loss in model.objective.optional_losses:
        asked = sum(len(inputs) for inputs in loss.passes(images, 0))
        passes += asked * sum(bool(loss.is_due(step)) for step in updates)
    return passes / len(updates)
