"""`CallbackList`: Keras' own, which reads the losses of an update only if a callback asks.

It also looks, after every update, whether the training should stop.
"""

from collections.abc import Sequence
from typing import Any

import keras

from cyclegan_tf.training.devices import Devices
from cyclegan_tf.training.stopping import StopRequest

_HOOKS = ("on_train_batch_end", "on_batch_end")


class CallbackList(keras.callbacks.CallbackList):
    """The callbacks of a `fit`, without a read of the device after every update.

    Keras turns the losses of every update to numbers, whether or not a callback looks at them, and
    each such read waits until the device has computed it. The log needs their means over an
    interval, which Keras reads at its end. A callback with a method `after_update()` is called
    after every update without them.

    Args:
        callbacks: The callbacks.
        stop: Whether the training should stop: after the update or, of several workers, after the
            interval, if the first one says so.
        devices: Those of the training.
        **of_fit: Further arguments of Keras' class.
    """

    def __init__(
        self,
        callbacks: Sequence[keras.callbacks.Callback],
        stop: StopRequest,
        devices: Devices,
        **of_fit: Any,
    ) -> None:
        super().__init__(callbacks, **of_fit)
        self.stop, self.devices = stop, devices

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self.stop.is_made and self.devices.num_workers == 1:
            self.model.stop_training = True
        for callback in self.callbacks:
            if hasattr(callback, "after_update"):  # without losses, so nothing is read
                callback.after_update()
        if any(_overrides(callback, hook) for callback in self.callbacks for hook in _HOOKS):
            super().on_train_batch_end(batch, logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        super().on_epoch_end(epoch, logs)
        if self.devices.as_the_chief(int(self.stop.is_made)):
            self.model.stop_training = True


def _overrides(callback: keras.callbacks.Callback, hook: str) -> bool:
    own = getattr(callback, hook)  # of the class or, in a LambdaCallback, of the object
    return getattr(own, "__func__", own) is not getattr(keras.callbacks.Callback, hook)
