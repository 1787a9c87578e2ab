"""Which measure can be trusted? Rank correlation of each with the truth and with a person's order.

    python research/metric_correlation.py runs/demo checkpoints/meadow2forest_small.keras --made \\
        --inception-weights FILE --json correlation.json

Takes generators (`.keras` files, and those of run folders, searched to the bottom with all their
checkpoints) and, with --made, pictures whose faults are known (made_entries.py). Translates the
test maps of a built-in world, takes every measure of the pictures, and prints Spearman's
coefficients with the segmentation score (mean IoU), the paired L1 and the orders of people, with
95 % intervals over the entries. The file of --json is written after every entry; the same command
goes on from there. Keep many checkpoints of a run with `train ... --keep-checkpoints 100`.

An order, AUTHOR_a2b.txt or AUTHOR_b2a.txt, is a text file with the name of an entry a line, the
best first, as its author ranked the pictures that `--pictures FOLDER` writes, **before seeing any
figure**; what isn't in it isn't ranked in its column.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from made_entries import made_entries
from picture_measures import PictureMeasures
from scipy.stats import spearmanr

from cyclegan_tf import CycleGAN, Translator, images
from cyclegan_tf.directions import Direction
from cyclegan_tf.evaluation.materials import open_materials
from cyclegan_tf.evaluation.table import BETTER
from cyclegan_tf.metrics.inception import InceptionFeatures

ENOUGH = 20  # entries: with fewer, a coefficient of 0.8 is easily chance
KEEP = 0.8
JUDGES = ("segmentation_iou", "paired_l1")
SHOWN = 3  # maps of each entry in a picture to rank


def generator_files(places, way):
    """Returns {name: path} of the generators and checkpoints in files and folders."""
    found = {}
    for place in map(Path, places):
        if place.is_file():
            found[place.stem] = place
            continue
        names = ("step_*", f"generator_{way.suffix}", f"best_{way.suffix}")
        for path in sorted(p for name in names for p in place.rglob(f"{name}.keras")):
            found[path.relative_to(place.parent).with_suffix("").as_posix()] = path
    return found


def entries(places, made, material, way):
    """Yields names and functions that give the translations of the material's inputs."""

    def translated(path):
        if path.name.startswith("step_"):
            translator = Translator(CycleGAN.load(path).output_generator(way))
        else:
            translator = Translator.load(path)
        return [translator(image) for image in material.inputs]

    for name, path in generator_files(places, way).items():
        yield name, lambda path=path: translated(path)
    for name, pictures in made_entries(material).items() if made else ():
        yield name, lambda pictures=pictures: pictures


def measure(arguments, way, material, rows, save):
    """Adds {measure: value} of every entry that isn't in `rows` yet."""
    features = None
    if arguments.inception_weights:
        features = InceptionFeatures(arguments.inception_weights)
    measures = None
    for name, translate in entries(arguments.places, arguments.made, material, way):
        if name in rows:
            continue
        measures = measures or PictureMeasures(material, features)
        rows[name] = measures(translate())
        save()
        told = ("segmentation_iou", "paired_l1", "patch_kid", "kid_inception", "two_sample")
        print(
            f"{way} {name}: ", *(f"{m} {rows[name].get(m, np.nan):.4g}" for m in told), flush=True
        )


def order_of(path, names):
    """Returns {entry: place} out of a person's file, 1 for the best."""
    lines = [line.strip() for line in Path(path).read_text("utf-8").splitlines()]
    ranked = [line for line in lines if line and not line.startswith("#")]
    unknown = sorted(set(ranked) - set(names))
    if unknown or len(set(ranked)) < len(ranked):
        sys.exit(f"{path}: every line must be an entry, once; {unknown or 'one is there twice'}.")
    return {name: place for place, name in enumerate(ranked, 1)}


def coefficient(values, truth, num_resamples=1000, seed=0):
    """Spearman's rho with its 95 % bootstrap interval over entries."""
    random = np.random.default_rng(seed)
    samples = []
    for _ in range(num_resamples):
        drawn = random.integers(0, len(values), len(values))
        if np.ptp(values[drawn]) and np.ptp(truth[drawn]):
            samples.append(spearmanr(values[drawn], truth[drawn]).statistic)
    low, high = np.percentile(samples, (2.5, 97.5))
    return [round(float(x), 3) for x in (spearmanr(values, truth).statistic, low, high)]


