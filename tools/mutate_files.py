"""Damages pictures, videos, models, statistics and texts at random, and reads them as a user would.

Only errors of the project may come of it. A mutation is a function of (seed, number).
"""

import argparse
import faulthandler
import json
import logging
import os
import resource
import shutil
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
from whole_files import READERS, make_whole_files

from cyclegan_tf.errors import ConfigError, FileError
from data_pipeline.errors import DataError

SLOWEST = 60.0  # seconds for one small file, beyond which it hangs
MOST_MEMORY = 1500.0  # MB that reading one small file may add
_WORDS = ("null", "true", "-1", "1e999", "NaN", '""', "[]", "{}", "9" * 400, '"\\ud800"', "[[[[")
# Keras takes a hundred times as long as the others, so its files come up more seldom.
_SELDOM = 5
TURNS = tuple(
    name for turn in range(_SELDOM) for name in READERS if turn == 0 or not name.endswith(".keras")
)


def mutate(path: Path, random: np.random.Generator) -> None:
    """Damages a file: its bytes, or for archives in half of the cases a member of it."""
    if not zipfile.is_zipfile(path) or random.random() < 0.3:
        path.write_bytes(_damage(path.read_bytes(), random))
        return
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = str(random.choice(sorted(members)))
    with zipfile.ZipFile(path, "w") as archive:
        for other, data in members.items():  # with the right checksum, as a forger would
            archive.writestr(other, _damage(data, random) if other == name else data)


def _damage(data: bytes, random: np.random.Generator) -> bytes:
    kind = random.integers(6)
    start, end = sorted(random.integers(0, len(data) + 1, 2).tolist())
    if kind == 0:
        return data[:end]
    if kind == 1:
        return data[:start] + data[end:]
    if kind == 2:
        return data[:end] + data[start:]  # a part twice
    if kind == 3:
        return data[:start] + str(random.choice(_WORDS)).encode() + data[start:]
    if kind == 4:
        return _other_value(data, random)
    changed = bytearray(data)
    for place in random.integers(0, max(len(data), 1), int(2 ** random.integers(0, 7))).tolist():
        if place < len(changed):
            changed[place] = int(random.integers(256))
    return bytes(changed)


def _other_value(data: bytes, random: np.random.Generator) -> bytes:
    """Puts another value into JSON; other data gets other numbers at its places of numbers."""
    places = [i for i, byte in enumerate(data[:200_000]) if 48 <= byte <= 57 or byte in b'"[{']
    if not places:
        return data[::-1]
    place = int(random.choice(places))
    end = place + int(random.integers(1, 9))
    return data[:place] + str(random.choice(_WORDS)).encode() + data[end:]


def read_mutated(whole: Path, seed: int, number: int) -> tuple[str, str]:
    """Damages a copy of one of the whole files and reads it.

    Args:
        whole: Folder that `make_whole_files` filled.
        seed: Seed of all mutations.
        number: Number of this one; the kinds of files take turns.

    Returns:
        The name of the file, and what came of it: "read" or "refused".

    Raises:
        AssertionError: An error isn't the project's or isn't one line, or it took too much time or
            memory.
    """
    random = np.random.default_rng([seed, number])
    name = TURNS[number % len(TURNS)]
    before = _peak()
    # A decoder that hangs inside C would never come back to be measured.
    faulthandler.dump_traceback_later(3 * SLOWEST, exit=True)
    with tempfile.TemporaryDirectory() as folder:
        run = Path(shutil.copytree(whole, Path(folder) / "run"))
        mutate(run / name, random)
        began, outcome = time.monotonic(), "read"
        try:
            READERS[name](run / name)
        except (ConfigError, DataError, FileError) as error:
            text, outcome = str(error), "refused"
            assert text and "\n" not in text and len(text) < 2000, f"{number}: {name}: {text!r}"
        except Exception as error:
            raise AssertionError(f"{number}: {name}: {type(error).__name__}: {error}") from error
        seconds = time.monotonic() - began
        assert seconds < SLOWEST, f"{number}: {name} took {seconds:.0f} s"
        grown = _peak() - before
        assert grown < MOST_MEMORY, f"{number}: {name} took {grown:.0f} MB"
    faulthandler.cancel_dump_traceback_later()
    return name, outcome


def _peak() -> float:
    """The most memory that the process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(
    seed: int, first: int, count: int, seconds: float, keep_going: bool = False
) -> Counter[tuple[str, str]]:
    """Reads `count` mutated files from number `first` on, or as many as the seconds allow.

    With `keep_going`, what isn't as promised is printed and counted as "FAULT".
    """
    counts: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        make_whole_files(Path(folder))
        for name, read in READERS.items():
            read(Path(folder) / name)  # or else every damage would seem to be refused
        end = time.monotonic() + seconds
        for number in range(first, first + count):
            try:
                counts[read_mutated(Path(folder), seed, number)] += 1
            except AssertionError as fault:
                if not keep_going:
                    raise
                print(fault, file=sys.stderr, flush=True)
                counts[TURNS[number % len(TURNS)], "FAULT"] += 1
            if time.monotonic() > end:
                break
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(prog="mutate_files", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number to begin with")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop after so many")
    parser.add_argument("--keep-going", action="store_true", help="don't stop at the first fault")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    counts = run(**vars(arguments))
    print(json.dumps({f"{name} {what}": n for (name, what), n in sorted(counts.items())}, indent=1))
    print(f"{counts.total()} files, peak memory {_peak():.0f} MB")


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.exit(main())
