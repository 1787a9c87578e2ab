"""The command `cyclegan-tf translate`."""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from cyclegan_tf import images
from cyclegan_tf.cli.generator import add_generator
from cyclegan_tf.cli.inputs import generator_files, picture_files
from cyclegan_tf.cli.limits import add_limits
from cyclegan_tf.errors import ConfigError, ImageError
from cyclegan_tf.files import check_places
from cyclegan_tf.translation.files import places_of, plan_files, translate_files
from cyclegan_tf.translation.formats import JPEG
from data_pipeline.preparation import Preparation

_ENLARGED = 1.2  # how many times one is enlarged, above which things look too large
_MUCH = 2  # how many times a picture is shrunk, above which one sees it in the translation
_LARGE = 5 * 10**6  # pixels of a photograph; as PNG some megabytes
_LOOKED_AT = 100  # pictures whose sizes are read beforehand

_DEEP = (".png", ".tif", ".tiff")  # endings of files that can have 16 bits


def add_translate(commands: argparse._SubParsersAction) -> None:
    """Adds the command `translate`."""
    parser = commands.add_parser(
        "translate",
        help="translate pictures with a trained generator",
        description="Translate files and folders of any size; names and transparency are kept.",
    )
    add_generator(parser)
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="picture or folder of pictures")
    parser.add_argument(
        "--out",
        metavar="PLACE",
        default="translated",
        help="folder for the translations; or, of one picture, a name such as new.png (default: "
        "%(default)s)",
    )
    _add_large_maps(parser.add_argument_group("large maps"))
    _add_files(parser.add_argument_group("files"))
    add_limits(parser, worlds=False)
    parser.set_defaults(
        run_command=_translate,
        after_interruption="the same command with --skip-existing goes on",
        to_save_memory="use --stream and a smaller --max-memory",
    )


def _add_large_maps(group):
    group.add_argument(
        "--statistics",
        choices=("whole", "window", "locked"),
        default="whole",
        help="what the instance norms use: statistics of the whole map, of a window around each "
        "place, or those of --reference (default: %(default)s)",
    )
    group.add_argument(
        "--window",
        type=int,
        default=480,
        metavar="PIXELS",
        help="side of the window of --statistics window (default: %(default)s)",
    )
    group.add_argument(
        "--reference",
        metavar="PATH",
        help="picture, folder of pictures or .npz file with the statistics of --statistics locked",
    )
    group.add_argument(
        "--save-statistics",
        metavar="FILE",
        help="write the statistics of --reference to an .npz file",
    )
    group.add_argument(
        "--stream",
        action=argparse.BooleanOptionalAction,
        default="auto",
        help="translate in strips or in one pass; the results agree up to rounding (default: "
        "%(default)s, in one pass only for small maps on GPUs)",
    )
    group.add_argument(
        "--max-memory",
        type=float,
        metavar="GB",
        help="memory for the whole process (default: nine tenths of what is free)",
    )


def _add_files(group):
    group.add_argument(
        "--format",
        choices=("png", "jpg", "webp", "tiff"),
        help="format of the translations (default: that of --out, else png; for generators of 2, 4 "
        "and more channels tiff)",
    )
    group.add_argument(
        "--quality",
        type=int,
        default=90,
        help="quality of jpg and webp, from 1 to 100 (default: %(default)s)",
    )
    group.add_argument(
        "--keep-16-bit",
        action="store_true",
        help="write 16-bit png or tiff where the input has 16 bits",
    )
    group.add_argument(
        "--skip-existing",
        action="store_true",
        help="leave out pictures that have a translation",
    )
    group.add_argument(
        "--compare",
        action="store_true",
        help="also write input and translation as one picture, each shrunk to at most 6 megapixels",
    )
    group.add_argument(
        "--slider", metavar="PAGE", help="also write an html page with before/after sliders"
    )


