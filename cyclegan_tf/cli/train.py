"""The commands `cyclegan-tf train` and `demo`."""

from pathlib import Path

from cyclegan_tf.cli.fields import add_fields, given_fields
from cyclegan_tf.config import field_names
from cyclegan_tf.hardware.cpu import set_up_cpu
from cyclegan_tf.presets import preset


def add_train(commands):
    parser = commands.add_parser(
        "train",
        help="train a translator, or resume its training",
        description="Train from a preset. Run again, the same command resumes.",
    )
    parser.add_argument("preset", metavar="PRESET", help="see the README's table; e.g. demo")
    parser.add_argument("--run", help="run folder (default: runs/PRESET)")
    group = parser.add_argument_group("fields of Config, defaults from the preset")
    add_fields(group, field_names())
    parser.set_defaults(run_command=_train)


def _train(arguments):
    config = preset(arguments.preset, **given_fields(arguments, field_names()))
    set_up_cpu()
    from cyclegan_tf.training.train import train

    train(config, arguments.run or Path("runs") / arguments.preset)


def add_demo(commands):
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
