"""The command `cyclegan-tf video`: its flags, and the call behind them.

As in cli.py: no TensorFlow before it is needed, no logic that a notebook couldn't call.
"""

import os
import sys

from cyclegan_tf.config import choices_of
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import ConfigError
from cyclegan_tf.hardware.cpu import cpu_flags
from cyclegan_tf.hardware.precision import choose_precision


def add_video(commands):
    """Adds the command to the parsers of cli.py."""
    parser = commands.add_parser(
        "video",
        help="translate a video, GIF, folder of frames or walk through a built-in world",
        description="Translate a clip without flicker, in constant memory. As many frames come "
        "out, at the same times and in the same size, with the sound of the input.",
    )
    parser.add_argument(
        "checkpoint", help="run folder, .keras file, or a name that comes along: meadow2forest, ..."
    )
    parser.add_argument(
        "input",
        metavar="IN",
        help="video of any format, GIF, folder of frames, or e.g. "
        "'world:meadow2forest?seed=3&path=pan&frames=90&scale=0.25&height=240&width=320'",
    )
    parser.add_argument(
        "--out", required=True, help="NAME.gif, .mp4 or .webm; without suffix a folder of PNGs"
    )
    parser.add_argument("--direction", choices=tuple(Direction), help="needed for a run folder")
    parser.add_argument(
        "--stabilize",
        choices=("off", "stats", "full"),
        default="full",
        help="off: frame by frame; stats: one set of instance-norm statistics per shot; full: "
        "besides, frames aligned with the network's grid by the camera's motion (default)",
    )
    parser.add_argument(
        "--exact",
        action="store_true",
        help="equal surroundings give equal pixels to the last bit (CPU); about twice as slow",
    )
    parser.add_argument("--precision", choices=choices_of("precision"), default="auto")
    group = parser.add_argument_group("frames")
    group.add_argument(
        "--fps", type=float, help="at most so many per second (folders, worlds: their rate)"
    )
    group.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth frame")
    group.add_argument(
        "--strict", action="store_true", help="stop at a damaged frame (default: leave it out)"
    )
    group = parser.add_argument_group("picture")
    group.add_argument(
        "--compare", choices=("vertical", "horizontal"), help="put the input above or beside it"
    )
    group.add_argument("--max-width", type=int, metavar="W", help="in pixels")
    group.add_argument("--loop", action="store_true", help="GIF: play endlessly")
    group.add_argument(
        "--max-mb", type=float, metavar="M", help="GIF: fewer colours, less width, fewer fps"
    )
    parser.set_defaults(run_command=_video)


def _video(arguments):
    if arguments.max_width is not None and arguments.max_width < 16:
        raise ConfigError(f"--max-width must be at least 16; received {arguments.max_width}.")
    if arguments.exact and arguments.stabilize != "full":
        raise ConfigError(f"--exact needs --stabilize full; received {arguments.stabilize}.")
    if choose_precision([], cpu_flags()) == "float32":
        # For --exact: oneDNN adds in an order that depends on the place.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    from tqdm import tqdm

    from cyclegan_tf.runs.loading import load_generator
    from cyclegan_tf.video.sources import open_video
    from cyclegan_tf.video.translate import Translator, convert_video

    generator = load_generator(arguments.checkpoint, arguments.direction)
    direction = arguments.direction or ("b2a" if generator.name == "generator_ba" else "a2b")
    video = open_video(
        arguments.input,
        direction=direction,
        every=arguments.every,
        fps=arguments.fps,
        skip_bad=not arguments.strict,
    )
    done = 0

    def progress(frames, total):
        nonlocal done
        for frame in tqdm(frames, total=total, unit="frame"):
            yield frame
            done += 1

    try:
        convert_video(
            video,
            arguments.out,
            Translator(generator, arguments.precision),
            stabilize=arguments.stabilize,
            exact=arguments.exact,
            compare=arguments.compare,
            max_width=arguments.max_width,
            loop=arguments.loop,
            max_mb=arguments.max_mb,
            progress=progress,
            say=tqdm.write,
        )
    except KeyboardInterrupt:
        left = f"{arguments.out} holds {done} frames" if done else "before the first frame"
        print(f"cyclegan-tf: interrupted; {left}", file=sys.stderr)
        return 130
    if video.num_skipped:
        print(f"cyclegan-tf: {video.num_skipped} damaged frames left out", file=sys.stderr)
    print(f"{done} frames translated into {arguments.out}")
    return 0
