"""`--import` and `--parts`: modules of the user's, with classes for models and parts to train."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from cyclegan_tf.errors import ConfigError, reason_of

#: Names in a module for `--parts`: arguments of `train`.
PARTS = ("networks", "objective", "optimizer", "data", "callbacks")


def add_own_modules(parser: argparse.ArgumentParser) -> None:
    """Adds `--import`.

    Args:
        parser: Parser of a command that loads models.
    """
    parser.add_argument(
        "--import",
        dest="own_modules",
        action="append",
        default=[],
        metavar="MODULE",
        help="import this Python module first, from the current folder or an installed package: it "
        "registers classes of your own that models are made of. Its code is run. May be repeated",
    )


def parts_in(name: str) -> dict[str, Any]:
    """Imports a module and returns what it has for `train`.

    Args:
        name: As given to `--parts`.

    Returns:
        Arguments of `train`, of those in `PARTS`.

    Raises:
        ConfigError: It can't be imported, or has none of them.
    """
    import_own_modules([name], "--parts")
    module = sys.modules[name]
    values = {part: getattr(module, part, None) for part in PARTS}
    # Not `from keras import callbacks`.
    found = {k: v for k, v in values.items() if v is not None and not isinstance(v, ModuleType)}
    if not found:
        raise ConfigError(f"--parts {name}: it has none of {', '.join(PARTS)}.")
    callbacks = found.get("callbacks", [])
    if not isinstance(callbacks, list | tuple):
        kind = type(callbacks).__name__
        raise ConfigError(f"--parts {name}: callbacks must be a list; received a {kind}.")
    return found


def import_own_modules(names: Sequence[str], flag: str = "--import") -> None:
    """Imports modules from the current folder, or wherever else Python finds them.

    Args:
        names: As given to the flag.
        flag: For the message.

    Raises:
        ConfigError: One can't be imported.
    """
    if names and os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    for name in names:
        try:
            importlib.import_module(name)
        except Exception as error:  # of code of the user's, which may raise anything
            hint = ""
            is_path = "/" in name or name.startswith(".") or name.endswith(".py")
            is_missing = isinstance(error, ModuleNotFoundError)
            if is_path or (is_missing and name.startswith(getattr(error, "name", None) or " ")):
                hint = " It is looked for in the current folder. Give my_module for my_module.py."
            raise ConfigError(
                f"{flag} {name}: {type(error).__name__}: {reason_of(error)}.{hint}"
            ) from error
