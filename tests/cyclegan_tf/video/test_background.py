"""Threads for reading: order, errors, and an end with their user."""

import os
import signal
import threading
import time

import pytest

from cyclegan_tf.video.background import ahead, until


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


def test_an_interruption_does_not_wait_for_a_long_item():
    stop, began = threading.Event(), time.monotonic()

    class Slow:
        def __iter__(self):
            for i in range(500):
                time.sleep(0.01)
                yield i

    def one_pass():
        yield sum(until(Slow(), stop))

    threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        next(ahead(one_pass(), 2, stop))
    assert time.monotonic() - began < 3


def test_until_keeps_what_can_be_iterated_again():
    stop = threading.Event()
    frames = until([1, 2], stop)
    assert list(frames) == list(frames) == [1, 2]
    once = iter([1, 2])
    assert iter(until(once, stop)) is not once and list(until(iter([3]), stop)) == [3]
    numbers = until(iter([1, 2]), stop)
    assert iter(numbers) is numbers
