"""What an evaluation says in sentences, and how it tells the time that is left."""

import pytest

from cyclegan_tf.evaluation import progress
from cyclegan_tf.evaluation.progress import Progress
from cyclegan_tf.evaluation.verdict import verdict


def score(value, real=None, input=None):
    return {"value": value, "low": None, "high": None, "real": real, "input": input}


def said(**scores):
    return verdict({"directions": {"a2b": {"scores": scores}}})


def test_goes_by_the_most_telling_measure():
    text = said(patch_kid=score(0.1, 0.0, 2.0), segmentation_iou=score(0.25, 0.4, 0.1))
    assert text.startswith("a2b: segmentation_iou 0.25") and "50% of the way" in text
    assert "patch" not in text
    assert "InceptionV3" in said(patch_kid=score(0.1, 0, 2), kid_inception_64=score(1e-4, 0, 8e-4))
    assert "90% of the way" in said(two_sample_64=score(0.55, None, 1.0))


def test_worse_than_nothing_and_nothing_measured():
    assert "worse than doing nothing" in said(patch_kid=score(3.0, 0.0, 2.0))
    assert "look at the pictures" in said(cycle_l1=score(3.0))
    assert said(patch_kid=score(None, None, 2.0)).startswith("a2b: nothing was measured")


@pytest.mark.parametrize(
    ("name", "bad", "good", "text"),
    [
        ("luminance_correlation", score(-0.5, 0.3), score(0.1, 0.3), "Light and dark are swapped"),
        ("checkerboard", score(0.3, 0.05), score(0.08, 0.05), "6.0 times that of real maps"),
        ("colour", score(20.0, 3.0), score(4.0, 3.0), "Colours are off by 20.0 Lab units"),
        ("edges_gone", score(0.2, 0.6), score(0.55, 0.6), "Timid: 20% of the edges"),
    ],
)
def test_a_fault_is_named_with_what_to_try(name, bad, good, text):
    kid = {"patch_kid": score(0.1, 0.0, 2.0)}
    assert text in said(**kid, **{name: bad}) and "No single fault" not in said(**{name: bad})
    assert text not in said(**kid, **{name: good}) and "No single fault" in said(**{name: good})


def test_time_left_goes_by_shares_then_by_the_first_direction(monkeypatch):
    now, lines = [0.0], []
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    shares = {"one": 0.25, "two": 0.75}
    told = Progress(lines.append, ["a2b", "b2a"], shares)
    for direction, name, seconds in [
        ("a2b", "one", 10),
        ("a2b", "two", 50),
        ("b2a", "one", 10),
        ("b2a", "two", 50),
    ]:
        told.step(direction, name)
        now[0] += seconds
    told.end()
    assert lines == [
        "a2b: one (0:00)",
        "a2b: two (0:10, about 1:10 left)",  # a quarter of one of two took 10 s
        "b2a: one (1:00, about 1:00 left)",
        "b2a: two (1:10, about 0:50 left)",
    ]
