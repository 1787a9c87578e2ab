"""The command `cyclegan-tf cache`: what is kept to save time, and how to be rid of it."""

import argparse

from cyclegan_tf.errors import FileError
from data_pipeline.files import cache_folder

_KINDS = {
    "worlds": "drawn worlds",
    "segmentation": "networks that tell materials apart",
    "hub": "generators of the hub, and their cards",
}


def add_cache(commands: argparse._SubParsersAction) -> None:
    """Adds the command `cache`."""
    parser = commands.add_parser(
        "cache",
        help="show or clear what is kept on disk to save time",
        description="Show the folder of drawn worlds and its size. It is $CYCLEGAN_TF_CACHE, else "
        "cyclegan_tf in $XDG_CACHE_HOME or ~/.cache.",
    )
    parser.add_argument("--clear", action="store_true", help="delete it; it is made anew if needed")
    parser.set_defaults(
        run_command=_cache,
        after_interruption="the same command goes on",
        to_save_memory="close other programs",
    )


def _cache(arguments):
    try:
        folder = cache_folder()
        total = sum(_clear_or_show(folder / kind, what, arguments.clear)
                    for kind, what in _KINDS.items())  # fmt: skip
    except OSError as error:
        raise FileError(f"The cache cannot be {_verb(arguments.clear)}: {error}.") from error
    print(f"{folder}: {_shown(total)}{' deleted' if arguments.clear else ''}")


def _clear_or_show(folder, what, clear):
    """Returns the bytes of the files that are, or were, in a folder of the cache."""
    files = [file for file in _files(folder) if file.is_file() and not file.is_symlink()]
    size = sum(file.stat().st_size for file in files)
    if clear:
        for file in files:
            file.unlink()
    print(f"{len(files):6} {what}: {_shown(size)}")
    return size


def _files(folder):
    # Links aren't followed: only what this project has written here is deleted.
    return sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []


def _shown(size):
    return f"{size / 1e6:,.1f} MB"


def _verb(clear):
    return "cleared" if clear else "shown"
