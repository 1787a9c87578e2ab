"""A decoder that shares no code with Pillow and tifffile: FFmpeg's, by PyAV."""

import av
import numpy as np

CODECS = {
    ".png": "png",
    ".bmp": "bmp",
    ".gif": "gif",
    ".jpg": "mjpeg",
    ".tif": "tiff",
    ".webp": "webp",
}
_YUV = ("yuv", "yuvj", "yuva")


def decode(content, suffix):
    """Returns uint8 `(h, w, 3 or 4)` as stored, orientation not applied."""
    codec = av.CodecContext.create(CODECS[suffix], "r")
    frames = codec.decode(av.Packet(content)) or codec.decode(None)
    return _pixels(frames[0])


def _pixels(frame):
    name = frame.format.name
    if name.startswith("ya"):
        return _gray_and_alpha(frame)
    if name in ("monow", "monob", "pal8"):
        frame = frame.reformat(format="rgba")
    elif name.startswith(_YUV):
        frame = frame.reformat(
            format="rgba" if "yuva" in name else "rgb24", src_colorspace="ITU601"
        )
    elif not name.startswith(("gray", "gbr", "rgb48", "rgba64", "rgb24", "rgba")):
        has_alpha = name in ("argb", "bgra", "abgr")
        frame = frame.reformat(format="rgba" if has_alpha else "rgb24")
    pixels = frame.to_ndarray()
    if pixels.dtype.itemsize == 2:
        pixels = (pixels >> 8).astype(np.uint8)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=-1)
    return pixels


def _gray_and_alpha(frame):
    """By hand: FFmpeg's conversion to RGBA is one level off here and there."""
    plane = frame.planes[0]
    size = 4 if frame.format.name.startswith("ya16") else 2
    data = np.frombuffer(plane, np.uint8).reshape(frame.height, plane.line_size)
    pixels = data[:, : frame.width * size].reshape(frame.height, frame.width, 2, size // 2)
    high = pixels[..., -1 if frame.format.name.endswith("le") else 0]
    return high[..., [0, 0, 0, 1]]
