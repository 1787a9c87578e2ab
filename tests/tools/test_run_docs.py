"""Running the pages' commands: which lines are commands, and what becomes of each."""

import argparse
import subprocess
from pathlib import Path

import pytest
import run_docs
from doc_blocks import ROOT, Piece


def test_lists_of_files_are_no_commands():
    two = ".venv/bin/cyclegan-tf check \\\n  m\n"
    text = f"my_maps/a/*.png   # files\n\nmake demo    # a target\nmkdir x\n\n{two}"
    block = Piece(ROOT / "README.md", 3, "indented", text)
    assert run_docs.runnable(block) == ["make demo    # a target", ".venv/bin/cyclegan-tf check m"]
    assert run_docs.runnable(Piece(Path("x"), 1, "python", text)) == []


def test_what_two_pages_have_is_run_once():
    lines = [("a", "make demo  # now"), ("b", ".venv/bin/pip list"), ("c", "make demo")]
    assert run_docs.once_each([*lines, ("d", "pip list")]) == lines[:2]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("git clone https://github.com/OWNER/cyclegan_tf", "no address yet"),
        ("make setup", "--venv"),
        ("pip install -r requirements.txt", "--venv"),
        ("make test", "--skip make t"),
        ("make demo", None),
    ],
)
def test_what_is_left_out(line, why):
    options = argparse.Namespace(venv=Path(".venv"), skip=["make t"])
    found = run_docs.reason_to_skip(line, options)
    assert found is None if why is None else found.startswith(why)


@pytest.mark.parametrize(
    ("line", "seconds", "outcome"),
    [
        ("echo well", 20, ("ok", "well\n")),
        ("echo no && exit 3", 20, ("FAILED", "no\n")),
        ("trap 'echo saved; exit 143' TERM; sleep 20 & wait", 0.5, ("stopped", "saved\n")),
    ],
)
def test_outcomes(line, seconds, outcome, tmp_path):
    assert run_docs.run(line, tmp_path, seconds) == outcome


def test_a_copy_has_the_files_and_an_environment_that_make_takes_for_new(tmp_path, monkeypatch):
    checkout, copy = tmp_path / "checkout", tmp_path / "copy"
    (checkout / ".venv").mkdir(parents=True)
    for name in ("requirements.lock", "requirements.txt", "pyproject.toml", "docs.md"):
        (checkout / name).write_text(name)
    (checkout / ".gitignore").write_text(".venv\n")
    subprocess.run(["git", "init", "-q"], cwd=checkout, check=True)
    monkeypatch.setattr(run_docs, "ROOT", checkout)
    run_docs.copy(copy, checkout / ".venv")
    assert (copy / "docs.md").read_text() == "docs.md"
    assert (copy / ".venv").samefile(checkout / ".venv")
    assert (copy / "requirements.lock").stat().st_mtime == 0
