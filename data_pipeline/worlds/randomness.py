"""Random numbers that are the same on every machine and with every NumPy, named by keys."""

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Stream:
    """A stream of random numbers named by its keys: `Stream("tree", 3)` is always the same one.

    `numpy.random.Generator` promises no stable streams between NumPy versions; the bit generators
    and `SeedSequence` do. So only raw 64-bit words are taken from PCG64, and made into floats here.

    Args:
        *keys: Integers (of any size, taken modulo 2^64) or strings.

    >>> Stream("tree", 3).uniform() == Stream("tree", 3).uniform()
    True
    """

    def __init__(self, *keys: int | str) -> None:
        words = [zlib.crc32(k.encode()) if isinstance(k, str) else k & (2**64 - 1) for k in keys]
        self._bits = np.random.PCG64(np.random.SeedSequence(words))

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A float in [low, high)."""
        return low + (high - low) * (self._bits.random_raw() >> 11) * 2.0**-53

    def integer(self, low: int, high: int) -> int:
        """An int in [low, high): `high` is left out, as in `range`."""
        return low + int(self.uniform() * (high - low))

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.uniform() < probability

    def choice(self, options: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """One of `options`, each as likely as its weight (default: all equally)."""
        if weights is None:
            return options[self.integer(0, len(options))]
        mark = self.uniform(0, sum(weights))
        for option, weight in zip(options, weights, strict=True):
            mark -= weight
            if mark < 0:
                return option
        return options[-1]
