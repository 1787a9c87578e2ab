"""The updates of a training: `model.fit` on the stream of crops, interval by interval."""

import functools
from collections.abc import Sequence

import keras
import tensorflow as tf

from cyclegan_tf.config import Config
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.training.callback_list import CallbackList
from cyclegan_tf.training.devices import Devices
from cyclegan_tf.training.own_data import Stream
from cyclegan_tf.training.speed import DataWait
from cyclegan_tf.training.stopping import StopRequest
from data_pipeline.store import ImageStore
from data_pipeline.stream import crop_stream


def fit(
    model: CycleGAN,
    config: Config,
    stores: Sequence[ImageStore],
    num_steps: int,
    callbacks: Sequence[keras.callbacks.Callback],
    waiting: DataWait,
    devices: Devices,
    stop: StopRequest | None = None,
    own_stream: Stream | None = None,
) -> None:
    """Runs `model.fit`, where Keras' "epoch" is a logging interval; the last may be shorter.

    So may the first of a run that was stopped in an interval.

    Args:
        model: Model to train, from its step on.
        config: Settings of the run.
        stores: The images of A and of B, and those of their true pairs, if there are some.
        num_steps: Updates of the whole run.
        callbacks: What happens between intervals.
        waiting: Measures how long batches are waited for.
        devices: Where the model is.
        stop: Whether to stop after an update. Default: never.
        own_stream: Batches in place of those of the stores.
    """
    stop = stop or StopRequest()
    while (step := model.num_updates) < num_steps:
        interval = min(config.log_every - step % config.log_every, num_steps - step)
        stream = functools.partial(_share_of_stream, config, stores, step, waiting)
        if own_stream:
            stream = functools.partial(_own_batches, own_stream, step, waiting)
        # Keras goes on in the same stream from one epoch to the next, as it is endless.
        epochs = (num_steps - step) // interval if interval == config.log_every else 1
        of_fit = {"model": model, "epochs": epochs, "steps": interval, "add_history": True}
        model.fit(
            devices.distribute(stream, config.batch_size),
            epochs=epochs,
            steps_per_epoch=interval,
            callbacks=CallbackList(callbacks, stop, devices, **of_fit),
            shuffle=False,  # else Keras warns: a stream has its own order
            verbose=0,
        )
        if model.stop_training:
            return


def _own_batches(
    stream: Stream, step: int, waiting: DataWait, share: int, num_shares: int
) -> tf.data.Dataset:
    return waiting.timed(stream(step).prefetch(tf.data.AUTOTUNE))


def _share_of_stream(
    config: Config,
    stores: Sequence[ImageStore],
    step: int,
    waiting: DataWait,
    share: int,
    num_shares: int,
) -> tf.data.Dataset:
    """The crops from update `step` on, of all batches the same one of equal shares."""
    pairs = stores[2:]
    stream = crop_stream(
        *stores[:2],
        pairs=(pairs[0], pairs[1]) if pairs else None,
        pairs_every=config.pairs_every,
        crop_size=config.crop_size,
        batch_size=config.batch_size // num_shares,
        seed=config.seed,
        start=step * config.batch_size,
        share=share,
        num_shares=num_shares,
        flip=config.flip,
        scale_jitter=config.scale_jitter,
        color_jitter=config.color_jitter,
        small_images=config.small_images,
        vertical_position=config.vertical_position,
    )
    return waiting.timed(stream)
