"""What happens between updates: a progress line, metrics, previews, checkpoints, stopping.

These are Keras callbacks whose "epoch" is one logging interval; validation.py has a further one.
"""

import math
import sys
import time
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import DivergenceError
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.preparation import preparation_in
from cyclegan_tf.runs.previews import write_preview
from cyclegan_tf.training.devices import Devices
from cyclegan_tf.training.finish import write_generators

#: Updates at growing distances: whoever watches sees the first within half a minute.
EARLY_PREVIEWS = (1, 3, 10, 30, 100, 300, 1000, 3000)


class ProgressLog(keras.callbacks.Callback):
    """Writes a line per interval to metrics.jsonl and keeps one progress line on the screen.

    Args:
        run: Folder to write to.
        config: Settings of the run.
        num_steps: Updates of the whole run.
        seconds: Training time of earlier sessions of this run.
        verbose: Whether to show the progress line.
        devices: Those of the training; the time of the first worker counts. Default: one.

    Attributes:
        seconds: Training time so far, earlier sessions included. Previews, validations and
            checkpoints count from the end of the next interval on.

    Raises:
        DivergenceError: `max_skipped_updates` were skipped in a row, or a weight is not finite.
    """

    def __init__(
        self,
        run: RunFolder,
        config: Config,
        num_steps: int,
        seconds: float,
        verbose: bool,
        devices: Devices | None = None,
    ) -> None:
        super().__init__()
        self.devices = devices
        self.run, self.config, self.num_steps, self.verbose = run, config, num_steps, verbose
        self.seconds = seconds
        self._first_step: int | None = None  # of this session
        self._counted = 0.0  # the clock when `seconds` was counted last
        self._line_shown = 0.0
        # A terminal and a notebook can overwrite a line; a log file gets one now and then.
        self._overwrite = sys.stdout.isatty() or "ipykernel" in sys.modules

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._began = time.perf_counter()
        self._step, self._applied = self.model.num_updates, self.model.num_applied
        if self._first_step is None:
            self._first_step, self._first_seconds = self._step, self.seconds
            self._counted = self._began

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        assert logs is not None  # Keras always gives them
        step = self.model.num_updates
        self._refuse_divergence(step)
        # Those of an interval of which every update was skipped are no numbers.
        losses = {name: float(logs[name]) for name in self.model.trackers}
        losses = {name: value for name, value in losses.items() if math.isfinite(value)}
        now = time.perf_counter()
        elapsed = now - self._began
        self.seconds += now - self._counted  # with all that came after the interval before
        self._counted = now
        optimizer = getattr(self.model.optimizer, "inner_optimizer", self.model.optimizer)
        line = {
            "step": step,
            **losses,
            "learning_rate": float(optimizer.learning_rate),
            "images_per_second": round((step - self._step) * self.config.batch_size / elapsed, 3),
            "seconds": round(self.seconds, 3),
        }
        if skipped := step - self._step - (self.model.num_applied - self._applied):
            line["skipped_updates"] = skipped
        self.run.append_metrics(line)
        if self.verbose and losses:
            self._show(line)

    def _refuse_divergence(self, step: int) -> None:
        skipped = self.model.num_skipped
        if skipped >= self.config.max_skipped_updates:
            trouble = f"The last {skipped} updates were skipped: their losses or gradients were"
        elif not all(ops.all(ops.isfinite(w)) for w in self.model.trainable_variables):
            trouble = "Weights are"
        else:
            return
        raise DivergenceError(
            f"{trouble} not finite, at update {step}. The last checkpoint is whole. The same "
            "command with --on-divergence halve goes on from there at half the learning rate; or "
            "try a lower learning_rate or precision=float32 in a new run."
        )

    def time_is_up(self) -> bool:
        """Whether `time_limit_minutes` have been trained."""
        limit = 60 * self.config.time_limit_minutes
        if not limit:
            return False
        is_up = self.seconds >= limit
        return is_up if self.devices is None else bool(self.devices.as_the_chief(int(is_up)))

    def say(self, text: str) -> None:
        """Prints a line that stays, above the progress line."""
        print(f"\r{text:<110}" if self._overwrite else text, flush=True)

    def _show(self, line: dict[str, Any]) -> None:
        step, now = line["step"], time.perf_counter()
        pace = (self.seconds - self._first_seconds) / (step - self._first_step)
        left = pace * (self.num_steps - step)
        until = "left"
        if self.config.time_limit_minutes:
            limit = max(0.0, 60 * self.config.time_limit_minutes - self.seconds)
            left, until = min((left, until), (limit, "to the limit"))
        pairs = [("gan", "gan_ab", "gan_ba"), ("cycle", "cycle_a", "cycle_b")]
        pairs += [("disc", "discriminator_a", "discriminator_b")]
        text = f"update {step}/{self.num_steps}  loss {line['loss']:.2f}  "
        text += "  ".join(f"{name} {line[a]:.2f}/{line[b]:.2f}" for name, a, b in pairs)
        text += f"  {line['images_per_second']:.2f} img/s  {clock(left)} {until}"
        if self._overwrite:
            print(f"\r{text:<110}", end="", flush=True)
        elif now - self._line_shown > 15 or step == self.num_steps:
            print(text, flush=True)
            self._line_shown = now

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        if self.verbose and self._overwrite and self._first_step is not None:
            print()


