"""TIFF files: which kinds are read, and those of them that Pillow reads wrongly or not at all.

Pillow reads the others, of 1 to 8 bits and 16-bit gray, with every compression.
"""

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
import tifffile
from tifffile import COMPRESSION, EXTRASAMPLE, PHOTOMETRIC, PLANARCONFIG, RESUNIT, SAMPLEFORMAT

from data_pipeline.pixels import straight

# It logs every odd tag. Those that matter here are refused by name.
logging.getLogger("tifffile").setLevel(logging.CRITICAL)

_ICC_PROFILE = 34675  # the tag's number
_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the last two: BigTIFF
_GRAYS = (PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.MINISWHITE)
_READ = (*_GRAYS, PHOTOMETRIC.RGB, PHOTOMETRIC.PALETTE, PHOTOMETRIC.SEPARATED, PHOTOMETRIC.YCBCR)
_MISSING = "image file is truncated: strips or tiles are missing"
_ADVICE = "save it with 8 or 16 bits"


def is_tiff(head: bytes) -> bool:
    """Whether a file that begins with these bytes, at least four, is a TIFF."""
    return head.startswith(_MAGIC)


@contextmanager
def first_page(stream: BinaryIO) -> Iterator[tifffile.TiffPage]:
    """Opens a TIFF and gives its first page; leaves the stream where it was.

    Args:
        stream: The file, at its beginning.

    Raises:
        ValueError: The page is of a kind that isn't read; the text says which.
    """
    with tifffile.TiffFile(stream) as file:
        page = file.pages.first
        if reason := _why_not(page):
            raise ValueError(reason)
        yield page
    stream.seek(0)


def is_for_pillow(page: tifffile.TiffPage) -> bool:
    """Whether Pillow reads all bits of this page, and reads them rightly."""
    big_and_big_endian = page.parent.is_bigtiff and page.parent.byteorder == ">"
    is_gray = page.photometric in _GRAYS
    if big_and_big_endian or (is_gray and page.samplesperpixel > 1):
        return False
    if page.bitspersample < 16 or page.photometric == PHOTOMETRIC.SEPARATED:
        return True
    return page.photometric == PHOTOMETRIC.MINISBLACK and page.samplesperpixel == 1


def pillow_has_high_bytes(page: tifffile.TiffPage) -> bool:
    """Whether Pillow reads this page of 16-bit colour rightly with 8 bits."""
    return (
        page.photometric == PHOTOMETRIC.RGB
        and page.planarconfig == PLANARCONFIG.CONTIG
        and not (page.parent.is_bigtiff and page.parent.byteorder == ">")
    )


def decode(page: tifffile.TiffPage) -> np.ndarray | None:
    """Reads gray or colour, with alpha, of 8 or 16 bits.

    Args:
        page: A page that is not for Pillow.

    Returns:
        uint8 or uint16 `(h, w, 3 or 4)`, alpha not premultiplied; None where the compression needs
        the package imagecodecs and it isn't installed.

    Raises:
        ValueError: Its channels are others. tifffile raises further errors.
    """
    num_colours = 1 if page.photometric in _GRAYS else 3
    count = page.samplesperpixel
    if page.photometric not in (*_GRAYS, PHOTOMETRIC.RGB) or count < num_colours:
        raise ValueError(unknown(page))
    pixels = samples(page)
    if pixels is None:
        return None
    colour = pixels[..., :num_colours]
    if page.photometric == PHOTOMETRIC.MINISWHITE:
        colour = np.iinfo(pixels.dtype).max - colour
    if num_colours == 1:
        colour = np.repeat(colour, 3, axis=-1)
    if count == num_colours:
        return np.ascontiguousarray(colour)
    extra = page.extrasamples[0] if page.extrasamples else EXTRASAMPLE.UNASSALPHA
    if extra == EXTRASAMPLE.UNSPECIFIED:
        return np.ascontiguousarray(colour)
    alpha = pixels[..., num_colours : num_colours + 1]
    if extra == EXTRASAMPLE.ASSOCALPHA:
        colour = straight(colour, alpha)
    return np.concatenate([colour, alpha], axis=-1)


def samples(page: tifffile.TiffPage) -> np.ndarray | None:
    """Reads all samples of a page as they are stored, whatever they mean.

    Args:
        page: The page.

    Returns:
        Array `(h, w, samples)`; None where the compression needs the package imagecodecs and it
        isn't installed.

    Raises:
        ValueError: Strips or tiles are missing. tifffile raises further errors.
    """
    if 0 in page.databytecounts:  # They would be black.
        raise ValueError(_MISSING)
    try:
        pixels = page.asarray()
    except ValueError as error:
        if "imagecodecs" in str(error):
            return None
        raise
    height, width, count = page.imagelength, page.imagewidth, page.samplesperpixel
    if page.planarconfig == PLANARCONFIG.SEPARATE:
        pixels = pixels.reshape(count, height, width).transpose(1, 2, 0)
    return pixels.reshape(height, width, count)


