"""Generators of one's own that look like a `resnet_generator`: strips give what one pass gives."""

from functools import partial

import keras
import numpy as np
import pytest
from keras import layers as kl

from cyclegan_tf.errors import ConfigError
from cyclegan_tf.model.layers import BinomialBlur2D, InstanceNormalization, ReflectionPadding2D
from cyclegan_tf.translation.strips.units import units_of
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.frame_aligner import FrameAligner
from cyclegan_tf.video.translate import translate_video

RANDOM = np.random.default_rng(0)
PICTURE = RANDOM.integers(0, 255, (72, 96, 3), dtype=np.uint8)
Conv, Up, Pad = partial(kl.Conv2D, 8), kl.UpSampling2D, ReflectionPadding2D
Transposed = partial(kl.Conv2DTranspose, 8, padding="same")
HEAD = [Pad(3), kl.Conv2D(3, 7), kl.Activation("tanh")]
HALVING = [Conv(3, strides=2, padding="same"), InstanceNormalization(), kl.ReLU()]


class Doubled(kl.Conv2D):
    def call(self, inputs):
        return 2 * super().call(inputs)


class Scaled(kl.ReLU):
    def call(self, inputs):
        return 0.5 * super().call(inputs)


def own_generator(middle, head=HEAD):
    """The layers in a row, each a copy, with random weights."""
    start = [Pad(3), Conv(7), InstanceNormalization(), kl.ReLU()]
    x = inputs = keras.Input((None, None, 3))
    for layer in [*start, *middle, *head]:
        x = layer.__class__.from_config(layer.get_config() | {"name": None})(x)
    model = keras.Model(inputs, x, name="own")
    for weight in model.weights:
        weight.assign(weight + RANDOM.normal(0, 0.1, weight.shape))
    return model


def after(*parts):
    return [*parts, InstanceNormalization(), kl.ReLU()]


def upwards(*parts):
    return [*HALVING, *after(*parts)]


STREAMED = {
    "same": after(Conv(3, padding="same")),
    "same 1x1": after(Conv(1)),
    "same 4x4": after(Conv(4, padding="same")),
    "reflected 5x5": after(Pad(2), Conv(5)),
    "blur": after(BinomialBlur2D(), Pad(1), Conv(3)),
    "transposed 3x3": upwards(Transposed(3, strides=2)),
    "transposed 4x4": upwards(Transposed(4, strides=2)),
    "nearest": upwards(Up(2), Pad(1), Conv(3)),
    "bilinear": upwards(Up(2, interpolation="bilinear"), Pad(1), Conv(3)),
}
IN_ONE_PASS = {
    "dilation": after(Conv(3, padding="same", dilation_rate=2)),
    "reflected dilation": after(Pad(2), Conv(3, dilation_rate=2)),
    "groups": after(Conv(3, padding="same", groups=4)),
    "oblong kernel": after(Conv((3, 5), padding="same")),
    "activation in the convolution": after(Conv(3, padding="same", activation="relu")),
    "class of its own": after(Doubled(8, 3, padding="same")),
    "padding that changes the size": after(Pad(2), Conv(3), Conv(3), Conv(1)),
    "reflection and zeros": after(Pad(1), Conv(3, padding="same"), Conv(3)),
    "leaky ReLU": [Conv(1), InstanceNormalization(), kl.ReLU(negative_slope=0.2)],
    "ReLU with a threshold": [Conv(1), InstanceNormalization(), kl.ReLU(threshold=0.5)],
    "ReLU with a maximum": [Conv(1), InstanceNormalization(), kl.ReLU(max_value=1.0)],
    "ReLU of its own": [Conv(1), InstanceNormalization(), Scaled()],
    "nearest and zeros": upwards(Up(2), Conv(3, padding="same")),
    "nearest and 5x5": upwards(Up(2), Pad(2), Conv(5)),
    "nearest and 1x1": upwards(Up(2), Conv(1)),
    "bicubic": upwards(Up(2, interpolation="bicubic"), Pad(1), Conv(3)),
    "stride of 1": after(Transposed(3)),
    "stride of 4": [
        *after(Conv(4, strides=4, padding="same")),
        *after(Transposed(4, strides=4)),
    ],
    "activation in the transposed": upwards(Transposed(3, strides=2, activation="tanh")),
}
HEADS = {
    "sigmoid in the head": [Pad(3), kl.Conv2D(3, 7, activation="sigmoid"), kl.Activation("tanh")],
}


@pytest.mark.parametrize("middle", STREAMED.values(), ids=STREAMED)
def test_known_layers_are_streamed_and_give_what_one_pass_gives(middle):
    generator = own_generator(middle)
    assert units_of(generator)
    assert largest_difference(generator) <= 1


@pytest.mark.parametrize("middle", IN_ONE_PASS.values(), ids=IN_ONE_PASS)
def test_look_alikes_go_through_in_one_pass(middle):
    generator = own_generator(middle)
    assert units_of(generator) is None
    assert largest_difference(generator) == 0


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_other_heads_go_through_in_one_pass(head):
    generator = own_generator(after(Conv(1)), head)
    assert units_of(generator) is None
    assert largest_difference(generator) == 0


def largest_difference(generator):
    ours, whole = (Translator(generator, stream=stream)(PICTURE) for stream in ("auto", False))
    return np.abs(ours.astype(int) - whole).max()


def test_deeper_generators_have_wider_grids():
    generator = own_generator([*HALVING * 3, *after(Transposed(4, strides=2)) * 3])
    translator = Translator(generator)
    assert translator.multiple == 8 and units_of(generator)
    whole = translator(PICTURE).astype(int)
    (frame,) = translate_video([PICTURE], translator, stabilize="stats")
    assert np.abs(frame - whole).max() <= 1
    windowed = Translator(generator, statistics="window", window=512)(PICTURE)
    assert np.abs(windowed - whole).max() <= 1
    Translator(generator, statistics="window", window=32)(PICTURE)
    with pytest.raises(ConfigError, match="window must be at least 32 pixels"):
        Translator(generator, statistics="window", window=31)


def test_frames_of_a_deeper_generator_agree_wherever_the_camera_is():
    aligner = FrameAligner(35, 50, multiple=8)
    assert aligner.shape == (96, 96)  # 35 + 31, 50 + 31, up to multiples of 32
    laid = aligner.lay(PICTURE[:35, :50], (33, 66))
    np.testing.assert_allclose(laid[2, 1], PICTURE[0, 0] / 127.5 - 1, atol=1e-6)
