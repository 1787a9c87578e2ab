"""The discriminator gap of critics whose memory is known.

Trained discriminators are measured in test_evaluation.py.
"""

import numpy as np
import pytest

from cyclegan_tf.metrics.discriminators import discriminator_gap

TRAIN, HELD_OUT, FAKE = (
    [np.full((40, 50, 3), v, np.uint8)] * 3 for v in (255, 204, 0)
)  # 1, 0.6 and -1


def mean_value(crops):
    return crops.mean(axis=(1, 2))


def test_gap_by_hand():
    # (1 - 0.6) / (1 - (-1))
    gap = discriminator_gap(mean_value, TRAIN, HELD_OUT, FAKE, crop_size=24)
    assert gap == pytest.approx(0.2, rel=1e-4)


def test_ends_of_the_scale():
    assert discriminator_gap(mean_value, TRAIN, TRAIN, FAKE, crop_size=24) == 0
    assert discriminator_gap(mean_value, TRAIN, FAKE, FAKE, crop_size=24) == 1


def test_a_fooled_discriminator_has_no_gap():
    assert np.isnan(discriminator_gap(mean_value, FAKE, HELD_OUT, TRAIN, crop_size=24))
    assert np.isnan(discriminator_gap(mean_value, TRAIN, HELD_OUT, TRAIN, crop_size=24))


def test_crops_have_the_size_of_training():
    sizes = set()

    def critic(crops):
        sizes.add(crops.shape)
        return mean_value(crops)

    discriminator_gap(critic, TRAIN, HELD_OUT, FAKE, crop_size=32, crops_per_map=5)
    assert sizes == {(5, 32, 32, 3)}
