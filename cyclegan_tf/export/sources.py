"""`find_generators`: which generators, of which worlds and with which pictures, a page has."""

import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import directions_of, resolve
from data_pipeline.addresses import Data, is_world, world_options
from data_pipeline.worlds import world_maps

SAMPLE_SIZE = (384, 720)  # height and width, at most, that is cut out of a map for a page


@dataclass(frozen=True)
class Source:
    """A generator of a page, not loaded yet.

    Args:
        place: Path or name, for `load_generator`.
        direction: Way that it translates; None where the file holds one generator only.
        domains: Names of the world that it translates and of the one it translates to.
        note: What tells it from others of the same worlds.
        data: Images that it was trained on.
        domain: Which of them it translates, `"a"` or `"b"`; None if that isn't known.
    """

    place: str
    direction: Direction | None
    domains: tuple[str, str]
    note: str
    data: Data | None
    domain: str | None


def find_generators(places: Iterable[str | os.PathLike]) -> list[Source]:
    """Lists the generators of a page: both of a run folder, one of a file or name.

    Raises:
        RunError: A place can't be used, or a pretrained generator has no card.
        ConfigError: The config.json of a run can't be read.
    """
    return [source for place in places for source in _sources(os.fspath(place))]


def _sources(place: str) -> list[Source]:
    found = resolve(place)
    if found.is_dir() and RunFolder(found).config_file.exists():
        config = Config.load(RunFolder(found).config_file)
        names = {"a": config.name_a, "b": config.name_b}
        return [
            Source(place, way, (names[way.source], names[way.target]), "", config.data, way.source)
            for way in directions_of(RunFolder(found))
        ]
    if place not in pretrained.names():
        return [Source(place, None, (Path(place).stem, "translation"), "", None, None)]
    card: dict[str, Any] = pretrained.read_card(place)
    way = Direction(card["direction"])
    names = card["domains"]
    note = "quarter size" if place.endswith("_small") else ""
    domains = names[way.source], names[way.target]
    return [Source(place, None, domains, note, card["data"], way.source)]


def sample_pictures(source: Source) -> list[bytes]:
    """Draws parts of test maps of the world that a generator translates.

    Args:
        source: The generator.

    Returns:
        Lossless WebP files; none for generators that were trained on other images.
    """
    if source.data is None or source.domain is None or not is_world(source.data):
        return []
    pair, options = world_options(source.data)
    kept = {key: options[key] for key in ("scale", "seed", "structure") if key in options}
    maps = world_maps(
        pair, "test", source.domain, num_maps=2, num_workers=1, progress=False, **kept
    )
    return [_cut(image) for image in maps]


def _cut(image: np.ndarray) -> bytes:
    height, width = (min(side, most) for side, most in zip(image.shape, SAMPLE_SIZE, strict=False))
    # The ground, where most of a map is, lies at the bottom.
    top, left = (image.shape[0] - height) * 3 // 4, (image.shape[1] - width) // 2
    cut = np.ascontiguousarray(image[top : top + height, left : left + width])
    file = io.BytesIO()
    Image.fromarray(cut).save(file, "WEBP", lossless=True, quality=100)
    return file.getvalue()
