"""Whole pictures of any size through a generator at once: fastest on GPUs that have the memory."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from cyclegan_tf.hardware.limit import on_accelerator

GPU_PIXELS = 2**24  # more go in strips, without trying


class OnePass:
    """A generator or upscaler that takes one picture at a time, on either backend.

    Args:
        generator: The model.
        channels: Those of a picture.

    Attributes:
        most_pixels: How large pictures may be to go through at once where nothing else is asked
            for; 0 on CPUs, where strips are as fast. To be lowered when a picture didn't fit.
    """

    def __init__(self, generator: keras.Model, channels: int) -> None:
        self._generator = generator
        self.most_pixels = GPU_PIXELS if on_accelerator() else 0
        self._graph: Any = None  # of TensorFlow; JAX runs the model itself
        if keras.backend.backend() != "jax":
            self._graph = one_pass(self._run, generator, channels)

    def _run(self, batch: Any) -> Any:
        return self._generator(batch, training=False)

    @property
    def num_traces(self) -> int:
        """How often anything was compiled."""
        return self._graph.experimental_get_tracing_count() if self._graph else 0

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        """Translates a picture.

        Args:
            picture: float32 `(h, w, channels)` in [-1, 1], of sides that the generator takes.

        Returns:
            Its translation, float32.
        """
        batch = picture[None]
        fake = self._graph(batch) if self._graph else self._run(batch)
        return keras.ops.convert_to_numpy(fake[0])


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
