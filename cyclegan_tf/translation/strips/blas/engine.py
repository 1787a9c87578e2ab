"""`BlasEngine`: sweeps on CPUs in float32, in NumPy and BLAS; the way into this folder."""

from contextlib import AbstractContextManager

from cyclegan_tf.translation.strips.blas.sweep import BlasSweep
from cyclegan_tf.translation.strips.blas.threads import ArrayPool, ThreadTeam, one_blas_thread
from cyclegan_tf.translation.strips.sweep import Engine
from cyclegan_tf.translation.strips.units import Unit


class BlasEngine(Engine):
    """Makes sweeps that share threads and memory; nothing is compiled.

    Args:
        num_threads: Threads to compute with; default: one per core.
    """

    def __init__(self, num_threads: int | None = None) -> None:
        self._team, self._pool = ThreadTeam(num_threads), ArrayPool()

    def sweep(self, units: list[Unit], entrance: str) -> BlasSweep:
        return BlasSweep(units, entrance, self._team, self._pool)

    def running(self) -> AbstractContextManager:
        return one_blas_thread()
