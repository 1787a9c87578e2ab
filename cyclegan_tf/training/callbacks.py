"""What happens between updates: a progress line, metrics, previews, checkpoints, stopping.

Keras callbacks whose "epoch" is one logging interval; training.py strings them together.
"""

import math
import sys
import time

import keras
from keras import ops

from cyclegan_tf import images
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import RunError
from cyclegan_tf.runs.folder import RunFolder


class ProgressLog(keras.callbacks.Callback):
    """Writes a line per interval to metrics.jsonl and keeps one progress line on the screen.

    Args:
        run: Folder to write to.
        config: Of the run.
        num_steps: Updates of the whole run.
        seconds: Training time of earlier sessions of this run.
        verbose: Show the progress line.
    """

    def __init__(self, run: RunFolder, config, num_steps: int, seconds: float, verbose: bool):
        super().__init__()
        self.run, self.config, self.num_steps, self.verbose = run, config, num_steps, verbose
        self.seconds = seconds
        self.first_step = None
        self._line_shown = 0.0
        # A terminal and a notebook can overwrite a line; a log file gets one now and then.
        self._overwrite = sys.stdout.isatty() or "ipykernel" in sys.modules

    def on_epoch_begin(self, epoch, logs=None):
        self._began = time.perf_counter()
        self._step = int(self.model.step)
        if self.first_step is None:
            self.first_step, self.first_seconds = self._step, self.seconds

    def on_epoch_end(self, epoch, logs=None):
        losses = {name: float(logs[name]) for name in self.model.trackers}
        bad = [name for name, value in losses.items() if not math.isfinite(value)]
        # The last update may have broken weights whose losses only the next one would show.
        if not all(ops.all(ops.isfinite(w)) for w in self.model.trainable_variables):
            bad.append("weights")
        step = int(self.model.step)
        if bad:
            raise RunError(
                f"{', '.join(bad)} became non-finite before update {step}. The last checkpoint is "
                "from before that. Try a lower learning_rate or precision=float32 in a new run."
            )
        elapsed = time.perf_counter() - self._began
        self.seconds += elapsed
        optimizer = getattr(self.model.optimizer, "inner_optimizer", self.model.optimizer)
        line = {
            "step": step,
            **losses,
            "learning_rate": float(optimizer.learning_rate),
            "images_per_second": round((step - self._step) * self.config.batch_size / elapsed, 3),
            "seconds": round(self.seconds, 3),
        }
        self.run.append_metrics(line)
        if self.verbose:
            self._show(line)

    def time_is_up(self) -> bool:
        limit = 60 * self.config.time_limit_minutes
        return bool(limit) and self.seconds >= limit

    def _show(self, line):
        step, now = line["step"], time.perf_counter()
        pace = (self.seconds - self.first_seconds) / (step - self.first_step)
        left = pace * (self.num_steps - step)
        if self.config.time_limit_minutes:
            left = min(left, max(0.0, 60 * self.config.time_limit_minutes - self.seconds))
        pairs = [("gan", "gan_ab", "gan_ba"), ("cycle", "cycle_a", "cycle_b")]
        pairs += [("critic", "discriminator_a", "discriminator_b")]
        text = f"update {step}/{self.num_steps}  loss {line['loss']:.2f}  "
        text += "  ".join(f"{name} {line[a]:.2f}/{line[b]:.2f}" for name, a, b in pairs)
        text += f"  {line['images_per_second']:.2f} img/s  {clock(left)} left"
        if self._overwrite:
            print(f"\r{text:<110}", end="", flush=True)
        elif now - self._line_shown > 15 or step == self.num_steps:
            print(text, flush=True)
            self._line_shown = now

    def on_train_end(self, logs=None):
        if self.verbose and self._overwrite and self.first_step is not None:
            print()


class Previews(keras.callbacks.Callback):
    """Writes samples/step_XXXXXXXX.png: real, fake and cycled side by side, both directions.

    Args:
        run: Folder to write to.
        every: Updates between pictures.
        preview_a: uint8 `(h, w, 3)` images of domain A, sides multiples of 4.
        preview_b: The same of domain B, as many.
    """

    def __init__(self, run: RunFolder, every: int, preview_a: list, preview_b: list):
        super().__init__()
        self.run, self.every = run, every
        self.previews = preview_a, preview_b
        self._last = None

    def on_train_begin(self, logs=None):
        if self._last is None:
            self._last = int(self.model.step)
            if not self._last:
                self.write()

    def on_epoch_end(self, epoch, logs=None):
        step = int(self.model.step)
        if step // self.every > self._last // self.every:
            self.write()
        self._last = step

    def write(self):
        there, back = map(self.model.output_generator, Direction)
        rows = []
        for real_a, real_b in zip(*self.previews, strict=True):
            row = []
            for real, first, second in ((real_a, there, back), (real_b, back, there)):
                fake = first(images.uint8_to_unit(real)[None])
                cycled = second(fake)
                row += [real, *(images.unit_to_uint8(x[0]) for x in (fake, cycled))]
            rows.append(row)
        images.write_image(
            self.run.samples / f"step_{int(self.model.step):08d}.png", images.grid(rows)
        )


class Checkpoints(keras.callbacks.Callback):
    """Saves the whole state every so often, and stops the run when its time is up.

    Args:
        run: Folder to write to.
        config: Of the run.
        metrics: The run's `ProgressLog`, which keeps the time; it must come before this one.
    """

    def __init__(self, run: RunFolder, config, metrics: ProgressLog):
        super().__init__()
        self.run, self.config, self.metrics = run, config, metrics
        self._last = None

    def on_train_begin(self, logs=None):
        if self._last is None:
            self._last = int(self.model.step)

    def on_epoch_end(self, epoch, logs=None):
        step, every = int(self.model.step), self.config.checkpoint_every
        if step // every > self._last // every:
            self.run.save_checkpoint(self.model, self.config.keep_checkpoints)
        self._last = step
        if self.metrics.time_is_up():
            self.model.stop_training = True


def clock(seconds: float) -> str:
    """Formats a duration.

    >>> clock(75), clock(7384)
    ('1:15', '2:03:04')
    """
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
