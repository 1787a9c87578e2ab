"""The pretrained generators by name, and those on a hub: their files and their cards."""

import os
from pathlib import Path
from typing import Any

from cyclegan_tf.errors import RunError
from cyclegan_tf.model_files.hub import fetch, is_hub
from data_pipeline.json_files import read_json_object


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
    """Returns the `.keras` file of a pretrained generator or, fetched first, of one on a hub.

    Args:
        name: A name such as `"meadow2forest"`, or an address such as `"hf://user/name"`.

    Returns:
        The path; None if there is no pretrained generator of this name.

    Raises:
        RunError: That on the hub can't be fetched, see `fetch`.
    """
    if is_hub(name):
        return fetch(name)
    return folder() / f"{name}.keras" if name in names() else None


def read_card(name: str) -> dict[str, Any]:
    """Returns the card of a pretrained generator: data, recipe, time, hardware, scores.

    Args:
        name: As in `find`.

    Raises:
        RunError: There is none, or it is damaged.
    """
    file = fetch(name).with_suffix(".json") if is_hub(name) else folder() / f"{name}.json"
    return read_card_file(file)


def read_card_file(path: str | os.PathLike) -> dict[str, Any]:
    """Reads a card, that of a run or of a pretrained generator.

    Raises:
        RunError: It can't be read, or it is none.
    """
    try:
        return read_json_object(path)
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is not a readable card: {error}.") from error
