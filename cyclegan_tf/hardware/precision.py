"""Which number format and which CPU kernels are fastest here, without giving up quality.

Only the choice; the layers keep statistics, losses and outputs in float32 under every policy.
"""

from cyclegan_tf.hardware.cpu import cpu_flags, onednn_is_on

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
    return choose_precision(capabilities, cpu_flags() if onednn_is_on() else ())


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
