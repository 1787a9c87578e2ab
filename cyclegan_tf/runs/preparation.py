"""How a generator's pictures are prepared: a member of its `.keras` file, which is a zip archive.

Keras passes over members that it doesn't know.
"""

import json
import os
import zipfile
from typing import TYPE_CHECKING

from cyclegan_tf.errors import RunError
from data_pipeline.preparation import AS_THEY_ARE, Preparation

if TYPE_CHECKING:  # as in folder.py
    import keras

MEMBER = "preparation.json"


def add_preparation(file: str | os.PathLike, preparation: Preparation) -> None:
    """Adds the preparation to a `.keras` file that has none yet.

    Raises:
        OSError: It can't be written.
    """
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(MEMBER, json.dumps(preparation.to_dict()))


def read_preparation(file: str | os.PathLike) -> Preparation | None:
    """Reads the preparation from a `.keras` file; None in files that are older than it.

    Raises:
        RunError: It is none that this version knows.
    """
    if not zipfile.is_zipfile(file):  # of Keras 2
        return None
    with zipfile.ZipFile(file) as archive:
        if MEMBER not in archive.namelist():
            return None
        try:
            return Preparation.from_dict(json.loads(archive.read(MEMBER)))
        except ValueError as error:  # of JSON as well
            raise RunError(f"{file}: {error} It may need a newer cyclegan_tf.") from error


def preparation_of(generator: "keras.Model") -> Preparation:
    """Returns how the pictures of a generator are prepared; as they are, unless `load_generator` or
    its own `preparation` says otherwise.
    """
    return getattr(generator, "preparation", AS_THEY_ARE)
