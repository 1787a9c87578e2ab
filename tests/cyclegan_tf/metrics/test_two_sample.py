"""The learned two-sample test on faults that were planted, and its AUC against plain loops."""

import numpy as np
import pytest

from cyclegan_tf.metrics.two_sample import TwoSampleTest, _resampled, _wins
from data_pipeline import load_maps, open_sources

FEW = {"side": 32, "patches_per_map": 24, "num_steps": 80}


@pytest.fixture(scope="module")
def world():
    """Meadows, and forests that show the same layouts: 12 pairs."""
    data = "world:meadow2forest?scale=0.125&num_maps=4"
    maps = {"a": [], "b": []}
    for split in ("test", "val"):
        for name, source in zip("ab", open_sources(data, split=split, progress=False), strict=True):
            maps[name] += load_maps(source, range(len(source)))
    return maps


@pytest.fixture(scope="module")
def halves(world):
    """Real forests; the other half of the layouts as meadow and as forest."""
    return world["b"][::2], world["a"][1::2], world["b"][1::2]


@pytest.fixture(scope="module")
def test(halves):
    return TwoSampleTest(halves[0], **FEW)


def edited(maps, change):
    return [np.clip(change(image.astype(float)), 0, 255).astype(np.uint8) for image in maps]


def meshed(image):
    """A chessboard of 2-pixel fields, 15 gray levels up and down."""
    rows, columns = (np.arange(n) // 2 % 2 for n in image.shape[:2])
    return image + 30.0 * (rows[:, None] ^ columns)[..., None] - 15.0


def test_new_maps_of_the_same_world_cant_be_told_from_real(test, halves):
    same = test.estimate(halves[2])
    assert same.low < 0.5
    assert 0.25 < same.value < 0.65


@pytest.mark.parametrize(
    "fault",
    [lambda x: x + [60.0, 0.0, -60.0], meshed],
    ids=["colours", "mesh"],
)
def test_planted_faults_are_seen(test, halves, fault):
    found = test.estimate(edited(halves[2], fault))
    assert found.value > 0.9
    assert found.low > 0.8


def test_a_timid_translation_scores_worse_than_the_truth(test, halves):
    _, inputs, trues = halves
    timid = [(0.5 * x + 0.5 * y).astype(np.uint8) for x, y in zip(inputs, trues, strict=True)]
    assert test.estimate(timid).low > test.estimate(trues).value + 0.2
    assert test.estimate(inputs).value > 0.95


def test_real_maps_against_real_maps_are_a_draw(world):
    # With few maps rather below a draw: what one half has too much of, the other lacks.
    floor = TwoSampleTest(world["b"], **FEW).floor()
    assert floor.low < 0.5
    assert 0.25 < floor.value < 0.65


def test_is_a_function_of_its_seed(halves):
    options = {**FEW, "num_steps": 8}
    test = TwoSampleTest(halves[0], **options)
    first = test.estimate(halves[1], num_resamples=0)
    assert np.isnan(first.low)
    assert test.estimate(halves[1], num_resamples=0).value == pytest.approx(first.value, abs=1e-3)
    drawn = TwoSampleTest(halves[0], **options, seed=1)
    assert (drawn._cut(halves[0]) != test._real).any()
    assert any((x != y).any() for x, y in zip(drawn._start, test._start, strict=True))


def test_networks_are_judged_on_maps_that_they_never_saw(halves, monkeypatch):
    test = TwoSampleTest(halves[0], **FEW)
    learned, judged = [], []
    monkeypatch.setattr(test, "_learn", lambda *sets: learned.append(sets[:2]))
    monkeypatch.setattr(
        test, "_judge", lambda patches: judged.append(patches) or np.zeros(patches.shape[:2])
    )
    assert test.estimate(halves[1]).value == 0.5  # ties
    assert len(learned) == 2
    for (real, fake), seen in zip(learned, (judged[:2], judged[2:]), strict=True):
        for one, other in zip((real, fake), seen, strict=True):
            assert not any((x == y).all() for x in one for y in other)
    assert sum(map(len, judged)) == len(halves[0]) + len(halves[1])


def test_auc_between_maps_equals_the_definition_and_is_resampled_by_maps():
    real, fake = np.array([[1.0, 2.0], [3.0, 3.0]]), np.array([[2.0, 0.0]])
    np.testing.assert_array_equal(_wins(real, fake), [[(1 + 0 + 1 + 0.5) / 4], [1.0]])
    samples = _resampled(_wins(real, np.concatenate([fake, fake])), 500, seed=0)
    assert set(samples) == {0.625, 0.8125, 1.0}


def test_too_few_maps_and_a_scale_that_divides_no_side_are_refused(halves):
    maps = halves[0]
    with pytest.raises(ValueError, match="at least 4 maps of each kind; received 3"):
        TwoSampleTest(maps[:3])
    with pytest.raises(ValueError, match="at least 4 maps of each kind; received 1"):
        TwoSampleTest(maps, **FEW).estimate(maps[:1])
    with pytest.raises(ValueError, match="at least 8 real maps to halve twice; received 4"):
        TwoSampleTest(maps[:4], **FEW).floor()
    with pytest.raises(ValueError, match=r"scale must divide side \(64\); received 3"):
        TwoSampleTest(maps, scale=3)
