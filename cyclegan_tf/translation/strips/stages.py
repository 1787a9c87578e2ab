"""Which sweeps a generator needs: what each of them computes, reads and writes."""

from dataclasses import dataclass

from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.translation.strips.units import Unit

STRIP_BYTES = 24 * 2**20  # of the widest layer in a strip
ROWS = 16  # of the map: strips are multiples of that, a tile of 4 rows at quarter resolution


@dataclass(frozen=True)
class Stage:
    """One sweep over the map.

    Args:
        units: What is computed.
        entrance: What is done to the rows that are read, see `Sweep`.
        entrance_norm: The norm that the entrance applies.
        sources: Names of the intermediate results to read; `"image"` is the map.
        rewrite: Replace the first source by the rows as they are after entering.
        sink: Name of the intermediate result to write, if any; may be one of the sources. It is the
            name of the convolution that wrote this result first.
        scale: Downscaling of the sources.
        sink_scale: Downscaling of what comes out.
    """

    units: list[Unit]
    entrance: str
    entrance_norm: InstanceNormalization | None
    sources: tuple[str, ...]
    rewrite: bool
    sink: str | None
    scale: int
    sink_scale: int


def schedule(units: list[Unit]) -> list[Stage]:
    """Plans the sweeps: one per norm and one more; README.md of this folder has an example.

    Results at half and quarter resolution are kept. Those at full resolution are computed again in
    the next sweep: that takes no longer than to write and read them.

    Args:
        units: The units of a generator, see `units_of`.
    """
    stages: list[Stage] = []
    pending: list[Unit] = []
    sources: tuple[str, ...] = ("image",)
    entrance, norm, source_scale, scale = "image", None, 1, 1
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
            Stage(list(pending), entrance, norm, sources, opens_block, sink, source_scale, scale)
        )
        if opens_block:
            block_input = sources[0]
        if sink:
            sources = (block_input, sink) if unit.add else (sink,)
            entrance, norm = "sum" if unit.add else "relu", unit.norm
            source_scale, pending = scale, []
    return stages


def needed_later(stages: list[Stage], i: int) -> set[str | None]:
    """Returns the names of the intermediate results that the stages after stage `i` use."""
    return {name for later in stages[i + 1 :] for name in (*later.sources, later.sink)}


def strip_rows(stage: Stage, width: int, channels: int, wanted: int | None = None) -> int:
    """Returns the rows of its sources that a stage takes at a time.

    Args:
        stage: The stage.
        width: Width of its sources in their own pixels.
        channels: Channels of its sources.
        wanted: Rows of the map; default: as many as keep the widest layer within `STRIP_BYTES`.
    """
    if wanted is None:
        widest, grown = width * channels, 1.0
        for unit in stage.units:
            grown *= unit.grow / unit.stride
            widest = max(widest, width * grown * grown * unit.convolution.filters)
        wanted = int(STRIP_BYTES / 4 / widest) * stage.scale
    return max(wanted // ROWS * ROWS, ROWS) // stage.scale
