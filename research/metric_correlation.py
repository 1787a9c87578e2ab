"""Which unpaired measure can be trusted? Rank correlation of each with two that know the truth.

    python research/metric_correlation.py runs/demo runs/other --json correlation.json

Takes every checkpoint in the folders (searched to the bottom), measures them on the test maps of a
built-in world, and prints the table of research/LOG.md: Spearman's coefficient with the paired L1
and with the segmentation score (mean IoU), per direction. Keep many checkpoints of a run with
`train ... --keep-checkpoints 100`.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from scipy.stats import spearmanr

from cyclegan_tf import CycleGAN, Translator
from cyclegan_tf.evaluation import scores
from cyclegan_tf.evaluation.materials import open_materials
from cyclegan_tf.evaluation.table import BETTER

ENOUGH = 20  # checkpoints: with fewer, a coefficient of 0.8 is easily chance
KEEP = 0.8
JUDGES = ("paired_l1", "segmentation_iou")


def measure(paths, data, num_maps, say):
    """Returns {direction: [{measure: value} per checkpoint]}."""
    materials = open_materials(data, split="test", num_maps=num_maps, with_labels=True)
    rows = {way: [] for way in materials}
    for path in paths:
        say(str(path))
        model = CycleGAN.load(path)
        translators = {way: Translator(model.output_generator(way)) for way in materials}
        for way, material in materials.items():
            back = translators["b2a" if way == "a2b" else "a2b"]
            fakes = [translators[way](image) for image in material.inputs]
            found = scores.unpaired_scores(material, fakes)
            found |= scores.structure_scores(material, fakes)
            found |= scores.cycle_scores(material, translators[way], back)
            found |= scores.temporal_scores(material, translators[way])
            found |= scores.paired_scores(material, fakes)
            found |= scores.segmentation_scores(material, fakes, num_steps=300)
            row = {name: float(score.value) for name, score in found.items()}
            rows[way].append({"checkpoint": str(path), **row})
            told = ("paired_l1", "segmentation_iou", "patch_kid")
            say(f"  {way}: " + ", ".join(f"{name} {row[name]:.3f}" for name in told))
    return rows


def correlations(rows, judge):
    """Returns {measure: Spearman's rho with the measure `judge`}.

    Signs are turned so that 1 means: what the measure calls better, `judge` calls better.
    """
    found = {}
    truth = np.array([row[judge] for row in rows])
    for name in rows[0]:
        if "/" in name or name in ("checkpoint", "patch_kid_floor", judge):
            continue
        values = np.array([row[name] for row in rows])
        there = np.isfinite(values)
        if there.sum() >= 3 and np.ptp(values[there]) > 0:
            same = (BETTER.get(name) == "higher") == (BETTER.get(judge) == "higher")
            rho = spearmanr(values[there], truth[there]).statistic
            found[name] = float(rho if same else -rho)
    return found


def table(rows):
    """Returns lines of Markdown: a row per measure, two columns per direction."""
    columns = {
        (judge, way): correlations(part, judge) for judge in JUDGES for way, part in rows.items()
    }
    names = sorted(
        set().union(*columns.values()),
        key=lambda name: -np.mean([c.get(name, 0) for c in columns.values()]),
    )
    titles = [f"{judge}, {way}" for judge, way in columns]
    yield "| measure | " + " | ".join(titles) + f" | at least {KEEP} |"
    yield "| --- " * (len(columns) + 2) + "|"
    for name in names:
        values = [c.get(name, np.nan) for c in columns.values()]
        verdict = "yes" if np.nanmin(values) >= KEEP else "no"
        cells = ["" if np.isnan(v) else f"{v:.2f}" for v in values]
        yield f"| `{name}` | " + " | ".join(cells) + f" | {verdict} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", help="searched for checkpoints/step_*.keras")
    parser.add_argument("--data", default="world:meadow2forest?scale=0.25&num_maps=60")
    parser.add_argument("--num-maps", type=int, default=12)
    parser.add_argument("--json", help="write all values to this file")
    arguments = parser.parse_args()
    paths = sorted(p for f in arguments.folders for p in Path(f).rglob("step_*.keras"))
    if len(paths) < 3:
        sys.exit(f"{len(paths)} checkpoints in {' '.join(arguments.folders)}: at least 3 needed.")
    rows = measure(paths, arguments.data, arguments.num_maps, lambda text: print(text, flush=True))
    if arguments.json:
        result = {"data": arguments.data, "num_maps": arguments.num_maps, "rows": rows}
        Path(arguments.json).write_text(json.dumps(result, indent=1) + "\n")
    print("\n".join(table(rows)))
    if len(paths) < ENOUGH:
        print(f"{len(paths)} checkpoints: too few to conclude anything, take at least {ENOUGH}.")


if __name__ == "__main__":
    main()
