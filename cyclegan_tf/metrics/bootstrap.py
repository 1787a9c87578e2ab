"""Intervals by the bootstrap over whole maps: how much a measure owes to the maps it was taken on.

Not here: the measures. Patches of one map are alike, so maps are drawn anew, never patches.
"""

from typing import NamedTuple

import numpy as np


class Estimate(NamedTuple):
    """A measured value with its 95 % interval; the ends are NaN where there is no interval."""

    value: float
    low: float = np.nan
    high: float = np.nan


def resampled_counts(num_maps: int, num_resamples: int, seed: int = 0) -> np.ndarray:
    """Draws maps with replacement, many times (Efron 1979).

    Args:
        num_maps: How many there are.
        num_resamples: How many times as many are drawn.
        seed: Of the draws.

    Returns:
        float64 `(num_resamples, num_maps)`: how often each map was drawn; rows sum to `num_maps`.
    """
    random = np.random.default_rng(seed)
    chances = np.full(num_maps, 1 / num_maps)
    return random.multinomial(num_maps, chances, size=num_resamples).astype(np.float64)


def percentile_interval(samples) -> tuple[float, float]:
    """Returns the 2.5th and 97.5th percentile of resampled values `(n,)`; NaNs are left out."""
    samples = np.asarray(samples, np.float64)
    samples = samples[~np.isnan(samples)]
    if not len(samples):
        return np.nan, np.nan
    low, high = np.percentile(samples, (2.5, 97.5))
    return float(low), float(high)


def distance_over_maps(value: float, samples) -> Estimate:
    """A distance of two sets and the interval that its bootstrap `samples` `(n,)` give.

    Distances grow when a set repeats some of its maps and lacks others, so the samples lie too high
    as a whole; they are moved so that their mean is `value`, and only their spread is used.

    >>> distance_over_maps(1.0, [2.0, 2.0])
    Estimate(value=1.0, low=1.0, high=1.0)
    """
    low, high = percentile_interval(np.asarray(samples) - np.mean(samples) + value)
    return Estimate(float(value), max(low, 0.0), high)


def mean_over_maps(values, *, num_resamples: int = 1000, seed: int = 0) -> Estimate:
    """The mean of one value per map, each map counting the same, and its bootstrap interval.

    Args:
        values: float `(num_maps,)`; NaN where a map has no value, e.g. lacks the class measured.
        num_resamples: Bootstrap draws.
        seed: Of the draws.

    Returns:
        The `Estimate`; NaN throughout when no map has a value, no interval for a single map.

    >>> mean_over_maps([2.0, 2.0, float("nan")])
    Estimate(value=2.0, low=2.0, high=2.0)
    """
    values = np.asarray(values, np.float64)
    values = values[~np.isnan(values)]
    if len(values) < 2:
        return Estimate(float(values[0]) if len(values) else np.nan)
    counts = resampled_counts(len(values), num_resamples, seed)
    return Estimate(float(values.mean()), *percentile_interval(counts @ values / len(values)))
