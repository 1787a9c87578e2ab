"""How long an update takes and how near it is to the device's limit, beside what others do.

    python benchmarks/train_step.py --sizes 256 --batches 1                    # precision auto
    python benchmarks/train_step.py --precisions all --xla off on --seconds 600
    KERAS_BACKEND=jax python benchmarks/train_step.py --cases own --seconds 120

Cases are `own` (this project's step), `notebook` (that of TensorFlow's tutorial, float32), `torch`
(PyTorch) and `torch_last` (channels-last), all with the paper's networks, LSGAN and cycle loss.
With `--xla on` PyTorch uses `torch.compile`; other precisions than float32 are autocast there.

Each case runs in a process of its own; those of one size and batch take turns. The fastest turn of
each counts, as other work on the machine can only slow one down. The limit is the faster of a
convolution and a matrix product, measured in the same turns. Memory is that of the device, on a CPU
of the process. Prints a JSON line per case, then a table. What can't run is a line that says why.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

CASES = ("own", "notebook", "torch", "torch_last")
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
TURN = 0.5  # seconds that a turn should take at least


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES)
    parser.add_argument("--sizes", nargs="+", type=int, default=[256], help="sides in pixels")
    parser.add_argument("--batches", nargs="+", type=int, default=[1])
    parser.add_argument("--precisions", nargs="+", choices=("auto", "all", *PRECISIONS))
    parser.add_argument("--xla", nargs="+", choices=("off", "on"), default=["off"])
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=9)
    parser.add_argument("--upsampling", nargs="+", default=["transpose"], help="of our own step")
    parser.add_argument("--identity-weight", type=float, default=0.0, help="of our own step")
    parser.add_argument("--seconds", type=float, default=300, help="for everything, about")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each case at most")
    parser.add_argument("--torch-python", default=sys.executable, help="Python that has PyTorch")
    parser.add_argument("--out", help="file to append the JSON lines to")
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.seconds
    groups = list(itertools.product(arguments.sizes, arguments.batches))
    lines = []
    for i, (size, batch) in enumerate(groups):
        share = (end - time.monotonic()) / (len(groups) - i)
        lines += measure(arguments, cases_of(arguments, size, batch), share)
    if arguments.out:
        with open(arguments.out, "a") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
    print_table(lines)


def cases_of(arguments, size, batch):
    """The cases of one size and batch; PyTorch's and ours in each precision, the notebook's not."""
    wanted = arguments.precisions or ["auto"]
    wanted = PRECISIONS if "all" in wanted else [_resolved(name) for name in wanted]
    names = ("filters", "blocks", "identity_weight")
    settings = {name: getattr(arguments, name) for name in names}
    jax = os.environ.get("KERAS_BACKEND") == "jax"
    cases = []
    for way, precision, xla in itertools.product(arguments.cases, wanted, arguments.xla):
        precision = "float32" if way == "notebook" else precision
        xla = xla == "on" or (jax and way == "own")  # JAX always compiles
        case = {"way": way, "precision": precision, "xla": xla, "size": size, "batch": batch}
        for upsampling in arguments.upsampling if way == "own" else ["transpose"]:
            one = {**case, **settings, "upsampling": upsampling}
            cases += [one] if one not in cases else []
    return cases


def _resolved(precision):
    if precision != "auto":
        return precision
    code = "from cyclegan_tf.hardware.precision import resolve_precision as r; print(r())"
    result = subprocess.run([sys.executable, "-c", code], env=_env(), capture_output=True)
    return result.stdout.decode().split()[-1]


def _env():
    root = str(Path(__file__).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, *sys.path[1:2]])}


def measure(arguments, cases, seconds):
    """Runs cases in turns for about so many seconds; returns their lines."""
    if seconds <= 0:
        return [{**case, "error": "left out: --seconds are over"} for case in cases]
    end = time.monotonic() + seconds
    processes = [start(arguments, case) for case in cases]
    lines, limits = [], {}
    for case, process in zip(cases, processes, strict=True):
        lines.append({**case, **answer(process)})
    for turn in range(arguments.rounds):
        for line, process in zip(lines, processes, strict=True):
            if "error" in line or (turn and time.monotonic() > end):
                continue
            taken = line.get("seconds", TURN)
            result = answer(process, str(max(1, round(TURN / taken)) if turn else 1))
            best = min(result.get("seconds", taken), line.get("seconds", float("inf")))
            line.update(result | ({} if "error" in result else {"seconds": best}))
            if line["way"] == "own" and "error" not in result and turn < 2:
                rates = answer(process, "limit")
                known = limits.setdefault(line["precision"], {})
                known |= {k: max(v, known.get(k, 0.0)) for k, v in rates.items() if k != "error"}
    for process in processes:
        process.stdin.close()
        process.wait()
    complete(lines, limits)
    for line in lines:
        print(json.dumps(line), flush=True)
    return lines


def complete(lines, limits):
    """Adds what follows from the times: ratios to the notebook's step, shares of the limit."""
    times = {line["way"]: line["seconds"] for line in reversed(lines) if "seconds" in line}
    counted = [line for line in lines if "tflop" in line and _is_plain(line)]
    for line in lines:
        if "error" in line:
            continue
        if "notebook" in times:
            line["of_notebook"] = round(line["seconds"] / times["notebook"], 3)
        rates = limits.get(line["precision"])
        # The others compute what our step does without further losses.
        tflop = line.get("tflop") or (counted and counted[0]["tflop"])
        if rates and tflop:
            line["limit_tflops"] = {name: round(rate / 1e12, 4) for name, rate in rates.items()}
            share = tflop * 1e12 / line["seconds"] / max(rates.values())
            line["of_limit"] = round(share, 3)
        line["seconds"] = round(line["seconds"], 4)


def _is_plain(line):
    return not line["identity_weight"] and line["upsampling"] == "transpose"


def start(arguments, case):
    python = arguments.torch_python if case["way"].startswith("torch") else sys.executable
    return subprocess.Popen(
        [python, Path(__file__).with_name("step_process.py"), json.dumps(case)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=_env(),
    )


def answer(process, question=None):
    """The next line that a process prints, after a question to it; an error if it has died."""
    try:
        if question:
            process.stdin.write(question + "\n")
            process.stdin.flush()
        line = process.stdout.readline()
    except OSError:
        line = ""
    return json.loads(line) if line else {"error": "the process ended (out of memory?)"}


def print_table(lines):
    heads = ("size", "batch", "seconds", "of_notebook", "of_limit", "peak_gb")
    print(f"\n{'way':<16}{'precision':<16}{'xla':<7}" + "".join(f"{x:>13}" for x in heads))
    for line in lines:
        figures = "".join(f"{line.get(head, '-'):>13}" for head in heads)
        way = f"own {line['upsampling']}" if line["way"] == "own" else line["way"]
        name = f"{way:<16}{line['precision']:<16}{line['xla']!s:<7}"
        print(f"{name}{figures}  {line.get('error', '')}".rstrip())


if __name__ == "__main__":
    main()
