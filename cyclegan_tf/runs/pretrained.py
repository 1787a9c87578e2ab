"""The pretrained generators that come with the project, by name: `meadow2forest`, ...

What each is worth stands on its card, checkpoints/NAME.json.
"""

import json
from pathlib import Path


def folder() -> Path:
    """The folder `checkpoints`: of the installed package, or of the checkout."""
    package = Path(__file__).parents[1]
    installed = package / "checkpoints"
    return installed if installed.is_dir() else package.parent / "checkpoints"


def names() -> list[str]:
    """Names of all pretrained generators.

    >>> "meadow2forest" in names()
    True
    """
    return sorted(path.stem for path in folder().glob("*.keras"))


def find(name: str) -> Path | None:
    """Returns the `.keras` file of a pretrained generator, or None."""
    return folder() / f"{name}.keras" if name in names() else None


def read_card(name: str) -> dict:
    """Returns what is known of a pretrained generator: data, recipe, time, hardware, scores."""
    return json.loads((folder() / f"{name}.json").read_text())
