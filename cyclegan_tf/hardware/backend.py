"""Which of Keras' backends is used: TensorFlow or JAX, no other."""

import importlib.util
import json
import os
import sys
from pathlib import Path

BACKENDS = ("tensorflow", "jax")


def choose_backend(name: str | None = None) -> str:
    """Chooses the backend of a command, before Keras is imported.

    It sets `KERAS_BACKEND`, so that Keras doesn't ask its own settings file.

    Args:
        name: One of `BACKENDS`. Default: what `KERAS_BACKEND` says, else `"tensorflow"`.

    Returns:
        The name.

    Raises:
        ImportError: It is another one, or JAX isn't installed.
    """
    name = name or os.environ.get("KERAS_BACKEND") or "tensorflow"
    _check(name)
    os.environ["KERAS_BACKEND"] = name
    return name


def check_backend() -> None:
    """Refuses other backends in one line, before or after Keras is imported.

    Raises:
        ImportError: Keras uses, or is going to use, another one than `BACKENDS`.
    """
    _check(_own_choice_of_keras())


def _check(name: str) -> None:
    if name not in BACKENDS:
        raise ImportError(f"KERAS_BACKEND must be {' or '.join(BACKENDS)}; received {name!r}.")
    if name == "jax" and not importlib.util.find_spec("jax"):
        raise ImportError(
            "KERAS_BACKEND=jax needs the package jax, which is not installed. "
            'Install it with: pip install "jax[cpu]", or the JAX of your GPU or TPU.'
        )


def _own_choice_of_keras() -> str:
    keras = sys.modules.get("keras")
    if keras is not None and hasattr(keras, "backend"):
        return keras.backend.backend()
    if os.environ.get("KERAS_BACKEND"):
        return os.environ["KERAS_BACKEND"]
    folder = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    try:
        return str(json.loads((Path(folder) / "keras.json").read_text("utf-8"))["backend"])
    except (OSError, ValueError, TypeError, KeyError):  # none, or one that Keras won't read either
        return "tensorflow"


def leave_gpus_to_jax() -> None:
    """Keeps TensorFlow, which only reads the data there, off the GPUs if Keras uses JAX."""
    import keras

    if keras.backend.backend() == "jax":
        import tensorflow as tf

        tf.config.set_visible_devices([], "GPU")
