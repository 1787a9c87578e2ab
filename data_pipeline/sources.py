"""The two domains as indexed collections of checked, decodable maps: `open_sources`, `Source`.

Where the images lie is found by `listing.py`; they become training crops in `store.py` and
`stream.py`.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from data_pipeline.addresses import Data
from data_pipeline.decoding import WHITE
from data_pipeline.errors import DataError
from data_pipeline.listing import Listing, list_domains
from data_pipeline.preparation import Preparation
from data_pipeline.threads import for_each_in_threads

# Decoded maps of one domain that may stay in memory: 250 maps of 2000x1300 are 1.8 GiB.
MEMORY_LIMIT_BYTES = 4 * 2**30


@dataclass(frozen=True)
class Source:
    """The maps of one domain. Each was decoded once when it was opened: none is broken.

    Attributes:
        name: "trainA" or "henesys", for example.
        names: Unique: file paths relative to the folder without the suffix, sorted; or map names.
        sizes: (height, width) of each in pixels, upright.
        load: `load(i)` gives map `i` as uint8 `(height, width, channels)`.
        adopt: `adopt(i, pixels)` makes `load(i)` give `pixels`, the same map held elsewhere, so
            that nothing is in memory twice.
        channels: 1 for gray, 3 for RGB (the default), or the number of bands.
        enlarged: Names of those that `load_size` made larger: they are soft.
    """

    name: str
    names: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...]
    load: Callable[[int], np.ndarray]
    adopt: Callable[[int, np.ndarray], None] = lambda index, pixels: None
    channels: int = 3
    enlarged: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.names)

    @property
    def num_bytes(self) -> int:
        """Size of all maps decoded, in bytes."""
        return sum(self.channels * height * width for height, width in self.sizes)


def open_sources(
    data: Data,
    *,
    names: tuple[str, str] = ("A", "B"),
    split: str = "train",
    skip_bad: bool = False,
    background: Sequence[int] = WHITE,
    load_size: int = 0,
    channels: int = 3,
    memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
    progress: bool = True,
) -> tuple[Source, Source]:
    """Opens the images of both domains.

    Each is decoded once, to find the broken ones before anything is trained.

    Args:
        data: Where the images are, one of
            - a directory with the folders `trainA`, `trainB` (and perhaps `testA`, `testB`, `valA`,
              `valB`), or with two folders named as in `names`; searched to the bottom for PNG,
              JPEG, WebP, BMP, TIFF and GIF files (hidden files and other types are passed over);
            - a tuple of two directories, one per domain;
            - `"tfds:cycle_gan/horse2zebra"`, a TFDS dataset with splits `trainA`, `trainB`...,
              downloaded when needed (option: `?data_dir=DIR`);
            - `"world:meadow2forest?scale=0.25&num_maps=40&captures=2&seed=0"`, a built-in world,
              options as in `data_pipeline.worlds.world_maps`.
        names: The folders to look for in a directory that has no `trainA` and `trainB`.
        split: "train", "test" or "val". Plain folders hold only "train": see `available_splits`.
        skip_bad: Leave unreadable images out with a warning instead of raising.
        background: RGB colour behind transparent pixels, three values in [0, 255]. Default: white.
        load_size: Resize every image so that its shorter side has this many pixels (see
            `Preparation`). 0, the default, leaves pixels as they are.
        channels: 1 makes every image gray, 3 (the default) RGB; with 2, 4 and more, only TIFF and
            PNG files of exactly so many bands are read.
        memory_limit_bytes: Decoded maps per domain that may be kept until `build_store` takes them
            over. Default: 4 GiB.
        progress: Show progress bars.

    Returns:
        The `Source` of A and that of B.

    Raises:
        DataError: A folder is missing or empty, there is only one domain, both are the same, the
            split doesn't exist, or images are unreadable or truncated (all of both domains named at
            once).
    """
    try:
        preparation = Preparation(load_size, tuple(background), channels)
    except ValueError as error:
        raise DataError(str(error)) from error
    listings = list_domains(data, names=names, split=split, progress=progress)
    domains = [_Opening(listing, preparation, memory_limit_bytes) for listing in listings]
    jobs = [(domain, index) for domain in domains for index in range(len(domain.origins))]
    reasons = for_each_in_threads(
        lambda job: job[0].check(job[1]), jobs, progress=progress, description="Decoding"
    )
    bad = [
        f"{domain.origins[index]}: {reason}"
        for (domain, index), reason in zip(jobs, reasons, strict=True)
        if reason
    ]
    bad += [
        f"{other.path}: {other.reason}"
        for listing in listings
        for other in listing.passed_over
        if other.is_closed
    ]
    if bad:
        lines = "".join(f"\n  {line}" for line in bad)
        if not skip_bad:
            raise DataError(
                f"{len(bad)} of {len(jobs)} image{'s' * (len(jobs) != 1)} can't be read:{lines}\n"
                "Repair or remove them, or leave them out with skip_bad=True (--skip-bad)."
            )
        count = f"{len(bad)} unreadable image{'s' * (len(bad) != 1)}"
        logging.getLogger(__name__).warning("Left out %s:%s", count, lines)
    source_a, source_b = (domain.source() for domain in domains)
    return source_a, source_b


def without_small(source: Source, side: int) -> Source:
    """Returns a source without the maps that are smaller than a square; says which in a warning.

    Args:
        source: The maps of one domain.
        side: Side of the square in pixels.

    Raises:
        DataError: None is left.
    """
    fitting = [i for i, size in enumerate(source.sizes) if min(size) >= side]
    if len(fitting) == len(source):
        return source
    if not fitting:
        raise DataError(
            f"{source.name}: all of its {len(source)} images are smaller than the crop of "
            f"{side}x{side}. Choose a smaller crop_size (--crop-size)."
        )
    small = [
        name for name, size in zip(source.names, source.sizes, strict=True) if min(size) < side
    ]
    logging.getLogger(__name__).warning(
        "Left out what is smaller than the crop of %dx%d, %d of %d images of %s: %s",
        *(side, side, len(small), len(source), source.name, ", ".join(small)),
    )
    return _part_of(source, fitting)


def without_enlarged(source: Source) -> Source:
    """Returns a source without the maps that `load_size` made larger; says which in a warning.

    Args:
        source: The maps of one domain, of which some aren't enlarged.
    """
    large = [i for i, name in enumerate(source.names) if name not in source.enlarged]
    if len(large) == len(source):
        return source
    logging.getLogger(__name__).warning(
        "Left out what had to be enlarged and so has no detail, %d of %d images of %s: %s",
        *(len(source) - len(large), len(source), source.name, ", ".join(sorted(source.enlarged))),
    )
    return _part_of(source, large)


def _part_of(source: Source, indices: Sequence[int]) -> Source:
    return Source(
        name=source.name,
        names=tuple(source.names[i] for i in indices),
        sizes=tuple(source.sizes[i] for i in indices),
        load=lambda index: source.load(indices[index]),
        adopt=lambda index, pixels: source.adopt(indices[index], pixels),
        channels=source.channels,
        enlarged=source.enlarged & {source.names[i] for i in indices},
    )


def load_maps(source: Source, indices: Iterable[int]) -> list[np.ndarray]:
    """Decodes some maps whole, e.g. for previews or evaluation.

    Args:
        source: The maps of one domain.
        indices: Which, each in [0, len(source)).

    Returns:
        uint8 arrays `(height, width, channels)`, in the order of `indices`.

    Raises:
        IndexError: An index is out of range.
    """
    indices = [int(index) for index in indices]
    for index in indices:
        if not 0 <= index < len(source):
            raise IndexError(f"{source.name} has maps 0 to {len(source) - 1}; received {index}.")
    return for_each_in_threads(source.load, indices, progress=False)


class _Opening:
    """A listing while it is checked, and the decoded maps that there was room for."""

    def __init__(self, listing: Listing, preparation: Preparation, memory_limit_bytes: int) -> None:
        self._name, self._names = listing.name, listing.names
        self.origins = [listing.origin(index) for index in range(len(listing))]
        self._files = dict(enumerate(listing.files))
        self._preparation, self._room = preparation, memory_limit_bytes
        self._lock = threading.Lock()
        self._kept: dict[int, np.ndarray] = {}
        self._sizes: dict[int, tuple[int, int]] = {}
        self._enlarged: set[str] = set()

    def _read(self, index: int) -> np.ndarray:
        file, preparation = self._files[index], self._preparation
        pixels = file if isinstance(file, np.ndarray) else preparation.read(file).pixels
        if min(pixels.shape[:2]) < preparation.load_size:
            self._enlarged.add(self._names[index])
        return preparation.apply(pixels)

    def check(self, index: int) -> str | None:
        """Returns None, or why image `index` can't be read."""
        try:
            image = self._read(index)
        except ValueError as error:
            return str(error)
        height, width = image.shape[:2]
        with self._lock:
            self._sizes[index] = height, width
            self._room -= image.nbytes
            if image is self._files[index]:  # Drawn, not decoded: it is here anyway, once.
                del self._files[index]
                self._kept[index] = image
            elif self._room >= 0:
                self._kept[index] = image
        return None

    def source(self) -> Source:
        """Returns those that can be read.

        Raises:
            DataError: There are none.
        """
        good = sorted(self._sizes)
        if not good:
            raise DataError(f"{self._name}: none of its {len(self.origins)} images is readable.")

        def load(index: int) -> np.ndarray:
            kept = self._kept.get(good[index])
            return self._read(good[index]) if kept is None else kept

        def adopt(index: int, pixels: np.ndarray) -> None:
            self._kept[good[index]] = pixels

        return Source(
            name=self._name,
            names=tuple(self._names[i] for i in good),
            sizes=tuple(self._sizes[i] for i in good),
            load=load,
            adopt=adopt,
            channels=self._preparation.channels,
            enlarged=frozenset(self._enlarged),
        )
