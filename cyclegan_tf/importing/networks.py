"""From the layers of another program's networks to Keras models with the same output."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np

from cyclegan_tf.errors import RunError
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator


@dataclass(frozen=True)
class SourceLayer:
    """A convolution and the instance norm after it, in the layout of Keras.

    Args:
        name: What the file calls it.
        kernel: `(height, width, channels, filters)`; of a transposed convolution
            `(height, width, filters, channels)`.
        bias: `(filters,)`, or None.
        gamma: Scale of the norm after it, `(filters,)`; None where there is none.
        beta: Its offset, likewise.
    """

    name: str
    kernel: np.ndarray
    bias: np.ndarray | None = None
    gamma: np.ndarray | None = None
    beta: np.ndarray | None = None


def build_generator(
    source: Sequence[SourceLayer], name: str, *, epsilon: float, padded_as_in_pytorch: bool
) -> keras.Model:
    """Builds a `resnet_generator` with the weights of another program.

    A bias before an instance norm is left out: the norm takes it away again.

    PyTorch pads a strided convolution of 3x3 by 1 on every side, Keras' "same" only below and on
    the right; its transposed one is shifted in the same way. A kernel of 4x4 is padded by 1 on
    every side in Keras, too, so there the kernels get a row and a column of zeros.

    Args:
        source: Its convolutions from the image on: one of 7x7, two strided, two per residual block,
            two transposed, one of 7x7.
        name: Name of the model.
        epsilon: What its instance norms add to the variance.
        padded_as_in_pytorch: Whether the strided convolutions are padded as above. Else as in
            Keras.

    Raises:
        RunError: They are those of another network. The text names the first that doesn't fit.
    """
    num_blocks, odd = divmod(len(source) - 6, 2)
    if num_blocks < 0 or odd:
        raise RunError(
            f"{name} has {len(source)} convolutions; a ResNet generator has 6 and 2 per residual "
            "block. Other generators (U-Net, for one) can't be imported."
        )
    channels, filters = source[0].kernel.shape[-2:]
    inner = [f"block{i}{x}" for i in range(1, num_blocks + 1) for x in "ab"]
    labels = ["stem", "down1", "down2", *inner, "up1", "up2", "head"]
    f = filters
    shapes = [
        *((7, 7, channels, f), (3, 3, f, 2 * f), (3, 3, 2 * f, 4 * f)),
        *[(3, 3, 4 * f, 4 * f)] * len(inner),
        *((3, 3, 2 * f, 4 * f), (3, 3, f, 2 * f), (7, 7, f, channels)),
    ]
    _check_shapes(name, f"a ResNet generator of {f} filters", source, shapes)
    model = resnet_generator(
        filters,
        num_blocks,
        upsampling="transpose4" if padded_as_in_pytorch else "transpose",
        channels=channels,
        epsilon=epsilon,
        dtype="float32",
        name=name,
    )
    _fill(model, source, labels)
    return model


def build_discriminator(source: Sequence[SourceLayer], name: str, *, epsilon: float) -> keras.Model:
    """Builds a `patch_discriminator` with the weights of another program.

    Args:
        source: Its convolutions of 4x4, from the image on.
        name: Name of the model.
        epsilon: What its instance norms add to the variance.

    Raises:
        RunError: They are those of another network. The text names the first that doesn't fit.
    """
    num_layers = len(source) - 2
    if num_layers < 1:
        raise RunError(f"{name} has {len(source)} convolutions; a patch discriminator has 3 to 8.")
    channels, filters = source[0].kernel.shape[-2:]
    widths = [channels, *(filters * min(2**i, 8) for i in range(num_layers + 1)), 1]
    shapes = [(4, 4, *pair) for pair in zip(widths, widths[1:], strict=False)]
    _check_shapes(name, f"a patch discriminator of {filters} filters", source, shapes)
    model = patch_discriminator(
        filters, num_layers, channels=channels, epsilon=epsilon, dtype="float32", name=name
    )
    _fill(model, source, [f"layer{i}" for i in range(num_layers + 2)])
    return model


def _check_shapes(
    name: str, kind: str, source: Sequence[SourceLayer], shapes: Sequence[tuple[int, ...]]
) -> None:
    """Compares before anything is built: a model may take far more memory than its first layer."""
    for layer, shape in zip(source, shapes, strict=True):
        found = tuple(layer.kernel.shape)
        if found != shape:
            raise RunError(
                f"{name}: {layer.name} is a kernel of {_by(found)} (height, width, channels); "
                f"{kind} has {_by(shape)} there."
            )
        filters = {w.shape for w in (layer.bias, layer.gamma, layer.beta) if w is not None}
        if filters - {(shape[-1],), (shape[-2],)}:
            raise RunError(f"{name}: {layer.name} has a bias or norm of another size.")


def _fill(model: keras.Model, source: Sequence[SourceLayer], labels: Sequence[str]) -> None:
    norms = {layer.name for layer in model.layers if layer.name.endswith("_norm")}
    for layer, label in zip(source, labels, strict=True):
        convolution = model.get_layer(f"{label}_conv")
        kernel = np.zeros(convolution.kernel.shape, np.float32)
        kernel[: layer.kernel.shape[0], : layer.kernel.shape[1]] = layer.kernel
        weights = [kernel]
        if convolution.use_bias:
            zeros = np.zeros(convolution.filters, np.float32)
            weights.append(zeros if layer.bias is None else layer.bias)
        convolution.set_weights(weights)
        has_norm = layer.gamma is not None or layer.beta is not None
        if f"{label}_norm" in norms:
            norm = model.get_layer(f"{label}_norm")
            gamma, beta = norm.get_weights()
            norm.set_weights(
                [
                    gamma if layer.gamma is None else layer.gamma,
                    beta if layer.beta is None else layer.beta,
                ]
            )
        elif has_norm:
            raise RunError(f"{model.name}: a norm follows {layer.name}; none was expected there.")


def _by(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape))
