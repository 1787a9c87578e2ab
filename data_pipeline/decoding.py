"""From an image file to a uint8 RGB array, whatever its format, depth, palette, alpha, orientation.

Nothing here knows about domains or folders (`listing.py`), or about TensorFlow.
"""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

# What a folder is searched for; inside a file the content decides, not the name.
IMAGE_SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".tif", ".tiff", ".gif")
)


def read_image(file, background=(255, 255, 255)):
    """Decodes one image to 8-bit RGB, upright, without alpha.

    The first frame of an animation counts. EXIF orientation is applied. 16-bit samples keep their
    high byte (gray and colour alike, so both depths agree). Alpha, of RGBA, LA or a transparent
    palette entry, is blended onto `background`. Colour profiles are ignored.

    Args:
        file: a path, the bytes of an encoded image, or a uint8 array `(h, w, 3)`, which is returned
            as it is.
        background: three ints in [0, 255], the RGB colour behind transparent pixels. Defaults to
            white.

    Returns:
        uint8 array `(h, w, 3)`, C-contiguous.

    Raises:
        ValueError: the file can't be decoded to its last byte, or holds something other than 1 to
            16-bit colours (32-bit floats have no agreed range). The text gives the reason, not the
            name of the file.
    """
    if isinstance(file, np.ndarray):
        return file
    try:
        with Image.open(io.BytesIO(file) if isinstance(file, bytes) else file) as image:
            image.load()  # The whole file: a truncated one raises here.
            ImageOps.exif_transpose(image, in_place=True)
            return _to_rgb(image, background)
    except Exception as error:  # Pillow's decoders raise nearly everything, SyntaxError included.
        raise ValueError(_reason(error, file)) from error


def _to_rgb(image, background):
    if image.mode == "F":
        raise ValueError("32-bit float pixels have no agreed range; save it with 8 or 16 bits")
    if image.mode.startswith("I"):  # 16-bit gray; "I" when Pillow had no 16-bit mode for it.
        gray = np.asarray(image)
        if gray.min() < 0 or gray.max() > 65535:
            raise ValueError("32-bit integer pixels; save it with 8 or 16 bits")
        gray = (gray.astype(np.uint16) >> 8).astype(np.uint8)
        return np.ascontiguousarray(np.broadcast_to(gray[..., None], (*gray.shape, 3)))
    if image.has_transparency_data:
        return flatten_alpha(np.asarray(image.convert("RGBA")), background)
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def flatten_alpha(rgba, background=(255, 255, 255)):
    """Blends pixels `(h, w, 4)` onto one colour: uint8 `(h, w, 3)`, rounded.

    Alpha isn't premultiplied.

    >>> flatten_alpha(np.array([[[9, 0, 20, 255], [9, 0, 20, 0], [0, 0, 0, 51]]], "uint8")).tolist()
    [[[9, 0, 20], [255, 255, 255], [204, 204, 204]]]
    """
    colour, alpha = rgba[..., :3].astype(np.uint16), rgba[..., 3:].astype(np.uint16)
    behind = np.asarray(background, np.uint16)
    # 255 * 255 + 127 still fits 16 bits.
    return ((colour * alpha + behind * (255 - alpha) + 127) // 255).astype(np.uint8)


def resize_shorter_side(image, side):
    """Resizes uint8 `(h, w, 3)` so that its shorter side has `side` pixels: bicubic, antialiased.

    The proportions stay. As `load_size` in the authors' code, which makes everything square.

    >>> resize_shorter_side(np.zeros((256, 512, 3), "uint8"), 286).shape
    (286, 572, 3)
    """
    factor = side / min(image.shape[:2])
    height, width = (max(1, round(n * factor)) for n in image.shape[:2])
    if (height, width) == image.shape[:2]:
        return image
    return np.array(Image.fromarray(image).resize((width, height), Image.Resampling.BICUBIC))


def _reason(error, file):
    """One short line for a person, whatever a decoder raised."""
    size = len(file) if isinstance(file, bytes) else None
    if size is None and os.path.exists(file):
        size = Path(file).stat().st_size
    if size == 0:
        return "the file is empty"
    if isinstance(error, Image.UnidentifiedImageError):
        return "not an image, or of an unknown format"
    return " ".join(str(error).split()) or type(error).__name__


def for_each_in_threads(function, items, *, progress=True, description="", num_threads=None):
    """Calls `function` on every item in threads; results in the order of `items`.

    Threads are enough: Pillow decodes outside the GIL.

    Args:
        function: called with one item. What it raises is raised here.
        items: a sequence.
        progress: bool, shows a tqdm bar on stderr (a widget in a notebook), if it takes a second.
        description: str, the label of the bar.
        num_threads: int, defaults to the number of cores, at most 8: each holds one decoded image.
    """
    from tqdm.auto import tqdm

    num_threads = num_threads or min(8, os.cpu_count() or 1)
    with ThreadPoolExecutor(num_threads) as pool:
        results = pool.map(function, items)
        return list(
            tqdm(
                results,
                total=len(items),
                desc=description,
                unit="image",
                delay=1.0,
                disable=not progress,
            )
        )
