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


def table(groups, plot):
    """Prints mean and range over seeds of the last point, and draws the curves."""
    pairs = sorted({key[0] for key in groups})
    _, axes = plt.subplots(1, len(pairs), figsize=(7 * len(pairs), 5), squeeze=False)
    print("| pair | minutes | recipe | runs | updates | L1 a2b | L1 b2a | KID a2b | KID b2a |")
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