def correlations(rows, orders):
    """Returns {judge: {measure: [rho, low, high]}}, turned so that 1 is agreement.

    Args:
        rows: {entry: {measure: value}}.
        orders: {author: {entry: place}}.
    """
    turn = {True: -1.0, False: 1.0}
    signs = {name: turn[BETTER.get(name) in ("higher", "like real")] for name in BETTER}
    judges = {
        judge: {n: signs.get(judge, 1.0) * r[judge] for n, r in rows.items()} for judge in JUDGES
    }
    judges |= {f"order of {author}": order for author, order in orders.items()}
    found = {}
    for judge, places in judges.items():
        ranked = {name: place for name, place in places.items() if np.isfinite(place)}
        truth = np.array(list(ranked.values()), float)
        found[judge] = {}
        for name in next(iter(rows.values())):
            values = np.array([signs.get(name, 1.0) * rows[entry][name] for entry in ranked])
            if name != judge and len(values) > 3 and np.isfinite(values).all() and np.ptp(values):
                found[judge][name] = coefficient(values, truth)
    return found


def table(found):
    """Returns lines of Markdown: a row per measure, the best first; a column per judge and way."""
    columns = {f"{judge}, {way}": part[judge] for way, part in found.items() for judge in part}
    names = sorted(
        set().union(*columns.values()),
        key=lambda name: -np.mean([c[name][0] for c in columns.values() if name in c]),
    )
    yield "| measure | " + " | ".join(columns) + f" | at least {KEEP} |"
    yield "| --- " * (len(columns) + 2) + "|"
    for name in names:
        known = [column.get(name) for column in columns.values()]
        verdict = "yes" if min(k[0] for k in known if k) >= KEEP else "no"
        cells = [f"{k[0]:.2f} ({k[1]:.2f} to {k[2]:.2f})" if k else "" for k in known]
        yield f"| `{name}` | " + " | ".join(cells) + f" | {verdict} |"


def write_pictures(arguments, way, material):
    """Writes one picture per entry, without figures: maps side by side."""
    for name, translate in entries(arguments.places, arguments.made, material, way):
        maps = translate()[:SHOWN]
        height = max(map(len, maps))
        padded = [np.pad(m, ((0, height - len(m)), (0, 8), (0, 0))) for m in maps]
        path = Path(arguments.pictures, way, name.replace("/", "_") + ".png")
        path.parent.mkdir(parents=True, exist_ok=True)
        images.write_image(path, np.concatenate(padded, axis=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("places", nargs="*", help="generators, run folders, folders of these")
    parser.add_argument("--made", action="store_true", help="also take pictures with known faults")
    parser.add_argument("--data", default="world:meadow2forest?scale=0.25&num_maps=60")
    parser.add_argument("--direction", nargs="+", default=["a2b", "b2a"], type=Direction)
    parser.add_argument("--num-maps", type=int, default=12)
    parser.add_argument("--inception-weights", help="also take deep KID, with these weights")
    parser.add_argument("--order", nargs="*", default=[], help="files with people's orders")
    parser.add_argument("--pictures", help="only write the pictures to rank, to this folder")
    parser.add_argument("--json", default="metric_correlation.json", help="all values")
    arguments = parser.parse_args()
    for order in map(Path, arguments.order):
        if order.stem.rpartition("_")[2] not in list(Direction):
            sys.exit(f"{order}: name it AUTHOR_a2b.txt or AUTHOR_b2a.txt.")
    path = Path(arguments.json)
    result = {"data": arguments.data, "num_maps": arguments.num_maps, "rows": {}}
    if path.exists():
        result = json.loads(path.read_text())
        if [result["data"], result["num_maps"]] != [arguments.data, arguments.num_maps]:
            sys.exit(f"{path} holds values of other maps: {result['data']}. Use another --json.")

    def save():
        path.write_text(json.dumps(result, indent=1) + "\n")

    materials = open_materials(
        arguments.data, split="test", num_maps=arguments.num_maps, with_labels=True
    )
    for way in arguments.direction:
        if arguments.pictures:
            write_pictures(arguments, way, materials[way])
        else:
            rows = result["rows"].setdefault(way, {})
            measure(arguments, way, materials[way], rows, save)
    if arguments.pictures:
        return
    found = {}
    for way, rows in result["rows"].items():
        mine = [path for path in arguments.order if Path(path).stem.endswith(f"_{way}")]
        orders = {Path(p).stem.removesuffix(f"_{way}"): order_of(p, rows) for p in mine}
        found[way] = correlations(rows, orders)
        if len(rows) < ENOUGH:
            print(
                f"{way}: {len(rows)} entries are too few to conclude anything; {ENOUGH} at least."
            )
    result["spearman"] = found
    save()
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
