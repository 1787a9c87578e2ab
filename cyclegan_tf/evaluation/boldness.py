"""Timid or bold? One plot of how much was redrawn and how real it looks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def boldness_plot(
    results: Mapping[str, dict[str, Any]],
    *,
    redrawn: str = "edges_gone",
    realness: str | None = None,
) -> "Figure":
    """Draws each translator as a point: to the right is bolder, lower is more real.

    The input is the point at no change; lines show how much true pairs differ (where there are
    any) and what real maps score. A good translator is near where the lines cross; one that only
    shifts colours is near the left edge, however low it is.

    Args:
        results: What `evaluate` returned, by the label of each translator.
        redrawn: Measure of what was redrawn: `"edges_gone"` or `"deep_change"`.
        realness: Measure of how real translations look, the lower the better. Default: KID on
            InceptionV3 where all results have it, else the two-sample test, else patch-KID.

    Returns:
        A figure with a panel per direction; `figure.savefig(path)` writes it.

    Raises:
        ValueError: A result lacks one of the measures.
    """
    from matplotlib.figure import Figure

    parts = [part for result in results.values() for part in result["directions"].values()]
    if realness is None:
        known = ("kid_inception_64", "two_sample_64", "patch_kid")
        there = (name for name in known if all(name in part["scores"] for part in parts))
        realness = next(there, known[-1])
    ways = sorted({way for result in results.values() for way in result["directions"]})
    figure = Figure(figsize=(4.5 * len(ways), 4), layout="constrained")
    for axis, way in zip(figure.subplots(1, len(ways), squeeze=False)[0], ways, strict=True):
        for label, result in results.items():
            if way not in result["directions"]:
                continue
            scores = result["directions"][way]["scores"]
            for name in (redrawn, realness):
                if name not in scores:
                    raise ValueError(f"results must hold {name}; {label} has {list(scores)}.")
            x, y = scores[redrawn], scores[realness]
            axis.errorbar(
                x["value"],
                y["value"],
                xerr=_bars(x),
                yerr=_bars(y),
                fmt="o",
                capsize=2,
                label=label,
            )
        if y["input"] is not None:
            axis.plot(0, y["input"], "kx", label="input")
        for line, real in ((axis.axhline, y["real"]), (axis.axvline, x["real"])):
            if real is not None:
                line(real, color="gray", linestyle=":")
        axis.set(title=way, xlabel=f"redrawn: {redrawn}", ylabel=f"{realness} (lower: more real)")
        axis.legend(fontsize=8)
    return figure


def _bars(score: dict[str, Any]) -> list[list[float]] | None:
    """The interval as lengths below and above the value; None where there is none."""
    if score["low"] is None:
        return None
    return [[max(0.0, score["value"] - score["low"])], [max(0.0, score["high"] - score["value"])]]
