"""Architecture: parameter counts, output shapes, receptive field, initial weights, precision.

The layers are tested in test_layers.py, the training of networks in test_cyclegan.py.
"""

import keras
import numpy as np
import pytest

from cyclegan_tf.model.layers import BinomialBlur2D, InstanceNormalization, ReflectionPadding2D
from cyclegan_tf.model.networks import (
    UPSAMPLING,
    patch_discriminator,
    resnet_generator,
    with_precision,
)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype("float32")


def test_networks_of_the_paper_have_exactly_as_many_parameters():
    assert resnet_generator().count_params() == 11_383_427
    assert patch_discriminator().count_params() == 2_765_633


def test_generator_of_the_paper_layer_by_layer():
    # Section 7.2: c7s1-64, d128, d256, R256 x 9, u128, u64, c7s1-3.
    found = []
    for layer in resnet_generator().layers:
        if isinstance(layer, (keras.layers.Conv2D, keras.layers.Conv2DTranspose)):
            transposed = isinstance(layer, keras.layers.Conv2DTranspose)
            found.append((layer.filters, layer.kernel_size[0], layer.strides[0], transposed))
    trunk = [(256, 3, 1, False)] * 18
    down = [(64, 7, 1, False), (128, 3, 2, False), (256, 3, 2, False)]
    up = [(128, 3, 2, True), (64, 3, 2, True), (3, 7, 1, False)]
    assert found == down + trunk + up


def test_generator_of_the_paper_pads_by_reflection_and_norms_every_convolution_but_the_last():
    model = resnet_generator(4, 9)
    kinds = [type(layer) for layer in model.layers]
    assert kinds.count(ReflectionPadding2D) == 1 + 18 + 1
    assert kinds.count(InstanceNormalization) == 1 + 2 + 18 + 2
    assert {layer.epsilon for layer in model.layers if type(layer) is InstanceNormalization} == {
        1e-5
    }


@pytest.mark.parametrize("upsampling", UPSAMPLING)
@pytest.mark.parametrize("size", [(32, 32), (20, 44), (12, 100)])
def test_generator_keeps_the_size_of_any_multiple_of_4(upsampling, size):
    model = resnet_generator(4, 1, upsampling=upsampling)
    assert model.input_shape == model.output_shape == (None, None, None, 3)
    output = np.array(model(noise(2, *size, 3)))
    assert output.shape == (2, *size, 3)
    assert np.abs(output).max() <= 1


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_resize_interpolates_as_asked(interpolation):
    model = resnet_generator(4, 1, upsampling="resize", interpolation=interpolation)
    grow = [layer for layer in model.layers if isinstance(layer, keras.layers.UpSampling2D)]
    assert [layer.interpolation for layer in grow] == [interpolation] * 2


def test_antialiased_blurs_before_each_strided_convolution_and_interpolates_after_convolving():
    names = [layer.name for layer in resnet_generator(4, 1, upsampling="antialiased").layers]
    for i in ("1", "2"):
        assert names.index(f"down{i}_blur") < names.index(f"down{i}_conv")
        assert names.index(f"up{i}_conv") < names.index(f"up{i}_resize")
    model = resnet_generator(4, 1, upsampling="antialiased")
    assert sum(isinstance(layer, BinomialBlur2D) for layer in model.layers) == 2


def checkerboard(upsampling, optimizer):
    """How much the doublings make of a plain image, after an update of all weights."""
    model = resnet_generator(8, 1, upsampling=upsampling, seed=3)
    if optimizer:
        optimizer.apply([noise(*w.shape) for w in model.trainable_weights], model.trainable_weights)
    layers = [model.get_layer(f"up{i}_conv") for i in (1, 2)]
    plain = [np.ones((1, 8, 8, layer.kernel.shape[-1]), "float32") for layer in layers]
    inner = [np.array(layer(x))[:, 2:-2, 2:-2] for layer, x in zip(layers, plain, strict=True)]
    return max(np.ptp(x, axis=(1, 2)).max() for x in inner)


def test_balanced_keeps_plain_areas_plain():
    adam = keras.optimizers.Adam
    assert checkerboard("transpose", adam(0.01)) > 0.1
    assert checkerboard("balanced", None) < 1e-5
    assert checkerboard("balanced", adam(0.01)) < 1e-5
    scaled = keras.optimizers.LossScaleOptimizer(adam(0.01), initial_scale=1.0)  # of mixed_float16
    assert checkerboard("balanced", scaled) < 1e-5


def shift_error(upsampling):
    """How much a shift of the input by 2 pixels changes the output beyond a shift by 2."""
    model = resnet_generator(8, 1, upsampling=upsampling, seed=3)
    x = noise(1, 64, 64, 3)
    one, two = np.array(model(x)), np.array(model(np.roll(x, 2, axis=2)))
    difference = (np.roll(one, 2, axis=2) - two)[:, 16:-16, 16:-16]
    return np.abs(difference).mean() / one.std()


def test_antialiased_output_moves_with_the_input_best():
    assert shift_error("antialiased") < 0.7 * shift_error("transpose")


@pytest.mark.parametrize(
    ("num_layers", "patch", "size"), [(1, 16, 30), (2, 34, 14), (3, 70, 6), (4, 142, 2)]
)
def test_discriminator_judges_patches(num_layers, patch, size):
    model = patch_discriminator(4, num_layers)
    assert model(noise(1, 64, 64, 3)).shape == (1, size, size, 1)
    # Arithmetic of receptive fields, last layer first: r <- r * stride + kernel - stride.
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    field = 1
    for layer in reversed(convolutions):
        field = field * layer.strides[0] + layer.kernel_size[0] - layer.strides[0]
    assert field == patch


