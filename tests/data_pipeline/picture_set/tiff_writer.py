"""Writes TIFF tag by tag, without compression."""

import struct

from picture_set.entry import SIZE, packed

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
