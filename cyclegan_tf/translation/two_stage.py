"""`TwoStageStreamer`: maps of any size through a two-stage generator, in bounded memory.

The small map goes through strips/ as always. Then the upscaler, which has no norm over the whole
map, draws it large in tiles that overlap by as much as a pixel can see.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from cyclegan_tf.model.upscaler import doublings, reach, stages_of
from cyclegan_tf.translation.one_pass import OnePass
from cyclegan_tf.translation.strips.collectors import Collector
from cyclegan_tf.translation.strips.kept_rows import KeptRows, RowSource
from cyclegan_tf.translation.strips.memory_plan import MemoryPlan, default_limit
from cyclegan_tf.translation.strips.streamer import Streamer, StreamerBase
from cyclegan_tf.translation.strips.units import units_of
from data_pipeline.preparation import mean_over_squares

TILE = 512, 1024  # rows and columns of the map that are drawn at once
FILTER_BYTES = 24 * 2**20  # that drawing a tile takes for each of the upscaler's filters, measured


def streamer_for(generator: keras.Model, dtype: str, **options: Any) -> "AnyStreamer | None":
    """Returns what runs a generator in strips; None for a model that can't be run so.

    Args:
        generator: A `resnet_generator` or a two-stage generator with one in it.
        dtype: As in `Streamer`, like the options.
        **options: The other arguments of `Streamer`.
    """
    if units_of(generator):
        return Streamer(generator, dtype, **options)
    stages = stages_of(generator)
    if stages and units_of(stages.generator):
        return TwoStageStreamer(generator, dtype, **options)
    return None


class TwoStageStreamer(StreamerBase):
    """Does for two-stage generators what `Streamer` does for others, with the same methods.

    Args:
        generator: A `two_stage_generator` with a `resnet_generator` in it.
        dtype: As in `Streamer`.
        **options: The other arguments of `Streamer`.
    """

    def __init__(self, generator: keras.Model, dtype: str = "float32", **options: Any) -> None:
        stages = stages_of(generator)
        if stages is None:
            raise ValueError(f"{generator.name} is no two-stage generator.")
        self.factor, self._reach = stages.factor, reach(stages.upscaler)
        self._small = Streamer(stages.generator, dtype, **options)
        self._upscaler = stages.upscaler
        self._tile = tuple(side // self.factor for side in TILE)  # of the small map
        self._large = OnePass(self._upscaler, self._upscaler.input_shape[-1])

    @property
    def num_traces(self) -> int:
        """How often anything was compiled."""
        return self._large.num_traces + self._small.num_traces

    def share_compiled(self, other: Any) -> None:
        """Uses what another one of the same generator compiled."""
        self._small.share_compiled(other._small)
        self._large = other._large

    def plan(
        self, height: int, width: int, limit: float | None = None, *, in_rows: bool = False
    ) -> MemoryPlan:
        """Returns how a map of this size is streamed, as `Streamer.plan` does."""
        small = height // self.factor, width // self.factor
        channels = self._upscaler.input_shape[-1]
        # The tile and the row of tiles being drawn, the map and its translation.
        filters = doublings(self._upscaler)[-1].output.shape[-1] // 2
        more = FILTER_BYTES * filters + 4 * channels * TILE[0] * width
        more += 0 if in_rows else 2 * max(3, channels) * height * width
        translated = 4 * channels * small[0] * small[1]  # lies with what is kept between sweeps
        plan = self._small.plan(
            *small, (limit or default_limit()) - more - translated, in_rows=True
        )
        if plan.on_disk:
            plan = replace(plan, scratch_bytes=plan.scratch_bytes + translated)
        else:
            more += translated
        return replace(plan, process_bytes=plan.process_bytes + more)

    def stream(
        self,
        source: RowSource,
        write: Callable[[int, np.ndarray], None] | None,
        collector: Collector | None = None,
        scratch: str | os.PathLike | None = None,
    ) -> None:
        """Translates one map and hands it over row of tiles by row of tiles.

        Args:
            source: As in `Streamer.stream`, but sides multiples of 4 times the factor.
            write: As in `Streamer.stream`.
            collector: As in `Streamer.stream`; it sees the small map.
            scratch: As in `Streamer.stream`.
        """
        shrunk = _Shrunk(source, self.factor)
        if write is None:
            self._small.stream(shrunk, None, collector, scratch)
            return
        translated = KeptRows(shrunk.shape, scratch)
        self._small.stream(shrunk, translated.write, collector, scratch)
        height, width, channels = shrunk.shape
        tall, wide = self._tile
        for top in range(0, height, tall):
            bottom = min(top + tall, height)
            rows = np.empty(
                ((bottom - top) * self.factor, width * self.factor, channels), np.float32
            )
            for left in range(0, width, wide):
                right = min(left + wide, width)
                columns = slice(left * self.factor, right * self.factor)
                rows[:, columns] = self._draw(translated, top, bottom, left, right)
            write(top * self.factor, rows)

    def _draw(self, small: KeptRows, top: int, bottom: int, left: int, right: int) -> np.ndarray:
        """Returns a tile at full size, drawn with as much around it as its pixels can see."""
        first, start = max(top - self._reach, 0), max(left - self._reach, 0)
        large = self._large(small[first : bottom + self._reach][:, start : right + self._reach])
        rows, columns = (
            slice((a - b) * self.factor, (c - b) * self.factor)
            for a, b, c in ((top, first, bottom), (left, start, right))
        )
        return large[rows, columns]


class _Shrunk:
    """Rows of a map that is made smaller as they are asked for: the mean over squares."""

    def __init__(self, source: RowSource, factor: int) -> None:
        height, width, channels = source.shape
        self.shape: tuple[int, int, int] = height // factor, width // factor, channels
        self._source, self._factor = source, factor

    def __getitem__(self, rows: slice) -> np.ndarray:
        start, stop, _ = rows.indices(self.shape[0])
        near = self._source[start * self._factor : stop * self._factor]
        return mean_over_squares(near, self._factor)


AnyStreamer = Streamer | TwoStageStreamer
