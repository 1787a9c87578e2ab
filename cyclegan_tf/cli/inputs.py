"""Which files a command reads: no output may overwrite them."""

import os
from pathlib import Path

from cyclegan_tf.config import Config
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.folder import RunFolder
from data_pipeline.addresses import Data, is_tfds, is_world
from data_pipeline.folders import find_images


def generator_files(checkpoint: str) -> list[Path]:
    """Returns the file of a generator, or those of a run folder.

    Args:
        checkpoint: The argument GENERATOR, as given.
    """
    path = Path(checkpoint)
    if checkpoint and path.is_dir():
        return RunFolder(path).files()
    return [pretrained.find(checkpoint) or path, path]


def data_of_run(checkpoint: str) -> Data:
    """Returns what a run was trained on; nothing where `checkpoint` is no run folder.

    Args:
        checkpoint: The argument GENERATOR, as given.
    """
    config_file = RunFolder(checkpoint).config_file
    return Config.load(config_file).data if config_file.is_file() else []


def picture_files(place: str | os.PathLike) -> list[Path]:
    """Returns a file, or the pictures of a folder and its folders; nothing where nothing is."""
    path = Path(os.path.expanduser(place))  # as data_pipeline does; it keeps ~ of unknown users
    return find_images(path)[0] if path.is_dir() else [path] if path.is_file() else []


def data_files(data: Data) -> list[Path]:
    """Returns the pictures of the folders that `data` names; nothing for worlds and TFDS.

    Args:
        data: As in `open_sources`.
    """
    if is_world(data) or is_tfds(data):
        return []
    places = data if isinstance(data, list | tuple) else [data]
    return [file for place in places if place for file in picture_files(place)]
