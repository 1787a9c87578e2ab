"""The pretrained generators: found by name, and as good as their cards say."""

import tomllib

import numpy as np
import pytest

from cyclegan_tf import images
from cyclegan_tf.errors import RunError
from cyclegan_tf.metrics import paired_l1
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.loading import HOW_TO_LOAD, load_generator
from cyclegan_tf.translation.translator import Translator
from data_pipeline import open_sources
from data_pipeline.worlds import PAIRS

CARD = ("name", "direction", "data", "recipe", "updates", "training_seconds", "hardware", "weights")
CARD += ("licence", "scores", "maps", "split")


def test_every_pair_comes_in_both_directions():
    both_ways = [f"{a}2{b}" for a, b in (pair.split("2") for pair in PAIRS)]
    both_ways += [f"{b}2{a}" for a, b in (pair.split("2") for pair in PAIRS)]
    assert pretrained.names() == sorted(both_ways)


def test_an_installed_package_would_have_everything():
    root = pretrained.folder().parent
    listed = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = [
        str(path.parent.relative_to(root)).replace("/", ".")
        for top in ("cyclegan_tf", "data_pipeline")
        for path in (root / top).rglob("__init__.py")
    ]
    assert listed == sorted([*found, "cyclegan_tf.checkpoints"])


def test_files_are_small():
    sizes = [pretrained.find(name).stat().st_size for name in pretrained.names()]
    assert max(sizes) < 10e6
    assert sum(sizes) < 60e6


@pytest.mark.parametrize("name", pretrained.names())
def test_card_holds_what_is_promised_and_its_error_is_reproduced(name):
    card = pretrained.read_card(name)
    assert set(CARD) <= set(card)
    assert card["name"] == name
    assert images.read_image(pretrained.find(name).with_suffix(".jpg")).ndim == 3
    # The same maps as in `evaluate`: evenly spaced ones of the test split.
    sources = open_sources(card["data"], split="test", progress=False)
    reals, trues = sources if card["direction"] == "a2b" else sources[::-1]
    count = card["maps"]
    chosen = [i * len(reals) // count for i in range(count)]
    translator = Translator.load(name, precision="float32")
    assert card["preparation"] == translator.preparation.to_dict()
    assert card["how_to_load"] == HOW_TO_LOAD
    errors = [paired_l1(translator(reals.load(i)), trues.load(i)) for i in chosen]
    score = card["scores"]["paired_l1"]
    assert np.mean(errors) == pytest.approx(score["value"], rel=0.02)
    assert score["low"] < score["value"] < score["high"] < score["input"]


def test_generator_of_a_name_computes_in_float32():
    generator = load_generator(pretrained.names()[0])
    assert {layer.compute_dtype for layer in generator.layers} == {"float32"}


def test_wrong_direction_and_unknown_names_are_errors():
    with pytest.raises(RunError, match=r"translates a2b, not b2a"):
        load_generator("meadow2forest", "b2a")
    with pytest.raises(RunError, match="medow2forest does not exist. .* one of .*meadow2forest"):
        load_generator("medow2forest")


def test_a_run_of_that_name_goes_first_and_other_folders_do_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "meadow2forest" / "trainA").mkdir(parents=True)  # as `worlds` may have written
    assert load_generator("meadow2forest").name == "generator_ab"
    (tmp_path / "meadow2forest" / "config.json").write_text("{}")
    with pytest.raises(RunError, match="meadow2forest holds no generator and no checkpoint"):
        load_generator("meadow2forest", "a2b")
