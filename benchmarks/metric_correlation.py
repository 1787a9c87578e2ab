"""Which unpaired measure can be trusted? Rank correlation of each with the paired error.

    python benchmarks/metric_correlation.py runs/demo runs/other --json correlation.json

Takes every checkpoint in the folders (searched to the bottom) and the untranslated input, measures
them on the test maps of a built-in world, and prints Spearman's coefficient per direction, and the
table of docs/metrics.md. Keep many checkpoints of a run with `train ... --keep-checkpoints 100`.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from scipy.stats import spearmanr

from cyclegan_tf import CycleGAN, Translator, scores
from cyclegan_tf.evaluation import open_materials
from cyclegan_tf.score_table import BETTER

ENOUGH = 20  # checkpoints: with fewer, a coefficient of 0.8 is easily chance
KEEP = 0.8


def measure(paths, data, num_maps, say):
    """Returns {direction: [{measure: value} per checkpoint]}."""
    materials = open_materials(data, split="test", num_maps=num_maps)
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
            row = {name: float(score.value) for name, score in found.items()}
            rows[way].append({"checkpoint": str(path), **row})
            say(f"  {way}: paired L1 {row['paired_l1']:.1f}, patch-KID {row['patch_kid']:.3f}")
    return rows


def correlations(rows):
    """Returns {measure: (Spearman's rho with the paired L1, number of checkpoints)}, best first.

    The sign is turned so that 1 means: what the measure calls better has the smaller paired error.
    """
    found = {}
    names = [n for n in rows[0] if "/" not in n and n not in ("checkpoint", "patch_kid_floor")]
    for name in names:
        pairs = np.array([[row[name], row["paired_l1"]] for row in rows])
        pairs = pairs[np.isfinite(pairs).all(axis=1)]
        if name == "paired_l1" or len(pairs) < 3 or np.ptp(pairs[:, 0]) == 0:
            continue
        sign = -1 if BETTER.get(name) == "higher" else 1
        found[name] = sign * float(spearmanr(*pairs.T).statistic), len(pairs)
    return dict(sorted(found.items(), key=lambda item: -item[1][0]))


def table(rows):
    """Returns lines of Markdown: a row per measure, a column per direction."""
    columns = {way: correlations(part) for way, part in rows.items()}
    names = sorted(
        set().union(*columns.values()),
        key=lambda name: -np.mean([c.get(name, (0, 0))[0] for c in columns.values()]),
    )
    yield "| measure | " + " | ".join(columns) + f" | at least {KEEP} |"
    yield "| --- | " + "--- | " * (len(columns) + 1)
    for name in names:
        values = [c[name][0] if name in c else np.nan for c in columns.values()]
        verdict = "yes" if min(values) >= KEEP else "no"
        yield f"| `{name}` | " + " | ".join(f"{v:.2f}" for v in values) + f" | {verdict} |"


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
