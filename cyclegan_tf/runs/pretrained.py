"""The pretrained generators by name, `meadow2forest` and others: their files and their cards."""

import json
from pathlib import Path
from typing import Any


def folder() -> Path:
    """Returns the folder `checkpoints`, of the installed package or of the checkout."""
    package = Path(__file__).parents[1]
    installed = package / "checkpoints"
    return installed if installed.is_dir() else package.parent / "checkpoints"


def names() -> list[str]:
    """Returns the names of all pretrained generators.

    >>> "meadow2forest" in names()
    True
    """
    return sorted(path.stem for path in folder().glob("*.keras"))


def find(name: str) -> Path | None:
    """Returns the `.keras` file of a pretrained generator, or None if there is none."""
    return folder() / f"{name}.keras" if name in names() else None


def read_card(name: str) -> dict[str, Any]:
    """Returns the card of a pretrained generator: data, recipe, time, hardware, scores."""
    return json.loads((folder() / f"{name}.json").read_text())
