"""Generators with folded statistics against the originals, and what they no longer look at."""

import keras
import numpy as np
import pytest

from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.translation.fold_norms import fold_norms
from cyclegan_tf.translation.norm_statistics import record

VARIANTS = [
    {"upsampling": "transpose"},
    {"upsampling": "balanced"},
    {"upsampling": "resize"},
    {"upsampling": "resize", "interpolation": "bilinear"},
    {"upsampling": "antialiased"},
]


def random_batch(height, width, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (1, height, width, 3)).astype("f")


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_locked_network_equals_the_original_with_those_statistics(random_generator, variant):
    generator, batch = random_generator(**variant), random_batch(32, 36)
    locked = fold_norms(generator, record(generator, batch))
    assert not any(isinstance(layer, InstanceNormalization) for layer in locked.layers)
    np.testing.assert_allclose(locked(batch), generator(batch), atol=1e-4)


def test_locked_network_no_longer_looks_at_the_whole_image(random_generator, tmp_path):
    generator, batch = random_generator(upsampling="resize"), random_batch(32, 96)
    locked = fold_norms(generator, record(generator, batch))
    other = batch.copy()
    other[:, :, 80:] = 1.0  # farther from the left half than one block of filters can see
    left = slice(0, 32)
    np.testing.assert_allclose(locked(other)[:, :, left], locked(batch)[:, :, left], atol=1e-5)
    assert np.abs(generator(other) - generator(batch))[:, :, left].max() > 1e-3
    locked.save(tmp_path / "locked.keras")  # plain layers: it can be saved and exported
    loaded = keras.saving.load_model(tmp_path / "locked.keras")
    np.testing.assert_allclose(loaded(batch), locked(batch), atol=1e-6)
