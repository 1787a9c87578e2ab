"""WebP files by Pillow and PyAV, and some put together from their chunks."""

import io
import struct

import numpy as np
from PIL import Image

from picture_set import encoders
from picture_set.entry import RGB, RGBA, SMOOTH, Maker, exif, with_alpha

BAR = 12  # levels; WebP always halves the chroma


def by_pillow(image, **options):
    stream = io.BytesIO()
    image.save(stream, "WEBP", **options)
    return stream.getvalue()


def chunk(kind, data):
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def files():
    made = Maker(".webp", "Pillow")
    _plain(made)
    _metadata(made)
    _animated(made)
    content = by_pillow(Image.fromarray(RGB), lossless=True)
    made.add(8, "RGB", RGB, content + b"garbage!", "bytes after the end")
    made.add(8, "RGB", None, content[: len(content) // 2], "cut off", refused="damaged or cut off")
    return made.files


def _plain(made):
    lossless = {"lossless": True, "exact": True}
    made.add(8, "RGB", RGB, by_pillow(Image.fromarray(RGB), **lossless), "lossless")
    made.add(8, "RGBA", RGBA, by_pillow(Image.fromarray(RGBA), **lossless), "lossless")
    content = by_pillow(Image.fromarray(SMOOTH), quality=95)
    made.add(8, "RGB", SMOOTH, content, "lossy", tolerance=BAR)
    alpha = np.ascontiguousarray(SMOOTH[..., 1]) | 128
    rgba = with_alpha(SMOOTH, alpha)
    content = by_pillow(Image.fromarray(rgba), quality=95, exact=True)
    made.add(8, "RGBA", rgba, content, "lossy", tolerance=BAR)
    content = encoders.pyav(RGBA[..., [2, 1, 0, 3]].copy(), "bgra", "libwebp", lossless="1")
    made.add(8, "RGBA", RGBA, content, "lossless", writer="PyAV")
    content = encoders.pyav_yuv(SMOOTH, "yuv420p", "libwebp", quality="95")
    made.add(8, "RGB", SMOOTH, content, "lossy", writer="PyAV", tolerance=BAR)


def _metadata(made):
    image = Image.fromarray(RGB)
    profile = bytes(16) + b"RGB " + bytes(108)
    for metadata, options in (
        ("colour profile", {"icc_profile": profile}),
        ("XMP", {"xmp": b"<x/>"}),
        ("EXIF that is none", {"exif": b"Exif\0\0garbage"}),
    ):
        made.add(8, "RGB", RGB, by_pillow(image, lossless=True, **options), metadata)
    for orientation in (*range(1, 9), 0, 9):
        right = orientation in range(1, 9)
        content = by_pillow(image, lossless=True, exif=b"Exif\0\0" + exif(orientation))
        name = f"EXIF {orientation}" if right else f"EXIF wrong {orientation}"
        made.add(8, "RGB", RGB, content, name, orientation=orientation if right else 1)
    # Without the six bytes "Exif\0\0", as the container's specification has it.
    bare = by_pillow(image, lossless=True, exif=exif(6))
    made.add(8, "RGB", RGB, bare, "EXIF 6, bare", orientation=6)


def _animated(made):
    """The first picture is read, laid onto a canvas that is clear where it doesn't reach."""
    no_animation = "FFmpeg skips animated WebP"
    image, other = Image.fromarray(RGB), Image.fromarray(RGB[::-1].copy())
    options = {"save_all": True, "append_images": [other], "lossless": True}
    made.add(8, "RGB", RGB, by_pillow(image, **options), "animated", second=no_animation)
    image, other = Image.fromarray(RGBA), Image.fromarray(RGBA[::-1].copy())
    content = by_pillow(image, **options, exact=True)
    made.add(8, "RGBA", RGBA, content, "animated", second=no_animation)
    part = np.ascontiguousarray(RGB[2:7, 4:9])
    vp8l = by_pillow(Image.fromarray(part), lossless=True)[12:]  # its one chunk, VP8L
    canvas = bytes([0x12, 0, 0, 0]) + _24_bits(RGB.shape[1] - 1) + _24_bits(RGB.shape[0] - 1)
    place = _24_bits(2) + _24_bits(1) + _24_bits(part.shape[1] - 1) + _24_bits(part.shape[0] - 1)
    body = chunk(b"VP8X", canvas) + chunk(b"ANIM", struct.pack("<IH", 0xFF102030, 0))
    body += chunk(b"ANMF", place + _24_bits(100) + b"\0" + vp8l)
    content = b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    rgba = np.zeros(RGBA.shape, np.uint8)
    rgba[2:7, 4:9] = with_alpha(part, np.full(part.shape[:2], 255))
    name = "animated, frame smaller than its canvas"
    made.add(8, "RGBA", rgba, content, name, second=no_animation)


def _24_bits(number):
    return struct.pack("<I", number)[:3]
