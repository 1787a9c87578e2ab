"""Fields of `Config` as flags of a command."""

import argparse
import dataclasses

from cyclegan_tf.config import CHOICES, Config


def add_fields(group, names):
    """Flags for fields of `Config`."""
    for item in dataclasses.fields(Config):
        if item.name not in names:
            continue
        kind = (
            {"action": argparse.BooleanOptionalAction} if item.type is bool else {"type": item.type}
        )
        if item.name in CHOICES:
            kind["choices"] = CHOICES[item.name]
        elif item.type is not bool:
            kind["metavar"] = item.type.__name__.upper()
        # SUPPRESS: only the flags that were given override the preset.
        group.add_argument(
            "--" + item.name.replace("_", "-"),
            dest=item.name,
            default=argparse.SUPPRESS,
            help=item.metadata["help"],
            **kind,
        )
