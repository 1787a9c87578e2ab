"""How good a recipe gets in a given time: paired error and patch-KID while it trains.

    python benchmarks/time_to_quality.py run --recipe default --minutes 10 --seeds 0 1 2
    python benchmarks/time_to_quality.py run --set pool_size=0 ema=0.999 --label "no pool"
    python benchmarks/time_to_quality.py table RESULTS...      # and curves.png

`default` is the preset as it is; `original` is the recipe of 2017 (no identity, moving average or
pool, transposed convolutions), `reference` that of pytorch-CycleGAN-and-pix2pix (identity 5, pool
50), `oracle` the same generators trained on true pairs with L1: the floor. All have the networks
and crops of the preset.

Time is counted in core minutes / cores, as used by this process, so that other work on the machine
doesn't decide who wins; taking the measures doesn't count. Learning rate and identity weight are
annealed over the whole of the budget, whose number of updates is found by timing some.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from cyclegan_tf.precision import set_up_cpu

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
set_up_cpu()

import keras
import matplotlib
import numpy as np
import tensorflow as tf
from scipy.stats import spearmanr

from cyclegan_tf import images, preset
from cyclegan_tf.config import Config
from cyclegan_tf.cyclegan import DIRECTIONS
from cyclegan_tf.losses import l1
from cyclegan_tf.metrics import PatchKID, luminance_correlation, paired_l1
from cyclegan_tf.schedule import LinearDecay
from cyclegan_tf.training import build_model, train
from data_pipeline.worlds import PAIRS, world_maps
from data_pipeline.worlds.dataset import map_specs, render_spec

RECIPES = {
    "default": {},
    "original": {"identity_weight": 0.0, "identity_anneal": 0.0, "ema": 0.0, "pool_size": 0,
                 "upsampling": "transpose", "learning_rate": 2e-4},
    "reference": {"identity_weight": 5.0, "identity_anneal": 0.0, "ema": 0.0, "pool_size": 50,
                  "upsampling": "transpose", "learning_rate": 2e-4},
    "oracle": {},
}  # fmt: skip
NUM_POINTS = 15
CORES = os.cpu_count()


class Measures:
    """Takes the measures of both generators on the validation maps of a pair."""

    def __init__(self, pair, scale):
        maps = [world_maps(pair, "val", domain, scale=scale, progress=False) for domain in "ab"]
        # To multiples of 4, so that the generator can be called as it is.
        self.real = [[m[: len(m) // 4 * 4, : m.shape[1] // 4 * 4] for m in side] for side in maps]
        options = {"scale": scale, "num_maps": 40, "progress": False}
        train_a, train_b = (world_maps(pair, "train", domain, **options) for domain in "ab")
        self.kid = {"a2b": PatchKID(train_b), "b2a": PatchKID(train_a)}

    def __call__(self, generators):
        point = {}
        for way in DIRECTIONS:
            inputs, targets = self.real if way == "a2b" else self.real[::-1]
            unit = (generators[way](images.uint8_to_unit(x)[None]) for x in inputs)
            fakes = [images.unit_to_uint8(x[0]) for x in unit]
            pairs = zip(fakes, targets, strict=True)
            point[f"l1_{way}"] = float(np.mean([paired_l1(fake, true) for fake, true in pairs]))
            point[f"kid_{way}"] = self.kid[way].distance(fakes)
            pairs = zip(inputs, fakes, strict=True)
            point[f"luminance_{way}"] = float(np.mean([luminance_correlation(*p) for p in pairs]))
        return {name: round(value, 5) for name, value in point.items()}


class Curve(keras.callbacks.Callback):
    """Measures the generators at even steps and stops when the budget is used up."""

    def __init__(self, measures, num_steps, budget):
        super().__init__()
        self.measures, self.budget = measures, budget
        self.every, self.points = max(1, num_steps // NUM_POINTS), []

    def on_epoch_end(self, epoch, logs=None):
        if not self.points and epoch == 0:
            self.began = time.process_time()  # the first interval compiles
        step, used = int(self.model.step), (time.process_time() - self.began) / CORES
        if step % self.every and used < self.budget:
            return
        before = time.process_time()
        point = self.measures({way: self.model.output_generator(way) for way in DIRECTIONS})
        self.points.append({"minutes": round(used / 60, 3), "step": step, **point})
        print(json.dumps(self.points[-1]), flush=True)
        self.began += time.process_time() - before
        self.model.stop_training |= used >= self.budget


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
    return stream.batch(config.batch_size).map(lambda a, b: (to_unit(a), to_unit(b))).prefetch(2)


def to_unit(x):
    return tf.cast(x, tf.float32) / 127.5 - 1.0


def fit_oracle(config, pair, scale, num_maps, num_steps, curve):
    model = build_model(config, num_steps=num_steps, decay_start=num_steps // 2)
    oracle = Oracle(model, config.ema)
    rate = LinearDecay(config.learning_rate, num_steps // 2, num_steps)
    oracle.compile(keras.optimizers.Adam(rate, beta_1=config.beta_1))
    oracle.optimizer.build(
        model.generator_ab.trainable_variables + model.generator_ba.trainable_variables
    )
    stream = paired_crops(pair, scale, num_maps, config)
    log = config.log_every
    oracle.fit(stream, epochs=num_steps // log, steps_per_epoch=log, verbose=0, callbacks=curve)


def fit(config, arguments, num_steps, curve):
    """Trains for `num_steps` updates, in intervals of `log_every`."""
    with tempfile.TemporaryDirectory() as folder:
        if arguments.recipe == "oracle":
            fit_oracle(config, arguments.pair, arguments.scale, arguments.maps, num_steps, [curve])
        else:
            intervals = num_steps // config.log_every
            config = config.replace(
                epochs=intervals, decay_epoch=intervals // 2, steps_per_epoch=config.log_every
            )
            train(config, arguments.keep or folder, verbose=False, callbacks=[curve])


class Pace(keras.callbacks.Callback):
    """Core seconds per update, over all but the first interval, which compiles."""

    def on_epoch_end(self, epoch, logs=None):
        now, step = time.process_time(), int(self.model.step)
        if epoch == 0:
            self.first = now, step
        else:
            self.seconds = (now - self.first[0]) / (step - self.first[1])


def run(arguments):
    changes = dict(item.split("=", 1) for item in arguments.set)
    kinds = {name: type(value) for name, value in vars(Config()).items()}
    changes = {name: kinds[name](value) for name, value in changes.items()}
    name_a, name_b = arguments.pair.split("2")
    config = preset(
        arguments.preset,
        **RECIPES[arguments.recipe] | changes,
        data=f"world:{arguments.pair}?scale={arguments.scale}&num_maps={arguments.maps}",
        name_a=name_a, name_b=name_b,
        time_limit_minutes=0.0, sample_every=0, validate_every=0,
        checkpoint_every=10**9, log_every=10,
    )  # fmt: skip
    measures = Measures(arguments.pair, arguments.scale)
    pace, kept = Pace(), arguments.keep
    arguments.keep = None
    fit(config, arguments, 50, pace)
    arguments.keep = kept
    budget = 60 * arguments.minutes
    num_steps = int(budget * CORES / pace.seconds) // config.log_every * config.log_every
    untranslated = measures(dict.fromkeys(DIRECTIONS, lambda x: x))
    for seed in arguments.seeds:
        curve = Curve(measures, num_steps // config.log_every * config.log_every, 1e9)
        curve.every = max(1, num_steps // NUM_POINTS // config.log_every) * config.log_every
        fit(config.replace(seed=seed), arguments, num_steps, curve)
        result = {
            "label": arguments.label or arguments.recipe, "pair": arguments.pair, "seed": seed,
            "budget_minutes": arguments.minutes, "cores": CORES, "num_steps": num_steps,
            "recipe": arguments.recipe, "changes": changes, "preset": arguments.preset,
            "untranslated": untranslated, "points": curve.points,
        }  # fmt: skip
        with open(arguments.out, "a") as file:
            file.write(json.dumps(result) + "\n")


def table(arguments):
    """Prints mean and range over seeds of the last point, and draws the curves."""
    groups = {}
    for path in arguments.results:
        for line in Path(path).read_text().splitlines():
            result = json.loads(line)
            key = result["pair"], result["budget_minutes"], result["label"]
            groups.setdefault(key, []).append(result)
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    pairs = sorted({key[0] for key in groups})
    _, axes = plt.subplots(1, len(pairs), figsize=(7 * len(pairs), 5), squeeze=False)
    print("| pair | minutes | recipe | seeds | updates | L1 a2b | L1 b2a | KID a2b | KID b2a |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for (pair, minutes, label), results in sorted(groups.items()):
        last = [result["points"][-1] for result in results]
        cells = []
        for name, digits in (("l1_a2b", 1), ("l1_b2a", 1), ("kid_a2b", 2), ("kid_b2a", 2)):
            values = [point[name] for point in last]
            spread = (
                f" ({min(values):.{digits}f}-{max(values):.{digits}f})" if len(last) > 1 else ""
            )
            cells.append(f"{np.mean(values):.{digits}f}{spread}")
        steps = results[0]["num_steps"]
        print(
            "|", " | ".join([pair, f"{minutes:g}", label, str(len(last)), str(steps), *cells]), "|"
        )
        ax = axes[0][pairs.index(pair)]
        color = None
        for result in results:
            x = [point["minutes"] for point in result["points"]]
            y = [(point["l1_a2b"] + point["l1_b2a"]) / 2 for point in result["points"]]
            title = None if color else f"{label}, {minutes:g} min"
            (line,) = ax.plot(x, y, color=color, label=title)
            color = line.get_color()
        ax.set(title=pair, xlabel=f"minutes on {CORES} cores", ylabel="paired L1, both directions")
    for ax in axes[0]:
        ax.legend()
    plt.tight_layout()
    plt.savefig(arguments.plot)
    print(f"\nCurves: {arguments.plot}\n")
    rank_correlations(groups)


def rank_correlations(groups):
    """Prints how well patch-KID and luminance rank the points of all curves but the oracle's."""
    print("| pair | direction | points | `patch_kid` | `luminance_correlation` |")
    print("| --- | --- | --- | --- | --- |")
    for pair in sorted({key[0] for key in groups}):
        results = [r for key, rs in groups.items() for r in rs if key[0] == pair]
        points = [p for r in results if r["recipe"] != "oracle" for p in r["points"]]
        for way in DIRECTIONS:
            error = [point[f"l1_{way}"] for point in points]
            cells = [
                f"{spearmanr([p[f'{name}_{way}'] for p in points], error).statistic:.2f}"
                for name in ("kid", "luminance")
            ]
            print(f"| {pair} | {way} | {len(points)} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("run", help="train one recipe and append to a file of results")
    one.add_argument("--pair", default="meadow2forest", choices=sorted(PAIRS))
    one.add_argument("--recipe", default="default", choices=RECIPES)
    one.add_argument("--preset", default="demo")
    one.add_argument("--set", nargs="*", default=[], metavar="FIELD=VALUE", help="of Config")
    one.add_argument("--label", help="name in the table (default: the recipe)")
    one.add_argument("--minutes", type=float, default=10.0)
    one.add_argument("--seeds", type=int, nargs="+", default=[0])
    one.add_argument("--scale", type=float, default=0.25)
    one.add_argument("--maps", type=int, default=60, help="training maps per domain")
    one.add_argument("--keep", help="run folder to keep (one seed only)")
    one.add_argument("--out", default="time_to_quality.jsonl")
    one.set_defaults(command=run)
    many = commands.add_parser("table", help="table and plot of results")
    many.add_argument("results", nargs="+")
    many.add_argument("--plot", default="curves.png")
    many.set_defaults(command=table)
    arguments = parser.parse_args()
    arguments.command(arguments)


if __name__ == "__main__":
    main()
