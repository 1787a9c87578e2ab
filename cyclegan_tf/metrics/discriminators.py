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
    vertical_position: bool = False,
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
        vertical_position: The crops have a fourth channel, as in training.
        seed: Of the crops.

    Returns:
        0: unseen maps are as real as seen ones. 1: they are taken for fakes, it overfits. NaN where
        fakes are taken to be as real as training maps: it can't be said.
    """

    def mean_logit(image, seed):
        if vertical_position:
            image = _with_rows(image)
        crops = cut_patches(image, num_patches=crops_per_map, size=crop_size, seed=seed)
        return float(np.mean(discriminator(crops)))

    seen, unseen, fake = (
        np.mean([mean_logit(image, [seed, i]) for i, image in enumerate(images)])
        for images in (train_images, held_out_images, fake_images)
    )
    return float((seen - unseen) / (seen - fake)) if seen - fake > 1e-3 else np.nan


def _with_rows(image):
    """Adds where each row lies: 0 to 255 like the colours, which becomes -1 to 1 with them."""
    height, width = image.shape[:2]
    rows = (np.arange(height, dtype=np.float32) + 0.5) * (255 / height)
    return np.concatenate([image, np.tile(rows[:, None, None], (1, width, 1))], axis=2)
