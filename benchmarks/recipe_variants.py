"""Changes of the recipe that time_to_quality.py can try and that `Config` doesn't have.

    python benchmarks/time_to_quality.py --variant cycle_noise=0.05

What earns its place moves into the package; what doesn't stays here, so that the figures of
docs/recipe.md can be taken again. Each value is the strength of the change.
"""

import keras
import tensorflow as tf
from keras import layers, ops

from cyclegan_tf.cyclegan import CycleGAN
from cyclegan_tf.losses import l1

PENALTY_EVERY = 8
NCE_TEMPERATURE, NCE_PATCHES, NCE_WIDTH = 0.07, 128, 64
VARIANTS = {
    "cycle_noise": "deviation of Gaussian noise on what the second half of a cycle reads",
    "gradient_penalty": f"zero-centred (R1) on real crops, in one of {PENALTY_EVERY} updates",
    "augment": "DiffAugment (colour, translation) of what the discriminators see",
    "cycle_blur": "1: compare the cycle at half the resolution",
    "nce": "weight of PatchNCE instead of the cycle (one-sided: no second half at all)",
}


def variant(name: str, strength: float):
    """Returns a class to build models of in place of `CycleGAN`."""
    if name not in VARIANTS:
        raise SystemExit(f"No variant {name!r}. There are: {', '.join(VARIANTS)}.")

    class Variant(CycleGAN):
        def __init__(self, generator_ab, generator_ba, discriminator_a, discriminator_b, **rest):
            critics = discriminator_a, discriminator_b
            if name == "augment":
                critics = [_augmented(d, strength, rest["seed"] + i) for i, d in enumerate(critics)]
            super().__init__(generator_ab, generator_ba, *critics, **rest)
            if name == "nce":
                self.contrast = [
                    PatchContrast(g, rest["seed"] + i)
                    for i, g in enumerate((generator_ab, generator_ba))
                ]

        if name in ("cycle_noise", "cycle_blur"):

            def translate_and_judge(self, real_a, real_b):
                fake_a, fake_b, losses = self._translate(real_a, real_b)
                read_a, read_b = fake_a, fake_b
                if name == "cycle_noise":
                    keys = [tf.stack([tf.cast(self.step, tf.int32), i]) for i in range(2)]
                    draw = tf.random.stateless_normal
                    read_a = fake_a + strength * draw(fake_a.shape, keys[0])
                    read_b = fake_b + strength * draw(fake_b.shape, keys[1])
                cycled_a = self.generator_ba(read_b, training=True)
                cycled_b = self.generator_ab(read_a, training=True)
                shrink = ops.average_pool if name == "cycle_blur" else lambda x, _: x
                return (
                    fake_a,
                    fake_b,
                    losses
                    | {
                        **self._judged(fake_a, fake_b),
                        "cycle_a": l1(shrink(real_a, 2), shrink(cycled_a, 2)),
                        "cycle_b": l1(shrink(real_b, 2), shrink(cycled_b, 2)),
                    },
                )

        if name == "nce":

            def translate_and_judge(self, real_a, real_b):
                fake_a, fake_b, losses = self._translate(real_a, real_b)
                return (
                    fake_a,
                    fake_b,
                    losses
                    | {
                        **self._judged(fake_a, fake_b),
                        # In the place of the cycle's terms, and free of their weight.
                        "cycle_a": strength / self.cycle_weight * self.contrast[0](real_a, fake_b),
                        "cycle_b": strength / self.cycle_weight * self.contrast[1](real_b, fake_a),
                    },
                )

        if name == "gradient_penalty":

            def discriminator_losses(self, real_a, real_b, fake_a, fake_b):
                losses = super().discriminator_losses(real_a, real_b, fake_a, fake_b)
                return {
                    "discriminator_a": losses["discriminator_a"]
                    + self._penalty(self.discriminator_a, real_a),
                    "discriminator_b": losses["discriminator_b"]
                    + self._penalty(self.discriminator_b, real_b),
                }

        def _penalty(self, discriminator, real):
            def penalty():
                with tf.GradientTape() as tape:
                    tape.watch(real)
                    logits = tf.reduce_sum(discriminator(real, training=True))
                slope = tape.gradient(logits, real)
                return strength * PENALTY_EVERY * tf.reduce_mean(slope**2)

            return tf.cond(self.step % PENALTY_EVERY == 0, penalty, lambda: 0.0)

        def _judged(self, fake_a, fake_b):
            return {
                "gan_ab": self.gan_loss.generator(self.discriminator_b(fake_b, training=True)),
                "gan_ba": self.gan_loss.generator(self.discriminator_a(fake_a, training=True)),
            }

    return Variant


def _augmented(discriminator, strength, seed):
    """A discriminator that sees crops with other colours and moved (Zhao et al. 2020)."""
    inputs = keras.Input(discriminator.input_shape[1:])
    move = layers.RandomTranslation(0.125, 0.125, fill_mode="constant", seed=seed)
    return keras.Model(inputs, discriminator(move(_RandomColour(strength, seed)(inputs))))


class _RandomColour(layers.Layer):
    def __init__(self, strength, seed):
        super().__init__()
        self.strength, self.seeds = strength, keras.random.SeedGenerator(seed)

    def call(self, x):
        def draw():
            shape = (tf.shape(x)[0], 1, 1, 1)
            return self.strength * keras.random.uniform(shape, -0.5, 0.5, seed=self.seeds)

        x = x + draw()
        gray = ops.mean(x, axis=3, keepdims=True)
        x = gray + (x - gray) * (1 + 2 * draw())
        mean = ops.mean(x, axis=(1, 2, 3), keepdims=True)
        return mean + (x - mean) * (1 + draw())


class PatchContrast(keras.Model):
    """PatchNCE (Park et al. 2020): a patch of the output is nearest to its own input patch.

    Features are those of the generator's first half, as there. The projections are fixed and
    random, which the paper's ablation allows at some cost, so that no third kind of network learns.
    """

    def __init__(self, generator, seed):
        super().__init__()
        names = ["stem_relu", "down1_relu", "down2_relu", "block1_add"]
        names = [n for n in names if n in {x.name for x in generator.layers}]
        self.encoder = keras.Model(generator.input, [generator.get_layer(n).output for n in names])
        self.seed = seed

    def call(self, real, fake):
        pairs = zip(self.encoder(fake), self.encoder(real), strict=True)
        terms = [self._contrast(q, tf.stop_gradient(k)) for q, k in pairs]
        return tf.reduce_mean(tf.stack(terms))

    def _contrast(self, queries, keys):
        channels = queries.shape[-1]
        places = tf.random.uniform((NCE_PATCHES,), 0, queries.shape[1] * queries.shape[2], tf.int32)
        queries, keys = (
            tf.gather(tf.reshape(x, (x.shape[0], -1, channels)), places, axis=1)
            for x in (queries, keys)
        )
        queries, keys = (
            tf.nn.l2_normalize(x - tf.reduce_mean(x, 1, keepdims=True), axis=-1)
            for x in (queries, keys)
        )
        logits = tf.matmul(queries, keys, transpose_b=True) / NCE_TEMPERATURE
        own = tf.range(NCE_PATCHES)[None] + tf.zeros((logits.shape[0], 1), tf.int32)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(own, logits)
        return tf.reduce_mean(loss)
