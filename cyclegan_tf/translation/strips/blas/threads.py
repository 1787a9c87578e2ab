"""The threads that share out a strip's work, and the memory that they use again and again."""

import functools
import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import numpy as np
from threadpoolctl import ThreadpoolController

from data_pipeline.threads import num_cores


class ThreadTeam:
    """Threads that share out the rows of a strip; NumPy lets the others work while it computes.

    Args:
        num_threads: Number of threads; default: one per core.
    """

    def __init__(self, num_threads: int | None = None) -> None:
        self.num_threads = num_threads or num_cores()
        self._executor = ThreadPoolExecutor(self.num_threads)
        self._local = threading.local()

    def share_out(self, work: Callable[[int, int], None], num_rows: int) -> None:
        """Calls `work(start, stop)` for parts of `range(num_rows)`, side by side.

        A few more parts than threads, so that none waits long for the last one.
        """
        parts = min(num_rows, 4 * self.num_threads)
        edges = [num_rows * i // parts for i in range(parts + 1)]
        # The list lets an error of any part come out here.
        list(self._executor.map(work, edges[:-1], edges[1:]))

    def scratch(self, index: int, shape: tuple[int, ...]) -> np.ndarray:
        """Returns a float32 array that belongs to the calling thread, with whatever is in it.

        Args:
            index: Arrays with the same index share their memory.
            shape: Shape of the array.
        """
        arrays = self._local.__dict__.setdefault("arrays", {})
        size = math.prod(shape)
        if index not in arrays or arrays[index].size < size:
            arrays[index] = np.empty(size, np.float32)
        return arrays[index][:size].reshape(shape)


def one_blas_thread() -> AbstractContextManager:
    """Returns a context in which BLAS keeps to the thread that calls it: the team is enough."""
    return _controller().limit(limits=1, user_api="blas")


@functools.cache
def _controller():
    return ThreadpoolController()  # looks at all loaded libraries: once is enough


class ArrayPool:
    """Large float32 arrays, handed out and taken back: fresh memory costs as much as a pass."""

    def __init__(self) -> None:
        self._free: list[np.ndarray] = []

    def take(self, shape: tuple[int, ...]) -> np.ndarray:
        """Returns an array of that shape with whatever is in it."""
        size = math.prod(shape)
        fitting = [i for i, x in enumerate(self._free) if size <= x.size <= 2 * size]
        if fitting:
            flat = self._free.pop(min(fitting, key=lambda i: self._free[i].size))
        else:
            flat = np.empty(size, np.float32)
        return flat[:size].reshape(shape)

    def give_back(self, array: np.ndarray) -> None:
        """Takes back an array that came from `take`, or a view of one."""
        while array.base is not None:
            array = array.base
        self._free.append(array.reshape(-1))
