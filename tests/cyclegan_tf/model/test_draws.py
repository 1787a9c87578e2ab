"""Our own random numbers against TensorFlow's, bit for bit."""

import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf.model import draws

SEEDS = [0, 1, 2, 999, 2**20, 2**21 + 7, 2**31 - 1, -1, -(2**31), 123_456_789]
NUMBERS = [*range(40), 65_535, 65_536, 2**20 + 3, 2**31 - 1, -1, -(2**31)]


@pytest.mark.parametrize("seed", SEEDS)
def test_uniform_numbers_are_those_of_tensorflow(seed):
    words = draws.random_bits(seed, tf.constant(NUMBERS, tf.int32))
    ours = draws.to_uniform(words[0]).numpy()
    theirs = [float(tf.random.stateless_uniform((), [seed, n])) for n in NUMBERS]
    assert ours.tolist() == theirs


@pytest.mark.parametrize("low, high", [(0, 50), (0, 1), (-32, 33), (-8, 9), (0, 2**30)])
def test_integers_are_those_of_tensorflow(low, high):
    for seed in SEEDS[:6]:
        words = draws.random_bits(seed, tf.constant(NUMBERS, tf.int32))
        ours = np.stack([low + draws.remainder(word, high - low) for word in words], axis=1)
        theirs = [
            tf.random.stateless_uniform((4,), [seed, n], low, high, tf.int32) for n in NUMBERS
        ]
        np.testing.assert_array_equal(ours, theirs)


def test_a_draw_is_a_function_of_seed_and_number_in_a_graph_and_outside():
    step = tf.constant(5, tf.int64)
    shift = draws.draw_integers(3, step, 2, -4, 5)
    inside = tf.function(draws.draw_integers)
    np.testing.assert_array_equal(shift, inside(3, step, 2, -4, 5))
    assert float(draws.draw_uniform(3, step)) == float(tf.function(draws.draw_uniform)(3, step))
    assert float(draws.draw_uniform(3, step)) != float(draws.draw_uniform(3, step + 1))