def has_other_samples(page: tifffile.TiffPage) -> bool:
    """Whether a page of gray or RGB has samples that are neither colour nor the first of alpha."""
    if page.photometric not in (*_GRAYS, PHOTOMETRIC.RGB):
        return False
    num_colours = 1 if page.photometric in _GRAYS else 3
    extra = page.extrasamples[0] if page.extrasamples else EXTRASAMPLE.UNASSALPHA
    num_read = num_colours + (extra != EXTRASAMPLE.UNSPECIFIED)
    return page.samplesperpixel > num_read


def eight_bit_palette(page: tifffile.TiffPage) -> bytes | None:
    """Returns a palette whose colours fill 8 of their 16 bits, as old programs write it, or None.

    libtiff takes them for 8 bits, too; Pillow, for black.
    """
    colours = page.colormap
    if colours is None or colours.max() > 255:
        return None
    return colours.T.astype(np.uint8).tobytes()


def unknown(page: tifffile.TiffPage) -> str:
    """Returns why a page isn't read whose channels or compression are unknown."""
    return (
        f"TIFF of {page.samplesperpixel} channels of {page.bitspersample} bits as "
        f"{_name(page.photometric)}, compression {_name(page.compression)}, is not read; save it "
        "as RGB"
    )


def needs_imagecodecs(page: tifffile.TiffPage) -> str:
    """Returns why a page that `decode` gave no pixels for isn't read, and what to do."""
    return (
        f"{page.bitspersample}-bit TIFF with {_name(page.compression)} compression needs "
        "`pip install imagecodecs`, or save it with deflate (ZIP) or no compression"
    )


def info(page: tifffile.TiffPage) -> tuple[int, dict]:
    """Returns the orientation of a page and the `info` of a `Picture`."""
    found: dict = {"icc_profile": page.tags.valueof(_ICC_PROFILE)}
    unit = page.tags.valueof("ResolutionUnit")
    if "XResolution" in page.tags and unit in (RESUNIT.INCH, RESUNIT.CENTIMETER):
        found["dpi"] = page.get_resolution(RESUNIT.INCH)
    return page.tags.valueof("Orientation", default=1), found


def kind(page: tifffile.TiffPage) -> str:
    """Returns what reports call a page: "TIFF RGB 16-bit", "TIFF MINISBLACK+alpha 16-bit"."""
    num_colours = 1 if page.photometric in _GRAYS else 3
    extra = page.extrasamples[0] if page.extrasamples else EXTRASAMPLE.UNASSALPHA
    has_alpha = page.samplesperpixel > num_colours and extra != EXTRASAMPLE.UNSPECIFIED
    name = "gray" if num_colours == 1 else "RGB"
    return f"TIFF {name}{'+alpha' if has_alpha else ''} {page.bitspersample}-bit"


def _why_not(page: tifffile.TiffPage) -> str | None:
    bits: int | tuple[int, ...] = page.bitspersample  # several where the channels differ
    form = page.sampleformat
    if page.photometric == PHOTOMETRIC.CIELAB:
        return "CIELab colours are not read; save it as RGB"
    if page.photometric not in _READ:
        return f"TIFF pixels of the kind {_name(page.photometric)} are not read; save it as RGB"
    jpeg = (COMPRESSION.OJPEG, COMPRESSION.JPEG)
    if page.photometric == PHOTOMETRIC.YCBCR and page.compression not in jpeg:
        return "YCbCr is only read with JPEG compression; save it as RGB"
    if form == SAMPLEFORMAT.IEEEFP:
        return f"{bits}-bit float pixels have no agreed range; {_ADVICE}"
    if isinstance(bits, tuple):
        return f"channels of {', '.join(map(str, bits))} bits are not read; {_ADVICE}"
    if form == SAMPLEFORMAT.INT:
        return f"signed {bits}-bit integer pixels have no agreed range; {_ADVICE}"
    if form in (SAMPLEFORMAT.COMPLEXINT, SAMPLEFORMAT.COMPLEXIEEEFP):
        return f"complex numbers are no pixels; {_ADVICE}"
    if bits > 16:
        return f"{bits}-bit integer pixels have no agreed range; {_ADVICE}"
    if bits == 16 and page.photometric == PHOTOMETRIC.PALETTE:
        return "palettes of 16 bits are not read; save it as RGB"
    in_planes = page.planarconfig == PLANARCONFIG.SEPARATE
    if bits == 16 and in_planes and page.photometric == PHOTOMETRIC.SEPARATED:
        return "CMYK of 16 bits in planes is not read; save it as RGB"
    if bits not in (1, 2, 4, 8, 16):
        return f"{bits}-bit pixels are not read; {_ADVICE}"
    # Pillow takes what is missing for black, or reads what happens to lie behind.
    num_bytes = page.imagewidth * page.imagelength * page.samplesperpixel * bits // 8
    is_short = page.compression == COMPRESSION.NONE and 0 < sum(page.databytecounts) < num_bytes
    if is_short or len(page.dataoffsets) < math.prod(page.chunked):
        return _MISSING
    return None


def _name(value: int) -> str:
    return str(getattr(value, "name", value))
