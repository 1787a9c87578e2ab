"""The generators that come with the project: found by name, and as good as their cards say.

How a card comes about is tested on a run of a few updates.
"""

import io
import json
import tomllib

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf import images, preset, shipped
from cyclegan_tf.loading import load_generator
from cyclegan_tf.metrics import paired_l1
from cyclegan_tf.run_folder import RunError
from cyclegan_tf.training import train
from cyclegan_tf.translation import Translator
from data_pipeline import open_sources
from data_pipeline.worlds import PAIRS

CARD = ("name", "direction", "data", "recipe", "updates", "training_seconds", "hardware", "weights")
CARD += ("licence", "scores", "maps", "split")


def test_every_pair_comes_in_both_directions():
    both_ways = [f"{a}2{b}" for a, b in (pair.split("2") for pair in PAIRS)]
    both_ways += [f"{b}2{a}" for a, b in (pair.split("2") for pair in PAIRS)]
    assert shipped.names() == sorted(both_ways)


def test_an_installed_package_would_have_everything():
    root = shipped.folder().parent
    listed = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = [
        str(path.parent.relative_to(root)).replace("/", ".")
        for top in ("cyclegan_tf", "data_pipeline")
        for path in (root / top).rglob("__init__.py")
    ]
    assert listed == sorted([*found, "cyclegan_tf.checkpoints"])


def test_files_are_small():
    sizes = [shipped.find(name).stat().st_size for name in shipped.names()]
    assert max(sizes) < 10e6
    assert sum(sizes) < 60e6


@pytest.mark.parametrize("name", shipped.names())
def test_card_holds_what_is_promised_and_its_error_is_reproduced(name):
    card = shipped.read_card(name)
    assert set(CARD) <= set(card)
    assert card["name"] == name
    assert images.read_image(shipped.find(name).with_suffix(".jpg")).ndim == 3
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


def test_generator_of_a_name_computes_in_float32():
    generator = load_generator(shipped.names()[0])
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


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shipped")
    config = preset("tiny", epochs=2, decay_epoch=1, sample_every=0, validate_every=0)
    train(config, folder / "run", verbose=False)
    files = shipped.ship(folder / "run", folder, segmentation_steps=0, say=lambda text: None)
    return folder, files


def test_run_becomes_two_files_with_card_and_picture(made):
    folder, files = made
    assert [path.name for path in files] == ["meadow2forest.keras", "forest2meadow.keras"]
    card = json.loads((folder / "forest2meadow.json").read_text())
    assert (card["name"], card["direction"]) == ("forest2meadow", "b2a")
    assert set(CARD) <= set(card)
    assert card["scores"]["paired_l1"]["value"] > 0
    assert (folder / "forest2meadow.jpg").exists()


def test_a_run_that_is_not_finished_is_refused(tmp_path):
    with pytest.raises(RunError, match="not finished"):
        shipped.ship(tmp_path, tmp_path)


def test_index_has_a_line_and_a_picture_for_each(made):
    folder, _ = made
    text = shipped.write_index(folder).read_text()
    error = json.loads((folder / "forest2meadow.json").read_text())["scores"]["paired_l1"]
    assert f"| forest2meadow | {error['value']:.1f} ({error['low']:.1f} to " in text
    assert "![meadow2forest](meadow2forest.jpg)" in text


def _as_jpeg(image):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=92)
    return np.array(Image.open(file)).astype(int)


def test_overview_shows_each_world_beside_its_translation(made):
    folder, files = made
    picture = images.read_image(shipped.draw_overview(folder)).astype(int)
    maps, _ = shipped._pictures(preset("tiny").data, "a2b")
    others, _ = shipped._pictures(preset("tiny").data, "b2a")
    ab, ba = (Translator.load(path, precision="float32") for path in files)
    # JPEG is hard on the noise of an untrained generator, so what is expected goes through it too.
    expected = [_as_jpeg(x) for x in (maps[0], ab(maps[0]), others[0], ba(others[0]))]
    width = (picture.shape[1] - 4) // 4
    for i in range(4):
        cell = picture[4:-4, 4 + width * i : width * (i + 1)]
        differences = [np.abs(cell - x[-cell.shape[0] :, : cell.shape[1]]).mean() for x in expected]
        assert np.argmin(differences) == i
        assert differences[i] < 8


def test_float16_weights_change_no_output_visibly(made):
    folder, files = made
    x = np.random.default_rng(0).uniform(-1, 1, (1, 32, 48, 3)).astype("float32")
    for direction, path in zip(("a2b", "b2a"), files, strict=True):
        stored = load_generator(path)
        assert all(np.array_equal(w, np.float32(np.float16(w))) for w in stored.get_weights())
        original = load_generator(folder / "run", direction)
        assert abs(stored(x) - original(x)).numpy().max() < shipped.WORST_ROUNDING


@pytest.mark.parametrize(("factor", "allowed"), [(1e8, shipped.WORST_ROUNDING), (1, 0)])
def test_weights_that_float16_would_spoil_stay_float32(made, factor, allowed, monkeypatch):
    folder, _ = made
    generator = load_generator(folder / "run", "a2b")
    weights = generator.get_weights()
    # The first norm takes the factor out again, but float16 ends at 65504.
    generator.set_weights([weights[0] * factor, *weights[1:]])
    monkeypatch.setattr(shipped, "WORST_ROUNDING", allowed)
    picture = np.random.default_rng(0).integers(0, 256, (32, 48, 3), np.uint8)
    small, word = shipped._smaller(generator, [picture])
    assert word == "float32"
    assert small is generator
