"""`better_before`: whether a generator was much better before the end of its run."""

from collections.abc import Mapping, Sequence
from typing import Any

from cyclegan_tf.directions import Direction
from cyclegan_tf.runs.curves import DISTANCES

_TIMES, _MORE = 2.0, 0.01  # a last value above so many times the lowest, and so much more


def better_before(validation: Sequence[Mapping[str, Any]]) -> list[str]:
    """Returns a sentence for each generator whose last distance is far above its lowest one.

    Args:
        validation: Lines of validation.jsonl.

    >>> lines = [{"step": 500, "kid_b2a": 0.0127}, {"step": 1000, "kid_b2a": 0.1195}]
    >>> better_before(lines)[0].partition(",")[0]
    'best_ba.keras of update 500 has a distance of 0.013'
    """
    said = []
    for name in DISTANCES:
        lines = [line for line in validation if name in line]
        if not lines:
            continue
        best, last = min(lines, key=lambda line: line[name]), lines[-1]
        if last[name] > _TIMES * max(best[name], 0.0) + _MORE:
            end = f"{Direction(name[-3:]).suffix}.keras"
            said.append(
                f"best_{end} of update {best['step']} has a distance of {best[name]:.2g}, the last "
                f"one (generator_{end}, update {last['step']}) {last[name]:.2g}: compare the two "
                "by eye"
            )
    return said
