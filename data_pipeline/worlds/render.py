"""Draws a layout in a theme."""

from data_pipeline.worlds.bold_painter import open_painter
from data_pipeline.worlds.capture import Capture
from data_pipeline.worlds.layout import Layout
from data_pipeline.worlds.painter import home_camera


def render(
    layout: Layout,
    theme: str,
    *,
    scale: float = 1.0,
    camera: tuple[float, float] | None = None,
    structure: int = 0,
) -> Capture:
    """Draws a whole map.

    The foreground stays where the layout puts it. Each background layer is where a camera whose
    left upper corner is at `camera` would see it, so several captures of one map differ in their
    backgrounds only, as captures of a game's map do.

    Args:
        layout: Layout from `make_layout`.
        theme: One of the names in `PAIRS`.
        scale: Pixels per full-scale pixel, in [0.1, 2], default 1. The world is drawn at this
            size, not resized: outlines stay at least a pixel wide.
        camera: Left upper corner (x, y) of the view, in full-scale pixels. Default: the lower left
            corner of the map.
        structure: 0 (the default) draws the themes of a pair in the same silhouettes, 1 (bold) in
            silhouettes of their own: trunks for hills, things that hang for things that stand.

    Returns:
        The picture with its labels and depths.

    Raises:
        ValueError: If the theme or structure is unknown or the scale out of range.
    """
    if not 0.1 <= scale <= 2:
        raise ValueError(f"scale must be in [0.1, 2]; received {scale!r}.")
    w, h = round(layout.width * scale), round(layout.height * scale)
    if camera is None:
        camera = home_camera(layout)
    painter = open_painter(layout, theme, scale, (0, 0, w, h), structure)
    painter.paint((round(camera[0] * scale), round(camera[1] * scale)))
    return painter.capture()
