"""Trains the preset tiny for thousands of updates and measures memory, open files and speed."""

import argparse
import os
import tempfile
import time
from pathlib import Path

import keras
import numpy as np

from cyclegan_tf.presets import preset
from cyclegan_tf.training.train import train


class Measure(keras.callbacks.Callback):
    """Notes memory in MB, open files and the clock at the end of every interval."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int, float, int, float]] = []

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        files = len(os.listdir("/proc/self/fd"))
        self.rows.append((self.model.num_updates, memory, files, time.process_time()))


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=5000, help="(default: %(default)s)")
    count = parser.parse_args().updates
    config = preset(
        "tiny",
        epochs=count // 100,
        decay_epoch=count // 200,
        steps_per_epoch=100,
        log_every=50,
        sample_every=1000,
        validate_every=1000,
        checkpoint_every=500,
        checkpoint_minutes=0,
    )
    measure = Measure()
    with tempfile.TemporaryDirectory() as scratch:
        train(config, Path(scratch) / "run", verbose=False, callbacks=[measure])
    steps, memory, files, seconds = (np.array(column) for column in zip(*measure.rows, strict=True))
    late = steps > 1000  # graphs, caches and pools are made by then
    slope = np.polyfit(steps[late], memory[late], 1)[0] * 1000
    print(
        f"memory: {memory[late][0]:.0f} to {memory[-1]:.0f} MB, {slope:+.2f} MB per 1,000 updates"
    )
    print(f"open files: {sorted(set(files[late].tolist()))}")
    # The first interval compiles the graph, and whatever else the machine does slows down the
    # clock: so the medians of processor time are compared.
    times = np.diff(seconds)
    first, last = np.median(times[steps[1:] <= 1000]), np.median(times[steps[1:] > count - 1000])
    print(f"processor time of the last 1,000 updates: {last / first - 1:+.1%} of the first 1,000")


if __name__ == "__main__":
    main()
