"""KID, FID and the two-sample test of a tiny world, with a stand-in for InceptionV3."""

import pytest

from cyclegan_tf.evaluation.materials import Material
from cyclegan_tf.evaluation.network_scores import inception_scores, two_sample_scores
from data_pipeline import load_maps, open_sources

DATA = "world:meadow2forest?scale=0.1&num_maps=4"


@pytest.fixture(scope="module")
def material():
    test, train = (open_sources(DATA, split=s, progress=False) for s in ("test", "train"))
    inputs, trues = (load_maps(source, range(4)) for source in test)
    return Material(inputs, load_maps(train[1], range(4)), trues, trues)


def mean_colour(patches):
    return patches.mean(axis=(1, 2))


def test_inception_scores_compare_patches(material):
    said = []
    found = inception_scores(material, material.inputs, mean_colour, sides=(64,), say=said.append)
    same = inception_scores(material, material.reals, mean_colour, sides=(64,))
    assert found["kid_inception_64"].value > same["kid_inception_64"].value
    assert found["fid_inception"].value > 100 * same["fid_inception"].value + 0.01
    assert "FID is biased" in said[0] and "64 patches" in said[0]
    for name in ("kid_inception_64", "fid_inception"):  # doing nothing scores what the input does
        assert found[name].value == pytest.approx(found[name].input), name
        assert found[name].real < 0.5 * found[name].input, name


def test_every_side_has_its_kid_with_interval_floor_and_input(material):
    shapes = []

    def features(patches):
        shapes.append(patches.shape[1])
        return mean_colour(patches)

    found = inception_scores(material, material.trues, features, sides=(40, 24))
    assert list(found) == ["kid_inception_40", "fid_inception", "deep_change", "kid_inception_24"]
    assert set(shapes) == {40, 24}
    for name in ("kid_inception_40", "kid_inception_24"):
        score = found[name]
        assert score.low <= score.value <= score.high < score.input
        assert score.real < score.input


def test_deep_change_is_nothing_for_the_input_and_as_real_for_the_truth(material):
    same = inception_scores(material, material.inputs, mean_colour, sides=(64,))["deep_change"]
    true = inception_scores(material, material.trues, mean_colour, sides=(64,))["deep_change"]
    assert same.value == pytest.approx(0, abs=1e-9)
    assert true.value == pytest.approx(true.real) and true.real > 0.01
    assert same.real == pytest.approx(true.real)


def test_two_sample_scores_of_inputs_are_those_of_doing_nothing(material, monkeypatch):
    monkeypatch.setattr("cyclegan_tf.evaluation.network_scores.SQUARES", {32: 1, 48: 2})
    found = two_sample_scores(material, material.inputs, num_steps=8)
    assert list(found) == ["two_sample_32", "two_sample_48"]
    for score in found.values():
        assert score.value == pytest.approx(score.input, abs=0.01)
        assert score.low <= score.value <= score.high
        assert score.real != score.real  # too few real maps to halve twice
