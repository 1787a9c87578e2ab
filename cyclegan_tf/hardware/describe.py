"""What the machine calls itself, for the first line of a training and for its card."""

import platform
from pathlib import Path

from data_pipeline.threads import num_cores


def describe_hardware() -> str:
    """Returns the GPUs or TPUs that are used, or else the CPU and the cores that may be used.

    Returns:
        For example `"Tesla T4"`, or `"Intel(R) Xeon(R) CPU @ 2.20GHz, 2 cores"`.
    """
    import keras

    if keras.backend.backend() == "jax":
        import jax

        devices = [d.device_kind for d in jax.devices() if d.platform != "cpu"]
        return ", ".join(devices) or describe_cpu()
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    if details:
        return ", ".join(detail.get("device_name", "GPU") for detail in details)
    return describe_cpu()


def num_devices() -> int:
    """Returns how many GPUs or TPUs there are to share a batch, at least 1."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        return jax.device_count()
    import tensorflow as tf

    return max(1, len(tf.config.list_physical_devices("GPU")))


def describe_cpu() -> str:
    """Returns the name of the CPU and the number of cores that may be used."""
    cores = num_cores()
    return f"{_cpu_name()}, {cores} core{'s' if cores != 1 else ''}"


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # no Linux
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine() or "CPU"
