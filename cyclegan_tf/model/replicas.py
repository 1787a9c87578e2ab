"""What the replicas of a `tf.distribute` strategy do together in a step; for one alone, nothing."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from cyclegan_tf.model.tensors import Losses, Scalar, Tensor

#: Those in which every replica has all weights and all are updated at once.
STRATEGIES = (
    tf.distribute.MirroredStrategy,
    tf.distribute.MultiWorkerMirroredStrategy,
    tf.distribute.OneDeviceStrategy,
)


def num_replicas() -> int:
    """Returns how many replicas share a batch: 1 without a strategy."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def refuse_other_strategies() -> None:
    """Refuses untested strategies.

    Raises:
        NotImplementedError: The code runs in the scope of such a strategy.
    """
    strategy = tf.distribute.get_strategy()
    if tf.distribute.has_strategy() and not isinstance(strategy, STRATEGIES):
        raise NotImplementedError(
            f"CycleGAN trains under {', '.join(each.__name__ for each in STRATEGIES)}; received "
            f"{type(strategy).__name__}. Use one of these, or no strategy for a single device."
        )


def share(loss: Scalar) -> Scalar:
    """Returns a replica's share of a mean over the whole batch: optimizers sum over replicas."""
    count = num_replicas()
    return loss if count == 1 else loss / count


def of_whole_batch(function: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    """Applies a function to the images of all replicas, and returns the results of one's own.

    Every replica computes the same, as one device would for the whole batch.

    Args:
        function: From images to as many images.
        images: Those of this replica, `(batch, height, width, channels)`; as many on every replica.

    Raises:
        ValueError: The number of images isn't fixed.
    """
    count = num_replicas()
    if count == 1:
        return function(images)
    size = images.shape[0]
    context = tf.distribute.get_replica_context()
    whole = context.all_gather(images, axis=0)
    results = function(tf.ensure_shape(whole, (count * size, *images.shape[1:])))
    first = context.replica_id_in_sync_group * size
    return tf.ensure_shape(results[first : first + size], images.shape)


def refuse_unequal_shares(*batches: Tensor) -> None:
    """Refuses batches of which a replica may get fewer images than another, or none.

    Args:
        batches: Crops of this replica.

    Raises:
        ValueError: There are several replicas, and the size of a batch isn't fixed.
    """
    if num_replicas() > 1 and any(crops.shape[0] is None for crops in batches):
        raise ValueError(
            "Several replicas need batches of one fixed size that they can share equally; received "
            f"shapes {', '.join(str(tuple(crops.shape)) for crops in batches)}. Use "
            f"batch(n, drop_remainder=True) with a multiple of {num_replicas()}; with several "
            "workers, also repeat()."
        )


def agree(holds: Scalar) -> Scalar:
    """Returns whether a condition holds on all replicas, the same on each."""
    if num_replicas() == 1:
        return holds
    failures = tf.cast(tf.logical_not(holds), tf.float32)
    return tf.distribute.get_replica_context().all_reduce("SUM", failures) == 0.0


def run_if(condition: Scalar, function: Callable[[Any], None], value: Any) -> None:
    """Runs a function on every replica if a condition holds, which is the same on each.

    Args:
        condition: Boolean scalar.
        function: Takes `value`. It may let the replicas wait for one another, as optimizers do;
            TensorFlow allows that in a condition only outside of the replicas, hence the detour.
        value: Tensors of this replica; each replica has its own.
    """
    if tf.__internal__.distribute.strategy_supports_no_merge_call():
        tf.cond(condition, lambda: function(value), lambda: None)
        return

    def outside(strategy: tf.distribute.Strategy, condition: Tensor, values: Any) -> None:
        (condition, *_) = strategy.experimental_local_results(condition)
        tf.cond(
            condition,
            lambda: strategy.extended.call_for_each_replica(function, args=(values,)),
            lambda: None,
        )

    tf.distribute.get_replica_context().merge_call(outside, args=(condition, value))


def logs_for_keras(logs: Losses) -> Losses:
    """Returns what a step returns in a form that Keras takes from replicas on several machines.

    It means them over an axis there, which a scalar hasn't.
    """
    strategy = tf.distribute.get_strategy()
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return logs
    return {name: value[None] for name, value in logs.items()}
