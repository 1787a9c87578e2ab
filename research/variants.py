"""Changes of the recipe that time_to_quality.py can try and that `Config` doesn't have.

    python research/time_to_quality.py --variant cycle_noise=0.05

What earns its place moves into the package; what doesn't stays here, so that the figures of
docs/recipe.md can be taken again. Each is an objective whose `strength` is the number given.
"""

import keras
import tensorflow as tf
from keras import layers, ops

from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.losses import l1
from cyclegan_tf.model.objective import Objective
from cyclegan_tf.model.schedule import annealed

PENALTY_EVERY = 8
NCE_TEMPERATURE, NCE_PATCHES = 0.07, 128


def variant(name: str, strength: float):
    """Returns a class to build models of in place of `CycleGAN`."""
    if name not in VARIANTS:
        raise SystemExit(f"No variant {name!r}. There are: {', '.join(VARIANTS)}.")

    class Variant(CycleGAN):
        def __init__(self, generator_ab, generator_ba, *critics, **settings):
            if name == "augment":
                critics = [_augmented(critic, strength, i) for i, critic in enumerate(critics)]
            super().__init__(generator_ab, generator_ba, *critics, **settings)
            keep = {key: value for key, value in self.settings.items() if key in OBJECTIVE}
            self.objective = VARIANTS[name](**keep)
            self.objective.strength = strength

    return Variant


class CycleNoise(Objective):
    """Gaussian noise of deviation `strength` on what the second half of a cycle reads."""

    def cycle_losses(self, networks, real_a, real_b, fake_a, fake_b):
        noisy = []
        for i, fake in enumerate((fake_a, fake_b)):
            key = tf.stack([tf.cast(networks.step, tf.int32), i])
            noisy.append(fake + self.strength * tf.random.stateless_normal(fake.shape, key))
        return super().cycle_losses(networks, real_a, real_b, *noisy)


class CycleFall(Objective):
    """A weight of the cycle that falls to a tenth over the first `strength` updates."""

    def cycle_losses(self, networks, real_a, real_b, fake_a, fake_b):
        losses = super().cycle_losses(networks, real_a, real_b, fake_a, fake_b)
        done = tf.cast(networks.step, tf.float32) / self.strength
        weight = tf.maximum(0.1, 1.0 - 0.9 * done)
        return {name: weight * loss for name, loss in losses.items()}


class Pairs(Objective):
    """`strength` times the L1 to the other domain's crop, a true pair's, in the cycle's place."""

    def cycle_losses(self, networks, real_a, real_b, fake_a, fake_b):
        return {
            "cycle_a": self.strength * l1(real_b, fake_b),
            "cycle_b": self.strength * l1(real_a, fake_a),
        }


class SmallCycle(Objective):
    """The cycle compared at a size `strength` times smaller."""

    def cycle_losses(self, networks, real_a, real_b, fake_a, fake_b):
        cycled_a = networks.generator_ba(fake_b, training=True)
        cycled_b = networks.generator_ab(fake_a, training=True)
        real_a, cycled_a, real_b, cycled_b = (
            ops.average_pool(x, int(self.strength)) for x in (real_a, cycled_a, real_b, cycled_b)
        )
        return {"cycle_a": l1(real_a, cycled_a), "cycle_b": l1(real_b, cycled_b)}


