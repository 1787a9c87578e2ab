"""Curves of a run: a line for each loss and each measure that its files hold."""

import matplotlib
import pytest

from cyclegan_tf.errors import RunError
from cyclegan_tf.notebook import plot_history, plot_losses
from cyclegan_tf.runs.folder import RunFolder

matplotlib.use("Agg")


def metric_lines():
    return [
        {"step": step, "gan_ab": 1.0, "gan_ba": 0.5, "cycle_a": 2.0 / step, "cycle_b": 0.1}
        | {"discriminator_a": 0.2, "discriminator_b": 0.3, "learning_rate": 2e-4}
        for step in (10, 20)
    ]


def labels(panel):
    return [line.get_label() for line in panel.lines]


def test_loss_curves_have_a_line_per_loss():
    panels = plot_losses(metric_lines()).axes
    assert [labels(panel) for panel in panels] == [
        ["gan_ab", "gan_ba"],
        ["cycle_a", "cycle_b"],  # no identity here
        ["discriminator_a", "discriminator_b"],
    ]
    assert panels[1].lines[0].get_xydata().tolist() == [[10, 0.2], [20, 0.1]]


def test_loss_curves_of_a_run_without_lines_are_empty():
    assert len(plot_losses([]).axes) == 3


def test_history_has_losses_validations_and_the_rate(tmp_path):
    run = RunFolder(tmp_path)
    for line in metric_lines():
        run.append_metrics(line)
    run.append_validation({"step": 10, "kid_a2b": 0.5, "kid_b2a": 0.25, "luminance": 1.0})
    panels = plot_history(tmp_path).axes
    assert [labels(panel) for panel in panels[:3]] == [
        labels(panel) for panel in plot_losses(metric_lines()).axes
    ]
    assert labels(panels[3]) == ["kid_a2b", "kid_b2a"]
    assert panels[3].lines[1].get_xydata().tolist() == [[10, 0.25]]
    assert panels[4].lines[0].get_ydata().tolist() == [2e-4, 2e-4]


def test_history_of_no_run_is_one_line(tmp_path):
    with pytest.raises(RunError, match="has no metrics yet: train in it first"):
        plot_history(tmp_path / "nowhere")
