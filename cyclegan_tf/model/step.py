"""What the steps of both backends share: their data, their log, and what follows an update."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from cyclegan_tf.model.averages import follow
from cyclegan_tf.model.loss_names import check_discriminator_losses, check_generator_losses
from cyclegan_tf.model.objective import Objective, total
from cyclegan_tf.model.tensors import Losses, Scalar, Tensor


class CommonStep:
    """The part of `CycleGAN` that a step uses; `CycleGAN` sets the attributes.

    Attributes:
        generator_ab: Trained model from A to B.
        generator_ba: The reverse.
        discriminator_a: Trained model that judges images of A.
        discriminator_b: The same for B.
        average_ab: Moving average of `generator_ab`, if there is one.
        average_ba: The same of `generator_ba`.
        ema: Decay of the moving averages, 0 for none.
        pool_a: History of translations to A.
        pool_b: The same to B.
        objective: The losses.
        loss_networks: Networks that the losses bring along.
        optimizer: The one optimizer of all four networks.
        step: Number of updates so far.
        skipped: Number of the latest updates that changed no weight, as something wasn't finite.
        trackers: The means of all losses since the start of the epoch.
    """

    generator_ab: keras.Model
    generator_ba: keras.Model
    discriminator_a: keras.Model
    discriminator_b: keras.Model
    average_ab: keras.Model
    average_ba: keras.Model
    ema: float
    pool_a: Callable[[Tensor, Scalar], Tensor]
    pool_b: Callable[[Tensor, Scalar], Tensor]
    objective: Objective
    loss_networks: list[keras.layers.Layer]
    optimizer: keras.optimizers.Optimizer
    step: keras.Variable
    skipped: keras.Variable
    trackers: dict[str, keras.metrics.Metric]

    @property
    def num_updates(self) -> int:
        """Number of updates so far, as a number of Python's whatever holds `step`."""
        return int(self.step.numpy())

    @property
    def num_applied(self) -> int:
        """Number of updates that changed weights; the others were skipped."""
        # Its `iterations` are fewer where it accumulates gradients.
        optimizer = getattr(self.optimizer, "inner_optimizer", self.optimizer)
        return int(optimizer._iterations.numpy())

    @property
    def num_skipped(self) -> int:
        """Number of updates in a row, up to now, that were skipped; not those to find a scale."""
        return int(self.skipped.numpy())

    def weights_to_train(self) -> tuple[list[keras.Variable], list[keras.Variable]]:
        """Returns those of both generators and of losses, and those of both discriminators."""
        of_losses = [w for network in self.loss_networks for w in network.trainable_variables]
        generators = (self.generator_ab, self.generator_ba)
        discriminators = (self.discriminator_a, self.discriminator_b)
        of_generators = [w for network in generators for w in network.trainable_variables]
        of_discriminators = [w for network in discriminators for w in network.trainable_variables]
        return of_generators + of_losses, of_discriminators

    def follow_update(self, is_well: Scalar) -> None:
        """Moves the averages and counts the update.

        Args:
            is_well: Boolean scalar, whether it was finite.
        """
        if self.ema:
            follow(self.average_ab, self.generator_ab, self.ema, self.step)
            follow(self.average_ba, self.generator_ba, self.ema, self.step)
        self.step.assign_add(1)
        self.skipped.assign(ops.where(is_well, 0, self.skipped.value + 1))

    def losses_without_update(self, data: Any) -> Losses:
        """Computes what `track` takes, of a batch that nothing learns from."""
        crop_a, crop_b = pair_of_crops(data)
        with self.objective.without_pairs():
            images = self.objective.run_generators(self, crop_a, crop_b, self.step)
        losses = self.objective.generator_losses(self, images, self.step)
        check_generator_losses(self.objective, losses)
        loss = self.objective.weighted_sum(losses, self.step)
        judgements = self.objective.discriminator_losses(
            self, crop_a, crop_b, images["judged_a"], images["judged_b"]
        )
        check_discriminator_losses(self.objective, judgements)
        return {"loss": total([loss, *judgements.values()]), **losses, **judgements}

    def track(self, losses: Losses) -> Losses:
        """Adds losses to their means, and returns those.

        An update with a loss that isn't finite doesn't count. If none counts, the means are NaN.
        """
        is_finite = ops.all(ops.isfinite(ops.stack([losses[name] for name in self.trackers])))
        weight = ops.cast(is_finite, "float32")
        means = {}
        for name, tracker in self.trackers.items():
            tracker.update_state(ops.where(is_finite, losses[name], 0.0), weight)
            means[name] = ops.where(tracker.count > 0, tracker.result(), float("nan"))
        return means


def pair_of_crops(data: Any) -> tuple[Tensor, Tensor]:
    """Crops of A and B from what `fit` and `train_on_batch` hand on.

    Keras calls the second one targets, and adds the weights of samples.
    """
    crop_a, crop_b, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
    if crop_b is None or sample_weight is not None:
        raise ValueError(
            "CycleGAN trains on pairs of batches (crops of A, crops of B), without weights of "
            f"samples; received {'weights' if crop_b is not None else 'a single batch'}."
        )
    return crop_a, crop_b


def no_pool(images: Tensor, step: Scalar) -> Tensor:
    """The history pool of size 0: every image comes back as it is."""
    return images
