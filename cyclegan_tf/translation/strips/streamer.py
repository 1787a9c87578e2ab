"""Whole maps through a generator in strips: the same numbers as in one pass, in bounded memory.

An instance norm needs the statistics of the whole map before anything can follow it, so the map is
swept once per norm. What a sweep leaves is kept at half and quarter resolution, where nearly all
the work is, and computed again at full resolution. What computes a sweep is blas_sweeps.py (CPUs in
float32) or graph_sweeps.py.
"""

import mmap
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.translation.strips.blas.sweep import BlasSweep
from cyclegan_tf.translation.strips.blas.threads import Buffers, Workers, one_blas_thread
from cyclegan_tf.translation.strips.collectors import WholeMapCollector
from cyclegan_tf.translation.strips.graph.sweep import GraphSweep
from cyclegan_tf.translation.strips.sweep import Unit, units_of

STRIP_BYTES = 24 * 2**20  # of the widest layer in a strip
PIECE_BYTES = 32 * 2**20  # given back at a time: whole huge pages
_ON_LINUX = hasattr(mmap, "MADV_HUGEPAGE")
ENGINES = ("blas", "graph")
ROWS = 16  # of the map: strips are multiples of that, a tile of 4 rows at quarter resolution


@dataclass(frozen=True)
class Stage:
    """One sweep over the map.

    Args:
        units: What is computed.
        entrance: What happens to the rows before, see `Sweep`.
        owner: The norm that the entrance applies.
        sources: Names of the intermediate results to read; `"image"` is the map.
        rewrite: Replace the first source by the rows as they are after entering.
        sink: Name of the intermediate result to write, if any; may be one of the sources.
        scale: Downscaling of the sources.
        sink_scale: Downscaling of what comes out.
    """

    units: list[Unit]
    entrance: str
    owner: InstanceNormalization | None
    sources: tuple[str, ...]
    rewrite: bool
    sink: str | None
    scale: int
    sink_scale: int


def schedule(units: list[Unit]) -> list[Stage]:
    """Plans the sweeps. Without norms, a single one is enough.

    Results at half and quarter resolution are kept. Those at full resolution are computed again:
    that takes no longer than to write and read them.
    """
    stages, pending = [], []
    entrance, owner, sources, source_scale, scale = "image", None, ("image",), 1, 1
    for i, unit in enumerate(units):
        pending.append(unit)
        scale = scale * unit.stride // unit.grow
        is_last = i + 1 == len(units)
        if not (unit.norm or is_last):
            continue
        opens_block = not is_last and units[i + 1].add
        sink = unit.convolution.name if unit.norm and scale > 1 else None
        # A block needs two intermediate results, whatever the number of blocks: its input, made
        # final on the way, and one that its convolutions read and overwrite in turn.
        if opens_block or unit.add:
            sink = sources[-1] if unit.add or entrance == "sum" else unit.convolution.name
        stages.append(
            Stage(list(pending), entrance, owner, sources, opens_block, sink, source_scale, scale)
        )
        if opens_block:
            block_input = sources[0]
        if sink:
            sources = (block_input, sink) if unit.add else (sink,)
            entrance, owner = "sum" if unit.add else "relu", unit.norm
            source_scale, pending = scale, []
    return stages


