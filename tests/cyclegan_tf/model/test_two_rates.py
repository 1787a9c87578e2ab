"""`TwoRateAdam` in a `CycleGAN`: the steps that Adam's first update must have, saved and loaded."""

import numpy as np
import pytest
import tensorflow as tf
from small_models import SIZE, assert_equal_state, batches, quick_networks

from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.two_rates import TwoRateAdam
from cyclegan_tf.training.build import build_model


@pytest.fixture(autouse=True)
def eagerly():
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def small_model(dtype="float32"):
    model = CycleGAN(*quick_networks(dtype), dtype=dtype, pool_size=2, crop_size=SIZE)
    model.compile(TwoRateAdam(1e-3, ratio=4.0, beta_1=0.5))
    return model


def largest_steps(model, pair):
    """The largest change of a weight, for generators and for discriminators."""
    before = [[w.numpy() for w in side] for side in model.weights_to_train()]
    model.train_on_batch(*pair)
    after = model.weights_to_train()
    return [
        max(np.abs(new - old).max() for new, old in zip(news, olds, strict=True))
        for news, olds in zip(after, before, strict=True)
    ]


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16"])
def test_first_steps_are_as_long_as_the_rates(dtype):
    # Adam's first step is rate * g / |g|.
    generators, discriminators = largest_steps(small_model(dtype), batches(1)[0])
    np.testing.assert_allclose([generators, discriminators], [1e-3, 4e-3], rtol=1e-3)


def test_loaded_model_goes_on_as_if_it_had_not_been_saved(tmp_path):
    model = small_model()
    first, second = batches(2)
    model.train_on_batch(*first)
    model.save(tmp_path / "model.keras")
    loaded = CycleGAN.load(tmp_path / "model.keras")
    for each in (model, loaded):
        each.train_on_batch(*second)
    assert_equal_state(model, loaded)


def test_the_config_has_a_rate_for_the_discriminators():
    config = Config(filters=4, num_residual_blocks=0, discriminator_filters=4, pool_size=0, ema=0)
    plain, two = (
        build_model(config.replace(discriminator_learning_rate=rate), num_steps=2, decay_start=1)
        for rate in (0.0, 4e-4)
    )
    assert not isinstance(getattr(plain.optimizer, "inner_optimizer", plain.optimizer), TwoRateAdam)
    assert getattr(two.optimizer, "inner_optimizer", two.optimizer).ratio == 2.0
    with pytest.raises(ConfigError, match="discriminator_learning_rate must be at least 0"):
        Config(discriminator_learning_rate=-1.0)
