"""Which number format and which CPU kernels are fastest here, without giving up quality.

Only the choice; the layers keep statistics, losses and outputs in float32 under every policy.
"""

import functools
import os
from pathlib import Path

PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")


def resolve_precision(precision: str = "auto") -> str:
    """Returns the Keras dtype policy for this machine.

    `"auto"` is `mixed_bfloat16` where the hardware computes in bfloat16 (GPUs of compute capability
    8.0 and newer, CPUs with AVX-512 bf16 or AMX unless `TF_ENABLE_ONEDNN_OPTS` is 0, without which
    they don't), `mixed_float16` on GPUs from 7.0 (V100, T4), and `float32` elsewhere. bfloat16 has
    the range of float32 and needs no loss scaling, so it is preferred where there is a choice.

    Raises:
        ValueError: `precision` is neither `"auto"` nor one of `PRECISIONS`.
    """
    if precision in PRECISIONS:
        return precision
    if precision != "auto":
        raise ValueError(
            f"precision must be auto, {', '.join(PRECISIONS)}; received {precision!r}."
        )
    import tensorflow as tf

    capabilities = [
        tf.config.experimental.get_device_details(gpu).get("compute_capability", (0, 0))
        for gpu in tf.config.list_physical_devices("GPU")
    ]
    return choose_precision(capabilities, cpu_flags() if _onednn_is_on() else ())


def choose_precision(compute_capabilities, cpu_flags) -> str:
    """The rule of `resolve_precision` on given facts: GPU capabilities, flags of the CPU.

    >>> choose_precision([(7, 5)], {"avx512_bf16"})  # a T4 decides, whatever the CPU can do
    'mixed_float16'
    """
    if compute_capabilities:
        weakest = min(compute_capabilities)
        if weakest >= (8, 0):
            return "mixed_bfloat16"
        return "mixed_float16" if weakest >= (7, 0) else "float32"
    return "mixed_bfloat16" if {"avx512_bf16", "amx_bf16"} & set(cpu_flags) else "float32"


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
    return _onednn_is_on() and "avx512f" in cpu_flags()


def _onednn_is_on() -> bool:
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
