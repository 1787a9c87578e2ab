"""Threads for reading: order, errors, and an end with their user."""

import pytest

from cyclegan_tf.video.background import ahead


def test_ahead_hands_on_errors_and_stops_with_its_user():
    taken = []

    def numbers():
        for i in range(100):
            taken.append(i)
            yield i
        raise ValueError("the end")

    some = ahead(numbers(), 3)
    assert [next(some) for _ in range(5)] == list(range(5))
    some.close()
    assert len(taken) <= 5 + 3 + 2
    with pytest.raises(ValueError, match="the end"):
        list(ahead(numbers(), 3))
