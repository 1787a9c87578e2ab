"""`render_many`: a function on many maps, in processes where that is faster."""

import math
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TypeVar

from tqdm import tqdm

from data_pipeline.threads import num_cores
from data_pipeline.worlds.map_spec import MapSpec
from data_pipeline.worlds.placement import map_size

T = TypeVar("T")

_SERIAL_BELOW = 12e6  # pixels; starting processes takes longer than drawing so few


def render_many(
    work: Callable[[MapSpec], T],
    specs: list[MapSpec],
    num_workers: int | None = None,
    title: str = "",
    progress: bool = True,
) -> list[T]:
    """Returns `[work(spec) for spec in specs]`, worked out in processes where that is faster.

    Args:
        work: Function to call; importable by name, because processes are spawned.
        specs: Maps to call it with.
        num_workers: Same as in `world_maps`.
        title: Text in front of the progress bar.
        progress: Whether to show the progress bar.
    """
    pixels = sum(math.prod(map_size(spec.layout_seed)) * spec.scale**2 for spec in specs)
    if num_workers is None:
        small = pixels < _SERIAL_BELOW or not _main_can_be_spawned()
        num_workers = 1 if small else num_cores()
    num_workers = min(num_workers, num_cores(), len(specs))
    bar = {"total": len(specs), "desc": title, "unit": "map", "delay": 2.0, "disable": not progress}
    if num_workers <= 1:
        return list(tqdm(map(work, specs), **bar))
    chunk = max(1, min(16, len(specs) // (4 * num_workers)))
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(num_workers, spawn, initializer=_quiet_worker)
    try:
        results = list(tqdm(pool.map(partial(_until_stopped, work), specs, chunksize=chunk), **bar))
    except BaseException:
        _stop_at_once(pool)
        raise
    pool.shutdown()
    return results


def _quiet_worker() -> None:
    # Ctrl-C goes to all processes of a terminal; only the first one has to tell of it. The others
    # are then ended by a signal that lets them remove what they were writing.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def _until_stopped(work: Callable[[MapSpec], T], spec: MapSpec) -> T:
    try:
        return work(spec)
    except SystemExit:  # the pool would take it for a result, and go on with the next map
        os._exit(128 + signal.SIGTERM)


def _stop_at_once(pool: ProcessPoolExecutor) -> None:
    workers = list((pool._processes or {}).values())  # there is no public way before Python 3.14
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(5)


def _main_can_be_spawned() -> bool:
    """False for programs read from standard input: a spawned child can't find them again."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    return file is None or os.path.exists(file)
