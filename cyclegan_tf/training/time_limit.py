"""What a time limit leaves of a training: how many updates fit, and what to do if they are few."""

from collections.abc import Callable
from typing import Any

import keras

from cyclegan_tf.config import Config
from cyclegan_tf.training.callbacks import ProgressLog

_ENOUGH = 100  # updates, to know their pace


def updates_in_time(
    config: Config, num_steps: int, done: int, seconds: float, pace: float
) -> int | None:
    """Returns the update at which `time_limit_minutes` will end a run; None if all fit.

    Args:
        config: Settings of the run.
        num_steps: Updates of the whole run.
        done: Updates so far.
        seconds: Training time so far.
        pace: Seconds of an update.
    """
    if not config.time_limit_minutes:
        return None
    end = done + max(0, round((60 * config.time_limit_minutes - seconds) / pace))
    return end if end < num_steps else None


def advice(config: Config, num_steps: int, end: int | None) -> str | None:
    """Returns what to do where the time is up before the learning rate falls; None else.

    Args:
        config: Settings of the run.
        num_steps: Updates of the whole run.
        end: As `updates_in_time` returns it.
    """
    per_epoch = num_steps // config.epochs
    if end is None or end >= config.decay_epoch * per_epoch:
        return None
    text = (
        f"The time limit of {config.time_limit_minutes:g} minutes will end this at about update "
        f"{end:,}, before the learning rate falls (from update {config.decay_epoch * per_epoch:,} "
        "on), which brings much of the quality. Give more time, or fewer epochs"
    )
    if epochs := end // per_epoch:
        decay = epochs * config.decay_epoch // config.epochs
        text += f" in a new run: --epochs {epochs} --decay-epoch {decay} fits"
    return text + "."


class TimeLimitLine(keras.callbacks.Callback):
    """Says once whether the time limit lets the learning rate fall, when the pace is known.

    Args:
        config: Settings of the run.
        num_steps: Updates of the whole run.
        log: What keeps the time; it comes before this one.
        say: Called with the line.
    """

    def __init__(
        self, config: Config, num_steps: int, log: ProgressLog, say: Callable[[str], object]
    ) -> None:
        super().__init__()
        self.config, self.num_steps, self.log, self.say = config, num_steps, log, say
        self._first: tuple[int, float] | None = None  # after the interval that compiles
        self._is_said = False

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        step, seconds = self.model.num_updates, self.log.seconds
        self._first = self._first or (step, seconds)
        counted = step - self._first[0]
        if self._is_said or counted < _ENOUGH:
            return
        self._is_said = True
        pace = (seconds - self._first[1]) / counted
        end = updates_in_time(self.config, self.num_steps, step, seconds, pace)
        if text := advice(self.config, self.num_steps, end):
            self.say(text)