class Previews(keras.callbacks.Callback):
    """Writes samples/step_XXXXXXXX.png: real, fake and cycled side by side, both directions.

    Args:
        run: Folder to write to.
        every: Updates between pictures.
        preview_a: uint8 `(h, w, 3)` images of domain A, sides multiples of 4.
        preview_b: As many of domain B, likewise.
        early: Whether to draw them after the updates of `EARLY_PREVIEWS`, too.
    """

    def __init__(
        self,
        run: RunFolder,
        every: int,
        preview_a: Sequence[np.ndarray],
        preview_b: Sequence[np.ndarray],
        early: bool = False,
    ) -> None:
        super().__init__()
        self.run, self.every, self.early = run, every, early
        self.previews = preview_a, preview_b
        self._last = -1  # before the first `fit` of this session; there may be several
        self._written = -1

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._step = self.model.num_updates
        if self._last < 0:
            self._last = self._step
            if not self._last:
                self.write()

    def after_update(self) -> None:
        """Draws an early preview if one is due; before the log has its first losses."""
        self._step += 1  # counted here: asking the model would wait for the device
        if self.early and self._step in EARLY_PREVIEWS and self._step < self.every:
            self.write()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        step = self.model.num_updates
        if step // self.every > self._last // self.every:
            self.write()
        self._last = step

    def write_last(self) -> None:
        """Writes the preview of the end, unless it has been written."""
        if self._written != self.model.num_updates:
            self.write()

    def write(self) -> None:
        """Translates the previews there and back, and writes the picture."""
        self._written = self.model.num_updates
        generators = [self.model.output_generator(direction) for direction in Direction]
        write_preview(self.run, self.model.num_updates, generators, self.previews)


class Checkpoints(keras.callbacks.Callback):
    """Saves the whole state every so often, and stops when the time is up.

    That is every `checkpoint_every` updates, and whenever `checkpoint_minutes` have gone by.

    Args:
        run: Folder to write to.
        config: Settings of the run.
        progress: Log of the run, which keeps the time. It must come before this callback.
    """

    def __init__(self, run: RunFolder, config: Config, progress: ProgressLog) -> None:
        super().__init__()
        self.run, self.config, self.progress = run, config, progress
        self._last = -1  # as in `Previews`
        self._saved = 0.0  # by the clock

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        if self._last < 0:
            self._last = self.model.num_updates
            self._saved = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        step, every = self.model.num_updates, self.config.checkpoint_every
        limit = 60 * self.config.checkpoint_minutes
        is_late = limit and time.monotonic() - self._saved >= limit
        if is_late or step // every > self._last // every:
            keep, preparation = self.config.keep_checkpoints, preparation_in(self.config)
            self.run.save_checkpoint(self.model, keep, preparation)
            self._saved = time.monotonic()
        self._last = step
        if self.progress.time_is_up():
            self.model.stop_training = True


class NewestGenerators(keras.callbacks.Callback):
    """Saves the generators alone every `generators_every` updates, under their final names.

    They are a fifth of a checkpoint, so they can be saved more often.

    Args:
        run: Folder to write to.
        config: Settings of the run.
    """

    def __init__(self, run: RunFolder, config: Config) -> None:
        super().__init__()
        self.run, self.config = run, config
        self._last = -1  # as in `Previews`

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        if self._last < 0:
            self._last = self.model.num_updates

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        step, every = self.model.num_updates, self.config.generators_every
        if step // every > self._last // every:
            write_generators(self.run, self.config, self.model)
        self._last = step


def clock(seconds: float) -> str:
    """Formats a duration.

    Args:
        seconds: Duration in seconds.

    Returns:
        Hours, minutes and seconds.

    >>> clock(75), clock(7384)
    ('1:15', '2:03:04')
    """
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
