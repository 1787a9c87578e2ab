"""Which images a `data` argument means: those of folders, a TFDS dataset, or a built-in world.

Nothing is decoded here; `sources.py` reads what is listed, `doctor.py` examines it.
"""

import difflib
import inspect
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from data_pipeline.decoding import IMAGE_SUFFIXES
from data_pipeline.errors import DataError

SPLITS = ("train", "test", "val")


@dataclass(frozen=True)
class Listing:
    """The images of one domain, found but not decoded.

    Attributes:
        name: str, what messages call the domain: "trainA", "henesys".
        names: tuple of str, unique and in the order of `files`: paths relative to the folder
            without the suffix.
        files: sequence of what `read_image` takes: paths, encoded bytes or uint8 arrays.
    """

    name: str
    names: tuple[str, ...]
    files: Sequence

    def __len__(self):
        return len(self.names)

    def origin(self, index):
        """Where image `index` comes from, for messages: its path, or domain and name."""
        file = self.files[index]
        return str(file) if isinstance(file, Path) else f"{self.name}/{self.names[index]}"


def list_domains(data, *, names=("A", "B"), split="train", progress=True):
    """Finds the images of domains A and B.

    Args:
        data: see `open_sources`.
        names: two str, the folders looked for in a directory without the `trainA`/`trainB` layout.
        split: "train", "test" or "val".
        progress: bool, progress bars where something is downloaded or rendered.

    Returns:
        Two `Listing`s, neither of them empty.

    Raises:
        DataError: nothing usable there; the text says what was looked for and what was found.
    """
    if split not in SPLITS:
        raise DataError(f"split must be one of {', '.join(SPLITS)}; got {split!r}")
    if isinstance(data, str) and data.startswith("tfds:"):
        return tuple(_list_tfds(data, split, domain, progress) for domain in "AB")
    if isinstance(data, str) and data.startswith("world:"):
        return tuple(_list_world(data, split, domain, progress) for domain in "ab")
    pairs = _pairs_of_folders(data, names)
    if split not in pairs:
        raise DataError(
            f"{_shown(data)}: no {split} images; it has {', '.join(pairs)}. "
            f"Put them into two more folders, {split}A and {split}B, beside trainA and trainB"
        )
    _refuse_half_or_overlap(*pairs[split])
    return tuple(_list_folder(folder) for folder in pairs[split])


def available_splits(data, *, names=("A", "B")):
    """The splits that `open_sources(data, split=...)` can open: a tuple, a part of ("train",
    "test", "val").

    Two plain folders hold only "train"; the `trainA`/`trainB` layout whatever pairs of folders
    exist; a TFDS dataset what it declares; a built-in world all three.

    Raises:
        DataError: `data` leads to nothing at all.
    """
    if isinstance(data, str) and data.startswith("world:"):
        return SPLITS
    if isinstance(data, str) and data.startswith("tfds:"):
        declared = _tfds_builder(data, progress=False).info.splits
        return tuple(s for s in SPLITS if f"{s}A" in declared and f"{s}B" in declared)
    pairs = _pairs_of_folders(data, names)
    return tuple(s for s in pairs if all(folder.is_dir() for folder in pairs[s]))


# Folders ------------------------------------------------------------------------------------------


def _shown(data):
    return " and ".join(map(str, data)) if isinstance(data, (tuple, list)) else str(data)


def _pairs_of_folders(data, names):
    """{split: (folder of A, folder of B)}, ordered as SPLITS; one of the two may be missing."""
    if isinstance(data, (tuple, list)):
        if len(data) != 2:
            raise DataError(f"data must be one place or two folders; got {len(data)} folders")
        return {"train": tuple(_folder(place) for place in data)}
    if not str(data):
        raise DataError(
            "data (--data) is missing: a folder that holds the folders of both domains, tfds:NAME "
            "or world:PAIR"
        )
    root = _folder(data)
    pairs = {s: (root / f"{s}A", root / f"{s}B") for s in SPLITS}
    pairs = {s: pair for s, pair in pairs.items() if any(p.is_dir() for p in pair)}
    if pairs:
        return pairs
    pair = (root / names[0], root / names[1])
    if not any(folder.is_dir() for folder in pair):
        inside = sorted(repr(p.name) for p in root.iterdir() if p.is_dir() and not _hidden(p.name))
        raise DataError(
            f"{root}: needs the folders {names[0]!r} and {names[1]!r}, or 'trainA' and 'trainB'; "
            f"it holds {', '.join(inside[:8]) or 'no folders'}"
        )
    return {"train": pair}


def _folder(place):
    folder = Path(place).expanduser()
    if not folder.exists():
        raise DataError(f"{folder}: no such folder")
    if not folder.is_dir():
        raise DataError(f"{folder}: must be a folder of images; it is a file")
    return folder


