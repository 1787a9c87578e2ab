"""Threads give the results in order, and the errors of the function."""

import pytest

from data_pipeline.threads import for_each_in_threads


def test_threads_keep_the_order_and_pass_errors_on():
    items = list(range(50))
    squares = for_each_in_threads(lambda x: x * x, items, progress=False, num_threads=4)
    assert squares == [x * x for x in items]
    with pytest.raises(ZeroDivisionError):
        for_each_in_threads(lambda x: 1 // x, [1, 0], progress=False)
