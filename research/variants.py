"""Changes of the recipe that time_to_quality.py can try and that `Config` doesn't have.

    python research/time_to_quality.py --variant cycle_noise=0.05

What earns its place moves into the package; what doesn't stays here, so that the figures of
research/LOG.md can be taken again. All but one are objectives; `strength` is the number given.
"""

from functools import partial

import keras
import tensorflow as tf
from content_variants import EnCo, Masked, PatchNCE, masked_generators
from keras import layers, ops

from cyclegan_tf.model.identity import IdentityLoss
from cyclegan_tf.model.losses import l1
from cyclegan_tf.model.objective import Objective
from cyclegan_tf.model.schedule import annealed
from cyclegan_tf.training.build import build_model

PENALTY_EVERY = 8


def variant(name: str, strength: float, filters: int = 16) -> dict:
    """Returns what `train` takes beside a config: losses, or a function that makes networks.

    `filters` are those of the generators.
    """
    if name not in VARIANTS:
        raise SystemExit(f"No variant {name!r}. There are: {', '.join(VARIANTS)}.")
    if name == "augment":
        return {"networks": partial(_augmented_discriminators, strength)}
    settings = {"strength": strength, "filters": filters}
    own = type(f"{VARIANTS[name].__name__}_{strength:g}", (VARIANTS[name],), settings)
    parts = {"objective": keras.saving.register_keras_serializable("research")(own)}
    return parts | ({"networks": masked_generators} if name == "mask" else {})


class CycleNoise(Objective):
    """Gaussian noise of deviation `strength` on what the second half of a cycle reads."""

    def cycle(self, networks, images, step):
        noisy = {}
        for i, name in enumerate(("fake_a", "fake_b")):
            key = tf.stack([tf.cast(step, tf.int32), i])
            fake = images[name]
            noisy[name] = fake + self.strength * tf.random.stateless_normal(fake.shape, key)
        return super().cycle(networks, noisy, step)


class CycleFall(Objective):
    """A weight of the cycle that falls to a tenth over the first `strength` updates."""

    def generator_losses(self, networks, images, step):
        losses = super().generator_losses(networks, images, step)
        weight = tf.maximum(0.1, 1.0 - 0.9 * tf.cast(step, tf.float32) / self.strength)
        return losses | {name: weight * losses[name] for name in ("cycle_a", "cycle_b")}


class Pairs(Objective):
    """`strength` times the L1 to the other domain's crop, a true pair's, in the cycle's place."""

    def cycle(self, networks, images, step):
        return {"cycled_a": images["real_a"], "cycled_b": images["real_b"]}

    def generator_losses(self, networks, images, step):
        return super().generator_losses(networks, images, step) | {
            "cycle_a": self.strength * l1(images["real_b"], images["fake_b"]),
            "cycle_b": self.strength * l1(images["real_a"], images["fake_a"]),
        }


class SmallCycle(Objective):
    """The cycle compared at a size `strength` times smaller."""

    def generator_losses(self, networks, images, step):
        names = ("real_a", "cycled_a", "real_b", "cycled_b")
        small = {name: ops.average_pool(images[name], int(self.strength)) for name in names}
        return super().generator_losses(networks, images, step) | {
            "cycle_a": l1(small["real_a"], small["cycled_a"]),
            "cycle_b": l1(small["real_b"], small["cycled_b"]),
        }


class LazyIdentityLoss(IdentityLoss):
    """The identity loss in one of `every` updates, counting as many times."""

    every = 1

    def is_due(self, step):
        return step % self.every == 0

    def weight_at(self, step):
        weight = self.every * self.identity_weight
        return weight * tf.cast(self.is_due(step), tf.float32)


class LazyIdentity(Objective):
    """The identity loss in one of `strength` updates, counting as many times."""

    def run_generators(self, networks, crop_a, crop_b, step):
        for i, loss in enumerate(self.optional_losses):
            if type(loss) is IdentityLoss:
                lazy = LazyIdentityLoss(loss.identity_weight)
                object.__setattr__(lazy, "every", int(self.strength))
                self.optional_losses[i] = lazy
        return super().run_generators(networks, crop_a, crop_b, step)


class LazyCycle(LazyIdentity):
    """The cycle as well, in one of two updates."""

    def cycle(self, networks, images, step):
        def taken():
            return super(LazyCycle, self).cycle(networks, images, step)

        def left_out():
            return {"cycled_a": images["real_a"], "cycled_b": images["real_b"]}

        return tf.cond(step % 2 == 1, taken, left_out)

    def generator_losses(self, networks, images, step):
        losses = super().generator_losses(networks, images, step)
        return losses | {name: 2.0 * losses[name] for name in ("cycle_a", "cycle_b")}


