"""What `benchmarks/train_step.py` makes of times: the cases, ratios and shares of the limit."""

import argparse
import importlib.util
from pathlib import Path

import pytest

PLACE = Path(__file__).resolve().parents[2] / "benchmarks" / "train_step.py"


@pytest.fixture(scope="module")
def train_step():
    spec = importlib.util.spec_from_file_location("train_step", PLACE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def arguments(**given):
    defaults = {"filters": 64, "blocks": 9, "upsampling": ["transpose"], "identity_weight": 0.0}
    defaults |= {"cases": ("own", "notebook"), "precisions": ["all"], "xla": ["off", "on"]}
    return argparse.Namespace(**{**defaults, **given})


def test_the_notebook_is_float32_and_jax_always_compiles(train_step, monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    cases = train_step.cases_of(arguments(), 256, 1)
    assert [(c["way"], c["precision"], c["xla"]) for c in cases if c["way"] == "notebook"] == [
        ("notebook", "float32", False),
        ("notebook", "float32", True),
    ]
    assert len(cases) == 2 + 3 * 2
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    cases = train_step.cases_of(arguments(cases=("own",)), 256, 1)
    assert [c["xla"] for c in cases] == [True] * 3
    both = arguments(upsampling=["balanced", "resize"], precisions=["float32"], xla=["off"])
    assert [c["upsampling"] for c in train_step.cases_of(both, 256, 1)] == [
        *both.upsampling,
        "transpose",  # the notebook's
    ]


def test_ratios_and_shares_by_hand(train_step):
    case = {"identity_weight": 0.0, "upsampling": "transpose"}
    lines = [
        {**case, "way": "own", "precision": "mixed_float16", "seconds": 0.5, "tflop": 1.29},
        {**case, "way": "notebook", "precision": "float32", "seconds": 2.0},
        {**case, "way": "torch", "precision": "mixed_float16", "seconds": 1.0},
        {**case, "way": "torch_last", "precision": "float32", "error": "no torch"},
    ]
    limits = {"mixed_float16": {"convolution": 5.16e12, "matmul": 4e12}}
    train_step.complete(lines, limits)
    assert [line.get("of_notebook") for line in lines] == [0.25, 1.0, 0.5, None]
    assert [line.get("of_limit") for line in lines] == [0.5, None, 0.25, None]


def test_no_time_left_is_a_line_that_says_so(train_step, capsys):
    cases = train_step.cases_of(arguments(), 480, 8)
    lines = train_step.measure(arguments(), cases, 0.0)
    assert [line["error"] for line in lines] == ["left out: --seconds are over"] * len(cases)
    train_step.print_table(lines)
    assert "left out: --seconds are over" in capsys.readouterr().out
