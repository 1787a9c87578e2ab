"""Curves as SVG: where a value is drawn, and what is left out."""

import json
import re
from xml.etree import ElementTree

from cyclegan_tf.gallery.charts import BOTTOM, LEFT, RIGHT, TOP, chart


def lines(*values, name="loss"):
    return [{"step": 10 * i, name: value} for i, value in enumerate(values)]


def points(figure):
    (curve,) = re.findall(r'<polyline class="c0" points="(.*?)"', figure)
    return [tuple(map(float, point.split(","))) for point in curve.split()]


def test_values_are_drawn_in_their_place():
    found = points(chart("Loss", lines(0.0, 4.0, 2.0), ["loss", "other"], 20))
    middle = (LEFT + RIGHT) / 2
    assert found == [(LEFT, BOTTOM), (middle, TOP), (RIGHT, (TOP + BOTTOM) / 2)]


def test_values_that_nobody_has_are_no_curve():
    assert chart("Loss", lines(1.0), ["other"], 10) == ""
    assert chart("Loss", [], ["loss"], 10) == ""
    assert chart("Loss", lines(float("nan"), float("inf")), ["loss"], 10) == ""


def test_one_value_below_zero_has_an_axis():
    figure = chart("Correlation", lines(-0.5), ["loss"], 10)
    ((x, y),) = points(figure)
    assert x == LEFT and TOP < y < BOTTOM and "<circle" in figure
    assert ">-0.6</text>" in figure and ">0</text>" in figure


def test_more_lines_than_can_be_told_apart_are_averaged():
    found = points(chart("Loss", lines(*(i % 2 for i in range(5000))), ["loss"], 50000))
    assert 200 <= len(found) <= 240
    assert len({y for _, y in found[:-1]}) <= 2  # even groups of 0 and 1


def test_names_are_escaped():
    figure = chart("<b> & 'x'", lines(1.0, 2.0, name="a<b'"), ["a<b'"], 10)
    tree = ElementTree.fromstring(figure.replace(" <output></output>", ""))
    assert tree.find("figcaption").text == "<b> & 'x'" and tree.find("ul/li").text == "a<b'"
    assert json.loads(tree.get("data-points")) == {"steps": [0, 10], "series": [[1.0, 2.0]]}
