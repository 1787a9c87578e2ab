"""The exceptions that bad input raises, apart from `data_pipeline.DataError`.

Each message names what was wrong and says what to do; the command prints it as one line.
"""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class ConfigError(ValueError):
    """A setting that cannot work. The message names it, the rule and the value received."""


class FileError(ValueError):
    """A file or folder that cannot be read or written."""


class RunError(FileError):
    """A run folder or checkpoint that cannot be used."""


class DivergenceError(RunError):
    """A training whose losses, gradients or weights stay infinite or are no numbers."""


class StatisticsError(FileError):
    """Instance-norm statistics that cannot be read, or that belong to another generator."""


class ImageError(FileError):
    """A picture that cannot be read or written."""


class VideoError(ImageError):
    """A clip that cannot be read or written."""


class ClipInterrupted(KeyboardInterrupt):
    """Ctrl-C while a clip was translated; what was done is in the file.

    Attributes:
        num_frames: Number of frames that were written.
    """

    num_frames: int

    def __init__(self, num_frames: int) -> None:
        super().__init__(num_frames)
        self.num_frames = num_frames


class TrainingStopped(KeyboardInterrupt):
    """Ctrl-C or SIGTERM while training; all is saved, and the message says how to go on.

    Attributes:
        exit_code: What the process should end with, 128 and the number of the signal.
    """

    exit_code: int

    def __init__(self, message: str, exit_code: int = 130) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class FeaturesError(FileError):
    """A feature network for a measure that cannot be loaded."""


def suggest(name: str, known: Iterable[str]) -> str:
    """Returns " Did you mean x or y?" for the known names near an unknown one, else nothing.

    >>> suggest("cropsize", ["crop_size", "seed"])
    ' Did you mean crop_size?'
    """
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out: that of the machine, or of a GPU."""
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return True
    return str(error).startswith("RESOURCE_EXHAUSTED")  # of JAX, which has no class for it


@contextmanager
def run_errors() -> Iterator[None]:
    """Files of a run that can't be written are errors of the run."""
    try:
        yield
    except FileError as error:
        raise RunError(str(error)) from error


def reason_of(error: BaseException) -> str:
    """Returns the first line of an error's text without its full stop, for a message of one line.

    Some errors, like `MemoryError()`, have no text: then it is their name.

    >>> reason_of(ValueError("It is damaged.\\nDetails follow.")), reason_of(MemoryError())
    ('It is damaged', 'MemoryError')
    """
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(". ") if lines else type(error).__name__
