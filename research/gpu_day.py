"""A day of a GPU in minutes: measure it, train the built-in worlds at real size, evaluate, pack.

    python research/gpu_day.py draw bench train evaluate pack --minutes 8
    python research/gpu_day.py train pack --train meadow2forest meadow2forest,identity_weight=0

Parts run in the order given, each by itself; all runs train at once, in a process each. Nothing is
fetched: only what is installed is used. gpu_day.md says how to prepare one and how to go on later.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the project need not be installed there
PARTS = ("profile", "draw", "bench", "train", "evaluate", "pack")
SHARES = {"bench": 0.25, "train": 0.65, "evaluate": 0.10}  # of --minutes
START_AND_END = 60  # seconds of a training that are no updates: importing, reading maps, saving
MOST_BYTES = 60e6  # of the results
PER_EPOCH = 100  # updates
TRAIN = """
import json, sys
from cyclegan_tf import preset, train
train(preset("default", **json.loads(sys.argv[2])), sys.argv[1])
"""
NETWORKS = ("generator_ab", "generator_ba", "discriminator_a", "discriminator_b")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="+", choices=PARTS)
    parser.add_argument("--minutes", type=float, default=8.0, help="for the parts given, about")
    parser.add_argument("--train", nargs="+", metavar="PAIR[,FIELD=VALUE...]", help="what to train "
                        "(default: all four pairs); FIELD is one of Config")  # fmt: skip
    parser.add_argument("--scale", type=float, default=1.0, help="of the worlds; 1 is real size")
    parser.add_argument("--num-maps", type=int, default=60, help="of each domain")
    parser.add_argument("--crop-size", type=int, default=256)
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--filters", type=int, default=32)
    parser.add_argument("--blocks", type=int, default=9)
    parser.add_argument("--precision", default="mixed_bfloat16")
    parser.add_argument("--updates", type=int, default=0, help="of each training (default: what "
                        "fits, by the pace that bench has measured)")  # fmt: skip
    parser.add_argument("--bench", default="--sizes 256 480 --batches 1 4 --identity-weights 0 5 "
                        "--precisions mixed_bfloat16 float32 mixed_float16 --filters 64 32",
                        help="cases of benchmarks/train_step.py")  # fmt: skip
    parser.add_argument("--test-maps", type=int, default=8, help="to evaluate on")
    parser.add_argument("--backend", default="jax", choices=("jax", "tensorflow"))
    parser.add_argument("--work", type=Path, default=Path("runs/gpu_day"), help="runs and logs")
    parser.add_argument("--out", type=Path, default=Path("runs/gpu_day/results"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    options.work.mkdir(parents=True, exist_ok=True)
    whole = sum(SHARES.get(part, 0) for part in options.parts) or 1
    for part in options.parts:
        seconds = 60 * options.minutes * SHARES.get(part, 0) / whole
        print(f"{part}, {seconds:.0f} s", flush=True)
        start = time.monotonic()
        functions = (profile, draw, bench, train, evaluate, pack)
        dict(zip(PARTS, functions, strict=True))[part](options, seconds)
        print(f"{part} took {time.monotonic() - start:.0f} s", flush=True)


class Training:
    """One of the trainings: its run folder, where it starts from, and its settings."""

    def __init__(self, text, options):
        self.pair, *changes = text.split(",")
        self.name = "_".join([self.pair, *(change.replace("=", "_") for change in changes)])
        pairs = (change.split("=", 1) for change in changes)
        self.changes = {field: json.loads(value) for field, value in pairs}
        self.data = f"world:{self.pair}?scale={options.scale}&num_maps={options.num_maps}"
        runs = [path for path in options.work.glob(f"{self.name}.day*") if path.is_dir()]
        runs.sort(key=lambda path: int(path.suffix[len(".day") :]))
        finished = [run for run in runs if (run / "card.json").exists()]
        unfinished = [run for run in runs if run not in finished]
        self.run = (
            unfinished[-1] if unfinished else options.work / f"{self.name}.day{len(runs) + 1}"
        )
        self.last = finished[-1] if finished else None
        state = options.work / "state" / f"{self.name}.keras"
        self.init_from = self.last or (state if state.exists() else None)


def trainings(options):
    from data_pipeline.worlds.themes import PAIRS

    return [Training(text, options) for text in options.train or PAIRS]


def draw(options, seconds):
    """Draws all maps into the cache, each pair by all cores."""
    from data_pipeline import open_sources

    for data in dict.fromkeys(one.data for one in trainings(options)):
        open_sources(data, split="train", progress=False)


def environment(options):
    return {
        **os.environ,
        "KERAS_BACKEND": options.backend,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "PYTHONUNBUFFERED": "1",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",  # several processes share the device
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    }


def profile(options, seconds):
    """Times every layer, and profiles whole updates: where the time goes."""
    script = [sys.executable, str(ROOT / "benchmarks/layer_times.py"), "--sizes", "256", "480"]
    script += ["--filters", str(options.filters), "--blocks", str(options.blocks)]
    script += ["--batch", str(options.batch_size), "--precision", options.precision]
    script += ["--out", str(options.out / "layer_times.jsonl"), "--trace"]
    subprocess.run([*script, str(options.work / "trace")], env=environment(options))


def bench(options, seconds):
    """Runs the benchmark of the step, then PyTorch's where it is installed."""
    script = [sys.executable, str(ROOT / "benchmarks/train_step.py"), "--one-at-a-time"]
    script += ["--out", str(options.out / "train_step.jsonl"), *options.bench.split()]
    shares = {"own": 0.75, "torch_last": 0.25} if find_spec("torch") else {"own": 1.0}
    for way, share in shares.items():
        flags = ["--ways", way, "--time-limit-minutes", str(share * seconds / 60)]
        if way == "own":
            flags += ["--backend", options.backend]
        subprocess.run([*script, *flags], env=environment(options))


