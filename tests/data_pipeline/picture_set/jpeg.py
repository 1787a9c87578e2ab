"""JPEG files by Pillow, TensorFlow and PyAV, some with markers taken out or changed by hand."""

import io
import struct

import numpy as np
from PIL import Image

from picture_set import encoders
from picture_set.entry import SMOOTH, Maker, as_rgb, exif

GRAY = np.ascontiguousarray(SMOOTH[..., 1])
BAR = 6  # levels; the encoders' own loss at quality 95
APP1, APP2, ADOBE = 0xE1, 0xE2, 0xEE


def by_pillow(image, **options):
    stream = io.BytesIO()
    image.save(stream, "JPEG", **{"quality": 95, "subsampling": 0, **options})
    return stream.getvalue()


def marker(number, data):
    return b"\xff" + bytes([number]) + struct.pack(">H", len(data) + 2) + data


def with_marker(content, number, data):
    """Puts a marker first, behind the start of the image."""
    return content[:2] + marker(number, data) + content[2:]


def without_marker(content, number):
    at = content.index(bytes([0xFF, number]))
    (length,) = struct.unpack(">H", content[at + 2 : at + 4])
    return content[:at] + content[at + 2 + length :]


def files():
    made = Maker(".jpg", "Pillow")
    _plain(made)
    _four_channels(made)
    _metadata(made)
    _orientations(made)
    _damaged(made)
    return made.files


def _plain(made):
    rgb, gray = Image.fromarray(SMOOTH), Image.fromarray(GRAY)
    for metadata, options, bar in (
        ("", {}, BAR),
        ("progressive", {"progressive": True}, BAR),
        ("chroma 4:2:2", {"subsampling": 1}, 2 * BAR),
        ("chroma 4:2:0", {"subsampling": 2}, 2 * BAR),
        ("chroma 4:2:0, progressive", {"subsampling": 2, "progressive": True}, 2 * BAR),
        ("restart markers", {"restart_marker_rows": 1}, BAR),
        ("stored as RGB", {"keep_rgb": True}, BAR),
        ("stored as RGB, progressive", {"keep_rgb": True, "progressive": True}, BAR),
    ):
        made.add(8, "RGB", SMOOTH, by_pillow(rgb, **options), metadata, tolerance=bar)
        if "RGB" not in metadata and "chroma" not in metadata:
            content = by_pillow(gray, **options)
            made.add(8, "gray", as_rgb(GRAY), content, metadata, tolerance=bar)
    for size in ((1, 1), (9, 17)):
        part = np.ascontiguousarray(SMOOTH[: size[0], : size[1]])
        content = by_pillow(Image.fromarray(part))
        made.add(8, "RGB", part, content, f"size {size[1]}x{size[0]}", tolerance=BAR)
    for metadata, options in (
        ("", {}),
        ("progressive", {"progressive": True}),
        ("chroma 4:2:0", {"chroma_downsampling": True}),
    ):
        options = {"quality": 95, "chroma_downsampling": False, **options}
        content = encoders.tensorflow_jpeg(SMOOTH, **options)
        made.add(8, "RGB", SMOOTH, content, metadata, writer="TensorFlow", tolerance=2 * BAR)
    content = encoders.tensorflow_jpeg(GRAY[..., None], quality=95, format="grayscale")
    made.add(8, "gray", as_rgb(GRAY), content, writer="TensorFlow", tolerance=BAR)
    content = encoders.tensorflow_jpeg(SMOOTH, quality=95, chroma_downsampling=False)
    content = without_marker(content, 0xE0)
    made.add(8, "RGB", SMOOTH, content, "no JFIF marker", writer="TensorFlow", tolerance=BAR)
    content = encoders.pyav_jpeg(SMOOTH)
    made.add(8, "RGB", SMOOTH, content, writer="PyAV", tolerance=2 * BAR)


