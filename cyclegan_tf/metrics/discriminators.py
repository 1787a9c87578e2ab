"""Has a discriminator learned its training maps by heart? The gap between seen and unseen maps."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cyclegan_tf.metrics.bootstrap import Estimate, percentile_interval, resampled_counts
from cyclegan_tf.metrics.features import cut_patches

_NEGLIGIBLE = 1e-3  # difference of logits that can't be divided by


def discriminator_gap(
    discriminator: Callable[[np.ndarray], Any],
    train_images: Sequence[np.ndarray],
    held_out_images: Sequence[np.ndarray],
    fake_images: Sequence[np.ndarray],
    *,
    crop_size: int,
    crops_per_map: int = 4,
    vertical_position: bool = False,
    seed: int = 0,
) -> Estimate:
    """How far held-out real maps score below training maps, as a share of how far fakes do.

    `(D_train - D_held_out) / (D_train - D_fake)` of the mean logits: r_v of Karras et al. 2020
    (equation 1).

    Args:
        discriminator: Function from float32 `(n, crop_size, crop_size, channels)` in [-1, 1] to
            logits of any shape; one more channel with `vertical_position`. It judges the domain
            that all the maps belong to or claim to belong to.
        train_images: uint8 `(h, w, channels)` each, maps that the discriminator was trained on.
        held_out_images: The same, real maps that it has never seen.
        fake_images: The same, translations of held-out maps.
        crop_size: Side of the crops in pixels, as in training. Smaller maps are continued by
            reflection, as `small_images="pad"` does.
        crops_per_map: Number of crops of each map.
        vertical_position: Add the position of each row as the last channel, as in training.
        seed: Seed of the places of the crops.

    Returns:
        The gap, with an interval by resampling the maps of all three sets. 0: unseen maps look as
        real as seen ones. 1: unseen maps look like fakes, so the discriminator overfits. NaN where
        fakes look as real as training maps: then there is nothing to compare with.
    """

    def mean_logit(image: np.ndarray, seed: list[int]) -> float:
        image = _continued(image, crop_size, vertical_position)
        crops = cut_patches(image, num_patches=crops_per_map, size=crop_size, seed=seed)
        return float(np.mean(discriminator(crops)))

    logits = [
        np.array([mean_logit(image, [seed, i]) for i, image in enumerate(images)])
        for images in (train_images, held_out_images, fake_images)
    ]
    value = float(_gap(*(x.mean() for x in logits)))
    resampled = [
        resampled_counts(len(x), 1000, seed + i) @ x / len(x) for i, x in enumerate(logits)
    ]
    return Estimate(value, *percentile_interval(_gap(*resampled)))


def _gap(seen: np.ndarray, unseen: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """The share, for numbers or arrays; NaN where there is nothing to divide by."""
    apart = np.subtract(seen, fake)
    return np.subtract(seen, unseen) / np.where(apart > _NEGLIGIBLE, apart, np.nan)


def _continued(image: np.ndarray, side: int, vertical_position: bool) -> np.ndarray:
    """Continues a small map on both sides and adds the position of each row, as in training.

    Positions go from 0 at the upper edge of the map to 255 at the lower edge, which `cut_patches`
    turns into -1 to 1 like the colours; rows that were added lie beyond.
    """
    missing = [max(0, side - n) for n in image.shape[:2]]
    before = [-(-n // 2) for n in missing]
    padding = [(n, all_ - n) for n, all_ in zip(before, missing, strict=True)]
    height = image.shape[0]
    image = np.pad(image, (*padding, (0, 0)), mode="reflect")
    if not vertical_position:
        return image
    rows = (np.arange(len(image), dtype=np.float32) - before[0] + 0.5) * (255 / height)
    rows = np.broadcast_to(rows[:, None, None], (*image.shape[:2], 1))
    return np.concatenate([image, rows], axis=2)