def test_discriminator_of_the_paper_layer_by_layer():
    # C64-C128-C256-C512 and one output; no norm on the first and the last.
    model = patch_discriminator()
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [(c.filters, c.strides[0], c.use_bias) for c in convolutions] == [
        (64, 2, True),
        (128, 2, False),
        (256, 2, False),
        (512, 1, False),
        (1, 1, True),
    ]
    norms = [layer.name for layer in model.layers if type(layer) is InstanceNormalization]
    assert norms == ["layer1_norm", "layer2_norm", "layer3_norm"]
    slopes = {layer.negative_slope for layer in model.layers if "relu" in layer.name}
    np.testing.assert_allclose(list(slopes), [0.2])


def test_a_further_scale_judges_the_image_at_half_its_size():
    model, image = patch_discriminator(4, 3, num_scales=2, seed=1), noise(1, 64, 96, 3)
    halved = image.reshape(1, 32, 2, 48, 2, 3).mean(axis=(2, 4))
    logits = model(image)
    assert logits.shape == (1, 6, 10, 2)
    # With one strided layer less: patches of 34 pixels there are 68 here, about the first's 70.
    for channel, (prefix, num_layers, seen) in enumerate([("", 3, image), ("scale1_", 2, halved)]):
        alone = patch_discriminator(4, num_layers)
        for layer in alone.layers:
            if layer.weights:
                layer.set_weights(model.get_layer(prefix + layer.name).get_weights())
        np.testing.assert_allclose(logits[..., channel], alone(seen)[..., 0], atol=1e-6)


def test_a_fourth_channel_changes_the_first_layer_alone():
    shapes = [[w.shape for w in patch_discriminator(8, 2, channels=n).weights] for n in (3, 4)]
    assert shapes[1][0] == (4, 4, 4, 8)
    assert shapes[0][1:] == shapes[1][1:]


def test_scales_of_any_size_fit_together():
    model = patch_discriminator(4, 3, num_scales=3)
    for height, width in ((32, 36), (40, 100), (44, 52)):
        expected = (1, height // 8 - 2, width // 8 - 2, 3)
        assert model(noise(1, height, width, 3)).shape == expected
    with pytest.raises(ValueError, match=r"num_scales must be 1 to 3 \(num_layers\); received 4"):
        patch_discriminator(4, 3, num_scales=4)


@pytest.mark.parametrize("build", [resnet_generator, patch_discriminator])
def test_kernels_start_as_normal_noise_of_deviation_002(build):
    kernels = [w.numpy() for w in build(16, 3).weights if w.name == "kernel"]
    values = np.concatenate([kernel.ravel() for kernel in kernels])
    assert abs(values.std() - 0.02) < 4e-4
    assert abs(values.mean()) < 4e-4
    # A normal, not a uniform or truncated one: 0.27 % beyond three deviations.
    assert 0.0015 < (np.abs(values) > 0.06).mean() < 0.004


@pytest.mark.parametrize("build", [resnet_generator, patch_discriminator])
def test_initial_weights_are_a_function_of_the_seed(build):
    first, again, other = (build(4, 2, seed=seed) for seed in (1, 1, 2))
    for x, y in zip(first.weights, again.weights, strict=True):
        np.testing.assert_array_equal(x, y)
    kernels = [[w.numpy() for w in m.weights if w.name == "kernel"] for m in (first, other)]
    assert not any(np.array_equal(x, y) for x, y in zip(*kernels, strict=True))
    # Layers of equal shape do not start equal either.
    same_shape = [k for k in kernels[0] if k.shape == kernels[0][3].shape]
    assert not any(np.array_equal(k, same_shape[0]) for k in same_shape[1:])


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("build", [resnet_generator, patch_discriminator])
def test_mixed_precision_computes_in_half_but_ends_in_float32(build, policy):
    model = build(4, 1, dtype=policy)
    x = noise(1, 32, 32, 3)
    output = model(x)
    assert keras.backend.standardize_dtype(output.dtype) == "float32"
    assert {weight.dtype for weight in model.weights} == {"float32"}
    half = policy.removeprefix("mixed_")
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert {layer.compute_dtype for layer in convolutions} == {half}
    exact = with_precision(model, "float32")(x)
    np.testing.assert_allclose(output, exact, atol=0.05)
    assert not np.array_equal(output, exact)


@pytest.mark.parametrize("upsampling", UPSAMPLING)
def test_with_precision_keeps_weights_and_function(upsampling):
    model = resnet_generator(4, 1, upsampling=upsampling, dtype="mixed_bfloat16", name="mine")
    copy = with_precision(with_precision(model, "float32"), "mixed_bfloat16")
    assert copy.name == "mine"
    x = noise(1, 16, 16, 3)
    np.testing.assert_array_equal(copy(x), model(x))
    copy.trainable_variables[0].assign(copy.trainable_variables[0] * 0)
    assert model.trainable_variables[0].numpy().any()  # a copy, not a view


@pytest.mark.parametrize("upsampling", UPSAMPLING)
def test_keras_file_is_loaded_without_custom_objects(upsampling, tmp_path):
    model = resnet_generator(4, 1, upsampling=upsampling)
    model.save(tmp_path / "generator.keras")
    copy = keras.saving.load_model(tmp_path / "generator.keras")
    x = noise(1, 20, 24, 3)
    np.testing.assert_array_equal(copy(x), model(x))


def test_wrong_choices_are_named():
    with pytest.raises(ValueError, match="upsampling must be one of transpose, .*received 'x'"):
        resnet_generator(4, 1, upsampling="x")
    with pytest.raises(ValueError, match="interpolation must be one of nearest, bilinear; .*'y'"):
        resnet_generator(4, 1, interpolation="y")