def _four_channels(made):
    """CMYK as Adobe's programs store it, 255 for no ink, and YCCK."""
    inks = np.concatenate([SMOOTH, GRAY[..., None] // 2], axis=-1)
    rgb = (255 - inks[..., :3].astype(int)) * (255 - inks[..., 3:].astype(int)) / 255
    rgb = np.rint(rgb).astype(np.uint8)
    image = Image.merge("CMYK", [Image.fromarray(ink) for ink in np.moveaxis(inks, -1, 0)])
    content = by_pillow(image)
    more = {"tolerance": 2 * BAR}
    made.add(8, "CMYK", rgb, content, "Adobe, inverted", **more)
    progressive = by_pillow(image, progressive=True)
    made.add(8, "CMYK", rgb, progressive, "Adobe, inverted, progressive", **more)
    # Without Adobe's marker nothing says which end is no ink. FFmpeg and Pillow take it as Adobe's.
    bare = without_marker(content, ADOBE)
    made.add(8, "CMYK", rgb, bare, "no Adobe marker", **more)
    # YCCK: the channels are those of the YCbCr of the inverted inks. Stored as CMYK and then marked
    # as YCCK, so that the four channels are known.
    y, cb, cr = (255 - SMOOTH[..., i].astype(float) for i in (0, 1, 2))
    red = y + 1.402 * (cr - 128)
    green = y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128)
    blue = y + 1.772 * (cb - 128)
    black = 255 - inks[..., 3].astype(float)
    rgb = 255 - np.clip(np.stack([red, green, blue], axis=-1), 0, 255)
    rgb = np.rint(rgb * black[..., None] / 255).astype(np.uint8)
    at = content.index(b"Adobe")
    marked = bytearray(content)
    marked[at + 11] = 2
    made.add(8, "YCCK", rgb, bytes(marked), "Adobe", **more, second="FFmpeg doesn't convert YCCK")


def _metadata(made):
    rgb = Image.fromarray(SMOOTH)
    profile = bytes(16) + b"RGB " + bytes(100_000)  # longer than one marker may be
    for metadata, content in (
        ("colour profile in 2 markers", by_pillow(rgb, icc_profile=profile)),
        ("resolution", by_pillow(rgb, dpi=(72, 144))),
        ("comment", by_pillow(rgb, comment=b"x" * 60_000)),
        ("XMP", with_marker(by_pillow(rgb), APP1, b"http://ns.adobe.com/xap/1.0/\0<x/>")),
        ("EXIF that is none", with_marker(by_pillow(rgb), APP1, b"Exif\0\0garbage")),
        ("unknown marker", with_marker(by_pillow(rgb), 0xEB, b"what")),
        ("bytes after the end", by_pillow(rgb) + b"garbage" * 100),
    ):
        made.add(8, "RGB", SMOOTH, content, metadata, tolerance=BAR)
    stream = io.BytesIO()
    other = Image.fromarray(SMOOTH[::-1].copy())
    options = {"save_all": True, "append_images": [other], "quality": 95, "subsampling": 0}
    rgb.save(stream, "MPO", **options)
    made.add(8, "RGB", SMOOTH, stream.getvalue(), "MPO of 2 pictures", tolerance=BAR)


def _orientations(made):
    content = by_pillow(Image.fromarray(SMOOTH))
    for orientation in range(1, 9):
        turned = with_marker(content, APP1, b"Exif\0\0" + exif(orientation, orientation % 2 == 0))
        name = f"EXIF {orientation}"
        made.add(8, "RGB", SMOOTH, turned, name, orientation=orientation, tolerance=BAR)
    for wrong in (0, 9, 65535):
        turned = with_marker(content, APP1, b"Exif\0\0" + exif(wrong))
        made.add(8, "RGB", SMOOTH, turned, f"EXIF wrong {wrong}", tolerance=BAR)


def _damaged(made):
    content = by_pillow(Image.fromarray(np.tile(SMOOTH, (8, 8, 1))))
    made.add(8, "RGB", None, content[: len(content) // 2], "cut off", refused="truncated")
    made.add(8, "RGB", None, content[:200], "cut off in its head", refused="Truncated")
