"""The command `cyclegan-tf`: arguments in, calls to the packages, one line per error.

No TensorFlow until a command needs it, and no logic that a notebook couldn't call as well.
"""

import argparse
import dataclasses
import os
import sys
from pathlib import Path

from cyclegan_tf._version import __version__
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


def _parser():
    parser = argparse.ArgumentParser(
        prog="cyclegan-tf",
        description="Translate between two worlds of images, learned without pairs.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_train(commands)
    _add_translate(commands)
    _add_evaluate(commands)
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
    fields = parser.add_argument_group("fields of Config, defaults from the preset")
    for item in dataclasses.fields(Config):
        kind = (
            {"action": argparse.BooleanOptionalAction} if item.type is bool else {"type": item.type}
        )
        if item.name in CHOICES:
            kind["choices"] = CHOICES[item.name]
        elif item.type is not bool:
            kind["metavar"] = item.type.__name__.upper()
        # SUPPRESS: only the flags that were given override the preset.
        fields.add_argument(
            "--" + item.name.replace("_", "-"),
            dest=item.name,
            default=argparse.SUPPRESS,
            help=item.metadata["help"],
            **kind,
        )
    parser.set_defaults(run_command=_train)


def _train(arguments):
    given = vars(arguments)
    fields = [item.name for item in dataclasses.fields(Config)]
    config = preset(arguments.preset, **{name: given[name] for name in fields if name in given})
    set_up_cpu()
    from cyclegan_tf.training import train

    train(config, arguments.run or Path("runs") / arguments.preset)


def _add_translate(commands):
    parser = commands.add_parser(
        "translate",
        help="translate pictures with a trained generator",
        description="Translate files and folders, any size; names and transparency are kept.",
    )
    parser.add_argument("checkpoint", help="run folder or .keras file")
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="picture or folder of pictures")
    parser.add_argument("--out", required=True, help="folder for the translations")
    parser.add_argument("--direction", choices=("a2b", "b2a"), help="needed for a run folder")
    parser.add_argument("--precision", choices=CHOICES["precision"], default="auto")
    group = parser.add_argument_group("large maps")
    group.add_argument(
        "--statistics",
        choices=("whole", "window", "locked"),
        default="whole",
        help="of the instance norms: the map's (default), local ones, or those of --reference",
    )
    group.add_argument(
        "--reference",
        metavar="PATH",
        help="picture, folder of pictures or .npz file that --statistics locked is taken from",
    )
    group.add_argument(
        "--save-statistics", metavar="FILE", help="write those of --reference to an .npz file"
    )
    group.add_argument(
        "--stream",
        action=argparse.BooleanOptionalAction,
        default="auto",
        help="least memory, or all in memory; the result is the same (default: what fits)",
    )
    group.add_argument(
        "--max-memory",
        type=float,
        metavar="GB",
        help="for the whole process (default: what is free)",
    )
    group = parser.add_argument_group("files")
    group.add_argument(
        "--format", choices=("png", "jpg", "webp", "tiff"), default="png", help="default: png"
    )
    group.add_argument("--quality", type=int, default=90, help="of jpg and webp, 1-100 (90)")
    group.add_argument("--keep-16-bit", action="store_true", help="16-bit inputs become 16-bit png")
    group.add_argument("--skip-existing", action="store_true", help="leave finished ones out")
    group.add_argument("--compare", action="store_true", help="also write input and output as one")
    group.add_argument("--slider", metavar="PAGE", help="also write an html page to compare with")
    parser.set_defaults(run_command=_translate)


