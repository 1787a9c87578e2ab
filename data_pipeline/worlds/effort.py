"""What drawing a built-in world takes, said before it begins, and refused beyond `LIMITS`."""

from data_pipeline.limits import LIMITS
from data_pipeline.threads import num_cores

_MEAN = 2.2  # megapixels of a map at scale 1
_LEAST = 0.1  # megapixels that a picture counts as; its layout takes time, too
_SECONDS = 1.0  # of one core for a megapixel
_DISK = 0.6  # bytes of a pixel, compressed
_MEMORY = 3.0  # bytes of a pixel, decoded
_FRAMES = 40  # a frame may be this part of all that may be drawn: its layers are in memory at once


def megapixels_of_maps(num_maps: int, captures: int, scale: float) -> float:
    """Returns about how many megapixels these maps have."""
    return num_maps * captures * max(_MEAN * scale**2, _LEAST)


def effort(num_pictures: int, megapixels: float, *, in_memory: bool = True) -> str:
    """Says what drawing takes: pictures, megapixels, disk, memory and time.

    >>> effort(240, 528)  # doctest: +ELLIPSIS
    'about 240 pictures of 528 megapixels in all: 0.3 GB of disk, 1.6 GB of memory and ...'
    """
    disk, memory = (megapixels * each / 1000 for each in (_DISK, _MEMORY))
    cores = num_cores()
    minutes = megapixels * _SECONDS / cores / 60
    time = f"{minutes / 60:,.1f} hours" if minutes > 90 else f"{max(minutes, 0.1):.1f} minutes"
    held = f"{memory:,.1f} GB of memory" if in_memory else "little memory"
    return (
        f"about {num_pictures:,} pictures of {megapixels:,.0f} megapixels in all: {disk:,.1f} GB "
        f"of disk, {held} and {time} on {cores} core{'s' * (cores != 1)}"
    )


def refuse_too_many_maps(
    num_maps: int, captures: int, scale: float, *, in_memory: bool = True
) -> None:
    """Raises ValueError where maps would take more than `LIMITS.max_drawn`."""
    megapixels = megapixels_of_maps(num_maps, captures, scale)
    if not megapixels <= LIMITS.max_drawn:
        raise ValueError(_refusal(num_maps * captures, megapixels, in_memory))


def refuse_too_many_frames(num_frames: int, height: int, width: int) -> None:
    """Raises ValueError where a camera path would take more than `LIMITS.max_drawn`."""
    frame = height * width / 1e6
    if frame > LIMITS.max_drawn / _FRAMES:
        raise ValueError(
            f"frames of {width}x{height} are too large: at most {LIMITS.max_drawn / _FRAMES:g} "
            "megapixels are drawn at once, more with a larger --max-drawn"
        )
    megapixels = 2 * num_frames * max(frame, _LEAST)  # each in both themes
    if megapixels > LIMITS.max_drawn:
        raise ValueError(_refusal(2 * num_frames, megapixels, in_memory=False))


def _refusal(num_pictures: int, megapixels: float, in_memory: bool) -> str:
    return (
        f"{effort(num_pictures, megapixels, in_memory=in_memory)}. At most "
        f"{LIMITS.max_drawn:g} megapixels are drawn; if you mean it, use --max-drawn "
        f"{int(megapixels) + 1}, else fewer maps or frames, or a smaller scale"
    )
