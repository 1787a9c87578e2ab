"""The commands `cyclegan-tf check` and `worlds`: looking at images, and drawing some."""

import argparse

from cyclegan_tf.cli.fields import add_fields, given_fields
from cyclegan_tf.cli.inputs import data_files
from cyclegan_tf.cli.limits import add_limits
from cyclegan_tf.config import Config, field_names
from cyclegan_tf.files import check_places
from cyclegan_tf.presets import preset
from cyclegan_tf.runs.checking import check_images
from cyclegan_tf.runs.sizes import checkpoint_megabytes
from data_pipeline.check.contact_sheet import write_html
from data_pipeline.errors import DataError
from data_pipeline.worlds import export_world


def add_check(commands: argparse._SubParsersAction) -> None:
    """Adds the command `check`."""
    parser = commands.add_parser(
        "check",
        help="look for what would hurt training in two folders of images",
        description="Examine a source of images. Exit code 1 when something would hurt training.",
    )
    parser.add_argument(
        "data",
        metavar="DATA",
        help="folder with the two domains, tfds:NAME or world:PAIR?..., as for train",
    )
    parser.add_argument("--preset", help="take sizes, names and epochs from this preset")
    parser.add_argument("--html", metavar="FILE", help="write a contact sheet of all images")
    group = parser.add_argument_group("fields of Config, as for train")
    add_fields(group, field_names("checked"))
    add_limits(parser)
    parser.set_defaults(
        run_command=_check,
        after_interruption="nothing was written",
        to_save_memory="examine fewer or smaller images",
    )


def _check(arguments):
    config = preset(arguments.preset) if arguments.preset else Config()
    config = config.replace(**given_fields(arguments, field_names("checked")))
    if arguments.html is not None:
        check_places({"--html": [arguments.html]}, data_files(arguments.data))
    config = config.replace(data=arguments.data)
    report = check_images(config)
    *lines, verdict = str(report).splitlines()
    size, kept = checkpoint_megabytes(config), config.keep_checkpoints
    small = "" if arguments.preset else f" ({checkpoint_megabytes(preset('demo')):.0f} of demo)"
    checkpoint = (
        f"A checkpoint of {arguments.preset or 'default'} has about {size:.0f} MB{small}; {kept} "
        "are kept in the run folder."
    )
    print(*lines, checkpoint, verdict, sep="\n")
    if arguments.html is not None:
        write_html(report, arguments.html)
        print(f"Contact sheet: {arguments.html}")
    return 1 if report.problems else 0


def add_worlds(commands: argparse._SubParsersAction) -> None:
    """Adds the command `worlds`."""
    parser = commands.add_parser(
        "worlds",
        help="write a built-in pair of worlds as folders of pictures",
        description="Write trainA, trainB, testA, testB, valA, valB, labels/ and scroll/: data "
        "with ground truth that any CycleGAN program can train on.",
    )
    parser.add_argument("pair", metavar="PAIR", help="name of a pair such as meadow2forest")
    parser.add_argument("--out", metavar="FOLDER", required=True, help="new or empty folder")
    parser.add_argument(
        "--maps", type=int, metavar="N", help="training maps per domain (default: 120)"
    )
    parser.add_argument(
        "--captures",
        type=int,
        default=1,
        metavar="N",
        help="camera positions per map (default: %(default)s)",
    )
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        help="size of the maps; 1 is full size (default: %(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of all randomness (default: %(default)s)"
    )
    parser.add_argument(
        "--structure",
        type=int,
        default=0,
        metavar="{0,1}",
        help="0: both worlds in the same silhouettes; 1: bold, each in its own "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--scroll-frames",
        type=int,
        default=48,
        metavar="N",
        help="frames of a camera path through a map; 0 leaves it out (default: %(default)s)",
    )
    add_limits(parser, pictures=False)
    parser.set_defaults(
        run_command=_worlds,
        after_interruption="the same command goes on",
        to_save_memory="use a smaller --scale",
    )


def _worlds(arguments):
    try:
        counts = export_world(
            arguments.pair,
            arguments.out,
            num_maps=arguments.maps,
            captures=arguments.captures,
            scale=arguments.scale,
            seed=arguments.seed,
            structure=arguments.structure,
            scroll_frames=arguments.scroll_frames,
            say=print,
        )
    except (ValueError, FileExistsError) as error:  # their texts are written for people
        raise DataError(str(error)) from error
    print(f"{arguments.out}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
