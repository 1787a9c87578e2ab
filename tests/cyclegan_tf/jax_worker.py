"""What a test lets a process do that has JAX as Keras' backend. No test here.

`KERAS_BACKEND=jax python jax_worker.py FOLDER` with `start.keras`, a model that TensorFlow made,
`half.keras`, the same after half of the updates, and `crops.npz`. It writes results.json, and
half_jax.keras.
"""

import json
import logging
import sys
import warnings
from pathlib import Path

warnings.simplefilter("error")
warnings.filterwarnings("ignore", message="__array__ implementation doesn't accept a copy")

import jax  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from small_models import losses_of_updates, state  # noqa: E402

from cyclegan_tf.model import draws  # noqa: E402
from cyclegan_tf.model.cyclegan import CycleGAN  # noqa: E402


class CompiledSteps(logging.Handler):
    """Counts how often JAX compiles a `train_step`."""

    num = 0

    def emit(self, record):
        self.num += record.getMessage().startswith("Finished XLA compilation of jit(train_step)")


def main(folder):
    """Does all that the tests ask about, with one model."""
    steps = CompiledSteps()
    jax.config.update("jax_log_compiles", True)
    logger = logging.getLogger("jax")
    logger.addHandler(steps)
    logger.propagate = False
    crops = dict(np.load(folder / "crops.npz"))
    half = len(crops["a"]) // 2

    model = CycleGAN.load(folder / "start.keras")
    first = losses_of_updates(model, crops, half)
    model.save(folder / "half_jax.keras")
    second = losses_of_updates(model, crops)
    results = {
        "losses": {name: first[name] + second[name] for name in first},
        "step": int(model.step),
    }

    # Further states go into the same model, as its step is compiled.
    straight = state(model)
    copy_state(CycleGAN.load(folder / "half_jax.keras"), model)
    losses_of_updates(model, crops)
    pairs = zip(straight, state(model), strict=True)
    results["resumes"] = all(np.array_equal(one, two) for one, two in pairs)
    copy_state(CycleGAN.load(folder / "half.keras"), model)
    results["from_tensorflow"] = losses_of_updates(model, crops)

    before = [v.numpy() for v in model.trainable_variables]
    bad = {name: np.full_like(side[:1], np.nan) for name, side in crops.items()}
    model.step.assign(0)
    losses_of_updates(model, bad)
    results["changed_by_nan"] = [
        v.path
        for old, v in zip(before, model.trainable_variables, strict=True)
        if not np.array_equal(old, v.numpy())
    ]
    results["compiled"] = steps.num
    model.compile(model.optimizer, run_eagerly=True)  # without a warning
    results["compiles_eager_steps"] = model.jit_compile

    numbers = [0, 1, 7, 1000, 2**31 - 1]
    results["draws"] = [
        [float(draws.draw_uniform(seed, n)) for n in numbers] for seed in (0, 3, -5)
    ]
    results["shifts"] = [np.array(draws.draw_integers(3, n, 2, -8, 9)).tolist() for n in numbers]
    (folder / "results.json").write_text(json.dumps(results))


def copy_state(source, target):
    """Gives a model the weights and the optimizer's state of another."""
    sources, targets = (m.variables + m.optimizer.variables for m in (source, target))
    for old, new in zip(sources, targets, strict=True):
        new.assign(old.value)


if __name__ == "__main__":
    assert keras.backend.backend() == "jax"
    main(Path(sys.argv[1]))