def seconds_of_update(options):
    """What bench has measured for the networks and crops of the trainings, if it has."""
    file = options.out / "train_step.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    wanted = {"way": "own", "size": options.crop_size, "batch": options.batch_size,
              "filters": options.filters, "precision": options.precision}  # fmt: skip
    fitting = [line for line in lines if wanted.items() <= line.items() and "ms" in line]
    return max((line["ms"] / 1000 for line in fitting), default=None)  # with identity, if measured


def train(options, seconds):
    """Trains all at once until the time is over; the learning rate falls over the second half."""
    todo = trainings(options)
    updates = options.updates
    if not updates:
        pace = seconds_of_update(options)
        if not pace:
            sys.exit("train needs --updates where bench has not measured this case.")
        # A fifth for changing between the processes and for reading the losses.
        updates = int((seconds - START_AND_END) / (1.2 * pace * len(todo)))
    epochs = max(2, updates // PER_EPOCH)
    print(f"{len(todo)} trainings of {epochs * PER_EPOCH} updates", flush=True)
    processes = [start(one, options, epochs, seconds) for one in todo]
    end = time.monotonic() + seconds + START_AND_END
    for one, process in zip(todo, processes, strict=True):
        try:
            process.wait(max(1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)
            print(f"{one.run} was stopped: it had not ended by itself.")
    for one, process in zip(todo, processes, strict=True):
        if process.wait():
            print(f"{one.run} failed: see {one.run}.log")


def start(one, options, epochs, seconds):
    """Starts or resumes a training."""
    fields = {
        "data": one.data, "name_a": one.pair.split("2")[0], "name_b": one.pair.split("2")[1],
        "crop_size": options.crop_size, "batch_size": options.batch_size,
        "filters": options.filters, "num_residual_blocks": options.blocks,
        "precision": options.precision,
        "epochs": epochs, "decay_epoch": epochs // 2, "steps_per_epoch": PER_EPOCH,
        "sample_every": 1000, "validate_every": 0, "checkpoint_every": 5000,
        "keep_checkpoints": 1, "log_every": 100,
        "time_limit_minutes": max(0.1, (seconds - START_AND_END) / 60),
    }  # fmt: skip
    if one.run.exists():  # all but the time is as it was
        saved = json.loads((one.run / "config.json").read_text())
        fields |= {name: saved[name] for name in fields if name != "time_limit_minutes"}
        log = one.run / "metrics.jsonl"
        before = json.loads(log.read_text().splitlines()[-1])["seconds"] if log.exists() else 0
        fields["time_limit_minutes"] += before / 60
    elif one.init_from:
        fields["init_from"] = str(one.init_from)
    with open(f"{one.run}.log", "a") as log:
        return subprocess.Popen(
            [sys.executable, "-c", TRAIN, str(one.run), json.dumps(fields | one.changes)],
            env=environment(options), stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip


def evaluate(options, seconds):
    """Evaluates all at once, on the processor, as far as the time goes."""
    end = time.monotonic() + seconds
    jobs = []
    for one in trainings(options):
        if one.last:
            target = options.out / f"{one.name}.scores.json"
            command = [sys.executable, "-m", "cyclegan_tf", "evaluate", str(one.last), "--num-maps"]
            command += [str(options.test_maps), "--json", str(target), "--segmentation-steps=0"]
            with open(f"{one.last}.log", "a") as log:
                env = {**environment(options), "KERAS_BACKEND": "tensorflow"}
                jobs.append(subprocess.Popen(command, env=env, stdout=log, stderr=log))
    for job in jobs:
        try:
            job.wait(max(1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            job.terminate()
            print("An evaluation was stopped: its time was over.")


def pack(options, seconds):
    """Puts small files of all runs into results, and the networks to go on from beside them."""
    from PIL import Image

    os.environ["KERAS_BACKEND"] = options.backend
    for one in trainings(options):
        run = one.last or one.run
        if not run.exists():
            continue
        to = options.out / one.name
        to.mkdir(exist_ok=True)
        shutil.copy(f"{run}.log", to / "log.txt")
        for name in ("card.json", "config.json", "metrics.jsonl"):
            if (run / name).exists():
                shutil.copy(run / name, to / name)
        for sample in sorted((run / "samples").glob("*.png"))[-1:]:
            Image.open(sample).save(to / "sample.jpg", quality=90)
        if list((run / "checkpoints").glob("*.keras")):
            pack_networks(run, to, options.work / "state" / f"{one.name}.keras")
    size = sum(file.stat().st_size for file in options.out.rglob("*") if file.is_file())
    print(f"{options.out}: {size / 1e6:.1f} MB")
    if size > MOST_BYTES:
        print(f"This is more than {MOST_BYTES / 1e6:.0f} MB: train fewer pairs or fewer --filters.")


def pack_networks(run, to, state):
    """Writes both generators, and all four networks as something to start from, in float16."""
    import keras
    import numpy as np

    from cyclegan_tf.model.cyclegan import CycleGAN
    from cyclegan_tf.model.networks import with_precision
    from cyclegan_tf.runs.folder import RunFolder, save_model
    from cyclegan_tf.runs.loading import load_generator
    from cyclegan_tf.runs.preparation import preparation_of

    def small(network):
        copy = with_precision(network, keras.DTypePolicy("float16"))
        copy.set_weights([np.float16(weight) for weight in network.get_weights()])
        return copy

    model = CycleGAN.load(RunFolder(run).checkpoints()[-1])
    generators = [small(model.output_generator(way)) for way in ("a2b", "b2a")]
    preparation = preparation_of(load_generator(run, "a2b"))
    for name, generator in zip(NETWORKS, generators, strict=False):
        save_model(generator, to / f"{name}.keras", preparation)
    critics = [small(model.discriminator_a), small(model.discriminator_b)]
    everything = CycleGAN(*generators, *critics)
    everything.compile(keras.optimizers.SGD(0.0))
    state.parent.mkdir(exist_ok=True)
    save_model(everything, state, preparation)


if __name__ == "__main__":
    main()
