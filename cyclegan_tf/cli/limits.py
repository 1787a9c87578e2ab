"""The flags that raise the limits of what is read and drawn, the same for all commands."""

import argparse

from data_pipeline.limits import LIMITS


def add_limits(
    parser: argparse.ArgumentParser, *, pictures: bool = True, worlds: bool = True
) -> None:
    """Adds `--max-pixels` and `--follow-links`, and `--max-drawn`.

    Args:
        parser: Parser of the command.
        pictures: Whether it reads pictures of users.
        worlds: Whether it draws built-in worlds.
    """
    group = parser.add_argument_group("limits")
    if pictures:
        group.add_argument(
            "--max-pixels",
            action=_SetLimit,
            type=_positive,
            metavar="N",
            help="refuse pictures of more pixels that would be decoded whole, by their headers "
            f"(default: {LIMITS.max_pixels})",
        )
        group.add_argument(
            "--follow-links",
            action=_SetLimit,
            nargs=0,
            const=True,
            help="follow links that lead out of a folder of pictures (default: pass them over)",
        )
    if worlds:
        group.add_argument(
            "--max-drawn",
            action=_SetLimit,
            type=_positive,
            metavar="MEGAPIXELS",
            help="refuse built-in worlds of more megapixels in all "
            f"(default: {LIMITS.max_drawn:.0f})",
        )


class _SetLimit(argparse.Action):
    """Sets the limit of the process that is named like the flag."""

    def __call__(self, parser, namespace, values, option_string=None):
        setattr(LIMITS, self.dest, self.const if self.nargs == 0 else values)


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text[:19]) > 0 or len(text) > 18:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0; received {text[:40]}")
    return int(text)
