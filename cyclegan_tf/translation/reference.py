"""`statistics_of`: what instance norms take for `"locked"`, from whatever a user gave for it."""

import functools
import os
from collections.abc import Callable
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
    if Path(reference).suffix == ".npz" and not Path(reference).is_dir():
        return Statistics.load(reference)
    recorded = [record(path) for path, _ in pictures_in(reference)]
    return functools.reduce(Statistics.merge, recorded)
