"""`--import`: modules of the user's with the classes that their models are made of."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from cyclegan_tf.errors import ConfigError, reason_of


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


def import_own_modules(names: Sequence[str]) -> None:
    """Imports modules from the current folder, or wherever else Python finds them.

    Args:
        names: As given to `--import`.

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
            if isinstance(error, ModuleNotFoundError) and name.startswith(error.name or " "):
                hint = " It is looked for in the current folder. Give my_module for my_module.py."
            raise ConfigError(
                f"--import {name}: {type(error).__name__}: {reason_of(error)}.{hint}"
            ) from error
