"""Cases of `benchmarks/train_step.py`, their order, what is made of times, and the table."""

import argparse
import importlib
import json
import sys
import time
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def train_step():
    sys.path.insert(0, str(BENCHMARKS))
    yield importlib.import_module("train_step")
    sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def step_table(train_step):
    return importlib.import_module("step_table")


def arguments(**given):
    defaults = {"sizes": [256], "batches": [1], "filters": [64], "identity_weights": [0.0]}
    defaults |= {"upsampling": ["transpose"], "precisions": ["all"], "blocks": 9}
    defaults |= {"ways": ("own", "notebook"), "xla": ["off", "on"]}
    return argparse.Namespace(**{**defaults, **given})


def test_the_notebook_is_float32_and_jax_always_compiles(train_step, monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    cases = train_step.cases_of(arguments())
    assert [(c["way"], c["precision"], c["xla"]) for c in cases if c["way"] == "notebook"] == [
        ("notebook", "float32", False),
        ("notebook", "float32", True),
    ]
    assert len(cases) == 2 + 3 * 2
    both = arguments(upsampling=["balanced", "transpose"], precisions=["float32"], xla=["off"])
    # Only ours has several kinds of upsampling.
    assert [(c["way"], c["upsampling"]) for c in train_step.cases_of(both)] == [
        ("own", "balanced"),
        ("own", "transpose"),
        ("notebook", "transpose"),
    ]
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    cases = train_step.cases_of(arguments(ways=("own",)))
    assert [c["xla"] for c in cases] == [True] * 3


def test_first_values_come_first(train_step):
    given = arguments(
        sizes=[256, 480], batches=[1, 4], precisions=["float32", "mixed_float16"], ways=["own"]
    )
    cases = train_step.cases_of(arguments(**{**vars(given), "xla": ["off"]}))
    assert [(c["size"], c["batch"], c["precision"].removeprefix("mixed_")) for c in cases] == [
        (256, 1, "float32"),
        (480, 1, "float32"),
        (256, 4, "float32"),
        (256, 1, "float16"),
        (480, 4, "float32"),
        (480, 1, "float16"),
        (256, 4, "float16"),
        (480, 4, "float16"),
    ]
    assert [len(group) for group in train_step.grouped(cases)] == [2] * 4  # by size and batch
    assert train_step.grouped(cases, one_at_a_time=True) == [[case] for case in cases]


def test_rates_and_shares_by_hand(train_step):
    line = {"batch": 2, "seconds": 0.5, "core_seconds": 0.8, "tflop": 1.29}
    train_step.complete(line, {"convolution": 5.16, "matmul": 10.32})
    expected = {"ms": 500.0, "core_ms": 800.0, "images_per_second": 4.0, "tflops": 2.58}
    assert {name: line[name] for name in expected} == expected
    assert (line["of_convolution"], line["of_matmul"]) == (0.5, 0.25)


def test_a_process_that_takes_too_long_or_ends_is_a_line_that_says_so(train_step):
    process = train_step.MeasuredProcess([sys.executable, "-c", "import time; time.sleep(60)"], {})
    answer = process.ask("go", time.monotonic() + 0.2)
    assert answer == {"error": "left out: the time limit was reached"}
    process.close()  # was stopped, so this doesn't take a minute
    process = train_step.MeasuredProcess([sys.executable, "-c", "print('{\"a\": 1}')"], {})
    assert process.ask("go", time.monotonic() + 30) == {"a": 1}
    assert process.ask("1", time.monotonic() + 30)["error"].startswith("the process ended")
    process.close()


def test_a_line_is_written_as_soon_as_it_is_measured(train_step, tmp_path, capsys):
    for i in range(2):
        train_step.write({"i": i}, tmp_path / "lines.jsonl")
    text = (tmp_path / "lines.jsonl").read_text()
    assert text == capsys.readouterr().out == '{"i": 0}\n{"i": 1}\n'


def measured(**given):
    line = {"size": 256, "batch": 1, "filters": 64, "blocks": 9, "identity_weight": 0.0}
    line |= {"upsampling": "transpose", "precision": "mixed_bfloat16", "xla": True}
    line |= {"way": "own", "backend": "jax", "device": "GPU", "versions": {"jax": "0.11"}}
    line |= {
        "ms": 10.0,
        "core_ms": 4.0,
        "images_per_second": 100.0,
        "peak_gb": 1.5,
        "compile_seconds": 30.0,
    }
    return {**line, **given}


def test_one_table_of_several_machines(step_table):
    own = measured(tflop=1.29, limit_tflops={"matmul": 645.0, "convolution": 258.0})
    torch = measured(way="torch_last", backend="torch", ms=20.0, images_per_second=50.0)
    other = measured(device="other", ms=2000.0, images_per_second=0.5, precision="float32")
    failed = measured(size=480, error="too large")
    del failed["ms"]
    text = step_table.table([own, measured(ms=11.0), torch, other, failed])
    assert text.count("**GPU**") == text.count("**other**") == 1
    rows = [
        [cell.strip() for cell in row.split("|")[1:-1]] for row in text.split("\n") if "|" in row
    ]
    rows = [row for row in rows if "px" in row[0]]
    # 1.29 TFLOP in 10 ms; PyTorch computes the same, and its limit is that of the same device.
    assert rows == [
        [
            "256 px, batch 1: here, JAX",
            "bfloat16",
            "10.0",
            "4.0",
            "100",
            "129",
            "20%",
            "50%",
            "1.5",
            "30",
        ],
        [
            *(
                "256 px, batch 1: PyTorch, channels-last, compiled",
                "bfloat16",
                "20.0",
                "4.0",
                "50",
                "64.5",
            ),
            *("10%", "25%", "1.5", "30"),
        ],
        ["256 px, batch 1: here, JAX", "float32", "2,000", "4.0", "0.5", "", "", "", "1.5", "30"],
    ]
    assert "- 480 px, batch 1: here, JAX, mixed_bfloat16: too large" in text


def test_the_table_replaces_the_one_before(step_table):
    begin, end = step_table.MARKS
    page = f"before\n{begin}\nold\n{end}\nafter"
    assert step_table.replaced(page, r"new \1") == f"before\n{begin}\nnew \\1\n{end}\nafter"
    with pytest.raises(ValueError, match="must have the lines"):
        step_table.replaced("nothing", "new")


def test_lines_of_any_file_are_read(step_table, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(measured(device=name)) + "\n")
    lines = step_table.read(sorted(tmp_path.glob("*.jsonl")))
    assert [line["device"] for line in lines] == ["one", "two"]


def test_the_page_has_the_table_of_all_results(step_table):
    root = BENCHMARKS.parent
    page = (root / "docs" / "speed.md").read_text()
    lines = step_table.read(sorted((root / "research" / "results").glob("train_step_*.jsonl")))
    again = (
        "python benchmarks/step_table.py research/results/train_step_*.jsonl --into docs/speed.md"
    )
    assert step_table.replaced(page, step_table.table(lines)) == page, f"run: {again}"