def _translate(arguments):
    if not 1 <= arguments.quality <= 100:
        raise ConfigError(f"--quality must be from 1 to 100; received {arguments.quality}.")
    if (arguments.statistics == "locked") != (arguments.reference is not None):
        raise ConfigError("--statistics locked and --reference PATH need each other.")
    if arguments.save_statistics and arguments.reference is None:
        raise ConfigError("--save-statistics needs --statistics locked and --reference PATH.")
    if arguments.keep_16_bit and arguments.format != "png":
        raise ConfigError("--keep-16-bit needs --format png.")
    if arguments.max_memory is not None and arguments.max_memory <= 0:
        raise ConfigError(f"--max-memory must be above 0; received {arguments.max_memory}.")
    from tqdm import tqdm

    from cyclegan_tf.translation import Translator, plan_files, translate_files

    plan = plan_files(arguments.inputs, arguments.out, "." + arguments.format)
    translator = Translator.load(
        arguments.checkpoint,
        arguments.direction,
        arguments.precision,
        statistics=arguments.statistics,
        reference=arguments.reference,
        stream=arguments.stream,
        max_memory=arguments.max_memory and arguments.max_memory * 1e9,
        say=tqdm.write,
    )
    if arguments.save_statistics:
        translator.reference.save(arguments.save_statistics)
    failures = translate_files(
        translator,
        plan,
        lambda items: tqdm(items, unit="picture"),
        skip_existing=arguments.skip_existing,
        deep=arguments.keep_16_bit,
        quality=arguments.quality,
        compare=arguments.compare,
        slider=arguments.slider,
    )
    for _, reason in failures:
        print(f"cyclegan-tf: left out: {reason}", file=sys.stderr)
    print(f"{len(plan) - len(failures)} of {len(plan)} pictures translated into {arguments.out}")
    return 1 if failures else 0


def _add_evaluate(commands):
    parser = commands.add_parser(
        "evaluate",
        help="measure how good translations are",
        description="Take every measure that the data allows; docs/metrics.md says how to read it.",
    )
    parser.add_argument("checkpoint", metavar="RUN_OR_FILE", help="run folder or .keras file")
    parser.add_argument(
        "--data", nargs="+", help="as in train, or two folders (default: the data of the run)"
    )
    parser.add_argument("--json", metavar="FILE", help="write all numbers to this file")
    parser.add_argument("--direction", choices=("a2b", "b2a"), help="default: both of a run")
    parser.add_argument("--split", choices=("test", "val", "train"), help="default: the first here")
    parser.add_argument("--num-maps", type=int, default=24, help="at most so many (24)")
    parser.add_argument(
        "--features",
        choices=("random", "inception"),
        default="random",
        help="inception: KID and FID on InceptionV3 besides",
    )
    parser.add_argument("--inception-weights", metavar="FILE", help="instead of a download")
    parser.add_argument(
        "--segmentation-steps",
        type=int,
        default=300,
        metavar="N",
        help="updates of the U-Net that reads translated worlds; 0 leaves it out (300)",
    )
    parser.add_argument("--name-a", help="folder of domain A in DATA (default: the run's, or A)")
    parser.add_argument("--name-b", help="the same of B")
    parser.add_argument("--precision", choices=CHOICES["precision"], default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.set_defaults(run_command=_evaluate)


def _evaluate(arguments):
    for name in ("seed", "segmentation_steps"):
        if getattr(arguments, name) < 0:
            flag = "--" + name.replace("_", "-")
            raise ConfigError(f"{flag} must be at least 0; received {getattr(arguments, name)}.")
    import json

    from cyclegan_tf.evaluation import evaluate
    from cyclegan_tf.run_folder import make_folder, write_text
    from cyclegan_tf.score_table import score_table

    if arguments.json:
        make_folder(Path(arguments.json).parent)  # now, not after minutes of work

    given = vars(arguments).copy()
    for name in ("run_command", "json", "checkpoint", "data"):
        del given[name]
    data = arguments.data
    if data:
        data = data[0] if len(data) == 1 else tuple(data)
    result = evaluate(arguments.checkpoint, data, **given)
    print(score_table(result))
    if arguments.json:
        write_text(arguments.json, json.dumps(result, indent=1) + "\n")
    return 0


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
    for name in ("crop_size", "batch_size", "epochs"):
        parser.add_argument("--" + name.replace("_", "-"), type=int, default=argparse.SUPPRESS)
    for name in ("name_a", "name_b"):
        parser.add_argument("--" + name.replace("_", "-"), default=argparse.SUPPRESS)
    parser.set_defaults(run_command=_check)


def _check(arguments):
    from data_pipeline import examine, write_html

    given = vars(arguments)
    names = ("crop_size", "batch_size", "epochs", "name_a", "name_b")
    config = preset(arguments.preset) if arguments.preset else Config()
    config = config.replace(**{name: given[name] for name in names if name in given})
    report = examine(
        arguments.data,
        crop_size=config.crop_size,
        names=(config.name_a, config.name_b),
        batch_size=config.batch_size,
        epochs=config.epochs,
        steps_per_epoch=config.steps_per_epoch,
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
