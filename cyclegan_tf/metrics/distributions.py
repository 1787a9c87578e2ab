"""Distances between two sets of unpaired maps without a network: sliced Wasserstein, Lab colours.

The kernel distance is in kid.py.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from skimage.color import rgb2lab
from skimage.transform import pyramid_reduce, resize

from cyclegan_tf.metrics.bootstrap import Estimate, distance_over_maps, resampled_counts

_PATCH = 7  # pixels, as in the paper
_PIXELS = 2**16  # per map and band: more pixels don't change a histogram of whole maps
_REACH = 300  # no colour of sRGB is farther than this from black, in Lab units


def sliced_wasserstein(
    real_images: Sequence[np.ndarray],
    fake_images: Sequence[np.ndarray],
    *,
    num_levels: int = 4,
    num_patches: int = 8192,
    num_directions: int = 128,
    seed: int = 0,
) -> np.ndarray:
    """How different two sets of maps are in structures of each size.

    Patches of 7x7 pixels from each level of a Laplacian pyramid are projected on random directions,
    sorted and compared (Karras et al. 2018, section 5). Unlike there, both sets are standardised by
    the mean and deviation of the *real* set, so that a wrong colour or contrast counts.

    Args:
        real_images: uint8 `(h, w, 3)` maps of any size.
        fake_images: The same. Each map of a set gives the same number of patches.
        num_levels: Number of levels. The first holds details of a pixel or two, each further level
            details twice as large, and the last all that is left, colours included.
        num_patches: Number of patches of each set at each level.
        num_directions: Number of random directions.
        seed: Seed of patches and directions. The patches of the two sets lie at different places.

    Returns:
        float64 `(num_levels,)`, in standard deviations of the real set; 0 means equal.
    """
    levels = _project(real_images, fake_images, num_levels, num_patches, num_directions, seed)
    return np.array([np.abs(np.sort(r, 0) - np.sort(f, 0)).mean() for r, f in levels])


def sliced_wasserstein_estimates(
    real_images: Sequence[np.ndarray],
    fake_images: Sequence[np.ndarray],
    *,
    num_resamples: int = 200,
    seed: int = 0,
    **options: Any,
) -> list[Estimate]:
    """`sliced_wasserstein` with a bootstrap interval over the fake maps.

    Args:
        real_images: As in `sliced_wasserstein`.
        fake_images: As there.
        num_resamples: Number of bootstrap draws.
        seed: Seed of patches, directions and draws.
        **options: `num_levels`, `num_patches` and `num_directions` of `sliced_wasserstein`.

    Returns:
        The distance with its interval, for each level.
    """
    values = sliced_wasserstein(real_images, fake_images, seed=seed, **options)
    options = {"num_levels": 4, "num_patches": 8192, **options, "num_directions": 32}
    counts = resampled_counts(len(fake_images), num_resamples, seed)
    estimates = []
    levels = _project(real_images, fake_images, **options, seed=seed)
    for value, (real, fake) in zip(values, levels, strict=True):
        sizes = _shares(len(fake), len(fake_images))
        owner = np.repeat(np.arange(len(fake_images)), sizes)
        both = np.concatenate([real, fake]).T  # (directions, 2 * patches)
        order = np.argsort(both, axis=1)
        gaps = np.diff(np.take_along_axis(both, order, axis=1), axis=1)
        samples = []
        for count in counts:
            # The distance is the area between the two distribution functions.
            weights = count[owner]
            steps = np.concatenate([np.full(len(real), 1 / len(real)), -weights / weights.sum()])
            samples.append((np.abs(np.cumsum(steps[order], axis=1)[:, :-1]) * gaps).sum(1).mean())
        estimates.append(distance_over_maps(value, samples))
    return estimates


def _project(
    real_images: Sequence[np.ndarray],
    fake_images: Sequence[np.ndarray],
    num_levels: int,
    num_patches: int,
    num_directions: int,
    seed: int,
) -> list[list[np.ndarray]]:
    """For each level, both sets' patches in random directions: float64 `(patches, directions)`."""
    random = np.random.default_rng(seed)
    sets = [
        _pyramid_patches(images, num_levels, num_patches, random)
        for images in (real_images, fake_images)
    ]
    levels = []
    for real, fake in zip(*sets, strict=True):
        mean, deviation = real.mean(axis=(0, 1, 2)), real.std(axis=(0, 1, 2)) + 1e-3
        directions = random.normal(size=(_PATCH * _PATCH * 3, num_directions))
        directions /= np.linalg.norm(directions, axis=0)
        levels.append(
            [((x - mean) / deviation).reshape(num_patches, -1) @ directions for x in (real, fake)]
        )
    return levels


def laplacian_pyramid(image: np.ndarray, num_levels: int) -> list[np.ndarray]:
    """Splits an image into details of growing size (Burt & Adelson 1983).

    Args:
        image: uint8 `(h, w, 3)`.
        num_levels: Number of levels; 1 gives the image itself.

    Returns:
        float64 `(h, w, 3)`, `(h / 2, w / 2, 3)`, ... Enlarged and added up, they are the image in
        [0, 255]. The last one is not a difference but what is left of the image.
    """
    image = image.astype(np.float64)
    levels = []
    for _ in range(num_levels - 1):
        smaller = pyramid_reduce(image, downscale=2, channel_axis=-1, preserve_range=True)
        levels.append(image - resize(smaller, image.shape, order=1, preserve_range=True))
        image = smaller
    return [*levels, image]


