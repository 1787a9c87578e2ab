"""Curves of a run: its losses, its validations, its learning rate."""

import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cyclegan_tf.errors import RunError
from cyclegan_tf.runs.curves import ADVERSARIAL, DISTANCES, OF_DISCRIMINATORS, OF_IMAGES
from cyclegan_tf.runs.folder import RunFolder

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LOSSES = {
    "generators": ADVERSARIAL,
    "L1 of images": OF_IMAGES,
    "discriminators": OF_DISCRIMINATORS,
}


def plot_losses(lines: Sequence[Mapping[str, Any]]) -> "Figure":
    """Draws the losses of metrics.jsonl over the updates.

    Args:
        lines: Lines of the file as dicts, from `RunFolder.read_metrics`.

    Returns:
        A `matplotlib.figure.Figure` with three panels: adversarial losses of the generators; cycle,
        identity and equivariance losses; losses of the discriminators.
    """
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(_LOSSES), figsize=(13, 2.8), layout="constrained")
    for axis, (title, names) in zip(axes, _LOSSES.items(), strict=True):
        _draw(axis, title, lines, names)
    return figure


def plot_history(run_dir: str | os.PathLike) -> "Figure":
    """Draws how a run went: its losses, what its validations measured, and its learning rate.

        plot_history("runs/mine").savefig("history.png")

    Args:
        run_dir: Run folder, finished or not.

    Returns:
        A `matplotlib.figure.Figure` with six panels: those of `plot_losses`; the measure that
        chooses `best_*.keras`; the learning rate; images a second.

    Raises:
        RunError: The folder holds no metrics, or they can't be read.
    """
    import matplotlib.pyplot as plt

    run = RunFolder(run_dir)
    lines, validations = run.read_metrics(), run.read_validation()
    if not lines:
        raise RunError(f"{run.path} has no metrics yet: train in it first, or look for the folder.")
    figure, axes = plt.subplots(2, 3, figsize=(13, 5.6), layout="constrained")
    for axis, (title, names) in zip(axes.flat, _LOSSES.items(), strict=False):
        _draw(axis, title, lines, names)
    below = axes[1]
    dots = {"marker": "o", "markersize": 3}
    _draw(below[0], "validation, lower is better", validations, DISTANCES, **dots)
    _draw(below[1], "learning rate", lines, ("learning_rate",))
    _draw(below[2], "images a second", lines, ("images_per_second",))
    return figure


def _draw(
    axis: "Axes",
    title: str,
    lines: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    **style: Any,
) -> None:
    steps = [line["step"] for line in lines]
    for name in names:
        if any(name in line for line in lines):
            values = [line.get(name, math.nan) for line in lines]
            axis.plot(steps, values, label=name, linewidth=1, **style)
    axis.set_title(title, fontsize=9)
    axis.set_xlabel("update", fontsize=8)
    axis.tick_params(labelsize=8)
    if axis.lines:
        axis.legend(fontsize=7)
