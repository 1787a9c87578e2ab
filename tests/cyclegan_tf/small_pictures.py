"""A translator and pictures for tests of files that need no network. No test here."""

import numpy as np


def invert(image):
    """Stands for a translator."""
    image = image.copy()
    image[..., :3] = np.iinfo(image.dtype).max - image[..., :3]
    return image


def gradient(height=6, width=8, channels=3):
    count = height * width * channels
    return (np.arange(count, dtype=np.uint8) % 251).reshape(height, width, channels)
