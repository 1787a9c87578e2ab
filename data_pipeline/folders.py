"""Which files of a folder are pictures, and why the others are passed over: `search`."""

import os
from dataclasses import dataclass
from pathlib import Path

from data_pipeline.decoding import IMAGE_SUFFIXES
from data_pipeline.limits import LIMITS

LINK_OUT = "a link that leads out of the folder; --follow-links follows it"


@dataclass(frozen=True)
class PassedOver:
    """A file or folder that isn't searched or read.

    Attributes:
        path: Its path.
        reason: Why, as half a sentence.
        is_folder: Whether it is a folder.
        is_closed: Whether it is a folder that the system doesn't let us open.
    """

    path: Path
    reason: str
    is_folder: bool = False
    is_closed: bool = False


def search(folder: Path | str, *, subfolders: bool = True) -> tuple[list[Path], list[PassedOver]]:
    """Finds the picture files of a folder by their endings, and says what it passes over.

    Links are followed where they stay in the folder, elsewhere only with `LIMITS.follow_links`. A
    folder that several of them lead to is searched once.

    Args:
        folder: Where to look.
        subfolders: Whether to look in its folders, too, to the bottom.

    Returns:
        The paths, sorted by their place in the folder, and all the rest but folders that were
        searched.
    """
    root = os.path.realpath(folder)
    paths: list[Path] = []
    others: list[PassedOver] = []

    def closed(error: OSError) -> None:
        reason = f"it can't be opened: {error.strerror or error}"
        others.append(PassedOver(Path(error.filename or folder), reason, True, True))

    seen = set()  # Links between folders may form a ring.
    for parent, folders, files in os.walk(folder, followlinks=True, onerror=closed):
        real = os.path.realpath(parent)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        inside = []
        # Sorted, so that the same one of two links is followed on every machine.
        for name in sorted(folders) if subfolders else ():
            reason = _hidden_or_outside(Path(parent, name), root)
            if reason:
                others.append(PassedOver(Path(parent, name), reason, True))
            else:
                inside.append(name)
        folders[:] = inside
        for name in files:
            path = Path(parent, name)
            reason = _hidden_or_outside(path, root) or _no_picture(name)
            if reason:
                others.append(PassedOver(path, reason))
            else:
                paths.append(path)
    return (
        sorted(paths, key=lambda path: path.relative_to(folder).as_posix()),
        sorted(others, key=lambda other: str(other.path)),
    )


def find_images(folder: Path | str, *, subfolders: bool = True) -> tuple[list[Path], int]:
    """Finds the picture files of a folder by their endings, `IMAGE_SUFFIXES`.

    Hidden files and folders and `__MACOSX` are passed over, and links as in `search`.

    Args:
        folder: Where to look.
        subfolders: Whether to look in its folders, too, to the bottom.

    Returns:
        The paths, sorted by their place in the folder, and the number of other files.
    """
    paths, others = search(folder, subfolders=subfolders)
    return paths, sum(not other.is_folder for other in others)


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is passed over."""
    return name.startswith(".") or name == "__MACOSX"


def _hidden_or_outside(path: Path, root: str) -> str:
    if is_hidden(path.name):
        return "hidden"
    if not LIMITS.follow_links and path.is_symlink():
        real = os.path.realpath(path)
        if os.path.commonpath([real, root]) != root:
            return LINK_OUT
    return ""


def _no_picture(name: str) -> str:
    ending = os.path.splitext(name)[1].lower()
    if ending in IMAGE_SUFFIXES:
        return ""
    return f"{ending} isn't the ending of a picture" if ending else "it has no ending of a picture"
