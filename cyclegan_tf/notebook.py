"""Pictures for people: figures in notebooks, a live view of training, GIFs, and one HTML page.

Takes finished uint8 images; translating them is translation.py's job.
"""

import time
from pathlib import Path

import keras
import numpy as np

from cyclegan_tf import images
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.callbacks import clock


def show_translation(translator, pictures, titles=("input", "translation"), width: float = 12.0):
    """Translates pictures and shows each beside (or, where wide, above) its translation.

    Args:
        translator: A `Translator`, or any function of uint8 images.
        pictures: One uint8 `(h, w, 3)` image, a path, or a list of those.
        titles: Of input and translation.
        width: Of the figure, in inches.

    Returns:
        The `matplotlib.figure.Figure`.
    """
    import matplotlib.pyplot as plt

    pictures = pictures if isinstance(pictures, (list, tuple)) else [pictures]
    pictures = [images.read_image(p) if isinstance(p, (str, Path)) else p for p in pictures]
    stacked = all(p.shape[1] > 1.6 * p.shape[0] for p in pictures)
    rows, columns = (2 * len(pictures), 1) if stacked else (len(pictures), 2)
    # Height so that every picture has the full width of its column.
    heights = [width / columns * p.shape[0] / p.shape[1] for p in pictures]
    ratios = np.repeat(heights, 2) if stacked else np.asarray(heights)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(width, float(ratios.sum()) + 0.35 * rows),
        height_ratios=ratios,
        squeeze=False,
        layout="constrained",
    )
    shown = [image for p in pictures for image in (p, translator(p))]
    for axis, image, title in zip(axes.flat, shown, titles * len(pictures), strict=True):
        axis.imshow(image)
        axis.set_title(title, fontsize=9)
        axis.axis("off")
    return figure


class LiveView(keras.callbacks.Callback):
    """Keeps loss curves and the newest preview in the output of a notebook cell up to date.

    What else is printed there, warnings above all, stays.

        train(config, "runs/mine", callbacks=[LiveView("runs/mine")])

    Args:
        run_dir: The run folder that `train` writes to.
        every: Logging intervals between refreshes.
    """

    def __init__(self, run_dir, every: int = 1):
        super().__init__()
        self.run, self.every = RunFolder(run_dir), every
        self._began = None
        self._figure = self._preview = None  # display handles

    def on_epoch_begin(self, epoch, logs=None):
        # Not before: the first interval spends most of its time on compiling.
        if epoch and self._began is None:
            self._began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every == 0:
            self.show(self._time_left(epoch))

    def on_train_end(self, logs=None):
        self.show("finished" if not self.model.stop_training else "stopped")

    def _time_left(self, epoch):
        if self._began is None:
            return "just begun"
        pace = (time.perf_counter() - self._began) / epoch
        return f"{clock(pace * (self.params['epochs'] - epoch - 1))} left"

    def show(self, progress: str = ""):
        """Draws both, or draws them anew in their place."""
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


def plot_losses(lines: list[dict]):
    """Draws the losses of metrics.jsonl over the updates.

    Args:
        lines: As `RunFolder.read_metrics` returns them.

    Returns:
        The `matplotlib.figure.Figure`: adversarial losses; cycle, identity and equivariance; those
        of the discriminators.
    """
    import matplotlib.pyplot as plt

    panels = {
        "generators fool": ("gan_ab", "gan_ba"),
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
                axis.plot(steps, [line[name] for line in lines], label=name, linewidth=1)
        axis.set_title(title, fontsize=9)
        axis.set_xlabel("update", fontsize=8)
        axis.tick_params(labelsize=8)
        if lines:
            axis.legend(fontsize=7)
    return figure
