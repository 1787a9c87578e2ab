"""Tables and curves of what time_to_quality.py measured.

    python benchmarks/recipe_table.py benchmarks/results/time_to_quality.jsonl --plot curves.png

First the table of docs/recipe.md, then that of docs/metrics.md: how well patch-KID and luminance
rank the points of the curves by their paired error.
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
COLUMNS = {"L1": ("l1", 1), "KID": ("kid", 2), "mIoU": ("iou", 2)}  # measure, digits


def cell(values, digits):
    """Returns mean and range, "" if it wasn't measured (points before November 2026)."""
    if not values:
        return ""
    spread = f" ({min(values):.{digits}f}-{max(values):.{digits}f})" if len(values) > 1 else ""
    return f"{np.mean(values):.{digits}f}{spread}"


def table(groups, plot):
    """Prints mean and range over seeds of the last point, and draws the curves."""
    pairs = sorted({key[0] for key in groups})
    _, axes = plt.subplots(1, len(pairs), figsize=(7 * len(pairs), 5), squeeze=False)
    titles = [f"{title} {way}" for title in COLUMNS for way in DIRECTIONS]
    print("| pair | minutes | recipe | runs | updates | " + " | ".join(titles) + " |")
    print("| --- " * (5 + len(titles)) + "|")
    for (pair, minutes, label), results in sorted(groups.items()):
        last = [result["points"][-1] for result in results]
        columns = [(f"{name}_{way}", n) for name, n in COLUMNS.values() for way in DIRECTIONS]
        cells = [cell([p[name] for p in last if name in p], digits) for name, digits in columns]
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
        ax.set(
            title=pair,
            xlabel=f"minutes on {results[0]['cores']} cores",
            ylabel="paired L1, both directions",
        )
    for ax in axes[0]:
        ax.legend()
    plt.tight_layout()
    plt.savefig(plot)
    print(f"\nCurves: {plot}\n")


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
    parser.add_argument("results", nargs="+")
    parser.add_argument("--plot", default="curves.png")
    arguments = parser.parse_args()
    groups = {}
    for path in arguments.results:
        for line in Path(path).read_text().splitlines():
            result = json.loads(line)
            key = result["pair"], result["budget_minutes"], result["label"]
            groups.setdefault(key, []).append(result)
    table(groups, arguments.plot)
    rank_correlations(groups)


if __name__ == "__main__":
    main()
