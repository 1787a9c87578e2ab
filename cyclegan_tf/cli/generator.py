"""The arguments that choose a trained generator, the same for all commands that use one."""

import argparse

from cyclegan_tf.config import choices_of
from cyclegan_tf.directions import Direction


def add_generator(
    parser: argparse.ArgumentParser, direction: str = "way to translate; needed for a run folder"
) -> None:
    """Adds `checkpoint`, `--direction` and `--precision`.

    Args:
        parser: Parser of the command.
        direction: Help text of `--direction`.
    """
    parser.add_argument(
        "checkpoint",
        metavar="GENERATOR",
        help="run folder, .keras file, or name of a pretrained generator such as meadow2forest",
    )
    parser.add_argument("--direction", choices=tuple(Direction), help=direction)
    parser.add_argument(
        "--precision",
        choices=choices_of("precision"),
        default="auto",
        help="number format; auto is the fastest good one of this machine (default: %(default)s)",
    )
