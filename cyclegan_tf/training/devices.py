"""`Devices`: those of a training, the replicas on them, and which of several processes writes."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError, RunError

#: Names of what `train` makes a strategy of.
STRATEGIES = ("mirrored", "multiworker")

#: What the ops of a worker fail with when another worker is gone.
_LOST = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.InternalError,
)


class Devices:
    """The devices of a training.

    Make it before anything else of TensorFlow is used: workers must meet before that.

    Args:
        strategy: `"mirrored"` for all devices of this machine; `"multiworker"` for those of the
            machines in the environment variable TF_CONFIG; a `tf.distribute.Strategy`; with JAX, a
            `keras.distribution.DataParallel`; None for one device.

    Attributes:
        num_replicas: How many share a batch.
        num_workers: Processes that train together.
        worker: Number of this one.

    Raises:
        ConfigError: The backend hasn't that strategy.
    """

    def __init__(self, strategy: Any = None) -> None:
        self.num_workers, self.worker = 1, 0
        self._strategy: tf.distribute.Strategy = tf.distribute.get_strategy()
        self._distribution: Any = None
        if keras.backend.backend() == "jax":
            self._distribution = _distribution(strategy)
            mesh = getattr(self._distribution, "device_mesh", None)
            self.num_replicas = 1 if mesh is None else mesh.devices.size
            return
        if strategy is not None:
            self._strategy = _strategy(strategy)
        self.num_replicas = self._strategy.num_replicas_in_sync
        resolver = self._strategy.cluster_resolver
        if isinstance(self._strategy, tf.distribute.MultiWorkerMirroredStrategy) and resolver:
            self.num_workers = max(1, resolver.cluster_spec().num_tasks("worker"))
            self.worker = resolver.task_id or 0

    @property
    def is_chief(self) -> bool:
        """Whether this process writes the run folder: the first worker does."""
        return self.worker == 0

    @property
    def text(self) -> str:
        """What a card says of them, after the hardware: nothing of a single replica."""
        return f", {self.num_replicas} replicas" if self.num_replicas > 1 else ""

    def check_batch_size(self, config: Config) -> None:
        """Refuses a batch that the replicas can't share equally.

        Raises:
            ConfigError: `batch_size` isn't a multiple of their number.
        """
        if config.batch_size % self.num_replicas:
            up = -(-config.batch_size // self.num_replicas) * self.num_replicas
            raise ConfigError(
                "batch_size is that of all replicas together, so it must be a multiple of their "
                f"number ({self.num_replicas}); received {config.batch_size}. Try {up}."
            )

    def model_scope(self) -> contextlib.AbstractContextManager:
        """A context to make or load a model in, which puts its variables on all devices."""
        if self._strategy is tf.distribute.get_strategy():
            return contextlib.nullcontext()
        return self._strategy.scope()

    def training_scope(self) -> contextlib.AbstractContextManager:
        """A context for all of a training; with JAX, Keras must know of the devices throughout."""
        return self._distribution.scope() if self._distribution else contextlib.nullcontext()

    def distribute(self, stream: Callable[[int, int], tf.data.Dataset], batch_size: int) -> Any:
        """What `fit` takes: a stream of whole batches, or one of each worker's own share.

        Args:
            stream: From the number of a share and their count to a stream of that share.
            batch_size: Crops of a whole batch.
        """
        if self.num_workers == 1:  # Keras shares the batches out
            return stream(0, 1)
        size = batch_size // self.num_replicas

        def of_this_worker(context: tf.distribute.InputContext) -> tf.data.Dataset:
            own = stream(context.input_pipeline_id, context.num_input_pipelines)
            own = own.unbatch().batch(size, drop_remainder=True).prefetch(tf.data.AUTOTUNE)
            # TensorFlow must know that no batch is the last, or it fixes no size.
            endless = tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY)
            return own.apply(endless)

        return self._strategy.distribute_datasets_from_function(of_this_worker)

    def as_the_chief(self, number: int) -> int:
        """Returns the number that the chief has; all workers must ask, and wait for one another."""
        if self.num_workers == 1:
            return number
        result = self._of_first_replica(tf.constant(number, tf.int64))
        return int(self._strategy.experimental_local_results(result)[0].numpy())

    @functools.cached_property
    def _of_first_replica(self) -> Callable[[tf.Tensor], Any]:
        return tf.function(lambda number: self._strategy.run(_first_of_all, (number,)))


def _first_of_all(number: tf.Tensor) -> tf.Tensor:
    context = tf.distribute.get_replica_context()
    is_first = tf.cast(context.replica_id_in_sync_group == 0, tf.int64)
    return context.all_reduce("SUM", is_first * number)


@contextlib.contextmanager
def lost_workers_as_errors(devices: Devices) -> Iterator[None]:
    """Says in one sentence that another worker is gone.

    Raises:
        RunError: Within the context, an op failed as it does then.
    """
    try:
        yield
    except _LOST as error:
        if devices.num_workers == 1:
            raise
        reason = str(error.message).splitlines()[0][:200]
        raise RunError(
            f"Worker {devices.worker} of {devices.num_workers} has lost another one ({reason}). "
            "Start all workers again: they go on from the last checkpoint."
        ) from error


def _strategy(strategy: Any) -> tf.distribute.Strategy:
    if strategy == "mirrored":
        devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    if strategy == "multiworker":
        return tf.distribute.MultiWorkerMirroredStrategy()
    if isinstance(strategy, tf.distribute.Strategy):
        return strategy
    raise ConfigError(
        f"strategy must be {', '.join(STRATEGIES)}, a tf.distribute.Strategy or None; "
        f"received {strategy!r}."
    )


def _distribution(strategy: Any) -> Any:
    if strategy is None:
        return keras.distribution.distribution()
    if strategy == "mirrored":
        return keras.distribution.DataParallel()
    if isinstance(strategy, keras.distribution.DataParallel):
        return strategy
    raise ConfigError(
        "With JAX, strategy must be mirrored, a keras.distribution.DataParallel or None; "
        f"received {strategy!r}. multiworker is for TensorFlow."
    )
