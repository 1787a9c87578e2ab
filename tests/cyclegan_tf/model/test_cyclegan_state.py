"""What a `CycleGAN` carries along: moving averages, half precision, and its file.

The step that it makes is in test_cyclegan.py.
"""

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_models import (
    SIZE,
    adam,
    assert_equal_state,
    batches,
    dataset,
    quick_networks,
    real_networks,
)

from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.finite_updates import apply_if_finite
from cyclegan_tf.model.schedule import LinearDecay

# Moving average -------------------------------------------------------------------------------


def test_moving_average_by_hand():
    model = CycleGAN(*quick_networks(), ema=0.2)
    model.compile(adam(1e-2), run_eagerly=True)
    weight = model.generator_ab.trainable_variables[0]
    mean = weight.numpy()
    # 1/10 and 2/11 come before 3/12, which exceeds 0.2.
    for (a, b), keep in zip(batches(4), (1 / 10, 2 / 11, 0.2, 0.2), strict=True):
        model.train_step((a, b))
        mean = keep * mean + (1 - keep) * weight.numpy()
        np.testing.assert_allclose(model.average_ab.weights[0], mean, atol=1e-6)
    assert abs(mean - weight.numpy()).max() > 1e-3


def test_moving_average_makes_every_output():
    model = CycleGAN(*quick_networks(), ema=0.9)
    model.compile(adam(1e-2), run_eagerly=True)
    for a, b in batches(3):
        model.train_step((a, b))
    assert model.output_generator("a2b") is model.average_ab
    assert model.output_generator("b2a") is model.average_ba
    average, latest = model.average_ab(a).numpy(), model.generator_ab(a).numpy()
    assert abs(average - latest).max() > 1e-3
    np.testing.assert_allclose(model(a), average, atol=1e-6)
    np.testing.assert_allclose(model.predict(a, verbose=0), average, atol=1e-6)


def test_moving_average_is_not_trained():
    model = CycleGAN(*quick_networks(), ema=0.9)
    count = sum(len(network.trainable_variables) for network in quick_networks())
    assert len(model.trainable_variables) == count


def test_without_moving_average_the_generators_make_the_output():
    model = CycleGAN(*quick_networks())
    assert model.output_generator("a2b") is model.generator_ab
    assert model.output_generator("b2a") is model.generator_ba
    assert not hasattr(model, "average_ab")


# Half precision -------------------------------------------------------------------------------


def test_float16_survives_an_infinite_gradient_and_does_not_count_it_for_the_rate():
    model = CycleGAN(*quick_networks("mixed_float16"), ema=0.9, dtype="mixed_float16")
    model.compile(adam(LinearDecay(2e-4, 2, 4)))
    optimizer = model.optimizer
    assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    (good, bad, more) = batches(3)
    bad = (np.full_like(bad[0], np.inf), bad[1])
    model.fit(dataset([good]), verbose=0, shuffle=False)
    assert (int(model.step), int(optimizer.inner_optimizer.iterations)) == (1, 1)
    before = [w.numpy() for w in model.trainable_variables]
    scale = float(optimizer.dynamic_scale)
    model.fit(dataset([bad]), verbose=0, shuffle=False)
    # Skipped: weights as before, the data moved on, the schedule did not, the scale is halved.
    for weight, old in zip(model.trainable_variables, before, strict=True):
        np.testing.assert_array_equal(weight, old)
    assert (int(model.step), int(optimizer.inner_optimizer.iterations)) == (2, 1)
    assert float(optimizer.dynamic_scale) == scale / 2
    assert model.num_skipped == 1
    model.fit(dataset([more]), verbose=0, shuffle=False)
    assert (int(model.step), int(optimizer.inner_optimizer.iterations)) == (3, 2)
    assert all(np.isfinite(w).all() for w in model.weights)
    assert (model.trainable_variables[0].numpy() != before[0]).any()
    assert model.num_skipped == 0
    # Too large for the scale, by design: skipped, but no trouble. Below 1 it is.
    for scale, num_skipped in ((2.0**127, 0), (0.5, 1)):
        optimizer.dynamic_scale.assign(scale)
        gradient = [np.inf * tf.ones_like(v) for v in model.trainable_variables]
        is_well = apply_if_finite(optimizer, 1.0, gradient, model.trainable_variables)
        model.follow_update(is_well)
        assert (model.num_skipped, model.num_applied) == (num_skipped, 2)


