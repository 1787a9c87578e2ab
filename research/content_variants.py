"""Variants of what ties a translation to its input: contrast, stages of one generator, a mask."""

import keras
import tensorflow as tf
from keras import layers, ops

from cyclegan_tf.model.losses import l1
from cyclegan_tf.model.objective import Objective
from cyclegan_tf.training.build import build_model

NCE_TEMPERATURE, NCE_PATCHES = 0.07, 128
ENCO_FEATURES = 64
MASK_WEIGHT = 0.3


class PatchNCE(Objective):
    """`strength` times PatchNCE in the place of the cycle: one-sided (Park et al. 2020).

    A patch of the output shall be nearest to its own input patch, in the features of the
    generator's first half. Without the paper's learned projections.
    """

    def cycle(self, networks, images, step):
        return {"cycled_a": images["real_a"], "cycled_b": images["real_b"]}

    def generator_losses(self, networks, images, step):
        scale = self.strength / self.cycle_weight  # free of the weight of the cycle
        real_a, real_b, fake_a, fake_b = (
            images[name] for name in ("real_a", "real_b", "fake_a", "fake_b")
        )
        return super().generator_losses(networks, images, step) | {
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


class EnCo(Objective):
    """`strength` times EnCo in the place of the cycle: one-sided (Cai et al. 2024).

    What the second half of a generator computes at a size shall predict what the first half
    computed there. Without the paper's choice of patches: at all places.
    """

    stages = (("stem_relu", "up2_relu"), ("down1_relu", "up1_relu"))
    filters = 16  # of the generators

    def __init__(self, **settings):
        super().__init__(**settings)
        widths = self.filters, 2 * self.filters
        self.targets, self.predictors = (
            [[head(width, 2 * i + j) for j, width in enumerate(widths)] for i in range(2)]
            for head in (_target, _predictor)
        )

    def cycle(self, networks, images, step):
        return {"cycled_a": images["real_a"], "cycled_b": images["real_b"]}

    def generator_losses(self, networks, images, step):
        scale = self.strength / self.cycle_weight  # free of the weight of the cycle
        return super().generator_losses(networks, images, step) | {
            "cycle_a": scale * self._foretold(networks.generator_ab, images["real_a"], 0),
            "cycle_b": scale * self._foretold(networks.generator_ba, images["real_b"], 1),
        }

    def _foretold(self, generator, real, side):
        names = [name for stage in self.stages for name in stage]
        outputs = [generator.get_layer(name).output for name in names]
        found = iter(keras.Model(generator.input, outputs)(real, training=True))
        errors = []
        for target, predictor in zip(self.targets[side], self.predictors[side], strict=True):
            early, late = ops.cast(next(found), "float32"), ops.cast(next(found), "float32")
            aim = ops.stop_gradient(ops.normalize(target(early), axis=-1))
            errors.append(ops.mean(ops.sum((ops.normalize(predictor(late)) - aim) ** 2, axis=-1)))
        return ops.mean(ops.stack(errors))


def _target(width, seed):
    """A random projection, which isn't trained: with it both sides could agree on nothing."""
    init = keras.initializers.Orthogonal(seed=seed)
    layer = layers.Dense(ENCO_FEATURES, kernel_initializer=init, trainable=False, dtype="float32")
    layer.build((None, None, None, width))
    return layer


def _predictor(width, seed):
    inits = [keras.initializers.HeNormal(seed=seed + i) for i in (100, 200)]
    return keras.Sequential(
        [
            keras.Input((None, None, width)),
            layers.Dense(ENCO_FEATURES, "relu", kernel_initializer=inits[0], dtype="float32"),
            layers.Dense(ENCO_FEATURES, kernel_initializer=inits[1], dtype="float32"),
        ]
    )


class Masked(Objective):
    """A mask in each generator for what the other domain lacks (StegoGAN, Wu et al. 2024).

    What it covers isn't translated, but handed to the way back. `strength` is the weight of the
    difference that it may make to the translation; the mean of the mask weighs `MASK_WEIGHT`.
    """

    own_losses = {"mask_a": 1.0, "mask_b": 1.0}

    def cycle(self, networks, images, step):
        found = {}
        ways = {"a": (networks.generator_ab, networks.generator_ba, "fake_b")}
        ways["b"] = (networks.generator_ba, networks.generator_ab, "fake_a")
        for side, (there, back, fake) in ways.items():
            features = there.get_layer("front")(images[f"real_{side}"], training=True)
            mask = 1 - there.get_layer("kept")(features)
            whole = there.get_layer("rest")(features, training=True)
            covered = MASK_WEIGHT * ops.mean(ops.cast(mask, "float32"))
            found[f"mask_{side}"] = covered + self.strength * l1(whole, images[fake])
            again = back.get_layer("front")(images[fake], training=True)
            handed = again * back.get_layer("kept")(again) + features * mask
            found[f"cycled_{side}"] = back.get_layer("rest")(handed, training=True)
        return found

    def generator_losses(self, networks, images, step):
        covered = {name: images[name] for name in self.own_losses}
        return super().generator_losses(networks, images, step) | covered


def masked_generators(config):
    """Returns both generators of a config, with a mask where their first halves end."""
    model = build_model(config, num_steps=1, decay_start=1)
    return [_masked(getattr(model, name)) for name in ("generator_ab", "generator_ba")]


def _masked(plain):
    inner = plain.get_layer("down2_relu").output
    front = keras.Model(plain.input, inner, name="front")
    rest = keras.Model(inner, plain.output, name="rest")
    init = keras.initializers.Constant(2.0)  # at first, little is covered
    kept = layers.Conv2D(1, 1, activation="sigmoid", bias_initializer=init, name="kept")
    inputs = keras.Input(plain.input_shape[1:])
    features = front(inputs)
    uncovered = layers.Multiply()([features, kept(features)])
    return keras.Model(inputs, rest(uncovered), name=plain.name)
