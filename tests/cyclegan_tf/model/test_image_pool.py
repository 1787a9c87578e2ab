"""The history pool against a NumPy restatement, in the graph and outside, and resumed.

That training uses it for the discriminators only is in test_cyclegan.py.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf.model.image_pool import ImagePool

SHAPE = (2, 2, 1)


def picture(number):
    """An image that is full of its own running number."""
    return np.full(SHAPE, number, "float32")


def returned_numbers(pool, steps, batch_size=1, call=None):
    numbers = []
    for step in steps:
        batch = np.stack([picture(1 + step * batch_size + i) for i in range(batch_size)])
        result = np.array((call or pool)(tf.constant(batch), tf.constant(step, tf.int64)))
        assert result.shape == batch.shape
        assert (result == result[:, :1, :1]).all()  # whole images, never mixtures
        numbers += [int(image[0, 0, 0]) for image in result]
    return numbers


def restated(size, seed, num_images):
    """The pool of the authors' code, with the draws of (seed, number)."""
    stored, returned = [], []
    for n in range(num_images):
        if len(stored) < size:
            stored.append(n + 1)
            returned.append(n + 1)
            continue
        if tf.random.stateless_uniform((), [seed + 2**20, n]) < 0.5:
            slot = int(tf.random.stateless_uniform((), [seed, n], maxval=size, dtype=tf.int32))
            returned.append(stored[slot])
            stored[slot] = n + 1
        else:
            returned.append(n + 1)
    return returned, stored


def test_first_images_are_stored_and_returned_as_they_are():
    pool = ImagePool(5, SHAPE)
    assert returned_numbers(pool, range(5)) == [1, 2, 3, 4, 5]
    assert pool.images.numpy()[:, 0, 0, 0].tolist() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("batch_size", [1, 3])
def test_pool_equals_a_restatement_in_numpy(batch_size):
    pool = ImagePool(4, SHAPE, seed=9)
    expected, stored = restated(4, 9, 10 * batch_size)
    assert returned_numbers(pool, range(10), batch_size) == expected
    assert pool.images.numpy()[:, 0, 0, 0].tolist() == stored


@pytest.mark.parametrize("batch_size", [1, 3])
def test_pool_in_a_graph_equals_the_pool_outside(batch_size):
    pool = ImagePool(4, SHAPE, seed=2)
    inside = returned_numbers(pool, range(12), batch_size, call=tf.function(pool.call))
    assert inside == returned_numbers(ImagePool(4, SHAPE, seed=2), range(12), batch_size)


def test_half_of_the_later_images_come_from_the_past_and_from_every_slot():
    pool = ImagePool(5, SHAPE, seed=1)
    numbers = returned_numbers(pool, range(400), call=tf.function(pool.call))
    later = list(enumerate(numbers, start=1))[5:]
    old = [number for now, number in later if number < now]
    assert all(number <= now for now, number in later)
    assert 0.4 < len(old) / len(later) < 0.6
    # A stored image leaves the pool with its return: nothing comes back twice from the past.
    assert len(set(old)) == len(old)
    assert set(restated(5, 1, 400)[1]) == set(pool.images.numpy()[:, 0, 0, 0].astype(int))


def test_draws_are_a_function_of_seed_and_step_so_a_saved_pool_goes_on_as_if_never_stopped():
    whole = returned_numbers(ImagePool(4, SHAPE, seed=3), range(20))
    first = ImagePool(4, SHAPE, seed=3)
    start = returned_numbers(first, range(11))
    second = ImagePool(4, SHAPE, seed=3)
    second.set_weights(first.get_weights())
    tf.random.set_seed(12345)  # global randomness has no say
    assert start + returned_numbers(second, range(11, 20)) == whole


def test_seeds_differ():
    runs = {tuple(returned_numbers(ImagePool(4, SHAPE, seed=s), range(20))) for s in range(5)}
    assert len(runs) == 5


def test_pool_is_not_trained_and_is_restored_from_its_config():
    pool = ImagePool(4, SHAPE, seed=3, dtype="mixed_float16")
    assert not pool.trainable_variables
    assert pool.images.dtype == "float32"
    data = keras.saving.serialize_keras_object(pool)
    copy = keras.saving.deserialize_keras_object(data)
    assert isinstance(copy, ImagePool)
    assert (copy.size, copy.image_shape, copy.seed) == (4, SHAPE, 3)


@pytest.mark.parametrize(("scale", "dtype"), [(1.0, "float16"), (3.0, "float32")])
def test_stored_images_are_rounded_so_that_a_small_file_holds_them_exactly(scale, dtype):
    images = np.random.default_rng(0).uniform(-scale, scale, (8, 2, 2, 1)).astype("float32")
    rounded = np.round(images.astype("float64") * 2048) / 2048
    pool = ImagePool(2, SHAPE, seed=1)
    for n, image in enumerate(images):
        result = np.array(pool(tf.constant(image[None]), tf.constant(n)))[0]
        # This one as it is, or an earlier one as it was stored.
        assert (result == image).all() or any((result == old).all() for old in rounded[:n])
    stored = pool.images.numpy()
    assert all(any((one == old).all() for old in rounded) for one in stored)
    file = {}
    pool.save_own_variables(file)
    assert file["0"].dtype == dtype
    copy = ImagePool(2, SHAPE, seed=1)
    copy.load_own_variables(file)
    np.testing.assert_array_equal(copy.images.numpy(), stored)
    assert int(copy.num_seen.numpy()) == 8


def test_image_that_is_no_number_is_not_kept():
    pool = ImagePool(2, SHAPE)
    bad = np.full((1, *SHAPE), np.nan, "float32")
    assert np.isnan(pool(tf.constant(bad), tf.constant(0))).all()
    assert np.isfinite(pool.images.numpy()).all()
