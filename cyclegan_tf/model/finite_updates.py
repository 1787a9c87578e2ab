"""An update of all weights, or of none: TensorFlow's in place, and the stateless one of JAX."""

from collections.abc import Sequence

import keras
from keras import ops

from cyclegan_tf.model.tensors import Scalar, Tensor

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf


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
    is_finite = _is_finite(loss, gradients)
    tf.cond(is_finite, lambda: optimizer.apply(list(gradients), list(weights)), lambda: None)


def stateless_apply_if_finite(
    optimizer: keras.optimizers.Optimizer,
    loss: Scalar,
    gradients: Sequence[Tensor | None],
    weights: Sequence[Tensor],
    state: Sequence[Tensor],
) -> tuple[list[Tensor], list[Tensor]]:
    """The same, of values instead of variables.

    Args:
        optimizer: Built for the weights.
        loss: Float32 scalar.
        gradients: One for each weight, of its shape; None leaves the weight as it is.
        weights: Values of the trainable variables, in the order in which the optimizer was built.
        state: Values of the optimizer's variables.

    Returns:
        The new weights and the new state.
    """
    new = optimizer.stateless_apply(list(state), list(gradients), list(weights))
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return new
    is_finite = _is_finite(loss, gradients)
    new_weights, new_state = (
        [ops.where(is_finite, value, old) for value, old in zip(values, olds, strict=True)]
        for values, olds in zip(new, (weights, state), strict=True)
    )
    return new_weights, new_state


def _is_finite(loss: Scalar, gradients: Sequence[Tensor | None]) -> Scalar:
    sums = [ops.sum(gradient) for gradient in gradients if gradient is not None]
    return ops.all(ops.isfinite(ops.stack([loss, *sums])))
