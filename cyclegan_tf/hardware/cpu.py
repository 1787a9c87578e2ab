"""What this CPU can do, and how TensorFlow is set up for it."""

import functools
import os
from pathlib import Path


def cpu_flags() -> set[str]:
    """Returns what the CPU can do, as Linux names it; empty on other systems."""
    # Linux only. Elsewhere (macOS, Windows) float32 is the safe answer.
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return set()
    lines = (line for line in text.splitlines() if line.startswith("flags"))
    return set(next(lines, "").partition(":")[2].split())


@functools.cache
def has_fast_onednn() -> bool:
    """Returns whether TensorFlow computes by oneDNN on a CPU with AVX-512, where that is fastest.

    Call it once TensorFlow is imported: it reads `TF_ENABLE_ONEDNN_OPTS` as TensorFlow has then.
    """
    return onednn_is_on() and "avx512f" in cpu_flags()


def onednn_is_on() -> bool:
    return os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1").lower() not in ("0", "false")


def set_up_cpu():
    """Chooses CPU kernels for training; must be called before TensorFlow is imported.

    Sets environment variables that aren't set yet. On two cores, whole ops run side by side, each
    on one core: the step has two independent halves (A to B and B to A); measured with the preset
    demo, this takes 0.70 of the time of TensorFlow's default. Not for translation: a single
    generator has no halves.
    """
    if "avx512f" not in cpu_flags():  # on AVX2, oneDNN is slower than Eigen (docs/speed.md)
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    if os.cpu_count() == 2:
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
        os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")


def switch_off_remapper():
    """Spares users an error line of TensorFlow about leaky ReLUs that means nothing; CPUs only.

    Its remapper, which joins layers, gives up on a discriminator's gradients on CPUs with oneDNN.
    Without it an update takes as long as before.
    """
    import tensorflow as tf

    if not tf.config.list_physical_devices("GPU"):
        tf.config.optimizer.set_experimental_options({"remapping": False})
