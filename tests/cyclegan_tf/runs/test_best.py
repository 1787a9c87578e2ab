"""Which generators were much better before the end of a run."""

import pytest

from cyclegan_tf.runs.best import better_before


@pytest.mark.parametrize(
    ("values", "is_said"),
    [((0.1, 0.013, 0.12), True), ((0.1, 0.05, 0.08), False), ((0.1, 0.001, 0.004), False)],
)
def test_much_better_before_is_twice_and_not_noise(values, is_said):
    lines = [{"step": 100 * i, "kid_b2a": value} for i, value in enumerate(values)]
    said = better_before([*lines, {"step": 300, "luminance_b2a": 0.3}])
    assert len(said) == is_said
    if is_said:
        assert said[0].startswith("best_ba.keras of update 100 has a distance of 0.013, the last")
        assert "(generator_ba.keras, update 200) 0.12" in said[0]


def test_nothing_is_said_of_runs_without_validations():
    assert better_before([]) == []
