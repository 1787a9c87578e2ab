"""How much memory a translation takes, known before it starts, and what to do where it is too much.

The figures follow from the schedule of streaming.py: what is kept, and a few strips at work.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cyclegan_tf.translation.strips.streamer import Stage, schedule, strip_rows

# Buffers of a strip's size that a sweep holds at once (windows, results, tiles of each thread, what
# the allocator has not given back); measured, see benchmarks/whole_maps.py.
STRIPS_AT_WORK = 10
COMPILED_BYTES = 120 * 2**20  # of TensorFlow's functions and threads at the first use


@dataclass(frozen=True)
class Plan:
    """How to translate a map.

    Args:
        on_disk: Keep it in a scratch file.
        process_bytes: Predicted peak of the whole process.
    """

    on_disk: bool
    process_bytes: int

    def __str__(self):
        way = " through a scratch file" if self.on_disk else ""
        return f"streamed{way}, about {self.process_bytes / 1e9:.1f} GB"


def choose(units, height: int, width: int, limit: float | None) -> Plan:
    """Returns the plan that fits the limit.

    Args:
        units: Of the generator, see `units_of`.
        height: Of the map in pixels.
        width: Of the map.
        limit: Bytes that the process may take; None for what the machine has.

    Returns:
        A `Plan`: in memory if that fits, else with a scratch file.
    """
    limit = limit or resident_bytes() + 0.9 * available_bytes()
    in_memory, on_disk = (Plan(disk, predict(units, height, width, disk)) for disk in (False, True))
    return in_memory if in_memory.process_bytes <= limit else on_disk


def predict(units, height: int, width: int, on_disk: bool = False) -> int:
    """Returns the peak memory of the process in bytes, were it to translate this map now."""
    kept, at_work = 0, 0
    stages = schedule(units)
    sizes = {"image": 0}
    for stage in stages:
        if stage.sink and stage.sink not in sizes:
            sizes[stage.sink] = _bytes(stage, height, width)
    alive = set()
    for i, stage in enumerate(stages):
        alive |= {name for name in (*stage.sources, stage.sink) if name}
        at_work = max(at_work, _strip_bytes(stage, width))
        needed = {name for later in stages[i + 1 :] for name in (*later.sources, later.sink)}
        # What isn't needed any more goes row by row as the sink comes.
        going = sum(sizes[name] for name in alive - needed - {stage.sink})
        coming = sizes[stage.sink] if stage.sink and stage.sink not in stage.sources else 0
        kept = max(kept, sum(sizes[name] for name in alive) - min(going, coming))
        alive &= needed
    images = 2 * 3 * height * width
    kept = 0 if on_disk else kept
    return resident_bytes() + COMPILED_BYTES + kept + images + STRIPS_AT_WORK * at_work


def _bytes(stage: Stage, height, width):
    return 4 * height * width // stage.sink_scale**2 * stage.units[-1].convolution.filters


def _strip_bytes(stage: Stage, width):
    """Returns the bytes of the widest layer in a strip of the stage."""
    width, channels = width // stage.scale, 3
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
