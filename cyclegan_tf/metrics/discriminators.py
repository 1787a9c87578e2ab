"""Has a discriminator learned its training maps by heart? The gap between seen and unseen maps.

Not here: losses; this only looks at logits.
"""

import numpy as np

from cyclegan_tf.metrics.features import cut_patches


def discriminator_gap(
    discriminator,
    train_images,
    held_out_images,
    fake_images,
    *,
    crop_size: int,
    crops_per_map: int = 4,
    seed: int = 0,
) -> float:
    """How far held-out real maps fall behind training maps, as a share of how far fakes do.

    `(D_train - D_held_out) / (D_train - D_fake)` of the mean logits: r_v of Karras et al. 2020
    (equation 1).

    Args:
        discriminator: Callable from float32 `(n, crop_size, crop_size, 3)` in [-1, 1] to logits of
            any shape, of the domain that all the maps are, or pretend to be, from.
        train_images: Sequence of uint8 `(h, w, 3)` maps that it was trained on.
        held_out_images: The same, never seen by it.
        fake_images: The same, translations of held-out maps.
        crop_size: Side of the crops that it judges, in pixels; as in training.
        crops_per_map: Crops of each map.
        seed: Of the crops.

    Returns:
        0: unseen maps are as real as seen ones. 1: they are taken for fakes, it overfits. NaN where
        fakes are taken to be as real as training maps: it can't be said.
    """
    seen, unseen, fake = (
        np.mean([_mean_logit(discriminator, image, crop_size, crops_per_map, [seed, i])
                 for i, image in enumerate(images)])
        for images in (train_images, held_out_images, fake_images)
    )  # fmt: skip
    return float((seen - unseen) / (seen - fake)) if seen - fake > 1e-3 else np.nan


def _mean_logit(discriminator, image, size, count, seed):
    return float(
        np.mean(discriminator(cut_patches(image, num_patches=count, size=size, seed=seed)))
    )
