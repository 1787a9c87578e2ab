"""Fields of `Config` as flags of a command, and their values when the command is run."""

import argparse
import dataclasses
from collections.abc import Collection
from typing import Any

from cyclegan_tf.config import Config
from cyclegan_tf.setting import type_of


def add_fields(group: argparse._ArgumentGroup, names: Collection[str]) -> None:
    """Adds a flag for each of some fields of `Config`; `crop_size` becomes `--crop-size`.

    Args:
        group: Parser or argument group to add to.
        names: Names of the fields.
    """
    for item in dataclasses.fields(Config):
        if item.name not in names:
            continue
        kind = type_of(item)
        options: dict[str, Any] = {"type": kind}
        if kind is bool:
            options = {"action": argparse.BooleanOptionalAction}
        elif item.metadata["choices"]:
            options["choices"] = item.metadata["choices"]
        else:
            options["metavar"] = kind.__name__.upper()
        # SUPPRESS: only the flags that were given override the preset.
        group.add_argument(
            "--" + item.name.replace("_", "-"),
            dest=item.name,
            default=argparse.SUPPRESS,
            help=item.metadata["help"],
            **options,
        )


def given_fields(arguments: argparse.Namespace, names: Collection[str]) -> dict[str, Any]:
    """Returns those of some fields of `Config` whose flags were given, by name."""
    given = vars(arguments)
    return {name: given[name] for name in names if name in given}
