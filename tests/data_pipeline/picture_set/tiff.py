"""TIFF files: tags written by hand, one strip without compression unless told otherwise."""

import struct

import numpy as np

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
    packed,
)

# Tags of the TIFF 6.0 specification.
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
STRIP_OFFSETS, ORIENTATION, SAMPLES, ROWS_PER_STRIP, STRIP_BYTES = 273, 274, 277, 278, 279
PLANES, COLOUR_MAP, EXTRA_SAMPLES, SAMPLE_FORMAT, SUBSAMPLING = 284, 320, 338, 339, 530
WHITE_IS_ZERO, BLACK_IS_ZERO, AS_RGB, INDEXED, SEPARATED, YCBCR, LAB = 0, 1, 2, 3, 5, 6, 8
UNSPECIFIED, PREMULTIPLIED, STRAIGHT = 0, 1, 2
SIGNED, FLOAT = 2, 3


def tiff(data, *, bits, photometric, samples=1, size=SIZE, tags=(), order="<", then=b"", more=0):
    """`data`: one strip, or several where the planes lie apart; `tags`: {number: values}."""
    strips = data if isinstance(data, list) else [data]
    offsets, at = [], 8
    for strip in strips:
        offsets.append(at)
        at += len(strip)
    at += at % 2
    tags = {
        WIDTH: size[1],
        HEIGHT: size[0],
        BITS: [bits] * samples,
        COMPRESSION: 1,
        PHOTOMETRIC: photometric,
        STRIP_OFFSETS: offsets,
        SAMPLES: samples,
        ROWS_PER_STRIP: size[0],
        STRIP_BYTES: [len(strip) for strip in strips],
        **dict(tags),
    }
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, at)
    entries, extra, extra_at = b"", b"", at + 2 + 12 * len(tags) + 4
    for number, values in sorted(tags.items()):
        values = values if isinstance(values, list) else [values]
        kind, letter = (4, "I") if number in (STRIP_OFFSETS, STRIP_BYTES) else (3, "H")
        raw = struct.pack(f"{order}{len(values)}{letter}", *values)
        if len(raw) > 4:
            entries += struct.pack(order + "HHII", number, kind, len(values), extra_at + len(extra))
            extra += raw
        else:
            entries += struct.pack(order + "HHI", number, kind, len(values)) + raw.ljust(4, b"\0")
    body = b"".join(strips)
    body += b"\0" * (len(body) % 2)
    return (
        head
        + body
        + struct.pack(order + "H", len(tags))
        + entries
        + struct.pack(order + "I", more)
        + extra
        + then
    )


def raw(values, bits, order="<"):
    """Samples as they lie in a strip."""
    if bits == 16:
        return values.astype(order + "u2").tobytes()
    return packed(values.reshape(len(values), -1), bits).tobytes()


def files():
    made = Maker(".tif", "by hand")
    _gray(made)
    _gray_of_other_numbers(made)
    _alpha(made)
    _colours(made)
    _planes(made)
    _orientations(made)
    return made.files


def _gray(made):
    for depth in (1, 2, 4, 8, 16):
        values = GRAY_16 >> (16 - depth)
        deep = depth > 8
        full = values if deep else np.rint(values * (255 / (2**depth - 1)))
        for photometric, name in ((BLACK_IS_ZERO, ""), (WHITE_IS_ZERO, "white is 0")):
            truth = full if photometric else (65535 if deep else 255) - full.astype(np.int64)
            truth = as_rgb(truth.astype(np.uint16 if deep else np.uint8))
            for order, end in (("<", ""), (">", "big-endian")):
                content = tiff(
                    raw(values, depth, order), bits=depth, photometric=photometric, order=order
                )
                metadata = f"{name} {end}".strip()
                made.add(depth, "gray", truth, content, metadata, deep=deep)
    for depth in (1, 8):
        values = GRAY >> (8 - depth)
        mirrored = np.packbits(
            np.unpackbits(packed(values, depth), axis=1, bitorder="little"), axis=1
        )
        content = tiff(mirrored.tobytes(), bits=depth, photometric=1, tags={FILL_ORDER: 2})
        made.add(
            depth, "gray", as_rgb(values * (255 if depth == 1 else 1)), content, "low bit first"
        )


