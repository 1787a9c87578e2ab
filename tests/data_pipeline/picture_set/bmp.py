"""BMP files: headers written by hand, and the encoders of PyAV and Pillow."""

import io
import struct

import numpy as np
from PIL import Image

from picture_set import encoders
from picture_set.entry import GRAY, PALETTE, RGB, RGBA, SIZE, Maker, as_rgb, packed

PLAIN, RLE8, RLE4, BITFIELDS = 0, 1, 2, 3
_SRGB = 0x73524742
UNUSED = "RGB and 8 unused bits"


def bmp(rows, bits, palette=None, *, size=SIZE, compression=PLAIN, masks=(), top_down=False, v4=0):
    """A BMP of packed rows, the first one on top; `masks` as in the header, red first."""
    height, width = size
    if isinstance(rows, bytes):
        data = rows
    else:
        rows = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4)))
        data = (rows if top_down else rows[::-1]).tobytes()
    colours = b""
    if palette is not None:
        colours = np.pad(palette[:, ::-1], ((0, 0), (0, 1))).tobytes()
    mask_bytes = b"".join(struct.pack("<I", mask) for mask in masks)
    after = b""
    if v4:  # The header itself has room for the masks, colour space and gammas.
        after = mask_bytes.ljust(16, b"\0") + struct.pack("<I", _SRGB) + bytes(48)
        after = after.ljust(v4 - 40, b"\0")
        mask_bytes = b""
    info = struct.pack(
        "<IiiHHIIiiII",
        v4 or 40,
        width,
        -height if top_down else height,
        1,
        bits,
        compression,
        len(data),
        2835,
        2835,
        len(palette) if palette is not None else 0,
        0,
    )
    head = info + after + mask_bytes + colours
    return struct.pack("<2sIHHI", b"BM", 14 + len(head) + len(data), 0, 0, 14 + len(head)) + (
        head + data
    )


def files():
    made = Maker(".bmp", "by hand")
    _palettes(made)
    _compressed(made)
    _colours(made)
    _by_encoders(made)
    return made.files


def _palettes(made):
    for bits in (1, 4, 8):
        values, palette = GRAY >> (8 - bits), PALETTE[: 2**bits]
        truth = palette[values]
        made.add(bits, "palette", truth, bmp(packed(values, bits), bits, palette))
        content = bmp(packed(values, bits), bits, palette, top_down=True)
        made.add(bits, "palette", truth, content, "top-down")
    short = bmp(GRAY % 10, 8, PALETTE[:10])
    made.add(8, "palette", PALETTE[GRAY % 10], short, "10 colours")
    grays = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    made.add(8, "gray", as_rgb(GRAY), bmp(GRAY, 8, grays), "palette of grays")
    head = struct.pack("<IHHHH", 12, SIZE[1], SIZE[0], 1, 8) + PALETTE[:, ::-1].tobytes()
    rows = np.pad(GRAY, ((0, 0), (0, -SIZE[1] % 4)))[::-1].tobytes()
    start = struct.pack("<2sIHHI", b"BM", 14 + len(head) + len(rows), 0, 0, 14 + len(head))
    made.add(8, "palette", PALETTE[GRAY], start + head + rows, "OS/2")


def _compressed(made):
    """Runs and literal stretches of both codings, and a jump over pixels."""
    runs = GRAY[:, :1].repeat(SIZE[1], axis=1)
    coded = b"".join(bytes([SIZE[1], row[0], 0, 0]) for row in runs[::-1]) + b"\0\1"
    content = bmp(coded, 8, PALETTE, compression=RLE8)
    made.add(8, "palette", PALETTE[runs], content, "RLE runs")
    coded = b"".join(bytes([0, SIZE[1], *row, 0, 0, 0]) for row in GRAY[::-1]) + b"\0\1"
    made.add(8, "palette", PALETTE[GRAY], bmp(coded, 8, PALETTE, compression=RLE8), "RLE literal")
    jumped = np.zeros(SIZE, np.uint8)
    jumped[SIZE[0] - 1, :2] = 7
    jumped[SIZE[0] - 3, 5:] = 9
    jumped[: SIZE[0] - 3] = 8
    jump = bytes([2, 7, 0, 2, 3, 2, 8, 9, 0, 0])
    coded = jump + bytes([SIZE[1], 8, 0, 0]) * (SIZE[0] - 3) + b"\0\1"
    content = bmp(coded, 8, PALETTE, compression=RLE8)
    made.add(8, "palette", PALETTE[jumped], content, "RLE jump")
    jumped[: SIZE[0] - 3] = 0
    content = bmp(jump + b"\0\1", 8, PALETTE, compression=RLE8)
    made.add(8, "palette", PALETTE[jumped], content, "RLE that ends early")
    made.add(8, "palette", None, content[:-4], "RLE cut off", refused="truncated")
    nibbles = GRAY >> 4
    coded = b""
    for row in nibbles[::-1]:
        coded += bytes([0, SIZE[1], *packed(row[None], 4)[0].tolist()])
        coded += b"\0" * (len(coded) % 2) + b"\0\0"
    content = bmp(coded + b"\0\1", 4, PALETTE[:16], compression=RLE4)
    made.add(4, "palette", PALETTE[nibbles], content, "RLE literal")
    pairs = (nibbles[:, :1] << 4 | nibbles[:, 1:2]).astype(np.uint8)
    coded = b"".join(bytes([SIZE[1], pair[0], 0, 0]) for pair in pairs[::-1]) + b"\0\1"
    both = np.where(np.arange(SIZE[1]) % 2, nibbles[:, 1:2], nibbles[:, :1])
    content = bmp(coded, 4, PALETTE[:16], compression=RLE4)
    made.add(4, "palette", PALETTE[both], content, "RLE runs")


