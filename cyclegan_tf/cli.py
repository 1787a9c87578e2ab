"""The command `cyclegan-tf`: arguments in, calls to the packages, one line per error.

No TensorFlow until a command needs it, and no logic that a notebook couldn't call as well.
"""

import argparse
import dataclasses
import os
import sys
from pathlib import Path

from cyclegan_tf._version import __version__
from cyclegan_tf.cli_translate import add_evaluate, add_translate
from cyclegan_tf.cli_video import add_video
from cyclegan_tf.config import CHOICES, Config, ConfigError
from cyclegan_tf.precision import set_up_cpu
from cyclegan_tf.presets import preset


def main(argv=None):
    """Exits with 0: done, 1: some files failed, 2: bad input, 130: interrupted."""
    arguments = _parser().parse_args(argv)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # its start-up notes bury our one line
    from cyclegan_tf.images import ImageError
    from cyclegan_tf.run_folder import RunError
    from data_pipeline import DataError

    try:
        sys.exit(arguments.run_command(arguments))
    except (ConfigError, DataError, RunError, ImageError) as error:
        _fail(str(error), 2)
    except KeyboardInterrupt:
        _fail("interrupted; the same command goes on from the last checkpoint", 130)
    except Exception as error:
        if type(error).__name__ == "ResourceExhaustedError":
            _fail("out of memory; use a smaller --crop-size, --batch-size or --filters", 2)
        raise


def _fail(message, code):
    print(f"cyclegan-tf: {message}", file=sys.stderr)
    sys.exit(code)


# Fields of Config that change what `check` finds.
_CHECKED = ("name_a", "name_b", "load_size", "crop_size", "batch_size", "small_images")
_CHECKED += ("background", "memory_limit_gb", "epochs", "steps_per_epoch")


def _parser():
    parser = argparse.ArgumentParser(
        prog="cyclegan-tf",
        description="Translate between two worlds of images, learned without pairs.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_train(commands)
    add_translate(commands)
    add_video(commands)
    add_evaluate(commands)
    _add_demo(commands)
    _add_check(commands)
    _add_worlds(commands)
    return parser


def _add_train(commands):
    parser = commands.add_parser(
        "train",
        help="train a translator, or resume its training",
        description="Train from a preset. Run again, the same command resumes.",
    )
    parser.add_argument("preset", metavar="PRESET", help="see the README's table; e.g. demo")
    parser.add_argument("--run", help="run folder (default: runs/PRESET)")
    group = parser.add_argument_group("fields of Config, defaults from the preset")
    _add_fields(group, [item.name for item in dataclasses.fields(Config)])
    parser.set_defaults(run_command=_train)


def _add_fields(group, names):
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


def _train(arguments):
    given = vars(arguments)
    fields = [item.name for item in dataclasses.fields(Config)]
    config = preset(arguments.preset, **{name: given[name] for name in fields if name in given})
    set_up_cpu()
    from cyclegan_tf.training import train

    train(config, arguments.run or Path("runs") / arguments.preset)


def _add_demo(commands):
    parser = commands.add_parser(
        "demo",
        help="train on the built-in world for at most ten minutes and show the result",
        description="Train the preset demo, translate maps it never saw, write one page.",
    )
    parser.add_argument("--run", default="runs/demo", help="run folder (default: runs/demo)")
    parser.set_defaults(run_command=_demo)


def _demo(arguments):
    set_up_cpu()
    from cyclegan_tf.demo import run_demo

    page = run_demo(arguments.run)
    print(f"Open {page.resolve()}")


def _add_check(commands):
    parser = commands.add_parser(
        "check",
        help="look for what would hurt training in two folders of images",
        description="Examine a source of images. Exit code 1 when something would hurt training.",
    )
    parser.add_argument("data", help="as in train --data: folder, tfds:NAME or world:PAIR?...")
    parser.add_argument("--preset", help="take sizes, names and epochs from this preset")
    parser.add_argument("--html", metavar="FILE", help="write a contact sheet of all images")
    _add_fields(parser.add_argument_group("as for train"), _CHECKED)
    parser.set_defaults(run_command=_check)


def _check(arguments):
    from data_pipeline import examine, write_html

    given = vars(arguments)
    config = preset(arguments.preset) if arguments.preset else Config()
    config = config.replace(**{name: given[name] for name in _CHECKED if name in given})
    report = examine(
        arguments.data,
        crop_size=config.crop_size,
        names=(config.name_a, config.name_b),
        batch_size=config.batch_size,
        epochs=config.epochs,
        steps_per_epoch=config.steps_per_epoch,
        load_size=config.load_size,
        small_images=config.small_images,
        background=config.background_rgb,
        memory_limit_bytes=config.memory_limit_bytes,
    )
    print(report)
    if arguments.html:
        write_html(report, arguments.html)
        print(f"Contact sheet: {arguments.html}")
    return 1 if report.problems else 0


def _add_worlds(commands):
    parser = commands.add_parser(
        "worlds",
        help="write a built-in pair of worlds as folders of pictures",
        description="Write trainA trainB testA testB valA valB, labels/ and scroll/: data with "
        "ground truth that any CycleGAN program can train on.",
    )
    parser.add_argument("pair", metavar="PAIR", help="e.g. meadow2forest")
    parser.add_argument("--out", required=True, help="a new or empty folder")
    parser.add_argument("--maps", type=int, help="training maps per domain (default: 120)")
    parser.add_argument("--captures", type=int, default=1, help="camera positions per map")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is full size")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scroll-frames", type=int, default=48, help="0 leaves out scroll/")
    parser.set_defaults(run_command=_worlds)


def _worlds(arguments):
    from data_pipeline import DataError
    from data_pipeline.worlds import export_world

    try:
        counts = export_world(
            arguments.pair,
            arguments.out,
            num_maps=arguments.maps,
            captures=arguments.captures,
            scale=arguments.scale,
            seed=arguments.seed,
            scroll_frames=arguments.scroll_frames,
        )
    except ValueError as error:  # a wrong argument: its text is written for people
        raise DataError(str(error)) from error
    print(f"{arguments.out}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
