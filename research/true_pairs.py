"""The recipes of time_to_quality.py that learn from true pairs, which nobody has of real maps.

They say how far the same networks come when they are told the answer.
"""

import keras
import numpy as np
import tensorflow as tf

from cyclegan_tf.hardware.cpu import switch_off_remapper
from cyclegan_tf.model.losses import l1
from cyclegan_tf.model.schedule import LinearDecay
from cyclegan_tf.training.build import build_model
from cyclegan_tf.training.parts import Parts
from data_pipeline.worlds import PAIRS
from data_pipeline.worlds.dataset import map_specs, render_spec

ON_PAIRS = ("oracle", "pix2pix")


class Oracle(keras.Model):
    """Both generators of a config, trained on true pairs with L1."""

    def __init__(self, model, ema):
        super().__init__()
        self.inner, self.ema = model, ema
        self.step = model.step

    def train_step(self, data):
        real_a, real_b = data
        generators = [self.inner.generator_ab, self.inner.generator_ba]
        variables = [v for g in generators for v in g.trainable_variables]
        with tf.GradientTape() as tape:
            loss = l1(real_b, generators[0](real_a)) + l1(real_a, generators[1](real_b))
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        self.inner._update_averages()
        self.step.assign_add(1)
        return {"loss": loss}

    def output_generator(self, way):
        return self.inner.output_generator(way)


def paired_crops(pair, scale, num_maps, config):
    """Endless true pairs of crops from the train layouts of both domains, each in both themes."""
    maps = []
    for domain in "ab":
        for spec in map_specs(pair, "train", domain, num_maps=num_maps, scale=scale):
            maps.append([render_spec(spec._replace(theme=t)).image for t in PAIRS[pair]])
    random, side = np.random.default_rng(config.seed), config.crop_size

    def crops():
        while True:
            both = maps[random.integers(len(maps))]
            y, x = (random.integers(n - side + 1) for n in both[0].shape[:2])
            turn = slice(None, None, -1 if random.random() < config.flip else 1)
            yield tuple(m[y : y + side, x : x + side][:, turn] for m in both)

    spec = tf.TensorSpec((side, side, 3), tf.uint8)
    stream = tf.data.Dataset.from_generator(crops, output_signature=(spec, spec))
    stream = stream.batch(config.batch_size, drop_remainder=True)
    return stream.map(lambda a, b: (_to_unit(a), _to_unit(b))).prefetch(2)


def _to_unit(x):
    return tf.cast(x, tf.float32) / 127.5 - 1.0


def fit_on_pairs(recipe, config, stream, num_steps, decay_start, callbacks, parts):
    """Trains `oracle` or `pix2pix` on `paired_crops`; the rate falls from update `decay_start`.

    `parts` are what `build_model` takes beside the config, as `train` does.
    """
    objective = Parts(**parts).objective
    steps = {"num_steps": num_steps, "decay_start": decay_start}
    model = build_model(config, **steps, objective=objective)
    if recipe == "oracle":
        generators = model.generator_ab, model.generator_ba
        model = Oracle(model, config.ema)
        rate = LinearDecay(config.learning_rate, decay_start, num_steps)
        model.compile(keras.optimizers.Adam(rate, beta_1=config.beta_1))
        model.optimizer.build([v for g in generators for v in g.trainable_variables])
    switch_off_remapper()
    model.fit(
        stream,
        epochs=num_steps // config.log_every,
        steps_per_epoch=config.log_every,
        callbacks=callbacks,
        shuffle=False,  # the stream has its own order
        verbose=0,
    )
