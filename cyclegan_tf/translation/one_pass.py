"""`one_pass`: a generator as a graph of TensorFlow that takes whole pictures of any size."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf


def one_pass(run: Callable[[tf.Tensor], tf.Tensor], generator: keras.Model, channels: int) -> Any:
    """Makes a graph of `run`: one for all sizes of pictures, or one for each.

    In a graph for all sizes the shape is an input and no constant. Keras' interpolation
    (`UpSampling2D`, but for "nearest") needs constants, so generators that have it get a graph for
    each size.

    Args:
        run: Function of a batch, float32 `(n, h, w, channels)`.
        generator: The model that `run` calls.
        channels: Those of a picture.

    Returns:
        A `tf.function`.
    """
    if any(map(_interpolates, generator._flatten_layers())):
        return tf.function(run)
    spec = tf.TensorSpec((None, None, None, channels), tf.float32)
    return tf.function(run, input_signature=[spec])


def _interpolates(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.UpSampling2D) and layer.interpolation != "nearest"
