"""The command `cyclegan-tf evaluate`."""

import json
from pathlib import Path

from cyclegan_tf.config import choices_of
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import ConfigError


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
    parser.add_argument("--direction", choices=tuple(Direction), help="default: both of a run")
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
    parser.add_argument("--precision", choices=choices_of("precision"), default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.set_defaults(run_command=_evaluate)


def _evaluate(arguments):
    for name in ("seed", "segmentation_steps"):
        if getattr(arguments, name) < 0:
            flag = "--" + name.replace("_", "-")
            raise ConfigError(f"{flag} must be at least 0; received {getattr(arguments, name)}.")
    from cyclegan_tf.evaluation.evaluate import evaluate
    from cyclegan_tf.evaluation.table import score_table
    from cyclegan_tf.files import make_folder, write_text

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
