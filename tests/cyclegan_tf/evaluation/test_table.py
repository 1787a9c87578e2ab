"""The table of scores: what is in a line, and which numbers are left empty.

The numbers themselves are tested where they are measured.
"""

import doctest

from cyclegan_tf.evaluation import table as score_table

EMPTY = dict.fromkeys(("value", "low", "high", "real", "input"))


def table():
    scores = {
        "patch_kid": {"value": 4.3, "low": 4.0, "high": 4.6, "real": -0.002, "input": 29.6},
        "ssim": {**EMPTY, "value": 0.16, "real": 1.0},
        "class_l1/sky": {**EMPTY, "value": 49.88},
        "class_l1/rope": EMPTY,
    }
    part = {"maps": 4, "scores": scores, "left_out": {"cycle_l1": "needs both generators"}}
    return score_table.score_table({"split": "test", "directions": {"a2b": part}}).splitlines()


def test_lines_hold_value_interval_references_and_a_word():
    lines = table()
    assert lines[0] == "a2b, 4 test maps"
    assert lines[1].split() == [
        "measure",
        "value",
        "95",
        "%",
        "interval",
        "real",
        "input",
        "better",
    ]
    assert lines[2].split() == ["patch_kid", "4.3", "4", "to", "4.6", "-0.0020", "29.6", "lower"]
    assert lines[3].split() == ["ssim", "0.1600", "1", "higher"]


def test_classes_share_a_line_and_what_is_missing_has_a_reason():
    assert table()[4:] == [
        "paired_l1 by class: sky 49.9",
        "without cycle_l1: needs both generators",
    ]


def test_examples():
    assert doctest.testmod(score_table).failed == 0
