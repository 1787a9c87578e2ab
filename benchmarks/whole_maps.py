"""Seconds and peak memory for whole maps: this project beside a plain pass and beside PyTorch.

    python benchmarks/whole_maps.py --size 1400x3000 --torch-python /path/to/venv/bin/python

All translate the same random map with the paper's generator (64 filters, 9 blocks, transposed
convolutions; `--upsampling balanced` for this project's default). Every way runs in a process of
its own, whose peak memory is read at the end; they take turns, and the fastest run of each counts,
as other work on the machine can only slow one down; core seconds are those that the process itself
used. A way that the machine can't run (PyTorch not importable, too little memory) is left out with
a line that says so. Prints one JSON line.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# Name of a way: options of the Translator, or the dtype of a peer.
OWN = {
    "default": {},
    "window": {"statistics": "window"},
    "locked": {"statistics": "locked"},
    "two_stages": {},  # the same generator at a quarter of the size, and an upscaler
}
PEERS = ("graph", "torch", "torch_bf16")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1400x3000", help="height x width in pixels")
    parser.add_argument("--ways", default="default,graph,torch,torch_bf16")
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=9)
    parser.add_argument("--upsampling", default="transpose")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--torch-python", default=sys.executable, help="a Python that has PyTorch")
    parser.add_argument("--way", help=argparse.SUPPRESS)  # the child's
    arguments = parser.parse_args()
    if arguments.way:
        _child(arguments)
        return
    ways, figures = arguments.ways.split(","), {}
    children = {way: _start(way, arguments) for way in ways}
    children = {way: child for way, child in children.items() if child}
    for _ in range(arguments.repeats):
        for way, child in list(children.items()):
            line = _ask(child, "run")
            if "seconds" not in line:
                print(f"{way} left out: {line.get('error', 'the process ended')}", file=sys.stderr)
                del children[way]
                figures.pop(way, None)
                continue
            best = min(line["seconds"], figures.get(way, line)["seconds"])
            figures[way] = {**line, "seconds": round(best, 2)}
    settings = {k: v for k, v in vars(arguments).items() if k not in ("way", "torch_python")}
    print(json.dumps({**settings, "figures": figures}))


def _start(way, arguments):
    """Starts the process of a way; returns None where it can't run."""
    height, width = map(int, arguments.size.split("x"))
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    # One pass over the whole holds several results at full resolution; don't bring a machine down.
    if way in PEERS and 5 * 4 * arguments.filters * height * width > pages:
        print(
            f"{way} left out: one pass over {arguments.size} needs too much memory here.",
            file=sys.stderr,
        )
        return None
    python = arguments.torch_python if way.startswith("torch") else sys.executable
    options = ("size", "filters", "blocks", "upsampling", "precision")
    flags = [f"--{name}={getattr(arguments, name)}" for name in options]
    root = str(Path(__file__).resolve().parent.parent)
    child = subprocess.Popen(
        [python, __file__, f"--way={way}", *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    line = _ask(child, "ready")
    if "error" in line:
        print(f"{way} left out: {line['error']}", file=sys.stderr)
        return None
    return child


def _ask(child, word):
    try:
        child.stdin.write(word + "\n")
        child.stdin.flush()
    except OSError:
        return {"error": "the process ended"}
    line = child.stdout.readline()
    return json.loads(line) if line else {"error": "the process ended (out of memory?)"}


def _child(arguments):
    """Answers every line of input with a line of JSON: first "ready", then a run's figures."""
    height, width = map(int, arguments.size.split("x"))
    input()
    try:
        run, note = (_torch_run if arguments.way.startswith("torch") else _own_run)(
            arguments, height, width
        )
    except ImportError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return
    print(json.dumps({"ready": True}), flush=True)
    while True:
        try:
            input()
        except EOFError:
            return
        begin, work = time.perf_counter(), time.process_time()
        run()
        seconds, work = time.perf_counter() - begin, time.process_time() - work
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        line = {"seconds": seconds, "core_seconds": round(work, 1), "peak_gb": round(peak / 1e9, 2)}
        print(json.dumps({**line, **note}), flush=True)


def _own_run(arguments, height, width):
    import numpy as np

    from cyclegan_tf.hardware.precision import resolve_precision
    from cyclegan_tf.model.networks import resnet_generator, with_precision
    from cyclegan_tf.model.upscaler import two_stage_generator, upscaler
    from cyclegan_tf.translation.translator import Translator

    generator = resnet_generator(
        arguments.filters, arguments.blocks, upsampling=arguments.upsampling, seed=0
    )
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (height // 50 + 1, width // 50 + 1, 3), np.uint8)
    picture = small.repeat(50, 0).repeat(50, 1)[:height, :width]
    if arguments.way == "graph":  # the plain whole pass: the Keras model as it is
        import tensorflow as tf

        precision = resolve_precision(arguments.precision)
        model = tf.function(with_precision(generator, precision), reduce_retracing=True)
        return lambda: model(tf.constant(picture[None] / 127.5 - 1.0, tf.float32)).numpy(), {}
    options = dict(OWN[arguments.way])
    if options.get("statistics") == "locked":
        options["reference"] = picture[:480, :480]
    if arguments.way == "two_stages":
        generator = two_stage_generator(generator, upscaler(4))
    translator = Translator(generator, arguments.precision, **options)
    plan = translator.plan(height, width)
    note = {"plan": str(plan), "predicted_gb": round(plan.process_bytes / 1e9, 2)}
    return lambda: translator(picture), note


def _torch_run(arguments, height, width):
    import torch
    from torch_networks import generator

    model = generator(arguments.filters, arguments.blocks, arguments.upsampling)
    dtype = torch.bfloat16 if arguments.way == "torch_bf16" else torch.float32
    model = model.eval().to(dtype).to(memory_format=torch.channels_last)
    batch = torch.rand(1, 3, height, width, dtype=dtype).contiguous(
        memory_format=torch.channels_last
    )

    def run():
        with torch.inference_mode():
            model(batch)

    return run, {}


if __name__ == "__main__":
    main()
