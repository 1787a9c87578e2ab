"""What all commands share: examples in their help, `--quiet`, names for tab completion.

The names come from presets, cards and themes, so that nothing is imported for them.
"""

import argparse
import contextlib
import os
from collections.abc import Callable, Iterator

from cyclegan_tf.presets import PRESETS
from cyclegan_tf.runs import pretrained
from data_pipeline.worlds.themes import PAIRS

#: By command; the part after `#` says what it is for.
EXAMPLES = {
    "train": (
        "train demo                                  # a built-in world, minutes on two cores",
        "train default --data maps --name-a old --name-b new --run runs/mine",
        "train runs/mine                             # go on with what was stopped",
        "train default --data maps --run runs/mine --logger tensorboard,csv",
        "train default --data maps --dry-run         # sizes and time, without training",
        "train default --data maps --init-from runs/mine --run runs/longer",
    ),
    "upscale": (
        "upscale runs/small --run runs/large         # of a run with --load-size",
        "upscale runs/small --data maps --run runs/large    # of one on copies made by shrink",
    ),
    "shrink": ("shrink maps --out small_maps                # four times smaller, to train on",),
    "translate": (
        "translate meadow2forest map.png             # a pretrained generator",
        "translate runs/mine maps/old --direction a2b --out new",
        "translate meadow2forest map.png --slider compare/index.html",
    ),
    "video": (
        "video runs/mine clip.mp4 --direction a2b --out new.mp4",
        "video meadow2forest frames --out new.gif    # a folder of frames",
    ),
    "evaluate": (
        "evaluate runs/mine --json scores.json",
        "evaluate meadow2forest --data world:meadow2forest --num-maps 4",
    ),
    "gallery": ("gallery runs/mine --out mine.html",),
    "app": (
        "app meadow2forest forest2meadow",
        "app runs/mine --port 8000 --most-frames 200",
    ),
    "demo": ("demo                                        # the same again resumes",),
    "check": (
        "check maps --name-a old --name-b new",
        "check maps --crop-size 384 --html sheet.html",
    ),
    "worlds": (
        "worlds meadow2forest --out world",
        "worlds candy2clocktown --out small --scale 0.25 --maps 20",
    ),
    "export": (
        "export meadow2forest --out meadow2forest.onnx",
        "export runs/mine --direction a2b --format litert --out mine.tflite",
    ),
    "page": ("page meadow2forest forest2meadow --out translator.html",),
    "import": (
        "import checkpoints/maps --out runs/imported         # latest_net_G_A.pth and so on",
        "import old/ckpt-200 --out runs/imported             # of tf.train.Checkpoint",
    ),
    "cache": ("cache                                       # how large it is", "cache --clear"),
    "list": ("list pretrained", "list --json"),
}


def finish_commands(commands: argparse._SubParsersAction) -> None:
    """Gives every command its examples, `--quiet`, and names to complete.

    Args:
        commands: All commands, added already.
    """
    for name, parser in commands.choices.items():
        lines = [f"  cyclegan-tf {example}" for example in EXAMPLES.get(name, ())]
        if lines:
            parser.formatter_class = argparse.RawDescriptionHelpFormatter
            parser.epilog = "examples:\n" + "\n".join(lines)
        parser.add_argument(
            "-q", "--quiet", action="store_true", help="print nothing but warnings and errors"
        )
        for action in parser._actions:  # argparse has no public list of them
            if action.metavar in _NAMES:
                action.completer = _names(action.metavar)


@contextlib.contextmanager
def quiet_if_asked(quiet: bool) -> Iterator[None]:
    """Keeps what a command prints, and its progress bars, from the screen; not its errors."""
    if not quiet:
        yield
        return
    before = os.environ.get("TQDM_DISABLE")
    os.environ["TQDM_DISABLE"] = "1"  # tqdm reads it when it is imported
    try:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            yield
    finally:  # not for what else the process starts
        del os.environ["TQDM_DISABLE"]
        if before is not None:
            os.environ["TQDM_DISABLE"] = before


def complete(parser: argparse.ArgumentParser) -> None:
    """Answers the shell that asks how a line goes on; does nothing when a person called.

    The shell asks after `eval "$(register-python-argcomplete cyclegan-tf)"`, which argcomplete
    (the extra `completion`) brings.
    """
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)


_NAMES = {
    "PRESET": lambda: list(PRESETS),
    "GENERATOR": pretrained.names,
    "PAIR": lambda: list(PAIRS),
}


def _names(metavar: str) -> Callable[..., list[str]]:
    return lambda prefix="", **_: [name for name in _NAMES[metavar]() if name.startswith(prefix)]
