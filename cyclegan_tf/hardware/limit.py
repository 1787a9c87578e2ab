"""How fast this device multiplies: what an update can be compared with."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

ENOUGH = 0.05  # seconds of a run beside which starting it and waiting for it are nothing


class Limit(NamedTuple):
    """Rates measured on a device, in floating-point operations per second.

    Attributes:
        convolution: With the residual blocks' layer of the paper, 3x3 from 256 to 256 channels.
        matmul: With a product of two square matrices.
        dtype: What both were computed in, e.g. `"float16"`.
    """

    convolution: float
    matmul: float
    dtype: str

    @property
    def best(self) -> float:
        """The faster of both: what the device can do at most, as far as is known."""
        return max(self.convolution, self.matmul)


def measure_limit(dtype: str = "float32", seconds: float = 0.3) -> Limit:
    """Measures how fast the device of the Keras backend multiplies, right now.

    Args:
        dtype: What to compute in, e.g. `"bfloat16"`.
        seconds: About how long each of the two rates is measured, after a first run that doesn't
            count. One more run may go over.

    Returns:
        The best rates that were seen.
    """
    from keras import ops, random

    accelerated = on_accelerator()
    batch, side, width = (16, 120, 8192) if accelerated else (1, 64, 1024)  # filling the device
    channels = 256
    maps = random.normal((batch, side, side, channels), dtype=dtype, seed=0)
    kernel = random.normal((3, 3, channels, channels), stddev=1 / 48, dtype=dtype, seed=1)
    matrix = random.normal((width, width), stddev=width**-0.5, dtype=dtype, seed=2)

    def convolve(maps: Any, kernel: Any) -> Any:
        return ops.conv(maps, kernel, padding="same", data_format="channels_last")

    flops = 2 * batch * (side * channels * 3) ** 2
    convolution = flops / _fastest(convolve, (maps, kernel), seconds)
    matmul = 2 * width**3 / _fastest(ops.matmul, (matrix, matrix), seconds)
    return Limit(convolution, matmul, dtype)


def on_accelerator() -> bool:
    """Returns whether the Keras backend computes on a GPU or TPU, not on a CPU."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        return jax.default_backend() != "cpu"
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


def _fastest(function: Callable[..., Any], arguments: tuple[Any, Any], seconds: float) -> float:
    """Seconds of a call, compiled as a training step is; the fastest of several runs counts.

    Other work on the device can only slow a run down.
    """
    import keras

    if keras.backend.backend() == "jax":
        import jax

        compiled, wait_for = jax.jit(function), jax.block_until_ready
    else:
        import tensorflow as tf

        compiled, wait_for = tf.function(function), lambda result: result[0, 0].numpy()

    def run(calls: int) -> float:
        begin = time.perf_counter()
        for _ in range(calls):
            result = compiled(*arguments)
        wait_for(result)
        return time.perf_counter() - begin

    run(1)  # compiles
    calls, spent, fastest = 1, 0.0, float("inf")
    while spent < seconds:
        taken = run(calls)
        spent, fastest = spent + taken, min(fastest, taken / calls)
        if taken < ENOUGH:
            calls *= 2
    return fastest
