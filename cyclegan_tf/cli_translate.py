"""The commands `cyclegan-tf translate` and `evaluate`: their flags, and the calls behind them.

As in cli.py: no TensorFlow before it is needed, no logic that a notebook couldn't call.
"""

import argparse
import sys
from pathlib import Path

from cyclegan_tf.config import CHOICES, ConfigError


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

    from cyclegan_tf.folders import plan_files, translate_files
    from cyclegan_tf.translation import Translator

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


def add_evaluate(commands):
    """Adds the command to the parsers of cli.py."""
    parser = commands.add_parser(
        "evaluate",
        help="measure how good translations are",
        description="Take every measure that the data allows; docs/metrics.md says how to read it.",
    )
    parser.add_argument(
        "checkpoint",
        metavar="RUN_OR_FILE",
        help="run folder, .keras file, or name of a generator that comes along",
    )
    parser.add_argument(
        "--data", nargs="+", help="as in train, or two folders (default: what it was trained on)"
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
