"""`GraphEngine`: sweeps in TensorFlow, on GPUs and in bfloat16; the way into this folder."""

from typing import Any

from cyclegan_tf.translation.strips.graph.sweep import GraphSweep
from cyclegan_tf.translation.strips.sweep import Engine
from cyclegan_tf.translation.strips.units import Unit


class GraphEngine(Engine):
    """Makes sweeps that share compiled functions: one for all sweeps of the same structure.

    Args:
        dtype: What convolutions are computed in; sums are float32.
    """

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        self._compiled: dict[str, Any] = {}

    def sweep(self, units: list[Unit], entrance: str) -> GraphSweep:
        return GraphSweep(units, entrance, self.dtype, self._compiled)

    @property
    def num_traces(self) -> int:
        return sum(f.experimental_get_tracing_count() for f in self._compiled.values())

    def share_compiled(self, other: Engine) -> None:
        if isinstance(other, GraphEngine):
            self._compiled = other._compiled
