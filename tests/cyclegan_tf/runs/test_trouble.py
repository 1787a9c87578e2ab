"""`troubles_in`: what the logs of a run say went wrong."""

from cyclegan_tf.runs.trouble import EARLY, PATIENCE, troubles_in


def losses(step, a=0.2, b=0.2, **more):
    return {"step": step, "discriminator_a": a, "discriminator_b": b, **more}


def test_nothing_is_wrong_with_a_good_run():
    validation = [{"step": 4, "luminance_a2b": 0.8, "variety_a2b": 0.9}]
    assert troubles_in([losses(4), losses(8)], validation, "lsgan") == []
    assert troubles_in([], [], "lsgan") == []


def test_a_trouble_is_told_once_until_it_is_over():
    won = [losses(step, b=0.001) for step in range(1, PATIENCE + 3)]
    metrics = [*won, losses(20), *(losses(30 + step, b=0.001) for step in range(PATIENCE))]
    found = troubles_in(metrics, [], "lsgan")
    assert [step for step, _ in found] == [PATIENCE, 30 + PATIENCE - 1]
    assert found[0][1].startswith("discriminator_b has won; its loss is near 0")


def test_both_logs_are_read_in_the_order_of_training():
    metrics = [losses(200, skipped_updates=3), {"step": 600, "halved_learning_rate": 1e-4}]
    validation = [{"step": 400, "luminance_b2a": -0.5, "variety_b2a": 0.01}]
    found = troubles_in(metrics, validation, "hinge")
    assert [step for step, _ in found] == [200, 400, 400, 600]
    assert "3 updates before it were skipped" in found[0][1]
    assert found[1][1].startswith("b2a has light and dark the wrong way round")
    assert found[2][1].startswith("b2a makes the same of every input")
    assert "learning rate of 0.0001" in found[3][1]


def test_outputs_of_networks_that_have_learned_nothing_are_no_trouble():
    bad = {"luminance_b2a": -0.5, "variety_b2a": 0.01}
    assert troubles_in([], [bad | {"step": EARLY - 1}], "lsgan") == []
    assert len(troubles_in([], [bad | {"step": EARLY}], "lsgan")) == 2
