"""What this CPU can do, and how TensorFlow is set up for it."""

import functools
import os
from pathlib import Path

from data_pipeline.threads import num_cores


def cpu_flags() -> set[str]:
    """Returns what the CPU can do as Linux names it, e.g. `"avx512f"`; empty on other systems."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return set()
    lines = (line for line in text.splitlines() if line.startswith("flags"))
    return set(next(lines, "").partition(":")[2].split())


@functools.cache
def has_fast_onednn() -> bool:
    """Returns whether TensorFlow uses oneDNN on a CPU with AVX-512, where that is fastest.

    The first answer is kept. Ask only once TensorFlow is imported, since it then has read
    `TF_ENABLE_ONEDNN_OPTS` and later changes have no effect.
    """
    return onednn_is_on() and "avx512f" in cpu_flags()


def onednn_is_on() -> bool:
    """Returns whether `TF_ENABLE_ONEDNN_OPTS` lets TensorFlow use oneDNN, as it does by default."""
    return os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1").lower() not in ("0", "false")


def set_up_cpu() -> None:
    """Chooses CPU kernels and threads for training; call it before TensorFlow is imported.

    It sets environment variables that aren't set yet. On two cores, whole ops run side by side,
    each on one core, since the step has two independent halves (A to B and B to A): with the preset
    demo, this takes 0.70 of the time of TensorFlow's default. It doesn't help translation, as a
    single generator has no halves.
    """
    if "avx512f" not in cpu_flags():  # on AVX2, oneDNN is slower than Eigen (docs/speed.md)
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    if num_cores() == 2:
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
        os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")


def switch_off_remapper() -> None:
    """Spares users a meaningless error line of TensorFlow about leaky ReLUs; on CPUs only.

    TensorFlow's remapper, which joins layers, gives up on a discriminator's gradients on CPUs with
    oneDNN. An update takes as long without it.
    """
    import tensorflow as tf

    if not tf.config.list_physical_devices("GPU"):
        tf.config.optimizer.set_experimental_options({"remapping": False})
