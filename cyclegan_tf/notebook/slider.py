"""Before and after in a notebook's output, with a handle to drag."""

import base64
import html
import io
import re
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from cyclegan_tf.translation.pictures import AnyPicture, pixels_of

if TYPE_CHECKING:
    from IPython import display

_SLIDER = """
<div style="position:relative;width:100%;max-width:WIDTHpx;aspect-ratio:WIDTH/HEIGHT">
<img src="BEFORE" alt="TITLES, before" style="position:absolute;inset:0;width:100%;height:100%">
<img src="AFTER" alt="TITLES, after" class="after"
 style="position:absolute;inset:0;width:100%;height:100%;clip-path:inset(0 0 0 50%)">
<input type="range" min="0" max="100" step="0.1" value="50" aria-label="TITLES"
 oninput="this.parentElement.querySelector('.after').style.clipPath='inset(0 0 0 '+this.value+'%)'"
 style="position:absolute;left:0;bottom:0;width:100%;margin:0;cursor:ew-resize">
</div>
"""


def slider(
    before: AnyPicture, after: AnyPicture, title: str = "Before and after"
) -> "display.HTML":
    """Shows two pictures of one size over each other, with a handle to drag between them.

    They are part of the output, as JPEG of quality 92, so that it can be exported.

    Args:
        before: uint8 `(h, w, 3)` image, an image of Pillow or the path of a picture: on the left.
        after: The same place afterwards, on the right.
        title: Text for those who can't see the pictures.

    Returns:
        An `IPython.display.HTML`.

    Raises:
        ValueError: The pictures differ in size.
    """
    from IPython import display

    pixels = [pixels_of(picture)[..., :3] for picture in (before, after)]
    sizes = [f"{image.shape[1]}x{image.shape[0]}" for image in pixels]
    if sizes[0] != sizes[1]:
        raise ValueError(
            f"before and after must have one size; received {' and '.join(sizes)}. Resize one."
        )
    height, width = pixels[0].shape[:2]
    filled = {
        "WIDTH": str(width),
        "HEIGHT": str(height),
        "TITLES": html.escape(title),
        "BEFORE": _address(pixels[0]),
        "AFTER": _address(pixels[1]),
    }
    # All at once: a name may stand in what another one is filled with.
    return display.HTML(re.sub("|".join(filled), lambda name: filled[name[0]], _SLIDER))


def _address(pixels: np.ndarray) -> str:
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=92)
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode()
