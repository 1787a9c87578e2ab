"""`picture_of`: from a decoded frame to upright pixels, by its colour tags and display matrix."""

from typing import Any

import av
import numpy as np

from cyclegan_tf.errors import VideoError

# H.273's matrix coefficients to those of FFmpeg's scaler: BT.709, FCC, BT.601 twice, 240M, BT.2020.
_MATRICES = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9}
# Of the scaler: bilinear, colours of every pixel by itself, rounding. The default is 3 levels off.
_ACCURATE = 0x2 | 0x2000 | 0x40000
_ROTATIONS = {90: (0, -1, 1, 0), 180: (-1, 0, 0, -1), 270: (0, 1, -1, 0)}  # counter-clockwise
_UNTAGGED = (0, 2, 3)  # identity (RGB), unspecified, reserved


def picture_of(frame: av.VideoFrame) -> np.ndarray:
    """Returns the pixels of a decoded frame, as a player shows them.

    Matrix and range are those that the frame names. Where it names no matrix, it is BT.709 from
    1280 pixels of width or more than 576 of height, else BT.601, as the player mpv takes it.

    Args:
        frame: A frame of PyAV, of any pixel format; more than 8 bits are rounded to 8.

    Returns:
        uint8 `(h, w, 3)`, or `(h, w, 4)` where a pixel is see-through; upright, C-contiguous.

    Raises:
        VideoError: The frame names a colour matrix that FFmpeg's scaler doesn't know.
    """
    alpha = frame.format.has_palette or any(part.is_alpha for part in frame.format.components)
    picture = frame.reformat(
        format="rgba" if alpha else "rgb24",
        src_colorspace=_matrix(frame),
        src_color_range=int(frame.color_range),
        interpolation=_ACCURATE,
    )
    return _upright(without_idle_alpha(picture.to_ndarray()), display_matrix(frame))


def without_idle_alpha(pixels: np.ndarray) -> np.ndarray:
    """Drops the alpha of uint8 `(h, w, 3 or 4)` where no pixel is see-through."""
    clear = pixels.shape[-1] == 4 and pixels[..., 3].min() < 255
    return pixels if clear else np.ascontiguousarray(pixels[..., :3])


def display_matrix(frame: av.VideoFrame) -> tuple[int, int, int, int]:
    """Returns (a, b, c, d): a pixel at (x, y) is to be shown at (ax + cy, bx + dy)."""
    try:
        data: Any = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # PyAV gives nothing of it where there is also what it has no name for: EXIF
        return _ROTATIONS.get(frame.rotation % 360, (1, 0, 0, 1))
    if data is None:
        return 1, 0, 0, 1
    a, b, _, c, d = np.frombuffer(data, np.int32)[:5].tolist()
    return a, b, c, d


def _matrix(frame):
    """Returns the number by which FFmpeg's scaler knows the frame's matrix; None for RGB."""
    if frame.format.is_rgb or frame.format.has_palette:
        return None
    named = int(frame.colorspace)
    if named in _UNTAGGED:
        return 1 if frame.width >= 1280 or frame.height > 576 else 5
    if named not in _MATRICES:
        raise VideoError(
            f"colour matrix {named} (ITU-T H.273) isn't read. Convert the clip to BT.709 first."
        )
    return _MATRICES[named]


def _upright(pixels, matrix):
    """Turns by quarters and flips."""
    a, b, c, d = matrix
    if abs(b) > abs(a):
        pixels, a, d = pixels.swapaxes(0, 1), c, b
    if d < 0:
        pixels = pixels[::-1]
    if a < 0:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)
