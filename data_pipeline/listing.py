"""Which images a `data` argument means: those of folders, a TFDS dataset, or a built-in world.

None of them is decoded before sources.py reads it or check/doctor.py examines it.
"""

import inspect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data_pipeline import worlds
from data_pipeline.addresses import Data, is_tfds, is_world, tfds_options, world_options
from data_pipeline.decoding import IMAGE_SUFFIXES
from data_pipeline.errors import DataError
from data_pipeline.files import cache_folder
from data_pipeline.folders import LINK_OUT, PassedOver, is_hidden, search
from data_pipeline.tfds import load_tfds

if TYPE_CHECKING:
    from tensorflow_datasets.core import DatasetBuilder  # Slow to load.

SPLITS = ("train", "test", "val")


@dataclass(frozen=True)
class Listing:
    """The images of one domain, found but not decoded.

    Attributes:
        name: What messages call the domain: "trainA", "henesys".
        names: Unique and in the order of `files`: paths relative to the folder, without the suffix.
        files: What `read_image` takes: paths, encoded bytes or uint8 arrays.
        passed_over: What else lies in the folder, and why it isn't used.
    """

    name: str
    names: tuple[str, ...]
    files: Sequence[Path | bytes | np.ndarray]
    passed_over: tuple[PassedOver, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    def origin(self, index: int) -> str:
        """Where image `index` comes from, for messages: its path, or domain and name."""
        file = self.files[index]
        return str(file) if isinstance(file, Path) else f"{self.name}/{self.names[index]}"


def list_domains(
    data: Data,
    *,
    names: tuple[str, str] = ("A", "B"),
    split: str = "train",
    progress: bool = True,
) -> tuple[Listing, Listing]:
    """Finds the images of domains A and B.

    Args:
        data: As in `open_sources`.
        names: The folders looked for in a directory without `trainA` and `trainB`; `testA`,
            `testB`, `valA` and `valB` may lie beside them.
        split: "train", "test" or "val".
        progress: Show progress bars where something is downloaded or rendered.

    Returns:
        The `Listing` of A and that of B, neither of them empty.

    Raises:
        DataError: There is nothing usable; the text says what was looked for and what was found.
    """
    if split not in SPLITS:
        raise DataError(f"split must be one of {', '.join(SPLITS)}; received {split!r}.")
    if is_tfds(data):
        a, b = (_list_tfds(data, split, domain, progress) for domain in "AB")
        return a, b
    if is_world(data):
        a, b = (_list_world(data, split, domain, progress) for domain in "ab")
        return a, b
    pairs = _pairs_of_folders(data, names)
    if split not in pairs:
        raise DataError(
            f"{shown(data)}: no {split} images; it has {', '.join(pairs)}. "
            f"Put them into two more folders in it, {split}A and {split}B."
        )
    folder_a, folder_b = pairs[split]
    _refuse_half_or_overlap(folder_a, folder_b)
    return _list_folder(folder_a), _list_folder(folder_b)


def available_splits(data: Data, *, names: tuple[str, str] = ("A", "B")) -> tuple[str, ...]:
    """Returns the splits that `open_sources` can open: a part of ("train", "test", "val").

    Two plain folders hold only "train"; a directory whatever pairs of folders exist in it; a TFDS
    dataset what it declares; a built-in world all three.

    Args:
        data: As in `open_sources`.
        names: As in `open_sources`.

    Raises:
        DataError: `data` leads to nothing at all.
    """
    if is_world(data):
        return SPLITS
    if is_tfds(data):
        declared = _tfds_builder(data, progress=False).info.splits
        return tuple(s for s in SPLITS if f"{s}A" in declared and f"{s}B" in declared)
    pairs = _pairs_of_folders(data, names)
    return tuple(s for s in pairs if all(folder.is_dir() for folder in pairs[s]))


def shown(data: Data) -> str:
    """Returns what messages call `data`."""
    return " and ".join(map(str, data)) if isinstance(data, (tuple, list)) else str(data)


def _pairs_of_folders(data: Data, names: tuple[str, str]) -> dict[str, tuple[Path, Path]]:
    """{split: (folder of A, folder of B)}, ordered as SPLITS; one of the two may be missing."""
    if isinstance(data, (tuple, list)):
        if len(data) != 2:
            raise DataError(f"data must be one place or two folders; received {len(data)} folders.")
        return {"train": (_folder(data[0]), _folder(data[1]))}
    if not str(data):
        raise DataError(
            "data (--data) is missing: a folder that holds the folders of both domains, tfds:NAME "
            "or world:PAIR."
        )
    root = _folder(data)
    pairs = {s: (root / f"{s}A", root / f"{s}B") for s in SPLITS}
    pairs = {s: pair for s, pair in pairs.items() if any(p.is_dir() for p in pair)}
    pair = (root / names[0], root / names[1])
    if "train" in pairs:
        return pairs
    if any(folder.is_dir() for folder in pair):
        return {"train": pair} | pairs
    if pairs:
        return pairs
    folders = (p.name for p in root.iterdir() if p.is_dir() and not is_hidden(p.name))
    inside = sorted(map(repr, folders))
    raise DataError(
        f"{root}: needs the folders {names[0]!r} and {names[1]!r}, or 'trainA' and 'trainB'; "
        f"it holds {', '.join(inside[:8]) or 'no folders'}."
    )


def _folder(place: Path | str) -> Path:
    try:
        folder = Path(place).expanduser()
    except RuntimeError as error:
        raise DataError(f"{place}: no such user.") from error
    if not folder.exists():
        raise DataError(f"{folder}: no such folder.")
    if not folder.is_dir():
        raise DataError(f"{folder}: must be a folder of images; it is a file.")
    return folder


def _refuse_half_or_overlap(folder_a: Path, folder_b: Path) -> None:
    for folder, other in ((folder_a, folder_b), (folder_b, folder_a)):
        if not folder.is_dir():
            raise DataError(
                f"{folder.parent}: only one domain: there is {other.name!r}, "
                f"but no {folder.name!r} beside it."
            )
    a, b = folder_a.resolve(), folder_b.resolve()
    if a == b:
        raise DataError(f"{folder_a}: the same folder for both domains; each needs its own images.")
    if a in b.parents or b in a.parents:
        raise DataError(
            f"{folder_a} and {folder_b}: one lies inside the other, and folders are searched to "
            "the bottom: its images would belong to both domains."
        )


def _list_folder(folder: Path) -> Listing:
    paths, others = search(folder)
    if not paths:
        raise DataError(
            f"{folder}: no images; looked for {' '.join(IMAGE_SUFFIXES)} in all its "
            f"folders{_told(others)}."
        )
    relative = [path.relative_to(folder) for path in paths]
    stems = [path.with_suffix("").as_posix() for path in relative]
    count = Counter([*stems, *(path.as_posix() for path in relative)])
    # town.png beside town.jpg: outputs named by the stem would overwrite each other. So would those
    # of town.png and town.png.webp.
    names = (s if count[s] == 1 else r.as_posix() for s, r in zip(stems, relative, strict=True))
    return Listing(folder.name, tuple(names), tuple(paths), tuple(others))


def _told(others: Sequence[PassedOver]) -> str:
    """What was passed over, counted, with the reasons that a user can do something about."""
    closed = [f"{other.path} {other.reason}" for other in others if other.is_closed]
    links = sum(other.reason == LINK_OUT for other in others)
    files = sum(not other.is_folder for other in others)
    told = ["1 other file was passed over"] if files == 1 else []
    told += [f"{files} other files were passed over"] if files > 1 else []
    told += [f"{links} of what is in it: {LINK_OUT}"] if links else []
    return "".join(f"; {text}" for text in told + closed[:3])


def _tfds_builder(address: str, progress: bool) -> "DatasetBuilder":
    name, options = tfds_options(address)
    tfds = load_tfds(address)
    if not progress:
        tfds.disable_progress_bar()
    try:
        builder = tfds.builder(name, **options)
        builder.download_and_prepare()
    except Exception as error:  # Unknown name, no network, no space left, a changed checksum...
        raise DataError(f"{address}: {' '.join(str(error).split())[:300]}") from error
    return builder


def _list_tfds(address: str, split: str, domain: str, progress: bool) -> Listing:
    tfds, builder = load_tfds(address), _tfds_builder(address, progress)
    wanted = f"{split}{domain}"
    if wanted not in builder.info.splits:
        raise DataError(f"{address}: no split {wanted!r}; it has {', '.join(builder.info.splits)}.")
    # Still encoded: they are small, and decoded by the same code as files are.
    dataset = builder.as_dataset(
        split=wanted, shuffle_files=False, decoders={"image": tfds.decode.SkipDecoding()}
    )
    files = tuple(bytes(example["image"]) for example in dataset.as_numpy_iterator())
    return Listing(wanted, tuple(f"{i:05d}" for i in range(len(files))), files)


def _list_world(address: str, split: str, domain: str, progress: bool) -> Listing:
    pair, options = world_options(address)
    in_names = set(inspect.signature(worlds.world_map_names).parameters)
    try:
        names = worlds.world_map_names(
            pair, split, domain, **{k: v for k, v in options.items() if k in in_names}
        )
        if "cache_dir" in options:
            options["cache_dir"] = _inside_cache(options["cache_dir"])
        maps = worlds.world_maps(pair, split, domain, progress=progress, **options)
    except (OSError, ValueError) as error:
        raise DataError(f"{address}: {error}") from error
    return Listing(f"{split}{domain.upper()}", tuple(names), tuple(maps))


def _inside_cache(cache_dir: str) -> Path:
    """An address may come from anyone's settings: it writes nowhere but in the cache."""
    root = cache_folder()
    place = root / cache_dir
    if not place.resolve().is_relative_to(root.resolve()):
        raise ValueError(
            f"cache_dir must lie in the cache folder {root}; received {cache_dir!r}. Set "
            "CYCLEGAN_TF_CACHE to have the cache elsewhere."
        )
    return place
