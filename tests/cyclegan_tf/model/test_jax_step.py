"""The step on JAX against the one on TensorFlow: the same losses, draws and files.

JAX runs in a process of its own, see jax_worker.py.
"""

import json
import os

import numpy as np
import pytest
import tensorflow as tf
from small_models import SIZE, adam, losses_of_updates

from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator
from cyclegan_tf.model.schedule import LinearDecay

NUM_UPDATES = 50
SETTINGS = {
    "identity_weight": 5.0,
    "identity_anneal_steps": 20,
    "equivariance_weight": 1.0,
    "pairs_every": 3,
    "equivariance_every": 2,
    "pool_size": 4,
    "crop_size": SIZE,
    "crop_channels": 4,  # with the vertical position
    "ema": 0.9,
    # Never draws a shift of (0, 0): the equivariance loss is then 0 but for rounding errors, and
    # the gradient of an absolute value is as large for those as for anything.
    "seed": 2,
}


def new_model():
    generators = [resnet_generator(4, 1, upsampling="balanced", seed=s) for s in (0, 100)]
    discriminators = [patch_discriminator(4, 1, channels=4, seed=s) for s in (200, 300)]
    model = CycleGAN(*generators, *discriminators, **SETTINGS)
    # Small steps: at ten times the rate, rounding errors grow to 0.01 within 50 updates.
    model.compile(adam(LinearDecay(2e-5, 30, 60), epsilon=1e-4))
    return model


@pytest.fixture(scope="module")
def crops():
    values = np.random.default_rng(0).uniform(-1, 1, (2, NUM_UPDATES, 1, SIZE, SIZE, 4))
    return dict(zip("ab", values.astype("float32"), strict=True))


@pytest.fixture(scope="module")
def on_tensorflow(crops, tmp_path_factory):
    """The losses of all updates; and a folder with what the process with JAX begins with."""
    folder = tmp_path_factory.mktemp("jax")
    np.savez(folder / "crops.npz", **crops)
    model = new_model()
    model.save(folder / "start.keras")
    first = losses_of_updates(model, crops, NUM_UPDATES // 2)
    model.save(folder / "half.keras")
    second = losses_of_updates(model, crops)
    return folder, model, {name: first[name] + second[name] for name in first}


@pytest.fixture(scope="module")
def on_jax(on_tensorflow, run_python, request):
    folder, _, _ = on_tensorflow
    worker = request.path.parents[1] / "jax_worker.py"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "KERAS_BACKEND", "jax")
        # XLA then compiles in less time.
        patch.setitem(os.environ, "XLA_FLAGS", "--xla_backend_optimization_level=0")
        run = run_python(worker, folder)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads((folder / "results.json").read_text())


def assert_same_losses(one, two):
    assert list(one) == list(two)
    for name, losses in one.items():
        # Their weighted sum, about 14, has the rounding of cycle losses times 10.
        rtol = 1e-5 if name == "loss" else 0
        np.testing.assert_allclose(losses, two[name], rtol=rtol, atol=1e-4, err_msg=name)


def test_losses_of_50_updates_are_those_of_tensorflow(on_tensorflow, on_jax):
    _, _, losses = on_tensorflow
    assert_same_losses(on_jax["losses"], losses)
    assert len(losses["loss"]) == on_jax["step"] == NUM_UPDATES
    assert max(losses["equivariance_ab"]) > 0.01 and max(losses["identity_a"]) > 0.1


def test_jax_goes_on_from_a_checkpoint_of_tensorflow(on_tensorflow, on_jax):
    _, _, losses = on_tensorflow
    rest = {name: values[NUM_UPDATES // 2 :] for name, values in losses.items()}
    assert_same_losses(on_jax["from_tensorflow"], rest)


def test_tensorflow_goes_on_from_a_checkpoint_of_jax(on_tensorflow, on_jax, crops):
    folder, model, losses = on_tensorflow
    saved = CycleGAN.load(folder / "half_jax.keras")
    assert not saved.jit_compile  # JAX always compiles, which says nothing about TensorFlow
    pairs = zip(
        saved.variables + saved.optimizer.variables,
        model.variables + model.optimizer.variables,
        strict=True,
    )
    for old, new in pairs:
        new.assign(old)
    rest = {name: values[NUM_UPDATES // 2 :] for name, values in losses.items()}
    assert_same_losses(losses_of_updates(model, crops), rest)


def test_jax_resumes_exactly(on_jax):
    assert on_jax["resumes"]


def test_jax_compiles_a_step_once(on_jax):
    assert not on_jax["compiles_eager_steps"]
    assert on_jax["compiled"] == 1  # for more than 100 updates in several calls of `fit`


def test_an_update_that_is_not_finite_changes_no_weight_on_jax(on_jax):
    assert on_jax["changed_by_nan"] == []


def test_draws_on_jax_are_those_of_tensorflow(on_jax):
    numbers = [0, 1, 7, 1000, 2**31 - 1]
    expected = [
        [float(tf.random.stateless_uniform((), [seed, n])) for n in numbers] for seed in (0, 3, -5)
    ]
    assert on_jax["draws"] == expected
    shifts = [tf.random.stateless_uniform((2,), [3, n], -8, 9, tf.int32) for n in numbers]
    assert on_jax["shifts"] == [shift.numpy().tolist() for shift in shifts]
