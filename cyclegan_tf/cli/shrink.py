"""The command `cyclegan-tf shrink`: small copies of large maps, to train on before `upscale`."""

import argparse
import sys

from tqdm import tqdm

from cyclegan_tf.cli.limits import add_limits
from cyclegan_tf.translation.shrinking import shrink_files


def add_shrink(commands: argparse._SubParsersAction) -> None:
    """Adds the command `shrink`."""
    parser = commands.add_parser(
        "shrink",
        help="make small copies of large maps, all by one factor, to train on",
        description="Write pictures that are so many times smaller, by the mean over squares of "
        "pixels. --load-size of train makes pictures of one size of maps of many; this keeps a "
        "house as large in every copy. `upscale --data` then takes the originals.",
    )
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="picture or folder of pictures")
    parser.add_argument("--out", metavar="FOLDER", required=True, help="folder of the copies")
    parser.add_argument(
        "--factor",
        type=int,
        default=4,
        metavar="N",
        help="how many times smaller, 2, 4 or 8 for upscale (default: %(default)s)",
    )
    parser.add_argument(
        "--channels",
        type=int,
        default=3,
        metavar="N",
        help="as for train: 1 for gray, 2 or 4 to 64 for bands, written as TIFF (default: 3, RGB)",
    )
    add_limits(parser, worlds=False)
    parser.set_defaults(
        run_command=_shrink,
        after_interruption="the same command begins anew",
        to_save_memory="shrink fewer or smaller pictures",
    )


def _shrink(arguments):
    number, failures = shrink_files(
        arguments.inputs,
        arguments.out,
        arguments.factor,
        lambda items: tqdm(items, unit="picture"),
        channels=arguments.channels,
    )
    for _, reason in failures:
        print(f"cyclegan-tf: left out: {reason}", file=sys.stderr)
    print(f"{number - len(failures)} of {number} pictures made small in {arguments.out}")
    return 1 if failures else 0
