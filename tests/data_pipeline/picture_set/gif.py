"""GIF files: blocks written by hand with the simplest LZW, and the encoders of PyAV and Pillow."""

import io
import struct

import numpy as np
from PIL import Image

from picture_set.entry import GRAY, PALETTE, RGB, SIZE, Maker, as_rgb, with_alpha

INTERLACE = ((0, 8), (4, 8), (2, 4), (1, 2))  # first row and step of each pass


def lzw(values, bits):
    """Codes of one width: the table is cleared before it would make them wider."""
    bits = max(bits, 2)
    clear, end, width = 2**bits, 2**bits + 1, bits + 1
    codes = []
    for i, value in enumerate(values.ravel().tolist()):
        if i % (2**bits - 2) == 0:
            codes.append(clear)
        codes.append(value)
    codes.append(end)
    ones = ((np.array(codes)[:, None] >> np.arange(width)) & 1).astype(np.uint8)
    data = np.packbits(ones.ravel(), bitorder="little").tobytes()
    blocks = [data[i : i + 255] for i in range(0, len(data), 255)]
    return bytes([bits]) + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0"


def frame(values, bits, *, at=(0, 0), palette=None, clear=None, interlaced=False, disposal=0):
    """A picture with the control block before it."""
    if interlaced:
        values = np.concatenate([values[start::step] for start, step in INTERLACE])
    flags = disposal << 2 | (clear is not None)
    control = b"!\xf9\4" + struct.pack("<BHBB", flags, 10, clear or 0, 0)
    local = 0 if palette is None else 0x80 | (bits - 1)
    head = struct.pack(
        "<BHHHHB", 0x2C, at[1], at[0], values.shape[1], values.shape[0], local | interlaced << 6
    )
    return control + head + (b"" if palette is None else palette.tobytes()) + lzw(values, bits)


def gif(*frames, bits, palette=PALETTE, size=SIZE, background=0, version=b"89a"):
    colours = b"" if palette is None else palette[: 2**bits].tobytes()
    flags = 0 if palette is None else 0x80 | (bits - 1)
    head = struct.pack("<HHBBB", size[1], size[0], flags, background, 0)
    return b"GIF" + version + head + colours + b"".join(frames) + b";"


def files():
    made = Maker(".gif", "by hand")
    for bits in (1, 2, 3, 4, 8):
        values = GRAY >> (8 - bits)
        truth = PALETTE[values]
        made.add(bits, "palette", truth, gif(frame(values, bits), bits=bits))
        clear = 1
        alpha = np.where(values == clear, 0, 255)
        content = gif(frame(values, bits, clear=clear), bits=bits)
        made.add(bits, "palette", with_alpha(truth, alpha), content, "one clear entry")
    _frames(made)
    _by_encoders(made)
    return made.files


def _frames(made):
    whole = frame(GRAY, 8)
    truth = PALETTE[GRAY]
    bare = whole[8:]  # without its control block
    made.add(8, "palette", truth, gif(bare, bits=8, version=b"87a"), "GIF87a")
    made.add(8, "palette", truth, gif(frame(GRAY, 8, interlaced=True), bits=8), "interlaced")
    own = PALETTE[::-1].copy()
    content = gif(frame(GRAY, 8, palette=own), bits=8, palette=None)
    made.add(8, "palette", own[GRAY], content, "palette of the frame")
    content = gif(frame(GRAY, 8, palette=own), bits=8)
    made.add(8, "palette", own[GRAY], content, "both palettes")
    grays = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    made.add(8, "gray", as_rgb(GRAY), gif(whole, bits=8, palette=grays), "palette of grays")
    for disposal in range(4):
        second = frame(GRAY[::-1], 8)
        content = gif(frame(GRAY, 8, disposal=disposal), second, bits=8)
        made.add(8, "palette", truth, content, f"animated, disposal {disposal}")
    comment = b"!\xfe\5hello\0"
    made.add(8, "palette", truth, gif(comment, whole, bits=8), "comment")
    made.add(8, "palette", truth, gif(whole, bits=8) + b"garbage", "bytes after the end")
    for layout, clear in (("no clear entry", None), ("one clear entry", 3)):
        # Bare canvas is clear if the file knows clearness, else of the colour for backgrounds.
        part = GRAY[2:7, 3:10]
        bare = [*PALETTE[9], 255] if clear is None else [0, 0, 0, 0]
        rgba = np.full((*SIZE, 4), bare, np.uint8)
        alpha = np.full(part.shape, 255) if clear is None else np.where(part == clear, 0, 255)
        rgba[2:7, 3:10] = with_alpha(PALETTE[part], alpha)
        content = gif(frame(part, 8, at=(2, 3), clear=clear), bits=8, background=9)
        made.add(8, "palette", rgba, content, f"frame smaller than its canvas, {layout}")
    large = gif(frame(GRAY, 8), bits=8, size=(4, 5))
    clipped = "FFmpeg cuts the frame"
    made.add(8, "palette", truth, large, "frame larger than its canvas", second=clipped)
    cut = gif(whole, bits=8)
    made.add(8, "palette", None, cut[: len(cut) * 2 // 3 + 250], "cut off", refused="truncated")


def _by_encoders(made):
    truth = PALETTE[GRAY]
    image = Image.fromarray(GRAY)
    image.putpalette(PALETTE.tobytes())
    stream = io.BytesIO()
    image.save(stream, "GIF")
    made.add(8, "palette", truth, stream.getvalue(), writer="Pillow")
    stream = io.BytesIO()
    Image.fromarray(GRAY).save(stream, "GIF")
    made.add(8, "gray", as_rgb(GRAY), stream.getvalue(), writer="Pillow")
    stream = io.BytesIO()
    image.info["transparency"] = int(GRAY[0, 0])
    image.save(stream, "GIF", transparency=int(GRAY[0, 0]))
    rgba = with_alpha(truth, np.where(GRAY[0, 0] == GRAY, 0, 255))
    made.add(8, "palette", rgba, stream.getvalue(), "one clear entry", writer="Pillow")
    stream = io.BytesIO()
    Image.fromarray(RGB).save(
        stream, "GIF", save_all=True, append_images=[Image.fromarray(RGB[::-1])]
    )
    made.add(8, "palette", RGB, stream.getvalue(), "animated", writer="Pillow")
