"""The command `cyclegan-tf gallery`."""

import argparse

from cyclegan_tf.gallery.page import write_gallery


def add_gallery(commands: argparse._SubParsersAction) -> None:
    """Adds the command `gallery`."""
    parser = commands.add_parser(
        "gallery",
        help="write a page of a run: previews over training, curves, warnings, settings",
        description="Write one HTML file that shows how a run went and what it learned. It loads "
        "nothing from elsewhere.",
    )
    parser.add_argument("run", metavar="RUN", help="run folder, finished or in training")
    parser.add_argument(
        "--out", default="gallery.html", metavar="PAGE", help="the page (default: %(default)s)"
    )
    parser.set_defaults(
        run_command=_gallery,
        after_interruption="nothing was written",
        to_save_memory="close other programs and run it again",
    )


def _gallery(arguments: argparse.Namespace) -> int:
    print(f"Open {write_gallery(arguments.run, arguments.out).resolve()}")
    return 0
