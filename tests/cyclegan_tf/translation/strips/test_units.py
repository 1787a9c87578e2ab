"""Which models are taken apart into units, and that look-alikes are refused."""

import keras
import pytest
from keras import layers

from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.translation.strips.units import units_of

UPSAMPLINGS = ("transpose", "transpose4", "balanced", "resize", "antialiased")


@pytest.mark.parametrize("upsampling", UPSAMPLINGS)
def test_units_of_a_generator_by_hand(random_generator, upsampling):
    units = units_of(random_generator(2, 2, upsampling=upsampling))
    names = ["stem", "down1", "down2", "block1a", "block1b", "block2a", "block2b", "up1", "up2"]
    assert [unit.convolution.name for unit in units] == [f"{n}_conv" for n in [*names, "head"]]
    assert [unit.norm.name for unit in units[:-1]] == [f"{name}_norm" for name in names]
    assert [unit.convolution.name for unit in units if unit.add] == ["block1b_conv", "block2b_conv"]
    no_relu = ["block1b_conv", "block2b_conv", "head_conv"]
    assert [unit.convolution.name for unit in units if not unit.relu] == no_relu


def rebuilt(generator, change):
    """Builds the generator again, with `change(layer, inputs, outputs)` where that gives a tensor.

    `outputs` are those of the layers before, by name.
    """
    outputs = {}

    def call(layer, inputs):
        changed = change(layer, inputs, outputs)
        outputs[layer.name] = layer(inputs) if changed is None else changed
        return outputs[layer.name]

    return keras.models.clone_model(generator, call_function=call)


def sigmoid_at_the_end(layer, inputs, outputs):
    if layer.name == "head_tanh":
        return layers.Activation("sigmoid")(inputs)


def sigmoid_in_the_middle(layer, inputs, outputs):
    if layer.name == "up1_relu":
        return layers.Activation("sigmoid")(inputs)


def skip_around_two_blocks(layer, inputs, outputs):
    if layer.name == "block2_add":
        return layer([outputs["down2_relu"], inputs[1]])


def skip_from_stem_to_head(layer, inputs, outputs):
    if layer.name == "up2_relu":
        return layers.Add()([layer(inputs), outputs["stem_relu"]])


def relu_before_its_norm(layer, inputs, outputs):
    if layer.name == "down1_norm":
        return layers.ReLU()(inputs)
    if layer.name == "down1_relu":
        return InstanceNormalization()(inputs)


def nothing(layer, inputs, outputs):
    return None


CHANGES = (
    sigmoid_at_the_end,
    sigmoid_in_the_middle,
    skip_around_two_blocks,
    skip_from_stem_to_head,
    relu_before_its_norm,
)


@pytest.mark.parametrize("change", CHANGES)
def test_look_alikes_are_refused(random_generator, change):
    generator = random_generator(2, 2)
    assert units_of(rebuilt(generator, nothing))
    assert units_of(rebuilt(generator, change)) is None


def test_other_outputs_are_refused(random_generator):
    generator = random_generator(2, 1)
    inner = generator.get_layer("stem_relu").output
    assert units_of(keras.Model(generator.input, [generator.output, inner])) is None
    assert units_of(keras.Model(generator.input, inner)) is None
    assert units_of(keras.Sequential([keras.Input((16, 16, 3)), *generator.layers[1:3]])) is None
