"""What CycleGAN needs and Keras lacks: instance norm, reflection padding, blur, equal gain.

Pure `keras.ops`, for any backend.
"""

from typing import Any

import keras
from keras import ops

from cyclegan_tf.model.tensors import Shape, Tensor


@keras.saving.register_keras_serializable("cyclegan_tf")
class InstanceNormalization(keras.layers.Layer):
    """Normalises every channel of every image over its own height and width (Ulyanov et al. 2016).

    The statistics are computed in float32 under any dtype policy: sums over a 480x480 map overflow
    float16. They have two entrances of their own, `moments` and `normalize`, because statistics
    taken from elsewhere (a whole map, the first frame of a clip) are what makes tiles and video
    consistent.

    Args:
        epsilon: Added to the variance. 1e-5 as in the paper's code, not Keras' 1e-3.

    Call args:
        inputs: Float tensor of shape `(batch, height, width, channels)`.

    Returns:
        A tensor of the same shape, in the policy's compute dtype.
    """

    def __init__(self, epsilon: float = 1e-5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape: Shape) -> None:
        shape = (input_shape[-1],)
        # autocast=False: scale and offset stay float32, like the statistics they are applied to.
        self.gamma = self.add_weight(shape=shape, initializer="ones", name="gamma", autocast=False)
        self.beta = self.add_weight(shape=shape, initializer="zeros", name="beta", autocast=False)

    def moments(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Returns mean and (biased) variance, float32 of shape `(batch, 1, 1, channels)`."""
        inputs = ops.cast(inputs, "float32")
        mean = ops.mean(inputs, axis=(1, 2), keepdims=True)
        # Two passes instead of E[x^2] - E[x]^2, which cancels when the mean is large.
        variance = ops.mean(ops.square(inputs - mean), axis=(1, 2), keepdims=True)
        return mean, variance

    def normalize(self, inputs: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        """Applies given statistics: `(inputs - mean) / sqrt(variance + epsilon) * gamma + beta`."""
        return self._normalize(inputs, mean, variance, self.gamma, self.beta)

    def _normalize(
        self, inputs: Tensor, mean: Tensor, variance: Tensor, gamma: Tensor, beta: Tensor
    ) -> Tensor:
        scale = gamma * ops.rsqrt(variance + self.epsilon)
        # One multiply-add over the map; everything else is per channel.
        outputs = ops.cast(inputs, "float32") * scale + (beta - mean * scale)
        return ops.cast(outputs, self.compute_dtype)

    def call(self, inputs: Tensor) -> Tensor:
        # Own gradients: they keep only the inputs for the way back (not four float32 copies of
        # them), and leave nothing to add up in an order that depends on the threads.
        @ops.custom_gradient
        def normalize(inputs: Tensor, gamma: Tensor, beta: Tensor) -> tuple[Tensor, Any]:
            mean, variance = self.moments(inputs)

            def gradients(outer: Tensor) -> tuple[Tensor, Tensor, Tensor]:
                return self._gradients(inputs, outer, mean, variance, gamma)

            return self._normalize(inputs, mean, variance, gamma, beta), gradients

        # As tensors: TensorFlow doesn't know a variable on several devices as an argument.
        gamma, beta = ops.copy(self.gamma.value), ops.copy(self.beta.value)
        return normalize(inputs, gamma, beta)

    def _gradients(
        self, inputs: Tensor, outer: Tensor, mean: Tensor, variance: Tensor, gamma: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Ioffe & Szegedy 2015, section 3, with the sums over one image's height and width."""
        dtype = inputs.dtype
        inputs, outer = ops.cast(inputs, "float32"), ops.cast(outer, "float32")
        rstd = ops.rsqrt(variance + self.epsilon)
        normalized = (inputs - mean) * rstd
        mean_outer = ops.mean(outer, axis=(1, 2), keepdims=True)
        mean_product = ops.mean(outer * normalized, axis=(1, 2), keepdims=True)
        to_inputs = gamma * rstd * (outer - mean_outer - normalized * mean_product)
        num_pixels = ops.cast(ops.size(inputs) / ops.size(mean), "float32")
        to_gamma, to_beta = (
            num_pixels * ops.sum(x, axis=(0, 1, 2)) for x in (mean_product, mean_outer)
        )
        return ops.cast(to_inputs, dtype), to_gamma, to_beta

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "epsilon": self.epsilon}


@keras.saving.register_keras_serializable("cyclegan_tf")
class ReflectionPadding2D(keras.layers.Layer):
    """Mirrors `padding` pixels at every border, without repeating the edge pixel.

    Args:
        padding: Pixels per side; must be smaller than the height and the width of the input.

    Call args:
        inputs: Tensor of shape `(batch, height, width, channels)`.

    Returns:
        A tensor of shape `(batch, height + 2 * padding, width + 2 * padding, channels)`.
    """

    def __init__(self, padding: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = padding

    def call(self, inputs: Tensor) -> Tensor:
        sides = (self.padding, self.padding)
        return ops.pad(inputs, ((0, 0), sides, sides, (0, 0)), mode="reflect")

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        batch, height, width, channels = input_shape
        grow = [None if side is None else side + 2 * self.padding for side in (height, width)]
        return (batch, *grow, channels)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding}


@keras.saving.register_keras_serializable("cyclegan_tf")
class BinomialBlur2D(keras.layers.Layer):
    """Blurs every channel with [1, 2, 1] x [1, 2, 1] / 16, reflecting at the borders.

    Placed before a strided convolution it removes most of what the stride would alias (Zhang 2019,
    "Making Convolutional Networks Shift-Invariant Again").

    Call args:
        inputs: Tensor of shape `(batch, height, width, channels)`, sides of at least 2.

    Returns:
        A tensor of the same shape.
    """

    def call(self, inputs: Tensor) -> Tensor:
        # [1, 2, 1] is [1, 1] twice. Sums of slices instead of a depthwise convolution: fast on
        # every device, and no value is used three times (see `total` in objective.py).
        x = ops.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
        for _ in range(2):
            x = x[:, :-1] + x[:, 1:]
        for _ in range(2):
            x = x[:, :, :-1] + x[:, :, 1:]
        return x / 16

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return super().get_config()  # Keras' own way fails where dtype is a policy


@keras.saving.register_keras_serializable("cyclegan_tf")
class EqualGain(keras.constraints.Constraint):
    """Keeps a transposed convolution of 4x4 with strides 2 from drawing grids on plain areas.

    Each place in a doubled pixel has 2x2 taps of its own. Where their sums differ, plain areas get
    a grid. This gives all four places the mean of their sums, and leaves the taps free otherwise:
    plain areas stay plain (the condition of Sugawara et al. 2019, "Checkerboard artifacts free
    convolutional neural networks").

    Call args:
        kernel: Float tensor `(4, 4, filters, channels)`.

    Returns:
        The nearest such kernel, of the same shape.
    """

    def __call__(self, kernel: Tensor) -> Tensor:
        _, _, *channels = kernel.shape
        taps = ops.reshape(kernel, (2, 2, 2, 2, *channels))  # (tap, place) of rows, of columns
        gain = ops.mean(taps, axis=(0, 2), keepdims=True)
        equal = taps - gain + ops.mean(gain, axis=(1, 3), keepdims=True)
        return ops.reshape(equal, kernel.shape)
