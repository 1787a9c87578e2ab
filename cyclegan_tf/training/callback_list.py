"""`CallbackList`: Keras' own, which reads the losses of an update only if a callback asks."""

from typing import Any

import keras

_HOOKS = ("on_train_batch_end", "on_batch_end")


class CallbackList(keras.callbacks.CallbackList):
    """The callbacks of a `fit`, without a read of the device after every update.

    Keras turns the losses of every update to numbers, whether or not a callback looks at them, and
    each such read waits until the device has computed it. The log needs their means over an
    interval, which Keras reads at its end.
    """

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if any(_overrides(callback, hook) for callback in self.callbacks for hook in _HOOKS):
            super().on_train_batch_end(batch, logs)


def _overrides(callback: keras.callbacks.Callback, hook: str) -> bool:
    own = getattr(callback, hook)  # of the class or, in a LambdaCallback, of the object
    return getattr(own, "__func__", own) is not getattr(keras.callbacks.Callback, hook)
