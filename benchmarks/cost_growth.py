"""How cost grows: of an update with pixels, filters, batch; of a map; of an evaluation with maps.

    python benchmarks/cost_growth.py --out growth.json --picture growth.png

Small networks, so that it takes minutes on a CPU (`--filters`, `--blocks`). The points of a curve
take turns; the fastest of each counts, as other work on the machine can only slow one down. Fits
`seconds = c * x**exponent` through the points of each curve and writes them to a JSON file and a
picture. A small exponent at small sizes is the fixed cost of starting many operations.
"""

import argparse
import json
import os
import tempfile
import time
from functools import partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import matplotlib

matplotlib.use("Agg")
import numpy as np
import tensorflow as tf
from matplotlib import pyplot

from cyclegan_tf.evaluation.evaluate import evaluate
from cyclegan_tf.hardware.describe import describe_hardware
from cyclegan_tf.hardware.precision import resolve_precision
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator
from cyclegan_tf.translation.translator import Translator
from data_pipeline.worlds.export import export_world

SIDES = (64, 128, 192, 256)  # of the crops of an update
FILTERS = (8, 16, 32, 64)
BATCHES = (1, 2, 4, 8)
MAP_SIDES = (256, 512, 1024, 1536)
MAPS = (2, 4, 8, 16)  # to evaluate


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--filters", type=int, default=16)
    parser.add_argument("--blocks", type=int, default=3)
    kinds = ("update", "map", "evaluation")
    parser.add_argument("--curves", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--out", default="growth.json", help="further curves are added to those of the same machine"
    )
    parser.add_argument("--picture", default="growth.png")
    arguments = parser.parse_args()
    networks = arguments.filters, arguments.blocks
    points = {  # each made when its turn comes
        "update against pixels": lambda: {n**2: update(*networks, n, 1) for n in SIDES},
        "update against filters": lambda: {f: update(f, arguments.blocks, 64, 1) for f in FILTERS},
        "update against batch": lambda: {n: update(*networks, 64, n) for n in BATCHES},
        "map against pixels": lambda: {n**2: translation(*networks, n) for n in MAP_SIDES},
        "evaluation against maps": lambda: evaluations(*networks),
    }
    machine = {"device": describe_hardware(), "precision": resolve_precision()}
    machine |= {"filters": arguments.filters, "blocks": arguments.blocks}
    out = Path(arguments.out)
    found = json.loads(out.read_text()) if out.exists() else {}
    curves = found["curves"] if found.get("machine") == machine else {}
    for name in [name for name in points if name.split()[0] in arguments.curves]:
        # An evaluation takes long, and compiles its own functions every time.
        rounds = 0 if name.startswith("evaluation") else arguments.rounds
        curve = curves[name] = fit(fastest(points[name](), rounds))
        print(f"{name:<26} exponent {curve['exponent']:.2f}  {curve['seconds']}", flush=True)
        curves = {name: curves[name] for name in points if name in curves}
        out.write_text(json.dumps({"machine": machine, "curves": curves}, indent=1))
        draw(curves, machine, arguments.picture)


def update(filters, blocks, side, batch):
    """A function that makes one update of a new model, compiled in its first call."""
    dtype = resolve_precision()
    model = CycleGAN(
        *(resnet_generator(filters, blocks, dtype=dtype) for _ in "ab"),
        *(patch_discriminator(filters, dtype=dtype) for _ in "ab"),
        dtype=dtype,
    )
    model.compile(keras.optimizers.Adam(2e-4, beta_1=0.5))
    a, b = np.random.default_rng(0).uniform(-1, 1, (2, batch, side, side, 3)).astype(np.float32)
    return lambda: model.train_on_batch(a, b)


def translation(filters, blocks, side):
    translator = Translator(resnet_generator(filters, blocks))
    small = np.random.default_rng(0).integers(0, 256, (side // 16, side // 16, 3), np.uint8)
    return lambda: translator(small.repeat(16, 0).repeat(16, 1))


def evaluations(filters, blocks):
    """Of small maps, drawn before, without the measures that train a network.

    That takes the same time for any number of maps.
    """
    folder = Path(tempfile.mkdtemp())
    path = folder / "generator_ab.keras"
    resnet_generator(filters, blocks, name="generator_ab").save(path)
    export_world(
        "meadow2forest",
        folder / "maps",
        num_maps=max(MAPS),  # as many to train on, as the translations are compared with them
        num_test=max(MAPS),
        scale=0.15,
        labels=False,
        scroll_frames=0,
        num_workers=1,
        progress=False,
    )
    options = {"split": "test", "two_sample_steps": 0, "segmentation_steps": 0, "say": None}
    return {n: partial(evaluate, path, folder / "maps", num_maps=n, **options) for n in MAPS}


def fastest(runs, rounds):
    """Seconds of each of some functions, which take turns after a first call that compiles.

    With 0 rounds, those of that call.
    """
    times = dict.fromkeys(runs, float("inf"))
    for turn in range(rounds + 1):
        for x, run in runs.items():
            begin = time.perf_counter()
            run()
            taken = time.perf_counter() - begin
            if turn or not rounds:
                times[x] = min(times[x], taken)
    return times


def fit(seconds):
    x, y = np.array(list(seconds)), np.array(list(seconds.values()))
    exponent = np.polyfit(np.log(x), np.log(y), 1)[0]
    rounded = {int(k): round(v, 4) for k, v in seconds.items()}
    return {"exponent": round(float(exponent), 3), "seconds": rounded}


def draw(curves, machine, picture):
    figure, places = pyplot.subplots(
        1, len(curves), figsize=(3.4 * len(curves), 3.4), squeeze=False
    )
    for place, (name, curve) in zip(places[0], curves.items(), strict=True):
        x, y = [int(k) for k in curve["seconds"]], list(curve["seconds"].values())
        place.loglog(x, y, "o-", color="#2563eb")
        place.set_title(f"{name}\nexponent {curve['exponent']:.2f}", fontsize=11)
        place.set_xlabel(name.split()[-1])
        place.set_ylabel("seconds")
        place.set_xticks(x, [f"{value:,}" for value in x], fontsize=8, rotation=30)
        place.set_yticks(y, [f"{value:.3g}" for value in y], fontsize=8)
        place.minorticks_off()
        place.grid(alpha=0.3)
    networks = f"{machine['filters']} filters, {machine['blocks']} blocks"
    figure.suptitle(f"{machine['device']}, {machine['precision']}; {networks}", fontsize=10)
    figure.tight_layout()
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    tf.random.set_seed(0)
    main()
