"""The arguments that choose a trained generator, the same for all commands that use one."""

import argparse

from cyclegan_tf.cli.own_modules import add_own_modules
from cyclegan_tf.config import choices_of
from cyclegan_tf.directions import Direction

_PLACE = (
    "run folder, .keras file, name of a pretrained generator such as meadow2forest, or "
    "hf://USER/NAME"
)


def add_places(parser: argparse.ArgumentParser) -> None:
    """Adds `places`, one or more generators, both of a run folder; and `--import`.

    Args:
        parser: Parser of the command.
    """
    parser.add_argument("places", nargs="+", metavar="GENERATOR", help=_PLACE)
    add_own_modules(parser)


def add_checkpoint(
    parser: argparse.ArgumentParser, direction: str = "way to translate; needed for a run folder"
) -> None:
    """Adds `checkpoint`, `--direction` and `--import`.

    Args:
        parser: Parser of the command.
        direction: Help text of `--direction`.
    """
    parser.add_argument("checkpoint", metavar="GENERATOR", help=_PLACE)
    parser.add_argument("--direction", choices=tuple(Direction), help=direction)
    add_own_modules(parser)


def add_generator(
    parser: argparse.ArgumentParser, direction: str = "way to translate; needed for a run folder"
) -> None:
    """Adds what `add_checkpoint` does, `--precision` and `--load-size`.

    Args:
        parser: Parser of the command.
        direction: Help text of `--direction`.
    """
    add_checkpoint(parser, direction)
    parser.add_argument(
        "--precision",
        choices=choices_of("precision"),
        default="auto",
        help="number format; auto is float32 on CPUs, which is fastest there, and the fastest good "
        "one of a GPU (default: %(default)s)",
    )
    parser.add_argument(
        "--load-size",
        type=_side,
        metavar="PIXELS",
        help="resize the shorter side of pictures to this for the network; 0 keeps their size "
        "(default: as the generator was trained)",
    )


def _side(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a number of pixels, or 0; received {text}")
    return int(text)
