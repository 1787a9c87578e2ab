"""Does half precision learn what float32 learns? Losses of 2,000 updates of a small network."""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np

from cyclegan_tf.presets import preset
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.train import train

LOSSES = ("gan_ab", "gan_ba", "cycle_a", "cycle_b", "discriminator_a", "discriminator_b")


def losses_of(precision: str, seed: int, count: int) -> dict[str, float]:
    """Trains, and returns the mean of each loss over the last quarter."""
    config = preset(
        "tiny",
        precision=precision,
        seed=seed,
        epochs=count // 100,
        decay_epoch=count // 200,
        steps_per_epoch=100,
        log_every=100,
        sample_every=0,
        validate_every=0,
        checkpoint_every=count,
    )
    with tempfile.TemporaryDirectory() as scratch:
        train(config, Path(scratch) / "run", verbose=False)
        lines = RunFolder(Path(scratch) / "run").read_metrics()
    late = lines[len(lines) * 3 // 4 :]
    means = {name: float(np.mean([line[name] for line in late])) for name in LOSSES}
    return means | {"skipped": sum(line.get("skipped_updates", 0) for line in lines)}


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=2000, help="(default: %(default)s)")
    parser.add_argument(
        "--precisions", nargs="+", default=["mixed_bfloat16", "mixed_float16"], help="to compare"
    )
    parser.add_argument("--seeds", type=int, default=3, help="of float32 (default: %(default)s)")
    arguments = parser.parse_args()
    seeds = [losses_of("float32", seed, arguments.updates) for seed in range(arguments.seeds)]
    for found in seeds:
        print("float32", json.dumps({k: round(v, 4) for k, v in found.items()}), flush=True)
    for precision in arguments.precisions:
        found = losses_of(precision, 0, arguments.updates)
        print(precision, json.dumps({k: round(v, 4) for k, v in found.items()}))
        for name in LOSSES:
            values = [one[name] for one in seeds]
            noise = np.std(values, ddof=1)
            print(f"  {name}: {(found[name] - np.mean(values)) / noise:+.1f} deviations of seeds")


if __name__ == "__main__":
    main()
