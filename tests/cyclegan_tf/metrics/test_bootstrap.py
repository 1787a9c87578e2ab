"""Bootstrap intervals: against theory on numbers whose spread is known.

What the measures make of them is tested with each measure.
"""

import numpy as np
import pytest

from cyclegan_tf.metrics.bootstrap import (
    distance_over_maps,
    mean_over_maps,
    percentile_interval,
    resampled_counts,
)
from cyclegan_tf.metrics.distributions import colour_estimates, sliced_wasserstein_estimates
from cyclegan_tf.metrics.inception import frechet_estimate


def test_draws_are_with_replacement_and_of_as_many_maps():
    counts = resampled_counts(8, 4000)
    assert np.all(counts.sum(axis=1) == 8)
    # A map is left out with chance (1 - 1/8)^8.
    assert (counts == 0).mean() == pytest.approx((7 / 8) ** 8, abs=0.01)


def test_draws_are_a_function_of_the_seed():
    np.testing.assert_array_equal(resampled_counts(5, 10, 3), resampled_counts(5, 10, 3))
    assert not np.array_equal(resampled_counts(5, 10, 3), resampled_counts(5, 10, 4))


def test_interval_is_that_of_the_standard_error():
    values = np.random.default_rng(0).normal(10.0, 2.0, 100)
    value, low, high = mean_over_maps(values, num_resamples=4000)
    error = values.std() / 10
    assert value == pytest.approx(values.mean())
    assert low == pytest.approx(value - 1.96 * error, abs=0.1 * error)
    assert high == pytest.approx(value + 1.96 * error, abs=0.1 * error)


def test_maps_without_a_value_are_left_out_and_one_map_has_no_interval():
    assert mean_over_maps([1.0, np.nan, 3.0]).value == 2.0
    one, none = mean_over_maps([np.nan, 3.0]), mean_over_maps([np.nan])
    assert one.value == 3.0
    assert np.isnan([one.low, one.high, none.value, none.low]).all()


def test_percentiles_by_hand():
    assert percentile_interval([*range(41), np.nan]) == (1.0, 39.0)
    assert np.isnan(percentile_interval([np.nan])).all()


def test_of_a_distance_only_the_spread_of_the_samples_counts():
    samples = np.arange(41.0)  # mean 20; its percentiles are 1 and 39
    assert distance_over_maps(30.0, samples) == (30.0, 11.0, 49.0)
    assert distance_over_maps(30.0, samples + 500.0) == (30.0, 11.0, 49.0)
    assert distance_over_maps(5.0, samples) == (5.0, 0.0, 24.0)  # no distance is below 0


def test_a_single_map_has_no_interval():
    assert np.isnan(resampled_counts(1, 10)).all()
    maps = [np.random.default_rng(i).integers(0, 256, (70, 80, 3), np.uint8) for i in range(5)]
    colours = colour_estimates(maps[:4], maps[4:], num_resamples=20)
    textures = sliced_wasserstein_estimates(maps[:4], maps[4:], num_resamples=20)
    frechet = frechet_estimate([np.eye(3)] * 4, [np.eye(3) + 1])
    for estimate in (*colours, *textures, frechet):
        assert np.isfinite(estimate.value)
        assert np.isnan(estimate.low) and np.isnan(estimate.high)