def _gray_of_other_numbers(made):
    for order, end in (("<", ""), (">", "big-endian")):
        content = tiff(raw(GRAY_16 >> 4, 12, order), bits=12, photometric=1, order=order)
        made.add(12, "gray", None, content, end, refused="12-bit")
    for depth, dtype, kind, reason in (
        ("32", "<u4", 1, "32-bit integer"),
        ("32 signed", "<i4", SIGNED, "32-bit integer"),
        ("32 float", "<f4", FLOAT, "32-bit float"),
        ("64 float", "<f8", FLOAT, "64-bit float"),
        ("16 float", "<f2", FLOAT, "16-bit float"),
        ("16 signed", "<i2", SIGNED, "signed"),
        ("8 signed", "i1", SIGNED, "signed"),
    ):
        values = (GRAY >> 1).astype(dtype)
        content = tiff(
            values.tobytes(),
            bits=values.itemsize * 8,
            photometric=BLACK_IS_ZERO,
            tags={SAMPLE_FORMAT: kind},
        )
        made.add(depth, "gray", None, content, refused=reason)
    for depth, dtype, kind in (("32 float", "<f4", FLOAT), ("32", "<u4", 1)):
        tags = {SAMPLE_FORMAT: [kind] * 3}
        content = tiff(
            RGB.astype(dtype).tobytes(), bits=32, photometric=AS_RGB, samples=3, tags=tags
        )
        made.add(depth, "RGB", None, content, refused="32-bit")


def _alpha(made):
    """Extra samples; premultiplied colours have lost something, so a level or two may differ."""
    unread = "FFmpeg passes over ExtraSamples"
    for depth, source in ((8, RGBA), (16, RGBA_16)):
        top = 2**depth - 1
        deep = depth == 16
        source = source.copy()
        source[..., 3] |= (top + 1) // 2  # Colours behind little alpha would be lost.
        colour, alpha = source[..., :3], source[..., 3]
        multiplied = np.rint(colour * (alpha[..., None] / top)).astype(source.dtype)
        for layout, pixels, photometric in (
            ("gray and alpha", source[..., [0, 3]], BLACK_IS_ZERO),
            ("RGBA", source, AS_RGB),
        ):
            n = pixels.shape[-1]
            truth = source if n == 4 else source[..., [0, 0, 0, 3]]
            for kind, name in (
                (STRAIGHT, "straight"),
                (PREMULTIPLIED, "premultiplied"),
                (UNSPECIFIED, "unspecified extra"),
            ):
                stored = pixels
                if kind == PREMULTIPLIED:
                    stored = np.concatenate([multiplied[..., : n - 1], alpha[..., None]], axis=-1)
                for order, end in (("<", ""), (">", "big-endian")):
                    content = tiff(
                        stored.astype(stored.dtype.newbyteorder(order)).tobytes(),
                        bits=depth,
                        photometric=photometric,
                        samples=n,
                        tags={EXTRA_SAMPLES: kind},
                        order=order,
                    )
                    made.add(
                        depth,
                        layout,
                        truth[..., :3] if kind == UNSPECIFIED else truth,
                        content,
                        f"{name} {end}".strip(),
                        deep=deep,
                        tolerance=2 if kind == PREMULTIPLIED else 0,
                        second="" if kind == STRAIGHT else unread,
                    )
        content = tiff(source.tobytes(), bits=depth, photometric=AS_RGB, samples=4)
        made.add(depth, "RGBA", source, content, "no ExtraSamples", deep=deep)


