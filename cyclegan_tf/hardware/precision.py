"""Which number format is fastest on this machine, without giving up quality.

The layers keep statistics, losses and outputs in float32 under every policy.
"""

from collections.abc import Collection, Sequence

from cyclegan_tf.hardware.cpu import cpu_flags, onednn_is_on

PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
TASKS = ("train", "translate")


def resolve_precision(precision: str = "auto", *, task: str = "train") -> str:
    """Returns the Keras dtype policy for this machine.

    bfloat16 has the range of float32 and needs no loss scaling, so it is preferred where there is a
    choice. Translation on a CPU is float32 always: strips are exact and faster so, even where the
    CPU computes in bfloat16 (docs/whole_maps.md).

    Args:
        precision: `"auto"`, or one of `PRECISIONS`, which is returned as it is.
        task: `"train"` (default) or `"translate"`.

    Returns:
        For `"auto"`: `"mixed_bfloat16"` where the hardware computes in bfloat16 (GPUs of compute
        capability 8.0 and newer; CPUs with AVX-512 bf16 or AMX, unless `TF_ENABLE_ONEDNN_OPTS` is
        0), `"mixed_float16"` on GPUs from 7.0 (V100, T4), and `"float32"` elsewhere. With JAX it is
        `"mixed_bfloat16"` on TPUs, as above on GPUs, and `"float32"` on all CPUs.

    Raises:
        ValueError: `precision` is neither `"auto"` nor one of `PRECISIONS`, or `task` is unknown.
    """
    if task not in TASKS:
        raise ValueError(f"task must be {' or '.join(TASKS)}; received {task!r}.")
    if precision in PRECISIONS:
        return precision
    if precision != "auto":
        raise ValueError(
            f"precision must be auto, {', '.join(PRECISIONS)}; received {precision!r}."
        )
    import keras

    if keras.backend.backend() == "jax":
        return _choose_on_jax() if task == "train" else "float32"
    import tensorflow as tf

    capabilities = [
        tf.config.experimental.get_device_details(gpu).get("compute_capability", (0, 0))
        for gpu in tf.config.list_physical_devices("GPU")
    ]
    return choose_precision(capabilities, cpu_flags() if onednn_is_on() else (), task=task)


def _choose_on_jax() -> str:
    import jax

    devices = jax.devices()
    if devices[0].platform == "tpu":
        return "mixed_bfloat16"
    # "7.5" of NVIDIA's GPUs; others name no number.
    names = [str(getattr(d, "compute_capability", "")) for d in devices if d.platform == "gpu"]
    versions = [name.partition(".")[::2] if name[:1].isdigit() else (0, 0) for name in names]
    return choose_precision([(int(major), int(minor)) for major, minor in versions], ())


def choose_precision(
    compute_capabilities: Sequence[tuple[int, int]],
    cpu_flags: Collection[str],
    *,
    task: str = "train",
) -> str:
    """Applies the rule of `resolve_precision` to given facts.

    Args:
        compute_capabilities: Major and minor version for each GPU; the weakest GPU decides.
        cpu_flags: What the CPU can do, as in `cpu_flags()`; asked only where there is no GPU.
        task: Same as in `resolve_precision`.

    Returns:
        One of `PRECISIONS`.

    >>> choose_precision([(7, 5)], {"avx512_bf16"})  # a T4 decides, whatever the CPU can do
    'mixed_float16'
    """
    if compute_capabilities:
        weakest = min(compute_capabilities)
        if weakest >= (8, 0):
            return "mixed_bfloat16"
        return "mixed_float16" if weakest >= (7, 0) else "float32"
    if task == "translate":
        return "float32"
    return "mixed_bfloat16" if {"avx512_bf16", "amx_bf16"} & set(cpu_flags) else "float32"
