"""Pictures that go through at once, as on GPUs: what happens where their memory is too small."""

import numpy as np
import pytest
import tensorflow as tf
from small_pictures import gradient

from cyclegan_tf.translation.translator import Translator


@pytest.fixture(scope="module")
def generator(random_generator):
    return random_generator(4, 1)


@pytest.mark.parametrize(
    "error",
    [
        tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor"),
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 9 bytes."),
    ],
    ids=["TensorFlow", "JAX"],
)
def test_what_a_gpu_has_no_memory_for_goes_in_strips(generator, error):
    like_a_gpu, in_strips = Translator(generator), Translator(generator)
    small, large = gradient(16, 16), gradient(64, 48)
    like_a_gpu._whole = gpu = SmallGPU(16 * 16, error)
    for _ in range(2):
        np.testing.assert_array_equal(like_a_gpu(large), in_strips(large))
    np.testing.assert_array_equal(like_a_gpu(small), small)
    assert gpu.tried == [(64, 48), (16, 16)]  # the second large one wasn't tried
    like_a_gpu.stream = False
    with pytest.raises(type(error)):
        like_a_gpu(large)


def test_other_errors_of_one_pass_are_not_hidden(generator):
    like_a_gpu = Translator(generator)
    like_a_gpu._whole = SmallGPU(0, RuntimeError("a fault"))
    with pytest.raises(RuntimeError, match="a fault"):
        like_a_gpu(gradient(16, 16))


class SmallGPU:
    """Hands pictures through, and has no memory for larger ones."""

    most_pixels = 2**24

    def __init__(self, fits, error):
        self.fits, self.error, self.tried = fits, error, []

    def __call__(self, picture):
        self.tried.append(picture.shape[:2])
        if picture.shape[0] * picture.shape[1] > self.fits:
            raise self.error
        return picture
