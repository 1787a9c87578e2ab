"""The moving averages of the generators' weights, which make every output."""

import keras
from keras import ops

from cyclegan_tf.model.networks import is_functional
from cyclegan_tf.model.tensors import Scalar


def frozen_copy(generator: keras.Model) -> keras.Model:
    """Returns a generator of the same weights that isn't trained: the average at the start."""
    if is_functional(generator):
        copy = keras.models.clone_model(generator)
    else:
        description = keras.saving.serialize_keras_object(generator)
        copy = keras.saving.deserialize_keras_object(description)
    copy.set_weights(generator.get_weights())
    copy.trainable = False
    return copy


def follow(average: keras.Model, generator: keras.Model, decay: float, step: Scalar) -> None:
    """Moves each weight of an average towards that of the generator.

    Args:
        average: Changed to `decay * average + (1 - decay) * generator`.
        generator: A model of the same layers.
        decay: In [0, 1). The average follows faster over the first steps.
        step: Number of updates before this one.
    """
    step = ops.cast(step, "float32")
    keep = ops.minimum(decay, (1.0 + step) / (10.0 + step))
    for mean, weight in zip(average.weights, generator.weights, strict=True):
        mean.assign_sub((1.0 - keep) * (mean.value - weight.value))
