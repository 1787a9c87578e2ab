"""Shifts, shifted images and the equivariance loss against numpy, and networks of known answer.

How the loss enters the training step is in test_cyclegan.py.
"""

import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf.model.equivariance import draw_shift, equivariance_l1, largest_shift, shift_images

SIZE = 32


def images(seed=0, shape=(2, SIZE, SIZE, 3)):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype("float32")


def test_shifts_fill_the_square_and_are_a_function_of_seed_and_step():
    drawn = np.array([draw_shift(0, step, SIZE) for step in range(800)])
    places = {tuple(shift) for shift in drawn}
    n = largest_shift(SIZE)
    assert n == 4
    assert places == {(y, x) for y in range(-n, n + 1) for x in range(-n, n + 1)}
    np.testing.assert_array_equal(drawn[7], draw_shift(0, 7, SIZE))
    other = np.array([draw_shift(1, step, SIZE) for step in range(8)])
    assert (other != drawn[:8]).any()


@pytest.mark.parametrize("shift", [(0, 0), (3, -2), (-4, 4)])
def test_shifted_images_are_windows_of_the_reflected_ones(shift):
    x = images()
    padded = np.pad(x, ((0, 0), (4, 4), (4, 4), (0, 0)), mode="reflect")
    y0, x0 = 4 + shift[0], 4 + shift[1]
    expected = padded[:, y0 : y0 + SIZE, x0 : x0 + SIZE]
    shifted = tf.function(shift_images)(tf.constant(x), tf.constant(shift))
    np.testing.assert_array_equal(shifted, expected)
    assert shifted.shape == x.shape


@pytest.mark.parametrize("shift", [(0, 0), (3, -2), (-4, 4)])
def test_pointwise_network_has_no_loss(shift):
    x, shift = images(), tf.constant(shift)
    assert float(equivariance_l1(2 * x, 2 * shift_images(x, shift), shift)) == 0.0


def test_network_on_a_grid_of_two_has_the_loss_computed_by_hand():
    """Zero in every second column: a shift by one column swaps all values for zeros, or back."""
    x = np.ones((1, SIZE, SIZE, 3), "float32")
    translated = x * (np.arange(SIZE) % 2)[:, None]
    assert float(equivariance_l1(translated, translated, tf.constant((0, 1)))) == 1.0
    assert float(equivariance_l1(translated, translated, tf.constant((1, 2)))) == 0.0


def test_gradient_flows_through_the_shifted_pass_only():
    one, two, shift = tf.constant(images(0)), tf.constant(images(1)), tf.constant((1, -1))
    with tf.GradientTape() as tape:
        tape.watch([one, two])
        loss = equivariance_l1(one, two, shift)
    to_target, to_shifted = tape.gradient(loss, [one, two])
    assert to_target is None
    n = largest_shift(SIZE)
    assert (to_shifted.numpy()[:, n:-n, n:-n] != 0).all()
    assert abs(to_shifted.numpy()).sum() == pytest.approx(1.0, rel=1e-4)  # and nothing at borders


def test_shapes_that_are_not_fixed_or_square_are_refused():
    with pytest.raises(ValueError, match="square images of one fixed shape.*16"):
        shift_images(tf.zeros((1, 16, 32, 3)), tf.constant((0, 0)))
    unknown = tf.function(shift_images).get_concrete_function
    with pytest.raises(ValueError, match="drop_remainder"):
        unknown(tf.TensorSpec((None, 16, 16, 3)), tf.TensorSpec((2,), tf.int32))