def test_float16_with_loss_scaling_learns_what_float32_learns():
    finals = []
    for dtype in ("float32", "mixed_float16"):
        model = CycleGAN(*quick_networks(dtype), dtype=dtype)
        model.compile(keras.optimizers.SGD(0.05))
        for a, b in batches(3):
            model.train_step((tf.constant(a), tf.constant(b)))
        finals.append([w.numpy() for w in model.trainable_variables])
    for x, y in zip(*finals, strict=True):
        np.testing.assert_allclose(x, y, atol=1e-2)


def test_bfloat16_trains_without_loss_scaling_and_in_float32_weights():
    model = CycleGAN(*real_networks("mixed_bfloat16"), dtype="mixed_bfloat16", ema=0.9)
    model.compile(adam(), run_eagerly=True)
    assert not isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    before = [w.numpy() for w in model.trainable_variables]
    logs = model.train_step(batches(1)[0])
    assert all(value.dtype == tf.float32 and np.isfinite(value) for value in logs.values())
    assert {w.dtype for w in model.trainable_variables} == {"float32"}
    for w, old in zip(model.trainable_variables, before, strict=True):
        if w.name == "kernel":
            assert (w.numpy() != old).any(), w.path
            assert np.isfinite(w).all(), w.path


# Saving and loading ---------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16"])
def test_keras_file_holds_everything_and_the_next_step_is_equal(dtype, tmp_path):
    model = CycleGAN(
        *quick_networks(dtype),
        gan_loss="hinge",
        cycle_weight=8.0,
        identity_weight=4.0,
        identity_anneal_steps=9,
        pool_size=2,
        crop_size=SIZE,
        ema=0.9,
        seed=5,
        dtype=dtype,
    )
    model.compile(adam(LinearDecay(1e-2, 2, 9)), jit_compile=False)
    pairs = [(tf.constant(a), tf.constant(b)) for a, b in batches(6)]
    for pair in pairs[:4]:
        model.train_step(pair)
    model.save(tmp_path / "model.keras")
    copy = CycleGAN.load(tmp_path / "model.keras")

    assert_equal_state(model, copy)
    assert int(copy.step) == 4
    assert copy.settings == model.settings
    assert copy.dtype_policy.name == dtype
    assert copy.jit_compile is False
    assert type(copy.optimizer) is type(model.optimizer)
    assert copy.pool_a.images.numpy().any()
    assert not any("rmsprop" in v.path for v in copy.optimizer.variables)
    model.reset_metrics()
    for pair in pairs[4:]:
        one, two = ({k: float(v) for k, v in m.train_step(pair).items()} for m in (model, copy))
        assert one == two
    assert_equal_state(model, copy)


def test_keras_file_of_the_real_networks_needs_no_custom_objects(tmp_path):
    model = CycleGAN(*real_networks(), ema=0.9)
    model.compile(adam())
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(copy, CycleGAN)
    assert_equal_state(model, copy)
    ((a, _),) = batches(1)
    np.testing.assert_array_equal(model(a), copy(a))


def test_keras_file_loads_in_a_process_that_knows_only_the_class(tmp_path):
    model = CycleGAN(*real_networks())
    model.compile(adam())
    model.save(tmp_path / "model.keras")
    code = "import sys; from cyclegan_tf import CycleGAN; CycleGAN.load(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, tmp_path / "model.keras"], check=True)


def test_every_variable_is_there_once_and_only_one_optimizer():
    model = CycleGAN(*quick_networks(), pool_size=2, crop_size=SIZE, ema=0.9)
    model.compile(adam())
    networks = sum(len(network.weights) for network in quick_networks())
    generators = sum(len(network.weights) for network in quick_networks()[:2])
    assert len(model.weights) == networks + generators + 2 * 2 + 2  # averages, pools, step, skipped
    # Adam: two moments per trained weight, the count of updates, the rate.
    assert len(model.optimizer.variables) == 2 * networks + 2
    assert len({v.path for v in model.optimizer.variables}) == 2 * networks + 2


def test_file_of_another_model_is_refused(tmp_path):
    quick_networks()[0].save(tmp_path / "generator.keras")
    with pytest.raises(ValueError, match="generator.keras holds a Functional, not a CycleGAN"):
        CycleGAN.load(tmp_path / "generator.keras")
