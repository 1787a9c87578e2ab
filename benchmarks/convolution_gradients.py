"""Where the gradients of `cyclegan_tf.model.convolution` are faster than TensorFlow's.

    python benchmarks/convolution_gradients.py

One line per layer of the paper's networks at 256x256 and of the preset demo: milliseconds for the
gradients of input and kernel, TensorFlow's beside ours, interleaved, fastest of several; and
whether `Conv2D` takes ours. CPU, float32, batch 1.
"""

import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import tensorflow as tf

from cyclegan_tf.model import convolution

# (label, side of the padded input, channels, filters, kernel size)
LAYERS = (
    ("stem, 256 px", 262, 3, 64, 7),
    ("trunk, 256 px", 66, 256, 256, 3),
    ("resize + conv, 256 px", 258, 128, 64, 3),
    ("head, 256 px", 262, 64, 3, 7),
    ("discriminator, layer 3", 34, 256, 512, 4),
    ("discriminator, last", 33, 512, 1, 4),
    ("trunk, demo", 26, 64, 64, 3),
    ("head, demo", 102, 16, 3, 7),
)


def compare(side, channels, filters, size, repeats=7):
    """Returns milliseconds `(TensorFlow's, ours)` and their largest relative difference."""
    out = side - size + 1
    inputs = tf.random.normal((1, side, side, channels))
    kernel = tf.random.normal((size, size, channels, filters))
    outer = tf.random.normal((1, out, out, filters))

    @tf.function
    def tensorflows(inputs, kernel, outer):
        options = {"strides": [1, 1, 1, 1], "padding": "VALID", "out_backprop": outer}
        return (
            tf.raw_ops.Conv2DBackpropInput(input_sizes=inputs.shape, filter=kernel, **options),
            tf.raw_ops.Conv2DBackpropFilter(input=inputs, filter_sizes=kernel.shape, **options),
        )

    @tf.function
    def ours(inputs, kernel, outer):
        return (
            convolution._input_gradient(outer, kernel),
            convolution._kernel_gradient(inputs, outer, kernel),
        )

    times = {}
    for _ in range(repeats):
        for function in (tensorflows, ours):
            begin = time.perf_counter()
            function(inputs, kernel, outer)
            taken = 1000 * (time.perf_counter() - begin)
            times[function] = min(taken, times.get(function, taken))
    differences = [
        float(tf.reduce_max(tf.abs(x - y)) / tf.math.reduce_std(x))
        for x, y in zip(
            tensorflows(inputs, kernel, outer), ours(inputs, kernel, outer), strict=True
        )
    ]
    return times[tensorflows], times[ours], max(differences)


def main():
    print(f"{'layer':<24}{'TensorFlow':>12}{'ours':>9}{'ratio':>8}{'used':>6}{'difference':>13}")
    for label, side, channels, filters, size in LAYERS:
        theirs, own, difference = compare(side, channels, filters, size)
        used = convolution._pays(
            tf.zeros((1, side, side, channels)), tf.zeros((size, size, channels, filters))
        )
        print(
            f"{label:<24}{theirs:>9.1f} ms{own:>6.1f} ms{own / theirs:>8.2f}"
            f"{'yes' if used else 'no':>6}{difference:>13.0e}"
        )


if __name__ == "__main__":
    main()
