"""Pictures and streams that a user brings to `train` in place of files."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

from cyclegan_tf import images
from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError
from cyclegan_tf.runs.preparation import preparation_in
from cyclegan_tf.training.images import told_apart, without_skipped
from data_pipeline.errors import DataError
from data_pipeline.sources import Source

#: From the number of an update to the endless batches from there on, `(crops_a, crops_b)`.
Stream: TypeAlias = Callable[[int], tf.data.Dataset]
Pictures: TypeAlias = Source | Sequence[np.ndarray] | np.ndarray
OwnData: TypeAlias = tuple[Pictures, Pictures] | tf.data.Dataset | Stream
_CROPS_TO_SHOW = 16  # of each domain of a stream: for previews and validation
_SHAPES = {  # of pictures in words, by the channels of networks
    1: "(h, w), or (h, w, 1 or 3) with or without alpha",
    3: "(h, w, 3), or (h, w, 4) with alpha",
}


def own_sources(
    data: OwnData, config: Config, network_channels: int | None = None
) -> tuple[tuple[Source, Source], Stream | None]:
    """Opens what a user brought.

    Args:
        data: What `train` got.
        config: Settings of the run.
        network_channels: Channels of the pictures that networks of one's own take, if known.

    Returns:
        Sources of A and of B, of a stream those of its first crops; and the stream, or None.

    Raises:
        ConfigError: The settings don't go with it.
        DataError: It can't be used.
    """
    told = f"config.channels is {config.channels}"
    if network_channels:
        told += f", networks take {network_channels}"
    if isinstance(data, tf.data.Dataset):
        dataset = data

        def skipping(start: int) -> tf.data.Dataset:
            return dataset.repeat().skip(start)

        data = skipping
    if callable(data):
        if not config.steps_per_epoch:
            raise ConfigError("steps_per_epoch must be given with a stream, which has no end.")
        shown_a, shown_b = map(images.unit_to_uint8, _first_crops(data, config, told))
        source_a = _source_of(shown_a, config.name_a, config, told)
        return (source_a, _source_of(shown_b, config.name_b, config, told)), data
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        raise ConfigError(
            "data must be a pair (pictures of A, pictures of B), a tf.data.Dataset of pairs of "
            "batches, or a function from the number of an update to such a dataset; "
            f"received {type(data).__name__}."
        )
    pictures_a, pictures_b = data
    source_a = _source_of(pictures_a, config.name_a, config, told)
    source_b = _source_of(pictures_b, config.name_b, config, told)
    return without_skipped(config, *told_apart(config, source_a, source_b)), None


def _source_of(pictures: Any, name: str, config: Config, told: str) -> Source:
    if isinstance(pictures, Source):
        if pictures.channels != config.channels:
            raise ConfigError(f"{told}, and pictures of {name} have {pictures.channels} channels.")
        return pictures
    preparation = preparation_in(config)
    arrays = [np.asarray(picture) for picture in pictures]
    if not arrays:
        raise DataError(f"data holds no picture of {name}.")
    if config.channels == 1:
        arrays = [array[..., None] if array.ndim == 2 else array for array in arrays]
    rule = _SHAPES.get(config.channels, f"(h, w, {config.channels})")
    for i, array in enumerate(arrays):
        if array.dtype != np.uint8 or array.ndim != 3 or array.shape[-1] not in preparation.fitting:
            raise DataError(
                f"Pictures must be uint8 of shape {rule}; picture {i} "
                f"of {name} is {array.dtype} of shape {array.shape} ({told})."
            )
    return Source(
        name=name,
        names=tuple(f"picture {i}" for i in range(len(arrays))),
        sizes=tuple(preparation.size_of(*array.shape[:2]) for array in arrays),
        load=lambda index: preparation.apply(arrays[index]),
        channels=config.channels,
    )


def _first_crops(stream: Stream, config: Config, told: str) -> list[np.ndarray]:
    """The first crops of both domains, in [-1, 1], looked at before they are trained on."""
    side, channels = config.crop_size, config.crop_channels
    found: list[list[np.ndarray]] = [[], []]
    count = -(-_CROPS_TO_SHOW // config.batch_size)
    for batch in stream(0).take(count):
        if not isinstance(batch, tuple) or len(batch) != 2:
            raise DataError("A stream must have pairs (crops_a, crops_b) of batches.")
        for crops, kept, name in zip(batch, found, (config.name_a, config.name_b), strict=True):
            array = np.asarray(crops)
            if array.shape != (config.batch_size, side, side, channels):
                hint = " (with their vertical position; vertical_position=False is without)"
                raise DataError(
                    f"A stream must have batches of shape {config.batch_size, side, side, channels}"
                    f"{hint if config.vertical_position else ''}, as batch_size and crop_size say; "
                    f"received {array.shape} of {name} ({told})."
                )
            if (
                array.dtype != np.float32
                or not np.abs(array[..., : config.channels]).max() <= 1.001
            ):
                raise DataError(
                    f"Crops of a stream must be float32 in [-1, 1]; received {array.dtype} from "
                    f"{array.min():g} to {array.max():g} of {name}."
                )
            kept.append(array[..., : config.channels])
    if len(found[0]) < count:
        raise DataError("A stream must be endless: use repeat().")
    crops = [np.concatenate(kept) for kept in found]
    for array, name in zip(crops, (config.name_a, config.name_b), strict=True):
        if array.min() >= 0:
            logging.getLogger(__name__).warning(
                "The first %d crops of %s have no value below 0: a stream has black at -1, not at "
                "0. From [0, 1], that is 2 * crops - 1.",
                len(array),
                name,
            )
    return crops
