"""Doubling by nearest neighbours as a convolution, for LiteRT.

Its converter loses the number of channels in the repetition that Keras makes of `UpSampling2D`.
"""

import keras
import numpy as np
from keras import layers

from cyclegan_tf.model.networks import is_functional


def with_doubling_by_convolution(model: keras.Model) -> keras.Model:
    """Returns a model that computes the same without `UpSampling2D`.

    Args:
        model: A functional model in float32; one of a class of its own is returned as it is.
    """
    if not is_functional(model):
        return model

    def replace(layer: keras.layers.Layer) -> keras.layers.Layer:
        if isinstance(layer, keras.Model):
            return with_doubling_by_convolution(layer)
        if not isinstance(layer, layers.UpSampling2D):
            return layer.__class__.from_config(layer.get_config())
        channels, size = layer.output.shape[-1], layer.size
        return layers.Conv2DTranspose(channels, size, size, use_bias=False, name=layer.name)

    copy = keras.models.clone_model(model, clone_function=replace)
    for layer in model.layers:
        new = copy.get_layer(layer.name)
        if isinstance(layer, layers.UpSampling2D):
            same = np.eye(layer.output.shape[-1], dtype="float32")  # of each channel into itself
            new.set_weights([np.broadcast_to(same, (*layer.size, *same.shape))])
        elif not isinstance(layer, keras.Model):
            new.set_weights(layer.get_weights())
    return copy
