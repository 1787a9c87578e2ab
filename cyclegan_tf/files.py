"""Folders and text files, written whole or not at all, with errors that say what to do.

`check_places` refuses outputs that couldn't be written or would overwrite an input.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from cyclegan_tf.errors import FileError
from data_pipeline.files import atomic_file, refusal

AnyPath = str | os.PathLike


def check_places(
    outputs: Mapping[str, Iterable[AnyPath]],
    inputs: Iterable[AnyPath] = (),
    error: type[FileError] = FileError,
) -> None:
    """Refuses outputs that can't be written, share a place, or would overwrite an input.

    Called with all outputs of a command before its work starts. It makes nothing: whoever writes a
    file makes its folders.

    Args:
        outputs: Paths of files, by the argument that named them, e.g. `{"--html": ["page.html"]}`.
        inputs: Paths of the files that are read. Links and other spellings of their names count.
        error: Class of the exception.

    Raises:
        FileError: The message names the place, the reason and the argument.
    """
    read = {_identity(path) for path in inputs}
    taken: dict[str, str] = {}  # the argument of each place
    folders: set[str] = set()  # that have to be there for them
    tried: set[Path] = set()
    for argument, paths in outputs.items():
        for path in paths:
            if not os.fspath(path):
                raise error(f"{argument} is empty: give it the name of a file or folder.")
            folder = Path(path).parent
            if reason := refusal(path, trial=folder not in tried):
                raise error(f"{path} cannot be written: {reason}. Use another {argument}.")
            tried.add(folder)  # thousands of pictures share one
            if _identity(path) in read:
                raise error(f"{path} is an input and would be overwritten. Use another {argument}.")
            place = os.path.realpath(path)
            if place in taken:
                raise error(f"{path} would be written twice. Use another {argument}.")
            taken[place] = argument
            folders.add(os.path.dirname(place))
    needed = {str(parent) for folder in folders for parent in (Path(folder), *Path(folder).parents)}
    for place in taken.keys() & needed:
        raise error(
            f"{place} would be a file and a folder with other outputs. Use another {taken[place]}."
        )


def make_folder(path: AnyPath) -> None:
    """Makes a folder and its parents; nothing where it exists.

    Raises:
        FileError: It can't be made.
    """
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{path} cannot be made: {error}. Choose another folder.") from error


def delete_for_good(path: AnyPath) -> None:
    """Deletes a file, emptied first: what a cloud drive puts in its trash still fills it.

    Raises:
        FileError: It can't be deleted.
    """
    try:
        os.truncate(path, 0)
        os.unlink(path)
    except OSError as error:
        raise FileError(f"{path} cannot be deleted: {error}.") from error


def write_text(path: AnyPath, text: str) -> None:
    """Writes a text file in UTF-8, whole or not at all, and makes its folder.

    Bytes of file names that aren't UTF-8 are written as an escape such as `\\udcff`.

    Raises:
        FileError: It can't be written.
    """
    make_folder(Path(path).parent)
    try:
        with atomic_file(path) as partial:
            Path(partial).write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error}.") from error


def _identity(path: AnyPath) -> tuple[int, int] | str:
    """Equal for all names of one file, whether they differ by a link or by capital letters."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return os.path.realpath(path)
    return status.st_dev, status.st_ino
