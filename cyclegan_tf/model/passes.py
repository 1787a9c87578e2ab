"""Passes through the generators: as few as there can be, and only those that are due."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from cyclegan_tf.model.tensors import Images, Scalar, Tensor

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf


def first_passes(
    networks: Any, to_a: Images, to_b: Images, more: Sequence[tuple[Scalar, Images, Images]]
) -> Images:
    """Translates named images in one batch per generator.

    An optional loss that isn't due in an update must not cost its passes then. So the graph gets a
    branch for each loss that may or may not be due, with one larger batch on one side.

    Args:
        networks: Holds the generators.
        to_a: Images to translate to A, under the names that their translations get.
        to_b: The same to B.
        more: For each optional loss: whether it is due, and its images to A and to B.
    """
    if not more:
        in_a = _in_one_batch(networks.generator_ba, to_a)
        return in_a | _in_one_batch(networks.generator_ab, to_b)
    (is_due, more_to_a, more_to_b), *others = more

    def with_them() -> Images:
        return first_passes(networks, to_a | more_to_a, to_b | more_to_b, others)

    def without_them() -> Images:
        return first_passes(networks, to_a, to_b, others) | more_to_a | more_to_b

    return branch(is_due, with_them, without_them)


def _in_one_batch(network: Any, images: Images) -> Images:
    # Together, as instance norm keeps the images of a batch apart, unlike batch norm.
    outputs = translated(network, ops.concatenate(list(images.values()), axis=0))
    if len(images) == 1:
        return {name: outputs for name in images}
    # The last batches of an epoch may be smaller in one domain than in the other.
    sizes = [ops.shape(x)[0] for x in images.values()]
    if all(isinstance(size, int) for size in sizes):
        parts = ops.split(outputs, list(itertools.accumulate(sizes[:-1])))
    else:
        parts = tf.split(outputs, sizes)
    return dict(zip(images, parts, strict=True))


def translated(network: Any, images: Tensor) -> Tensor:
    # The project's generators return float32 themselves, others what their last layer computes in.
    return ops.cast(network(images, training=True), "float32")


def branch(condition: Scalar, yes: Callable[[], Images], no: Callable[[], Images]) -> Images:
    """Decided here for a bool; for a tensor in the graph, where only one of them is run."""
    if isinstance(condition, bool):
        return yes() if condition else no()
    return ops.cond(condition, yes, no)
