"""The commands `cyclegan-tf train` and `demo`."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cyclegan_tf.cli.fields import add_fields, given_fields
from cyclegan_tf.cli.limits import add_limits
from cyclegan_tf.cli.own_modules import PARTS, parts_in
from cyclegan_tf.config import Config, field_names
from cyclegan_tf.errors import ConfigError, TrainingStopped
from cyclegan_tf.hardware.backend import BACKENDS
from cyclegan_tf.hardware.cpu import set_up_cpu
from cyclegan_tf.presets import PRESETS, preset
from cyclegan_tf.runs.folder import RunFolder


def add_train(commands: argparse._SubParsersAction) -> None:
    """Adds the command `train`."""
    parser = commands.add_parser(
        "train",
        help="train a translator, or resume its training",
        description="Train from a preset. The same command, run again, resumes; so does `train` "
        "with the run folder in place of the preset, which knows its settings.",
    )
    parser.add_argument(
        "preset",
        metavar="PRESET",
        help="name of a preset such as demo, which the README lists; or a run folder to resume",
    )
    parser.add_argument(
        "--run",
        metavar="FOLDER",
        help="run folder (default: runs/PRESET, or the run folder to resume)",
    )
    parser.add_argument(
        "--backend",
        choices=BACKENDS,
        help="what Keras computes with (default: the environment variable KERAS_BACKEND, "
        "else tensorflow)",
    )
    parser.add_argument(
        "--strategy",
        choices=("mirrored", "multiworker"),
        help="share every batch between all GPUs of this machine, or between the machines in "
        "TF_CONFIG (default: one device); see docs/machines.md",
    )
    parser.add_argument(
        "--logger",
        metavar="NAMES",
        help="also log to csv (RUN/metrics.csv), tensorboard (RUN/tensorboard), or both with a "
        "comma between them (default: neither)",
    )
    parser.add_argument(
        "--parts",
        metavar="MODULE",
        help=f"Python module with parts of your own, under the names of the arguments of "
        f"cyclegan_tf.train: {', '.join(PARTS)}; see docs/extending.md. It is looked for in the "
        "current folder first, and its code is run",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="say what it would take (updates, time, memory, sizes), and write nothing",
    )
    parser.add_argument("--json", action="store_true", help="say it as JSON, for --dry-run")
    group = parser.add_argument_group("fields of Config (default: those of PRESET)")
    add_fields(group, field_names())
    add_limits(parser)
    parser.set_defaults(
        run_command=_train,
        after_interruption="the same command goes on from the last checkpoint",
        to_save_memory="use a smaller --crop-size, --batch-size or --filters",
    )


def _train(arguments):
    has_parts = arguments.parts is not None
    config, run_dir = _start(arguments.preset, given_fields(arguments, field_names()), has_parts)
    run_dir = run_dir if arguments.run is None else arguments.run
    if arguments.strategy != "multiworker":  # else the first worker may be filling it just now
        RunFolder(run_dir).check_place()
    if arguments.logger is not None and arguments.strategy == "multiworker":
        raise ConfigError(
            "--logger isn't for --strategy multiworker, whose workers would all write the same "
            "files; received both. metrics.jsonl is written in any case."
        )
    if arguments.json and not arguments.dry_run:
        raise ConfigError("--json is for --dry-run; metrics.jsonl of a run folder is JSON already.")
    set_up_cpu()
    if arguments.dry_run:
        if arguments.strategy:
            raise ConfigError("--dry-run measures one device: leave --strategy out.")
        if has_parts:
            raise ConfigError("--dry-run can't measure parts of one's own: leave one of both out.")
        from cyclegan_tf.training.plan import plan_training

        plan = plan_training(config, run_dir)
        print(json.dumps(plan.to_dict(), indent=1) if arguments.json else plan)
        return 0
    from cyclegan_tf.training.loggers import loggers
    from cyclegan_tf.training.train import train

    own = loggers(arguments.logger, run_dir) if arguments.logger is not None else []
    parts = parts_in(arguments.parts) if has_parts else {}
    own += parts.pop("callbacks", [])
    return _until_stopped(
        lambda: train(config, run_dir, strategy=arguments.strategy, callbacks=own, **parts)
    )


def _start(name: str, changes: dict[str, Any], has_parts: bool) -> tuple[Config, Path]:
    """The settings of a preset or of a run folder, with changes, and where to train by default."""
    is_path = Path(name).name != name or Path(name).is_dir()
    if name in PRESETS or not name or not is_path:
        return preset(name, **changes), Path("runs") / name
    run = RunFolder(name)
    if not run.config_file.exists():
        raise ConfigError(
            f"There is no run folder {name}, with its config.json; nor is there a preset of this "
            f"name. Presets: {', '.join(PRESETS)}."
        )
    config = Config.load(run.config_file)
    if not has_parts and (run.parts_file.exists() or not config.data):
        raise ConfigError(
            f"{name} was trained with networks, losses or data of one's own. Go on with the same "
            "call of `train` from Python, or with --parts and their module."
        )
    return config.replace(**changes), Path(name)


def add_demo(commands: argparse._SubParsersAction) -> None:
    """Adds the command `demo`."""
    parser = commands.add_parser(
        "demo",
        help="train on a built-in world for at most ten minutes and show the result",
        description="Train the preset demo, translate held-out maps, and write a page of them.",
    )
    parser.add_argument(
        "--run", metavar="FOLDER", default="runs/demo", help="run folder (default: %(default)s)"
    )
    parser.set_defaults(
        run_command=_demo,
        after_interruption="the same command goes on from the last checkpoint",
        to_save_memory="close other programs and run it again",
    )


def _demo(arguments):
    began = time.monotonic()  # before TensorFlow is loaded
    RunFolder(arguments.run).check_place()
    set_up_cpu()
    from cyclegan_tf.demo import run_demo

    return _until_stopped(lambda: print(f"Open {run_demo(arguments.run, began=began).resolve()}"))


def _until_stopped(work: Callable[[], object]) -> int:
    """Works, and returns what the command exits with."""
    try:
        work()
    except TrainingStopped as stopped:
        print(f"cyclegan-tf: {stopped}", file=sys.stderr)
        return stopped.exit_code
    return 0
