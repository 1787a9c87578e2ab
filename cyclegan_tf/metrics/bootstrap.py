"""Bootstrap intervals over whole maps: how much a measure depends on the maps it was taken on.

Patches of one map are alike, so maps are resampled, never patches.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Estimate(NamedTuple):
    """A measured value with its 95 % interval.

    Attributes:
        value: The value itself; NaN where it can't be measured.
        low: Lower end of the interval; NaN where there is none.
        high: Upper end.
    """

    value: float
    low: float = np.nan
    high: float = np.nan


def resampled_counts(num_maps: int, num_resamples: int, seed: int = 0) -> np.ndarray:
    """Draws maps with replacement, many times (Efron 1979).

    Args:
        num_maps: Number of maps, and of maps in a draw.
        num_resamples: Number of draws.
        seed: Seed of the draws.

    Returns:
        float64 `(num_resamples, num_maps)`: how often each map was drawn; rows sum to `num_maps`.
        NaN for a single map, which says nothing of how much maps differ: it has no interval.
    """
    if num_maps == 1:
        return np.full((num_resamples, 1), np.nan)
    random = np.random.default_rng(seed)
    chances = np.full(num_maps, 1 / num_maps)
    return random.multinomial(num_maps, chances, size=num_resamples).astype(np.float64)


def percentile_interval(samples: np.ndarray | Sequence[float]) -> tuple[float, float]:
    """Returns the 2.5th and 97.5th percentiles of resampled values `(n,)`; NaNs are left out."""
    known = np.asarray(samples, np.float64)
    known = known[~np.isnan(known)]
    if not len(known):
        return np.nan, np.nan
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)


def distance_over_maps(value: float, samples: np.ndarray | Sequence[float]) -> Estimate:
    """A distance between two sets of maps, with the interval of its bootstrap samples.

    Distances grow when a set repeats some of its maps and lacks others, so the samples as a whole
    are too high. They are moved so that their mean is `value`; only their spread is used.

    Args:
        value: The distance of the sets themselves.
        samples: float `(n,)`, the distances of resampled sets.

    Returns:
        The `Estimate`; the lower end of the interval is at least 0.

    >>> distance_over_maps(1.0, [2.0, 2.0])
    Estimate(value=1.0, low=1.0, high=1.0)
    """
    low, high = percentile_interval(np.asarray(samples, np.float64) - np.mean(samples) + value)
    return Estimate(float(value), max(low, 0.0), high)


def mean_over_maps(
    values: np.ndarray | Sequence[float], *, num_resamples: int = 1000, seed: int = 0
) -> Estimate:
    """The mean of one value per map, each map counting the same, with its bootstrap interval.

    Args:
        values: float `(num_maps,)`; NaN where a map has no value, e.g. lacks the class measured.
        num_resamples: Number of bootstrap draws.
        seed: Seed of the draws.

    Returns:
        The `Estimate`: all NaN if no map has a value; without an interval for a single map.

    >>> mean_over_maps([2.0, 2.0, float("nan")])
    Estimate(value=2.0, low=2.0, high=2.0)
    """
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    if len(known) < 2:
        return Estimate(float(known[0]) if len(known) else np.nan)
    counts = resampled_counts(len(known), num_resamples, seed)
    return Estimate(float(known.mean()), *percentile_interval(counts @ known / len(known)))
