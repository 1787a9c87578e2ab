"""`statistics_of`: what instance norms take for `"locked"`, from whatever a user gave for it."""

import functools
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cyclegan_tf.translation.files import pictures_in
from cyclegan_tf.translation.norm_statistics import Statistics
from cyclegan_tf.translation.pictures import AnyPicture


def statistics_of(
    reference: Statistics | AnyPicture, record: Callable[[AnyPicture], Statistics]
) -> Statistics:
    """Returns the statistics of a reference.

    Args:
        reference: Statistics, a file of those (`.npz`), a picture or a folder of pictures.
        record: Takes the statistics of a picture.

    Raises:
        StatisticsError: The file holds none.
        ImageError: The reference is no readable picture.
    """
    if isinstance(reference, Statistics):
        return reference
    if not isinstance(reference, (str, os.PathLike)):
        return record(reference)
    if _is_archive(Path(reference)):
        return Statistics.load(reference)
    recorded = [record(path) for path, _ in pictures_in(reference)]
    return functools.reduce(Statistics.merge, recorded)


def _is_archive(path: Path) -> bool:
    """Whether it is what `Statistics.save` writes, whatever its name; no picture is a zip file."""
    if path.suffix == ".npz" or not path.is_file():
        return path.suffix == ".npz" and not path.is_dir()
    with suppress(OSError), open(path, "rb") as file:  # reading it as a picture says what is wrong
        return file.read(4) == b"PK\x03\x04"
    return False
