"""The command `cyclegan-tf app`."""

import argparse

from cyclegan_tf.cli.generator import add_places
from cyclegan_tf.errors import ConfigError


def add_app(commands: argparse._SubParsersAction) -> None:
    """Adds the command `app`."""
    parser = commands.add_parser(
        "app",
        help="open a window that translates pictures and clips",
        description="Open an app in the browser that translates pictures and clips on this "
        "machine. It needs the package gradio (the extra app).",
    )
    add_places(parser)
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; 0.0.0.0 lets the whole network in (default: %(default)s, this "
        "machine alone)",
    )
    parser.add_argument("--port", type=int, help="port (default: the first free one from 7860 on)")
    parser.add_argument(
        "--share",
        action="store_true",
        help="make a public address through a server of gradio's makers; whoever knows it can use "
        "the app",
    )
    for name, default, what in (
        ("megapixels", 40.0, "megapixels of a picture or frame"),
        ("frames", 600, "frames of a clip"),
        ("megabytes", 200, "megabytes of a file"),
    ):
        parser.add_argument(
            f"--most-{name}",
            type=type(default),
            default=default,
            metavar="N",
            help=f"refuse uploads of more {what} (default: {default:g})",
        )
    parser.set_defaults(
        run_command=_app,
        after_interruption="the app is closed",
        to_save_memory="use a smaller --most-megapixels",
    )


def _app(arguments: argparse.Namespace) -> int:
    for name in ("most_megapixels", "most_frames", "most_megabytes"):
        if getattr(arguments, name) <= 0:
            flag = "--" + name.replace("_", "-")
            raise ConfigError(f"{flag} must be above 0; received {getattr(arguments, name)}.")
    from cyclegan_tf.app.interface import launch
    from cyclegan_tf.app.studio import Bounds

    launch(
        arguments.places,
        bounds=Bounds(arguments.most_megapixels, arguments.most_frames, arguments.most_megabytes),
        host=arguments.host,
        port=arguments.port,
        share=arguments.share,
    )
    return 0