def _pyramid_patches(
    images: Sequence[np.ndarray], num_levels: int, num_patches: int, random: np.random.Generator
) -> list[np.ndarray]:
    """For each level, float64 `(num_patches, 7, 7, 3)`, the same number from every map."""
    parts: list[list[np.ndarray]] = [[] for _ in range(num_levels)]
    for image, count in zip(images, _shares(num_patches, len(images)), strict=True):
        for part, level in zip(parts, laplacian_pyramid(image, num_levels), strict=True):
            missing = [(0, max(0, _PATCH - n)) for n in level.shape[:2]]
            level = np.pad(level, (*missing, (0, 0)), mode="reflect")
            windows = np.lib.stride_tricks.sliding_window_view(level, (_PATCH, _PATCH, 3))[:, :, 0]
            y, x = (random.integers(0, n, count) for n in windows.shape[:2])
            part.append(windows[y, x])
    return [np.concatenate(part) for part in parts]


def _shares(num_patches: int, num_maps: int) -> list[int]:
    """How many patches each map gives, as evenly as possible."""
    return [len(range(index, num_patches, num_maps)) for index in range(num_maps)]


def colour_distance(
    real_images: Sequence[np.ndarray],
    fake_images: Sequence[np.ndarray],
    *,
    num_bands: int = 1,
    num_directions: int = 32,
    seed: int = 0,
) -> np.ndarray:
    """Earth mover's distance between the colour histograms of two sets of maps, in CIE Lab.

    Histograms are taken along directions spread evenly over Lab space (Rabin et al. 2011) and
    averaged over maps. If sky and ground have swapped their colours, only a comparison by bands of
    height notices.

    Args:
        real_images: uint8 `(h, w, 3)` maps, sRGB, of any size.
        fake_images: The same.
        num_bands: Number of bands of equal height, from top to bottom, that are compared one by
            one.
        num_directions: Number of directions in Lab space.
        seed: Seed of the choice of pixels in large maps.

    Returns:
        float64 `(num_bands,)` in Lab units. 0 means equal; all colours shifted by d give d.
    """
    real, fake = _both_histograms(real_images, fake_images, num_bands, num_directions, seed)
    return _moved(real.mean(axis=0), fake.mean(axis=0))


def colour_estimates(
    real_images: Sequence[np.ndarray],
    fake_images: Sequence[np.ndarray],
    *,
    num_bands: int = 1,
    num_directions: int = 32,
    num_resamples: int = 1000,
    seed: int = 0,
) -> list[Estimate]:
    """`colour_distance` with a bootstrap interval over the fake maps.

    Args:
        real_images: As in `colour_distance`.
        fake_images: As there.
        num_bands: As there.
        num_directions: As there.
        num_resamples: Number of bootstrap draws.
        seed: Seed of the choice of pixels in large maps, and of the draws.

    Returns:
        The distance with its interval, for each band.
    """
    real, fake = _both_histograms(real_images, fake_images, num_bands, num_directions, seed)
    real, num_maps = real.mean(axis=0), len(fake)
    counts = resampled_counts(num_maps, num_resamples, seed)
    samples = [_moved(real, np.tensordot(count, fake, 1) / num_maps) for count in counts]
    values = _moved(real, fake.mean(axis=0))
    return [distance_over_maps(*pair) for pair in zip(values, np.transpose(samples), strict=True)]


def _both_histograms(
    real_images: Sequence[np.ndarray],
    fake_images: Sequence[np.ndarray],
    num_bands: int,
    num_directions: int,
    seed: int,
) -> list[np.ndarray]:
    """Histograms of the maps of both sets: float64 `(maps, bands, directions, bins)` each."""
    directions = _hemisphere(num_directions)
    return [
        np.array([_histograms(image, num_bands, directions, seed) for image in images])
        for images in (real_images, fake_images)
    ]


def _moved(real: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """Earth mover's distance per band of histograms `(bands, directions, bins)`."""
    moved = np.abs(np.cumsum(real - fake, axis=-1)).sum(axis=-1)  # bins are 1 unit wide
    return 2.0 * moved.mean(axis=-1)  # a shift by d moves the mean projection by d / 2


def _histograms(image: np.ndarray, num_bands: int, directions: np.ndarray, seed: int) -> np.ndarray:
    """Shares `(num_bands, num_directions, bins)` of the pixels' projections; rows sum to 1."""
    random = np.random.default_rng(seed)
    result = []
    for band in np.array_split(image, num_bands):
        pixels = band.reshape(-1, 3)
        if len(pixels) > _PIXELS:
            pixels = pixels[random.choice(len(pixels), _PIXELS, replace=False)]
        bins = np.floor(rgb2lab(pixels) @ directions.T).astype(int) + _REACH
        counts = [np.bincount(column, minlength=2 * _REACH) for column in bins.T]
        result.append(np.array(counts) / max(len(pixels), 1))
    return np.array(result)


def _hemisphere(count: int) -> np.ndarray:
    """Unit vectors `(count, 3)` spread evenly over half a sphere (Fibonacci lattice)."""
    z = (np.arange(count) + 0.5) / count
    angle = np.arange(count) * np.pi * (3.0 - np.sqrt(5.0))
    radius = np.sqrt(1.0 - z**2)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), z], axis=1)
