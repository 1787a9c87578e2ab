"""True pairs: pictures of both domains that show the same things, pixel for pixel.

A few of them beside many unpaired maps tell a generator what stands for what.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from data_pipeline.errors import DataError
from data_pipeline.sources import Source, open_sources

_MOST_NAMED = 3  # files in a message


def open_pairs(folder: str | Path, **options: Any) -> tuple[Source, Source]:
    """Opens the pairs of a folder with two folders, in which pictures of one name are a pair.

    Args:
        folder: Path of the folder.
        **options: Those of `open_sources`, without `split`.

    Returns:
        Sources of A and of B, in the same order. Their names begin with "pairs/".

    Raises:
        DataError: The images can't be used, see `open_sources`; or a picture has no partner, or
            one of another size.
    """
    source_a, source_b = open_sources(folder, **options)
    _refuse_unlike(str(folder), source_a, source_b)
    return _renamed(source_a), _renamed(source_b)


def _refuse_unlike(folder: str, source_a: Source, source_b: Source) -> None:
    sizes_a, sizes_b = (dict(zip(s.names, s.sizes, strict=True)) for s in (source_a, source_b))
    alone = [f"{source_a.name}/{name}" for name in source_a.names if name not in sizes_b]
    alone += [f"{source_b.name}/{name}" for name in source_b.names if name not in sizes_a]
    if alone:
        raise DataError(
            f"{folder}: pictures of a pair have the same name in both folders; without a partner: "
            f"{_some(alone)}."
        )
    unlike = [
        f"{name} ({height}x{width} and {sizes_b[name][0]}x{sizes_b[name][1]})"
        for name, (height, width) in sizes_a.items()
        if sizes_b[name] != (height, width)
    ]
    if unlike:
        raise DataError(
            f"{folder}: pictures of a pair show the same, pixel for pixel, so they have the same "
            f"size (height x width): {_some(unlike)}."
        )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _renamed(source: Source) -> Source:
    return dataclasses.replace(source, name=f"pairs/{source.name}")
