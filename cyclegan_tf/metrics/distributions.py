"""Sliced Wasserstein distance per Laplacian level, and of Lab colours by height band.

Distances between two sets of unpaired maps, no network involved; the kernel distance is in kid.py.
"""

import numpy as np
from skimage.color import rgb2lab
from skimage.transform import pyramid_reduce, resize

_PATCH = 7  # pixels, as in the paper
_PIXELS = 2**16  # per map and band: more don't change a histogram of whole maps
_REACH = 300  # no colour of sRGB is farther than this from black, in Lab units


def sliced_wasserstein(
    real_images,
    fake_images,
    *,
    num_levels: int = 4,
    num_patches: int = 8192,
    num_directions: int = 128,
    seed: int = 0,
) -> np.ndarray:
    """How unlike two sets of maps are in structures of each size.

    Patches of 7x7 pixels from each level of a Laplacian pyramid, projected on random directions,
    sorted and compared (Karras et al. 2018, section 5). Unlike there, both sets are standardised by
    the *real* set's mean and deviation, so that a wrong colour or contrast counts.

    Args:
        real_images: Sequence of uint8 `(h, w, 3)` maps, any sizes.
        fake_images: The same; each map of a set gives the same number of patches.
        num_levels: The first holds details of a pixel or two, each further one twice as large ones,
            the last all that is larger, colours included.
        num_patches: Of each set and level.
        num_directions: Random projections.
        seed: Of patches and directions; the patches of both sets lie at unlike places.

    Returns:
        float64 `(num_levels,)`, in deviations of the real set: 0 means equal.
    """
    random = np.random.default_rng(seed)
    sets = [
        _pyramid_patches(images, num_levels, num_patches, random)
        for images in (real_images, fake_images)
    ]
    distances = []
    for real, fake in zip(*sets, strict=True):
        mean, deviation = real.mean(axis=(0, 1, 2)), real.std(axis=(0, 1, 2)) + 1e-3
        directions = random.normal(size=(_PATCH * _PATCH * 3, num_directions))
        directions /= np.linalg.norm(directions, axis=0)
        real, fake = (
            np.sort(((x - mean) / deviation).reshape(num_patches, -1) @ directions, axis=0)
            for x in (real, fake)
        )
        distances.append(np.abs(real - fake).mean())
    return np.array(distances)


def laplacian_pyramid(image, num_levels: int) -> list[np.ndarray]:
    """Splits an image into details of growing size (Burt & Adelson 1983).

    Args:
        image: uint8 `(h, w, 3)`.
        num_levels: 1 gives the image itself.

    Returns:
        float64 `(h, w, 3)`, `(h / 2, w / 2, 3)`, ...; enlarged and added up, they are the image in
        [0, 255]. The last is no difference, but what is left.
    """
    image = image.astype(np.float64)
    levels = []
    for _ in range(num_levels - 1):
        smaller = pyramid_reduce(image, downscale=2, channel_axis=-1, preserve_range=True)
        levels.append(image - resize(smaller, image.shape, order=1, preserve_range=True))
        image = smaller
    return [*levels, image]


def _pyramid_patches(images, num_levels, num_patches, random):
    """For each level, float64 `(num_patches, 7, 7, 3)`, evenly many from every map."""
    parts = [[] for _ in range(num_levels)]
    for index, image in enumerate(images):
        count = len(range(index, num_patches, len(images)))
        for part, level in zip(parts, laplacian_pyramid(image, num_levels), strict=True):
            missing = [(0, max(0, _PATCH - n)) for n in level.shape[:2]]
            level = np.pad(level, (*missing, (0, 0)), mode="reflect")
            windows = np.lib.stride_tricks.sliding_window_view(level, (_PATCH, _PATCH, 3))[:, :, 0]
            y, x = (random.integers(0, n, count) for n in windows.shape[:2])
            part.append(windows[y, x])
    return [np.concatenate(part) for part in parts]


def colour_distance(
    real_images, fake_images, *, num_bands: int = 1, num_directions: int = 32, seed: int = 0
) -> np.ndarray:
    """Earth mover's distance between the colour histograms of two sets of maps, in CIE Lab.

    Histograms are taken along directions spread evenly over Lab space (Rabin et al. 2011) and
    averaged over maps. By height, the sky isn't excused by the ground: with both colours swapped,
    only the bands notice.

    Args:
        real_images: Sequence of uint8 `(h, w, 3)` maps, sRGB, any sizes.
        fake_images: The same.
        num_bands: Bands of equal height, from top to bottom, that are compared one by one.
        num_directions: Directions of projection.
        seed: Of the pixels that are looked at in large maps.

    Returns:
        float64 `(num_bands,)` in Lab units: all colours shifted by d give d, 0 means equal.
    """
    directions = _hemisphere(num_directions)
    real, fake = (
        np.mean([_histograms(image, num_bands, directions, seed) for image in images], axis=0)
        for images in (real_images, fake_images)
    )  # (num_bands, num_directions, bins)
    moved = np.abs(np.cumsum(real - fake, axis=-1)).sum(axis=-1)  # bins are 1 unit wide
    return 2.0 * moved.mean(axis=-1)  # a shift by d moves the mean projection by d / 2


def _histograms(image, num_bands, directions, seed):
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


def _hemisphere(count):
    """Unit vectors `(count, 3)` spread evenly over half a sphere (Fibonacci lattice)."""
    z = (np.arange(count) + 0.5) / count
    angle = np.arange(count) * np.pi * (3.0 - np.sqrt(5.0))
    radius = np.sqrt(1.0 - z**2)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), z], axis=1)
