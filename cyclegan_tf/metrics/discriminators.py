"""Has a discriminator learned its training maps by heart? The gap between seen and unseen maps.

Not here: losses; this only looks at logits.
"""

import numpy as np

from cyclegan_tf.metrics.bootstrap import Estimate, percentile_interval, resampled_counts
from cyclegan_tf.metrics.features import cut_patches

_NEGLIGIBLE = 1e-3  # difference of logits that can't be divided by


def discriminator_gap(
    discriminator,
    train_images,
    held_out_images,
    fake_images,
    *,
    crop_size: int,
    crops_per_map: int = 4,
    vertical_position: bool = False,
    seed: int = 0,
) -> Estimate:
    """How far held-out real maps fall behind training maps, as a share of how far fakes do.

    `(D_train - D_held_out) / (D_train - D_fake)` of the mean logits: r_v of Karras et al. 2020
    (equation 1).

    Args:
        discriminator: Callable from float32 `(n, crop_size, crop_size, 3)` in [-1, 1], or 4 with
            `vertical_position`, to logits of any shape, of the domain that all the maps are, or
            pretend to be, from.
        train_images: Sequence of uint8 `(h, w, 3)` maps that it was trained on.
        held_out_images: The same, never seen by it.
        fake_images: The same, translations of held-out maps.
        crop_size: Side of the crops that it judges, in pixels; as in training. Smaller maps are
            continued by reflection, as `small_images="pad"` does.
        crops_per_map: Crops of each map.
        vertical_position: The crops have a fourth channel, as in training.
        seed: Of the crops.

    Returns:
        The `Estimate`, its interval by resampling the maps of all three sets. 0: unseen maps are as
        real as seen ones. 1: they are taken for fakes, it overfits. NaN where fakes are taken to be
        as real as training maps: it can't be said.
    """

    def mean_logit(image, seed):
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


def _gap(seen, unseen, fake):
    """The share, of numbers or of arrays of them; NaN where there is nothing to divide by."""
    apart = np.subtract(seen, fake)
    return np.subtract(seen, unseen) / np.where(apart > _NEGLIGIBLE, apart, np.nan)


def _continued(image, side, vertical_position):
    """Continues a small map on both sides and adds where each row lies, as in training's crops.

    0 to 255 is from the upper edge of the map to the lower one, which becomes -1 to 1 with the
    colours; what was continued lies beyond that.
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
