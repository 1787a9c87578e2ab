"""The command `cyclegan-tf`: arguments in, calls to the packages, one line per error.

No TensorFlow until a command needs it, and no logic that a notebook couldn't call as well.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from cyclegan_tf._version import __version__
from cyclegan_tf.cli.data import add_check, add_worlds
from cyclegan_tf.cli.evaluate import add_evaluate
from cyclegan_tf.cli.train import add_demo, add_train
from cyclegan_tf.cli.translate import add_translate
from cyclegan_tf.cli.video import add_video
from cyclegan_tf.errors import ConfigError, FileError
from data_pipeline.errors import DataError


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Runs a command, then exits with its code.

    The code is 0 when all is done, 1 when some files failed or `check` found problems, 2 for bad
    input and 130 after an interruption.

    Args:
        argv: The arguments. Default: those of the process.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever names of files hold can be shown
            stream.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(argv)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # its start-up notes bury our one line
    try:
        sys.exit(arguments.run_command(arguments))
    except (ConfigError, DataError, FileError) as error:
        _fail(str(error), 2)
    except KeyboardInterrupt:
        _fail("interrupted; the same command goes on from the last checkpoint", 130)
    except Exception as error:
        if type(error).__name__ == "ResourceExhaustedError":
            _fail("out of memory; use a smaller --crop-size, --batch-size or --filters", 2)
        raise


def _parser():
    parser = argparse.ArgumentParser(
        prog="cyclegan-tf",
        description="Translate between two worlds of images, learned without pairs.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_train(commands)
    add_translate(commands)
    add_video(commands)
    add_evaluate(commands)
    add_demo(commands)
    add_check(commands)
    add_worlds(commands)
    return parser


def _fail(message: str, code: int) -> NoReturn:
    print(f"cyclegan-tf: {message}", file=sys.stderr)
    sys.exit(code)
