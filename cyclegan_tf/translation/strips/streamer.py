"""`Streamer`: whole maps through a generator in strips: the result of one pass, up to rounding."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from cyclegan_tf.translation.strips.blas.engine import BlasEngine
from cyclegan_tf.translation.strips.collectors import Collector, WholeMapCollector
from cyclegan_tf.translation.strips.graph.engine import GraphEngine
from cyclegan_tf.translation.strips.kept_rows import KeptRows, RowSource
from cyclegan_tf.translation.strips.memory_plan import MemoryPlan, choose_plan
from cyclegan_tf.translation.strips.stages import Stage, needed_later, schedule, strip_rows
from cyclegan_tf.translation.strips.sweep import Engine, Sweep
from cyclegan_tf.translation.strips.units import units_of

ENGINES = ("blas", "graph")


class StreamerBase(ABC):
    """What is called with a map and returns the whole translation; subclasses have `stream`.

    Attributes:
        factor: How many times smaller than the map the norms see it.
    """

    factor = 1

    def __call__(
        self,
        source: RowSource,
        collector: Collector | None = None,
        scratch: str | os.PathLike | None = None,
    ) -> np.ndarray:
        """Translates one map; the arguments are those of `stream`.

        Returns:
            float32 `(h, w, channels)` in [-1, 1].
        """
        result = np.empty(source.shape, np.float32)

        def write(start: int, rows: np.ndarray) -> None:
            result[start : start + len(rows)] = rows

        self.stream(source, write, collector, scratch)
        return result

    @abstractmethod
    def stream(
        self,
        source: RowSource,
        write: Callable[[int, np.ndarray], None] | None,
        collector: Collector | None = None,
        scratch: str | os.PathLike | None = None,
    ) -> None:
        """See `Streamer.stream`."""


class Streamer(StreamerBase):
    """Runs a generator over maps strip by strip; `Translator` is the usual way in.

    An instance norm needs the statistics of the whole map before anything can follow it, so the map
    is swept once per norm, and once more for the image. README.md of this folder explains it.

        streamer = Streamer(resnet_generator())
        output = streamer(real)  # float32 (h, w, 3) in [-1, 1]

    Args:
        generator: A `resnet_generator`, before or after `fold_norms`.
        dtype: What convolutions are computed in; sums are float32 and statistics float64.
        strip_rows: Rows of the map per strip; default: what fits the caches.
        engine: `"blas"` or `"graph"`. Default: `"blas"` in float32 on a machine without a GPU,
            else `"graph"`.

    Raises:
        ValueError: The model can't be streamed, or the engine is none of these.
    """

    def __init__(
        self,
        generator: keras.Model,
        dtype: str = "float32",
        *,
        strip_rows: int | None = None,
        engine: str | None = None,
    ) -> None:
        units = units_of(generator)
        if units is None:
            raise ValueError(
                "generator is not a resnet_generator and can't be streamed; "
                f"received {generator.name!r}."
            )
        # With JAX, strips go through NumPy even where TensorFlow sees a GPU.
        is_jax = keras.backend.backend() == "jax"
        on_cpu = is_jax or not tf.config.list_physical_devices("GPU")
        engine = engine or ("blas" if dtype == "float32" and on_cpu else "graph")
        if engine not in ENGINES or (engine == "blas" and dtype != "float32"):
            raise ValueError(
                f"engine must be one of {', '.join(ENGINES)}, blas in float32 only; "
                f"received {engine!r} in {dtype}."
            )
        if engine == "graph" and keras.backend.backend() != "tensorflow":
            raise ValueError(
                "The engine graph, for strips on GPUs and in other precisions than float32, needs "
                f"KERAS_BACKEND=tensorflow; received {keras.backend.backend()!r} and {dtype}."
            )
        self.strip_rows = strip_rows
        self._engine: Engine = BlasEngine() if engine == "blas" else GraphEngine(dtype)
        self.units, self._stages = units, schedule(units)
        self._only_sweep: Sweep | None = None

    @property
    def num_traces(self) -> int:
        """How often anything was compiled: a constant, whatever sizes have come by; 0 with blas."""
        return self._engine.num_traces

    def share_compiled(self, other: Any) -> None:
        """Uses what another one compiled: weights are inputs, so equal structure is enough."""
        self._engine.share_compiled(other._engine)

    def plan(
        self, height: int, width: int, limit: float | None = None, *, in_rows: bool = False
    ) -> MemoryPlan:
        """Returns how a map of this size is streamed; the arguments are those of `choose_plan`."""
        return choose_plan(self.units, height, width, limit, in_rows=in_rows)

    def stream(
        self,
        source: RowSource,
        write: Callable[[int, np.ndarray], None] | None,
        collector: Collector | None = None,
        scratch: str | os.PathLike | None = None,
    ) -> None:
        """Translates one map and hands it over strip by strip.

        Args:
            source: float32 `(h, w, channels)` in [-1, 1], or anything with that `shape` whose
                slices of rows are that; sides multiples of 4, at least 16.
            write: Called as `write(start, rows)` with every finished strip, float32
                `(n, w, channels)`. None where only the statistics are wanted.
            collector: A `WholeMapCollector` (default) or `WindowCollector`, which afterwards holds
                the statistics of the map.
            scratch: Folder for a file with what is kept between sweeps; default: in memory.
        """
        collector = WholeMapCollector() if collector is None else collector
        height, width = source.shape[:2]
        kept: dict[str, KeptRows] = {}
        with self._engine.running():
            for i, stage in enumerate(self._stages):
                unit = stage.units[-1]  # what comes out of the sweep is its convolution's
                shape = (height // stage.sink_scale, width // stage.sink_scale)
                if unit.norm:
                    collector.begin(unit.norm, *shape, stage.sink_scale)
                if stage.sink and stage.sink not in kept:
                    kept[stage.sink] = KeptRows((*shape, unit.convolution.filters), scratch)
                needed = needed_later(self._stages, i)
                self._run(stage, source, kept, needed | {stage.sink}, collector, write)
                kept = {name: rows for name, rows in kept.items() if name in needed}

    def _run(
        self,
        stage: Stage,
        image: RowSource,
        kept: dict[str, KeptRows],
        needed: set[str | None],
        collector: Collector,
        write: Callable[[int, np.ndarray], None] | None,
    ) -> None:
        """Passes all rows of a stage's sources through it, strip by strip.

        Args:
            stage: What to compute.
            image: The map.
            kept: The results that are kept, by name; `stage.sink` is written to.
            needed: Names of those whose rows must stay; the others' are given up once read.
            collector: Says what the norms do, and gathers the statistics of the next norm.
            write: Takes the strips of the finished image.
        """
        sweep = self._sweep(stage)
        sources = [image if name == "image" else kept[name] for name in stage.sources]
        height, width, channels = sources[0].shape
        carries = sweep.first_carries(width, channels)
        norms = [unit.norm for unit in stage.units]
        num_rows = strip_rows(stage, width, channels, self.strip_rows)
        # `start` to `stop`: rows of the sources that go in; `outputs`: (start, stop) of the rows
        # that each unit gives out then. Those lag behind, as a window needs the rows below it.
        for start, stop, outputs in sweep.strips(height, num_rows):
            affines = []
            if stage.entrance_norm:
                affines.append(collector.affine(stage.entrance_norm, start, stop))
            # The norm after the last unit isn't known before all its rows have been seen.
            for norm, given in zip(norms[:-1], outputs[:-1], strict=True):
                affines += [collector.affine(norm, *given)] if norm else []
            strip = [rows[start:stop] for rows in sources]
            first, last = start == 0, stop == height
            result, entered, carries, sums = sweep.push(strip, affines, carries, first, last)
            # A source may be overwritten by what comes of it: this sweep has read its rows up to
            # `stop`, writes none beyond that, and never reads one twice. What the next strip needs
            # of these rows is in `carries`, which are copies.
            if stage.rewrite:
                kept[stage.sources[0]].write(start, np.asarray(entered))
            begin = outputs[-1][0]
            if norms[-1]:
                collector.add(norms[-1], begin, result, *sums)
            if stage.sink:
                kept[stage.sink].write(begin, result)
            elif write and not norms[-1]:
                write(begin, result)
            # else: only statistics are wanted; the next sweep computes this result again
            for name in set(stage.sources) - needed - {"image"}:
                kept[name].give_up(stop)

    def _sweep(self, stage: Stage) -> Sweep:
        if self._only_sweep:
            return self._only_sweep
        sweep = self._engine.sweep(stage.units, stage.entrance)
        if len(self._stages) == 1:  # norms are folded in: made once for frame after frame
            self._only_sweep = sweep
        return sweep
