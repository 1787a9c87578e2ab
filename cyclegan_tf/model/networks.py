"""The two network families of the paper: ResNet generators and patch discriminators.

Functional Keras models; their layers are in layers.py and convolution.py.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
from keras import layers

from cyclegan_tf.model.convolution import Conv2D
from cyclegan_tf.model.layers import (
    BinomialBlur2D,
    EqualGain,
    InstanceNormalization,
    ReflectionPadding2D,
)
from cyclegan_tf.model.tensors import Tensor

UPSAMPLING = ("transpose", "transpose4", "balanced", "resize", "antialiased")


def resnet_generator(
    filters: int = 64,
    num_residual_blocks: int = 9,
    *,
    upsampling: str = "transpose",
    interpolation: str = "nearest",
    channels: int = 3,
    epsilon: float = 1e-5,
    dtype: str | keras.DTypePolicy | None = None,
    seed: int | None = None,
    name: str | None = None,
) -> keras.Model:
    """Builds the generator of the paper: c7s1-64, d128, d256, 9 x R256, u128, u64, c7s1-3.

    Source: Zhu et al. 2017, section 7.2, after Johnson et al. 2016. With the default arguments it
    has 11,383,427 parameters. It is fully convolutional: any height and width that are multiples
    of 4 and at least 16.

    Args:
        filters: Channels after the first convolution; the trunk has four times as many.
        num_residual_blocks: 9 in the paper for 256x256 and larger, 6 for 128x128.
        upsampling: How the trunk's quarter resolution becomes full resolution again.
            `"transpose"`: strided transposed convolutions, as in the paper.
            `"transpose4"`: the same with kernels of 4x4, on the way down as well. PyTorch's of 3x3
            with padding 1 fit into them exactly (see importing/): only their last tap is 0.
            `"balanced"`: transposed convolutions of 4x4 pixels, whose four places in a doubled
            pixel have the same gain (`EqualGain`): plain areas stay plain, which leaves little of a
            checkerboard.
            `"resize"`: interpolation, then a convolution (Odena et al. 2016): no checkerboard.
            `"antialiased"`: convolution, then bilinear interpolation, and a binomial blur before
            each strided convolution on the way down (Zhang 2019): shifts change the output least.
        interpolation: `"nearest"` or `"bilinear"`, for `upsampling="resize"`.
        channels: Channels of the pictures, in and out.
        epsilon: Added to the variance in every instance norm.
        dtype: Keras dtype policy or its name, e.g. `"mixed_bfloat16"`. Default: the global policy.
        seed: Makes the initial weights reproducible.
        name: Name of the model.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` in [-1, 1] to the same shape and
        range, output float32 under every policy.

    Raises:
        ValueError: `upsampling` or `interpolation` is not one of the above.

    >>> resnet_generator(filters=4, num_residual_blocks=1).output_shape
    (None, None, None, 3)
    """
    _check("upsampling", upsampling, UPSAMPLING)
    _check("interpolation", interpolation, ("nearest", "bilinear"))
    init = _initializers(seed)
    # Strided convolutions as in the paper; else they are padded by reflection.
    zero_padded = upsampling in ("transpose", "transpose4")
    strided_size = 4 if upsampling == "transpose4" else 3

    def conv(
        x: Tensor,
        num_filters: int,
        kernel_size: int,
        label: str,
        strides: int = 1,
        reflect: bool = True,
        **kwargs: Any,
    ) -> Tensor:
        if reflect:
            x = ReflectionPadding2D(kernel_size // 2, dtype=dtype, name=f"{label}_pad")(x)
        return Conv2D(
            num_filters,
            kernel_size,
            strides=strides,
            padding="valid" if reflect else "same",
            kernel_initializer=next(init),
            name=f"{label}_conv",
            **{"use_bias": False, "dtype": dtype, **kwargs},
        )(x)

    def norm(x: Tensor, label: str, relu: bool = True) -> Tensor:
        x = InstanceNormalization(epsilon, dtype=dtype, name=f"{label}_norm")(x)
        return layers.ReLU(dtype=dtype, name=f"{label}_relu")(x) if relu else x

    def upsample(x: Tensor, num_filters: int, label: str) -> Tensor:
        if upsampling in ("transpose", "transpose4", "balanced"):
            balanced = upsampling == "balanced"
            return layers.Conv2DTranspose(
                num_filters,
                4 if balanced else strided_size,
                strides=2,
                padding="same",
                use_bias=False,
                kernel_initializer=next(init),
                kernel_constraint=EqualGain() if balanced else None,
                dtype=dtype,
                name=f"{label}_conv",
            )(x)
        mode = interpolation if upsampling == "resize" else "bilinear"
        grow = layers.UpSampling2D(2, interpolation=mode, dtype=dtype, name=f"{label}_resize")
        if upsampling == "resize":
            return conv(grow(x), num_filters, 3, label)
        return grow(conv(x, num_filters, 3, label))

    inputs = keras.Input((None, None, channels), name="image")
    x = norm(conv(inputs, filters, 7, "stem"), "stem")  # (h, w, filters)
    for i in (1, 2):  # (h/2, w/2, 2 filters), (h/4, w/4, 4 filters)
        if upsampling == "antialiased":
            x = BinomialBlur2D(dtype=dtype, name=f"down{i}_blur")(x)
        x = conv(x, filters * 2**i, strided_size, f"down{i}", strides=2, reflect=not zero_padded)
        x = norm(x, f"down{i}")
    for i in range(1, num_residual_blocks + 1):  # (h/4, w/4, 4 filters)
        y = norm(conv(x, filters * 4, 3, f"block{i}a"), f"block{i}a")
        y = norm(conv(y, filters * 4, 3, f"block{i}b"), f"block{i}b", relu=False)
        x = layers.Add(dtype=dtype, name=f"block{i}_add")([x, y])
    for i in (1, 2):  # (h/2, w/2, 2 filters), (h, w, filters)
        x = norm(upsample(x, filters * 4 // 2**i, f"up{i}"), f"up{i}")
    x = conv(x, channels, 7, "head", use_bias=True)
    # float32: half precision has fewer steps near +-1 than the 256 that an image needs.
    outputs = layers.Activation("tanh", dtype="float32", name="head_tanh")(x)
    model = keras.Model(inputs, outputs, name=name or "resnet_generator")
    if upsampling == "balanced":
        for kernel in (model.get_layer(f"up{i}_conv").kernel for i in (1, 2)):
            kernel.assign(kernel.constraint(kernel))  # Keras does so from the first update on
    return model


def patch_discriminator(
    filters: int = 64,
    num_layers: int = 3,
    *,
    num_scales: int = 1,
    channels: int = 3,
    epsilon: float = 1e-5,
    dtype: str | keras.DTypePolicy | None = None,
    seed: int | None = None,
    name: str | None = None,
) -> keras.Model:
    """Builds the PatchGAN discriminator: C64-C128-C256-C512-1, each output judging 70x70 pixels.

    Source: Isola et al. 2017; Zhu et al. 2017, section 7.2. With the default arguments it has
    2,765,633 parameters. Further scales as in Wang et al. 2018 (pix2pixHD), section 3.2: another
    discriminator on the image at half its size, and so on; here each has one strided layer less
    than the one before, so that all judge about the same patches, from grain to large shapes.

    Args:
        filters: Channels after the first convolution, doubled per layer up to eight times as many.
        num_layers: Strided layers. The patches are 16, 34, 70, 142 pixels for 1, 2, 3, 4.
        num_scales: Sizes of the image that are judged: 1 (the paper) to `num_layers`.
        channels: Channels of the input: those of the pictures, and one more for their vertical
            position (see `CycleGAN`), a coordinate as a channel as in Liu et al. 2018 (CoordConv).
        epsilon: Added to the variance in every instance norm.
        dtype: Keras dtype policy or its name. Default: the global policy.
        seed: Makes the initial weights reproducible.
        name: Name of the model.

    Returns:
        A `keras.Model` from images `(batch, height, width, channels)` in [-1, 1] to logits
        `(batch, height / 2**num_layers - 2, width / 2**num_layers - 2, num_scales)`, float32: no
        sigmoid, the loss decides what they mean.

    Raises:
        ValueError: `num_scales` is out of range.

    >>> patch_discriminator()(keras.ops.zeros((1, 256, 256, 3))).shape
    TensorShape([1, 30, 30, 1])
    """
    if not 1 <= num_scales <= num_layers:
        raise ValueError(
            f"num_scales must be 1 to {num_layers} (num_layers); received {num_scales}."
        )
    init = _initializers(seed)
    inputs = keras.Input((None, None, channels), name="image")
    # Padding of 1 on every side, as in the authors' code; "same" would pad unevenly.
    padded = layers.ZeroPadding2D(1, dtype=dtype, name="layer0_pad")(inputs)
    logits = [_patch_logits(padded, filters, num_layers, epsilon, init, dtype, "")]
    for scale in range(1, num_scales):
        # A ring of zeros more, and the halved image is padded as well. Taken from the padded image,
        # not from the image: its gradient must not be a sum of three (see `total` in objective.py).
        prefix = f"scale{scale}_"
        padded = layers.ZeroPadding2D(1, dtype=dtype, name=f"{prefix}pad")(padded)
        padded = layers.AveragePooling2D(2, dtype=dtype, name=f"{prefix}image")(padded)
        rest = (epsilon, init, dtype, prefix)
        logits.append(_patch_logits(padded, filters, num_layers - scale, *rest))
    x = layers.Concatenate(dtype=dtype, name="scales")(logits) if num_scales > 1 else logits[0]
    outputs = layers.Activation("linear", dtype="float32", name="logits")(x)
    return keras.Model(inputs, outputs, name=name or "patch_discriminator")


def _patch_logits(
    x: Tensor,
    filters: int,
    num_layers: int,
    epsilon: float,
    init: Iterator[keras.initializers.Initializer],
    dtype: str | keras.DTypePolicy | None,
    prefix: str,
) -> Tensor:
    """The layers of a discriminator of one scale, from a padded image to a single channel."""
    for i in range(num_layers + 2):
        first, last = i == 0, i == num_layers + 1
        layer = f"{prefix}layer{i}"
        if not first:
            x = layers.ZeroPadding2D(1, dtype=dtype, name=f"{layer}_pad")(x)
        x = Conv2D(
            1 if last else filters * min(2**i, 8),
            4,
            strides=2 if i < num_layers else 1,
            use_bias=first or last,
            kernel_initializer=next(init),
            dtype=dtype,
            name=f"{layer}_conv",
        )(x)
        if not (first or last):
            x = InstanceNormalization(epsilon, dtype=dtype, name=f"{layer}_norm")(x)
        if not last:
            x = layers.LeakyReLU(negative_slope=0.2, dtype=dtype, name=f"{layer}_relu")(x)
    return x


def with_precision(model: keras.Model, dtype: str | keras.DTypePolicy) -> keras.Model:
    """Returns a copy of a network with the same weights that computes under another dtype policy.

    Args:
        model: A functional model; its weights are float32 under every policy. A subclassed model is
            returned as it is.
        dtype: Keras dtype policy or its name. Activations in float32, as that of the output, stay
            so, as do layers without such an argument.
    """
    if not is_functional(model):
        return model

    def convert(layer: keras.layers.Layer) -> keras.layers.Layer:
        if isinstance(layer, keras.Model):
            return with_precision(layer, dtype)
        config = layer.get_config()
        stays = isinstance(layer, layers.Activation) and layer.compute_dtype == "float32"
        if "dtype" in config and not stays and not isinstance(layer, layers.InputLayer):
            config["dtype"] = dtype
        return layer.__class__.from_config(config)

    copy = keras.models.clone_model(model, clone_function=convert)
    copy.set_weights(model.get_weights())
    if hasattr(model, "preparation"):  # of its pictures; no layer has it
        copy.preparation = model.preparation
    return copy


def is_functional(model: keras.Model) -> bool:
    """Returns whether a model is a graph of layers, not a class with a `call` of its own."""
    return isinstance(model, keras.Sequential) or (
        type(model).__name__ == "Functional" and hasattr(model, "operations")
    )


def _initializers(seed: int | None) -> Iterator[keras.initializers.Initializer]:
    """N(0, 0.02) for every kernel (section 7.2), each layer with a seed of its own."""
    i = 0
    while True:
        yield keras.initializers.RandomNormal(0.0, 0.02, seed=None if seed is None else seed + i)
        i += 1


def _check(argument: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise ValueError(f"{argument} must be one of {', '.join(choices)}; received {value!r}.")
