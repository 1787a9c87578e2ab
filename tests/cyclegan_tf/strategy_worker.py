"""A training on one device, on two, or as one of two workers, until an update. No test here.

`python strategy_worker.py CONFIG RUN STRATEGY END [KILL]` trains to the update END (0 for all) and
prints the error that it ends with. STRATEGY is none, mirrored or multiworker. With KILL the process
dies after END as if the machine were gone.
"""

import os
import sys

import keras
import tensorflow as tf

from cyclegan_tf import Config, train
from cyclegan_tf.errors import ConfigError, RunError


class StopAt(keras.callbacks.Callback):
    """Ends the training, or the process, after an update."""

    def __init__(self, end, kill):
        super().__init__()
        self.end, self.kill = end, kill

    def on_epoch_end(self, epoch, logs=None):
        if self.model.num_updates == self.end:
            if self.kill:
                os._exit(9)
            self.model.stop_training = True


def main(config, run, strategy, end, kill=""):
    """Trains one part of a run."""
    if strategy == "mirrored" and keras.backend.backend() == "tensorflow":
        (cpu,) = tf.config.list_physical_devices("CPU")
        two_devices = [tf.config.LogicalDeviceConfiguration()] * 2
        tf.config.set_logical_device_configuration(cpu, two_devices)
    strategy = None if strategy == "none" else strategy
    try:
        callbacks = [StopAt(int(end), bool(kill))]
        train(Config.load(config), run, strategy=strategy, callbacks=callbacks)
    except (ConfigError, RunError) as error:
        print("ERROR", error)
        sys.exit(2)


if __name__ == "__main__":
    main(*sys.argv[1:])
