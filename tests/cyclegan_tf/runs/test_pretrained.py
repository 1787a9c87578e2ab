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
from data_pipeline.worlds import PAIRS, world_maps

CARD = ("name", "direction", "data", "recipe", "updates", "training_seconds", "hardware", "weights")
CARD += ("licence", "scores", "maps", "split")
SMALL = [name for name in pretrained.names() if name.endswith("_small")]
FULL_SIZE = [name for name in pretrained.names() if name not in SMALL]


def test_every_pair_comes_in_both_directions():
    both_ways = [f"{a}2{b}" for a, b in (pair.split("2") for pair in PAIRS)]
    both_ways += [f"{b}2{a}" for a, b in (pair.split("2") for pair in PAIRS)]
    assert sorted(both_ways) == FULL_SIZE
    assert [f"{name}_small" for name in FULL_SIZE] == SMALL


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
    assert max(sizes) < 6 * 2**20
    assert sum(sizes) < 80e6


@pytest.mark.parametrize("name", pretrained.names())
def test_card_holds_what_is_promised(name):
    card, translator = pretrained.read_card(name), Translator.load(name)
    assert set(CARD) <= set(card)
    assert card["name"] == name
    assert card["preparation"] == translator.preparation.to_dict()
    assert card["how_to_load"] == HOW_TO_LOAD
    assert images.read_image(pretrained.find(name).with_suffix(".jpg")).ndim == 3
    assert ("scale=0.25" if name in SMALL else "scale=1.0") in card["data"]


@pytest.mark.parametrize("name", SMALL)
def test_error_on_a_card_is_reproduced(name):
    card = pretrained.read_card(name)
    # The same maps as in `evaluate`: evenly spaced ones of the test split.
    sources = open_sources(card["data"], split="test", progress=False)
    reals, trues = sources if card["direction"] == "a2b" else sources[::-1]
    count = card["maps"]
    chosen = [i * len(reals) // count for i in range(count)]
    translator = Translator.load(name, precision="float32")
    errors = [paired_l1(translator(reals.load(i)), trues.load(i)) for i in chosen]
    score = card["scores"]["paired_l1"]
    assert np.mean(errors) == pytest.approx(score["value"], rel=0.02)
    assert score["low"] < score["value"] < score["high"] < score["input"]


@pytest.mark.parametrize("pair", PAIRS)
def test_error_on_a_card_of_full_size_is_reproduced_on_a_crop(pair):
    maps = [world_maps(pair, "test", d, num_maps=1, progress=False)[0] for d in "ab"]
    height, width = (side // 4 * 4 for side in maps[0].shape[:2])
    corners = [image[:height, :width][-256:, :256] for image in maps]
    name_a, name_b = pair.split("2")
    for name, real, true in (
        (pair, *corners),
        (f"{name_b}2{name_a}", *corners[::-1]),
    ):
        error = paired_l1(Translator.load(name, precision="float32")(real), true)
        assert error == pytest.approx(pretrained.read_card(name)["first_crop_l1"], rel=0.02)
        assert error < paired_l1(real, true)


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
