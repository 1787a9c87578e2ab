"""The plot of what was redrawn against how real it looks: points where the scores say."""

import pytest

from cyclegan_tf.evaluation.boldness import boldness_plot


def score(value, real=None, given=None, half=0.05):
    return {
        "value": value, "low": value - half, "high": value + half, "real": real, "input": given
    }  # fmt: skip


def result(gone, kid, **others):
    scores = {
        "edges_gone": score(gone, real=0.6, given=0.0),
        "patch_kid": score(kid, real=0.1, given=3.0),
        **others,
    }
    return {"directions": {"a2b": {"scores": scores}}}


def points(figure):
    (axis,) = figure.axes
    return {c.get_label(): tuple(c[0].get_xydata()[0]) for c in axis.containers}


def test_timid_is_left_bold_is_right_and_the_input_is_at_no_change():
    figure = boldness_plot({"timid": result(0.1, 1.0), "bold": result(0.5, 0.8)})
    assert points(figure) == {"timid": (0.1, 1.0), "bold": (0.5, 0.8)}
    (axis,) = figure.axes
    lines = {line.get_label(): line.get_xydata() for line in axis.lines}
    assert lines["input"].tolist() == [[0, 3]]
    straight = [line.get_xydata().tolist() for line in axis.lines if line.get_linestyle() == ":"]
    assert straight == [[[0, 0.1], [1, 0.1]], [[0.6, 0], [0.6, 1]]]
    assert axis.get_title() == "a2b" and "patch_kid" in axis.get_ylabel()


def test_the_best_measure_that_all_have_is_taken(tmp_path):
    both = {"kid_inception_64": score(0.01), "two_sample_64": score(0.9)}
    all_have = {"x": result(0.1, 1.0, **both), "y": result(0.2, 1.0, **both)}
    assert points(boldness_plot(all_have))["x"] == (0.1, 0.01)
    one_lacks = {**all_have, "y": result(0.2, 1.0, two_sample_64=score(0.8))}
    figure = boldness_plot(one_lacks)
    assert points(figure) == {"x": (0.1, 0.9), "y": (0.2, 0.8)}
    figure.savefig(tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 1000


def test_a_missing_measure_is_named():
    with pytest.raises(ValueError, match="results must hold deep_change; x has"):
        boldness_plot({"x": result(0.1, 1.0)}, redrawn="deep_change")