def _colours(made):
    bgr = RGB[..., ::-1].reshape(SIZE[0], -1)
    made.add(8, "RGB", RGB, bmp(bgr, 24))
    made.add(8, "RGB", RGB, bmp(bgr, 24, top_down=True), "top-down")
    made.add(8, "RGB", RGB, bmp(bgr, 24, v4=108), "header V4")
    made.add(8, "RGB", RGB, bmp(bgr, 24, v4=124), "header V5")
    bgra = np.ascontiguousarray(RGBA[..., [2, 1, 0, 3]]).reshape(SIZE[0], -1)
    bgr0 = bgra.copy()
    bgr0[:, 3::4] = 0
    unused = "FFmpeg takes the unused byte as alpha"
    made.add(8, UNUSED, RGB, bmp(bgr0, 32))
    made.add(8, UNUSED, RGB, bmp(bgra, 32), "not zero", second=unused)
    masks = (0xFF0000, 0xFF00, 0xFF)
    content = bmp(bgr0, 32, compression=BITFIELDS, masks=masks)
    made.add(8, "RGB by masks", RGB, content)
    for v4 in (108, 124):
        content = bmp(bgra, 32, compression=BITFIELDS, masks=(*masks, 0xFF000000), v4=v4)
        made.add(8, "RGBA by masks", RGBA, content, f"header {v4}")
    rgba = RGBA.reshape(SIZE[0], -1)
    content = bmp(
        rgba, 32, compression=BITFIELDS, masks=(0xFF, 0xFF00, 0xFF0000, 0xFF000000), v4=108
    )
    made.add(8, "RGBA by masks", RGBA, content, "red first")
    for depth, bits in (("5", (5, 5, 5)), ("5 6 5", (5, 6, 5))):
        parts = [RGB[..., i] >> (8 - n) for i, n in enumerate(bits)]
        shifts = (bits[1] + bits[2], bits[2], 0)
        values = sum(part.astype(np.uint16) << s for part, s in zip(parts, shifts, strict=True))
        masks = [(2**n - 1) << s for n, s in zip(bits, shifts, strict=True)]
        # The bits are stretched to 255. Decoders round it in their own ways.
        full = [np.rint(p * (255 / (2**n - 1))) for p, n in zip(parts, bits, strict=True)]
        rows = values.astype("<u2").view(np.uint8)
        truth = np.stack(full, axis=-1).astype(np.uint8)
        content = bmp(rows, 16, compression=BITFIELDS, masks=masks)
        made.add(depth, "RGB by masks", truth, content, tolerance=7)
        if depth == "5":
            made.add(depth, "RGB", truth, bmp(rows, 16), tolerance=7)
    made.add(8, "RGB", None, bmp(bgr, 24)[:200], "cut off", refused="truncated")


def _by_encoders(made):
    """Both put alpha into the bits that a BMP without masks leaves unused."""
    unused = "FFmpeg takes the unused byte as alpha"
    more = {"metadata": "alpha in them", "second": unused}
    for layout, values, pixels, truth, options in (
        ("RGB", RGB[..., ::-1].copy(), "bgr24", RGB, {}),
        (UNUSED, RGBA[..., [2, 1, 0, 3]].copy(), "bgra", RGB, more),
        ("gray", GRAY, "gray", as_rgb(GRAY), {}),
    ):
        content = encoders.pyav(values, pixels, "bmp")
        made.add(8, layout, truth, content, writer="PyAV", **options)
    for depth, layout, pixels, truth, options in (
        (1, "gray", GRAY > 127, as_rgb(np.where(GRAY > 127, 255, 0)).astype(np.uint8), {}),
        (8, "gray", GRAY, as_rgb(GRAY), {}),
        (8, "RGB", RGB, RGB, {}),
        (8, UNUSED, RGBA, RGB, more),
    ):
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "BMP")
        made.add(depth, layout, truth, stream.getvalue(), writer="Pillow", **options)
