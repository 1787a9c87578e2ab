"""How a generator's pictures are prepared: a member of its `.keras` file, which is a zip archive.

Keras passes over members that it doesn't know.
"""

import json
import os
import zipfile
from typing import TYPE_CHECKING

from cyclegan_tf.config import Config
from cyclegan_tf.errors import RunError
from data_pipeline.json_files import parse_json
from data_pipeline.preparation import MEMBER, Preparation

if TYPE_CHECKING:  # as in folder.py
    import keras


def add_preparation(file: str | os.PathLike, preparation: Preparation) -> None:
    """Adds the preparation to a `.keras` file that has none yet.

    Raises:
        OSError: It can't be written.
    """
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(MEMBER, json.dumps(preparation.to_dict()))


def read_preparation(file: str | os.PathLike) -> Preparation | None:
    """Reads the preparation from a `.keras` file that `load_model` has let through.

    It is None in files that are older than it.

    Raises:
        RunError: It is none that this version knows.
    """
    with zipfile.ZipFile(file) as archive:
        if MEMBER not in archive.namelist():
            return None
        try:
            return Preparation.from_dict(parse_json(archive.read(MEMBER)))
        except ValueError as error:  # of JSON as well
            reason = str(error)[:300]
            raise RunError(f"{file}: {reason} It may need a newer cyclegan_tf.") from error


def preparation_in(config: Config) -> Preparation:
    """Returns how pictures become those that the networks of a run see."""
    background = tuple(bytes.fromhex(config.background.removeprefix("#")))
    return Preparation(config.load_size, background, config.channels)


def preparation_of(generator: "keras.Model") -> Preparation:
    """Returns how the pictures of a generator are prepared: as its attribute `preparation` says,
    which `load_generator` sets; else as they are, with the channels that it takes.
    """
    if hasattr(generator, "preparation"):
        return generator.preparation
    shape = getattr(generator, "input_shape", None) if generator.built else None
    return Preparation(channels=(shape and shape[-1]) or 3)
