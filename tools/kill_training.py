"""Kills trainings at random moments, a quarter of them while saving, and looks at what is left.

Every killed run must go on, having lost one checkpoint interval at most, and end to the last bit
where a run ends that was never killed.
"""

import argparse
import io
import os
import random
import signal
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import h5py
import numpy as np

from cyclegan_tf.config import Config
from cyclegan_tf.presets import preset
from cyclegan_tf.runs import folder, saving
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.train import train

CONFIG = preset(
    "tiny",
    precision="float32",
    epochs=1,
    decay_epoch=1,
    log_every=5,
    checkpoint_every=20,
    sample_every=0,
    validate_every=0,
)
STAGES = ("half written", "written", "not renamed", "old ones not deleted")


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=25, help="(default: %(default)s)")
    parser.add_argument("--updates", type=int, default=2000, help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="(default: %(default)s)")
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    config = CONFIG.replace(steps_per_epoch=arguments.updates)
    with tempfile.TemporaryDirectory() as scratch:
        run = RunFolder(Path(scratch) / "killed")
        most_lost = 0
        for number in range(1, arguments.kills + 1):
            stage = draw.choice(STAGES) if number % 4 == 0 else None
            logged, lost = _kill_once(run, config, stage, draw)
            most_lost = max(most_lost, lost)
            what = f"while saving, {stage}" if stage else "at a random moment"
            print(f"kill {number} {what}: update {logged}, {lost} lost", flush=True)
            if lost > config.checkpoint_every:
                sys.exit("More than one checkpoint interval was lost.")
        _in_child(lambda: train(config, run.path, verbose=False))
        whole = RunFolder(Path(scratch) / "whole")
        _in_child(lambda: train(config, whole.path, verbose=False))
        one, two = (_arrays(r.checkpoints()[-1]) for r in (run, whole))
        equal = one.keys() == two.keys() and all(np.array_equal(one[n], two[n]) for n in one)
        steps = [line["step"] for line in run.read_metrics()]
        wanted = [line["step"] for line in whole.read_metrics()]
        print(
            f"{arguments.kills} kills; at most {most_lost} updates lost; {len(one)} arrays after "
            f"{steps[-1]} updates {'equal' if equal else 'NOT equal'} to those of a whole run; "
            f"log {'whole' if steps == wanted else 'NOT whole'}; "
            f"{len(list(run.path.rglob('.partial_*')))} files left half-written"
        )
        sys.exit(0 if equal and steps == wanted else 1)


def _kill_once(
    run: RunFolder, config: Config, stage: str | None, draw: random.Random
) -> tuple[int, int]:
    """Trains in a process that is killed; returns the last update that it logged, and the loss."""
    saves, delay = draw.randint(1, 3), draw.uniform(0.0, 4.0)

    def work() -> None:
        if stage:
            _die_while_saving(stage, saves)
        train(config, run.path, verbose=False)

    before = len(run.read_metrics())
    child = _fork(work)
    while not stage and len(run.read_metrics()) <= before and not _is_gone(child):
        time.sleep(0.1)  # it starts, and repeats what was lost
    if not stage:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    while not _is_gone(child):
        time.sleep(0.02)
    lines = run.read_metrics()
    logged = lines[-1]["step"] if lines else 0
    kept = int(run.checkpoints()[-1].stem.split("_")[1]) if run.checkpoints() else 0
    return logged, max(0, logged - kept)


def _die_while_saving(stage: str, saves: int) -> None:
    """Kills this process in its so-manieth checkpoint."""
    left = [saves]
    add, check, delete = saving.add_preparation, saving._check_written, folder.delete_for_good

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def add_preparation(path, preparation) -> None:
        left[0] -= 1
        if not left[0] and stage == "half written":
            os.truncate(path, os.path.getsize(path) // 2)
            die()
        add(path, preparation)
        if not left[0] and stage == "written":
            die()

    def check_written(path) -> None:
        check(path)
        if not left[0] and stage == "not renamed":
            die()

    def delete_for_good(path) -> None:
        if left[0] <= 0 and stage == "old ones not deleted":
            die()
        delete(path)

    saving.add_preparation, saving._check_written = add_preparation, check_written
    folder.delete_for_good = delete_for_good


def _fork(work) -> int:
    child = os.fork()  # with TensorFlow loaded, which takes long, and not yet used
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)


def _is_gone(child: int) -> bool:
    gone, status = os.waitpid(child, os.WNOHANG)
    if gone and os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("The run didn't go on.")
    if gone and os.WIFEXITED(status):
        sys.exit("The run was finished before it was killed: use fewer kills.")
    return bool(gone)


def _in_child(work) -> None:
    _, status = os.waitpid(_fork(work), 0)
    if status:
        sys.exit("The run didn't go on.")


def _arrays(path: Path) -> dict[str, np.ndarray]:
    found = {}
    with zipfile.ZipFile(path) as archive:
        weights = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
    weights.visititems(
        lambda name, item: found.update({name: item[()]}) if hasattr(item, "shape") else None
    )
    return found


if __name__ == "__main__":
    main()
