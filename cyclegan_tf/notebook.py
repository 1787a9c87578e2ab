"""Figures for notebooks: training images, translations, and a live view of training."""

import math
import os
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.callbacks import clock
from cyclegan_tf.translation.pictures import AnyPicture, pixels_of
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
        pictures: One uint8 `(h, w, 3 or 4)` image, an image of Pillow, the path of a picture, or a
            list of those.
        titles: Titles of input and translation.
        width: Width of the figure in inches.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    import matplotlib.pyplot as plt

    given = pictures if isinstance(pictures, list | tuple) else [pictures]
    inputs = [pixels_of(picture) for picture in given]
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
    flatten = getattr(translator, "preparation", AS_THEY_ARE).flatten
    shown = [flatten(image) for p in inputs for image in (p, translator(p))]
    for axis, image, title in zip(axes.flat, shown, titles * len(inputs), strict=True):
        axis.imshow(image)
        axis.set_title(title, fontsize=9)
        axis.axis("off")
    return figure


class LiveView(keras.callbacks.Callback):
    """Keeps loss curves and the newest preview in the output of a notebook cell up to date.

    Whatever else is printed there stays, above all warnings.

        train(config, "runs/mine", callbacks=[LiveView("runs/mine")])

    Args:
        run_dir: The run folder that `train` writes to.
        every: Logging intervals between refreshes.
    """

    def __init__(self, run_dir: str | os.PathLike, every: int = 1) -> None:
        super().__init__()
        self.run, self.every = RunFolder(run_dir), every
        self._began: float | None = None
        self._figure = self._preview = None  # display handles

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Starts the clock."""
        # Not before: the first interval spends most of its time on compiling.
        if epoch and self._began is None:
            self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Refreshes after every `every`-th interval."""
        if (epoch + 1) % self.every == 0:
            self.show(self._time_left(epoch))

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Refreshes a last time."""
        self.show("finished" if not self.model.stop_training else "stopped")

    def _time_left(self, epoch):
        if self._began is None:
            return "just begun"
        pace = (time.perf_counter() - self._began) / epoch
        return f"{clock(pace * (self.params['epochs'] - epoch - 1))} left"

    def show(self, progress: str = "") -> None:
        """Draws curves and preview, or draws them anew in their place.

        Args:
            progress: What to write above the curves, e.g. the time that is left.
        """
        import matplotlib.pyplot as plt
        from IPython import display

        lines = self.run.read_metrics()
        figure = plot_losses(lines)
        if lines:
            pace = f"{lines[-1]['images_per_second']:.2f} images/s"
            figure.suptitle(f"update {lines[-1]['step']}, {pace}, {progress}", fontsize=10)
        self._figure = _redisplay(self._figure, figure)
        plt.close(figure)
        for newest in sorted(self.run.samples.glob("step_*.png"))[-1:]:
            self._preview = _redisplay(self._preview, display.Image(filename=str(newest)))


def _redisplay(handle, thing):
    """Shows `thing` in the place of what `handle` showed; returns the handle of the place."""
    from IPython import display

    if handle is None:
        return display.display(thing, display_id=True)
    handle.update(thing)
    return handle


def plot_losses(lines: Sequence[dict[str, Any]]) -> "Figure":
    """Draws the losses of metrics.jsonl over the updates.

    Args:
        lines: Lines of the file as dicts, from `RunFolder.read_metrics`.

    Returns:
        A `matplotlib.figure.Figure` with three panels: adversarial losses of the generators; cycle,
        identity and equivariance losses; losses of the discriminators.
    """
    import matplotlib.pyplot as plt

    panels = {
        "generators": ("gan_ab", "gan_ba"),
        "L1 of images": (
            *("cycle_a", "cycle_b", "identity_a", "identity_b"),
            *("equivariance_ab", "equivariance_ba"),
        ),
        "discriminators": ("discriminator_a", "discriminator_b"),
    }
    figure, axes = plt.subplots(1, len(panels), figsize=(13, 2.8), layout="constrained")
    steps = [line["step"] for line in lines]
    for axis, (title, names) in zip(axes, panels.items(), strict=True):
        for name in names:
            if lines and name in lines[0]:
                axis.plot(
                    steps, [line.get(name, math.nan) for line in lines], label=name, linewidth=1
                )
        axis.set_title(title, fontsize=9)
        axis.set_xlabel("update", fontsize=8)
        axis.tick_params(labelsize=8)
        if lines:
            axis.legend(fontsize=7)
    return figure
