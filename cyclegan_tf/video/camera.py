"""Where the camera is: frames laid on the generator's grid, and the camera's motion between frames.

Which statistics a frame is translated with is shots.py's matter.
"""

import numpy as np

# The generators halve an image twice, so only shifts by multiples of 4 pixels move through them
# unchanged. The CPU computes 3x3 convolutions in tiles of 4 rows and columns at quarter resolution:
# with 16 pixels, each keeps its place in its tile, and with it nearly all of its rounding.
GRID = 16
MOST_PEAKS = 6  # a picture of layers has one peak of correlation per layer
ENOUGH = 0.12  # share of the textured pixels that a layer must explain to be taken for one
CLOSE = 12  # gray levels within which two pixels are the same: video codecs change them a little


class FrameAligner:
    """A working size for frames, and the place of each frame on it: the same grid on the map.

    A frame whose left upper corner is at (x, y) of the map is laid at column `x % 16` and row
    `y % 16` of the canvas, so that a pixel of the map meets the strided convolutions in the same
    phase in every frame. What is left of the canvas is a reflection of the frame. Away from the
    borders, the translation of a shifted view then is the shifted translation.

    Args:
        height: Of the frames, in pixels.
        width: Of the frames.
        moves: Whether frames have different offsets. If not, less of the canvas stays unused.
    """

    def __init__(self, height: int, width: int, moves: bool = True):
        self.size = height, width
        # One working size for all offsets: equal shapes are computed in the same order.
        step, spare = (GRID, GRID - 1) if moves else (4, 0)
        self.shape = tuple(max(-(-(side + spare) // step) * step, 16) for side in self.size)

    def lay(self, frame, offset=(0, 0)) -> np.ndarray:
        """Returns the canvas with a frame on it.

        Args:
            frame: uint8 `(height, width, 3)`.
            offset: (x, y) of its left upper corner on the map, whole pixels.

        Returns:
            float32 `(*shape, 3)` in [-1, 1].
        """
        corner = self._corner(offset)
        padding = [
            (before, total - before - side)
            for before, total, side in zip(corner, self.shape, self.size, strict=True)
        ]
        padded = np.pad(frame, (*padding, (0, 0)), mode="reflect")
        return padded.astype(np.float32) / np.float32(127.5) - np.float32(1.0)

    def cut(self, canvas, offset=(0, 0)):
        """Takes the frame out of a canvas again; arguments as of `lay`."""
        top, left = self._corner(offset)
        return canvas[top : top + self.size[0], left : left + self.size[1]]

    def _corner(self, offset):
        return offset[1] % GRID, offset[0] % GRID


class Camera:
    """Follows the camera by the motion of the foreground; remembers one frame."""

    def __init__(self):
        self.offset = (0, 0)
        self._before = self._motion = None

    def __call__(self, frame) -> tuple[int, int]:
        """Takes the next frame, uint8 `(h, w, 3)`.

        Returns:
            (x, y) of its left upper corner, in pixels from that of the first frame. Where no motion
            can be seen, the camera is taken to rest.
        """
        now = _View(frame)
        if self._before is not None and self._before.gray.shape == now.gray.shape:
            self._motion = _camera_motion(self._before, now, self._motion)
            self.offset = tuple(a + b for a, b in zip(self.offset, self._motion, strict=True))
        self._before = now
        return self.offset


def camera_motion(before, after) -> tuple[int, int]:
    """Finds how far the camera has moved between two frames by phase correlation (Kuglin 1975).

    In a side-scroller, backgrounds follow the camera with parallax, so the correlation has a peak
    per layer. Each peak is tried: it explains the textured pixels that look alike after this
    shift and that no better peak has explained. Of the layers found in this way, the one that moved
    most is the foreground; what merely repeats with the period of a pattern has nothing left to
    explain.

    Args:
        before: uint8 `(h, w, 3)`.
        after: The next frame, of the same size.

    Returns:
        (x, y) in whole pixels; (0, 0) where nothing moved or nothing can be told.

    Raises:
        ValueError: The frames differ in size.
    """
    before, after = _View(before), _View(after)
    if before.gray.shape != after.gray.shape:
        raise ValueError(
            f"frames must have one size; received {before.gray.shape} and {after.gray.shape}."
        )
    return _camera_motion(before, after)


class _View:
    """What a frame is compared by: gray levels, texture, spectrum."""

    def __init__(self, frame):
        # Green is most of what we see as brightness; a third of the work.
        self.gray = np.ascontiguousarray(frame[..., 1]).astype(np.int16)
        windows = [np.hanning(side + 2)[1:-1].astype(np.float32) for side in self.gray.shape]
        gray = self.gray.astype(np.float32)
        self.spectrum = np.fft.rfft2((gray - gray.mean()) * windows[0][:, None] * windows[1])


def _camera_motion(before, after, expected=None):
    height, width = before.gray.shape
    cross = before.spectrum * np.conj(after.spectrum)
    correlation = np.fft.irfft2(cross / np.maximum(np.abs(cross), 1e-9), s=(height, width))
    candidates = [(0, 0)] + ([expected] if expected else [])
    for _ in range(MOST_PEAKS):
        y, x = np.unravel_index(np.argmax(correlation), correlation.shape)
        correlation[y, x] = -1.0
        y, x = (int(v - n) if v > n // 2 else int(v) for v, n in ((y, height), (x, width)))
        # The content moves against the camera.
        candidates.append((x, y))
    matches = {c: _matches(before.gray, after.gray, c) for c in candidates}
    texture = _texture(after.gray)
    total, layers = max(texture.sum(), 1), []
    while matches:
        best = max(matches, key=lambda c: (texture & matches[c]).sum())
        explained = texture & matches.pop(best)
        if explained.sum() < ENOUGH * total:
            break
        layers.append(best)
        texture &= ~explained
    return max(layers, key=lambda c: c[0] ** 2 + c[1] ** 2, default=(0, 0))


def _texture(gray):
    """Where shifts can be told apart: steps of brightness to the pixel before or above."""
    steps = np.zeros(gray.shape, bool)
    steps[:, 1:] |= np.abs(np.diff(gray, axis=1)) > 2 * CLOSE
    steps[1:] |= np.abs(np.diff(gray, axis=0)) > 2 * CLOSE
    return steps


def _matches(before, after, motion):
    """Where `after[y, x]` looks like `before[y + dy, x + dx]`; False where that is out of view."""
    (height, width), (x, y) = before.shape, motion
    rows = slice(max(-y, 0), height - max(y, 0))
    columns = slice(max(-x, 0), width - max(x, 0))
    result = np.zeros(before.shape, bool)
    moved = before[rows.start + y : rows.stop + y, columns.start + x : columns.stop + x]
    result[rows, columns] = np.abs(after[rows, columns] - moved) <= CLOSE
    return result
