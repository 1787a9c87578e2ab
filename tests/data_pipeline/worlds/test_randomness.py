"""Tests of data_pipeline/worlds/randomness.py."""

import pytest

from data_pipeline.worlds.randomness import Stream


def test_stream_is_pinned():
    """These numbers follow from PCG64 and SeedSequence alone, on any machine and any NumPy."""
    stream = Stream("tree", 3)
    values = [stream.uniform() for _ in range(3)]
    assert values == pytest.approx(
        [0.7762723593666346, 0.9055192058590776, 0.34703649912864776], abs=1e-15
    )


def test_keys_name_the_stream():
    first = Stream("a", 1).uniform()
    assert first == Stream("a", 1).uniform()
    assert (
        len({first, Stream("a", 2).uniform(), Stream("b", 1).uniform(), Stream(1).uniform()}) == 4
    )


def test_ranges():
    stream = Stream(0)
    assert {stream.integer(2, 5) for _ in range(200)} == {2, 3, 4}
    assert all(-1 <= stream.uniform(-1, 1) < 1 for _ in range(200))
    picks = [stream.choice("ab", (9, 1)) for _ in range(1000)]
    assert 850 < picks.count("a") < 950
    assert stream.choice("ab", (0, 1)) == "b"
