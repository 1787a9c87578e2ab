"""What is declared for pip agrees with what `make setup` installs."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


def requirements(lines):
    bare = (line.split("#")[0].strip() for line in lines)
    return [Requirement(line) for line in bare if line]


def in_file(name):
    return requirements((ROOT / name).read_text().splitlines())


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DEV = requirements(PROJECT["project"]["optional-dependencies"]["dev"])
LOCK = {canonicalize_name(pin.name): pin for pin in in_file("requirements.lock")}
OLDEST = {canonicalize_name(pin.name): pin for pin in in_file("requirements-oldest.lock")}
# Extras whose tests run with the oldest set, too.
EXTRAS = [
    wanted
    for name in ("completion", "export", "heif", "jax", "tensorboard")
    for wanted in requirements(PROJECT["project"]["optional-dependencies"][name])
]


@pytest.mark.parametrize("wanted", [*in_file("requirements.txt"), *DEV], ids=lambda r: r.name)
def test_the_lock_has_a_version_that_is_asked_for(wanted):
    (pinned,) = LOCK[canonicalize_name(wanted.name)].specifier
    assert pinned.operator == "==" and pinned.version in wanted.specifier


@pytest.mark.parametrize("wanted", [*in_file("requirements.txt"), *EXTRAS], ids=lambda r: r.name)
def test_the_oldest_lock_has_the_minimum(wanted):
    """So that `make test-oldest` shows whether the minima are true."""
    (minimum,) = (one for one in wanted.specifier if one.operator == ">=")
    (pinned,) = OLDEST[canonicalize_name(wanted.name)].specifier
    assert pinned.operator == "=="
    assert pinned.version == minimum.version or pinned.version.startswith(f"{minimum.version}.")


def test_lists_are_sorted():
    packages = PROJECT["tool"]["setuptools"]["packages"]
    assert packages == sorted(packages)
    assert [r.name for r in DEV] == sorted(r.name for r in DEV)
