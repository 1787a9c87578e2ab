"""The command `evaluate`: the place of its numbers. The measures are tested in evaluation/."""

import json
import shutil

import pytest

from cyclegan_tf.config import Config


@pytest.fixture
def evaluated(monkeypatch):
    """What `evaluate` was called with; it measures nothing."""
    from cyclegan_tf.evaluation import evaluate as module

    calls = []

    def evaluate(*arguments, **options):
        calls.append(arguments)
        return {"path": "", "data": "", "split": "test", "directions": {}}

    monkeypatch.setattr(module, "evaluate", evaluate)
    return calls


def test_folder_of_the_numbers_is_made(evaluated, two_folders, tmp_path, run):
    flags = ["--data", two_folders, "--json", tmp_path / "new" / "scores.json"]
    assert run("evaluate", "g.keras", *flags)[0] == 0
    assert json.loads((tmp_path / "new" / "scores.json").read_text())["split"] == "test"
    assert evaluated == [("g.keras", str(two_folders))]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--json", ""], "--json is empty"),
        (["--json", "data"], "data cannot be written: it is a folder. Use another --json."),
        (["--json", "data/A/m0.png/x.json"], "m0.png is a file"),
        (["--json", "data/A/m0.png"], "m0.png is an input and would be overwritten"),
        (["--json", "run/config.json"], "config.json is an input and would be overwritten"),
        (["--json", "run/generator_ab.keras"], "generator_ab.keras is an input"),
        (["--json", "x.json", "--data", ""], "--data is empty"),
    ],
)
def test_place_is_refused_before_anything_loads(
    flags, words, evaluated, two_folders, tmp_path, run, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(two_folders, "data")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.json").write_text(Config(data="data").to_json())
    (tmp_path / "run" / "generator_ab.keras").write_text("")
    code, out, error = run("evaluate", "run", *flags)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert error.startswith("cyclegan-tf: ") and words in error
    assert not evaluated
