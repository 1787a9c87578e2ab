"""`train_step` on TensorFlow: one tape for both generators, one for both discriminators."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from cyclegan_tf.model.finite_updates import apply_if_finite
from cyclegan_tf.model.loss_names import check_discriminator_losses, check_generator_losses
from cyclegan_tf.model.objective import total
from cyclegan_tf.model.replicas import (
    logs_for_keras,
    num_replicas,
    of_whole_batch,
    refuse_other_strategies,
    refuse_unequal_shares,
    share,
)
from cyclegan_tf.model.step import CommonStep, no_pool, pair_of_crops
from cyclegan_tf.model.tensors import Losses, Scalar, Tensor


class TensorFlowStep(CommonStep):
    """The step of `CycleGAN` with TensorFlow as Keras' backend."""

    def train_step(self, data: tuple[Tensor, Tensor]) -> Losses:
        """One update of all four networks.

        Each generator learns from its adversarial loss (`gan_ab` trains `generator_ab`, and
        `discriminator_b` judges), from both cycle losses, and from the optional losses of its
        outputs (`identity_a` trains `generator_ba`). Each discriminator learns from its own loss
        alone, on real crops and on translations from the history pool.

        Args:
            data: A batch of crops of A and one of B, of the same size.

        Returns:
            The mean of each loss since the start of the epoch, unweighted, and their weighted sum
            `loss`, which no network minimises: generators and discriminators pull it both ways.
        """
        crop_a, crop_b = pair_of_crops(data)
        refuse_unequal_shares(crop_a, crop_b)
        generators, discriminators = self.weights_to_train()
        with tf.GradientTape() as tape:
            images = self.objective.run_generators(self, crop_a, crop_b, self.step)
            losses = self.objective.generator_losses(self, images, self.step)
            check_generator_losses(self.objective, losses)
            loss = self.objective.weighted_sum(losses, self.step)
            scaled = self.optimizer.scale_loss(share(loss))
        # Through the discriminators, but not to their weights.
        generator_gradients = tape.gradient(scaled, generators)

        # The tape above is closed: to the discriminators the fakes are data.
        pooled_a = self._from_pool(self.pool_a, images["judged_a"])
        pooled_b = self._from_pool(self.pool_b, images["judged_b"])
        with tf.GradientTape() as tape:
            judgements = self.objective.discriminator_losses(
                self, crop_a, crop_b, pooled_a, pooled_b
            )
            check_discriminator_losses(self.objective, judgements)
            scaled = self.optimizer.scale_loss(share(total(list(judgements.values()))))
        discriminator_gradients = tape.gradient(scaled, discriminators)

        loss = total([loss, *judgements.values()])
        gradients = generator_gradients + discriminator_gradients
        # Adam works on each weight by itself, so one optimizer equals one per network. It also
        # applies the constraints on weights, like `EqualGain`.
        weights = generators + discriminators
        is_well = apply_if_finite(self.optimizer, loss, gradients, weights)
        self.follow_update(is_well)
        return logs_for_keras(self.track({"loss": loss, **losses, **judgements}))

    def test_step(self, data: tuple[Tensor, Tensor]) -> Losses:
        """Returns the means of all losses, without an update."""
        return logs_for_keras(self.track(self.losses_without_update(data)))

    def _maybe_symbolic_build(self, **kwargs: Any) -> None:
        # Keras would look at a batch to build the model, which fails if there are several workers.
        # It has been built from the start.
        pass

    def _from_pool(self, pool: Callable[[Tensor, Scalar], Tensor], images: Tensor) -> Tensor:
        """What a history gives back for images, of which other replicas have their own."""
        if pool is no_pool:
            return images
        return of_whole_batch(lambda images: pool(images, self.step), images)

    def refuse_devices(self, jit_compile: bool = False) -> None:
        """Refuses what is untested.

        Args:
            jit_compile: Whether XLA is to compile the step.

        Raises:
            NotImplementedError: It is in the scope of another strategy than those of replicas.py,
                or XLA is to compile the step of several replicas.
        """
        refuse_other_strategies()
        if jit_compile and num_replicas() > 1:
            raise NotImplementedError(
                "jit_compile compiles the step of one device; received a strategy of "
                f"{num_replicas()} replicas. Use jit_compile=False there, or JAX."
            )
