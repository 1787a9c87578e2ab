"""The command `cyclegan-tf evaluate`."""

import argparse
import json

from cyclegan_tf.cli.generator import add_generator
from cyclegan_tf.cli.inputs import data_files, data_of_run, generator_files
from cyclegan_tf.cli.limits import add_limits
from cyclegan_tf.errors import ConfigError
from cyclegan_tf.evaluation.table import score_table
from cyclegan_tf.evaluation.verdict import verdict
from cyclegan_tf.files import check_places, write_text


def add_evaluate(commands: argparse._SubParsersAction) -> None:
    """Adds the command `evaluate`."""
    parser = commands.add_parser(
        "evaluate",
        help="measure how good translations are",
        description="Take every measure that the data allows; docs/metrics.md says how to read it.",
    )
    add_generator(parser, direction="direction to measure (default: both directions of a run)")
    parser.add_argument(
        "--data",
        nargs="+",
        help="as for train, or two folders (default: the data it was trained on)",
    )
    parser.add_argument("--json", metavar="FILE", help="write all numbers to this file")
    parser.add_argument(
        "--split",
        choices=("test", "val", "train"),
        help="maps to translate (default: the first of test, val and train that the data has)",
    )
    parser.add_argument(
        "--num-maps",
        type=int,
        default=24,
        metavar="N",
        help="translate at most N maps (default: %(default)s)",
    )
    parser.add_argument(
        "--features",
        choices=("random", "inception"),
        default="random",
        help="inception adds KID and FID on InceptionV3, which sees what things are "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--inception-weights",
        metavar="FILE",
        help="weights of InceptionV3 (default: download them)",
    )
    parser.add_argument(
        "--inception-sides",
        type=int,
        nargs="+",
        default=[64, 160],
        metavar="N",
        help="sides in pixels of the patches that InceptionV3 sees (default: 64 160)",
    )
    parser.add_argument(
        "--two-sample-steps",
        type=int,
        default=100,
        metavar="N",
        help="train networks to tell translated from real maps for N updates each; 0 leaves them "
        "out (default: %(default)s)",
    )
    parser.add_argument(
        "--no-cycles-and-frames",
        dest="cycles_and_frames",
        action="store_false",
        help="leave out cycles, shifts and frames, which take most of the time on large maps",
    )
    parser.add_argument(
        "--segmentation-steps",
        type=int,
        default=300,
        metavar="N",
        help="train the U-Net that reads translated worlds for N updates; 0 leaves it out "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--name-a", metavar="NAME", help="folder of domain A in DATA (default: the run's, or A)"
    )
    parser.add_argument(
        "--name-b", metavar="NAME", help="folder of domain B in DATA (default: the run's, or B)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of all randomness (default: %(default)s)"
    )
    add_limits(parser)
    parser.set_defaults(
        run_command=_evaluate,
        after_interruption="nothing was written",
        to_save_memory="use a smaller --num-maps, --segmentation-steps 0 or --features random",
    )


def _evaluate(arguments):
    for name in ("seed", "segmentation_steps", "two_sample_steps"):
        if getattr(arguments, name) < 0:
            flag = "--" + name.replace("_", "-")
            raise ConfigError(f"{flag} must be at least 0; received {getattr(arguments, name)}.")
    if arguments.data is not None and "" in arguments.data:
        raise ConfigError("--data is empty: give a folder, tfds:NAME or world:PAIR.")
    if arguments.json is not None:
        maps = data_files(arguments.data or data_of_run(arguments.checkpoint))
        check_places({"--json": [arguments.json]}, maps + generator_files(arguments.checkpoint))
    from cyclegan_tf.evaluation.evaluate import evaluate

    data = arguments.data
    if data:
        data = data[0] if len(data) == 1 else tuple(data)
    result = evaluate(
        arguments.checkpoint,
        data,
        direction=arguments.direction,
        split=arguments.split,
        num_maps=arguments.num_maps,
        features=arguments.features,
        inception_weights=arguments.inception_weights,
        inception_sides=arguments.inception_sides,
        two_sample_steps=arguments.two_sample_steps,
        cycles_and_frames=arguments.cycles_and_frames,
        segmentation_steps=arguments.segmentation_steps,
        name_a=arguments.name_a,
        name_b=arguments.name_b,
        precision=arguments.precision,
        load_size=arguments.load_size,
        seed=arguments.seed,
    )
    print(score_table(result), verdict(result), sep="\n\n")
    if arguments.json is not None:
        write_text(arguments.json, json.dumps(result, indent=1) + "\n")
    return 0