def _refuse_half_or_overlap(folder_a, folder_b):
    for folder, other in ((folder_a, folder_b), (folder_b, folder_a)):
        if not folder.is_dir():
            raise DataError(
                f"{folder.parent}: only one domain: there is {other.name!r}, "
                f"but no {folder.name!r} beside it"
            )
    a, b = folder_a.resolve(), folder_b.resolve()
    if a == b:
        raise DataError(f"{folder_a}: the same folder for both domains; each needs its own images")
    if a in b.parents or b in a.parents:
        raise DataError(
            f"{folder_a} and {folder_b}: one lies inside the other, and folders are searched to "
            "the bottom: its images would belong to both domains"
        )


def _hidden(name):
    return name.startswith(".") or name == "__MACOSX"


def _list_folder(folder):
    paths, num_others = [], 0
    seen = set()  # Links between folders may form a ring.
    for parent, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [name for name in folders if not _hidden(name)]
        for name in files:
            if not _hidden(name) and os.path.splitext(name)[1].lower() in IMAGE_SUFFIXES:
                paths.append(Path(parent, name))
            else:
                num_others += 1
    if not paths:
        others = f"; {num_others} other files were passed over" if num_others else ""
        raise DataError(
            f"{folder}: no images; looked for {' '.join(sorted(IMAGE_SUFFIXES))} in all its "
            f"folders{others}"
        )
    paths.sort(key=lambda path: path.relative_to(folder).as_posix())
    relative = [path.relative_to(folder) for path in paths]
    stems = [path.with_suffix("").as_posix() for path in relative]
    count = Counter(stems)
    # town.png beside town.jpg: outputs named by the stem would overwrite each other.
    names = (s if count[s] == 1 else r.as_posix() for s, r in zip(stems, relative, strict=True))
    return Listing(folder.name, tuple(names), tuple(paths))


# TFDS and built-in worlds -------------------------------------------------------------------------


def _parse(data):
    """("meadow2forest", {"scale": "0.25"}) of "world:meadow2forest?scale=0.25"."""
    name, _, query = data.partition(":")[2].partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if query.count("&") + bool(query) != len(options):
        raise DataError(f"{data}: the options after '?' must read key=value&key=value, each once")
    return name, options


def _option(data, options, key, convert):
    try:
        return convert(options[key])
    except ValueError:
        rule = "a whole number" if convert is int else "a number"
        raise DataError(f"{data}: {key} must be {rule}; got {options[key]!r}") from None


def _check_options(data, options, allowed):
    for key in options:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise DataError(f"{data}: unknown option {key!r}{hint}; there are {', '.join(allowed)}")


def _tfds_builder(data, progress):
    name, options = _parse(data)
    _check_options(data, options, ("data_dir",))
    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        raise DataError(f"{data}: needs `pip install tensorflow-datasets` ({error})") from error
    if not progress:
        tfds.disable_progress_bar()
    try:
        builder = tfds.builder(name, **options)
        builder.download_and_prepare()
    except Exception as error:  # Unknown name, no network, no space left, a changed checksum...
        raise DataError(f"{data}: {' '.join(str(error).split())[:300]}") from error
    return builder


def _list_tfds(data, split, domain, progress):
    builder = _tfds_builder(data, progress)
    import tensorflow_datasets as tfds

    wanted = f"{split}{domain}"
    if wanted not in builder.info.splits:
        raise DataError(f"{data}: no split {wanted!r}; it has {', '.join(builder.info.splits)}")
    # Still encoded: they are small, and decoded by the same code as files are.
    dataset = builder.as_dataset(
        split=wanted, shuffle_files=False, decoders={"image": tfds.decode.SkipDecoding()}
    )
    files = tuple(bytes(example["image"]) for example in dataset.as_numpy_iterator())
    return Listing(wanted, tuple(f"{i:05d}" for i in range(len(files))), files)


def world_options(data):
    """("meadow2forest", {"scale": 0.25}) of "world:meadow2forest?scale=0.25", checked by name.

    Raises:
        DataError: an option is unknown or no number.
    """
    pair, options = _parse(data)
    kinds = {"num_maps": int, "captures": int, "seed": int, "scale": float, "num_workers": int}
    kinds["cache_dir"] = str
    _check_options(data, options, tuple(kinds))
    return pair, {key: _option(data, options, key, kinds[key]) for key in options}


def _list_world(data, split, domain, progress):
    from data_pipeline import worlds

    pair, options = world_options(data)
    in_names = set(inspect.signature(worlds.world_map_names).parameters)
    try:
        names = worlds.world_map_names(
            pair, split, domain, **{k: v for k, v in options.items() if k in in_names}
        )
        maps = worlds.world_maps(pair, split, domain, progress=progress, **options)
    except ValueError as error:
        raise DataError(f"{data}: {error}") from error
    return Listing(f"{split}{domain.upper()}", tuple(names), tuple(maps))
