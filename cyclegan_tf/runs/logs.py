"""Logs of a run, metrics.jsonl and validation.jsonl: a line of numbers per interval."""

import json
import logging
import os
from pathlib import Path
from typing import Any

from cyclegan_tf.errors import RunError, run_errors
from cyclegan_tf.files import write_text
from cyclegan_tf.runs.saving import patiently
from data_pipeline.json_files import parse_json

MOST_BYTES = 2**28  # a line per update for a million updates


def read_lines(path: str | os.PathLike, start: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Reads a log.

    A crash cuts the last line off, and a disk may damage any.

    Args:
        path: Path of the file, which need not be there.
        start: Bytes to leave out at its beginning.

    Returns:
        The lines that are whole, and the number of those that aren't.

    Raises:
        RunError: It can't be read.
    """
    path = Path(path)
    try:
        if not path.exists():
            return [], 0
        if path.stat().st_size > MOST_BYTES:
            raise RunError(f"{path} cannot be read: it has more than {MOST_BYTES} bytes.")
        with path.open("rb") as file:
            file.seek(start)
            texts = file.read().splitlines(keepends=True)
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error}.") from error
    lines = [line for text in texts if (line := _line(text))]
    return lines, len(texts) - len(lines)


def append_line(path: str | os.PathLike, line: dict[str, Any]) -> None:
    """Adds a line to a log, and tries again where the folder fails briefly.

    Raises:
        RunError: It can't be written.
    """
    text = (json.dumps(line) + "\n").encode()
    try:
        before = os.path.getsize(path) if os.path.exists(path) else 0

        def write() -> None:
            with open(path, "ab") as file:
                file.truncate(before)  # what a try before has left
                file.write(text)

        patiently(write)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error}.") from error


def keep_lines(path: str | os.PathLike, step: int) -> list[dict[str, Any]]:
    """Drops the lines after an update and the damaged ones, and returns what is left.

    Raises:
        RunError: It can't be read or written.
    """
    all_lines, num_damaged = read_lines(path)
    lines = [line for line in all_lines if line["step"] <= step]
    if num_damaged:
        text = "%s: damaged lines were left out: %d."
        logging.getLogger(__name__).warning(text, path, num_damaged)
    if num_damaged or len(lines) < len(all_lines):
        with run_errors():
            write_text(path, "".join(json.dumps(line) + "\n" for line in lines))
    return lines


def _line(text: bytes) -> dict[str, Any] | None:
    """The numbers of a whole line; None for anything else."""
    try:
        line = parse_json(text) if text.endswith(b"\n") else None
    except ValueError:
        return None
    if not isinstance(line, dict) or type(line.get("step")) is not int:
        return None
    return line if all(type(value) in (int, float) for value in line.values()) else None
