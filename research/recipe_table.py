"""Tables and curves of what time_to_quality.py measured.

    python research/recipe_table.py research/results/time_to_quality.jsonl --plot curves.png

Prints the table of recipes (research/LOG.md has it), then how well patch-KID and luminance rank the
points of the curves by their paired error.
"""

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib import pyplot as plt
from scipy.stats import spearmanr

DIRECTIONS = ("a2b", "b2a")
ON_PAIRS = ("oracle", "pix2pix")  # as in true_pairs.py, which would import TensorFlow
CURVES_FROM = 4  # minutes of budget; the short runs of single changes would hide the others
COLUMNS = {"L1": ("l1", 1), "KID": ("kid", 2), "mIoU": ("iou", 2)}  # measure, digits


def cell(values, digits):
    """Returns mean and range, "" if it wasn't measured (points before November 2026)."""
    if not values:
        return ""
    spread = f" ({min(values):.{digits}f}-{max(values):.{digits}f})" if len(values) > 1 else ""
    return f"{np.mean(values):.{digits}f}{spread}"


def table(groups):
    """Prints mean and range over seeds of the last point. Minutes are those that were used."""
    titles = [f"{title} {way}" for title in COLUMNS for way in DIRECTIONS]
    print("| pair | minutes | recipe | runs | updates | " + " | ".join(titles) + " |")
    print("| --- " * (5 + len(titles)) + "|")
    columns = [(f"{name}_{way}", n) for name, n in COLUMNS.values() for way in DIRECTIONS]
    for (pair, _, label), results in sorted(groups.items()):
        last = [result["points"][-1] for result in results]
        minutes = f"{np.mean([point['minutes'] for point in last]):.2g}"
        updates = f"{np.mean([result['num_steps'] for result in results]):.0f}"
        cells = [cell([p[name] for p in last if name in p], digits) for name, digits in columns]
        row = [pair, minutes, label, str(len(last)), updates, *cells]
        print("|", " | ".join(row), "|")


def curves(groups, path):
    """Draws paired L1 and mIoU, means of both directions, over time: a column per pair."""
    long = {key: runs for key, runs in groups.items() if key[1] >= CURVES_FROM}
    pairs = sorted({pair for pair, _, _ in long})
    oracles = {k: v for k, v in groups.items() if v[0]["recipe"] == "oracle" and k[0] in pairs}
    _, axes = plt.subplots(
        2, len(pairs), figsize=(4.5 * len(pairs), 9), squeeze=False, sharex="col", sharey="row"
    )
    labels = sorted({label for _, _, label in long})
    for (pair, budget, label), results in sorted((long | oracles).items()):
        color = "black" if label not in labels else plt.cm.tab20(labels.index(label) % 20)
        for ax, name in zip(axes[:, pairs.index(pair)], ("l1", "iou"), strict=True):
            _draw(ax, results, name, f"{label}, {budget:g} min", color)
    for column, pair in zip(axes.T, pairs, strict=True):
        column[0].set_title(pair)
        column[1].legend(fontsize="x-small", loc="upper center", bbox_to_anchor=(0.5, -0.2))
    cores = sorted({result["cores"] for results in long.values() for result in results})
    for ax in axes[1]:
        ax.set_xlabel(f"minutes on {' or '.join(map(str, cores))} cores")
    axes[0, 0].set_ylabel("paired L1 (down is better)")
    axes[1, 0].set_ylabel("mean IoU of the segmenter (up is better)")
    plt.tight_layout()
    plt.savefig(path)
    print(f"\nCurves: {path}\n")


def _draw(ax, results, name, label, color):
    """A line for each seed; of the oracle, only where they end."""
    seeds = [[p for p in result["points"] if f"{name}_a2b" in p] for result in results]
    seeds = [
        (
            [p["minutes"] for p in points],
            [(p[f"{name}_a2b"] + p[f"{name}_b2a"]) / 2 for p in points],
        )
        for points in seeds
        if points
    ]
    if seeds and results[0]["recipe"] == "oracle":
        ax.axhline(np.mean([y[-1] for _, y in seeds]), color="black", linestyle=":", label=label)
        return
    for i, (x, y) in enumerate(seeds):
        ax.plot(x, y, color=color, label=None if i else label)


def rank_correlations(groups):
    """Prints how well patch-KID and luminance rank the points of all curves of unpaired training.

    1 means that what the measure calls better, paired L1 calls better.
    """
    print("| pair | direction | points | `patch_kid` | `luminance_correlation` |")
    print("| --- | --- | --- | --- | --- |")
    for pair in sorted({key[0] for key in groups}):
        results = [r for key, rs in groups.items() for r in rs if key[0] == pair]
        points = [p for r in results if r["recipe"] not in ON_PAIRS for p in r["points"]]
        for way in DIRECTIONS:
            error = [point[f"l1_{way}"] for point in points]
            cells = [
                f"{sign * spearmanr([p[f'{name}_{way}'] for p in points], error).statistic:.2f}"
                for name, sign in (("kid", 1), ("luminance", -1))
            ]
            print(f"| {pair} | {way} | {len(points)} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", nargs="+")
    parser.add_argument("--plot", default="curves.png")
    arguments = parser.parse_args()
    groups = {}
    for path in map(Path, arguments.results):
        for line in path.read_text().splitlines():
            result = json.loads(line)
            label = result["label"]
            if len(arguments.results) > 1:  # a file per machine: never mean over machines
                label += f" ({path.stem})"
            groups.setdefault((result["pair"], result["budget_minutes"], label), []).append(result)
    table(groups)
    curves(groups, arguments.plot)
    rank_correlations(groups)


if __name__ == "__main__":
    main()
