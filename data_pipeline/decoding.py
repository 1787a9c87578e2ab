"""From a picture file to pixels, whatever its format, depth, palette, alpha or orientation.

The only place that opens picture files. Which files a folder holds is found by listing.py.
"""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from PIL import ExifTags, Image

from data_pipeline import tiff
from data_pipeline.limits import refuse_too_large
from data_pipeline.pillow_faults import is_misread, pixels_of_file
from data_pipeline.pillow_opening import opened_by_pillow, own_limits
from data_pipeline.pixels import pixels_of
from data_pipeline.tiff import is_tiff

# What a folder is searched for. Inside a file the content decides, not the name.
IMAGE_SUFFIXES: tuple[str, ...] = (".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe")
IMAGE_SUFFIXES += (".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
WHITE = (255, 255, 255)
File = str | os.PathLike | bytes  # A path, or the content of a file.


@dataclass(frozen=True)
class Picture:
    """Pixels and what belongs to them.

    Attributes:
        pixels: uint8 or uint16 `(h, w, 3)`, or `(h, w, 4)` with alpha, which isn't premultiplied.
        info: `icc_profile` (bytes) and `dpi` (pair of numbers), where the file has them.
    """

    pixels: np.ndarray
    info: dict = field(default_factory=dict)


def read_picture(file: File, *, deep: bool = False) -> Picture:
    """Reads a picture upright, with its alpha, colour profile and resolution.

    Of an animation, the first frame is read. EXIF orientation is applied. Gray, palettes and CMYK
    become RGB. 16 bits become 8 by their high byte, gray and colour alike, as Pillow does it for
    colour. A colour profile is handed on, not applied, and left out where it isn't one for RGB.

    Args:
        file: A path, or the bytes of an encoded picture.
        deep: Keep 16 bits per channel where the file has them (PNG, TIFF). Needs TensorFlow for
            PNG in colour, and imagecodecs for TIFF in colour with LZW compression.

    Returns:
        A `Picture`; its pixels are uint8, or uint16 with `deep` and a file of 16 bits.

    Raises:
        ValueError: The file can't be decoded to its last byte, or is of a kind that isn't read;
            docs/formats.md says which are. The text gives the reason, not the name of the file;
            the cause is what the decoder raised.
    """
    with opened(file) as (stream, head):
        if is_tiff(head):
            return _read_tiff(stream, head, deep)
        with opened_by_pillow(stream, head) as image:
            return _picture(image, pixels_of_file(image, stream, head, deep))


def from_pillow(image: Image.Image, *, deep: bool = False) -> Picture:
    """Turns an image of Pillow into a picture by the rules for files, whatever its mode.

    Its orientation is applied, as is the transparency that it has beside its pixels.

    Args:
        image: An image of any mode, opened or made.
        deep: Keep the 16 bits of 16-bit gray. Pillow holds colours with 8 bits.

    Returns:
        A `Picture`; its pixels are uint8, or uint16 with `deep` and 16-bit gray.

    Raises:
        ValueError: Its pixels are floats, 32-bit integers or CIELab; or it is of a file that can't
            be decoded to its last byte, or that Pillow misreads where `read_picture` doesn't.
    """
    with _one_line(), own_limits():
        refuse_too_large(*image.size)
        if is_misread(image):
            raise ValueError("Pillow misreads such files; give its path or its bytes instead")
        image.load()
        return _picture(image, pixels_of(image, deep))


def read_image(file: File | np.ndarray, background: Sequence[int] = WHITE) -> np.ndarray:
    """Reads a picture as training sees it: `read_picture` in 8 bits, without alpha.

    Args:
        file: A path, the bytes of an encoded picture, or a uint8 array `(h, w, 3)`, which is
            returned as it is.
        background: RGB colour behind transparent pixels, three values in [0, 255]. Default: white.

    Returns:
        uint8 array `(h, w, 3)`, C-contiguous.

    Raises:
        ValueError: As in `read_picture`.
    """
    if isinstance(file, np.ndarray):
        return file
    pixels = read_picture(file).pixels
    return pixels if pixels.shape[-1] == 3 else flatten_alpha(pixels, background)


def size_of(file: File) -> tuple[int, int]:
    """Returns width and height of a picture as stored, from its header.

    Raises:
        ValueError: The file is no picture, or one of too many pixels.
    """
    with opened(file) as (stream, head), opened_by_pillow(stream, head) as image:
        return image.size


def read_labels(file: File) -> np.ndarray:
    """Reads a picture whose values are class ids: palette indices or gray levels, as stored.

    Args:
        file: A path, or the bytes of an encoded picture.

    Returns:
        uint8 array `(h, w)`.

    Raises:
        ValueError: The file can't be decoded, or has several channels or more than 8 bits.
    """
    with opened(file) as (stream, head), opened_by_pillow(stream, head) as image:
        image.load()
        is_stretched = image.format == "PNG" and image.mode == "L" and head[24] < 8
        if is_stretched or image.mode not in ("L", "P"):
            found = f"{head[24]}-bit gray" if is_stretched else image.mode
            raise ValueError(f"labels must be 8-bit gray or palette indices; received {found}")
        return np.array(image)


def kind_of(file: File | np.ndarray) -> str:
    """Returns file format and pixel mode: "PNG P+alpha", "JPEG RGB"; "drawn" for arrays.

    Raises:
        ValueError: The file is no picture.
    """
    if isinstance(file, np.ndarray):
        return "drawn"
    with opened(file) as (stream, head):
        if is_tiff(head):
            with tiff.first_page(stream) as page:
                if not tiff.is_for_pillow(page):
                    return tiff.kind(page)
        with opened_by_pillow(stream, head) as image:
            hidden = image.has_transparency_data and "A" not in image.mode.upper()
            return f"{image.format} {image.mode}{'+alpha' if hidden else ''}"


def flatten_alpha(rgba: np.ndarray, background: Sequence[int] = WHITE) -> np.ndarray:
    """Blends pixels onto one colour, rounded.

    Args:
        rgba: uint8 or uint16 `(h, w, 4)`, alpha not premultiplied.
        background: RGB colour, three values in [0, 255]. Default: white.

    Returns:
        Array `(h, w, 3)` of the same dtype.

    >>> flatten_alpha(np.array([[[9, 0, 20, 255], [9, 0, 20, 0], [0, 0, 0, 51]]], "uint8")).tolist()
    [[[9, 0, 20], [255, 255, 255], [204, 204, 204]]]
    """
    top = int(np.iinfo(rgba.dtype).max)
    wide = np.dtype(np.uint16 if top == 255 else np.uint32)  # top * top + top // 2 still fits
    colour, alpha = rgba[..., :3].astype(wide), rgba[..., 3:].astype(wide)
    behind = np.asarray(background, wide) * (top // 255)
    return ((colour * alpha + behind * (top - alpha) + top // 2) // top).astype(rgba.dtype)


@contextmanager
def opened(file: File) -> Iterator[tuple[BinaryIO, bytes]]:
    """Gives the file at its beginning, and its first bytes; what is raised becomes one line.

    Libraries get no name of a file, so that none of them can find a meaning in it.

    Args:
        file: A path, or the content of a file.

    Raises:
        ValueError: With the reason, for whatever is raised inside.
    """
    with _one_line(), io.BytesIO(file) if isinstance(file, bytes) else open(file, "rb") as stream:
        head = stream.read(32)
        if not head:
            raise ValueError("the file is empty")
        stream.seek(0)
        yield stream, head


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # Decoders raise nearly everything, SyntaxError included.
        raise ValueError(_reason(error)) from error


def _reason(error: Exception) -> str:
    """One short line for a person, whatever a decoder raised."""
    if isinstance(error, Image.UnidentifiedImageError):
        return (
            "not an image, or of an unknown format (AVIF, BMP, GIF, HEIC, JPEG, PNG, TIFF, WebP "
            "are known)"
        )
    if isinstance(error, MemoryError):
        return "there is too little memory to decode it"
    text = " ".join((getattr(error, "strerror", None) or str(error)).split())
    if "create decoder object" in text:  # What Pillow says of every WebP that it can't read.
        return "the file is damaged or cut off"
    if "bytes not processed" in text:  # Pillow's count is of its own buffer
        return "image file is truncated: it ends too early"
    if isinstance(error, (OSError, ValueError, SyntaxError)) and text and "error -" not in text:
        return text
    # A slip of a decoder, or a number of an error.
    name = type(error).__name__
    return f"the file is damaged ({f'{name}: {text}' if text else name})"


def _read_tiff(stream: BinaryIO, head: bytes, deep: bool) -> Picture:
    with tiff.first_page(stream) as page:
        refuse_too_large(page.imagewidth, page.imagelength)
        if not tiff.is_for_pillow(page):
            pixels = tiff.decode(page)
            if pixels is not None:
                shallow = pixels.dtype == np.uint8 or deep
                pixels = pixels if shallow else (pixels >> 8).astype(np.uint8)
                return picture_of(pixels, *tiff.info(page))
            if page.bitspersample == 16 and (deep or not tiff.pillow_has_high_bytes(page)):
                raise ValueError(tiff.needs_imagecodecs(page))
        unknown, palette = tiff.unknown(page), tiff.eight_bit_palette(page)
    try:
        with opened_by_pillow(stream, head) as image:
            image.load()
            if palette:
                image.putpalette(palette)
            return _picture(image, pixels_of(image, deep))
    except Image.UnidentifiedImageError as error:
        raise ValueError(unknown) from error


def _picture(image: Image.Image, pixels: np.ndarray) -> Picture:
    return picture_of(pixels, orientation_of(image), image.info)


def orientation_of(image: Image.Image) -> int:
    """Returns the orientation of EXIF or XMP that an image of Pillow has, 1 where it has none."""
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # Metadata that are none, and nothing that can be seen.
        return 1


def info_of(found: dict) -> dict:
    """Returns the `info` of a `Picture`, of all that a library has found beside the pixels."""
    info = {key: found[key] for key in ("icc_profile", "dpi") if found.get(key)}
    # (1, 1) is what Pillow says of a TIFF without a resolution. JPEG has 16 bits for one.
    dots = info.get("dpi", (1, 1))
    if dots == (1, 1) or not all(0 < float(value) < 2**16 for value in dots):
        info.pop("dpi", None)
    # A profile for gray or CMYK doesn't fit the RGB that the pixels have become.
    if info.get("icc_profile", b"")[16:20] != b"RGB ":
        info.pop("icc_profile", None)
    return info


def picture_of(pixels: np.ndarray, orientation: int, info: dict) -> Picture:
    """Returns pixels as a `Picture`, upright.

    Args:
        pixels: As stored.
        orientation: Orientation in EXIF, 1 to 8.
        info: As in `info_of`.
    """
    return Picture(_upright(pixels, orientation), info_of(info))


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Applies the orientation of EXIF, 1 to 8: from 5 on, rows and columns are swapped."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)