class GradientPenalty(Objective):
    """Zero-centred gradient penalty on real crops (Mescheder et al. 2018), now and then."""

    def discriminator_losses(self, networks, real_a, real_b, fake_a, fake_b):
        losses = super().discriminator_losses(networks, real_a, real_b, fake_a, fake_b)
        for name, discriminator, real in (
            ("discriminator_a", networks.discriminator_a, real_a),
            ("discriminator_b", networks.discriminator_b, real_b),
        ):
            due = networks.step % PENALTY_EVERY == 0
            losses[name] += tf.cond(
                due, lambda c=discriminator, r=real: self._penalty(c, r), lambda: 0.0
            )
        return losses

    def _penalty(self, discriminator, real):
        with tf.GradientTape() as tape:
            tape.watch(real)
            logits = tf.reduce_sum(discriminator(real, training=True))
        slopes = tape.gradient(logits, real)[..., :3]  # of the colours, not of the position
        return self.strength * PENALTY_EVERY * tf.reduce_mean(slopes**2)


class Relativistic(Objective):
    """Logits of fakes and reals at the same places compared with each other (R3GAN).

    Huang et al. 2024. `strength` is the weight of the zero-centred penalties on both (R1, R2).
    """

    def run_generators(self, networks, crop_a, crop_b, step):
        images = super().run_generators(networks, crop_a, crop_b, step)
        return images | {"crop_a": crop_a, "crop_b": crop_b}

    def generator_losses(self, networks, images, step):
        losses = super().generator_losses(networks, images, step)
        for name, discriminator, side in (
            ("gan_ba", networks.discriminator_a, "a"),
            ("gan_ab", networks.discriminator_b, "b"),
        ):
            both = ops.concatenate([images[f"judged_{side}"], images[f"crop_{side}"]], axis=0)
            fake, real = ops.split(discriminator(both, training=True), 2)
            losses[name] = ops.mean(ops.softplus(real - fake))
        return losses

    def _judge(self, discriminator, real, fake):
        with tf.GradientTape() as tape:
            tape.watch(both := ops.concatenate([real, fake], axis=0))
            logits = discriminator(both, training=True)
            summed = ops.sum(logits)
        slopes = tape.gradient(summed, both)[..., :3]  # of the colours, not of the position
        real_logits, fake_logits = ops.split(logits, 2)
        penalty = ops.sum(slopes**2) / ops.cast(ops.size(real_logits), "float32")
        return ops.mean(ops.softplus(fake_logits - real_logits)) + 0.5 * self.strength * penalty


class ColourStart(Objective):
    """At first, `strength` times the L1 to the input in the colours of the other domain's crop.

    Mean and deviation of each channel are matched (Reinhard et al. 2001); annealed like identity.
    """

    def generator_losses(self, networks, images, step):
        losses = super().generator_losses(networks, images, step)
        steps = self.settings["identity_anneal_steps"]
        weight = annealed(self.strength, step, steps)
        real_a, real_b = images["real_a"], images["real_b"]
        # Added to the adversarial losses, since each name of a loss has its one weight.
        losses["gan_ab"] += weight * l1(_recoloured(real_a, real_b), images["fake_b"])
        losses["gan_ba"] += weight * l1(_recoloured(real_b, real_a), images["fake_a"])
        return losses


def _recoloured(image, other):
    (mean, variance), (other_mean, other_variance) = (
        ops.moments(x, axes=(1, 2), keepdims=True) for x in (image, other)
    )
    scale = ops.sqrt((other_variance + 1e-4) / (variance + 1e-4))
    return ops.clip((image - mean) * scale + other_mean, -1.0, 1.0)


VARIANTS = {
    "cycle_noise": CycleNoise,
    "cycle_fall": CycleFall,
    "small_cycle": SmallCycle,
    "pairs": Pairs,  # for the recipe pix2pix
    "lazy_identity": LazyIdentity,
    "lazy_cycle": LazyCycle,
    "gradient_penalty": GradientPenalty,
    "relativistic": Relativistic,
    "colour_start": ColourStart,
    "nce": PatchNCE,
    "enco": EnCo,
    "mask": Masked,  # with generators that hold one
    "augment": None,  # DiffAugment: in the discriminators, see below
}


def _augmented_discriminators(strength, config):
    """Those of the config, but they see crops with other colours and moved (Zhao et al. 2020)."""
    model, found = build_model(config, num_steps=1, decay_start=1), {}
    for i, name in enumerate(("discriminator_a", "discriminator_b")):
        plain = getattr(model, name)
        inputs = keras.Input(plain.input_shape[1:])
        move = layers.RandomTranslation(0.125, 0.125, fill_mode="constant", seed=i)
        outputs = plain(move(_RandomColour(strength, i)(inputs)))
        found[name] = keras.Model(inputs, outputs, name=f"augmented_{name}")
    return found


@keras.saving.register_keras_serializable("research")
class _RandomColour(layers.Layer):
    def __init__(self, strength, seed, **options):
        super().__init__(**options)
        self.strength, self.seed = strength, seed
        self.seeds = keras.random.SeedGenerator(seed)

    def get_config(self):
        return super().get_config() | {"strength": self.strength, "seed": self.seed}

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
