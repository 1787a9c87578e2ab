"""`Preparation`: from a picture to what the networks see of it, and back to its size and alpha."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from data_pipeline.bands import read_bands, refuse_other_bands
from data_pipeline.decoding import WHITE, File, Picture, flatten_alpha, read_picture

MOST_CHANNELS = 64
RANGE = (-1, 1)  # of a channel in the networks, from none of the colour to all of it
MEMBER = "preparation.json"  # its name inside the file of a generator
_ROWS = 256  # flattened at a time, since blending takes several times their memory
_LUMA = np.array([19595, 38470, 7471], np.uint32)  # ITU-R BT.601 times 2**16, as in Pillow


@dataclass(frozen=True)
class Preparation:
    """How pictures are prepared for the networks: in training, and by a trained generator.

    Transparent pixels are laid on a background, then the picture is resized with its proportions
    kept, like `load_size` in the authors' code, which makes everything square. Preparing a picture
    twice is preparing it once.

    For networks of one channel, colours become gray. For 2, 4 and more, pictures must have exactly
    so many bands, a fourth of which isn't alpha, and nothing is blended.

    Args:
        load_size: Pixels that the shorter side is resized to. 0, the default, keeps the size.
        background: RGB colour behind transparent pixels, three values in [0, 255]. Default: white.
        channels: What the networks take: 1 (gray), 3 (RGB, the default), or 2 and 4 to 64 bands.

    Raises:
        ValueError: An argument is out of its range.

    >>> Preparation(286).apply(np.zeros((256, 512, 4), "uint8")).shape
    (286, 572, 3)
    """

    load_size: int = 0
    background: tuple[int, ...] = WHITE
    channels: int = 3

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
        if not isinstance(self.channels, int) or not 1 <= self.channels <= MOST_CHANNELS:
            raise ValueError(
                f"channels must be from 1 to {MOST_CHANNELS}; received {self.channels!r}."
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
        Preparation(load_size=0, background=(0, 0, 0), channels=3)
        """
        side = self.load_size if load_size is None else load_size
        colour = self.background if background is None else tuple(background)
        return Preparation(side, colour, self.channels)

    @property
    def takes_bands(self) -> bool:
        """Whether pictures are bands as they are stored, not colours with or without alpha."""
        return self.channels not in (1, 3)

    @property
    def fitting(self) -> tuple[int, ...]:
        """How many channels an array of a picture may have, alpha among them."""
        return {1: (1, 2, 3, 4), 3: (3, 4)}.get(self.channels, (self.channels,))

    def read(self, file: File, *, deep: bool = False) -> Picture:
        """Reads a picture for these networks: RGB, with alpha where it has any, or bands.

        Args:
            file: A path, or the bytes of an encoded picture.
            deep: Keep 16 bits per channel.

        Raises:
            ValueError: As in `read_picture` and `read_bands`.
        """
        if self.takes_bands:
            return read_bands(file, self.channels, deep=deep)
        return read_picture(file, deep=deep)

    def num_colours(self, count: int) -> int:
        """Returns how many of the channels of a picture aren't alpha, which comes last.

        >>> Preparation().num_colours(4), Preparation(channels=4).num_colours(4)
        (3, 4)
        """
        return count if self.takes_bands or count not in (2, 4) else count - 1

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
            pixels: uint8 or uint16 `(h, w, 3 or 4)`, alpha not premultiplied; for networks of one
                channel also gray, `(h, w, 1 or 2)`; bands are `(h, w, channels)`.

        Returns:
            Array of the same dtype, `(*size_of(h, w), channels)`; `pixels` itself where nothing
            changes.

        Raises:
            ValueError: It has other channels.
        """
        return resize(self.flatten(pixels), *self.size_of(*pixels.shape[:2]))

    def flatten(self, pixels: np.ndarray) -> np.ndarray:
        """Lays a picture on the background, without resizing it.

        Args:
            pixels: Same as in `apply`.

        Returns:
            Array of the same dtype, `(h, w, channels)`; `pixels` itself where nothing changes.

        Raises:
            ValueError: It has other channels.
        """
        if pixels.shape[-1] == self.channels:
            return pixels
        if self.takes_bands:
            refuse_other_bands(pixels.shape[-1], self.channels)
        if pixels.shape[-1] not in self.fitting:
            raise ValueError(
                f"a picture for channels={self.channels} has "
                f"{'3' if self.channels == 3 else '1 or 3'} of colour, and perhaps one of alpha; "
                f"received {pixels.shape[-1]} channels"
            )
        flat = np.empty((*pixels.shape[:2], self.channels), pixels.dtype)
        for start in range(0, len(flat), _ROWS):
            rows = slice(start, start + _ROWS)
            flat[rows] = self._flattened(pixels[rows])
        return flat

    def _flattened(self, rows: np.ndarray) -> np.ndarray:
        if rows.shape[-1] == 2:
            rows = rows[..., [0, 0, 0, 1]]
        rows = flatten_alpha(rows, self.background) if rows.shape[-1] == 4 else rows
        return rows if self.channels == 3 else gray_of(rows)

    def restore(self, fake: np.ndarray, original: np.ndarray) -> np.ndarray:
        """Gives a translation the size and the alpha of the picture that it is of.

        Args:
            fake: Translation of `apply(original)`.
            original: Same as in `apply`.

        Returns:
            Array of the shape and dtype of `original`; `fake` itself where nothing changes.
        """
        fake = resize(fake, *original.shape[:2])
        if fake.shape == original.shape:
            return fake
        count = self.num_colours(original.shape[-1])
        colour = np.broadcast_to(fake, (*fake.shape[:2], count))
        return np.concatenate([colour, original[..., count:]], axis=-1)

    def to_dict(self) -> dict[str, Any]:
        """Returns what files hold of it, fit for JSON."""
        return {
            "load_size": self.load_size,
            "background": list(self.background),
            "channels": self.channels,
            "range": list(RANGE),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Preparation":
        """Reads what `to_dict` returned.

        Raises:
            ValueError: It is something else, or of a range that isn't known here.
        """
        try:
            background = tuple(values["background"])
            preparation = cls(values["load_size"], background, values["channels"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"{values} is no preparation of pictures.") from error
        if preparation.to_dict() != values:
            raise ValueError(
                f"preparation must be to {preparation.channels} channels in {list(RANGE)}; "
                f"received {values}."
            )
        return preparation


AS_THEY_ARE = Preparation()


def gray_of(rgb: np.ndarray) -> np.ndarray:
    """Returns the luma of colours (ITU-R BT.601), as Pillow's `convert("L")` rounds it.

    Args:
        rgb: uint8 or uint16 `(..., 3)`.

    Returns:
        Array `(..., 1)` of the same dtype.

    >>> gray_of(np.array([[255, 0, 0], [9, 9, 9]], "uint8")).tolist()
    [[76], [9]]
    """
    red, green, blue = (rgb[..., i].astype(np.uint32) * factor for i, factor in enumerate(_LUMA))
    total = red + green + blue + np.uint32(2**15)  # below 2**32
    return (total >> 16).astype(rgb.dtype)[..., None]


def resize(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resizes a picture, bicubic and antialiased.

    Args:
        image: uint8 or uint16 `(h, w, channels)`.
        height: Pixels, >= 1.
        width: Pixels, >= 1.

    Returns:
        Array `(height, width, channels)` of the same dtype; `image` itself where nothing changes.
    """
    if image.shape[:2] == (height, width):
        return image
    size, bicubic = (width, height), Image.Resampling.BICUBIC
    if image.dtype == np.uint8 and image.shape[-1] == 3:
        return np.array(Image.fromarray(image).resize(size, bicubic))
    if image.dtype == np.uint8:
        bands = [Image.fromarray(band).resize(size, bicubic) for band in np.moveaxis(image, -1, 0)]
        return np.dstack([np.asarray(band) for band in bands])
    # Pillow has no 16-bit colour, but single channels of floats.
    floats = [Image.fromarray(np.float32(band)) for band in np.moveaxis(image, -1, 0)]
    resized = np.dstack([np.asarray(band.resize(size, bicubic)) for band in floats])
    return np.rint(np.clip(resized, 0, np.iinfo(image.dtype).max)).astype(image.dtype)


def mean_over_squares(image: np.ndarray, factor: int) -> np.ndarray:
    """Makes a picture smaller, as the generators of `upscale_run` do before they translate it.

    Args:
        image: `(h, w, channels)` of any dtype. What fills no square on the right and below is left
            out.
        factor: Side of a square in pixels.

    Returns:
        float32, or float64 of float64, `(h // factor, w // factor, channels)`.
    """
    height, width = (side // factor for side in image.shape[:2])
    squares = image[: height * factor, : width * factor].reshape(height, factor, width, factor, -1)
    return squares.mean((1, 3), dtype=np.float64 if image.dtype == np.float64 else np.float32)