def _colours(made):
    for depth, rgb in ((8, RGB), (16, RGB_16)):
        for order, end in (("<", ""), (">", "big-endian")):
            content = tiff(
                raw(rgb, depth, order), bits=depth, photometric=AS_RGB, samples=3, order=order
            )
            made.add(depth, "RGB", rgb, content, end, deep=depth == 16)
    for depth in (1, 2, 4, 8):
        values, palette = GRAY >> (8 - depth), PALETTE[: 2**depth]
        colours = (palette.astype(np.uint16) * 257).T.ravel().tolist()
        content = tiff(
            raw(values, depth), bits=depth, photometric=INDEXED, tags={COLOUR_MAP: colours}
        )
        made.add(depth, "palette", palette[values], content)
    five = np.concatenate([RGBA, GRAY[..., None]], axis=-1)
    content = tiff(
        five.tobytes(), bits=8, photometric=AS_RGB, samples=5, tags={EXTRA_SAMPLES: [2, 0]}
    )
    extra = "FFmpeg doesn't know 5 channels"
    made.add(8, "RGBA and one more", RGBA, content, second=extra)
    inks = RGBA
    colours = (255 - inks[..., :3].astype(int)) * (255 - inks[..., 3:].astype(int)) / 255
    content = tiff(inks.tobytes(), bits=8, photometric=SEPARATED, samples=4)
    made.add(8, "CMYK", np.rint(colours).astype(np.uint8), content, tolerance=1)
    content = tiff((inks.astype("<u2") * 257).tobytes(), bits=16, photometric=SEPARATED, samples=4)
    as_rgba = "FFmpeg takes the inks for RGBA"
    rgb = np.rint(colours).astype(np.uint8)
    made.add(16, "CMYK", rgb, content, tolerance=1, second=as_rgba)
    only_jpeg = "only read with JPEG"
    for name, tags in (("", {SUBSAMPLING: [1, 1]}), ("halved chroma", {})):
        content = tiff(RGB.tobytes(), bits=8, photometric=YCBCR, samples=3, tags=tags)
        made.add(8, "YCbCr", None, content, name, refused=only_jpeg)
    content = tiff(RGB.tobytes(), bits=8, photometric=LAB, samples=3)
    made.add(8, "CIELab", None, content, refused="CIELab")


def _planes(made):
    """Planes one after the other instead of pixels."""
    for depth, pixels, photometric, layout in (
        (8, RGB, AS_RGB, "RGB"),
        (8, RGBA, AS_RGB, "RGBA"),
        (16, RGB_16, AS_RGB, "RGB"),
        (16, RGBA_16, AS_RGB, "RGBA"),
        (8, RGBA[..., [0, 3]], BLACK_IS_ZERO, "gray and alpha"),
        (16, RGBA_16[..., [0, 3]], BLACK_IS_ZERO, "gray and alpha"),
    ):
        n = pixels.shape[-1]
        tags = {PLANES: 2} | ({EXTRA_SAMPLES: STRAIGHT} if n in (2, 4) else {})
        truth = pixels[..., [0, 0, 0, 1]] if n == 2 else pixels
        for order, end in (("<", ""), (">", "big-endian")):
            strips = [raw(pixels[..., i], depth, order) for i in range(n)]
            content = tiff(
                strips, bits=depth, photometric=photometric, samples=n, tags=tags, order=order
            )
            made.add(
                depth,
                layout,
                truth,
                content,
                f"planes apart {end}".strip(),
                deep=depth == 16,
                second="FFmpeg doesn't read it" if n == 2 else "",
            )


def _orientations(made):
    for orientation in range(1, 9):
        content = tiff(
            RGB.tobytes(), bits=8, photometric=AS_RGB, samples=3, tags={ORIENTATION: orientation}
        )
        made.add(8, "RGB", RGB, content, f"orientation {orientation}", orientation=orientation)
    for wrong in (0, 9):
        content = tiff(
            RGB.tobytes(), bits=8, photometric=AS_RGB, samples=3, tags={ORIENTATION: wrong}
        )
        made.add(8, "RGB", RGB, content, f"orientation wrong {wrong}")
    content = tiff(RGB_16.tobytes(), bits=16, photometric=AS_RGB, samples=3, tags={ORIENTATION: 6})
    made.add(16, "RGB", RGB_16, content, "orientation 6", orientation=6, deep=True)
    content = tiff(GRAY.tobytes(), bits=8, photometric=0, tags={ORIENTATION: 5})
    made.add(8, "gray", as_rgb(255 - GRAY), content, "white is 0, orientation 5", orientation=5)
