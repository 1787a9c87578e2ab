"""TIFF files written by hand, without compression."""

import numpy as np

from picture_set.entry import (
    GRAY,
    GRAY_16,
    PALETTE,
    RGB,
    RGB_16,
    RGBA,
    RGBA_16,
    Maker,
    as_rgb,
    packed,
    with_alpha,
)
from picture_set.tiff_writer import (
    AS_RGB,
    BLACK_IS_ZERO,
    COLOUR_MAP,
    EXTRA_SAMPLES,
    FILL_ORDER,
    FLOAT,
    INDEXED,
    LAB,
    ORIENTATION,
    PLANES,
    PREMULTIPLIED,
    SAMPLE_FORMAT,
    SEPARATED,
    SIGNED,
    STRAIGHT,
    SUBSAMPLING,
    UNSPECIFIED,
    WHITE_IS_ZERO,
    YCBCR,
    raw,
    tiff,
)


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
    content = tiff(
        GRAY.tobytes(),
        bits=8,
        photometric=INDEXED,
        tags={COLOUR_MAP: PALETTE.T.ravel().astype(int).tolist()},
    )
    only_high = "FFmpeg takes the high bytes, all 0"
    made.add(8, "palette", PALETTE[GRAY], content, "colours of 8 bits", second=only_high)
    wide = [0] * (3 * 2**16)
    content = tiff(raw(GRAY_16, 16), bits=16, photometric=INDEXED, tags={COLOUR_MAP: wide})
    made.add(16, "palette", None, content, refused="palettes of 16 bits")
    _with_extra_channels(made, colours)
    inks = RGBA
    colours = (255 - inks[..., :3].astype(int)) * (255 - inks[..., 3:].astype(int)) / 255
    content = tiff(inks.tobytes(), bits=8, photometric=SEPARATED, samples=4)
    made.add(8, "CMYK", np.rint(colours).astype(np.uint8), content, tolerance=1)
    content = tiff((inks.astype("<u2") * 257).tobytes(), bits=16, photometric=SEPARATED, samples=4)
    as_rgba = "FFmpeg takes the inks for RGBA"
    rgb = np.rint(colours).astype(np.uint8)
    made.add(16, "CMYK", rgb, content, tolerance=1, second=as_rgba)
    planes = [raw(RGBA_16[..., i], 16) for i in range(4)]
    content = tiff(planes, bits=16, photometric=SEPARATED, samples=4, tags={PLANES: 2})
    made.add(16, "CMYK", None, content, "planes apart", refused="CMYK of 16 bits in planes")
    content = tiff(raw(RGB >> 4, 4), bits=4, photometric=AS_RGB, samples=3)
    made.add(4, "RGB", None, content, refused="3 channels of 4 bits as RGB")
    only_jpeg = "only read with JPEG"
    for name, tags in (("", {SUBSAMPLING: [1, 1]}), ("halved chroma", {})):
        content = tiff(RGB.tobytes(), bits=8, photometric=YCBCR, samples=3, tags=tags)
        made.add(8, "YCbCr", None, content, name, refused=only_jpeg)
    content = tiff(RGB.tobytes(), bits=8, photometric=LAB, samples=3)
    made.add(8, "CIELab", None, content, refused="CIELab")


def _with_extra_channels(made, colours):
    unread = "FFmpeg doesn't read it"
    clear = {COLOUR_MAP: colours, EXTRA_SAMPLES: STRAIGHT}
    indexed = np.stack([GRAY, RGBA[..., 3]], axis=-1).tobytes()
    content = tiff(indexed, bits=8, photometric=INDEXED, samples=2, tags=clear)
    truth = with_alpha(PALETTE[GRAY], RGBA[..., 3])
    made.add(8, "palette and alpha", truth, content, second=unread)
    five = np.concatenate([RGBA, GRAY[..., None]], axis=-1)
    for depth, data in ((8, five.tobytes()), (16, (five.astype("<u2") * 257).tobytes())):
        tags = {EXTRA_SAMPLES: [STRAIGHT, UNSPECIFIED]}
        content = tiff(data, bits=depth, photometric=AS_RGB, samples=5, tags=tags)
        truth = RGBA if depth == 8 else RGBA.astype(np.uint16) * 257
        deep = depth == 16
        made.add(depth, "RGBA and one more", truth, content, deep=deep, second=unread)
    tags = {EXTRA_SAMPLES: STRAIGHT}
    content = tiff(five.tobytes(), bits=8, photometric=SEPARATED, samples=5, tags=tags)
    made.add(8, "CMYK and alpha", None, content, refused="5 channels of 8 bits as SEPARATED")


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
