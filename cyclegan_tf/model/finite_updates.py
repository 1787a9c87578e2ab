"""`apply_if_finite`: an update of all weights, or of none."""

from collections.abc import Sequence

import keras
import tensorflow as tf
from keras import ops

from cyclegan_tf.model.tensors import Scalar, Tensor


def apply_if_finite(
    optimizer: keras.optimizers.Optimizer,
    loss: Scalar,
    gradients: Sequence[Tensor | None],
    weights: Sequence[keras.Variable],
) -> None:
    """Updates the weights, unless the loss or a gradient is infinite or not a number.

    The condition also keeps an order that the program means and TensorFlow's optimiser of graphs
    drops: that all weights are read before one of them is changed. Without it, the generators were
    judged by half-updated discriminators now and then. A condition on all gradients is an order of
    data, which nothing drops.

    Args:
        optimizer: Built for the weights.
        loss: Float32 scalar.
        gradients: One for each weight, of its shape; None leaves the weight as it is.
        weights: Trainable variables.
    """
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        # It has such a condition of its own, and lowers its scale where that doesn't hold.
        optimizer.apply(list(gradients), list(weights))
        return
    sums = [ops.sum(gradient) for gradient in gradients if gradient is not None]
    is_finite = ops.all(ops.isfinite(ops.stack([loss, *sums])))
    tf.cond(is_finite, lambda: optimizer.apply(list(gradients), list(weights)), lambda: None)
