"""Which images a run trains on, shows and validates on: opening, picking and cutting them.

Crops for the updates are made by data_pipeline.
"""

import numpy as np

from cyclegan_tf.config import Config
from cyclegan_tf.training.validation import MOST_REAL_IMAGES
from data_pipeline import available_splits, open_sources

# A simple classifier tells 240 from 300 pixels by the position alone no better than a coin does,
# 128 from 240 in 78 of 100 crops of 96.
MOST_HEIGHTS_DIFFER = 1.25


def open_training_sources(config: Config, split: str = "train"):
    """Opens both domains of a config: a pair of `data_pipeline.Source`."""
    return open_sources(
        config.data,
        names=(config.name_a, config.name_b),
        split=split,
        skip_bad=config.skip_bad,
        background=config.background_rgb,
        load_size=config.load_size,
        memory_limit_bytes=config.memory_limit_bytes,
    )


def preview_images(config: Config, sources, num_images: int = 2):
    """Picks evenly spaced images of each domain and cuts their centres out.

    To twice the crop size, but no more than 512 pixels where the crop is smaller than that:
    previews are to cost little beside the updates.
    """
    side = min(2 * config.crop_size, max(config.crop_size, 512))
    return [
        [centre_crop(source.load(i * len(source) // num_images), side) for i in range(num_images)]
        for source in sources
    ]


def validation_images(config: Config, sources, num_images: int = 8):
    """Picks what `Validation` translates and what it compares that with.

    The inputs come from the data's "val" or "test" split where there is one, else from the training
    images. All are cut like previews, since patch-KID sees what is in a picture, not only how it is
    drawn: whole maps have another share of sky than their centres.

    Returns:
        Inputs of A and of B; training images of A and of B.
    """
    names = config.name_a, config.name_b
    held_out = [s for s in ("val", "test") if s in available_splits(config.data, names=names)]
    held_out = open_training_sources(config, held_out[0]) if held_out else sources
    counts = [min(len(source), MOST_REAL_IMAGES) for source in sources]
    real = [
        preview_images(config, [source], count)[0]
        for source, count in zip(sources, counts, strict=True)
    ]
    return preview_images(config, held_out, num_images), real


def centre_crop(image, side: int):
    """Cuts the centre out of `(h, w, c)`: at most `side` pixels, both sides multiples of 4."""
    height, width = (min(n, side) // 4 * 4 for n in image.shape[:2])
    top, left = (image.shape[0] - height) // 2, (image.shape[1] - width) // 2
    return image[top : top + height, left : left + width]


def without_telling_heights(config, sources, say):
    """Turns `vertical_position` off where it would tell the domains by the heights of their images.

    The position grows more slowly in higher images, and a generator can't change that.
    """
    low, high = sorted(np.median([height for height, _ in s.sizes]) for s in sources)
    if not config.vertical_position or high <= MOST_HEIGHTS_DIFFER * low:
        return config
    say(
        "vertical_position is off: the heights of the images alone would tell the domains apart "
        f"(half of them are below {low:g} pixels in one, {high:g} in the other)."
    )
    return config.replace(vertical_position=False)
