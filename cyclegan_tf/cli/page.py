"""The command `cyclegan-tf page`."""

import argparse

from cyclegan_tf.cli.generator import add_places
from cyclegan_tf.cli.inputs import generator_files
from cyclegan_tf.errors import ConfigError
from cyclegan_tf.files import check_places


def add_page(commands: argparse._SubParsersAction) -> None:
    """Adds the command `page`."""
    parser = commands.add_parser(
        "page",
        help="write a page that translates pictures in the browser",
        description="Write one HTML file with generators, which translates pictures on the machine "
        "of whoever opens it.",
    )
    add_places(parser)
    parser.add_argument(
        "--out", default="translator.html", metavar="PAGE", help="the page (default: %(default)s)"
    )
    parser.add_argument(
        "--title",
        default="World translator",
        help="heading of the page (default: %(default)s)",
    )
    parser.add_argument(
        "--offline",
        action="store_true",
        help="put ONNX Runtime Web into the page, out of --runtime, so that it needs no network",
    )
    parser.add_argument(
        "--runtime",
        metavar="FOLDER",
        help="the npm package onnxruntime-web, for --offline: npm install onnxruntime-web makes "
        "node_modules/onnxruntime-web (default: that)",
    )
    parser.set_defaults(
        run_command=_page,
        after_interruption="nothing was written",
        to_save_memory="give fewer generators",
    )


def _page(arguments: argparse.Namespace) -> int:
    if arguments.runtime is not None and not arguments.offline:
        raise ConfigError(f"--runtime needs --offline; received {arguments.runtime} without it.")
    inputs = [file for place in arguments.places for file in generator_files(place)]
    check_places({"--out": [arguments.out]}, inputs)
    from cyclegan_tf.export.page import write_translator_page

    runtime = None
    if arguments.offline:
        runtime = arguments.runtime or "node_modules/onnxruntime-web"
    write_translator_page(
        arguments.out, arguments.places, title=arguments.title, runtime=runtime, say=print
    )
    print(f"Open {arguments.out} in a browser.")
    return 0
