"""The upscaler and the two-stage generator: shapes, what a pixel can see, taking them apart."""

import keras
import numpy as np
import pytest
from keras import ops

from cyclegan_tf.model.networks import resnet_generator, with_precision
from cyclegan_tf.model.sizes import size_multiple
from cyclegan_tf.model.upscaler import reach, stages_of, two_stage_generator, upscaler

HALF = keras.DTypePolicy("float16")


def noise(*shape):
    return np.random.default_rng(1).uniform(-1, 1, shape).astype("float32")


@pytest.mark.parametrize("factor", (2, 4, 8))
def test_pictures_become_so_many_times_as_large(factor, random_upscaler):
    large = random_upscaler(factor)(noise(2, 5, 7, 3))
    assert large.shape == (2, 5 * factor, 7 * factor, 3)
    assert float(ops.max(ops.abs(large))) <= 1


def test_another_factor_is_refused():
    with pytest.raises(ValueError, match="factor must be 2, 4 or 8; received 3"):
        upscaler(3)


def test_before_training_it_interpolates():
    model = upscaler(4, filters=4, num_residual_blocks=1)
    plain = np.full((1, 6, 6, 3), 0.25, "float32")
    np.testing.assert_allclose(model(plain), 0.25, atol=1e-6)
    ramp = np.broadcast_to(np.linspace(-1, 1, 6, dtype="float32")[None, None, :, None], plain.shape)
    steps = np.diff(model(ramp)[0, 8, 4:-4, 0])
    assert steps.min() > 0  # no stairs


@pytest.mark.parametrize("factor", (2, 4, 8))
@pytest.mark.parametrize("blocks", (1, 3))
def test_reach_is_how_far_a_pixel_sees(factor, blocks, random_upscaler):
    model = random_upscaler(factor, blocks)
    small, centre = noise(1, 41, 41, 3), 20
    changed = small.copy()
    changed[0, centre, centre] *= -1
    rows = np.nonzero(np.abs(np.asarray(model(small)) - model(changed)).max((0, 2, 3)) > 1e-6)[0]
    far = max(centre - rows.min() // factor, rows.max() // factor - centre)
    assert far <= reach(model) <= far + 3  # a little more is safe, much more would cost time


def test_a_two_stage_generator_is_its_stages_one_after_the_other(random_upscaler):
    small, large = resnet_generator(4, 1, seed=0), random_upscaler(4)
    both = two_stage_generator(small, large, "generator_ab")
    image = noise(1, 64, 96, 3)
    expected = large(small(ops.average_pool(image, 4)))
    np.testing.assert_allclose(both(image), expected, atol=1e-6)
    assert both.name == "generator_ab"
    assert size_multiple(both) == 16


def test_it_is_taken_apart_after_saving_and_in_another_precision(random_upscaler, tmp_path):
    both = two_stage_generator(resnet_generator(4, 1), random_upscaler(2))
    both.save(tmp_path / "both.keras")
    for model in (
        both,
        keras.saving.load_model(tmp_path / "both.keras"),
        with_precision(both, "mixed_bfloat16"),
    ):
        stages = stages_of(model)
        assert stages.factor == 2
        assert len(stages.generator.get_weights()) + len(stages.upscaler.get_weights()) == len(
            both.get_weights()
        )
        assert model(noise(1, 32, 32, 3)).dtype == "float32"


def test_it_is_saved_with_weights_in_float16(random_upscaler, tmp_path):
    small = with_precision(two_stage_generator(resnet_generator(4, 1), random_upscaler(2)), HALF)
    small.save(tmp_path / "small.keras")
    again = keras.saving.load_model(tmp_path / "small.keras")
    assert {weight.dtype for weight in again.weights} == {"float16"}
    for one, two in zip(again.get_weights(), small.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("model", [
    resnet_generator(4, 1),
    keras.Sequential([keras.Input((8, 8, 3)), keras.layers.AveragePooling2D(2)]),
], ids=["resnet", "sequential"])  # fmt: skip
def test_other_models_have_no_stages(model):
    assert stages_of(model) is None