def _translate(arguments):
    _check(arguments)
    plan = _plan(arguments)
    from cyclegan_tf.translation.translator import Translator

    translator = Translator.load(
        arguments.checkpoint,
        arguments.direction,
        arguments.precision,
        statistics=arguments.statistics,
        reference=arguments.reference,
        window=arguments.window,
        stream=arguments.stream,
        max_memory=arguments.max_memory and arguments.max_memory * 1e9,
        load_size=arguments.load_size,
        say=tqdm.write,
    )
    if translator.preparation.takes_bands:
        plan = _plan(arguments, default=".tif")
    if arguments.save_statistics is not None:
        translator.reference.save(arguments.save_statistics)
    for hint in _hints(plan, translator.preparation):
        print(hint, file=sys.stderr)
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
    pictures = f"picture{'s' * (len(plan) != 1)}"
    print(f"{len(plan) - len(failures)} of {len(plan)} {pictures} translated into {arguments.out}")
    if arguments.slider is not None:
        print(f"Open {Path(arguments.slider).resolve()}")
    return 1 if failures else 0


def _hints(plan, preparation):
    """Yields what a user may not expect of the pictures' sizes, each at most once."""
    shrunk = enlarged = big = False
    for path, output in plan[:_LOOKED_AT]:
        try:
            width, height = images.size_of(path)
        except ImageError:  # translating it says why
            continue
        factor = min(height, width) / min(preparation.size_of(height, width))
        if not shrunk and factor > _MUCH:
            shrunk = True
            yield (
                f"{path.name}: {width}x{height} pixels are shrunk {factor:.0f} times for the "
                "network and enlarged again, so fine detail is lost. A run that was trained with "
                "a larger --load-size keeps more of it."
            )
        if not enlarged and (hint := enlarged_hint(path.name, height, width, preparation)):
            enlarged = True
            yield hint
        from_jpeg = path.suffix.lower() in JPEG and output.suffix.lower() == ".png"
        if not big and from_jpeg and height * width >= _LARGE:
            big = True
            yield (
                f"{path.name}: JPEGs become PNGs, without loss but several times as large; "
                "--format jpg writes JPEG."
            )


def enlarged_hint(name: str, height: int, width: int, preparation: Preparation) -> str | None:
    """Says so where the network sees a picture much enlarged: things in it are then too large."""
    factor = min(preparation.size_of(height, width)) / min(height, width)
    if factor <= _ENLARGED:
        return None
    return (
        f"{name}: {width}x{height} pixels are enlarged {factor:.1f} times for the network, to its "
        "load_size. If this is a part of a larger picture, give --load-size: that of the whole "
        "one, times the share that this is."
    )


def _plan(arguments, default=".png"):
    """Pairs inputs with outputs, and refuses places before anything is loaded."""
    suffix = arguments.format and "." + arguments.format
    compare = arguments.compare
    plan = plan_files(arguments.inputs, arguments.out, suffix, compare=compare, default=default)
    if arguments.keep_16_bit and plan[0][1].suffix.lower() not in _DEEP:
        raise ConfigError(f"--keep-16-bit needs an --out of png or tiff; received {arguments.out}.")
    places = places_of(plan, compare=compare, slider=arguments.slider)
    if arguments.save_statistics is not None:
        places["--save-statistics"] = [arguments.save_statistics]
    inputs = [path for path, _ in plan] + generator_files(arguments.checkpoint)
    if arguments.reference is not None:
        inputs += picture_files(arguments.reference)
    check_places(places, inputs)
    page = arguments.slider
    if page is not None and not page.lower().endswith((".html", ".htm")):
        raise ConfigError(f"--slider must be a page such as page.html; received {page}.")
    return plan


def _check(arguments):
    """Refuses flags that contradict each other, before anything is loaded."""
    if not 1 <= arguments.quality <= 100:
        raise ConfigError(f"--quality must be from 1 to 100; received {arguments.quality}.")
    reference = f"--reference {arguments.reference}" if arguments.reference else "no --reference"
    received = f"received --statistics {arguments.statistics} and {reference}"
    if (arguments.statistics == "locked") != (arguments.reference is not None):
        raise ConfigError(f"--statistics locked and --reference PATH need each other; {received}.")
    if arguments.save_statistics is not None and arguments.reference is None:
        raise ConfigError(
            f"--save-statistics needs --statistics locked and --reference PATH; {received}."
        )
    if arguments.window < 16:
        raise ConfigError(f"--window must be at least 16; received {arguments.window}.")
    if arguments.keep_16_bit and arguments.format not in ("png", "tiff", None):
        raise ConfigError(f"--keep-16-bit needs --format png or tiff; received {arguments.format}.")
    if arguments.max_memory is not None and arguments.max_memory <= 0:
        raise ConfigError(f"--max-memory must be above 0; received {arguments.max_memory}.")
