"""The pictures in `samples/`: drawing them, and cutting their parts out again."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cyclegan_tf.config import Config
from cyclegan_tf.images import grid, uint8_to_unit, unit_to_uint8, write_image
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.saving import patiently

NUM_IMAGES = 2  # of each domain
GAP = 4  # pixels between the parts; that of `images.grid`
#: What stands side by side in a row.
COLUMNS = ("real_a", "fake_b", "cycled_a", "real_b", "fake_a", "cycled_b")

Size = tuple[int, int]  # height and width


def preview_side(config: Config) -> int:
    """Returns the most pixels of a side of an image of a preview.

    That is twice the crop, but no more than 512 where the crop is smaller than that: previews
    should cost little beside the updates.
    """
    return min(2 * config.crop_size, max(config.crop_size, 512))


def picked(num_images: int, count: int = NUM_IMAGES) -> list[int]:
    """Returns which images of a domain are shown, evenly spaced.

    Args:
        num_images: Images of the domain.
        count: How many to pick. Default: as many as a preview shows.
    """
    return [i * num_images // count for i in range(count)]


def centre_size(height: int, width: int, side: int) -> Size:
    """Returns height and width of the centre of an image: multiples of 4, at most `side`."""
    return min(height, side) // 4 * 4, min(width, side) // 4 * 4


def preview_sizes(config: Config, sizes: Sequence[Sequence[Size]]) -> list[list[Size]]:
    """Returns the sizes of the images in a preview of a run.

    Args:
        config: Settings of the run.
        sizes: Heights and widths of the training images, for each domain.
    """
    side = preview_side(config)
    return [[centre_size(*domain[i], side) for i in picked(len(domain))] for domain in sizes]


def cut_preview(
    picture: np.ndarray, sizes: Sequence[Sequence[Size]]
) -> list[dict[str, np.ndarray]] | None:
    """Cuts the parts out of a preview.

    Args:
        picture: uint8 `(h, w, 3)`, a file of `samples/`.
        sizes: Those of `preview_sizes`.

    Returns:
        For each row the images by the names in `COLUMNS`; None if the picture isn't of this size.
    """
    rows = list(zip(*sizes, strict=True))
    widths = [max(row[i // 3][1] for row in rows) for i in range(len(COLUMNS))]
    heights = [max(height for height, _ in row) for row in rows]
    if picture.shape[:2] != tuple(sum(n) + GAP * (len(n) + 1) for n in (heights, widths)):
        return None
    parts, top = [], GAP
    for row, row_height in zip(rows, heights, strict=True):
        left, images = GAP, {}
        for i, (name, column) in enumerate(zip(COLUMNS, widths, strict=True)):
            height, width = row[i // 3]
            images[name] = picture[top : top + height, left : left + width]
            left += column + GAP
        parts.append(images)
        top += row_height + GAP
    return parts


def preview_files(folder: Path) -> dict[int, Path]:
    """Returns the previews in a folder, by their update, the first ones first."""
    found = {path: re.fullmatch(r"step_(\d+)\.png", path.name) for path in folder.glob("*.png")}
    return {int(match[1]): path for path, match in sorted(found.items()) if match}


def write_preview(
    run: RunFolder,
    step: int,
    generators: Sequence[Callable[[Any], Any]],
    previews: Sequence[Sequence[np.ndarray]],
) -> None:
    """Writes samples/step_XXXXXXXX.png of a run, real, fake and cycled side by side.

    Args:
        run: Folder to write to.
        step: Number of updates so far.
        generators: A -> B and B -> A: models, or functions from batches in [-1, 1] to the same.
        previews: Images of A and of B, uint8 `(h, w, 3)`, sides as the generators take them.
    """
    there, back = generators
    rows = []
    for real_a, real_b in zip(*previews, strict=True):
        row = []
        for real, first, second in ((real_a, there, back), (real_b, back, there)):
            fake = first(uint8_to_unit(real)[None])
            cycled = second(fake)
            row += [real, *(unit_to_uint8(x[0]) for x in (fake, cycled))]
        rows.append(row)
    path = run.samples / f"step_{step:08d}.png"
    patiently(lambda: write_image(path, grid(rows)))
