"""A function on many files at once, with a progress bar."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def num_cores() -> int:
    """Returns how many cores this process may use, where the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def for_each_in_threads(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    progress: bool = True,
    description: str = "",
    num_threads: int | None = None,
) -> list[Result]:
    """Calls `function` on every item in threads.

    Threads are enough: Pillow decodes outside the GIL.

    Args:
        function: Called with one item. What it raises is raised here.
        items: What it is called with.
        progress: Show a bar on stderr (a widget in a notebook) when it takes more than a second.
        description: Label of the bar.
        num_threads: Default: the number of cores, at most 8, since each holds one decoded image.

    Returns:
        The results in the order of `items`.
    """
    from tqdm.auto import tqdm  # Loads Jupyter's widgets where there are any.

    num_threads = num_threads or min(8, num_cores())
    with ThreadPoolExecutor(num_threads) as pool:
        results = pool.map(function, items)
        return list(
            tqdm(
                results,
                total=len(items),
                desc=description,
                unit="image",
                delay=1.0,
                disable=not progress,
            )
        )