class Streamer:
    """Runs a generator over maps strip by strip; `Translator` is the usual way in.

        streamer = Streamer(resnet_generator())
        output = streamer(map_in_unit_range)

    Args:
        generator: Of `resnet_generator` or `fold_norms`.
        dtype: What convolutions are computed in; sums are float32 and statistics float64.
        engine: `"blas"` (float32 only) or `"graph"`, see blas_steps.py and graph_steps.py; default:
            the faster one for `dtype` on this machine.
        strip_rows: Rows of the map per strip; default: what fits the caches.
        scratch: Folder for a file with what is kept; default: in memory.

    Raises:
        ValueError: The generator is of another make, or the engine is none of these.
    """

    def __init__(self, generator, dtype="float32", *, strip_rows=None, scratch=None, engine=None):
        self.units = units_of(generator)
        if self.units is None:
            raise ValueError(f"{generator.name} is not a resnet_generator and can't be streamed.")
        on_cpu = not tf.config.list_physical_devices("GPU")
        engine = engine or ("blas" if dtype == "float32" and on_cpu else "graph")
        if engine not in ENGINES or (engine == "blas" and dtype != "float32"):
            raise ValueError(
                f"engine must be one of {', '.join(ENGINES)}, blas in float32 only; "
                f"received {engine!r} in {dtype}."
            )
        self.strip_rows, self.scratch = strip_rows, scratch
        self.engine, self.dtype = engine, dtype
        self._compiled, self._locked_sweep = {}, None
        self._workers, self._buffers = Workers(), Buffers()

    @property
    def num_traces(self) -> int:
        """How often anything was compiled: a constant, whatever sizes have come by; 0 with blas."""
        return sum(f.experimental_get_tracing_count() for f in self._compiled.values())

    def share_compiled(self, other: "Streamer"):
        """Uses what another one compiled: weights are inputs, so equal structure is enough."""
        self._compiled = other._compiled

    def __call__(self, source, write=None, collector=None):
        """Translates one map.

        Args:
            source: float32 `(h, w, 3)` in [-1, 1], or anything with that `shape` whose slices of
                rows are that; sides multiples of 4, at least 16.
            write: Called as `write(start, rows)` with every finished strip, float32 `(n, w, 3)`.
                Default: they are put together and returned.
            collector: A `WholeMapCollector` (default) or `WindowCollector`, which afterwards holds
                the statistics of the map.

        Returns:
            float32 `(h, w, 3)`, or None if `write` was given.
        """
        result = None
        if write is None:
            result = np.empty(source.shape, np.float32)

            def write(start, rows):
                result[start : start + len(rows)] = rows

        collector = WholeMapCollector() if collector is None else collector
        with one_blas_thread() if self.engine == "blas" else nullcontext():
            self._sweep_all(source, write, collector)
        return result

    def _sweep_all(self, source, write, collector):
        height, width = source.shape[:2]
        kept = {"image": source}
        stages = schedule(self.units)
        for i, stage in enumerate(stages):
            unit = stage.units[-1]
            shape = (height // stage.sink_scale, width // stage.sink_scale)
            if unit.norm:
                collector.begin(unit.norm, *shape, stage.sink_scale)
            if stage.sink and stage.sink not in kept:
                kept[stage.sink] = _Rows((*shape, unit.convolution.filters), self.scratch)
            needed = {name for later in stages[i + 1 :] for name in (*later.sources, later.sink)}
            self._run(stage, kept, needed | {stage.sink}, collector, write)
            kept = {name: rows for name, rows in kept.items() if name in needed}

    def _sweep(self, stage):
        if self._locked_sweep:
            return self._locked_sweep
        if self.engine == "graph":
            sweep = GraphSweep(stage.units, stage.entrance, self.dtype, self._compiled)
        else:
            sweep = BlasSweep(stage.units, stage.entrance, self._workers, self._buffers)
        if len(stage.units) == len(self.units) and not any(unit.norm for unit in self.units):
            self._locked_sweep = sweep  # the only one there is, and used for frame after frame
        return sweep

    def _run(self, stage, kept, needed, collector, write):
        """Passes all rows of the stage's sources through it, giving up those not `needed` later."""
        sweep = self._sweep(stage)
        sources = [kept[name] for name in stage.sources]
        height, width, channels = sources[0].shape
        carries = sweep.first_carries(width, channels)
        norms = [unit.norm for unit in stage.units]
        rows = strip_rows(stage, width, channels, self.strip_rows)
        for start, stop, outputs in sweep.strips(height, rows):
            affines = [collector.affine(stage.owner, start, stop)] if stage.owner else []
            for norm, given in zip(norms[:-1], outputs[:-1], strict=True):
                affines += [collector.affine(norm, *given)] if norm else []
            strip = [rows[start:stop] for rows in sources]
            first, last = start == 0, stop == height
            result, entered, carries, sums = sweep.push(strip, affines, carries, first, last)
            # In place is safe: no convolution reads again what it has let through.
            if stage.rewrite:
                sources[0].write(start, np.asarray(entered))
            begin = outputs[-1][0]
            if norms[-1]:
                collector.add(norms[-1], begin, result, *sums)
            if stage.sink:
                kept[stage.sink].write(begin, result)
            elif not norms[-1]:
                write(begin, result)
            for name in set(stage.sources) - needed - {"image"}:
                kept[name].give_up(stop)


def strip_rows(stage: Stage, width: int, channels: int, wanted: int | None = None) -> int:
    """Returns the rows of its sources that a stage takes at a time.

    Args:
        stage: The stage.
        width: Of its sources.
        channels: Of its sources.
        wanted: Rows of the map; default: as many as keep the widest layer within `STRIP_BYTES`.
    """
    if wanted is None:
        widest, grown = width * channels, 1.0
        for unit in stage.units:
            grown *= unit.grow / unit.stride
            widest = max(widest, width * grown * grown * unit.convolution.filters)
        wanted = int(STRIP_BYTES / 4 / widest) * stage.scale
    return max(wanted // ROWS * ROWS, ROWS) // stage.scale


class _Rows:
    """An intermediate result of a map, in memory or in a file, read and written by rows."""

    def __init__(self, shape, folder=None):
        self.shape = shape
        self._file, self._memory, self._given_up = None, None, 0
        if folder is None:
            # Not np.empty: of this memory, the part that is no longer needed can be given back.
            private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if _ON_LINUX else {}
            self._memory = mmap.mmap(-1, shape[0] * self._row_bytes, **private)
            self._array = np.frombuffer(self._memory, np.float32).reshape(shape)
            if _ON_LINUX:  # a page at a time would take as long as the convolution before it
                self._memory.madvise(mmap.MADV_HUGEPAGE)
        else:
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed with its owner)

    def __getitem__(self, rows: slice):
        if self._file is None:
            return self._array[rows]
        part = np.empty((rows.stop - rows.start, *self.shape[1:]), np.float32)
        self._file.seek(rows.start * self._row_bytes)
        self._file.readinto(part.data.cast("B"))
        return part

    def write(self, start, rows):
        if self._file is None:
            self._array[start : start + len(rows)] = rows
        else:
            self._file.seek(start * self._row_bytes)
            self._file.write(np.ascontiguousarray(rows).data.cast("B"))

    def give_up(self, stop):
        """Gives the memory of all rows before `stop` back to the system (Linux), now or soon."""
        size = stop * self._row_bytes // PIECE_BYTES * PIECE_BYTES
        if self._memory and _ON_LINUX and size > self._given_up:
            self._memory.madvise(mmap.MADV_DONTNEED, self._given_up, size - self._given_up)
            self._given_up = size

    @property
    def _row_bytes(self):
        return 4 * self.shape[1] * self.shape[2]
