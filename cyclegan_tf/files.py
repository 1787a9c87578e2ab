"""Folders and text files, written whole or not at all, with errors that say what to do."""

import os
from pathlib import Path

from cyclegan_tf.errors import FileError
from data_pipeline.files import atomic_file


def make_folder(path: str | os.PathLike) -> None:
    """Makes a folder and its parents; nothing where it exists.

    Raises:
        FileError: It can't be made.
    """
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{path} cannot be made: {error}. Choose another folder.") from error


def write_text(path: str | os.PathLike, text: str) -> None:
    """Writes a text file in UTF-8, whole or not at all.

    Raises:
        FileError: It can't be written.
    """
    try:
        with atomic_file(path) as partial:
            Path(partial).write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error}.") from error
