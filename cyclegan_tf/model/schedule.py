"""Quantities that change with the step: the learning rate and the identity weight.

Functions of the step alone, so a resumed run cannot restart them.
"""

import keras
from keras import ops

from cyclegan_tf.model.tensors import Scalar


@keras.saving.register_keras_serializable("cyclegan_tf")
class LinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Constant, then a straight line to 0 (Zhu et al. 2017, section 7.1).

    Args:
        learning_rate: Value until `decay_start`.
        decay_start: Update at which the fall begins.
        num_steps: Update at which 0 is reached; 0 from there on.

    >>> [round(float(LinearDecay(1.0, 10, 20)(step)), 6) for step in (0, 10, 15, 20, 30)]
    [1.0, 1.0, 0.5, 0.0, 0.0]
    """

    def __init__(self, learning_rate: float, decay_start: int, num_steps: int) -> None:
        self.learning_rate = learning_rate
        self.decay_start = decay_start
        self.num_steps = num_steps

    def __call__(self, step: Scalar) -> Scalar:
        left = self.num_steps - ops.cast(step, "float32")
        fall = max(self.num_steps - self.decay_start, 1)
        return self.learning_rate * ops.clip(left / fall, 0.0, 1.0)

    def get_config(self) -> dict[str, float]:
        return {
            "learning_rate": self.learning_rate,
            "decay_start": self.decay_start,
            "num_steps": self.num_steps,
        }


def annealed(weight: float, step: Scalar, anneal_steps: int) -> Scalar:
    """`weight`, falling linearly to 0 over `anneal_steps` updates; constant when that is 0.

    >>> [float(annealed(5.0, step, 10)) for step in (0, 5, 10, 20)]
    [5.0, 2.5, 0.0, 0.0]
    """
    if not anneal_steps:
        return ops.convert_to_tensor(weight, "float32")
    return weight * ops.clip(1.0 - ops.cast(step, "float32") / anneal_steps, 0.0, 1.0)
