"""How good a recipe gets in a given time: paired error, patch-KID, segmentation score on the way.

    python research/time_to_quality.py --recipe default --minutes 10 --seeds 0 1 2
    python research/time_to_quality.py --set pool_size=0 ema=0.999 --label "no pool"
    python research/recipe_table.py RESULTS...      # and curves.png

`default` is the preset as it is; `original` is the recipe of 2017 (no identity, moving average or
pool, transposed convolutions), `reference` that of pytorch-CycleGAN-and-pix2pix (identity 5, pool
50), `oracle` the same generators trained on true pairs with L1: the floor. `pix2pix` has the true
pairs too, and the default's discriminators. All have the networks and crops of the preset.

Time is counted in core minutes / cores, as used by this process, so that other work on the machine
doesn't decide who wins; taking the measures doesn't count. The learning rate
falls over the second half of the budget (`--decay-start`), whose number of updates is found by
timing some: results say how many minutes they really took.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from cyclegan_tf.hardware.cpu import set_up_cpu
from cyclegan_tf.hardware.precision import resolve_precision

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
if __name__ == "__main__":
    set_up_cpu()  # before TensorFlow

import keras
import numpy as np
from true_pairs import ON_PAIRS, fit_on_pairs, paired_crops
from variants import variant

from cyclegan_tf import images, preset
from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.evaluation.materials import open_materials
from cyclegan_tf.metrics import (
    PatchKID,
    TwoSampleTest,
    accuracy_and_iou,
    confusion,
    edges_gone,
    luminance_correlation,
    paired_l1,
    train_segmenter,
)
from cyclegan_tf.training.train import train
from data_pipeline.worlds import CLASSES, PAIRS

RECIPES = {
    "default": {},
    "original": {"identity_weight": 0.0, "identity_anneal": 0.0, "ema": 0.0, "pool_size": 0,
                 "upsampling": "transpose", "vertical_position": False, "learning_rate": 2e-4},
    "reference": {"identity_weight": 5.0, "identity_anneal": 0.0, "ema": 0.0, "pool_size": 50,
                  "upsampling": "transpose", "vertical_position": False, "learning_rate": 2e-4},
    "oracle": {},
    "pix2pix": {"identity_weight": 0.0, "vertical_position": False},  # paired crops have no channel
}  # fmt: skip
CORES = os.cpu_count()
MAPS_TO_COMPARE, VALIDATION_MAPS, TESTED_MAPS = 40, 8, 20


class Measures:
    """Takes the measures of both generators on the first validation maps of a pair."""

    def __init__(self, address):
        data = f"{address}&num_maps={MAPS_TO_COMPARE}"
        options = {"split": "val", "num_maps": MAPS_TO_COMPARE, "with_labels": True}
        self.materials = open_materials(data, **options)
        self.kid = {way: PatchKID(m.reals) for way, m in self.materials.items()}
        self.read = {
            way: train_segmenter(m.reals, m.real_labels, num_classes=len(CLASSES))
            for way, m in self.materials.items()
        }

    def __call__(self, generators):
        point = {}
        for way, material in self.materials.items():
            maps = slice(VALIDATION_MAPS)
            inputs, trues = ([_even(x) for x in m[maps]] for m in (material.inputs, material.trues))
            fakes = _translate(generators[way], inputs)
            pairs = zip(fakes, trues, strict=True)
            point[f"l1_{way}"] = float(np.mean([paired_l1(fake, true) for fake, true in pairs]))
            point[f"kid_{way}"] = self.kid[way].distance(fakes)
            pairs = zip(inputs, fakes, strict=True)
            point[f"edges_gone_{way}"] = float(np.mean([edges_gone(*pair) for pair in pairs]))
            pairs = zip(inputs, fakes, strict=True)
            point[f"luminance_{way}"] = float(np.mean([luminance_correlation(*p) for p in pairs]))
            pairs = zip(fakes, map(_even, material.labels[maps]), strict=True)
            counts = sum(confusion(self.read[way](x), y, len(CLASSES)) for x, y in pairs)
            point[f"accuracy_{way}"], point[f"iou_{way}"] = accuracy_and_iou(counts)
        return {name: round(value, 5) for name, value in point.items()}

    def at_the_end(self, generators):
        """The learned test takes too long, and too many maps, for every point of a curve."""
        point = {}
        for way, material in self.materials.items():
            fakes = _translate(generators[way], [_even(x) for x in material.inputs[:TESTED_MAPS]])
            score = TwoSampleTest(material.reals[:TESTED_MAPS]).estimate(fakes)
            point[f"two_sample_{way}"] = round(score.value, 5)
        return point


def _translate(generator, inputs):
    unit = (generator(images.uint8_to_unit(x)[None]) for x in inputs)
    return [images.unit_to_uint8(x[0]) for x in unit]


def _even(image):
    """Cut to multiples of 4, so that the generator can be called as it is."""
    return image[: len(image) // 4 * 4, : image.shape[1] // 4 * 4]


class Curve(keras.callbacks.Callback):
    """Measures the generators at even steps, and at the last."""

    def __init__(self, measures, num_points, num_steps, log_every, folder):
        super().__init__()
        self.measures, self.num_steps, self.folder, self.points = measures, num_steps, folder, []
        self.every = max(1, num_steps // num_points // log_every) * log_every

    def on_epoch_end(self, epoch, logs=None):
        if not self.points and epoch == 0:
            self.began = time.process_time()  # the first interval compiles
        step, used = int(self.model.step), (time.process_time() - self.began) / CORES
        if step % self.every and step != self.num_steps:
            return
        before = time.process_time()
        generators = {way: self.model.output_generator(way) for way in Direction}
        point = self.measures(generators)
        if step == self.num_steps:
            point |= self.measures.at_the_end(generators)
        self.points.append({"minutes": round(used / 60, 3), "step": step, **point})
        print(json.dumps(self.points[-1]), flush=True)
        if self.folder:
            self.model.save(Path(self.folder) / f"step_{step:08d}.keras")
        self.began += time.process_time() - before


def fit(config, arguments, num_steps, curve):
    """Trains for `num_steps` updates, in intervals of `log_every`."""
    if arguments.recipe in ON_PAIRS:
        stream = paired_crops(arguments.pair, arguments.scale, arguments.maps, config)
        parts = variant("pairs", 1.0) if arguments.recipe == "pix2pix" else {}
        steps = num_steps, int(num_steps * arguments.decay_start)
        return fit_on_pairs(arguments.recipe, config, stream, *steps, [curve], parts)
    with tempfile.TemporaryDirectory() as folder:
        intervals = num_steps // config.log_every
        config = config.replace(
            epochs=intervals,
            decay_epoch=int(intervals * arguments.decay_start),
            steps_per_epoch=config.log_every,
        )
        own = variant(*_named(arguments.variant)) if arguments.variant else {}
        run_dir = arguments.keep or folder
        train(config, run_dir, **own, verbose=False, callbacks=[curve])


class Pace(keras.callbacks.Callback):
    """Core seconds per update, the mean: losses taken in some updates only count as often."""

    def __init__(self):
        super().__init__()
        self.marks = []

    def on_epoch_end(self, epoch, logs=None):
        self.marks.append((time.process_time(), int(self.model.step)))

    @property
    def seconds(self):
        (began, first), (ended, last) = self.marks[0], self.marks[-1]  # without the compilation
        return (ended - began) / (last - first)


def _named(text):
    name, strength = text.split("=")
    return name, float(strength)


def _of_its_type(name, text):
    kind = type(getattr(Config(), name))
    return {"True": True, "False": False}[text] if kind is bool else kind(text)


def run(arguments):
    if arguments.recipe in ON_PAIRS and (arguments.variant or arguments.keep):
        raise SystemExit(f"{arguments.recipe} takes neither --variant nor --keep; --checkpoints?")
    if arguments.recipe in ON_PAIRS and arguments.structure:
        raise SystemExit(f"{arguments.recipe} takes no --structure.")
    changes = dict(item.split("=", 1) for item in arguments.set)
    changes = {name: _of_its_type(name, value) for name, value in changes.items()}
    variants = {}
    if arguments.variant:
        variants = dict([_named(arguments.variant)])
    if arguments.decay_start != 0.5:
        variants["decay_start"] = arguments.decay_start
    name_a, name_b = arguments.pair.split("2")
    address = f"world:{arguments.pair}?scale={arguments.scale}&structure={arguments.structure}"
    config = preset(
        arguments.preset,
        **RECIPES[arguments.recipe] | changes,
        data=f"{address}&num_maps={arguments.maps}",
        name_a=name_a, name_b=name_b,
        time_limit_minutes=0.0, sample_every=0, validate_every=0,
        checkpoint_every=10**9, log_every=10,
    )  # fmt: skip
    measures = Measures(address)
    pace, kept = Pace(), arguments.keep
    arguments.keep = None
    fit(config, arguments, 80, pace)
    arguments.keep = kept
    budget = 60 * arguments.minutes
    num_steps = int(budget * CORES / pace.seconds) // config.log_every * config.log_every
    untranslated = measures(dict.fromkeys(Direction, lambda x: x))
    for seed in arguments.seeds:
        folder = None
        if arguments.checkpoints:
            folder = Path(arguments.checkpoints, f"{arguments.label or arguments.recipe}_{seed}")
            folder.mkdir(parents=True, exist_ok=True)
        curve = Curve(measures, arguments.points, num_steps, config.log_every, folder)
        fit(config.replace(seed=seed), arguments, num_steps, curve)
        result = {
            "label": arguments.label or arguments.recipe, "pair": arguments.pair, "seed": seed,
            "budget_minutes": arguments.minutes, "cores": CORES, "num_steps": num_steps,
            "recipe": arguments.recipe, "changes": changes | variants, "preset": arguments.preset,
            "structure": arguments.structure,
            "precision": resolve_precision(config.precision),
            "untranslated": untranslated, "points": curve.points,
        }  # fmt: skip
        with open(arguments.out, "a") as file:
            file.write(json.dumps(result) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pair", default="meadow2forest", choices=sorted(PAIRS))
    parser.add_argument("--recipe", default="default", choices=RECIPES)
    parser.add_argument("--preset", default="demo")
    parser.add_argument("--set", nargs="*", default=[], metavar="FIELD=VALUE", help="of Config")
    parser.add_argument("--variant", metavar="NAME=STRENGTH", help="see variants.py")
    parser.add_argument("--label", help="name in the table (default: the recipe)")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument(
        "--decay-start", type=float, default=0.5, help="share of updates before the rate falls"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--scale", type=float, default=0.25)
    parser.add_argument("--structure", type=int, default=0, choices=[0, 1], help="1: bold worlds")
    parser.add_argument("--maps", type=int, default=60, help="training maps per domain")
    parser.add_argument("--keep", help="run folder to keep (one seed only)")
    parser.add_argument("--points", type=int, default=15, help="of the curve")
    parser.add_argument("--checkpoints", help="folder for a checkpoint of every point measured")
    parser.add_argument("--out", default="time_to_quality.jsonl")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
