"""`LiveView`: loss curves and the newest preview in a notebook's cell, kept up to date."""

import os
import time
from typing import Any

import keras

from cyclegan_tf.notebook.curves import plot_losses
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.callbacks import clock
from data_pipeline.json_files import read_json_object


class LiveView(keras.callbacks.Callback):
    """Keeps loss curves and the newest preview in the output of a notebook cell up to date.

    Whatever else is printed there stays, above all warnings. With it, `train` draws previews after
    the first updates, too, and at growing distances from then on.

        train(config, "runs/mine", callbacks=[LiveView("runs/mine")])

    Args:
        run_dir: The run folder that `train` writes to.
        every: Logging intervals between refreshes.
    """

    wants_early_previews = True

    def __init__(self, run_dir: str | os.PathLike, every: int = 1) -> None:
        super().__init__()
        self.run, self.every = RunFolder(run_dir), every
        self._began: float | None = None
        self._limit = 0.0  # minutes
        self._shown: os.PathLike | None = None
        self._figure = self._preview = None  # display handles

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Looks up the limit of time, and shows the preview of the start."""
        self._began = None  # a training may be several `fit`s, each counting its epochs from 0
        if self.run.config_file.exists():
            self._limit = read_json_object(self.run.config_file).get("time_limit_minutes", 0.0)
        self.after_update()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Starts the clock."""
        # Not before: the first interval spends most of its time on compiling.
        if epoch and self._began is None:
            self._began = time.perf_counter()

    def after_update(self) -> None:
        """Shows a preview as soon as it is drawn, before the first losses are."""
        if self._newest() != self._shown:
            self.show(f"update {self.model.num_updates}")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Refreshes after every `every`-th interval."""
        if (epoch + 1) % self.every == 0:
            self.show(self._time_left(epoch))

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Refreshes a last time."""
        self.show("finished" if not self.model.stop_training else "stopped")

    def _time_left(self, epoch: int) -> str:
        """By the clock on the wall, so previews, validations and checkpoints count."""
        if self._began is None:
            return "just begun"
        pace = (time.perf_counter() - self._began) / epoch
        left = pace * (self.params["epochs"] - epoch - 1)
        lines, limit = self.run.read_metrics(), self._limit
        if limit and lines:
            left = min(left, max(0.0, 60 * limit - lines[-1]["seconds"]))
        return f"{clock(left)} left"

    def _newest(self) -> os.PathLike | None:
        return max(self.run.samples.glob("step_*.png"), default=None)

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
            pace = f"{lines[-1].get('images_per_second', 0):.2f} images/s"
            progress = f"update {lines[-1]['step']}, {pace}, {progress}"
        figure.suptitle(progress, fontsize=10)
        self._figure = _redisplay(self._figure, figure)
        plt.close(figure)
        if newest := self._newest():
            self._preview = _redisplay(self._preview, display.Image(filename=str(newest)))
            self._shown = newest


def _redisplay(handle: Any, thing: Any) -> Any:
    """Shows `thing` in the place of what `handle` showed; returns the handle of the place."""
    from IPython import display

    if handle is None:
        return display.display(thing, display_id=True)
    handle.update(thing)
    return handle