class LazyIdentity(Objective):
    """The identity loss in one of `strength` updates, counting as many times."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.identity_anneal_steps = 1  # so that the pass is taken when its weight isn't 0

    def _identity_weight_at(self, step):
        weight = self.strength * self.identity_weight
        return tf.where(step % int(self.strength) == 0, weight, 0.0)


class LazyCycle(LazyIdentity):
    """The cycle as well, in one of two updates."""

    def cycle_losses(self, networks, real_a, real_b, fake_a, fake_b):
        def taken():
            losses = super(LazyCycle, self).cycle_losses(networks, real_a, real_b, fake_a, fake_b)
            return {name: 2.0 * loss for name, loss in losses.items()}

        zero = tf.constant(0.0)
        return tf.cond(networks.step % 2 == 1, taken, lambda: {"cycle_a": zero, "cycle_b": zero})


class GradientPenalty(Objective):
    """Zero-centred gradient penalty on real crops (Mescheder et al. 2018), now and then."""

    def discriminator_losses(self, networks, real_a, real_b, fake_a, fake_b):
        losses = super().discriminator_losses(networks, real_a, real_b, fake_a, fake_b)
        for name, critic, real in (
            ("discriminator_a", networks.discriminator_a, real_a),
            ("discriminator_b", networks.discriminator_b, real_b),
        ):
            due = networks.step % PENALTY_EVERY == 0
            losses[name] += tf.cond(due, lambda c=critic, r=real: self._penalty(c, r), lambda: 0.0)
        return losses

    def _penalty(self, critic, real):
        with tf.GradientTape() as tape:
            tape.watch(real)
            logits = tf.reduce_sum(critic(real, training=True))
        slopes = tape.gradient(logits, real)[..., :3]  # of the colours, not of the position
        return self.strength * PENALTY_EVERY * tf.reduce_mean(slopes**2)


class ColourStart(Objective):
    """At first, `strength` times the L1 to the input in the colours of the other domain's crop.

    Mean and deviation of each channel are matched (Reinhard et al. 2001); annealed like identity.
    """

    def translate_and_judge(self, networks, real_a, real_b, step):
        fake_a, fake_b, losses = super().translate_and_judge(networks, real_a, real_b, step)
        weight = annealed(self.strength, step, self.identity_anneal_steps)
        real_a, real_b = real_a[..., :3], real_b[..., :3]  # without the vertical position
        # Added to the adversarial losses, since each name of a loss has its one weight.
        losses["gan_ab"] += weight * l1(_recoloured(real_a, real_b), fake_b[..., :3])
        losses["gan_ba"] += weight * l1(_recoloured(real_b, real_a), fake_a[..., :3])
        return fake_a, fake_b, losses


def _recoloured(image, other):
    (mean, variance), (other_mean, other_variance) = (
        ops.moments(x, axes=(1, 2), keepdims=True) for x in (image, other)
    )
    scale = ops.sqrt((other_variance + 1e-4) / (variance + 1e-4))
    return ops.clip((image - mean) * scale + other_mean, -1.0, 1.0)


class PatchNCE(Objective):
    """`strength` times PatchNCE in the place of the cycle: one-sided (Park et al. 2020).

    A patch of the output shall be nearest to its own input patch, in the features of the
    generator's first half. Without the paper's learned projections.
    """

    def cycle_losses(self, networks, real_a, real_b, fake_a, fake_b):
        scale = self.strength / self.cycle_weight  # free of the weight of the cycle
        return {
            "cycle_a": scale * self._contrast(networks.generator_ab, real_a, fake_b),
            "cycle_b": scale * self._contrast(networks.generator_ba, real_b, fake_a),
        }

    def _contrast(self, generator, real, fake):
        names = ["stem_relu", "down1_relu", "down2_relu", "block1_add"]
        outputs = [generator.get_layer(name).output for name in names]
        encoder = keras.Model(generator.input, outputs)
        pairs = zip(encoder(fake), encoder(real), strict=True)
        return tf.reduce_mean([self._nearest(q, tf.stop_gradient(k)) for q, k in pairs])

    def _nearest(self, queries, keys):
        places = tf.random.uniform((NCE_PATCHES,), 0, queries.shape[1] * queries.shape[2], tf.int32)
        sides = []
        for x in (queries, keys):
            x = tf.reshape(tf.cast(x, tf.float32), (x.shape[0], -1, x.shape[-1]))
            x = tf.gather(x, places, axis=1)
            sides.append(tf.nn.l2_normalize(x - tf.reduce_mean(x, 1, keepdims=True), axis=-1))
        logits = tf.matmul(*sides, transpose_b=True) / NCE_TEMPERATURE
        own = tf.tile(tf.range(NCE_PATCHES)[None], (logits.shape[0], 1))
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(own, logits))


VARIANTS = {
    "cycle_noise": CycleNoise,
    "cycle_fall": CycleFall,
    "small_cycle": SmallCycle,
    "pairs": Pairs,  # for the recipe pix2pix
    "lazy_identity": LazyIdentity,
    "lazy_cycle": LazyCycle,
    "gradient_penalty": GradientPenalty,
    "colour_start": ColourStart,
    "nce": PatchNCE,
    "augment": Objective,  # DiffAugment: in the discriminators, see below
}
OBJECTIVE = (
    *("gan_loss", "cycle_weight", "identity_weight", "identity_anneal_steps"),
    *("equivariance_weight", "equivariance_every", "seed"),
)


def _augmented(discriminator, strength, seed):
    """A discriminator that sees crops with other colours and moved (Zhao et al. 2020)."""
    inputs = keras.Input(discriminator.input_shape[1:])
    move = layers.RandomTranslation(0.125, 0.125, fill_mode="constant", seed=seed)
    return keras.Model(inputs, discriminator(move(_RandomColour(strength, seed)(inputs))))


class _RandomColour(layers.Layer):
    def __init__(self, strength, seed):
        super().__init__()
        self.strength, self.seeds = strength, keras.random.SeedGenerator(seed)

    def call(self, crops):
        x, place = crops[..., :3], crops[..., 3:]

        def draw():
            shape = (tf.shape(x)[0], 1, 1, 1)
            return self.strength * keras.random.uniform(shape, -0.5, 0.5, seed=self.seeds)

        x = x + draw()
        gray = ops.mean(x, axis=3, keepdims=True)
        x = gray + (x - gray) * (1 + 2 * draw())
        mean = ops.mean(x, axis=(1, 2, 3), keepdims=True)
        return ops.concatenate([mean + (x - mean) * (1 + draw()), place], axis=3)
