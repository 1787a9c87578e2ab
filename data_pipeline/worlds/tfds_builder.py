"""The worlds as a TensorFlow Datasets builder, with the features and splits of `cycle_gan/*`.

Importing this file registers the builder (and imports TensorFlow), so a tutorial for
`tfds.load("cycle_gan/horse2zebra")` runs on

    import data_pipeline.worlds.tfds_builder
    tfds.load("cycle_gan_worlds/meadow2forest")
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow_datasets as tfds

from data_pipeline.worlds.dataset import map_specs, render_spec
from data_pipeline.worlds.randomness import Stream
from data_pipeline.worlds.themes import PAIRS


@dataclasses.dataclass
class WorldConfig(tfds.core.BuilderConfig):
    """What to draw.

    Attributes:
        pair: A key of `PAIRS`.
        num_maps: Number of maps per domain in train.
        num_test: Number of maps per domain in test.
        scale: Pixels per full-scale pixel.
        crops: Number of squares cut from each map; 0 keeps whole maps, of unlike sizes.
        crop_size: Side of a square, in pixels.
        seed: Which worlds.
        structure: 0, or 1 for bold; same as in `render`.
    """

    pair: str = "meadow2forest"
    num_maps: int = 120
    num_test: int = 15
    scale: float = 0.5
    crops: int = 8
    crop_size: int = 256
    seed: int = 0
    structure: int = 0


def _configs() -> list[WorldConfig]:
    configs = [
        WorldConfig(
            name=pair, pair=pair, description=f"{pair}: 256x256 squares, as in cycle_gan/*."
        )
        for pair in PAIRS
    ]
    return configs + [
        WorldConfig(name=f"{pair}_maps", pair=pair, crops=0, scale=1.0,
                    description=f"{pair}: whole maps of unlike sizes.")
        for pair in PAIRS
    ]  # fmt: skip


class CycleGanWorlds(tfds.core.GeneratorBasedBuilder):
    """`cycle_gan_worlds/<pair>` and `cycle_gan_worlds/<pair>_maps`.

    Splits `trainA trainB testA testB`; each example has `image` uint8 (h, w, 3) and `label` (0 for
    A, 1 for B). Train layouts of A and B are disjoint. The test splits are paired: the i-th example
    of `testA` and of `testB` shows the same place, when read in order (`shuffle_files=False`).
    """

    VERSION = tfds.core.Version("1.0.0")
    BUILDER_CONFIGS = _configs()

    def _info(self) -> tfds.core.DatasetInfo:
        side = self.builder_config.crop_size if self.builder_config.crops else None
        return tfds.core.DatasetInfo(
            builder=self,
            description="Procedural side-scrolling worlds in two styles, drawn on this machine.",
            features=tfds.features.FeaturesDict({
                "image": tfds.features.Image(shape=(side, side, 3)),
                "label": tfds.features.ClassLabel(names=["A", "B"]),
            }),
            supervised_keys=("image", "label"),
            disable_shuffling=True,  # keeps the order, and with it the pairs of the test splits
        )  # fmt: skip

    def _split_generators(self, dl_manager: Any) -> dict[str, Iterator[tuple[int, dict[str, Any]]]]:
        del dl_manager  # nothing to download
        return {
            split + domain: self._generate_examples(split, domain)
            for split in ("train", "test") for domain in "AB"
        }  # fmt: skip

    def _generate_examples(self, split: str, domain: str) -> Iterator[tuple[int, dict[str, Any]]]:
        config = self.builder_config
        count = config.num_maps if split == "train" else config.num_test
        specs = map_specs(config.pair, split, domain.lower(), num_maps=count, scale=config.scale,
                          seed=config.seed, structure=config.structure)  # fmt: skip
        key = 0
        for spec in specs:
            image = render_spec(spec).image
            for square in _squares(image, spec.layout_seed, config) if config.crops else [image]:
                yield key, {"image": square, "label": domain}
                key += 1


def _squares(image: np.ndarray, layout_seed: int, config: WorldConfig) -> Iterator[np.ndarray]:
    """Squares at places that depend on the layout alone, so that test squares stay pairs."""
    side, (h, w) = config.crop_size, image.shape[:2]
    if min(h, w) < side:
        raise ValueError(
            f"crop_size must fit into every map; received {side} for a map of {w}x{h} at scale "
            f"{config.scale}. Raise scale or lower crop_size."
        )
    stream = Stream("square", layout_seed)
    for _ in range(config.crops):
        y, x = stream.integer(0, h - side + 1), stream.integer(0, w - side + 1)
        yield image[y : y + side, x : x + side]
