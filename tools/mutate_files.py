"""Damages model files, statistics and texts of runs at random, and reads them as a user would.

Only errors of the project may come of it. A mutation is a function of (seed, number).
"""

import argparse
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
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError, FileError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator
from cyclegan_tf.runs.folder import RunFolder, save_model
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.pretrained import read_card_file
from cyclegan_tf.translation.norm_statistics import Statistics, record
from data_pipeline.preparation import Preparation

SLOWEST = 60.0  # seconds for one small file, beyond which it hangs
_DATA = {"A": [["m0.png", 40, 48]], "B": [["m0.png", 32, 64], ["m1.png", 41, 37]]}
_WORDS = ("null", "true", "-1", "1e999", "NaN", '""', "[]", "{}", "9" * 400, '"\\ud800"', "[[[[")


def make_whole_files(folder: Path) -> None:
    """Writes the small, whole run that is damaged later: every kind of file once."""
    keras.utils.set_random_seed(0)
    run = RunFolder(folder)
    run.start_or_resume(Config(crop_size=32, pool_size=2), _DATA)
    generators = [resnet_generator(2, 1, name=f"generator_{d}", seed=1) for d in ("ab", "ba")]
    judges = [patch_discriminator(2, 1, seed=2) for _ in "ab"]
    model = CycleGAN(*generators, *judges, pool_size=2, crop_size=16, ema=0.9)
    model.compile("adam")
    run.save_checkpoint(model, keep=1, preparation=Preparation(40))
    save_model(generators[0], run.generator_file("a2b"), Preparation(40))
    record(generators[0], np.zeros((1, 16, 16, 3), "f")).save(folder / "statistics.npz")
    run.write_card({"name": "x", "domains": {"a": "A", "b": "B"}, "updates": 10})
    for step in (5, 10, 15):
        run.append_metrics({"step": step, "loss": 1 / step, "seconds": step / 10})
        run.append_validation({"step": step, "kid_a2b": 0.5, "kid_b2a": 0.25})


def _resume(path: Path) -> None:
    RunFolder(path.parent).start_or_resume(Config(crop_size=32, pool_size=2), _DATA)


def _rewind(path: Path) -> None:
    RunFolder(path.parent).rewind_metrics(10)


READERS: dict[str, Callable[[Path], object]] = {
    "generator_ab.keras": load_generator,
    "checkpoints/step_00000000.keras": CycleGAN.load,
    "statistics.npz": Statistics.load,
    "config.json": _resume,
    "data.json": _resume,
    "card.json": read_card_file,
    "metrics.jsonl": _rewind,
    "validation.jsonl": _rewind,
}


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
        AssertionError: An error isn't the project's or isn't one line, or it took too long.
    """
    random = np.random.default_rng([seed, number])
    name = list(READERS)[number % len(READERS)]
    with tempfile.TemporaryDirectory() as folder:
        run = Path(shutil.copytree(whole, Path(folder) / "run"))
        mutate(run / name, random)
        began, outcome = time.monotonic(), "read"
        try:
            READERS[name](run / name)
        except (ConfigError, FileError) as error:
            text, outcome = str(error), "refused"
            assert text and "\n" not in text and len(text) < 2000, f"{number}: {name}: {text!r}"
        except Exception as error:
            raise AssertionError(f"{number}: {name}: {type(error).__name__}: {error}") from error
        seconds = time.monotonic() - began
        assert seconds < SLOWEST, f"{number}: {name} took {seconds:.0f} s"
    return name, outcome


def run(seed: int, first: int, count: int, seconds: float) -> Counter[tuple[str, str]]:
    """Reads `count` mutated files from number `first` on, or as many as the seconds allow."""
    counts: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        make_whole_files(Path(folder))
        for name, read in READERS.items():
            read(Path(folder) / name)  # or else every damage would seem to be refused
        end = time.monotonic() + seconds
        for number in range(first, first + count):
            counts[read_mutated(Path(folder), seed, number)] += 1
            if time.monotonic() > end:
                break
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(prog="mutate_files", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number to begin with")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop after so many")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    counts = run(arguments.seed, arguments.first, arguments.count, arguments.seconds)
    print(json.dumps({f"{name} {what}": n for (name, what), n in sorted(counts.items())}, indent=1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{counts.total()} files, peak memory {peak:.0f} MB")


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.exit(main())
