"""The command `cyclegan-tf video`."""

import argparse
import os
import sys
from functools import partial
from pathlib import Path

from tqdm import tqdm

from cyclegan_tf.cli.generator import add_generator
from cyclegan_tf.cli.inputs import generator_files
from cyclegan_tf.cli.limits import add_limits
from cyclegan_tf.cli.signals import Terminated
from cyclegan_tf.cli.translate import enlarged_hint
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import ClipInterrupted, ConfigError


def add_video(commands: argparse._SubParsersAction) -> None:
    """Adds the command `video`."""
    parser = commands.add_parser(
        "video",
        help="translate a video, GIF, folder of frames or walk through a built-in world",
        description="Translate a clip without flicker, in constant memory. Frames keep their "
        "number, times and size, and the sound is copied.",
    )
    add_generator(parser)
    parser.add_argument(
        "input",
        metavar="IN",
        help="video of any format, GIF, folder of frames, or e.g. "
        "'world:meadow2forest?seed=3&path=pan&frames=90&scale=0.25&height=240&width=320'",
    )
    parser.add_argument(
        "--out",
        required=True,
        help="NAME.gif, NAME.mp4 or NAME.webm; without a suffix, a folder of PNGs",
    )
    parser.add_argument(
        "--stabilize",
        choices=("off", "stats", "full"),
        default="full",
        help="off: frame by frame; stats: one set of instance-norm statistics per shot; full: in "
        "addition, frames aligned with the network's grid by the camera's motion (default: "
        "%(default)s)",
    )
    parser.add_argument(
        "--exact",
        action="store_true",
        help="equal surroundings give equal pixels to the last bit, on CPUs; twice as slow",
    )
    _add_frames(parser.add_argument_group("frames"))
    _add_picture(parser.add_argument_group("picture"))
    add_limits(parser)
    parser.set_defaults(
        run_command=_video,
        after_interruption="before the first frame; the same command begins anew",
        to_save_memory="use --stabilize off, or a clip of smaller frames",
    )


def _add_frames(group):
    group.add_argument(
        "--fps",
        type=float,
        help="for files: at most this many frames per second (default: all); for folders and "
        "worlds: their rate (default: 30)",
    )
    group.add_argument(
        "--every",
        type=int,
        default=1,
        metavar="N",
        help="keep one frame in N (default: %(default)s)",
    )
    group.add_argument(
        "--strict", action="store_true", help="stop at a damaged frame (default: leave it out)"
    )


def _add_picture(group):
    group.add_argument(
        "--compare",
        choices=("vertical", "horizontal"),
        help="put the input above or beside the translation",
    )
    group.add_argument("--max-width", type=int, metavar="PIXELS", help="width not to exceed")
    group.add_argument(
        "--loop",
        action=argparse.BooleanOptionalAction,
        help="for GIFs: play endlessly, or once (default: as the clip does)",
    )
    group.add_argument(
        "--max-mb",
        type=float,
        metavar="MB",
        help="for GIFs: size not to exceed; reduces colours, then width, then frames per second",
    )


def _video(arguments):
    if arguments.max_width is not None and arguments.max_width < 16:
        raise ConfigError(f"--max-width must be at least 16; received {arguments.max_width}.")
    if arguments.exact and arguments.stabilize != "full":
        raise ConfigError(f"--exact needs --stabilize full; received {arguments.stabilize}.")
    if not arguments.input:
        raise ConfigError("IN is empty: give a video, a folder of frames, or a world.")
    try:  # where FFmpeg isn't installed, or doesn't load, the other commands work
        from cyclegan_tf.video.sources import open_video
        from cyclegan_tf.video.writers import check_out
    except ImportError as error:
        raise ConfigError(
            f"video needs the package av, which can't be loaded ({error}). "
            "Install it with: pip install av"
        ) from error

    inputs = [arguments.input, *generator_files(arguments.checkpoint)]
    check_out(arguments.out, inputs, loop=arguments.loop, max_mb=arguments.max_mb)
    if arguments.precision in ("auto", "float32"):  # what a CPU then computes in
        # For --exact: oneDNN adds in an order that depends on the place.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    from cyclegan_tf.runs.loading import load_generator
    from cyclegan_tf.translation.translator import Translator
    from cyclegan_tf.video.translate import convert_video

    generator = load_generator(arguments.checkpoint, arguments.direction)
    reverse = generator.name == "generator_ba"
    video = open_video(
        arguments.input,
        direction=arguments.direction or (Direction.B2A if reverse else Direction.A2B),
        every=arguments.every,
        fps=arguments.fps,
        skip_bad=not arguments.strict,
    )
    translator = Translator(
        generator, arguments.precision, load_size=arguments.load_size, say=tqdm.write
    )
    if hint := enlarged_hint(video.name, *video.size, translator.preparation):
        print(hint, file=sys.stderr)
    try:
        done = convert_video(
            video,
            arguments.out,
            translator,
            stabilize=arguments.stabilize,
            exact=arguments.exact,
            compare=arguments.compare,
            max_width=arguments.max_width,
            loop=arguments.loop,
            max_mb=arguments.max_mb,
            progress=partial(tqdm, unit="frame"),
            say=tqdm.write,
        )
    except ClipInterrupted as error:
        done = error.num_frames
        left = f"{arguments.out} holds {done} frames" if done else "before the first frame"
        anew = "the same command begins anew"
        if done and not Path(arguments.out).suffix:
            anew = f"without {arguments.out}, {anew}"
        print(f"cyclegan-tf: interrupted; {left}; {anew}", file=sys.stderr)
        return 143 if isinstance(error.__cause__, Terminated) else 130
    if video.num_skipped:
        print(f"cyclegan-tf: {video.num_skipped} damaged frames left out", file=sys.stderr)
    print(f"{done} frames translated into {arguments.out}")
    return 0
