"""Patch-KID against a naive restatement, and on sets whose distance is known.

Patches and features are tested in test_features.py.
"""

import numpy as np
import pytest

from cyclegan_tf.metrics.kid import PatchKID, _discrepancy


def mean_colour(patches):
    return patches.mean(axis=(1, 2))


def textures(count, seed, amplitude=60, shift=0):
    """Maps of smooth blobs plus grain, each with a colour of its own."""
    random = np.random.default_rng(seed)
    maps = []
    for _ in range(count):
        coarse = random.normal(0, 1, (6, 8, 3)).repeat(16, axis=0).repeat(16, axis=1)
        grain = random.normal(0, 15, (96, 128, 1))
        colour = random.normal(128 + shift, 10, 3)
        maps.append(np.clip(colour + amplitude * 0.3 * coarse + grain, 0, 255).astype(np.uint8))
    return maps


@pytest.fixture(scope="module")
def real():
    return textures(12, seed=1)


@pytest.fixture(scope="module")
def kid(real):
    return PatchKID(real, patches_per_map=16)


def test_equals_the_definition_pair_by_pair(real):
    """Mean kernel over all pairs of patches from different maps, in plain loops."""
    real, fake = real[:3], textures(4, seed=2, shift=20)
    kid = PatchKID(real, scales=(1,), patches_per_map=2, features=mean_colour)
    x, y = (kid.describe(maps)[0].astype("d") for maps in (fake, real))
    flat = y.reshape(-1, 3)
    x, y = (np.arcsinh((z - flat.mean(axis=0)) / flat.std(axis=0)) for z in (x, y))

    def mean_kernel(x, y, same):
        values = [
            (p @ q / 3 + 1) ** 3
            for i, ps in enumerate(x)
            for j, qs in enumerate(y)
            if not (same and i == j)
            for p in ps
            for q in qs
        ]
        return np.mean(values)

    expected = mean_kernel(x, x, True) + mean_kernel(y, y, True) - 2 * mean_kernel(x, y, False)
    assert kid.distance(fake) == pytest.approx(expected, rel=1e-4)


def test_new_maps_of_the_same_kind_are_at_the_floor(kid):
    floor = kid.floor()
    assert abs(floor.value) < 0.05
    assert floor.low < 0 < floor.high
    same = kid.estimate(textures(12, seed=3))
    # Twelve maps on each side vary less than halves of six.
    assert floor.low < same.value < floor.high
    assert same.low < same.value < same.high


def test_a_stronger_fault_is_farther_and_outside_the_floor(kid, real):
    dark = [kid.distance([(m * f).astype(np.uint8) for m in real]) for f in (0.8, 0.6, 0.3)]
    assert kid.floor().high < dark[0] < dark[1] < dark[2]


def test_notices_texture_of_the_same_colours(kid, real):
    random = np.random.default_rng(0)
    shuffled = [random.permuted(m.reshape(-1, 3), axis=0).reshape(m.shape) for m in real]
    assert kid.distance(shuffled) > 5 * kid.floor().high


def test_each_scale_sees_squares_of_its_size():
    """Columns of 0 and 255: at twice the size, every pixel of a patch is their mean."""
    columns = np.zeros((80, 80, 3), np.uint8)
    columns[:, ::2] = 255
    kid = PatchKID([columns] * 2, features=lambda patches: patches.std(axis=(1, 2)))
    one, two = kid.describe([columns] * 2)
    np.testing.assert_allclose(one, 1, atol=1e-5)
    np.testing.assert_allclose(two, 0, atol=1e-5)


def test_is_a_function_of_its_seed(real):
    fakes = textures(4, seed=5, shift=10)
    options = {"patches_per_map": 4}
    first = PatchKID(real, **options).estimate(fakes)
    assert first == PatchKID(real, **options).estimate(fakes)
    assert first != PatchKID(real, **options, seed=1).estimate(fakes)


def test_resampling_never_compares_a_map_with_its_copy():
    own, other = 9.0, 1.0
    means = np.array([[own, other], [other, own]])
    # Drawn as (first, first, second) there are two pairs of different maps, both worth 1.
    assert _discrepancy(means, np.zeros((2, 2)), 0 * means, [2.0, 1.0], [1.0, 1.0]) == other
    # Drawn as (first, first) there is none.
    assert np.isnan(_discrepancy(means, np.zeros((2, 2)), 0 * means, [2.0, 0.0], [1.0, 1.0]))


def test_the_interval_is_over_the_maps_of_both_sets():
    """Where all maps of a set are the same, only the other set's draws can make it wide."""
    flat = [np.full((40, 40, 3), value, np.uint8) for value in (20, 60, 120, 250)]
    same = [flat[0]] * 4
    options = {"features": mean_colour, "standardise": False, "patches_per_map": 1}
    for real, fake, wide in ((same, flat, True), (flat, same, True), (same, same, False)):
        estimate = PatchKID(real, **options).estimate(fake, num_resamples=100)
        assert (estimate.high - estimate.low > 0.01) == wide


def test_too_few_maps_are_refused_with_the_number(real):
    with pytest.raises(ValueError, match="at least 2 maps of each kind; received 1"):
        PatchKID(real[:1])
    with pytest.raises(ValueError, match="at least 2 maps of each kind; received 1"):
        PatchKID(real[:2]).distance(real[:1])
    with pytest.raises(ValueError, match="at least 4 real maps to halve; received 3"):
        PatchKID(real[:3]).floor()
    with pytest.raises(ValueError, match="patch_size must be at least 22; received 16"):
        PatchKID(real, patch_size=16)
