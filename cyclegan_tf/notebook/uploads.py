"""Pictures that come as a zip, the way people make them: unpacked, and their folders found."""

import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from cyclegan_tf.files import make_folder
from data_pipeline.decoding import IMAGE_SUFFIXES
from data_pipeline.errors import DataError

MOST_BYTES = 50 * 10**9  # of a zip, unpacked: more than the disk of a free Colab runtime is left


def upload_pictures(folder: str | os.PathLike) -> Path:
    """Asks a Colab user for a zip of pictures, once, and unpacks it.

    Args:
        folder: Where to; if it exists, nothing is asked. Delete it to upload others.

    Returns:
        The folder that holds the folders of both domains.

    Raises:
        DataError: Nothing was uploaded, or it is no zip with pictures.
    """
    if Path(folder).is_dir():
        return _place_of_domains(Path(folder))
    from google.colab import files  # type: ignore[import-untyped, unused-ignore]

    uploaded = list(files.upload())
    if not uploaded:
        raise DataError("Nothing was uploaded: run the cell again and choose a zip of pictures.")
    return unpack_pictures(uploaded[0], folder)


def unpack_pictures(archive: str | os.PathLike, folder: str | os.PathLike) -> Path:
    """Unpacks the pictures of a zip into a new folder; all other files in it are left out.

    Args:
        archive: Path of the zip. Folders around those of the domains, `__MACOSX` and hidden files
            don't matter.
        folder: Folder to make.

    Returns:
        The folder that holds the folders of both domains.

    Raises:
        DataError: It is no whole zip, holds no pictures or no two folders of them, or unpacks to
            more than 50 GB.
    """
    folder = Path(folder)
    unfinished = folder.with_name(f".partial_{folder.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as pictures:
            members = list(_pictures(pictures))
            if not members:
                raise DataError(
                    f"{archive} holds no pictures. Zip the folder that holds one folder of "
                    "pictures for each domain."
                )
            size = sum(member.file_size for member in members)
            if size > MOST_BYTES:
                raise DataError(
                    f"{archive} unpacks to {size / 1e9:.0f} GB; at most {MOST_BYTES / 1e9:.0f} GB "
                    "are allowed. Upload fewer or smaller pictures."
                )
            make_folder(unfinished)
            for member in members:
                pictures.extract(member, unfinished)  # never outside of the folder
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise DataError(
            f"{archive} is no whole zip file ({error}). Make it anew, without a password, and "
            "upload it again."
        ) from error
    place = _place_of_domains(unfinished).relative_to(unfinished)
    unfinished.rename(folder)
    return folder / place


def _pictures(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for member in archive.infolist():
        path = PurePosixPath(member.filename)
        hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
        if not hidden and path.suffix.lower() in IMAGE_SUFFIXES and not member.is_dir():
            yield member


def _place_of_domains(folder: Path) -> Path:
    """The outermost folder that holds more than one folder."""
    place = folder
    while True:
        inside = [path for path in place.iterdir() if path.is_dir()]
        if len(inside) > 1:
            return place
        if not inside:
            raise DataError(
                f"{folder} must hold two folders of pictures, one for each domain; found all "
                f"pictures in {'one folder' if place == folder else place.name}. Zip two folders."
            )
        place = inside[0]
