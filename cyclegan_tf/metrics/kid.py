"""Patch-KID: how far the patches of translated maps are from those of real ones, `PatchKID`.

The features of a patch come from features.py or inception.py.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from cyclegan_tf.metrics.bootstrap import Estimate, percentile_interval, resampled_counts
from cyclegan_tf.metrics.features import SMALLEST_PATCH, RandomFeatures, cut_patches


class PatchKID:
    """Kernel inception distance on patches of maps, at several scales; holds the real features.

        kid = PatchKID(real_maps)
        kid.distance(fake_maps)      # a number, fast enough to be called while training
        kid.estimate(fake_maps)      # with a bootstrap interval over maps
        kid.floor()                  # what real maps score against real maps

    The squared maximum mean discrepancy of features under the kernel (x.y / d + 1)^3 (Binkowski et
    al. 2018). It is unbiased, and so about 0 or slightly below for equal distributions. Unlike
    there, only patches of *different* maps are compared within a set, because patches of one map
    are alike and would make any two sets look different. Features are standardised by the mean and
    deviation of the real set, and far-off values are drawn in. The distance is the mean over the
    scales.

    Args:
        real_images: At least 2 uint8 `(h, w, 3)` maps of any size.
        patch_size: Side of a patch in pixels, as the features see it.
        scales: Sides of the squares on the map, as multiples of `patch_size`.
        patches_per_map: Number of patches of each map at each scale.
        features: Function from float32 `(n, patch_size, patch_size, 3)` in [-1, 1] to `(n, d)`.
            Default: `RandomFeatures(seed)`.
        standardise: False leaves features as they are, which is usual for those of Inception.
        seed: Seed of the features' weights and of the places of the patches.

    Attributes:
        patch_size, scales, patches_per_map, seed: As given.

    Raises:
        ValueError: There are fewer than 2 maps, or the patches are too small for the features.
    """

    def __init__(
        self,
        real_images: Sequence[np.ndarray],
        *,
        patch_size: int = 32,
        scales: Sequence[int] = (1, 2),
        patches_per_map: int = 32,
        features: Callable[[np.ndarray], ArrayLike] | None = None,
        standardise: bool = True,
        seed: int = 0,
    ) -> None:
        if features is None and patch_size < SMALLEST_PATCH:
            raise ValueError(
                f"patch_size must be at least {SMALLEST_PATCH}; received {patch_size}."
            )
        self.patch_size, self.scales = patch_size, tuple(scales)
        self.patches_per_map, self.seed = patches_per_map, seed
        self._describe = features or RandomFeatures(seed)
        self._real = []
        for described in self.describe(real_images):
            flat = described.reshape(-1, described.shape[-1])
            deviation = flat.std(axis=0)
            # A feature that never changes on real maps may still do so on fakes.
            deviation = np.maximum(deviation, 0.01 * deviation.max() + 1e-6)
            self._real.append(_Real(described, flat.mean(axis=0), deviation, standardise))

    def distance(self, fake_images: Sequence[np.ndarray]) -> float:
        """Returns the distance of translated maps from the real ones, without an interval.

        Args:
            fake_images: At least 2 uint8 `(h, w, 3)` maps. The same number and sizes on every call
                give patches at the same places, and so less noise between calls.

        Raises:
            ValueError: There are fewer than 2 maps.
        """
        return self.estimate(fake_images, num_resamples=0).value

    def estimate(self, fake_images: Sequence[np.ndarray], *, num_resamples: int = 1000) -> Estimate:
        """Returns the distance with a bootstrap interval over both sets of maps.

        Args:
            fake_images: As in `distance`.
            num_resamples: Number of bootstrap draws; 0 for no interval.

        Raises:
            ValueError: There are fewer than 2 maps.
        """
        return self.estimate_of(self.describe(fake_images), num_resamples=num_resamples)

    def estimate_of(
        self, described: Sequence[np.ndarray], *, num_resamples: int = 1000
    ) -> Estimate:
        """Returns what `estimate` does, for features that were computed before.

        Args:
            described: What `describe` returned for the translated maps.
            num_resamples: As in `estimate`.
        """
        blocks = [real.blocks(fake) for real, fake in zip(self._real, described, strict=True)]
        num_fake, num_real = blocks[0][1].shape
        value = np.mean([_discrepancy(*b, np.ones(num_fake), np.ones(num_real)) for b in blocks])
        if not num_resamples:
            return Estimate(float(value))
        draws = zip(
            resampled_counts(num_fake, num_resamples, self.seed),
            resampled_counts(num_real, num_resamples, self.seed + 1),
            strict=True,
        )
        samples = [float(np.mean([_discrepancy(*b, *c) for b in blocks])) for c in draws]
        return Estimate(float(value), *percentile_interval(samples))

    def floor(self, *, num_splits: int = 200) -> Estimate:
        """Real against real: the distance between random halves of the real maps.

        Args:
            num_splits: Number of times that the maps are split at random.

        Returns:
            Mean and 95 % interval over splits; a distance inside it can't be told from real.

        Raises:
            ValueError: There are fewer than 4 real maps.
        """
        num = len(self._real[0].within)
        if num < 4:
            raise ValueError(f"floor() needs at least 4 real maps to halve; received {num}.")
        random = np.random.default_rng([self.seed, 1])
        samples = []
        for _ in range(num_splits):
            first = np.zeros(num)
            first[random.permutation(num)[: num // 2]] = 1.0
            within = [(r.within, r.within, r.within) for r in self._real]
            samples.append(float(np.mean([_discrepancy(*w, first, 1.0 - first) for w in within])))
        return Estimate(float(np.mean(samples)), *percentile_interval(samples))

    @property
    def real_features(self) -> list[np.ndarray]:
        """What `describe` returned for the real maps, standardised if that was asked for."""
        return [real.features for real in self._real]

    def describe(self, images: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Computes the features of patches of maps.

        Args:
            images: At least 2 uint8 `(h, w, 3)` maps.

        Returns:
            float32 `(maps, patches_per_map, d)` for each scale.

        Raises:
            ValueError: There are fewer than 2 maps.
        """
        if len(images) < 2:
            raise ValueError(
                f"PatchKID needs at least 2 maps of each kind; received {len(images)}."
            )
        described = []
        for scale in self.scales:
            patches = [
                cut_patches(
                    image,
                    num_patches=self.patches_per_map,
                    size=self.patch_size,
                    scale=scale,
                    seed=[self.seed, scale, index],
                )
                for index, image in enumerate(images)
            ]
            features = np.asarray(self._describe(np.concatenate(patches)), np.float32)
            described.append(features.reshape(len(images), self.patches_per_map, -1))
        return described


