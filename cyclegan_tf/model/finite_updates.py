"""An update of all weights, or of none: TensorFlow's in place, and the stateless one of JAX."""

from collections.abc import Sequence

import keras
from keras import ops

from cyclegan_tf.model.tensors import Scalar, Tensor

if keras.backend.backend() == "tensorflow":
    from cyclegan_tf.model.replicas import agree, num_replicas, run_if


def apply_if_finite(
    optimizer: keras.optimizers.Optimizer,
    loss: Scalar,
    gradients: Sequence[Tensor | None],
    weights: Sequence[keras.Variable],
) -> Scalar:
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

    Returns:
        Boolean scalar: whether all is well. It is also true of an update that loss scaling has
        skipped to find its scale.
    """
    gradients, weights = list(gradients), list(weights)
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        is_well = agree(_is_well(optimizer.dynamic_scale.value, loss, gradients))
        # It has such a condition of its own, and lowers its scale where that doesn't hold.
        optimizer.apply(_bad_on_all_replicas_or_none(gradients), weights)
        return is_well
    is_finite = agree(_is_finite(loss, gradients))
    run_if(is_finite, lambda gradients: optimizer.apply(gradients, weights), gradients)
    return is_finite


def _bad_on_all_replicas_or_none(gradients: list[Tensor | None]) -> list[Tensor | None]:
    if num_replicas() == 1:
        return gradients
    # Keras asks one replica whether its gradients are finite, before it sums those of all.
    bad = ops.where(agree(_is_finite(0.0, gradients)), 0.0, float("nan"))
    return [g if g is None else g + ops.cast(bad, g.dtype) for g in gradients]


def stateless_apply_if_finite(
    optimizer: keras.optimizers.Optimizer,
    loss: Scalar,
    gradients: Sequence[Tensor | None],
    weights: Sequence[Tensor],
    state: Sequence[Tensor],
) -> tuple[list[Tensor], list[Tensor], Scalar]:
    """The same, of values instead of variables.

    Args:
        optimizer: Built for the weights.
        loss: Float32 scalar.
        gradients: One for each weight, of its shape; None leaves the weight as it is.
        weights: Values of the trainable variables, in the order in which the optimizer was built.
        state: Values of the optimizer's variables.

    Returns:
        The new weights, the new state, and whether all is well.
    """
    new = optimizer.stateless_apply(list(state), list(gradients), list(weights))
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        place = next(i for i, v in enumerate(optimizer.variables) if v is optimizer.dynamic_scale)
        return *new, _is_well(state[place], loss, gradients)
    is_finite = _is_finite(loss, gradients)
    new_weights, new_state = (
        [ops.where(is_finite, value, old) for value, old in zip(values, olds, strict=True)]
        for values, olds in zip(new, (weights, state), strict=True)
    )
    return new_weights, new_state, is_finite


def _is_finite(loss: Scalar, gradients: Sequence[Tensor | None]) -> Scalar:
    sums = [ops.sum(gradient) for gradient in gradients if gradient is not None]
    return ops.all(ops.isfinite(ops.stack([loss, *sums])))


def _is_well(scale: Scalar, loss: Scalar, gradients: Sequence[Tensor | None]) -> Scalar:
    """Whether an update under loss scaling is finite, or too large for a scale that may yet fall.

    The scale begins at 2**15 and doubles now and then, so that gradients overflow by design.
    """
    overflown = ops.logical_and(ops.isfinite(loss), scale >= 1.0)
    return ops.logical_or(_is_finite(loss, gradients), overflown)
