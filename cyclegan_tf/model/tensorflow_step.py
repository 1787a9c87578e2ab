"""`train_step` on TensorFlow: one tape for both generators, one for both discriminators."""

import tensorflow as tf

from cyclegan_tf.model.finite_updates import apply_if_finite
from cyclegan_tf.model.objective import total
from cyclegan_tf.model.step import CommonStep, pair_of_crops
from cyclegan_tf.model.tensors import Losses, Tensor


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
        generators, discriminators = self.weights_to_train()
        with tf.GradientTape() as tape:
            images = self.objective.run_generators(self, crop_a, crop_b, self.step)
            losses = self.objective.generator_losses(self, images, self.step)
            loss = self.objective.weighted_sum(losses, self.step)
            scaled = self.optimizer.scale_loss(loss)
        # Through the discriminators, but not to their weights.
        generator_gradients = tape.gradient(scaled, generators)

        # The tape above is closed: to the discriminators the fakes are data.
        pooled_a = self.pool_a(images["judged_a"], self.step)
        pooled_b = self.pool_b(images["judged_b"], self.step)
        with tf.GradientTape() as tape:
            losses |= self.objective.discriminator_losses(self, crop_a, crop_b, pooled_a, pooled_b)
            both = [losses["discriminator_a"], losses["discriminator_b"]]
            scaled = self.optimizer.scale_loss(total(both))
        discriminator_gradients = tape.gradient(scaled, discriminators)

        loss = total([loss, *both])
        gradients = generator_gradients + discriminator_gradients
        # Adam works on each weight by itself, so one optimizer equals one per network. It also
        # applies the constraints on weights, like `EqualGain`.
        apply_if_finite(self.optimizer, loss, gradients, generators + discriminators)
        self.follow_update()
        return self.track({"loss": loss, **losses})

    def test_step(self, data: tuple[Tensor, Tensor]) -> Losses:
        """Returns the means of all losses, without an update."""
        return self.track(self.losses_without_update(data))

    def refuse_replicas(self) -> None:
        """Refuses a strategy of several replicas.

        Raises:
            NotImplementedError: It is used inside such a strategy.
        """
        count = tf.distribute.get_strategy().num_replicas_in_sync
        if count > 1:
            raise NotImplementedError(
                f"CycleGAN trains on one device; received a strategy of {count} replicas, which "
                "would sum their gradients: every step would be too long. Make and compile it "
                "outside of strategy.scope()."
            )
