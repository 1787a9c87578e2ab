"""One table of what train_step.py measured on any machines.

    python benchmarks/step_table.py research/results/train_step_*.jsonl
    python benchmarks/step_table.py research/results/train_step_*.jsonl --into docs/speed.md

Of several lines of one case the fastest counts. Prints Markdown, or replaces what lies between the
two comments with `step_table` in a file.
"""

import argparse
import json
import re
from pathlib import Path

BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX"}
KEYS = (
    "backend",
    "way",
    "precision",
    "xla",
    "size",
    "batch",
    "filters",
    "identity_weight",
    "upsampling",
)
MARKS = "<!-- step_table: begin -->", "<!-- step_table: end -->"
HEADS = (
    "update",
    "precision",
    "ms",
    "core ms",
    "img/s",
    "TFLOP/s",
    "of matmul",
    "of convolution",
    "memory, GB",
    "compiling, s",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", help="JSON lines of train_step.py")
    parser.add_argument("--into", help="a file with both comments")
    arguments = parser.parse_args()
    text = table(read(sorted(arguments.files)))
    if not arguments.into:
        print(text)
        return
    path = Path(arguments.into)
    path.write_text(replaced(path.read_text(), text))


def read(paths):
    """The lines of all files."""
    return [json.loads(line) for path in paths for line in Path(path).read_text().splitlines()]


def replaced(page, text):
    """The page with a new table between its comments."""
    begin, end = map(re.escape, MARKS)
    if not re.search(f"{begin}.*{end}", page, re.DOTALL):
        raise ValueError(f"The page must have the lines {MARKS[0]} and {MARKS[1]}.")
    new = f"{MARKS[0]}\n{text}\n{MARKS[1]}"
    return re.sub(f"{begin}.*{end}", lambda _: new, page, flags=re.DOTALL)


def table(lines):
    """A table for each device and size of the networks, and a list of what couldn't be measured."""
    measured = [line for line in lines if "ms" in line]
    parts = []
    for device in dict.fromkeys(line["device"] for line in measured):
        of_device = best_of(line for line in measured if line["device"] == device)
        parts.append(f"**{device}** ({versions(of_device)})\n\n{one_table(of_device)}")
    failed = [
        f"- {name(line)}, {line['precision']}: {line['error']}" for line in lines if "error" in line
    ]
    return "\n\n".join([*parts, *(["Not measured:\n\n" + "\n".join(failed)] if failed else [])])


def best_of(lines):
    best = {}
    for line in lines:
        key = tuple(line.get(k) for k in KEYS)
        best[key] = min(best.get(key, line), line, key=lambda line: line["ms"])
    return list(best.values())


def versions(lines):
    found = {f"{k} {v}" for line in lines for k, v in line.get("versions", {}).items()}
    return ", ".join(sorted(found))


def one_table(lines):
    rows = ["| " + " | ".join(HEADS) + " |", "|" + " --- |" * len(HEADS)]
    order = ("size", "batch", "filters", "identity_weight")
    for line in sorted(lines, key=lambda line: [line[k] for k in order]):
        tflop = line.get("tflop") or tflop_of(lines, line)
        tflops = tflop / line["ms"] * 1000 if tflop else None
        limits = limits_of(lines, line["precision"])
        shares = [
            tflops / limits[k] if tflops and k in limits else None
            for k in ("matmul", "convolution")
        ]
        cells = [
            name(line),
            line["precision"].removeprefix("mixed_"),
            *(milliseconds(line.get(k)) for k in ("ms", "core_ms")),
            f"{line['images_per_second']:.3g}",
            f"{tflops:.3g}" if tflops else "",
            *("" if share is None else f"{share:.0%}" for share in shares),
            f"{line['peak_gb']:.3g}",
            f"{line['compile_seconds']:.3g}",
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def milliseconds(value):
    if value is None:  # lines from before it was measured
        return ""
    return f"{value:,.{1 if value < 100 else 0}f}"


def tflop_of(lines, wanted):
    """What an update of the same kind takes by our count, if one of ours was measured."""
    same = ("size", "filters", "blocks", "identity_weight")
    for line in lines:
        if "tflop" in line and all(line[k] == wanted[k] for k in same):
            return line["tflop"] * wanted["batch"] / line["batch"]
    return None


def limits_of(lines, precision):
    """The highest rates of the device that were seen."""
    of_precision = [line for line in lines if line["precision"] == precision]
    rates = [line["limit_tflops"] for line in of_precision if "limit_tflops" in line]
    return {k: max(rate[k] for rate in rates) for k in rates[0]} if rates else {}


def name(line):
    """What a line is of, in words."""
    way = {
        "own": f"here, {BACKENDS.get(line['backend'])}",
        "notebook": "notebook",
        "torch": "PyTorch",
        "torch_last": "PyTorch, channels-last",
    }[line["way"]]
    compiled = {"own": ", XLA", "notebook": ", XLA"}.get(line["way"], ", compiled")
    compiled = compiled if line["xla"] and line["backend"] != "jax" else ""
    size = f"{line['size']} px, batch {line['batch']}"
    size += f", {line['filters']} filters" if line["filters"] != 64 else ""
    size += ", identity loss" if line["identity_weight"] else ""
    size += f", {line['upsampling']}" if line["upsampling"] != "transpose" else ""
    return f"{size}: {way}{compiled}"


if __name__ == "__main__":
    main()
