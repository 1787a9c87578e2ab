"""The gap of discriminators whose memory is known.

Trained ones are measured in tests/cyclegan_tf/evaluation/test_evaluate.py.
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
    assert gap == pytest.approx((0.2, 0.2, 0.2), rel=1e-4)  # all maps are alike: no interval


def test_interval_is_that_of_maps_drawn_anew():
    # Of two held-out maps, one is as good as seen and one as bad as a fake: 0, 0.5 and 1 happen.
    mixed = [TRAIN[0], FAKE[0]]
    gap = discriminator_gap(mean_value, TRAIN, mixed, FAKE, crop_size=24)
    assert gap == pytest.approx((0.5, 0, 1), abs=1e-6)


def test_ends_of_the_scale():
    assert discriminator_gap(mean_value, TRAIN, TRAIN, FAKE, crop_size=24).value == 0
    assert discriminator_gap(mean_value, TRAIN, FAKE, FAKE, crop_size=24).value == 1


def test_a_fooled_discriminator_has_no_gap():
    assert np.isnan(discriminator_gap(mean_value, FAKE, HELD_OUT, TRAIN, crop_size=24)).all()
    assert np.isnan(discriminator_gap(mean_value, TRAIN, HELD_OUT, TRAIN, crop_size=24)).all()


def test_crops_have_the_size_of_training():
    sizes = set()

    def discriminator(crops):
        sizes.add(crops.shape)
        return mean_value(crops)

    discriminator_gap(discriminator, TRAIN, HELD_OUT, FAKE, crop_size=32, crops_per_map=5)
    assert sizes == {(5, 32, 32, 3)}


def test_vertical_position_lies_beside_the_crops():
    rows = np.arange(0, 255, 5, dtype=np.uint8)  # 51 rows, the first 0 and the last 250
    image = np.tile(rows[:, None, None], (1, 60, 3))
    seen = []

    def discriminator(crops):
        seen.append(crops)
        return mean_value(crops)

    options = {"crop_size": 24, "vertical_position": True}
    discriminator_gap(discriminator, [image], [image], [image], **options)
    for crops in seen:
        assert crops.shape == (4, 24, 24, 4)
        # Row i of 51 is 5 * i as a colour, and lies at 2 * (i + 0.5) / 51 - 1.
        np.testing.assert_allclose(crops[..., 3], crops[..., 0] + 1 / 51, atol=1e-6)
    assert len({float(crops[0, 0, 0, 3]) for crops in seen[0][:, None]}) > 1
