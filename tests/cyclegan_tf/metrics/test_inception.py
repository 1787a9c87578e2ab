"""FID by hand, and what is said when there are no weights. The network itself is Keras' own.

No test downloads anything.
"""

import keras
import numpy as np
import pytest

from cyclegan_tf.errors import FeaturesError, FileError
from cyclegan_tf.metrics import inception
from cyclegan_tf.metrics.inception import InceptionFeatures, frechet_distance, frechet_estimate


def test_frechet_distance_by_hand():
    """Two normal distributions along the axes: |m1 - m2|^2 + sum (s1 - s2)^2."""
    corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) * np.sqrt(3 / 4)  # covariance 1
    assert frechet_distance(corners, corners) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(corners, corners + [3, 4]) == pytest.approx(25)
    assert frechet_distance(corners, corners * [2, 4]) == pytest.approx(1 + 9)


def test_frechet_interval_is_a_point_for_equal_maps_and_widens_with_their_variety():
    random = np.random.default_rng(0)
    real = [random.normal(size=(30, 4)) for _ in range(3)]
    same = frechet_estimate(real, [real[0] + 1] * 4)
    value = frechet_distance(np.concatenate(real), np.tile(real[0] + 1, (4, 1)))
    # Not quite a point: a covariance divides by one patch less than there are.
    assert same == pytest.approx((value,) * 3, rel=1e-2)
    varied = frechet_estimate(real, [real[0] + shift for shift in (0.5, 1, 1.5, 2)])
    assert varied.low < 0.9 * varied.value < 1.1 * varied.value < varied.high


def test_frechet_distance_equals_the_definition_with_a_matrix_root():
    from scipy.linalg import sqrtm

    random = np.random.default_rng(0)
    x, y = random.normal(size=(50, 4)), random.normal(size=(60, 4)) @ random.normal(size=(4, 4))
    c, d = np.cov(x.T), np.cov(y.T)
    expected = ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c + d - 2 * sqrtm(c @ d).real)
    assert frechet_distance(x, y) == pytest.approx(expected)


def test_few_samples_of_one_distribution_already_differ():
    random = np.random.default_rng(0)
    distances = [frechet_distance(*random.normal(size=(2, n, 64))) for n in (40, 400)]
    assert distances[0] > 3 * distances[1] > 0


def test_without_weights_there_is_one_line_that_says_what_to_do(monkeypatch, tmp_path):
    def unreachable(weights):
        raise OSError("URL fetch failure on https://...:\n no route to host")

    monkeypatch.setattr(inception, "_build", unreachable)
    with pytest.raises(FeaturesError) as error:
        InceptionFeatures()
    assert str(error.value).startswith("no inception features: its weights can't be downloaded")
    assert "--inception-weights" in str(error.value)
    assert "\n" not in str(error.value)
    assert isinstance(error.value, FileError)  # the command prints it as one line
    with pytest.raises(FeaturesError, match=r"none.h5 does not exist"):
        InceptionFeatures(tmp_path / "none.h5")


def test_weights_come_from_a_given_file_and_patches_are_enlarged(monkeypatch, tmp_path):
    def small(weights):
        assert weights is None  # nothing is downloaded when there is a file
        inputs = keras.Input((299, 299, 3))
        x = keras.layers.GlobalAveragePooling2D()(inputs)
        return keras.Model(inputs, keras.layers.Dense(5)(x))

    monkeypatch.setattr(inception, "_build", small)
    path = tmp_path / "own.weights.h5"
    network = small(None)
    network.save_weights(path)
    patches = np.full((20, 32, 32, 3), 0.5, np.float32)
    described = InceptionFeatures(path)(patches)
    assert described.shape == (20, 5)
    expected = keras.ops.convert_to_numpy(network(np.full((1, 299, 299, 3), 0.5)))
    np.testing.assert_allclose(described, np.repeat(expected, 20, axis=0), rtol=1e-4)

    path.write_bytes(b"no weights")
    with pytest.raises(FeaturesError, match=r"own.weights.h5 can't be used"):
        InceptionFeatures(path)
