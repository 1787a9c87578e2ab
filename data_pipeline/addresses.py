"""What a `data` argument may be, and what an address like "world:PAIR?key=value" says.

Which images that means is found by listing.py.
"""

import difflib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import parse_qsl

from data_pipeline.errors import DataError

# A folder, the folders of A and B, or an address: "tfds:NAME?key=value", "world:PAIR?key=value".
Data = Path | str | tuple[Path | str, ...] | list[Path | str]

_WORLD_OPTIONS: dict[str, Callable[[str], int | float | str]] = {
    **dict.fromkeys(("num_maps", "captures", "seed", "structure"), int),
    "scale": float,
    "num_workers": int,
    "cache_dir": str,
}


def is_world(data: Data) -> TypeGuard[str]:
    """Whether `data` is the address of a built-in world."""
    return isinstance(data, str) and data.startswith("world:")


def is_tfds(data: Data) -> TypeGuard[str]:
    """Whether `data` is the address of a TFDS dataset."""
    return isinstance(data, str) and data.startswith("tfds:")


def world_options(address: str) -> tuple[str, dict[str, Any]]:
    """Returns the pair and the options of a built-in world.

    Their names and types are checked, their ranges are not.

    Raises:
        DataError: An option is unknown, given twice or no number.

    >>> world_options("world:meadow2forest?scale=0.25&seed=3")
    ('meadow2forest', {'scale': 0.25, 'seed': 3})
    """
    pair, options = _parsed(address, _WORLD_OPTIONS)
    return pair, {key: _converted(address, key, value) for key, value in options.items()}


def tfds_options(address: str) -> tuple[str, dict[str, str]]:
    """Returns the name and the options of a TFDS dataset.

    Raises:
        DataError: An option is unknown or given twice.

    >>> tfds_options("tfds:cycle_gan/horse2zebra?data_dir=/data")
    ('cycle_gan/horse2zebra', {'data_dir': '/data'})
    """
    return _parsed(address, ("data_dir",))


def _parsed(address: str, allowed: Iterable[str]) -> tuple[str, dict[str, str]]:
    name, _, query = address.partition(":")[2].partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if query.count("&") + bool(query) != len(options):
        raise DataError(
            f"{address}: the options after '?' must read key=value&key=value, each once."
        )
    for key in options:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise DataError(
                f"{address}: unknown option {key!r}{hint}; there are {', '.join(allowed)}."
            )
    return name, options


def _converted(address: str, key: str, value: str) -> int | float | str:
    convert = _WORLD_OPTIONS[key]
    try:
        return convert(value)
    except ValueError:
        rule = "a whole number" if convert is int else "a number"
        raise DataError(f"{address}: {key} must be {rule}; received {value!r}.") from None
