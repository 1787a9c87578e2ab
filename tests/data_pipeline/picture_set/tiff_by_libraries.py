"""TIFF files by tifffile and Pillow: tiles, compression, BigTIFF, several pages."""

import io

import numpy as np
import PIL
import tifffile
from PIL import Image

from picture_set import encoders
from picture_set.entry import (
    GRAY,
    GRAY_16,
    RGB,
    RGB_16,
    RGBA,
    RGBA_16,
    SMOOTH,
    Maker,
    as_rgb,
)


def files():
    made = Maker(".tif", "tifffile")
    _by_tifffile(made)
    _pages(made)
    _by_pillow(made)
    _by_pyav(made)
    return made.files


def by_tifffile(pixels, **options):
    stream = io.BytesIO()
    tifffile.imwrite(stream, pixels, metadata=None, **options)
    return stream.getvalue()


def _by_tifffile(made):
    no_tiles = "FFmpeg misreads tiles"
    no_big = "FFmpeg doesn't read BigTIFF"
    for depth, layout, pixels, truth in (
        (8, "gray", GRAY, as_rgb(GRAY)),
        (16, "gray", GRAY_16, as_rgb(GRAY_16)),
        (8, "RGB", RGB, RGB),
        (8, "RGBA", RGBA, RGBA),
        (16, "RGB", RGB_16, RGB_16),
        (16, "RGBA", RGBA_16, RGBA_16),
    ):
        options = {"photometric": "minisblack" if pixels.ndim == 2 else "rgb"}
        options |= {"extrasamples": ["unassalpha"]} if layout == "RGBA" else {}
        for metadata, more, second in (
            ("tiles", {"tile": (16, 16)}, no_tiles),
            ("BigTIFF", {"bigtiff": True}, no_big),
            ("BigTIFF big-endian", {"bigtiff": True, "byteorder": ">"}, no_big),
            ("deflate", {"compression": "zlib"}, ""),
            ("deflate, differences", {"compression": "zlib", "predictor": True}, ""),
            ("deflate, differences, big-endian", None, ""),
            ("deflate tiles", {"compression": "zlib", "tile": (16, 16)}, no_tiles),
            ("strips of 2 rows", {"rowsperstrip": 2}, ""),
        ):
            if more is None:
                more = {"compression": "zlib", "predictor": True, "byteorder": ">"}
            content = by_tifffile(pixels, **options, **more)
            made.add(depth, layout, truth, content, metadata, deep=depth == 16, second=second)
    for depth, pixels in ((8, RGB), (16, RGB_16)):
        planes = np.ascontiguousarray(pixels.transpose(2, 0, 1))
        content = by_tifffile(
            planes, photometric="rgb", planarconfig="separate", tile=(16, 16), compression="zlib"
        )
        made.add(
            depth, "RGB", pixels, content, "planes apart, tiles", deep=depth == 16, second=no_tiles
        )
    content = by_tifffile(RGB, photometric="rgb", compression="lzma")
    made.add(8, "RGB", RGB, content, "LZMA", second="FFmpeg is built without it")


def _by_pyav(made):
    """LZW needs another package at 16 bits; their high bytes don't."""
    for depth, rgb, pixels in ((8, RGB, "rgb24"), (16, RGB_16, "rgb48le")):
        content = encoders.pyav(rgb, pixels, "tiff", compression_algo="lzw")
        deep_refused = "needs `pip install imagecodecs`" if depth == 16 else ""
        more = {"writer": "PyAV", "deep": depth == 16, "deep_refused": deep_refused}
        made.add(depth, "RGB", rgb, content, "LZW", **more)


def _pages(made):
    """Several pictures in one file: the first one is read."""
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(RGB, photometric="rgb", metadata=None)
        writer.write(RGB[::-1], photometric="rgb", metadata=None)
    made.add(8, "RGB", RGB, stream.getvalue(), "2 pages")
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(RGB, photometric="rgb", metadata=None)
        writer.write(RGB[::4, ::4].copy(), photometric="rgb", subfiletype=1, metadata=None)
    made.add(8, "RGB", RGB, stream.getvalue(), "thumbnail after it")


def _by_pillow(made):
    def add(layout, image, truth, depth=8, metadata="", second="", **options):
        stream = io.BytesIO()
        image.save(stream, "TIFF", **options)
        made.add(
            depth,
            layout,
            truth,
            stream.getvalue(),
            metadata,
            writer="Pillow",
            deep=depth == 16,
            second=second,
            tolerance=6 if "JPEG" in metadata else 0,
        )

    bilevel = np.where(GRAY > 127, 255, 0).astype(np.uint8)
    # Before 12.0, Pillow came without zstd, and a failed attempt to write it crashes later.
    zstd = ["zstd"] if int(PIL.__version__.split(".")[0]) >= 12 else []
    for compression in ("tiff_lzw", "packbits", "tiff_adobe_deflate", *zstd):
        second = "FFmpeg is built without it" if compression == "zstd" else ""
        more = {"compression": compression, "metadata": compression.replace("tiff_", "")}
        add("RGB", Image.fromarray(RGB), RGB, **more, second=second)
        add("RGBA", Image.fromarray(RGBA), RGBA, **more, second=second)
        add("gray", Image.fromarray(GRAY_16), as_rgb(GRAY_16), 16, **more, second=second)
        add("gray", Image.fromarray(bilevel > 0), as_rgb(bilevel), 1, **more, second=second)
    for compression in ("group3", "group4"):
        more = {"compression": compression, "metadata": compression}
        add("gray", Image.fromarray(bilevel > 0), as_rgb(bilevel), 1, **more)
    jpeg = {"metadata": "JPEG", "compression": "jpeg", "quality": 95}
    jpeg["second"] = "FFmpeg doesn't read JPEG in TIFF"
    add("RGB", Image.fromarray(SMOOTH), SMOOTH, **jpeg)
    gray = np.ascontiguousarray(SMOOTH[..., 1])
    add("gray", Image.fromarray(gray), as_rgb(gray), **jpeg)
    profile = bytes(16) + b"RGB " + bytes(108)
    add("RGB", Image.fromarray(RGB), RGB, metadata="colour profile", icc_profile=profile)
    stream = io.BytesIO()
    Image.fromarray(RGB).save(stream, "TIFF")
    content = stream.getvalue()
    made.add(8, "RGB", None, content[: len(content) // 2], "cut off", refused="truncated")