class _Real:
    """Features of the real maps at one scale, and their kernel means, which every call needs."""

    def __init__(
        self, features: np.ndarray, mean: np.ndarray, deviation: np.ndarray, standardise: bool
    ) -> None:
        self.mean, self.deviation, self.standardise = mean, deviation, standardise
        self.features = self._standardised(features)
        self.within = _kernel_means(self.features, self.features)

    def _standardised(self, features: np.ndarray) -> np.ndarray:
        if not self.standardise:
            return features
        # arcsinh: without it, the cube of a few far-off features would drown all others.
        return np.arcsinh((features - self.mean) / self.deviation)

    def blocks(self, fake: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Kernel means within the fake maps, across, and within the real ones."""
        fake = self._standardised(fake)
        return _kernel_means(fake, fake), _kernel_means(fake, self.features), self.within


def _kernel_means(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean kernel value between the patches of any two maps: float64 `(maps of x, maps of y)`."""
    flat = y.reshape(-1, y.shape[-1])
    means = np.empty((len(x), len(y)))
    for i, patches in enumerate(x):  # map by map: all at once would be gigabytes
        kernel = (patches @ flat.T / flat.shape[-1] + 1.0) ** 3
        means[i] = kernel.reshape(len(patches), len(y), -1).mean(axis=(0, 2), dtype=np.float64)
    return means


def _discrepancy(
    xx: np.ndarray, xy: np.ndarray, yy: np.ndarray, x_counts: ArrayLike, y_counts: ArrayLike
) -> float:
    """The unbiased squared MMD of maps drawn `x_counts` and `y_counts` times; NaN for one map."""
    x_counts, y_counts = np.asarray(x_counts), np.asarray(y_counts)

    def within(means: np.ndarray, counts: np.ndarray) -> float:
        # Copies of a map are not different maps.
        pairs = counts.sum() ** 2 - (counts**2).sum()
        total = counts @ means @ counts - (counts**2) @ np.diagonal(means)
        return total / pairs if pairs else np.nan

    across = x_counts @ xy @ y_counts / (x_counts.sum() * y_counts.sum())
    return within(xx, x_counts) + within(yy, y_counts) - 2.0 * across
