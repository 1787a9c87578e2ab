"""The previews of a run as small pictures for a page: how each of them came about."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.config import Config
from cyclegan_tf.runs.previews import COLUMNS, Size, cut_preview, preview_files, preview_sizes

MOST_STEPS = 48  # more moments than can be told apart
_MOST_BYTES = 4 * 10**6  # of all pictures, before they are written as text
_WIDTH = 640  # of a picture on the page, at most


@dataclass
class Slot:
    """A place of the page: a picture, and what became of it in the course of training.

    Args:
        title: What it shows.
        before: The picture, as an address; empty where it can't be told apart.
        size: Height and width.
        frames: Its translations at the moments that are shown.
        back: What the last of them is translated back to; empty likewise.
    """

    title: str
    before: str
    size: Size
    frames: list[str] = field(default_factory=list)
    back: str = ""


def read_previews(
    config: Config, sizes: Sequence[Sequence[Size]], folder: Path
) -> tuple[list[int], list[Slot]]:
    """Reads the previews of a run, as many as a page can hold.

    Args:
        config: Settings of the run.
        sizes: Heights and widths of the training images, for each domain.
        folder: Where the previews are.

    Returns:
        The updates that are shown, and the slots with a frame for each. None where there is no
        preview. Where the previews aren't of this layout, the only slot has them whole.

    Raises:
        ImageError: A preview can't be read.
    """
    files = preview_files(folder)
    if not files:
        return [], []
    layout = preview_sizes(config, sizes) if all(sizes) else None
    newest = images.read_image(files[max(files)])[..., :3]
    slots = _slots(config, newest, layout)
    cost = max(1, sum(len(text) for slot in slots for text in slot.frames) * 3 // 4)
    steps = _spread(list(files), min(MOST_STEPS, max(8, _MOST_BYTES // cost)))
    parts = [_translations(images.read_image(files[step])[..., :3], layout) for step in steps]
    # A preview of another layout has other parts: only those like the newest are comparable.
    kept = [i for i, shown in enumerate(parts) if len(shown) == len(slots)]
    for i, slot in enumerate(slots):
        slot.frames = [_address(parts[k][i]) for k in kept]
    return [steps[k] for k in kept], slots


def _slots(config, newest, layout):
    rows = cut_preview(newest, layout) if layout else None
    if rows is None:
        return [Slot("Image, translation and back again", "", newest.shape[:2], [_address(newest)])]
    slots = []
    for source, target, names in (
        (config.name_a, config.name_b, COLUMNS[:3]),
        (config.name_b, config.name_a, COLUMNS[3:]),
    ):
        for row in rows:
            real, fake, cycled = (row[name] for name in names)
            slots.append(
                Slot(
                    f"{source} to {target}",
                    _address(real),
                    real.shape[:2],
                    [_address(fake)],
                    _address(cycled),
                )
            )
    return slots


def _translations(picture, layout):
    rows = cut_preview(picture, layout) if layout else None
    if rows is None:
        return [picture]
    return [row[name] for name in ("fake_b", "fake_a") for row in rows]


def _spread(steps, count):
    """At most so many of them, evenly, the first and the last included."""
    if len(steps) <= count:
        return steps
    return [steps[round(i * (len(steps) - 1) / (count - 1))] for i in range(count)]


def _address(pixels: np.ndarray) -> str:
    picture, data = Image.fromarray(pixels), io.BytesIO()
    if picture.width > _WIDTH and picture.width < 6 * _WIDTH / 2:
        height = round(picture.height * _WIDTH / picture.width)
        picture = picture.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    picture.save(data, "WEBP", quality=82, method=4)
    return "data:image/webp;base64," + base64.b64encode(data.getvalue()).decode()
