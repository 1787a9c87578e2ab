"""Figures of training images and of translations."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cyclegan_tf.translation.pictures import AnyPicture, pixels_of
from data_pipeline.bands import rgb_view
from data_pipeline.preparation import AS_THEY_ARE
from data_pipeline.sources import Source

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def show_batch(sources: Sequence[Source], num_images: int = 3, width: float = 13.0) -> "Figure":
    """Shows the first images of each domain as training sees them, with their names.

    Args:
        sources: One `data_pipeline.Source` per row, e.g. the two of `open_training_sources`.
        num_images: Images per domain; a domain that has fewer is repeated.
        width: Width of the figure in inches.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    import matplotlib.pyplot as plt

    rows, columns = len(sources), num_images
    size = (width, width * rows / columns * 0.58)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    for source, row in zip(sources, axes, strict=True):
        for i, axis in enumerate(row):
            index = i % len(source)
            axis.imshow(source.load(index))
            axis.set_title(f"{source.name}: {source.names[index]}", fontsize=9)
            axis.axis("off")
    return figure


def show_translation(
    translator: Callable[[np.ndarray], np.ndarray],
    pictures: AnyPicture | list[AnyPicture] | tuple[AnyPicture, ...],
    titles: tuple[str, str] = ("input", "translation"),
    width: float = 12.0,
) -> "Figure":
    """Translates pictures and shows each beside (or, where wide, above) its translation.

    Args:
        translator: A `Translator`, or any function from one uint8 image to another. Transparent
            pixels are shown on the background of its `preparation`.
        pictures: One uint8 `(h, w, 3 or 4)` image (or what else a generator of gray or bands takes,
            shown by `rgb_view`), an image of Pillow, the path of a picture, or a
            list of those.
        titles: Titles of input and translation.
        width: Width of the figure in inches.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    import matplotlib.pyplot as plt

    given = pictures if isinstance(pictures, list | tuple) else [pictures]
    preparation = getattr(translator, "preparation", AS_THEY_ARE)
    inputs = [pixels_of(picture, preparation) for picture in given]
    stacked = all(p.shape[1] > 1.6 * p.shape[0] for p in inputs)
    rows, columns = (2 * len(inputs), 1) if stacked else (len(inputs), 2)
    # Height so that every picture has the full width of its column.
    heights = [width / columns * p.shape[0] / p.shape[1] for p in inputs]
    heights = [height for height in heights for _ in range(2 if stacked else 1)]
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(width, sum(heights) + 0.35 * rows),
        height_ratios=heights,
        squeeze=False,
        layout="constrained",
    )
    both = (image for p in inputs for image in (p, translator(p)))
    shown = [rgb_view(preparation.flatten(image)) for image in both]
    for axis, image, title in zip(axes.flat, shown, titles * len(inputs), strict=True):
        axis.imshow(image)
        axis.set_title(title, fontsize=9)
        axis.axis("off")
    return figure
