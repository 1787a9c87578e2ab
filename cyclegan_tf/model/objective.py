"""The CycleGAN objective: which passes through the networks it takes, its losses and their weights.

The single losses are in losses.py and equivariance.py; who takes gradients, in cyclegan.py.
"""

import tensorflow as tf

from cyclegan_tf.model.equivariance import draw_shift, equivariance_l1, shift_images
from cyclegan_tf.model.losses import GAN_LOSSES, l1
from cyclegan_tf.model.schedule import annealed


class Objective:
    """What both generators and both discriminators minimise (Zhu et al. 2017, eq. 3 and 5.2).

    Its methods take `networks`, anything with the attributes `generator_ab`, `generator_ba`,
    `discriminator_a` and `discriminator_b`, and images float32 `(batch, height, width, 3)` in
    [-1, 1]; channels after those are for the discriminators alone, and a translation keeps those of
    its source. The arguments are those of `CycleGAN`.

    Raises:
        ValueError: `gan_loss` is unknown.
    """

    def __init__(
        self,
        *,
        gan_loss: str,
        cycle_weight: float,
        identity_weight: float,
        identity_anneal_steps: int,
        equivariance_weight: float,
        equivariance_every: int,
        seed: int,
    ):
        if gan_loss not in GAN_LOSSES:
            raise ValueError(
                f"gan_loss must be one of {', '.join(GAN_LOSSES)}; received {gan_loss!r}."
            )
        self.gan_loss = GAN_LOSSES[gan_loss]
        self.cycle_weight = cycle_weight
        self.identity_weight = identity_weight
        self.identity_anneal_steps = identity_anneal_steps
        self.equivariance_weight = equivariance_weight
        self.equivariance_every = equivariance_every
        self.seed = seed

    @property
    def names(self) -> list[str]:
        """Names of all losses, in the order of the log."""
        names = ["gan_ab", "gan_ba", "cycle_a", "cycle_b"]
        names += ["identity_a", "identity_b"] if self.identity_weight else []
        names += ["equivariance_ab", "equivariance_ba"] if self.equivariance_weight else []
        return [*names, "discriminator_a", "discriminator_b"]

    def translate_and_judge(self, networks, real_a, real_b, step):
        """Runs both cycles. Returns `fake_a`, `fake_b` and the generators' losses, unweighted."""
        (real_a, place_a), (real_b, place_b) = _split(real_a), _split(real_b)
        fake_a, fake_b, losses = self._translate(networks, real_a, real_b, step)
        losses |= self.cycle_losses(networks, real_a, real_b, fake_a, fake_b)
        fake_a, fake_b = _join(fake_a, place_b), _join(fake_b, place_a)
        losses |= {
            "gan_ab": self.gan_loss.generator(networks.discriminator_b(fake_b, training=True)),
            "gan_ba": self.gan_loss.generator(networks.discriminator_a(fake_a, training=True)),
        }
        return fake_a, fake_b, losses

    def cycle_losses(self, networks, real_a, real_b, fake_a, fake_b):
        """L1 between images and their way there and back (eq. 2)."""
        cycled_a = networks.generator_ba(fake_b, training=True)
        cycled_b = networks.generator_ab(fake_a, training=True)
        return {"cycle_a": l1(real_a, cycled_a), "cycle_b": l1(real_b, cycled_b)}

    def _translate(self, networks, real_a, real_b, step):
        """The first half of both cycles, and in the same batches the passes of further losses."""
        # Branches in the graph: a pass whose loss doesn't count in this update is not run.
        with_identity = self.identity_weight > 0
        if with_identity and self.identity_anneal_steps:
            with_identity = self._identity_weight_at(step) > 0.0
        with_shifted = self.equivariance_weight > 0
        if with_shifted:
            shift = draw_shift(self.seed, step, real_a.shape[1])
            shifted_a, shifted_b = shift_images(real_a, shift), shift_images(real_b, shift)
            with_shifted = step % self.equivariance_every == 0

        def first_pass(with_identity, with_shifted):
            # Together, as instance norm keeps the images of a batch apart, unlike batch norm.
            to_a, to_b = [real_b], [real_a]
            if with_identity:
                to_a, to_b = [*to_a, real_a], [*to_b, real_b]
            if with_shifted:
                to_a, to_b = [*to_a, shifted_b], [*to_b, shifted_a]
            from_b = _in_one_batch(networks.generator_ba, to_a)
            from_a = _in_one_batch(networks.generator_ab, to_b)
            same = (from_b[1], from_a[1]) if with_identity else (real_a, real_b)
            moved = (from_b[-1], from_a[-1]) if with_shifted else (tf.zeros_like(real_a),) * 2
            return from_b[0], from_a[0], *same, *moved

        fake_a, fake_b, same_a, same_b, moved_a, moved_b = _branch(
            with_identity, lambda one: _branch(with_shifted, lambda two: first_pass(one, two))
        )
        losses = {}
        if self.identity_weight:
            losses |= {"identity_a": l1(real_a, same_a), "identity_b": l1(real_b, same_b)}
        if self.equivariance_weight:
            times = self.equivariance_every * tf.cast(with_shifted, tf.float32)
            losses |= {
                "equivariance_ab": times * equivariance_l1(fake_b, moved_b, shift),
                "equivariance_ba": times * equivariance_l1(fake_a, moved_a, shift),
            }
        return fake_a, fake_b, losses

    def generator_loss(self, losses, step):
        """The joint objective of both generators (eq. 3 plus section 5.2): a scalar."""
        terms = [losses["gan_ab"], losses["gan_ba"]]
        terms += [self.cycle_weight * losses[name] for name in ("cycle_a", "cycle_b")]
        if self.identity_weight:
            weight = self._identity_weight_at(step)
            terms += [weight * losses[name] for name in ("identity_a", "identity_b")]
        if self.equivariance_weight:
            both = ("equivariance_ab", "equivariance_ba")
            terms += [self.equivariance_weight * losses[name] for name in both]
        return total(terms)

    def discriminator_losses(self, networks, real_a, real_b, fake_a, fake_b):
        """Losses of both discriminators, halved as in the paper (section 4)."""
        return {
            "discriminator_a": 0.5 * self._judge(networks.discriminator_a, real_a, fake_a),
            "discriminator_b": 0.5 * self._judge(networks.discriminator_b, real_b, fake_b),
        }

    def _judge(self, discriminator, real, fake):
        # One pass over both, as in `first_pass`.
        logits = discriminator(tf.concat([real, fake], axis=0), training=True)
        real_logits, fake_logits = tf.split(logits, 2)
        return self.gan_loss.discriminator(real_logits, fake_logits)

    def _identity_weight_at(self, step):
        return annealed(self.identity_weight, step, self.identity_anneal_steps)


def _split(crops):
    """The images, and what crops have beside them: None where that is nothing."""
    return (crops, None) if crops.shape[-1] == 3 else (crops[..., :3], crops[..., 3:])


def _join(images, place):
    return images if place is None else tf.concat([images, place], axis=-1)


def total(terms):
    """The sum of scalars, in the same order on every machine."""
    # A sum of three and more tensors is one AddN to TensorFlow, which starts with whichever of them
    # is free first: with more than one thread, the last bit would be another in each run. So losses
    # are summed here, and no weight or feature is used three times in a step.
    return tf.reduce_sum(tf.stack(terms))


def _in_one_batch(network, batches):
    return tf.split(network(tf.concat(batches, axis=0), training=True), len(batches))


def _branch(condition, function):
    """`function(True)` or `function(False)`: decided here for a bool, in the graph for a tensor."""
    if isinstance(condition, bool):
        return function(condition)
    return tf.cond(condition, lambda: function(True), lambda: function(False))
