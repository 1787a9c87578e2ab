"""The command `cyclegan-tf`: arguments in, calls to the packages, one line per error.

No TensorFlow until a command needs it, and no logic that a notebook couldn't call as well.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from cyclegan_tf._version import __version__
from cyclegan_tf.cli.app import add_app
from cyclegan_tf.cli.cache import add_cache
from cyclegan_tf.cli.data import add_check, add_worlds
from cyclegan_tf.cli.evaluate import add_evaluate
from cyclegan_tf.cli.export import add_export
from cyclegan_tf.cli.gallery import add_gallery
from cyclegan_tf.cli.help import complete, finish_commands, quiet_if_asked
from cyclegan_tf.cli.importing import add_import
from cyclegan_tf.cli.listing import add_list
from cyclegan_tf.cli.own_modules import import_own_modules
from cyclegan_tf.cli.page import add_page
from cyclegan_tf.cli.quiet import keep_tensorflow_quiet
from cyclegan_tf.cli.shrink import add_shrink
from cyclegan_tf.cli.signals import Terminated, sigterm_interrupts
from cyclegan_tf.cli.train import add_demo, add_train
from cyclegan_tf.cli.translate import add_translate
from cyclegan_tf.cli.upscale import add_upscale
from cyclegan_tf.cli.video import add_video
from cyclegan_tf.errors import ConfigError, FileError, is_out_of_memory
from cyclegan_tf.hardware.backend import choose_backend
from data_pipeline.errors import DataError


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Runs a command, then exits with its code.

    The code is 0 when all is done, 1 when some files failed or `check` found problems, 2 for bad
    input or a place that can't be read or written, 130 after Ctrl-C, 143 after SIGTERM,
    and 141 if nobody reads what is printed.

    Args:
        argv: The arguments. Default: those of the process.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever names of files hold can be shown
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            _run(argv)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # at exit, Python would tell of errors in lines of its own
    except BrokenPipeError:  # as before `| head`
        _give_up_stdout()
        sys.exit(141)
    except OSError as error:
        _give_up_stdout()
        reason = str(error) if error.filename else f"the output cannot be written: {error.strerror}"
        _fail(reason, 2)


def _run(argv: Sequence[str] | None) -> NoReturn:
    parser = _parser()
    complete(parser)
    arguments = parser.parse_args(argv)
    keep_tensorflow_quiet()  # its start-up notes bury our one line
    # All but `train` compute with TensorFlow, whatever trained a run: its files are the same. And
    # no file ~/.keras/keras.json of another project decides.
    try:
        choose_backend(getattr(arguments, "backend", None))
    except ImportError as error:
        _fail(str(error), 2)
    if not hasattr(arguments, "backend"):
        choose_backend("tensorflow")
    try:
        with sigterm_interrupts(), quiet_if_asked(arguments.quiet):
            import_own_modules(getattr(arguments, "own_modules", ()))
            sys.exit(arguments.run_command(arguments))
    except (ConfigError, DataError, FileError) as error:
        _fail(str(error), 2)
    except KeyboardInterrupt as stop:
        code = 143 if isinstance(stop, Terminated) else 130
        _fail(f"interrupted; {arguments.after_interruption}", code)
    except Exception as error:
        if is_out_of_memory(error) or type(error).__name__ == "BrokenProcessPool":
            _fail(f"out of memory; {arguments.to_save_memory}", 2)
        raise


def _give_up_stdout():
    with suppress(OSError, ValueError):  # of streams without a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser():
    parser = argparse.ArgumentParser(
        prog="cyclegan-tf",
        description="Translate between two worlds of images, learned without pairs.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_train(commands)
    add_upscale(commands)
    add_shrink(commands)
    add_translate(commands)
    add_video(commands)
    add_evaluate(commands)
    add_export(commands)
    add_page(commands)
    add_gallery(commands)
    add_app(commands)
    add_demo(commands)
    add_check(commands)
    add_worlds(commands)
    add_cache(commands)
    add_import(commands)
    add_list(commands)
    finish_commands(commands)
    return parser


def _fail(message: str, code: int) -> NoReturn:
    print(f"cyclegan-tf: {message}", file=sys.stderr)
    sys.exit(code)
