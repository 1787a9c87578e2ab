"""KID and FID on the features of Keras' InceptionV3, which see what things are, not only textures.

These need weights, downloaded once or given as a file; no other measure does.
"""

import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike

from cyclegan_tf.errors import FeaturesError
from cyclegan_tf.metrics.bootstrap import Estimate, distance_over_maps, resampled_counts
from cyclegan_tf.metrics.kid import PatchKID
from cyclegan_tf.model_files.loading import load_model

# Sides in pixels of the patches: a texture with its neighbourhood, and a whole house or tree.
INCEPTION_SIDES = (64, 160)
FEATURES = ("random", "inception")  # what `evaluate` can be asked for
_SIDE = 299  # pixels, the size that the network was trained on
_BATCH = 8  # patches at once: 1.5 GB beside TensorFlow's own memory on a CPU
FID_BIAS = (
    "FID is biased: with so few patches for 2048 features, even two samples of the same maps "
    "differ a lot. Compare equal numbers of patches only; prefer KID."
)


class InceptionFeatures:
    """Describes patches by the last pooling layer of InceptionV3 (Szegedy et al. 2016).

    The weights are Keras' own, not those of the original FID code, so numbers in other papers
    differ somewhat.

    Args:
        weights: Path of Keras' InceptionV3 weights without top (`.h5`) or of such a model
            (`.keras`). Default: Keras downloads them, or finds them in its own cache.

    Attributes:
        network: Model from `(n, 299, 299, 3)` in [-1, 1] to `(n, 2048)`.

    Raises:
        FeaturesError: The file is missing or holds other weights, or the download failed.
    """

    def __init__(self, weights: str | os.PathLike | None = None) -> None:
        if weights is not None and not Path(weights).is_file():
            raise FeaturesError(f"{weights} does not exist: give a file of InceptionV3 weights.")
        try:
            if weights is not None and Path(weights).suffix == ".keras":
                self.network: keras.Model = load_model(weights, compile=False)
            else:
                self.network = _build(None if weights else "imagenet")
                if weights is not None:
                    self.network.load_weights(weights)
        except Exception as error:  # Keras raises many types: no network, no file, other weights
            reason = " ".join(str(error).split())[:120]
            what = f"{weights} can't be used" if weights else "its weights can't be downloaded"
            raise FeaturesError(
                f"no inception features: {what} ({reason}). Give a file with --inception-weights."
            ) from error

    def __call__(self, patches: np.ndarray) -> np.ndarray:
        """Describes patches, enlarged to the size that the network was trained on.

        Args:
            patches: float32 `(n, h, w, 3)` in [-1, 1].

        Returns:
            float32 `(n, 2048)`.
        """
        described = []
        for i in range(0, len(patches), _BATCH):
            large = ops.image.resize(patches[i : i + _BATCH], (_SIDE, _SIDE), antialias=True)
            described.append(ops.convert_to_numpy(self.network(large, training=False)))
        return np.concatenate(described)


def deep_kid(
    real_images: Sequence[np.ndarray],
    features: Callable[[np.ndarray], np.ndarray],
    *,
    side: int = 64,
    patches_per_map: int = 16,
    seed: int = 0,
) -> PatchKID:
    """Makes a `PatchKID` on deep features, not standardised: KID of Binkowski et al. 2018.

    Args:
        real_images: At least 2 uint8 `(h, w, 3)` maps of any size; one that is smaller than a patch
            is continued by reflection.
        features: Function from float32 `(n, side, side, 3)` in [-1, 1] to `(n, d)`, such as
            `InceptionFeatures`.
        side: Side of the patches in pixels.
        patches_per_map: Number of patches of each map. On two CPU cores, InceptionV3 takes about
            0.1 s for a patch.
        seed: Seed of the places of the patches and of the bootstrap draws.

    Returns:
        Distances of other maps from the real ones.

    Raises:
        ValueError: There are fewer than 2 maps.
    """
    return PatchKID(
        real_images,
        patch_size=side,
        scales=(1,),
        patches_per_map=patches_per_map,
        features=features,
        standardise=False,
        seed=seed,
    )


def _build(weights: str | None) -> keras.Model:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(20)  # seconds; a machine cut off from the network must not hang
    try:
        return keras.applications.InceptionV3(
            include_top=False, weights=weights, pooling="avg", input_shape=(_SIDE, _SIDE, 3)
        )
    finally:
        socket.setdefaulttimeout(before)


def frechet_distance(real_features: ArrayLike, fake_features: ArrayLike) -> float:
    """FID: squared Wasserstein-2 distance of two normal distributions (Heusel et al. 2017).

    Biased: see `FID_BIAS`.

    Args:
        real_features: float `(n, d)`.
        fake_features: float `(m, d)`.

    Returns:
        0 or above; 0 for equal mean and covariance.
    """
    real, fake = (np.asarray(x, np.float64) for x in (real_features, fake_features))
    apart = ((real.mean(axis=0) - fake.mean(axis=0)) ** 2).sum()
    real, fake = ((x - x.mean(axis=0)) / np.sqrt(len(x) - 1) for x in (real, fake))
    # tr sqrt(C1 C2) is the nuclear norm of fake @ real.T: no square root of a 2048 x 2048 matrix,
    # which is singular for fewer than 2049 patches.
    root = np.linalg.svd(fake @ real.T, compute_uv=False).sum()
    return float(max(apart + (real**2).sum() + (fake**2).sum() - 2.0 * root, 0.0))


def frechet_estimate(
    real_maps: np.ndarray | Sequence[np.ndarray],
    fake_maps: np.ndarray | Sequence[np.ndarray],
    *,
    num_resamples: int = 100,
    seed: int = 0,
) -> Estimate:
    """`frechet_distance` of all patches, with a bootstrap interval over the fake maps.

    Args:
        real_maps: float `(patches, d)` for each real map, the features of its patches.
        fake_maps: The same for the fake maps.
        num_resamples: Number of bootstrap draws.
        seed: Seed of the draws.

    Returns:
        The distance with its interval.
    """
    real = np.concatenate(real_maps)
    value = frechet_distance(real, np.concatenate(fake_maps))
    if len(fake_maps) == 1:  # no interval over maps
        return Estimate(value)
    draws = resampled_counts(len(fake_maps), num_resamples, seed).astype(int)
    samples = [
        frechet_distance(real, np.concatenate([fake_maps[i] for i in np.repeat(range(len(d)), d)]))
        for d in draws
    ]
    return distance_over_maps(value, samples)
