"""`MemoryPlan`: how much memory a translation takes, known before it starts, and where it is kept.

The figures follow from the stages: what is kept between them, and a few strips at work;
`predict_bytes` says what is counted.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cyclegan_tf.translation.strips.stages import Stage, needed_later, schedule, strip_rows
from cyclegan_tf.translation.strips.units import Unit

# Arrays of a strip's size that a sweep holds at once (windows, results, tiles of each thread, what
# the allocator has not given back); measured, see benchmarks/whole_maps.py.
STRIPS_AT_WORK = 10
COMPILED_BYTES = 120 * 2**20  # of TensorFlow's functions and threads at the first use


@dataclass(frozen=True)
class MemoryPlan:
    """How to translate a map.

    Args:
        on_disk: Keep the results between two sweeps in a scratch file.
        process_bytes: Predicted peak of the whole process.
        scratch_bytes: Disk space that the scratch file takes.
    """

    on_disk: bool
    process_bytes: int
    scratch_bytes: int = 0

    def __str__(self) -> str:
        way = " through a scratch file" if self.on_disk else ""
        return f"streamed{way}, about {self.process_bytes / 1e9:.1f} GB"


def choose_plan(
    units: list[Unit], height: int, width: int, limit: float | None, *, in_rows: bool = False
) -> MemoryPlan:
    """Returns the plan that fits the limit.

    Args:
        units: The units of a generator, see `units_of`.
        height: Height of the map in pixels.
        width: Width of the map in pixels.
        limit: Bytes that the process may take; None for what the machine has.
        in_rows: Same as in `predict_bytes`.

    Returns:
        A plan in memory if that fits, else one with a scratch file. That is the thriftiest there
        is, so it is returned even if it takes more than the limit: nothing is refused, and
        `process_bytes` says what it will take.
    """
    limit = limit or default_limit()
    in_memory, on_disk = (
        MemoryPlan(
            on_disk=disk,
            process_bytes=predict_bytes(units, height, width, disk, in_rows=in_rows),
            scratch_bytes=_scratch_bytes(units, height, width) if disk else 0,
        )
        for disk in (False, True)
    )
    return in_memory if in_memory.process_bytes <= limit else on_disk


def default_limit() -> float:
    """Returns the bytes that a process may take where nobody says it: most of what is free."""
    return resident_bytes() + 0.9 * available_bytes()


def predict_bytes(
    units: list[Unit], height: int, width: int, on_disk: bool = False, *, in_rows: bool = False
) -> int:
    """Returns the peak memory of the process, were it to translate this map now.

    Counted are what the process holds already, what the sweeps keep and work with, and 6 bytes per
    pixel (of RGB) for images that `translate_files` goes on to read ahead or has yet to write.
    These are at most two each, so several maps of this size in a row may take more. When a
    translation starts, the process holds the image and the array for its result already; they are
    not counted if they aren't there yet, as when `Translator.plan` is asked beforehand.

    Args:
        units: The units of a generator, see `units_of`.
        height: Height of the map in pixels.
        width: Width of the map in pixels.
        on_disk: Whether intermediate results are kept in a scratch file.
        in_rows: Whether the map and its translation lie in files, too.
    """
    stages = schedule(units)
    channels = units[0].convolution.kernel.shape[-2]
    at_work = max(_strip_bytes(stage, width, channels) for stage in stages)
    # What isn't needed any more goes row by row as the sink comes.
    kept = max(both - saved for both, saved in _kept_bytes(stages, height, width))
    images = 0 if in_rows else 2 * max(3, channels) * height * width
    kept = 0 if on_disk else kept
    return resident_bytes() + COMPILED_BYTES + kept + images + STRIPS_AT_WORK * at_work


def _scratch_bytes(units: list[Unit], height: int, width: int) -> int:
    """Returns the largest size of the scratch files, which don't shrink while they are read."""
    return max(both for both, _ in _kept_bytes(schedule(units), height, width))


def _kept_bytes(stages: list[Stage], height: int, width: int) -> Iterator[tuple[int, int]]:
    """Yields for each stage the bytes that it reads, writes and leaves for later ones, and those
    of them that never coincide if what has been read for the last time is given back.
    """
    sizes = {"image": 0}
    for stage in stages:
        if stage.sink and stage.sink not in sizes:
            sizes[stage.sink] = _sink_bytes(stage, height, width)
    alive: set[str] = set()
    for i, stage in enumerate(stages):
        alive |= {name for name in (*stage.sources, stage.sink) if name}
        needed = needed_later(stages, i)
        going = sum(sizes[name] for name in alive - needed - {stage.sink})
        coming = sizes[stage.sink] if stage.sink and stage.sink not in stage.sources else 0
        yield sum(sizes[name] for name in alive), min(going, coming)
        alive &= {name for name in needed if name}


def _sink_bytes(stage: Stage, height: int, width: int) -> int:
    """Returns the bytes of what the stage writes."""
    return 4 * height * width // stage.sink_scale**2 * stage.units[-1].convolution.filters


def _strip_bytes(stage: Stage, width: int, channels: int) -> int:
    """Returns the bytes of the widest layer in a strip of the stage."""
    width = width // stage.scale
    rows = strip_rows(stage, width, channels)
    widest, grown = 0.0, 1.0
    for unit in stage.units:
        grown *= unit.grow / unit.stride
        widest = max(widest, 4 * rows * width * grown * grown * unit.convolution.filters)
    return int(widest)


def resident_bytes() -> int:
    """Returns the memory of this process at the moment (0 where the system doesn't tell)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def available_bytes() -> int:
    """Returns the memory that is free for this process; 8 GB where the system doesn't tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if "MemAvailable" in line)
    except (OSError, StopIteration):
        return 8 * 10**9
    try:  # a container may have less than its machine
        group = Path("/sys/fs/cgroup")
        limit = int((group / "memory.max").read_text())
        free = min(free, limit - int((group / "memory.current").read_text()))
    except (OSError, ValueError):
        pass
    return free
