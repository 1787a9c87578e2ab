"""The families of measures on a tiny world, for translators whose quality is known.

Single measures are tested in tests/cyclegan_tf/metrics, generators and files in test_evaluate.py.
"""

import dataclasses

import numpy as np
import pytest

from cyclegan_tf.evaluation import scores
from cyclegan_tf.evaluation.materials import Material
from data_pipeline import load_maps, open_sources
from data_pipeline.ground_truth import find_ground_truth

DATA = "world:meadow2forest?scale=0.1&num_maps=4"


@pytest.fixture(scope="module")
def material():
    test, train = (open_sources(DATA, split=s, progress=False) for s in ("test", "train"))
    truth = find_ground_truth(DATA)
    inputs, trues = (load_maps(source, range(4)) for source in test)
    return Material(
        inputs,
        load_maps(train[1], range(4)),
        trues,
        trues,
        truth.labels("test", "b", test[1].names),
        truth.labels("train", "b", train[1].names),
        truth.frames(3),
    )


@pytest.fixture(scope="module")
def lookup(material):
    """A translator that knows the true pictures."""
    table = {x.tobytes(): y for x, y in zip(material.inputs, material.trues, strict=True)}
    table |= {f.image_a.tobytes(): f.image_b for f in material.frames}
    return lambda image: table[image.tobytes()]


def test_the_true_pictures_score_as_real_and_the_inputs_as_input(material):
    best = scores.unpaired_scores(material, material.trues)
    worst = scores.unpaired_scores(material, material.inputs)
    assert best["patch_kid"].value < 3 * best["patch_kid_floor"].high
    for name, score in worst.items():
        if name != "patch_kid_floor":
            assert score.value == pytest.approx(score.input), name
    for name in ("patch_kid", "colour", "colour_top", "wasserstein_level_3"):
        assert best[name].value < 0.5 * best[name].input, name


def test_structure_of_the_true_pictures_is_the_reference(material):
    for name, score in scores.structure_scores(material, material.trues).items():
        assert score.value == score.real, name
    kept = scores.structure_scores(material, material.inputs)
    assert kept["edge_f1"].value == 1
    assert kept["edges_gone"].value == kept["edges_gone"].input == 0 < kept["edges_gone"].real
    assert kept["gmsd"].value == 0
    assert kept["luminance_correlation"].value == pytest.approx(1)


def test_paired_scores_of_the_true_pictures_are_perfect(material):
    best = scores.paired_scores(material, material.trues)
    assert best["paired_l1"].value == best["ciede2000"].value == best["class_l1/sky"].value == 0
    assert best["ssim"].value == pytest.approx(1)
    assert best["paired_l1"].input > 20
    worst = scores.paired_scores(material, material.inputs)
    assert worst["paired_l1"].value == best["paired_l1"].input
    assert worst["paired_l1"].low < worst["paired_l1"].value < worst["paired_l1"].high


def test_true_video_is_steady(material, lookup, monkeypatch):
    monkeypatch.setattr(scores, "SHIFT_MAPS", 0)  # the table knows no shifted maps
    steady = scores.temporal_scores(material, lookup)
    assert steady["warping_error"].value == steady["warping_error"].real == 0
    assert steady["warping_ratio"].value == 1
    state = iter(range(100))
    flicker = scores.temporal_scores(
        material, lambda x: np.minimum(lookup(x), 235) + np.uint8(20 * (next(state) % 2))
    )
    assert flicker["warping_error"].value > 10
    assert flicker["warping_ratio"].value > 2


def test_direction_decides_which_frames_are_translated(material):
    backwards = Material(material.trues, material.inputs, frames=material.frames)
    backwards.source, backwards.target = "b", "a"
    table = {f.image_b.tobytes(): f.image_a for f in material.frames}
    shown = []

    def translate(image):
        shown.append(image)
        return table.get(image.tobytes(), image)

    assert scores.temporal_scores(backwards, translate)["warping_error"].value == 0
    assert any((shown[-1] == f.image_b).all() for f in material.frames)


def test_cycle_of_identities_is_zero_plain_and_jpeg_when_saved(material):
    errors = scores.cycle_scores(material, lambda x: x, lambda x: x)
    assert errors["cycle_l1"].value == 0
    assert errors["cycle_l1_saved"].value == errors["cycle_l1_saved"].real > 0


def test_segmentation_reads_true_pictures_better_than_inputs(material, tmp_path, monkeypatch):
    monkeypatch.setenv("CYCLEGAN_TF_CACHE", str(tmp_path))
    found = scores.segmentation_scores(material, material.trues, num_steps=40)
    for score in found.values():
        assert score.value == score.real
        assert score.low <= score.value <= score.high
    assert found["segmentation_accuracy"].value > found["segmentation_accuracy"].input + 0.1


@pytest.mark.parametrize("missing", ["trues", "labels", "real_labels"])
def test_material_without_ground_truth_is_refused(material, missing):
    without = dataclasses.replace(material, **{missing: None})
    with pytest.raises(ValueError, match="open the test split of a world with_labels=True; rec"):
        scores.segmentation_scores(without, material.trues, num_steps=1)
    if missing == "trues":
        with pytest.raises(ValueError, match="needs trues: open the test split of a world; rec"):
            scores.paired_scores(without, material.inputs)
