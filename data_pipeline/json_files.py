"""JSON that others may have written, or that a crash cut off: any fault is a ValueError."""

import json
import math
import os
from pathlib import Path
from typing import Any

MOST_BYTES = 4 * 2**20  # a config.json or card.json has a few thousand


def parse_json(text: str | bytes) -> Any:
    """Returns what a text of JSON holds.

    Raises:
        ValueError: It is none, it is nested too deeply, or a number in it isn't finite or an
            integer of more than 64 bits.

    >>> parse_json(b'{"step": 5}')
    {'step': 5}
    """
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=_64_bits)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def read_json_object(path: str | os.PathLike, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """Reads a file that holds one object `{...}` of JSON.

    Args:
        path: Path of the file.
        most_bytes: Size from which it is refused. Default: 4 MiB.

    Raises:
        OSError: It can't be read.
        ValueError: It holds something else, or too much. The text is half a sentence.
    """
    with Path(path).open("rb") as file:
        text = file.read(most_bytes + 1)
    if len(text) > most_bytes:
        raise ValueError(f"it has more than {most_bytes} bytes")
    values = parse_json(text)
    if not isinstance(values, dict):
        raise ValueError("it holds no object {...}")
    return values


def _refuse(name: str) -> None:
    raise ValueError(f"it holds {name}, which is no number")


def _64_bits(text: str) -> int:
    value = int(text[:21])
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"it holds {text[:20]}, which is too large a number")
    return value


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"it holds {text[:20]}, which is too large a number")
    return value
