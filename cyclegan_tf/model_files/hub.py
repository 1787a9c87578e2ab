"""`fetch`: a generator from a model hub, as one `.keras` file that `load_model` looks through.

Keras saves to such places by itself: `model.save("hf://user/name")`.
"""

import os
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

from cyclegan_tf.errors import RunError
from data_pipeline.files import atomic_file, cache_folder
from data_pipeline.preparation import MEMBER

CARD = "card.json"
_NEEDED, _FURTHER = ("config.json", "model.weights.h5"), ("metadata.json", MEMBER)
# A path that has been a `Path` has lost a slash.
_ADDRESS = re.compile(r"hf:/{1,2}([\w.-]+/[\w.-]+)(?:@([\w./-]+))?")
HOW_TO_INSTALL = 'pip install "huggingface_hub>=0.34"'


def is_hub(place: str | os.PathLike) -> bool:
    """Whether a place is an address of the hub, such as `"hf://user/name"`."""
    return _slashed(place).startswith("hf:/")


def _slashed(place: str | os.PathLike) -> str:
    """A `Path` of Windows has turned the slashes around."""
    return os.fspath(place).replace("\\", "/")


def repository_of(address: str | os.PathLike) -> tuple[str, str | None]:
    """Returns the repository `"user/name"` of an address, and the revision after its `@`, if any.

    Raises:
        RunError: It is no address.
    """
    found = _ADDRESS.fullmatch(_slashed(address))
    if not found:
        raise RunError(
            "An address on the hub must be hf://USER/NAME or hf://USER/NAME@REVISION; received "
            f"{os.fspath(address)}."
        )
    return found[1], found[2]


def hub() -> Any:
    """Returns the package `huggingface_hub`.

    Raises:
        RunError: It isn't installed.
    """
    try:
        import huggingface_hub
    except ImportError as error:
        raise RunError(
            f"hf:// needs the package huggingface_hub: {HOW_TO_INSTALL} (the extra `hub`)."
        ) from error
    return huggingface_hub


def fetch(address: str | os.PathLike) -> Path:
    """Downloads a generator, unless it is there already, and puts it together as one file.

    Only a network's description and weights are fetched, no code. Nothing is made of them here.

    Args:
        address: `"hf://user/name"`, or with a branch, tag or commit: `"hf://user/name@v1"`.

    Returns:
        Path of a `.keras` file in the cache folder, with its card beside it as `.json` if it has
        one.

    Raises:
        RunError: The package is missing, there is no such generator, or it can't be fetched or
            written.
    """
    repository, revision = repository_of(address)
    library = hub()
    try:
        snapshot = Path(
            library.snapshot_download(
                repo_id=repository,
                revision=revision,
                allow_patterns=[*_NEEDED, *_FURTHER, CARD],
            )
        )
    except Exception as error:  # the library raises many types, for want of a network too
        reason = " ".join(str(error).split())[:300].rstrip(".")
        raise RunError(f"{address} cannot be fetched: {reason or type(error).__name__}.") from error
    if missing := [name for name in _NEEDED if not (snapshot / name).is_file()]:
        raise RunError(
            f"{address} holds no Keras model: it lacks {missing[0]}. Those are saved there by "
            'model.save("hf://user/name").'
        )
    name = f"{repository.replace('/', '--')}--{snapshot.name}.keras"
    try:
        path = cache_folder() / "hub" / name
        if not path.exists():
            _put_together(snapshot, path)
    except OSError as error:
        raise RunError(f"{address} cannot be kept in the cache: {error}.") from error
    return path


def _put_together(snapshot: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if (snapshot / CARD).is_file():
        with atomic_file(path.with_suffix(".json")) as partial:
            shutil.copyfile(snapshot / CARD, partial)
    with atomic_file(path) as partial, zipfile.ZipFile(partial, "w") as archive:
        for member in (*_NEEDED, *_FURTHER):
            if (snapshot / member).is_file():
                archive.write(snapshot / member, member)
