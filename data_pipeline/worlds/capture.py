"""What a picture of a world consists of: colours, labels and depths."""

from typing import NamedTuple

import numpy as np

#: Names of the ids in `Capture.labels`.
CLASSES: tuple[str, ...] = (
    "sky", "far", "clouds", "middle", "near", "ground", "platform", "ladder", "rope", "house",
    "tree", "bush", "rock", "lamp", "fence", "mushroom",
)  # fmt: skip
#: Id in `Capture.depth`: 0 sky, 1 far, 2 clouds, 3 middle, 4 near, 5 all that one can stand on.
DEPTH_OF_CLASS = np.array([min(i, 5) for i in range(len(CLASSES))], np.uint8)


class Capture(NamedTuple):
    """One picture of a world.

    Attributes:
        image: RGB, uint8 (h, w, 3).
        labels: Index into `CLASSES` of each pixel, uint8 (h, w).
        depth: Parallax layer of each pixel, uint8 (h, w), from 0 (sky) to 5 (the ground and what
            stands on it).
    """

    image: np.ndarray
    labels: np.ndarray
    depth: np.ndarray
