"""What the dataset doctor measures of one decoded image, and how it finds images that look alike.

What is a fault, and what is only worth a note, is decided in doctor.py.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

_ALIKE_BITS = 10  # Bits of 64 in which the hashes of two alike images may differ...
_BLOCK = 1024  # images that are compared with all others at a time
_ALIKE_LEVELS = 5.0  # ...and the root mean square by which their miniatures may, in [0, 255].
_GRAY = 1.5  # Levels of 255 by which the channels of a pixel differ, on average.
_FLAT_LEVELS = 3  # How far from its median colour a flat margin may be: enough for JPEG.
_MIN_BORDER = 0.02  # Share of a side's length from which a border counts.


@dataclass(frozen=True)
class Fingerprint:
    """Small facts about one image, instead of its pixels.

    Attributes:
        name: As in `Listing.names`.
        origin: As from `Listing.origin`.
        kind: File format and pixel mode: "PNG RGBA"; "drawn" for a built-in world.
        is_clear: Whether a pixel of it was transparent, at least in part.
        shrunk: How many times smaller `load_size` made it; below 1 it made it larger.
        height: Pixels, upright.
        width: Pixels, upright.
        digest: Equal exactly when the decoded pixels are.
        hash: float32 `(64,)` of -1 and 1, where brightness rises to the right (dHash).
        miniature: float32 `(16, 16, 3)` in [0, 255].
        thumbnail: A JPEG that fits 160x160.
        mean: float64 `(3,)` in [0, 255], per channel over the pixels.
        std: The standard deviation, likewise.
        luma: In [0, 255], mean over the pixels.
        saturation: In [0, 255], mean over the pixels.
        unread_bands: How many bands the file has, where some aren't read; else 0.
        borders: From a side ("top", "bottom", "left", "right") to (pixels, RGB colour) of its flat
            margin, for those of at least 2 % of the side's length.
    """

    name: str
    origin: str
    kind: str
    is_clear: bool
    shrunk: float
    height: int
    width: int
    digest: bytes
    hash: np.ndarray
    miniature: np.ndarray
    thumbnail: bytes
    mean: np.ndarray
    std: np.ndarray
    luma: float
    saturation: float
    unread_bands: int
    borders: dict[str, tuple[int, tuple[int, ...]]]

    @property
    def side(self) -> int:
        """Pixels of the shorter side."""
        return min(self.height, self.width)

    @property
    def is_gray(self) -> bool:
        """Whether it has no colours, up to what JPEG adds."""
        return self.saturation < _GRAY


def fingerprint(
    image: np.ndarray,
    *,
    name: str,
    origin: str,
    kind: str,
    is_clear: bool = False,
    unread_bands: int = 0,
    shrunk: float = 1.0,
) -> Fingerprint:
    """Measures one image.

    Args:
        image: uint8 `(h, w, 3)`.
        name: Handed on, as all that follow are.
        origin: See `Fingerprint`.
        kind: See `Fingerprint`.
        is_clear: See `Fingerprint`. Default: False.
        unread_bands: See `Fingerprint`. Default: 0.
        shrunk: See `Fingerprint`. Default: 1.
    """
    picture = Image.fromarray(image)
    height, width = image.shape[:2]
    gray = np.asarray(picture.convert("L").resize((9, 8), Image.Resampling.BOX), np.float32)
    step = max(1, min(height, width) // 256)  # Statistics of a huge map don't need every pixel.
    # A row per channel: NumPy reduces long rows twenty times as fast as columns of three.
    sample = np.ascontiguousarray(image[::step, ::step].reshape(-1, 3).T).astype(np.float64)
    thumbnail = picture.copy()
    thumbnail.thumbnail((160, 160))
    stream = BytesIO()
    thumbnail.save(stream, format="JPEG", quality=80)
    return Fingerprint(
        name=name,
        origin=origin,
        kind=kind,
        is_clear=is_clear,
        shrunk=shrunk,
        height=height,
        width=width,
        digest=hashlib.blake2b(image.data, digest_size=16, salt=b"%d" % width).digest(),
        hash=np.where(gray[:, 1:] > gray[:, :-1], 1, -1).astype(np.float32).ravel(),
        miniature=np.asarray(picture.resize((16, 16), Image.Resampling.BOX), np.float32),
        thumbnail=stream.getvalue(),
        mean=sample.mean(axis=1),
        std=sample.std(axis=1),
        luma=float([0.299, 0.587, 0.114] @ sample.mean(axis=1)),
        saturation=float(np.ptp(sample, axis=0).mean()),
        unread_bands=unread_bands,
        borders=flat_borders(image),
    )


def flat_borders(image: np.ndarray) -> dict[str, tuple[int, tuple[int, ...]]]:
    """Finds the margins of one colour along the sides of an image.

    Args:
        image: uint8 `(h, w, 3)`.

    Returns:
        From a side to (thickness in pixels, RGB colour), without the sides that have none. A wholly
        flat image has none.

    >>> framed = np.full((100, 100, 3), 7, np.uint8)
    >>> framed[10:] = np.arange(100)[:, None]
    >>> flat_borders(framed)
    {'top': (10, (7, 7, 7))}
    """
    borders = {}
    across = image.swapaxes(0, 1)
    views = {"top": image, "bottom": image[::-1], "left": across, "right": across[::-1]}
    for side, lines in views.items():
        colour = np.median(lines[0], axis=0).astype(int)
        thickness = 0
        for line in lines:  # Ends at the first line for most images.
            if np.abs(line.astype(int) - colour).max() > _FLAT_LEVELS:
                break
            thickness += 1
        if thickness == len(lines):
            return {}
        if thickness >= max(2, _MIN_BORDER * len(lines)):
            borders[side] = (thickness, tuple(int(value) for value in colour))
    return borders


def is_blank(print_: Fingerprint) -> bool:
    """Whether an image has (nearly) one colour all over."""
    return float(print_.std.max()) < 2.0


def alike_pairs(
    prints: Sequence[Fingerprint], others: Sequence[Fingerprint] | None = None
) -> list[tuple[int, int]]:
    """Finds pairs of images that look the same: copies, also saved anew, scaled or retouched.

    Two images are alike when their 64-bit difference hashes nearly agree, so do their miniatures in
    colour, and their shapes within 2 %. Blank images are alike to nothing.

    Args:
        prints: The images, measured.
        others: Where the second of each pair is looked for. Default: in `prints`, each pair once.

    Returns:
        (i, j), sorted; `i < j` without `others`.
    """
    second = prints if others is None else others
    if not prints or not second:
        return []
    found = []
    all_hashes = np.stack([p.hash for p in second]).T
    for start in range(0, len(prints), _BLOCK):  # all at once would take memory by the square
        hashes = np.stack([p.hash for p in prints[start : start + _BLOCK]])
        # For vectors of +-1, the dot product is 64 - 2 * (number of different bits).
        near = np.argwhere(hashes @ all_hashes >= 64 - 2 * _ALIKE_BITS)
        found += [
            (i, j)
            for i, j in (near + [start, 0]).tolist()
            if (others is not None or i < j) and _look_alike(prints[i], second[j])
        ]
    return found


def _look_alike(a: Fingerprint, b: Fingerprint) -> bool:
    if is_blank(a) or is_blank(b):
        return False
    stretch = (a.width * b.height) / (a.height * b.width)
    difference = np.sqrt(np.mean((a.miniature - b.miniature) ** 2))
    return abs(np.log(stretch)) < 0.02 and difference < _ALIKE_LEVELS
