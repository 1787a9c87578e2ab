"""`PictureFile`: one generated file and what is known of it; `Maker` collects them."""

import struct
from dataclasses import dataclass, field

import numpy as np

# By which numpy calls a stored array is turned upright: EXIF 2.3, tag Orientation.
UPRIGHT = {
    1: lambda x: x,
    2: lambda x: x[:, ::-1],
    3: lambda x: x[::-1, ::-1],
    4: lambda x: x[::-1],
    5: lambda x: x.swapaxes(0, 1),
    6: lambda x: np.rot90(x, -1),
    7: lambda x: np.rot90(x[:, ::-1], -1),
    8: lambda x: np.rot90(x),
}
_RANDOM = np.random.default_rng(0)
SIZE = (9, 13)
GRAY = _RANDOM.integers(0, 256, SIZE, np.uint8)
RGBA = _RANDOM.integers(0, 256, (*SIZE, 4), np.uint8)
RGB = np.ascontiguousarray(RGBA[..., :3])
GRAY_16 = _RANDOM.integers(0, 2**16, SIZE, np.uint16)
RGBA_16 = _RANDOM.integers(0, 2**16, (*SIZE, 4), np.uint16)
RGB_16 = np.ascontiguousarray(RGBA_16[..., :3])
PALETTE = _RANDOM.integers(0, 256, (256, 3), np.uint8)
# Slow changes, which lossy formats keep nearly; an even size for halved chroma.
_Y, _X = np.mgrid[:24, :32]
SMOOTH = np.stack([_X * 7, _Y * 9, 200 - _X * 3], axis=-1).astype(np.uint8)


@dataclass(frozen=True)
class PictureFile:
    """One file of the set.

    Attributes:
        name: Of the file; the ending gives the format.
        content: Of the file.
        depth: Bits per channel: "8", "16", "1", "32 float".
        layout: Channels and how they lie: "gray", "RGBA", "palette", "CMYK, planes apart".
        metadata: What the file carries beside its pixels: "tRNS", "EXIF 6".
        writer: What made it.
        truth: uint8 or uint16 `(h, w, 3 or 4)` as stored; None if the file is refused.
        orientation: EXIF orientation that is to be applied to `truth`.
        tolerance: Largest difference in 8 bits that is right for a lossy format.
        refused: Part of the reason with which it is refused; "" if it is read.
        deep: Whether `deep=True` gives all 16 bits.
        deep_refused: Part of the reason with which it may be refused then.
        second: Why the second decoder's pixels aren't those of `truth`; "" if they are.
    """

    name: str
    content: bytes = field(repr=False)
    depth: str
    layout: str
    metadata: str
    writer: str
    truth: np.ndarray | None = field(repr=False)
    orientation: int = 1
    tolerance: int = 0
    refused: str = ""
    deep: bool = False
    deep_refused: str = ""
    second: str = ""

    @property
    def suffix(self):
        return "." + self.name.rsplit(".", 1)[1]

    @property
    def stored_8(self):
        """`truth` in 8 bits, as stored."""
        return self.truth if self.truth.dtype == np.uint8 else (self.truth >> 8).astype(np.uint8)

    @property
    def upright_8(self):
        return UPRIGHT[self.orientation](self.stored_8)

    @property
    def upright(self):
        return UPRIGHT[self.orientation](self.truth)


class Maker:
    """Collects the files of one format; gives each a name."""

    def __init__(self, suffix, writer):
        self.suffix, self.writer, self.files = suffix, writer, []

    def add(self, depth, layout, truth, content, metadata="", **other):
        writer = other.pop("writer", self.writer)
        words = f"{layout} {depth} {metadata} {writer if writer != self.writer else ''}"
        name = "_".join("".join(c if c.isalnum() else " " for c in words).lower().split())
        taken = {f.name for f in self.files}
        suffix = other.pop("suffix", self.suffix)
        assert name + suffix not in taken, name
        self.files.append(
            PictureFile(
                name + suffix, content, str(depth), layout, metadata, writer, truth, **other
            )
        )


def as_rgb(gray):
    return np.repeat(gray[..., None], 3, axis=-1)


def with_alpha(pixels, alpha):
    return np.concatenate([pixels, alpha[..., None].astype(pixels.dtype)], axis=-1)


def packed(values, bits):
    """Rows of small numbers, packed into bytes from the high bit on; each row ends with a byte."""
    per_row = ((values[..., None] >> np.arange(bits)[::-1]) & 1).astype(np.uint8)
    return np.packbits(per_row.reshape(len(values), -1), axis=1)


def exif(orientation, big_endian=True):
    """The TIFF structure of EXIF with nothing but an orientation."""
    order, mark = (">", b"MM") if big_endian else ("<", b"II")
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(order + "HIH", 42, 8, 1) + entry + struct.pack(order + "I", 0)
