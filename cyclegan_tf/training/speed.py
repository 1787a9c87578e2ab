"""How fast a training is, said once: images a second, waiting for data, share of the limit."""

import time
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from cyclegan_tf.config import Config
from cyclegan_tf.hardware.limit import measure_limit
from cyclegan_tf.model.flops import update_flops

UPDATES = 100  # of a session, before its speed is told


class DataWait:
    """Measures how long whoever takes batches from a stream has to wait for them.

    Clocks in the stream itself, since Keras fetches a batch within the compiled step. A GPU may
    still be busy with an update while the next batch is waited for, so there this is the most that
    was lost.
    """

    def __init__(self) -> None:
        with tf.device("CPU"):
            self._seconds = tf.Variable(0.0, dtype=tf.float64, trainable=False)

    @property
    def seconds(self) -> float:
        """Seconds waited so far."""
        return float(self._seconds.numpy())

    def timed(self, stream: tf.data.Dataset) -> tf.data.Dataset:
        """Returns the same stream with clocks before and after it.

        Args:
            stream: An endless dataset that ends with `prefetch`: only what it hasn't ready is
                waited for.
        """
        # `zip` asks its datasets one after the other, and no clock runs in a thread of its own.
        before = tf.data.Dataset.counter().map(lambda _: tf.timestamp())

        def count(asked: tf.Tensor, batch: Any) -> Any:
            self._seconds.assign_add(tf.timestamp() - asked)
            return batch

        return tf.data.Dataset.zip((before, stream)).map(count)


class SpeedLine(keras.callbacks.Callback):
    """Says once how fast the training is, when 100 updates of this session are done.

    The first logging interval doesn't count, as the step is compiled in it. Nothing is asked of the
    device between the ends of intervals.

    Args:
        config: Settings of the run.
        step: Updates of earlier sessions.
        waiting: Clocks in the stream that is trained on.
        say: Called with the line.
        num_replicas: Devices that share a batch; their limits add up.
    """

    def __init__(
        self,
        config: Config,
        step: int,
        waiting: DataWait,
        say: Callable[[str], object],
        num_replicas: int = 1,
    ) -> None:
        super().__init__()
        self.num_replicas = num_replicas
        self.config, self.waiting, self.say = config, waiting, say
        self._step = step
        self._counted: range | None = None  # updates; None until the first interval is over
        self._seconds = self._waited = 0.0
        self._is_said = False

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._say_if_due()  # between two intervals, so that none of them gets longer
        self._began, self._waited_before = time.perf_counter(), self.waiting.seconds

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        interval = self.params["steps"]
        if self._counted is None:
            start = self._step + interval
            self._counted = range(start, start)
            return
        self._seconds += time.perf_counter() - self._began
        self._waited += self.waiting.seconds - self._waited_before
        self._counted = range(self._counted.start, self._counted.stop + interval)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self._say_if_due()

    def _say_if_due(self) -> None:
        if self._is_said or not self._counted or self._counted.stop - self._step < UPDATES:
            return
        self._is_said = True
        rate = self.config.batch_size * len(self._counted) / self._seconds
        waited = min(1.0, self._waited / self._seconds)
        share = self._share(self._counted)
        self.say(f"Speed: {rate:.3g} img/s, {waited:.1%} of the time waiting for data, {share}.")

    def _share(self, updates: range) -> str:
        try:
            flops = update_flops(self.model, self.config.crop_size, self.config.batch_size, updates)
        except TypeError as error:
            return str(error)
        except Exception as error:  # a loss of one's own, asked about crops of zeros
            return f"operations couldn't be counted ({type(error).__name__})"
        try:
            limit = measure_limit(self.model.compute_dtype)
        except Exception as error:  # out of memory has a type of its own in every backend
            return f"the limit of this device couldn't be measured ({type(error).__name__})"
        whose = "this device"
        if self.num_replicas > 1:
            whose = f"{self.num_replicas} devices like this"
        best = limit.best * self.num_replicas
        return (
            f"{flops * len(updates) / self._seconds / best:.0%} of the most that {whose} can "
            f"compute ({limit.best / 1e12:.3g} TFLOP/s in {limit.dtype}, measured just now)"
        )
