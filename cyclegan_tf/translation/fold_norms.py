"""`fold_norms`: a generator with given instance-norm statistics as a plain convolutional network.

With fixed statistics an instance norm is one multiply-add per channel, which the convolution before
it can do: its kernel takes the factor, its bias the offset.
"""

import keras
from keras import layers

from cyclegan_tf.errors import StatisticsError
from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.model.upscaler import stages_of, two_stage_generator
from cyclegan_tf.runs.preparation import preparation_of
from cyclegan_tf.translation.norm_statistics import Statistics, norm_layers


def fold_norms(generator: keras.Model, statistics: Statistics) -> keras.Model:
    """Folds statistics into the convolutions of a generator.

    What a pixel becomes then depends only on its surroundings and no longer on the whole image, so
    tiles with enough margin, strips and the frames of a clip agree with one another exactly.

    Args:
        generator: A `resnet_generator`, or a two-stage generator with one in it.
        statistics: Statistics that were recorded with it, see `record`.

    Returns:
        A Keras model of the same name and `preparation` without any instance norm, whose
        convolutions have biases.

    Raises:
        StatisticsError: The statistics belong to another generator, or a norm of it doesn't follow
            a convolution that could do its work.
    """
    if stages := stages_of(generator):
        inner = fold_norms(stages.generator, statistics)
        both = two_stage_generator(inner, stages.upscaler, generator.name)
        both.preparation = preparation_of(generator)
        return both
    folded = {}
    for norm in norm_layers(generator):
        convolution = _producer(norm)
        if isinstance(convolution, layers.UpSampling2D):
            # An interpolation's weights add up to 1, so the multiply-add may as well come before.
            convolution = _producer(convolution)
        if not _is_linear_convolution(convolution):
            raise StatisticsError(
                "every instance norm must follow a convolution without activation for statistics "
                f"to be locked; received a generator with {norm.name} after {convolution.name}."
            )
        folded[convolution.name] = statistics.affine(norm)
    statistics.check(generator)

    def copy(layer):
        config = layer.get_config()
        if layer.name in folded:
            config |= {"use_bias": True}
        return layer.__class__.from_config(config)

    def call(layer, *args, **kwargs):
        return args[0] if isinstance(layer, InstanceNormalization) else layer(*args, **kwargs)

    locked = keras.models.clone_model(generator, clone_function=copy, call_function=call)
    for layer in locked.layers:
        if not layer.weights:  # a copied input may have another name
            continue
        weights = generator.get_layer(layer.name).get_weights()
        if layer.name in folded:
            scale, offset = folded[layer.name]
            # A transposed convolution keeps its output channels in the last but one place.
            transposed = isinstance(layer, layers.Conv2DTranspose)
            kernel = weights[0] * (scale[:, None] if transposed else scale)
            bias = offset + (weights[1] * scale if len(weights) > 1 else 0)
            weights = [kernel, bias]
        layer.set_weights(weights)
    locked.preparation = preparation_of(generator)
    return locked


def _is_linear_convolution(layer):
    kinds = layers.Conv2D, layers.Conv2DTranspose
    return isinstance(layer, kinds) and layer.activation is keras.activations.linear


def _producer(layer):
    """Returns the layer whose output this one takes."""
    return layer.input._keras_history.operation
