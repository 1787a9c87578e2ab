"""Which images a run trains on, shows and validates on: opening, picking and cutting them."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from cyclegan_tf.config import Config
from cyclegan_tf.runs.preparation import preparation_in
from cyclegan_tf.runs.previews import NUM_IMAGES, centre_size, picked, preview_side
from cyclegan_tf.training.best_measure import MOST_REAL_IMAGES
from data_pipeline.listing import available_splits
from data_pipeline.pairs import open_pairs
from data_pipeline.sources import Source, open_sources, without_small

# A simple classifier tells 240 from 300 pixels by the position alone no better than a coin does,
# 128 from 240 in 78 of 100 crops of 96.
MOST_HEIGHTS_DIFFER = 1.25


def open_training_sources(config: Config, split: str = "train") -> tuple[Source, Source]:
    """Opens the images of both domains of a config.

    Args:
        config: Settings of the run.
        split: `"train"`, `"test"` or `"val"`.

    Returns:
        Sources of A and of B.

    Raises:
        DataError: The images can't be used, see `data_pipeline.open_sources`.
    """
    source_a, source_b = open_sources(
        config.data,
        names=(config.name_a, config.name_b),
        split=split,
        skip_bad=config.skip_bad,
        background=preparation_in(config).background,
        load_size=config.load_size,
        channels=config.channels,
        memory_limit_bytes=config.memory_limit_bytes,
    )
    source_a, source_b = told_apart(config, source_a, source_b)
    return without_skipped(config, source_a, source_b) if split == "train" else (source_a, source_b)


def told_apart(
    config: Config, source_a: Source, source_b: Source, prefix: str = ""
) -> tuple[Source, Source]:
    """Gives sources of one name, as of summer/photos and winter/photos, those of the config.

    Logs, cards and data.json know the domains by these names.

    Args:
        config: Settings of the run.
        source_a: Images of A.
        source_b: Images of B.
        prefix: Before the names of the config.
    """
    if source_a.name != source_b.name:
        return source_a, source_b
    return (
        dataclasses.replace(source_a, name=prefix + config.name_a),
        dataclasses.replace(source_b, name=prefix + config.name_b),
    )


def open_training_pairs(config: Config) -> tuple[Source, ...]:
    """Opens the true pairs of a config: sources of A and of B, or nothing where it has none.

    Raises:
        DataError: They can't be used, see `data_pipeline.open_pairs`.
    """
    if not config.pairs:
        return ()
    pairs = open_pairs(
        config.pairs,
        names=(config.name_a, config.name_b),
        skip_bad=config.skip_bad,
        background=preparation_in(config).background,
        load_size=config.load_size,
        channels=config.channels,
        memory_limit_bytes=config.memory_limit_bytes,
    )
    return without_skipped(config, *told_apart(config, *pairs, prefix="pairs/"))


def listing(sources: Sequence[Source]) -> dict[str, list]:
    """Returns what data.json says of the images: `[name, height, width]` of each, by domain."""
    return {
        source.name: [[name, *size] for name, size in zip(source.names, source.sizes, strict=True)]
        for source in sources
    }


def without_skipped(config: Config, source_a: Source, source_b: Source) -> tuple[Source, Source]:
    """Leaves images out that are smaller than the crop, if the config skips them.

    Args:
        config: Settings of the run.
        source_a: Training images of A.
        source_b: Training images of B.

    Returns:
        Sources of A and of B.

    Raises:
        DataError: All images of a domain are too small.
    """
    if config.small_images != "skip":
        return source_a, source_b
    return without_small(source_a, config.crop_size), without_small(source_b, config.crop_size)


def preview_images(
    config: Config, sources: Sequence[Source], num_images: int = NUM_IMAGES
) -> list[list[np.ndarray]]:
    """Picks evenly spaced images of each domain and cuts out their centres.

    Their size is that of `preview_side`.

    Args:
        config: Settings of the run.
        sources: Domains to pick from.
        num_images: Images of each domain.

    Returns:
        A list for each domain: uint8 `(h, w, channels)`, sides multiples of 4.
    """
    side = preview_side(config)
    return [
        [centre_crop(source.load(i), side) for i in picked(len(source), num_images)]
        for source in sources
    ]


def validation_images(
    config: Config,
    sources: Sequence[Source],
    num_images: int = 8,
    *,
    held_out: Sequence[Source] | None = None,
) -> tuple[list[list[np.ndarray]], list[list[np.ndarray]]]:
    """Picks what `Validation` translates and what it compares that with.

    The inputs come from the data's "val" or "test" split where there is one, else from the training
    images. All are cut like previews, since patch-KID sees what is in a picture, not only how it is
    drawn: whole maps have another share of sky than their centres.

    Args:
        config: Settings of the run.
        sources: Training images of A and of B.
        num_images: Inputs of each domain.
        held_out: What the inputs come from. Default: as above.

    Returns:
        Inputs of A and of B; training images of A and of B. All as in `preview_images`.
    """
    if held_out is None:
        names = config.name_a, config.name_b
        splits = [s for s in ("val", "test") if s in available_splits(config.data, names=names)]
        held_out = open_training_sources(config, splits[0]) if splits else sources
    counts = [min(len(source), MOST_REAL_IMAGES) for source in sources]
    real = [
        preview_images(config, [source], count)[0]
        for source, count in zip(sources, counts, strict=True)
    ]
    return preview_images(config, held_out, num_images), real


def centre_crop(image: np.ndarray, side: int) -> np.ndarray:
    """Cuts the centre out of an image `(h, w, c)`.

    Args:
        image: Image of any dtype.
        side: Most pixels of each side.

    Returns:
        A view whose sides are multiples of 4, as the generators need it.
    """
    height, width = centre_size(image.shape[0], image.shape[1], side)
    top, left = (image.shape[0] - height) // 2, (image.shape[1] - width) // 2
    return image[top : top + height, left : left + width]


def without_position_if_heights_differ(
    config: Config, sources: Sequence[Source], say: Callable[[str], object]
) -> Config:
    """Turns `vertical_position` off where the heights of the images tell the domains apart.

    The position grows more slowly in higher images, which a generator can't change: discriminators
    would go by that alone.

    Args:
        config: Settings of the run.
        sources: Training images of A and of B.
        say: Called with a line of text when the field is turned off.

    Returns:
        The settings to train with.
    """
    low, high = sorted(np.median([height for height, _ in s.sizes]) for s in sources)
    if not config.vertical_position or high <= MOST_HEIGHTS_DIFFER * low:
        return config
    say(
        "vertical_position is off: the heights of the images alone would tell the domains apart "
        f"(half of them are below {low:g} pixels in one, {high:g} in the other)."
    )
    return config.replace(vertical_position=False)
