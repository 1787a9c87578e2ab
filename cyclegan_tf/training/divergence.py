"""What is done about a training that diverged: back to its last checkpoint, at half the rate."""

import logging
import math

import keras

from cyclegan_tf.config import Config
from cyclegan_tf.errors import DivergenceError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.preparation import preparation_in

MOST_HALVINGS = 5


def halve_rate(model: CycleGAN, config: Config) -> float:
    """Halves the learning rate of a model before its next `fit`, for good: checkpoints hold it.

    Args:
        model: A model of this project's schedule, not trained since it was loaded or built.
        config: Settings of the run.

    Returns:
        The new rate at the start of the schedule.

    Raises:
        DivergenceError: It was halved `MOST_HALVINGS` times before.
    """
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    schedule = keras.saving.deserialize_keras_object(optimizer.get_config()["learning_rate"])
    if round(math.log2(config.learning_rate / schedule.learning_rate)) >= MOST_HALVINGS:
        raise DivergenceError(
            f"The learning rate was halved {MOST_HALVINGS} times and doesn't help. Try "
            "precision=float32 or other images in a new run."
        )
    schedule.learning_rate /= 2
    optimizer.learning_rate = schedule
    return schedule.learning_rate


def go_on_at_half_the_rate(
    run: RunFolder, config: Config, model: CycleGAN, error: DivergenceError, seconds: float
) -> None:
    """Makes a model that has just been loaded from the last checkpoint ready to go on.

    The checkpoint is written again, with the new rate, so that it survives whatever comes. A line
    of metrics.jsonl and the log say so.

    Args:
        run: The run folder.
        config: Settings of the run.
        model: The model of the last checkpoint, or an untrained one where there is none.
        error: Says what went wrong, and when.
        seconds: Training time so far.

    Raises:
        DivergenceError: The rate was halved often enough.
    """
    rate = halve_rate(model, config)
    model.skipped.assign(0)
    step = model.num_updates
    run.save_checkpoint(model, config.keep_checkpoints, preparation_in(config))
    run.rewind_metrics(step)
    run.append_metrics({"step": step, "halved_learning_rate": rate, "seconds": round(seconds, 3)})
    trouble = str(error).split(". ")[0]  # without the advice for those who must decide
    text = "%s. Going on from update %d at half the learning rate, %g."
    logging.getLogger(__name__).warning(text, trouble, step, rate)
