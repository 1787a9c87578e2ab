"""Pictures of 2, 4 and more bands: read as they are stored, and shown in RGB.

Here a fourth channel is a band like the others, not alpha.
"""

from collections.abc import Iterable
from typing import BinaryIO

import numpy as np
from PIL import Image

from data_pipeline import tiff
from data_pipeline.decoding import File, Picture, opened, orientation_of, picture_of
from data_pipeline.limits import refuse_too_large
from data_pipeline.pillow_faults import decode_16_bit_png
from data_pipeline.pillow_opening import opened_by_pillow

FITS = r"it would fit channels=(\d+)"  # in the reason of `refuse_other_bands`
_PNG_BANDS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the type of colour in its header


def read_bands(file: File, channels: int, *, deep: bool = False) -> Picture:
    """Reads all bands of a TIFF or PNG as they are stored: nothing is blended or converted.

    Of a PNG with alpha, alpha is the last band. EXIF orientation is applied. 16 bits become 8 by
    their high byte.

    Args:
        file: A path, or the bytes of an encoded picture.
        channels: How many bands it must have.
        deep: Keep 16 bits per band where the file has them. Needs TensorFlow for PNG.

    Returns:
        A `Picture` of uint8 `(h, w, channels)`, or uint16 with `deep` and a file of 16 bits; its
        `info` has no colour profile.

    Raises:
        ValueError: It has another number of bands, is of another format, or can't be decoded. The
            text gives the reason, not the name of the file.
    """
    with opened(file) as (stream, head):
        if tiff.is_tiff(head):
            picture = _of_tiff(stream, channels)
        else:
            with opened_by_pillow(stream, head) as image:
                picture = _of_image(image, stream, head, channels, deep)
    pixels = picture.pixels
    if pixels.dtype == np.uint16 and not deep:
        pixels = (pixels >> 8).astype(np.uint8)
    return Picture(pixels, {k: v for k, v in picture.info.items() if k == "dpi"})


def bands_left_out(file: File | np.ndarray) -> int:
    """Returns how many bands a picture has of which `read_picture` leaves some out; 0 for others.

    That are TIFF files with samples which are neither colour nor alpha.

    Raises:
        ValueError: It is no picture that is read.
    """
    if isinstance(file, np.ndarray):
        return 0
    with opened(file) as (stream, head):
        if not tiff.is_tiff(head):
            return 0
        with tiff.first_page(stream) as page:
            return page.samplesperpixel if tiff.has_other_samples(page) else 0


def refuse_other_bands(found: int, channels: int, more: str = "") -> None:
    """Raises ValueError for a picture of another number of bands, with what would fit it.

    Args:
        found: Bands of the picture.
        channels: Bands that are wanted.
        more: Added to the sentence.
    """
    if found != channels:
        raise ValueError(
            f"it has {found} band{'s' * (found != 1)}, and channels={channels} takes pictures of "
            f"exactly {channels}{more}; it would fit channels={found} (--channels {found})"
        )


def rgb_view(image: np.ndarray) -> np.ndarray:
    """Returns what people, previews and measures see of a picture: three channels.

    Gray is shown as gray, two bands by the first one in gray, four and more by the first three as
    red, green and blue.

    Args:
        image: `(..., channels)` of any dtype.

    Returns:
        `(..., 3)`; a view of `image` where it has three channels or more.

    >>> rgb_view(np.zeros((4, 5, 1))).shape, rgb_view(np.zeros((4, 5, 8))).shape
    ((4, 5, 3), (4, 5, 3))
    """
    return image[..., :3] if image.shape[-1] >= 3 else np.repeat(image[..., :1], 3, axis=-1)


def rgb_views(images: Iterable[np.ndarray]) -> list[np.ndarray]:
    """Returns the `rgb_view` of each image, in memory of its own order, as measures want it."""
    return [np.ascontiguousarray(rgb_view(image)) for image in images]


def _of_tiff(stream: BinaryIO, channels: int) -> Picture:
    with tiff.first_page(stream) as page:
        refuse_too_large(page.imagewidth, page.imagelength)
        num_pages = len(page.parent.pages) if page.samplesperpixel == 1 else 1
        pages = f" in one page (its {num_pages} pages are not joined)" if num_pages > 1 else ""
        refuse_other_bands(page.samplesperpixel, channels, pages)
        if page.bitspersample not in (8, 16):
            raise ValueError(
                f"bands of {page.bitspersample} bits are not read; save it with 8 or 16 bits"
            )
        pixels = tiff.samples(page)
        if pixels is None:
            raise ValueError(tiff.needs_imagecodecs(page))
        return picture_of(pixels, *tiff.info(page))


def _of_image(
    image: Image.Image, stream: BinaryIO, head: bytes, channels: int, deep: bool
) -> Picture:
    refuse_other_bands(_bands_of(image, head), channels)
    if image.format != "PNG":
        raise ValueError(
            f"channels={channels} takes TIFF and PNG, where bands stay as they are; received "
            f"{image.format}"
        )
    image.load()  # The whole file: a truncated one raises here.
    orientation = orientation_of(image)
    if deep and head[24] == 16:
        stream.seek(0)
        return picture_of(decode_16_bit_png(stream.read(), channels), orientation, image.info)
    return picture_of(np.array(image), orientation, image.info)


def _bands_of(image: Image.Image, head: bytes) -> int:
    return _PNG_BANDS[head[25]] if image.format == "PNG" else len(image.getbands())
