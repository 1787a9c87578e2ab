"""The commands `cyclegan-tf translate` and `evaluate`: their flags, and the calls behind them.

As in cli.py: no TensorFlow before it is needed, no logic that a notebook couldn't call.
"""

import argparse
import sys

from cyclegan_tf.config import choices_of
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import ConfigError


def add_translate(commands):
    """Adds the command to the parsers of cli.py."""
    parser = commands.add_parser(
        "translate",
        help="translate pictures with a trained generator",
        description="Translate files and folders, any size; names and transparency are kept.",
    )
    parser.add_argument(
        "checkpoint", help="run folder, .keras file, or a name that comes along: meadow2forest"
    )
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="picture or folder of pictures")
    parser.add_argument(
        "--out", default="translated", help="folder for the translations (default: translated)"
    )
    parser.add_argument("--direction", choices=tuple(Direction), help="needed for a run folder")
    parser.add_argument("--precision", choices=choices_of("precision"), default="auto")
    group = parser.add_argument_group("large maps")
    group.add_argument(
        "--statistics",
        choices=("whole", "window", "locked"),
        default="whole",
        help="of the instance norms: the map's (default), local ones, or those of --reference",
    )
    group.add_argument(
        "--window",
        type=int,
        default=480,
        metavar="PIXELS",
        help="side of the window of --statistics window (480)",
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
        help="in strips, or in one pass (default: one pass for small maps on GPUs); same result",
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
    if arguments.window < 16:
        raise ConfigError(f"--window must be at least 16; received {arguments.window}.")
    if arguments.keep_16_bit and arguments.format != "png":
        raise ConfigError("--keep-16-bit needs --format png.")
    if arguments.max_memory is not None and arguments.max_memory <= 0:
        raise ConfigError(f"--max-memory must be above 0; received {arguments.max_memory}.")
    from tqdm import tqdm

    from cyclegan_tf.translation.files import plan_files, translate_files
    from cyclegan_tf.translation.translator import Translator

    plan = plan_files(arguments.inputs, arguments.out, "." + arguments.format)
    translator = Translator.load(
        arguments.checkpoint,
        arguments.direction,
        arguments.precision,
        statistics=arguments.statistics,
        reference=arguments.reference,
        window=arguments.window,
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
