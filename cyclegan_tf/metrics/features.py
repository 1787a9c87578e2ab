"""Patches of maps, and features that need no download: random convolutions.

Sets of features are compared in kid.py; the features of a trained network are in inception.py.
"""

from collections.abc import Sequence

import numpy as np
from keras import ops

from cyclegan_tf import images

SMALLEST_PATCH = 22  # pixels: the last convolution leaves a single one
_BATCH = 256  # patches at once: 50 MB of intermediate results


def cut_patches(
    image: np.ndarray,
    *,
    num_patches: int,
    size: int,
    scale: int = 1,
    seed: int | Sequence[int] = 0,
) -> np.ndarray:
    """Cuts random squares out of a map, always the same ones for the same seed and map size.

    Args:
        image: `(h, w, channels)` in [0, 255]. A map smaller than a square is continued by
            reflection.
        num_patches: Number of squares.
        size: Side of the patches returned, in pixels.
        scale: A square on the map has sides of `scale * size` pixels and is shrunk by averaging.
        seed: Seed of the places of the squares.

    Returns:
        float32 `(num_patches, size, size, channels)` in [-1, 1].
    """
    side = size * scale
    padding = [(0, max(0, side - n)) for n in image.shape[:2]]
    image = np.pad(image, (*padding, (0, 0)), mode="reflect")
    random = np.random.default_rng(seed)
    tops = random.integers(0, image.shape[0] - side + 1, num_patches)
    lefts = random.integers(0, image.shape[1] - side + 1, num_patches)
    squares = [image[y : y + side, x : x + side] for y, x in zip(tops, lefts, strict=True)]
    patches = np.asarray(squares, np.float32).reshape(num_patches, size, scale, size, scale, -1)
    return images.uint8_to_unit(patches.mean(axis=(2, 4)))


class RandomFeatures:
    """Describes patches by the responses of three convolutions with random weights.

    Random convolutional features tell textures and colours apart nearly as well as trained ones
    (Saxe et al. 2011; as a kernel on images, Rahimi & Recht 2007), aren't tuned to photographs, and
    need no download. Half of the first filters see only differences between pixels, the other half
    see colours too.

    Args:
        seed: Seed of the weights.

    Attributes:
        WIDTHS: Channels of the three convolutions.
        kernels: float32 `(height, width, channels_in, channels_out)` of each convolution.
        size: Number of features of a patch.
    """

    WIDTHS: tuple[int, ...] = (48, 96, 128)

    def __init__(self, seed: int = 0) -> None:
        random = np.random.default_rng([seed, 7])
        self.kernels: list[np.ndarray] = []
        channels = 3
        for i, width in enumerate(self.WIDTHS):
            shape = (5, 5, channels, width) if i == 0 else (3, 3, channels, width)
            kernel = random.normal(size=shape)
            if i == 0:
                kernel[..., ::2] -= kernel[..., ::2].mean(axis=(0, 1))
                # Neighbouring pixels are alike: differences are a fraction of the colours.
                kernel[..., ::2] *= 4.0
            kernel *= np.sqrt(2.0 / np.prod(shape[:3]))  # He et al. 2015: keeps the size
            self.kernels.append(kernel.astype(np.float32))
            channels = width
        self.size: int = 3 + 2 * sum(self.WIDTHS)

    def __call__(self, patches: np.ndarray) -> np.ndarray:
        """Describes patches.

        Args:
            patches: float32 `(n, h, w, 3)` in [-1, 1], sides at least `SMALLEST_PATCH`.

        Returns:
            float32 `(n, size)`: the mean colour, then for each layer the mean and the standard
            deviation of each channel over the patch.
        """
        parts = [patches[i : i + _BATCH] for i in range(0, len(patches), _BATCH)]
        return np.concatenate([self._describe(part) for part in parts])

    def _describe(self, patches: np.ndarray) -> np.ndarray:
        x = ops.convert_to_tensor(patches, "float32")
        described = [ops.mean(x, axis=(1, 2))]
        for i, kernel in enumerate(self.kernels):
            x = ops.relu(ops.conv(x, kernel, strides=1 if i == 0 else 2, padding="valid"))
            described += [ops.mean(x, axis=(1, 2)), ops.std(x, axis=(1, 2))]
            if i == 0:  # (n, h-4, w-4, 48) -> half of that
                x = ops.average_pool(x, 2, strides=2)
        return ops.convert_to_numpy(ops.concatenate(described, axis=1))
