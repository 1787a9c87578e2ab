"""What generators are measured on: `Material`, opened from any source of maps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.runs.preparation import preparation_in
from data_pipeline.addresses import Data
from data_pipeline.bands import rgb_view, rgb_views
from data_pipeline.ground_truth import find_ground_truth
from data_pipeline.listing import available_splits
from data_pipeline.preparation import Preparation
from data_pipeline.sources import Source, load_maps, open_sources
from data_pipeline.worlds import ScrollFrame

NUM_FRAMES = 8
# Real maps to compare with and for the U-Net to learn from, however few are translated: they cost
# little, and scores of different num_maps can be compared.
NUM_REAL_MAPS = 40


@dataclass
class Material:
    """What one direction is measured on. Images are uint8 `(h, w, channels)`.

    Attributes:
        inputs: Maps of the source domain.
        reals: Maps of the target domain to compare with. Where there are held-out maps, these are
            the ones that were trained on.
        unseen: Held-out maps of the target domain; empty where there are none.
        trues: The true picture of each input in the target domain; None without pairs.
        labels: uint8 `(h, w)`, the classes of each true picture; None without ground truth.
        real_labels: The same for each of `reals`, for the U-Net to learn from.
        frames: Frames of a camera path with exact flow; None without ground truth.
        split: The split that the inputs come from.
        source: Domain of the inputs, "a" or "b".
        target: The other domain.
    """

    inputs: Sequence[np.ndarray]
    reals: Sequence[np.ndarray]
    unseen: Sequence[np.ndarray] = ()
    trues: Sequence[np.ndarray] | None = None
    labels: Sequence[np.ndarray] | None = None
    real_labels: Sequence[np.ndarray] | None = None
    frames: Sequence[ScrollFrame] | None = None
    split: str = "test"
    source: str = "a"
    target: str = "b"

    def seen(self, preparation: Preparation) -> "Material":
        """Returns the same with all images in RGB, as measures see them; gray if networks do."""
        frames = self.frames
        if frames and preparation.channels == 1:
            frames = [
                frame._replace(
                    image_a=rgb_view(preparation.flatten(frame.image_a)),
                    image_b=rgb_view(preparation.flatten(frame.image_b)),
                )
                for frame in frames
            ]
        return replace(
            self,
            inputs=rgb_views(self.inputs),
            reals=rgb_views(self.reals),
            unseen=rgb_views(self.unseen),
            trues=None if self.trues is None else rgb_views(self.trues),
            frames=frames,
        )


def open_materials(
    data: Data,
    config: Config | None = None,
    *,
    split: str | None = None,
    num_maps: int = 24,
    with_labels: bool = False,
) -> dict[Direction, Material]:
    """Opens a source of maps, and what is known of them.

    Args:
        data: Source of maps, as in `data_pipeline.open_sources`.
        config: Settings for reading images, and the names of the folders. Default: `Config()`.
        split: Split to take the inputs from: "test", "val" or "train". Default: the first of these
            that the data has.
        num_maps: Take at most this many maps to translate, evenly spaced.
        with_labels: Also get the labels of the real maps, which the U-Net learns from.

    Returns:
        What each direction is measured on.

    Raises:
        DataError: The images can't be used.
    """
    config = config or Config()
    names = (config.name_a, config.name_b)
    splits = available_splits(data, names=names)
    split = split or next(s for s in ("test", "val", "train") if s in (*splits, "train"))

    def opened(split: str) -> dict[str, Source]:
        sources = open_sources(
            data,
            names=names,
            split=split,
            skip_bad=config.skip_bad,
            background=preparation_in(config).background,
            load_size=config.load_size,
            channels=config.channels,
            memory_limit_bytes=config.memory_limit_bytes,
        )
        return dict(zip("ab", sources, strict=True))

    sources = opened(split)
    seen = opened("train") if split != "train" and "train" in splits else sources
    # Labels are as large as the original pictures.
    truth = None if config.load_size else find_ground_truth(data)
    frames = truth.frames(NUM_FRAMES) if truth else None
    paired = split != "train" and sources["a"].names == sources["b"].names
    found = {}
    for way in Direction:
        held_out, held_out_names = _some_maps(sources[way.target], num_maps)
        reals, real_names = _some_maps(seen[way.target], NUM_REAL_MAPS)
        found[way] = material = Material(
            _some_maps(sources[way.source], num_maps)[0],
            reals,
            unseen=held_out if seen is not sources else (),
            frames=frames,
            split=split,
            source=way.source,
            target=way.target,
        )
        if truth and paired:
            material.trues = held_out
            material.labels = truth.labels(split, way.target, held_out_names)
            if with_labels:
                of_reals = "train" if seen is not sources else split
                material.real_labels = truth.labels(of_reals, way.target, real_names)
    return found


def _some_maps(source: Source, num_maps: int) -> tuple[list[np.ndarray], list[str]]:
    """Maps, evenly spaced, and their names."""
    count = min(num_maps, len(source))
    picked = [i * len(source) // count for i in range(count)]
    return load_maps(source, picked), [source.names[i] for i in picked]
