"""A Conv2D with the same result as Keras' and gradients that TensorFlow computes faster on CPUs.

TensorFlow's CPU kernels (Eigen) for the gradients of a float32 convolution are up to fifty times
slower than the forward pass. Nothing changes on CPUs with AVX-512, whose kernels (oneDNN) are fast,
on GPUs, in other precisions and on other Keras backends.
"""

import functools
import math

import keras
from keras import ops

from cyclegan_tf.hardware.cpu import has_fast_onednn
from cyclegan_tf.model.tensors import Tensor

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf


@keras.saving.register_keras_serializable("cyclegan_tf")
class Conv2D(keras.layers.Conv2D):
    """`keras.layers.Conv2D`; where it pays, its gradients run as convolutions and matrix products.

    `benchmarks/convolution_gradients.py` shows where that is: most of all with few filters (the
    generators' head, the discriminators' last layer), less in large layers, never in the stem.
    """

    def convolution_op(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        simple = self.padding == "valid" and self.strides == self.dilation_rate == (1, 1)
        simple = simple and self.groups == 1 and self.data_format == "channels_last"
        if not simple or not _pays(inputs, kernel):
            return super().convolution_op(inputs, kernel)
        return _convolve(inputs, tf.convert_to_tensor(kernel))


def _pays(inputs: Tensor, kernel: Tensor) -> bool:
    if keras.backend.backend() != "tensorflow" or inputs.dtype != "float32":
        return False
    if _has_gpu() or has_fast_onednn():
        return False
    channels, filters = kernel.shape[2:]
    if channels < 16:
        return False
    multiplications = math.prod([*inputs.shape[1:3], *kernel.shape]) if _static(inputs) else 0
    return filters < 16 or multiplications > 5e8


def _static(inputs: Tensor) -> bool:
    return None not in inputs.shape[1:3]


@functools.cache
def _has_gpu() -> bool:
    return bool(tf.config.list_physical_devices("GPU"))


@ops.custom_gradient
def _convolve(inputs, kernel):
    """Convolution without padding, stride 1, of `(b, h, w, c)` with `(kh, kw, c, d)`."""

    def gradients(outer):
        return _input_gradient(outer, kernel), _kernel_gradient(inputs, outer, kernel)

    return tf.nn.conv2d(inputs, kernel, 1, "VALID"), gradients


def _input_gradient(outer: Tensor, kernel: Tensor) -> Tensor:
    """The transpose of a convolution: convolve with the kernel turned around, channels swapped."""
    rows, columns = kernel.shape[0] - 1, kernel.shape[1] - 1
    padded = tf.pad(outer, [[0, 0], [rows, rows], [columns, columns], [0, 0]])
    turned = tf.transpose(tf.reverse(kernel, [0, 1]), (0, 1, 3, 2))
    return tf.nn.conv2d(padded, turned, 1, "VALID")


def _kernel_gradient(inputs: Tensor, outer: Tensor, kernel: Tensor) -> Tensor:
    """`d kernel[i, j] = sum over pixels p of inputs[p + (i, j)]^T outer[p]`: matrix products.

    With `outer` padded to the size of `inputs`, a shift by (i, j) is one by `i * width + j` rows of
    the flattened images, and TensorFlow slices rows without copying them.
    """
    height, width, channels, filters = kernel.shape
    outer = tf.pad(outer, [[0, 0], [0, height - 1], [0, width - 1], [0, 0]])
    map_width = tf.shape(inputs)[2]
    inputs, outer = tf.reshape(inputs, (-1, channels)), tf.reshape(outer, (-1, filters))
    num_pixels = tf.shape(inputs)[0]
    products = []
    for i in range(height):
        for j in range(width):
            shift = i * map_width + j
            products.append(
                tf.matmul(inputs[shift:], outer[: num_pixels - shift], transpose_a=True)
            )
    return tf.reshape(tf.stack(products), kernel.shape)
