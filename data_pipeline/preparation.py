"""`Preparation`: from a picture to what the networks see of it, and back to its size and alpha."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from data_pipeline.decoding import WHITE, flatten_alpha

CHANNELS = 3
RANGE = (-1, 1)  # of a channel in the networks, from none of the colour to all of it
MEMBER = "preparation.json"  # its name inside the file of a generator
_ROWS = 256  # flattened at a time, since blending takes several times their memory


@dataclass(frozen=True)
class Preparation:
    """How pictures are prepared for the networks: in training, and by a trained generator.

    Transparent pixels are laid on a background, then the picture is resized with its proportions
    kept, like `load_size` in the authors' code, which makes everything square. Preparing a picture
    twice is preparing it once.

    Args:
        load_size: Pixels that the shorter side is resized to. 0, the default, keeps the size.
        background: RGB colour behind transparent pixels, three values in [0, 255]. Default: white.

    Raises:
        ValueError: An argument is out of its range.

    >>> Preparation(286).apply(np.zeros((256, 512, 4), "uint8")).shape
    (286, 572, 3)
    """

    load_size: int = 0
    background: tuple[int, ...] = WHITE

    def __post_init__(self) -> None:
        if self.load_size < 0:
            raise ValueError(
                "load_size must be 0 (keeps the size) or the pixels of the shorter side; "
                f"received {self.load_size!r}."
            )
        if len(self.background) != 3 or not all(0 <= value <= 255 for value in self.background):
            raise ValueError(
                f"background must be three numbers in [0, 255]; received {self.background!r}."
            )

    def __str__(self) -> str:
        side = self.load_size
        return (
            f"load_size {side}: pictures are resized to {side} px for the network, translations "
            "back to their own size"
            if side
            else "load_size 0: pictures keep their size"
        )

    def changed(
        self, load_size: int | None = None, background: Sequence[int] | None = None
    ) -> "Preparation":
        """Returns a preparation with what is given; the rest is as in this one.

        >>> Preparation(40, (0, 0, 0)).changed(load_size=0)
        Preparation(load_size=0, background=(0, 0, 0))
        """
        side = self.load_size if load_size is None else load_size
        return Preparation(side, self.background if background is None else tuple(background))

    @property
    def colour(self) -> str:
        """`background` as "#rrggbb"."""
        return "#" + bytes(self.background).hex()

    def size_of(self, height: int, width: int) -> tuple[int, int]:
        """Returns the height and width that the networks see of a picture.

        >>> Preparation(40).size_of(80, 120)
        (40, 60)
        """
        factor = self.load_size / min(height, width) if self.load_size else 1
        return max(1, round(height * factor)), max(1, round(width * factor))

    def apply(self, pixels: np.ndarray) -> np.ndarray:
        """Prepares a picture.

        Args:
            pixels: uint8 or uint16 `(h, w, 3 or 4)`, alpha not premultiplied.

        Returns:
            Array of the same dtype, `(*size_of(h, w), 3)`; `pixels` itself where nothing changes.
        """
        return resize(self.flatten(pixels), *self.size_of(*pixels.shape[:2]))

    def flatten(self, pixels: np.ndarray) -> np.ndarray:
        """Lays a picture on the background, without resizing it.

        Args:
            pixels: Same as in `apply`.

        Returns:
            Array of the same dtype, `(h, w, 3)`; `pixels` itself where it has no alpha.
        """
        if pixels.shape[-1] == 3:
            return pixels
        flat = np.empty((*pixels.shape[:2], 3), pixels.dtype)
        for start in range(0, len(flat), _ROWS):
            rows = slice(start, start + _ROWS)
            flat[rows] = flatten_alpha(pixels[rows], self.background)
        return flat

    def restore(self, fake: np.ndarray, original: np.ndarray) -> np.ndarray:
        """Gives a translation the size and the alpha of the picture that it is of.

        Args:
            fake: Translation of `apply(original)`.
            original: Same as in `apply`.

        Returns:
            Array of the shape and dtype of `original`; `fake` itself where nothing changes.
        """
        fake = resize(fake, *original.shape[:2])
        return fake if original.shape[-1] == 3 else np.dstack([fake, original[..., 3]])

    def to_dict(self) -> dict[str, Any]:
        """Returns what files hold of it, fit for JSON."""
        return {
            "load_size": self.load_size,
            "background": list(self.background),
            "channels": CHANNELS,
            "range": list(RANGE),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Preparation":
        """Reads what `to_dict` returned.

        Raises:
            ValueError: It is something else, or of channels or a range that aren't known here.
        """
        try:
            preparation = cls(values["load_size"], tuple(values["background"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{values} is no preparation of pictures.") from error
        if preparation.to_dict() != values:
            raise ValueError(
                f"preparation must be to {CHANNELS} channels in {list(RANGE)}; received {values}."
            )
        return preparation


AS_THEY_ARE = Preparation()


def resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resizes a picture, bicubic and antialiased.

    Args:
        image: uint8 or uint16 `(h, w, 3)`.
        height: Pixels, >= 1.
        width: Pixels, >= 1.

    Returns:
        Array `(height, width, 3)` of the same dtype; `image` itself where nothing changes.
    """
    if image.shape[:2] == (height, width):
        return image
    size, bicubic = (width, height), Image.Resampling.BICUBIC
    if image.dtype == np.uint8:
        return np.array(Image.fromarray(image).resize(size, bicubic))
    # Pillow has no 16-bit colour, but single channels of floats.
    floats = [Image.fromarray(np.float32(image[..., c])).resize(size, bicubic) for c in range(3)]
    resized = np.dstack([np.asarray(channel) for channel in floats])
    return np.rint(np.clip(resized, 0, np.iinfo(image.dtype).max)).astype(image.dtype)
