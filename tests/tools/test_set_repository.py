"""The address of the repository: in one command it is another one everywhere."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import set_repository

ROOT = Path(__file__).resolve().parents[2]
PLACES = [
    "pyproject.toml",
    "README.md",
    "docs/start.md",
    "docs/machines.md",
    "tools/set_repository.py",
]


@pytest.fixture
def copy(tmp_path):
    notebooks = [p.relative_to(ROOT).as_posix() for p in (ROOT / "notebooks").glob("*.ipynb")]
    for name in [*PLACES, *notebooks]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    return tmp_path


def test_no_file_has_the_old_address_any_more(copy):
    project = tomllib.loads((copy / "pyproject.toml").read_text())["project"]
    old = project["urls"]["Repository"].removeprefix("https://github.com/")
    texts = {p: p.read_text() for p in copy.rglob("*.*") if p.is_file() and ".git" not in p.parts}
    named = sorted(p for p, text in texts.items() if f"github.com/{old}" in text)
    assert len(named) >= 4
    assert sorted(set_repository.set_repository(copy, "octocat/maps")) == named
    for path in named:
        assert old not in path.read_text() and "octocat/maps" in path.read_text()
    assert (
        "git clone https://github.com/octocat/maps && cd maps" in (copy / "README.md").read_text()
    )
    # The new one is replaced as well, and nothing but the address has changed.
    set_repository.set_repository(copy, old)
    assert {p: p.read_text() for p in texts} == texts


@pytest.mark.parametrize("wrong", ["octocat", "https://example.org/a/b", "a/b/c", "a b/c"])
def test_other_addresses_are_refused(wrong, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["set_repository.py", wrong])
    with pytest.raises(SystemExit):
        set_repository.main()
    assert "must look like octocat/cyclegan_tf; received" in capsys.readouterr().err
