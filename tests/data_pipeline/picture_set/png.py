"""PNG files: chunks written by hand, and the encoders of TensorFlow, PyAV and Pillow."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from picture_set import encoders
from picture_set.entry import (
    GRAY,
    GRAY_16,
    PALETTE,
    RGB,
    RGB_16,
    RGBA,
    RGBA_16,
    SIZE,
    Maker,
    as_rgb,
    exif,
    packed,
    with_alpha,
)

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Colour types of the PNG specification, table 11.1.
GRAYS, COLOURS, INDEXED, GRAY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
# Adam7: first row, first column, step of rows, step of columns of each pass.
ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2))
ADAM7 += ((1, 0, 2, 1),)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rows(values, depth):
    """Rows without a filter, each begun with the number 0 that says so."""
    height = len(values)
    if depth == 16:
        data = values.astype(">u2").reshape(height, -1).view(np.uint8)
    else:
        data = packed(values.reshape(height, -1), depth)
    return np.pad(data, ((0, 0), (1, 0))).tobytes()


def png(values, colour_type, depth, *chunks, interlaced=False, after=b"", num_idat=1):
    """The smallest PNG of these values; `chunks` lie before the pixels."""
    if interlaced:
        passes = [values[y::dy, x::dx] for y, x, dy, dx in ADAM7]
        data = b"".join(rows(part, depth) for part in passes if part.size)
    else:
        data = rows(values, depth)
    data = zlib.compress(data)
    size = -(-len(data) // num_idat)
    idat = b"".join(chunk(b"IDAT", data[i : i + size]) for i in range(0, len(data), size))
    header = struct.pack(
        ">IIBBBBB", values.shape[1], values.shape[0], depth, colour_type, 0, 0, interlaced
    )
    head = SIGNATURE + chunk(b"IHDR", header) + b"".join(chunks)
    return head + idat + after + chunk(b"IEND", b"")


def files():
    made = Maker(".png", "by hand")
    _gray(made)
    _colour(made)
    _palettes(made)
    _interlaced(made)
    _metadata(made)
    _animated(made)
    _damaged(made)
    _by_encoders(made)
    return made.files


def _gray(made):
    for depth in (1, 2, 4, 8, 16):
        values = GRAY_16 >> (16 - depth) if depth < 16 else GRAY_16
        top = 2**depth - 1
        full = (values.astype(np.uint32) * 255 // top).astype(np.uint8) if depth < 16 else values
        deep = depth == 16
        made.add(depth, "gray", as_rgb(full), png(values, GRAYS, depth), deep=deep)
        clear = int(values.max())  # not 0, which is 0 in every depth
        white = 65535 if deep else 255
        alpha = np.where(values == clear, 0, white)
        made.add(
            depth,
            "gray",
            with_alpha(as_rgb(full), alpha),
            png(values, GRAYS, depth, chunk(b"tRNS", struct.pack(">H", clear))),
            "tRNS",
            deep=deep,
            second="" if depth >= 8 else "FFmpeg passes over tRNS of gray below 8 bits",
        )
    for depth, source in ((8, RGBA), (16, RGBA_16)):
        truth = with_alpha(as_rgb(source[..., 0]), source[..., 3])
        content = png(source[..., [0, 3]], GRAY_ALPHA, depth)
        made.add(depth, "gray and alpha", truth, content, deep=depth == 16)


def _colour(made):
    for depth, rgba in ((8, RGBA), (16, RGBA_16)):
        deep = depth == 16
        rgb = rgba[..., :3].copy()
        made.add(depth, "RGB", rgba[..., :3], png(rgb, COLOURS, depth), deep=deep)
        made.add(depth, "RGBA", rgba, png(rgba, COLOUR_ALPHA, depth), deep=deep)
        clear = rgb[2, 3].copy()
        rgb[0, 0] = clear
        rgb[0, 1] = clear ^ [0, 0, 1]  # with 16 bits, another colour of the same high bytes
        alpha = np.where((rgb == clear).all(axis=-1), 0, 2**depth - 1)
        trns = chunk(b"tRNS", clear.astype(">u2").tobytes())
        content = png(rgb, COLOURS, depth, trns)
        made.add(depth, "RGB", with_alpha(rgb, alpha), content, "tRNS", deep=deep)


def _palettes(made):
    for depth in (1, 2, 4, 8):
        values = GRAY >> (8 - depth)
        colours = PALETTE[: 2**depth]
        plte = chunk(b"PLTE", colours.tobytes())
        truth = colours[values]
        made.add(depth, "palette", truth, png(values, INDEXED, depth, plte))
        for name, alphas in (
            ("one clear entry", [255, 0]),
            ("ramp of alpha", np.linspace(0, 255, 2**depth).astype(np.uint8)),
            ("first entry half clear", [128]),
        ):
            alphas = np.asarray(alphas, np.uint8)
            all_alphas = np.full(256, 255, np.uint8)
            all_alphas[: len(alphas)] = alphas
            content = png(values, INDEXED, depth, plte, chunk(b"tRNS", alphas.tobytes()))
            made.add(depth, "palette", with_alpha(truth, all_alphas[values]), content, name)


def _interlaced(made):
    for depth, layout, values, kind, truth in (
        (1, "gray", GRAY >> 7, GRAYS, as_rgb((GRAY >> 7) * 255)),
        (8, "RGB", RGB, COLOURS, RGB),
        (8, "RGBA", RGBA, COLOUR_ALPHA, RGBA),
        (16, "gray", GRAY_16, GRAYS, as_rgb(GRAY_16)),
        (16, "RGB", RGB_16, COLOURS, RGB_16),
    ):
        content = png(values, kind, depth, interlaced=True)
        made.add(depth, layout, truth, content, "interlaced", deep=depth == 16)
    content = png(GRAY >> 4, INDEXED, 4, chunk(b"PLTE", PALETTE[:16].tobytes()), interlaced=True)
    made.add(4, "palette", PALETTE[GRAY >> 4], content, "interlaced")


def _metadata(made):
    """Chunks that say how to show the pixels or turn them; the pixels stay what they are."""
    profile = bytes(16) + b"RGB " + bytes(108)
    for metadata, *chunks in (
        ("gamma 1.0", chunk(b"gAMA", struct.pack(">I", 100000))),
        ("gamma 2.2", chunk(b"gAMA", struct.pack(">I", 45455))),
        ("sRGB", chunk(b"sRGB", b"\0")),
        ("colour profile", chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))),
        ("background colour", chunk(b"bKGD", struct.pack(">3H", 1, 2, 3))),
        ("significant bits", chunk(b"sBIT", b"\5\6\5")),
        ("resolution", chunk(b"pHYs", struct.pack(">IIB", 2835, 5670, 1))),
        ("long text", chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(2**21)))),
        ("long XMP", chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(2**21)))),
        ("40 long texts", *[chunk(b"tEXt", b"x\0" + b"y" * 2**21)] * 40),
        ("unknown chunk", chunk(b"abCd", b"x")),
        ("EXIF that is none", chunk(b"eXIf", b"garbage")),
    ):
        second = "FFmpeg refuses such EXIF" if "none" in metadata else ""
        made.add(8, "RGB", RGB, png(RGB, COLOURS, 8, *chunks), metadata, second=second)
    for orientation in range(1, 9):
        content = png(RGB, COLOURS, 8, chunk(b"eXIf", exif(orientation)))
        made.add(8, "RGB", RGB, content, f"EXIF {orientation}", orientation=orientation)
    for wrong in (0, 9, 65535):
        made.add(
            8, "RGB", RGB, png(RGB, COLOURS, 8, chunk(b"eXIf", exif(wrong))), f"EXIF wrong {wrong}"
        )
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    content = png(RGB, COLOURS, 8, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp))
    made.add(8, "RGB", RGB, content, "XMP orientation 6", orientation=6)
    content = png(RGB_16, COLOURS, 16, chunk(b"eXIf", exif(6)))
    made.add(16, "RGB", RGB_16, content, "EXIF 6", orientation=6, deep=True)
    late = png(RGB, COLOURS, 8, after=chunk(b"eXIf", exif(8)))
    made.add(8, "RGB", RGB, late, "EXIF 8 after the pixels", orientation=8)


def _animated(made):
    """APNG: the first picture is that of IDAT, whether or not it is part of the animation."""

    def control(number, delay=1):
        shape = struct.pack(">IIIII", number, SIZE[1], SIZE[0], 0, 0)
        return chunk(b"fcTL", shape + struct.pack(">HHBB", delay, 10, 0, 0))

    other = struct.pack(">I", 1) + zlib.compress(rows(RGB[::-1], 8))
    actl = chunk(b"acTL", struct.pack(">II", 2, 0))
    after = control(1) + chunk(b"fdAT", struct.pack(">I", 2) + other[4:])
    content = png(RGB, COLOURS, 8, actl, control(0), after=after)
    made.add(8, "RGB", RGB, content, "animated")
    actl = chunk(b"acTL", struct.pack(">II", 1, 0))
    content = png(RGB, COLOURS, 8, actl, after=control(0) + chunk(b"fdAT", other))
    made.add(8, "RGB", RGB, content, "animated, first picture apart")


def _damaged(made):
    content = png(RGB, COLOURS, 8)
    made.add(8, "RGB", RGB, content + b"garbage", "bytes after the end")
    made.add(8, "RGB", RGB, png(RGB, COLOURS, 8, num_idat=5), "pixels in 5 chunks")
    made.add(8, "RGB", None, content[: len(content) // 2], "cut off", refused="truncated")
    broken = bytearray(content)
    broken[60] ^= 255
    made.add(8, "RGB", None, bytes(broken), "a broken byte", refused="broken")
    noise = png(np.resize(RGB, (400, 400, 3)), COLOURS, 8)
    made.add(8, "RGB", None, noise[:-200], "cut off near the end", refused="truncated")


def _by_encoders(made):
    la, la_16 = RGBA[..., [0, 3]], RGBA_16[..., [0, 3]]
    for depth, layout, values, truth in (
        (8, "gray", GRAY[..., None], as_rgb(GRAY)),
        (8, "gray and alpha", la, RGBA[..., [0, 0, 0, 3]]),
        (8, "RGB", RGB, RGB),
        (8, "RGBA", RGBA, RGBA),
        (16, "gray", GRAY_16[..., None], as_rgb(GRAY_16)),
        (16, "gray and alpha", la_16, RGBA_16[..., [0, 0, 0, 3]]),
        (16, "RGB", RGB_16, RGB_16),
        (16, "RGBA", RGBA_16, RGBA_16),
    ):
        content = encoders.tensorflow_png(values)
        made.add(depth, layout, truth, content, writer="TensorFlow", deep=depth == 16)
    for depth, layout, values, pixels, truth in (
        (8, "gray", GRAY, "gray", as_rgb(GRAY)),
        (8, "RGB", RGB, "rgb24", RGB),
        (8, "RGBA", RGBA, "rgba", RGBA),
        (16, "gray", GRAY_16, "gray16be", as_rgb(GRAY_16)),
        (16, "RGB", RGB_16, "rgb48be", RGB_16),
        (16, "RGBA", RGBA_16, "rgba64be", RGBA_16),
    ):
        content = encoders.pyav(values, pixels, "png")
        made.add(depth, layout, truth, content, writer="PyAV", deep=depth == 16)
    for depth, layout, image, truth in (
        (1, "gray", Image.fromarray(GRAY > 127), as_rgb(np.where(GRAY > 127, 255, 0))),
        (8, "palette", Image.fromarray(GRAY), None),
        (8, "RGB", Image.fromarray(RGB), RGB),
        (8, "RGBA", Image.fromarray(RGBA), RGBA),
    ):
        if truth is None:
            image.putpalette(PALETTE.tobytes())
            truth = PALETTE[GRAY]
        stream = io.BytesIO()
        image.save(stream, "PNG", optimize=True)
        made.add(depth, layout, truth.astype(np.uint8), stream.getvalue(), writer="Pillow")
