"""`Camera`: where it is in each frame of a side-scroller, from the motion of the foreground."""

import numpy as np

MOST_PEAKS = 6  # a picture of layers has one peak of correlation per layer
ENOUGH = 0.12  # share of the textured pixels that a layer must explain to be taken for one
CLOSE = 12  # gray levels within which two pixels are the same: video codecs change them a little


class Camera:
    """Follows the camera from frame to frame by `camera_motion`; remembers one frame.

    Attributes:
        offset: (x, y) of the last frame's upper left corner, in pixels from the first one's.
    """

    def __init__(self) -> None:
        self.offset: tuple[int, int] = (0, 0)
        self._before: _View | None = None
        self._motion: tuple[int, int] | None = None

    def __call__(self, frame: np.ndarray) -> tuple[int, int]:
        """Takes the next frame.

        Args:
            frame: uint8 `(h, w, 3)`, or `(h, w, 1)` of gray.

        Returns:
            (x, y) of its upper left corner, in pixels from that of the first frame. Where no motion
            can be seen, the camera is taken to be at rest.
        """
        now = _View(frame)
        if self._before is not None and self._before.gray.shape == now.gray.shape:
            self._motion = _camera_motion(self._before, now, self._motion)
            self.offset = self.offset[0] + self._motion[0], self.offset[1] + self._motion[1]
        self._before = now
        return self.offset


def camera_motion(before: np.ndarray, after: np.ndarray) -> tuple[int, int]:
    """Finds how far the camera has moved between two frames by phase correlation (Kuglin 1975).

    In a side-scroller, backgrounds follow the camera with parallax, so the correlation has a peak
    per layer. Each peak is tried: it explains the textured pixels that look alike after this
    shift and that no better peak has explained. Of the layers found in this way, the one that moved
    most is the foreground; the repeats of a pattern have nothing left to explain.

    Args:
        before: The earlier frame, uint8 `(h, w, 3)`.
        after: The next frame, of the same size.

    Returns:
        (x, y) in whole pixels; (0, 0) where nothing moved or nothing can be told.

    Raises:
        ValueError: The frames differ in size.
    """
    if before.shape != after.shape:
        raise ValueError(
            f"frames must have one size; received {before.shape[:2]} and {after.shape[:2]}."
        )
    return _camera_motion(_View(before), _View(after))


class _View:
    """What a frame is compared by: gray levels, texture, spectrum."""

    def __init__(self, frame):
        # Green is most of what we see as brightness; a third of the work. Gray has one channel.
        green = frame[..., min(1, frame.shape[-1] - 1)]
        self.gray = np.ascontiguousarray(green).astype(np.int16)
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
