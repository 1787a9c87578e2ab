"""`Signs`: which losses and validations show that a training goes wrong, and what to try.

While it runs, and afterwards from its logs.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from cyclegan_tf.directions import Direction

INVERTED = -0.2  # correlation of luminance below which colours are swapped; true pairs have >= 0
COLLAPSED = 0.02  # a discriminator has won below this share of its loss at a draw ...
PATIENCE = 5  # ... in this many logging intervals in a row
EARLY = 100  # updates before which outputs are those of networks that have learned nothing
ALIKE = 0.1  # outputs are all the same below this share of the variety of their inputs

_DRAW = {"lsgan": 0.25, "vanilla": math.log(2), "hinge": 1.0}  # halved, as they are logged


class Signs:
    """Looks at one line of a log after the other; tells of a trouble once, until it is over.

    Args:
        gan_loss: `Config.gan_loss` of the run.
    """

    def __init__(self, gan_loss: str) -> None:
        self._won = COLLAPSED * _DRAW[gan_loss]
        self._low = {"a": 0, "b": 0}
        self._told: set[str] = set()

    def in_losses(self, losses: Mapping[str, Any]) -> list[str]:
        """Returns what is newly wrong after a logging interval, each as half a sentence.

        Args:
            losses: Their means over the interval, by name.
        """
        signs = []
        for domain in "ab":
            low = losses.get(f"discriminator_{domain}", math.inf) < self._won
            self._low[domain] = self._low[domain] + 1 if low else 0
            signs += self._new(
                f"discriminator_{domain} has won",
                self._low[domain] >= PATIENCE,
                "its loss is near 0, so the generator learns nothing from it. Try a lower "
                "learning_rate, pool_size 50, color_jitter 0.1, or fewer discriminator_filters",
            )
        return signs

    def in_validation(self, line: Mapping[str, Any]) -> list[str]:
        """Returns what is newly wrong after a validation, likewise.

        Args:
            line: A line of validation.jsonl.
        """
        signs: list[str] = []
        if line.get("step", EARLY) < EARLY:
            return signs
        for way in Direction:
            signs += self._new(
                f"{way} has light and dark the wrong way round",
                line.get(f"luminance_{way}", 0) < INVERTED,
                "unless your domains are day and night, this seldom mends itself. Try "
                "identity_weight 5, or another seed",
            )
            signs += self._new(
                f"{way} makes the same of every input",
                line.get(f"variety_{way}", 1) < ALIKE,
                "the generator has collapsed. Try a higher cycle_weight or a lower learning_rate",
            )
        return signs

    def _new(self, trouble: str, is_there: bool, what_to_do: str) -> list[str]:
        is_new = is_there and trouble not in self._told
        (self._told.add if is_there else self._told.discard)(trouble)
        return [f"{trouble}; {what_to_do}"] if is_new else []


def troubles_in(
    metrics: Iterable[Mapping[str, Any]], validation: Iterable[Mapping[str, Any]], gan_loss: str
) -> list[tuple[int, str]]:
    """Returns what training has warned of, from the logs of a run.

    Args:
        metrics: Lines of metrics.jsonl.
        validation: Lines of validation.jsonl.
        gan_loss: `Config.gan_loss` of the run.

    Returns:
        `(update, half a sentence)`, in the order of training.
    """
    signs = Signs(gan_loss)
    lines = [(line["step"], 0, line) for line in metrics]
    lines += [(line["step"], 1, line) for line in validation]
    found = []
    for step, kind, line in sorted(lines, key=lambda entry: entry[:2]):
        texts = signs.in_validation(line) if kind else signs.in_losses(line)
        if "halved_learning_rate" in line:
            texts.append(
                "it diverged, and went on from the last checkpoint at a learning rate of "
                f"{line['halved_learning_rate']:g}"
            )
        if skipped := line.get("skipped_updates"):
            texts.append(
                f"{skipped:g} updates before it were skipped: their gradients weren't finite"
            )
        found += [(step, text) for text in texts]
    return found
