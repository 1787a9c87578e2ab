"""`CycleGAN` in scripts of one's own: what `fit`, other policies and strategies hand to it."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_models import SIZE, adam, batches, dataset, quick_networks, state

from cyclegan_tf.model.cyclegan import CycleGAN

POOL = {"pool_size": 3, "crop_size": SIZE}


def small_model(**settings):
    model = CycleGAN(*quick_networks(), **settings)
    model.compile(adam())
    return model


def single_images(number, seed):
    random = np.random.default_rng(seed)
    images = random.uniform(-1, 1, (number, SIZE, SIZE, 3)).astype("float32")
    return tf.data.Dataset.from_tensor_slices(images)


def fit(data, model=None, **options):
    model = model or small_model(**POOL)
    history = model.fit(data, verbose=0, **options)
    assert np.isfinite(history.history["loss"]).all()
    return model


# Batches ----------------------------------------------------------------------------------------


def test_batches_needn_t_have_a_fixed_size():
    pairs = tf.data.Dataset.zip(single_images(5, 0), single_images(5, 1))
    one, other = pairs.batch(1), pairs.batch(1, drop_remainder=True)
    assert one.element_spec[0].shape[0] is None
    models = [fit(data, shuffle=False) for data in (one, other)]
    for x, y in zip(*map(state, models), strict=True):
        np.testing.assert_allclose(x, y, atol=1e-6)


@pytest.mark.parametrize("numbers", [(5, 5), (6, 5), (5, 6)])
@pytest.mark.parametrize("losses", [{}, {"identity_weight": 5.0}])
def test_last_batches_may_be_smaller_even_in_one_domain_only(numbers, losses):
    a, b = (single_images(n, seed).batch(2) for seed, n in enumerate(numbers))
    model = fit(tf.data.Dataset.zip(a, b), small_model(**POOL, **losses), shuffle=False)
    assert int(model.step) == 3
    # 3 batches of up to 2 images: every translation was counted, none of the slots left out.
    assert [int(pool.num_seen) for pool in (model.pool_a, model.pool_b)] == [*numbers[::-1]]
    assert np.abs(model.pool_a.images.numpy()).max(axis=(1, 2, 3)).min() > 0


def test_losses_of_unequal_batches_are_means_over_their_own_images():
    a, b = (next(iter(single_images(n, seed).batch(n))) for seed, n in enumerate((3, 2)))
    model = small_model()
    losses = model.test_step((a, b))
    fake_a = model.generator_ba(b)
    by_hand = tf.reduce_mean((model.discriminator_a(a) - 1) ** 2)
    by_hand += tf.reduce_mean(model.discriminator_a(fake_a) ** 2)
    np.testing.assert_allclose(losses["discriminator_a"], 0.5 * by_hand, rtol=1e-5)


def test_identity_losses_of_unequal_batches_are_means_over_their_own_images():
    a, b = (next(iter(single_images(n, seed).batch(n))) for seed, n in enumerate((3, 2)))
    model = small_model(identity_weight=5.0)
    losses = model.test_step((a, b))
    for name, real, generator in (
        ("identity_a", a, model.generator_ba),
        ("identity_b", b, model.generator_ab),
    ):
        by_hand = tf.reduce_mean(tf.abs(generator(real) - real))
        np.testing.assert_allclose(losses[name], by_hand, rtol=1e-5)
    assert np.isfinite(list(model.train_on_batch(a, b, return_dict=True).values())).all()


def test_a_generator_of_python_serves_as_data():
    def endless():
        while True:
            yield batches(1)[0]

    fit(endless(), steps_per_epoch=3, shuffle=False)


def test_pipelines_of_the_tutorials_serve_as_data():
    def prepare(image):  # as in the tutorials of TensorFlow and keras.io: jitter, crop, normalise
        image = tf.image.resize(image, [SIZE + 4, SIZE + 4])
        image = tf.image.random_crop(image, [SIZE, SIZE, 3])
        return tf.image.random_flip_left_right(image)

    a, b = (
        single_images(n, seed).cache().map(prepare, num_parallel_calls=2).shuffle(8).batch(1)
        for seed, n in enumerate((4, 5))
    )
    fit(tf.data.Dataset.zip((a, b)), epochs=2, shuffle=False)


def test_single_batches_are_trained_and_tested_on():
    (a, b), *_ = batches(1)
    model, fitted = small_model(**POOL), small_model(**POOL)
    before = model.test_on_batch(a, b, return_dict=True)
    trained = model.train_on_batch(a, b, return_dict=True)
    assert set(before) == set(trained) == set(model.trackers)
    fitted.fit(dataset([(a, b)]), verbose=0, shuffle=False)
    for x, y in zip(model.generator_ab.weights, fitted.generator_ab.weights, strict=True):
        np.testing.assert_allclose(x, y, atol=1e-6)
    fit(a, y=b, batch_size=1)  # arrays


@pytest.mark.parametrize("more", [(), (np.ones(1),)], ids=["one domain", "weights of samples"])
def test_what_is_no_pair_is_refused(more):
    (a, b), *_ = batches(1)
    arguments = (a, b, *more) if more else (a,)
    with pytest.raises(ValueError, match="trains on pairs of batches"):
        small_model().train_on_batch(*arguments)


# The session ------------------------------------------------------------------------------------


@pytest.fixture
def policy(request):
    old = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(old)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"], indirect=True)
def test_a_policy_of_the_session_does_not_change_a_float32_run(policy, small_config, tmp_path):
    from cyclegan_tf import train

    config = small_config.replace(epochs=1, validate_every=3, sample_every=3)
    model = train(config, tmp_path / "run", verbose=False)
    assert model.generator_ab(np.zeros((1, SIZE, SIZE, 3), "float32")).dtype == tf.float32
    keras.config.set_dtype_policy("float32")
    expected = train(config, tmp_path / "expected", verbose=False)
    for x, y in zip(state(model), state(expected), strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("policy", ["mixed_float16"], indirect=True)
def test_own_networks_under_a_policy_of_the_session(policy):
    model = CycleGAN(*quick_networks(policy), **POOL, ema=0.9)
    model.compile(adam())
    fit(dataset(batches(3)), model, shuffle=False)


def test_a_strategy_of_one_replica_changes_nothing():
    expected = fit(dataset(batches(3)), small_model(**POOL, ema=0.9), shuffle=False)
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        model = small_model(**POOL, ema=0.9)
    fit(dataset(batches(3)), model, shuffle=False)
    for x, y in zip(state(model), state(expected), strict=True):
        np.testing.assert_array_equal(x, y)
    # Several replicas: test_replicas.py.


# Export -----------------------------------------------------------------------------------------


def test_export_needs_no_signature_and_takes_any_size(tmp_path):
    model = small_model(ema=0.5)
    model.export(tmp_path / "model", verbose=False)
    exported = tf.saved_model.load(tmp_path / "model")
    for height, width in ((SIZE, SIZE), (SIZE + 4, 2 * SIZE)):
        image = np.random.default_rng(0).uniform(-1, 1, (1, height, width, 3)).astype("float32")
        np.testing.assert_allclose(
            exported.serve(image), model.predict(image, verbose=0), atol=1e-6
        )
