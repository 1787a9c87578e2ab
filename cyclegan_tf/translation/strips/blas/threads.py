"""Threads that share out a strip's work, and the memory that they use again and again.

Nothing of convolutions here: that is blas_steps.py.
"""

import functools
import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import ThreadpoolController


class Workers:
    """Runs jobs on all cores. numpy lets other threads work while it computes.

    Args:
        count: Threads; default: one per core.
    """

    def __init__(self, count: int | None = None):
        self.count = count or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self.count)
        self._local = threading.local()

    def run(self, work, number: int):
        """Calls `work(start, stop)` for parts of `range(number)`, side by side.

        A few more parts than threads, so that none waits long for the last one.
        """
        parts = min(number, 4 * self.count)
        edges = [number * i // parts for i in range(parts + 1)]
        # The list lets an error of any part come out here.
        list(self._pool.map(work, edges[:-1], edges[1:]))

    def scratch(self, index: int, shape) -> np.ndarray:
        """Returns a float32 array of this thread, with whatever is in it.

        Args:
            index: Arrays of the same index share their memory.
            shape: Of the array.
        """
        arrays = self._local.__dict__.setdefault("arrays", {})
        size = math.prod(shape)
        if index not in arrays or arrays[index].size < size:
            arrays[index] = np.empty(size, np.float32)
        return arrays[index][:size].reshape(shape)


def one_blas_thread():
    """A context in which BLAS keeps to the thread that calls it: the workers are enough."""
    return _controller().limit(limits=1, user_api="blas")


@functools.cache
def _controller():
    return ThreadpoolController()  # looks at all loaded libraries: once is enough


class Buffers:
    """Large float32 arrays, handed out and taken back: fresh memory costs as much as a pass."""

    def __init__(self):
        self._free = []

    def take(self, shape) -> np.ndarray:
        """Returns an array with whatever is in it."""
        size = math.prod(shape)
        fitting = [i for i, x in enumerate(self._free) if size <= x.size <= 2 * size]
        if fitting:
            flat = self._free.pop(min(fitting, key=lambda i: self._free[i].size))
        else:
            flat = np.empty(size, np.float32)
        return flat[:size].reshape(shape)

    def give(self, array):
        """Takes back an array of `take`, or a view of one."""
        while array.base is not None:
            array = array.base
        self._free.append(array.reshape(-1))
