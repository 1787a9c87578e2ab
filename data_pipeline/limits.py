"""What reading and drawing may cost before they are refused: `LIMITS`, one set for the process."""

from dataclasses import dataclass


@dataclass
class Limits:
    """Bounds that only you can raise, not a file or an address.

    The commands have a flag for each, `--max-pixels` for `max_pixels`. From Python, set them before
    anything is read: `data_pipeline.LIMITS.max_pixels = 2**31`.

    Attributes:
        max_pixels: Pixels of a picture that is decoded whole, since a few bytes can claim more than
            any memory holds.
        max_drawn: Megapixels of a built-in world, of all its maps or frames together.
        follow_links: Whether links in a folder are followed when they lead out of it.
    """

    max_pixels: int = 2**30
    max_drawn: float = 2000.0
    follow_links: bool = False


LIMITS = Limits()


def refuse_too_large(width: int, height: int) -> None:
    """Raises ValueError for a picture of too many pixels, known from its header."""
    if width * height > LIMITS.max_pixels:
        raise ValueError(
            f"{width}x{height} pixels are too many; at most {LIMITS.max_pixels:,} are read whole, "
            "more with --max-pixels; `translate` turns PNG and TIFF of any size into PNG or TIFF"
        )
