"""The command `cyclegan-tf export`."""

import argparse
from typing import TYPE_CHECKING

from cyclegan_tf.cli.generator import add_checkpoint
from cyclegan_tf.cli.inputs import generator_files, picture_files
from cyclegan_tf.files import check_places

if TYPE_CHECKING:
    import keras

    from cyclegan_tf.translation.norm_statistics import Statistics


def add_export(commands: argparse._SubParsersAction) -> None:
    """Adds the command `export`."""
    parser = commands.add_parser(
        "export",
        help="write a generator for other programs: ONNX, LiteRT, SavedModel",
        description="Write a generator for another program, for pictures of any size, and compare "
        "it with the generator.",
    )
    add_checkpoint(parser)
    parser.add_argument(
        "--format",
        choices=("onnx", "litert", "saved_model"),
        default="onnx",
        help="onnx for most programs, litert for phones, saved_model for TensorFlow (default: "
        "%(default)s)",
    )
    parser.add_argument(
        "--out",
        metavar="PLACE",
        required=True,
        help="a name that ends in .onnx or .tflite, or a folder for saved_model",
    )
    parser.add_argument(
        "--reference",
        metavar="PATH",
        help="picture, folder of pictures or .npz file whose statistics the instance norms use for "
        "all pictures (default: those of each picture)",
    )
    parser.add_argument(
        "--weights",
        choices=("float32", "float16"),
        default="float32",
        help="number format in the file; float16 halves it, for onnx and litert (default: "
        "%(default)s)",
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        metavar="X",
        help="largest difference to the generator's values in [-1, 1] with which the file is "
        "written (default: 1e-5, and 1e-2 for float16)",
    )
    parser.set_defaults(
        run_command=_export,
        after_interruption="nothing was written",
        to_save_memory="other programs have to end first",
    )


def _export(arguments: argparse.Namespace) -> int:
    from cyclegan_tf.export.model import check_export, export
    from cyclegan_tf.runs.loading import load_generator

    inputs = generator_files(arguments.checkpoint)
    if arguments.reference is not None:
        inputs += picture_files(arguments.reference)
    check_places({"--out": [arguments.out]}, inputs)
    check_export(arguments.format, arguments.out, arguments.weights, arguments.tolerance)
    generator = load_generator(arguments.checkpoint, arguments.direction)
    statistics = None
    if arguments.reference is not None:
        statistics = _statistics(generator, arguments.reference)
    written = export(
        generator,
        arguments.out,
        arguments.format,
        statistics=statistics,
        weights=arguments.weights,
        tolerance=arguments.tolerance,
    )
    print(written)
    return 0


def _statistics(generator: "keras.Model", reference: str) -> "Statistics | None":
    from cyclegan_tf.translation.translator import Translator

    return Translator(generator, statistics="locked", reference=reference).reference
