"""Picture files with all that should survive a translation: depth, colour profile, resolution.

Plain uint8 reading and writing is in images.py.
"""

import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from data_pipeline.files import atomic_file

LOSSY = (".jpg", ".jpeg", ".webp")
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Picture:
    """Pixels and what belongs to them.

    Args:
        pixels: uint8 or uint16 `(h, w, 3 or 4)`.
        info: `icc_profile` (bytes) and `dpi` (pair of numbers), where the file has them.
    """

    pixels: np.ndarray
    info: dict = field(default_factory=dict)


def read_picture(path, deep: bool = False) -> Picture:
    """Reads a picture with its colour profile and resolution.

    Args:
        path: Of the picture.
        deep: Keep 16 bits per channel where the file has them (PNG; gray also TIFF).

    Raises:
        ImageError: The file is missing, truncated, or no picture.
    """
    pixels = None
    if deep:
        pixels = _read_deep(path)
    if pixels is None:
        pixels = images.read_image(path)
    with Image.open(path) as image:
        info = {key: image.info[key] for key in ("icc_profile", "dpi") if image.info.get(key)}
        # A profile for gray or CMYK doesn't fit the RGB that the pixels have become.
        if info.get("icc_profile", b"")[16:20] != b"RGB ":
            info.pop("icc_profile", None)
    return Picture(pixels, info)


def _read_deep(path):
    """Returns uint16 RGB or RGBA, or None where the file hasn't got 16 bits."""
    try:
        with open(path, "rb") as file:
            start = file.read(26)
            # Of a PNG: bit depth, colour type. Pillow reads 16-bit colour as 8-bit.
            if start.startswith(_PNG) and start[24] == 16:
                import tensorflow as tf

                channels = 4 if start[25] & 4 else 3
                content = start + file.read()
                return tf.io.decode_png(content, channels, tf.uint16).numpy()
        with Image.open(path) as image:
            if image.mode.startswith("I;16"):
                gray = np.asarray(image).astype(np.uint16)
                return np.repeat(gray[..., None], 3, axis=-1)
    except FileNotFoundError as error:
        raise ImageError(f"{path} does not exist.") from error
    except Exception as error:  # what both decoders raise on broken files has many types
        raise ImageError(f"{path} cannot be read: {str(error).splitlines()[0]}.") from error
    return None


def write_picture(path, picture: Picture, quality: int = 90):
    """Writes a picture in the format of the suffix, atomically.

    Args:
        path: Ends in a suffix that Pillow can write: .png, .jpg, .webp, .tif, ...
        picture: uint16 pixels can only become PNG.
        quality: Of JPEG and WebP, 1 to 100; 100 makes WebP lossless.

    Raises:
        ImageError: It can't be written: no space, no permission, unknown format, too large for it.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    pixels, options = picture.pixels, dict(picture.info)
    if pixels.dtype == np.uint16:
        _write_deep(path, picture)
        return
    if suffix in LOSSY:
        options |= {"quality": quality}
        if suffix == ".webp" and quality == 100:
            options |= {"lossless": True}
        if suffix != ".webp" and pixels.shape[-1] == 4:  # JPEG has no transparency
            alpha = pixels[..., 3:].astype(np.float32) / 255
            flat = pixels[..., :3] * alpha + 255 * (1 - alpha)
            pixels = np.rint(flat).astype(np.uint8)
    elif suffix in (".tif", ".tiff"):
        options |= {"compression": "tiff_deflate"}
    images.write_image(path, pixels, **options)


def _write_deep(path, picture):
    if path.suffix.lower() != ".png":
        raise ImageError(f"{path} can't hold 16 bits per channel: write PNG.")
    import tensorflow as tf

    content = tf.io.encode_png(picture.pixels).numpy()
    header = len(_PNG) + 25  # signature and IHDR; the chunks below have to follow
    extra = b""
    if "icc_profile" in picture.info:
        extra += _chunk(b"iCCP", b"profile\0\0" + zlib.compress(picture.info["icc_profile"]))
    if "dpi" in picture.info:
        per_meter = [round(float(dpi) / 0.0254) for dpi in picture.info["dpi"]]
        extra += _chunk(b"pHYs", struct.pack(">IIB", *per_meter, 1))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as partial:
            Path(partial).write_bytes(content[:header] + extra + content[header:])
    except OSError as error:
        raise ImageError(f"{path} cannot be written: {error}.") from error


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
