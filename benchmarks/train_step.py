"""How long an update takes and how near it is to the device's limit, beside what others do.

    python benchmarks/train_step.py                                       # precision auto, 256x256
    python benchmarks/train_step.py --precisions all --xla off on --time-limit-minutes 10
    python benchmarks/train_step.py --backend jax --ways own --one-at-a-time --out h100.jsonl

Ways are `own` (this project's step), `notebook` (that of TensorFlow's tutorial, float32), `torch`
(PyTorch) and `torch_last` (channels-last), all with the paper's networks, LSGAN and cycle loss.
With `--xla on` PyTorch uses `torch.compile`; other precisions than float32 are autocast there. JAX
needs no TensorFlow.

The first value of each option makes the first case. Then come those with one other value, then
those with two, so that the most telling ones are measured when time runs out. Each case runs in a
process of its own. All ways of one setting take turns, and the fastest turn counts, as other work
on the machine can only slow one down. A JSON line per case goes to `--out` as soon as it is
measured; step_table.py makes one table of the lines of any machines. What can't run is a line that
says why.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from measured_process import MeasuredProcess
from step_table import table

WAYS = ("own", "notebook", "torch", "torch_last")
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
TURN = 0.5  # seconds that a turn should take at least
SETTINGS = ("size", "batch", "filters", "identity_weight")  # those of a group of cases


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--backend", choices=("tensorflow", "jax"), help="default: KERAS_BACKEND")
    parser.add_argument("--sizes", nargs="+", type=int, default=[256], help="sides in pixels")
    parser.add_argument("--batches", nargs="+", type=int, default=[1])
    parser.add_argument("--precisions", nargs="+", choices=("auto", "all", *PRECISIONS))
    parser.add_argument("--xla", nargs="+", choices=("off", "on"), default=["off"])
    parser.add_argument("--filters", nargs="+", type=int, default=[64])
    parser.add_argument("--identity-weights", nargs="+", type=float, default=[0.0])
    parser.add_argument("--upsampling", nargs="+", default=["transpose"], help="of our own step")
    parser.add_argument("--blocks", type=int, default=9)
    parser.add_argument("--time-limit-minutes", type=float, default=5, help="for everything")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each case at most")
    parser.add_argument(
        "--one-at-a-time",
        action="store_true",
        help="for GPUs: each case has the device to itself; the next one only gets ready meanwhile",
    )
    parser.add_argument("--torch-python", default=sys.executable, help="Python that has PyTorch")
    parser.add_argument("--out", help="file to append the JSON lines to")
    arguments = parser.parse_args()
    if arguments.backend:
        os.environ["KERAS_BACKEND"] = arguments.backend
    end = time.monotonic() + 60 * arguments.time_limit_minutes
    groups = grouped(cases_of(arguments), arguments.one_at_a_time)
    lines, ahead = [], []
    for i, group in enumerate(groups):
        if time.monotonic() > end:
            print(f"Left out, as the time limit was reached: {sum(map(len, groups[i:]))} cases.")
            break
        processes = ahead or [start(arguments, case) for case in group]
        until = time.monotonic() + (end - time.monotonic()) / (len(groups) - i)
        ahead = []
        if arguments.one_at_a_time:
            until = end
            ahead = [start(arguments, case) for case in sum(groups[i + 1 : i + 2], [])]
        measured = measure(processes, group, arguments.rounds, until, end, known_rates(lines))
        for line in measured:
            write(line, arguments.out)
        lines += measured
    for process in ahead:
        process.stop()
    print("\n" + table(lines))


def cases_of(arguments):
    """All cases: first those with the fewest values that aren't the first of their option.

    Among as many, those whose further value is of an earlier option.
    """
    precisions = arguments.precisions or ["auto"]
    precisions = PRECISIONS if "all" in precisions else [_resolved(name) for name in precisions]
    options = {
        "size": arguments.sizes,
        "batch": arguments.batches,
        "precision": precisions,
        "identity_weight": arguments.identity_weights,
        "filters": arguments.filters,
        "upsampling": arguments.upsampling,
        "xla": [word == "on" for word in arguments.xla],
        "way": arguments.ways,
    }
    chosen = sorted(
        itertools.product(*(range(len(values)) for values in options.values())),
        key=lambda places: (sum(map(bool, places[:-1])), [not p for p in places[:-1]], places),
    )
    cases = []
    for places in chosen:
        case = {k: v[i] for (k, v), i in zip(options.items(), places, strict=True)}
        case = {**case, "blocks": arguments.blocks, **_fixed(case)}
        plain = case["identity_weight"] == 0 and case["upsampling"] == "transpose"
        if (case["way"] == "own" or plain) and case not in cases:
            cases.append(case)
    return cases


def _fixed(case):
    if case["way"].startswith("torch"):
        return {"backend": "torch"}
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if case["way"] == "notebook":
        return {"backend": backend, "precision": "float32"}
    return {"backend": backend, "xla": case["xla"] or backend == "jax"}  # JAX always compiles


def _resolved(precision):
    if precision != "auto":
        return precision
    code = "from cyclegan_tf.hardware.precision import resolve_precision as r; print(r())"
    result = subprocess.run([sys.executable, "-c", code], env=_env(), capture_output=True)
    return result.stdout.decode().split()[-1]


def _env():
    root = str(Path(__file__).resolve().parent.parent)
    paths = [root, os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def grouped(cases, one_at_a_time=False):
    """Lists of those cases that take turns."""
    if one_at_a_time:
        return [[case] for case in cases]
    groups = {}
    for case in cases:
        groups.setdefault(tuple(case[name] for name in SETTINGS), []).append(case)
    return list(groups.values())


def start(arguments, case):
    python = arguments.torch_python if case["way"].startswith("torch") else sys.executable
    place = Path(__file__).with_name("step_process.py")
    return MeasuredProcess([python, str(place), json.dumps(case)], _env())


def measure(processes, cases, rounds, until, end, rates):
    """Lines of cases that take turns until some time, and are given up at a later one.

    Args:
        processes: One for each case.
        cases: Their settings.
        rounds: Turns of each at most.
        until: When no further turn begins; each has one at least.
        end: When what is under way is stopped.
        rates: Of the device, by precision, so far; new ones are added.
    """
    known = set(rates)
    pairs = zip(cases, processes, strict=True)
    lines = [{**case, **process.ask("go", end)} for case, process in pairs]
    for turn in range(rounds):
        for line, process in zip(lines, processes, strict=True):
            if "error" in line or (turn and time.monotonic() > until):
                continue
            taken = line.get("seconds", TURN)
            result = process.ask(str(max(1, round(TURN / taken)) if turn else 1), end)
            if "error" in result:
                line.update({} if "seconds" in line else result)  # what was measured stays
                continue
            best = {k: min(result[k], line.get(k, result[k])) for k in ("seconds", "core_seconds")}
            line.update(result | best)
            # Twice where other work may slow the device down.
            if (
                line["way"] == "own"
                and line["precision"] not in known
                and turn < min(2, len(cases))
            ):
                more = process.ask("limit", end)
                best = rates.setdefault(line["precision"], {})
                best |= {k: max(v, best.get(k, 0.0)) for k, v in more.items() if k != "error"}
    for process in processes:
        process.close()
    for line in lines:
        complete(line, rates.get(line["precision"]))
    return lines


def known_rates(lines):
    return {line["precision"]: line["limit_tflops"] for line in lines if "limit_tflops" in line}


def complete(line, rates):
    """Adds what follows from the time of an update, and from the rates of the device."""
    seconds = line.pop("seconds", None)
    if seconds is None:
        return
    line["ms"] = float(f"{1000 * seconds:.4g}")
    line["core_ms"] = float(f"{1000 * line.pop('core_seconds'):.4g}")  # of the host, all cores
    line["images_per_second"] = float(f"{line['batch'] / seconds:.4g}")
    if rates:
        line["limit_tflops"] = rates
    if "tflop" in line:
        line["tflops"] = float(f"{line['tflop'] / seconds:.4g}")
        for name, rate in (rates or {}).items():
            line[f"of_{name}"] = round(line["tflops"] / rate, 4)


def write(line, path):
    text = json.dumps(line)
    print(text, flush=True)
    if path:
        with open(path, "a") as file:  # closed, so that nothing is lost if a later case breaks off
            file.write(text + "\n")


if __name__ == "__main__":
    main()
