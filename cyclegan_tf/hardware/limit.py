"""How fast this device multiplies: what an update can be compared with."""

import time
from collections.abc import Callable, Sequence
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
    # On a CPU two at once, like the halves of a step: `set_up_cpu` gives each one core.
    both = range(1 if accelerated else 2)
    channels = 256

    def draw(shape: tuple[int, ...], spread: float, seed: int) -> Any:
        return random.normal(shape, stddev=spread, dtype=dtype, seed=seed)

    def convolve(maps: Any, kernel: Any) -> Any:
        return ops.conv(maps, kernel, padding="same", data_format="channels_last")

    shapes = (batch, side, side, channels), (3, 3, channels, channels)
    inputs = [(draw(shapes[0], 1.0, i), draw(shapes[1], 1 / 48, i)) for i in both]
    flops = 2 * batch * (side * channels * 3) ** 2 * len(both)
    convolution = flops / _fastest(convolve, inputs, seconds)
    square = (width, width)
    inputs = [(draw(square, width**-0.5, i), draw(square, 1.0, i + 2)) for i in both]
    matmul = 2 * width**3 * len(both) / _fastest(ops.matmul, inputs, seconds)
    return Limit(convolution, matmul, dtype)


def on_accelerator() -> bool:
    """Returns whether the Keras backend computes on a GPU or TPU, not on a CPU."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        return jax.default_backend() != "cpu"
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


def _fastest(
    function: Callable[..., Any], inputs: Sequence[tuple[Any, Any]], seconds: float
) -> float:
    """Seconds of a call for all inputs at once; the fastest of several runs counts.

    It is compiled as a training step is. Other work on the device can only slow a run down.
    """
    import keras

    if keras.backend.backend() == "jax":
        import jax

        compile_it, wait_for = jax.jit, jax.block_until_ready
    else:
        import tensorflow as tf

        compile_it, wait_for = tf.function, lambda results: [x[0, 0].numpy() for x in results]
    compiled = compile_it(lambda pairs: [function(*pair) for pair in pairs])

    def run(calls: int) -> float:
        begin = time.perf_counter()
        for _ in range(calls):
            results = compiled(inputs)
        wait_for(results)
        return time.perf_counter() - begin

    run(1)  # compiles
    calls, spent, fastest = 1, 0.0, float("inf")
    while spent < seconds:
        taken = run(calls)
        spent, fastest = spent + taken, min(fastest, taken / calls)
        if taken < ENOUGH:
            calls *= 2
    return fastest
