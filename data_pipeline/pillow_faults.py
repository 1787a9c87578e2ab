"""What Pillow misreads of BMP, GIF and PNG put right; TIFF has a module of its own."""

import struct
from typing import BinaryIO

import numpy as np
from PIL import Image
from PIL.GifImagePlugin import GifImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import (
    BITSPERSAMPLE,
    COLORMAP,
    PHOTOMETRIC_INTERPRETATION,
    PLANAR_CONFIGURATION,
    SAMPLEFORMAT,
    TiffImageFile,
)

from data_pipeline.pixels import pixels_of

_OS2_HEADER = struct.pack("<I", 12)  # its length; it knows no compression


def pixels_of_file(
    image: Image.Image, stream: BinaryIO, head: bytes, deep: bool = False
) -> np.ndarray:
    """Turns the image of a file into RGB, with alpha where it has transparency.

    Args:
        image: The image of a file, not loaded.
        stream: The file.
        head: The first 32 bytes of it.
        deep: Keep 16 bits per channel.

    Returns:
        As `pixels_of`, but uint16 with `deep` and 16-bit colour, too.

    Raises:
        ValueError: As in `pixels_of`; decoders raise other errors, too.
    """
    if _is_rle_bmp(head):
        stream.seek(0)
        return _decode_rle_bmp(stream.read())
    image.load()  # The whole file: a truncated one raises here.
    if isinstance(image, GifImageFile):
        return _on_canvas(pixels_of(image), image)
    if image.format == "PNG":
        return _of_png(image, stream, head, deep)
    return pixels_of(image, deep)


def _is_rle_bmp(head: bytes) -> bool:
    return head.startswith(b"BM") and head[14:18] != _OS2_HEADER and head[30:31] in (b"\1", b"\2")


def _decode_rle_bmp(content: bytes) -> np.ndarray:
    """By FFmpeg: Pillow misreads jumps and odd widths, or refuses files that end early."""
    import av

    (start,), (size,) = struct.unpack("<I", content[10:14]), struct.unpack("<I", content[34:38])
    if len(content) < start + size:
        raise ValueError("image file is truncated")
    (frame,) = av.CodecContext.create("bmp", "r").decode(av.Packet(content))
    return frame.to_ndarray(format="rgb24")


def _of_png(image: Image.Image, stream: BinaryIO, head: bytes, deep: bool) -> np.ndarray:
    depth, is_coloured = head[24], head[25] & 6  # bits of the colour type: colour, alpha
    clear = image.info.get("transparency")
    if depth == 16 and is_coloured and (deep or clear is not None):
        # Pillow has 8 bits of it, and compares those with a transparent colour of 16.
        stream.seek(0)
        pixels = decode_16_bit_png(stream.read(), 4 if image.has_transparency_data else 3)
        return pixels if deep else (pixels >> 8).astype(np.uint8)
    if depth < 8 and image.mode in ("1", "L") and clear is not None and clear < 2**depth:
        # The gray value that is transparent, stretched as Pillow does it to the pixels.
        image.info["transparency"] = clear * 255 // (2**depth - 1)
    return pixels_of(image, deep)


def _on_canvas(pixels: np.ndarray, gif: GifImageFile) -> np.ndarray:
    """Lays the background where the first frame leaves its canvas bare; Pillow lays colour 0."""
    colours, index = gif.global_palette, gif.info.get("background")
    if pixels.shape[-1] == 3 and colours and gif.dispose_extent and index is not None:
        colour = list(colours.palette[3 * index : 3 * index + 3])
        left, upper, right, lower = gif.dispose_extent
        if len(colour) == 3:
            frame = pixels[upper:lower, left:right].copy()
            pixels[:] = colour
            pixels[upper:lower, left:right] = frame
    return pixels


def decode_16_bit_png(content: bytes, num_channels: int) -> np.ndarray:
    """Reads all channels of a PNG of 16 bits as they are stored: uint16 `(h, w, num_channels)`."""
    import tensorflow as tf  # Slow to load.

    return tf.io.decode_png(content, num_channels, tf.uint16).numpy()


def is_misread(image: Image.Image) -> bool:
    """Whether Pillow gives other pixels or transparency than the file of this image has.

    Of a PNG that is loaded already it can't be told any more.
    """
    if isinstance(image, TiffImageFile):
        return _is_misread_tiff(image)
    if image.format == "BMP":
        return image.info.get("compression") in (1, 2)  # run lengths
    if isinstance(image, PngImageFile) and "transparency" in image.info and image.tile:
        return image.tile[0].args in ("1", "L;2", "L;4", "RGB;16B")
    return False


def _is_misread_tiff(image: TiffImageFile) -> bool:
    tags = image.tag_v2
    all_bits = tags.get(BITSPERSAMPLE, (1,))
    is_deep = max(all_bits) > 8
    photometric = tags.get(PHOTOMETRIC_INTERPRETATION)
    if 2 in tags.get(SAMPLEFORMAT, ()) or max(all_bits) == 12:  # 2: signed
        return True
    if photometric == 6 and image.info.get("compression") not in ("jpeg", "tiff_jpeg"):  # YCbCr
        return True
    if tags.get(PLANAR_CONFIGURATION) == 2 and (is_deep or len(all_bits) == 2):
        return True
    if max(tags.get(COLORMAP, (65535,))) < 256:  # colours of 8 bits, taken for 16
        return True
    return is_deep and photometric == 0  # 0 is white
