"""Releasing checkpoints, on a run of a few updates."""

import io
import json
import shutil

import numpy as np
import pytest
import release_checkpoints
import sample_pictures
from PIL import Image

from cyclegan_tf import images, preset
from cyclegan_tf.errors import RunError
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.training.train import train
from cyclegan_tf.translation.translator import Translator
from data_pipeline.preparation import Preparation

CARD = ("name", "direction", "data", "recipe", "updates", "training_seconds", "hardware", "weights")
CARD += ("licence", "scores", "maps", "split")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("released")
    config = preset("tiny", epochs=2, decay_epoch=1, sample_every=0, validate_every=0)
    config = config.replace(background="#102030")
    train(config, folder / "run", verbose=False)
    files = release_checkpoints.release(
        folder / "run",
        folder,
        num_maps=4,
        segmentation_steps=0,
        two_sample_steps=0,
        say=lambda text: None,
    )
    return folder, files


def test_run_becomes_two_files_with_card_and_picture(made):
    folder, files = made
    assert [path.name for path in files] == ["meadow2forest.keras", "forest2meadow.keras"]
    card = json.loads((folder / "forest2meadow.json").read_text())
    assert (card["name"], card["direction"]) == ("forest2meadow", "b2a")
    assert set(CARD) <= set(card)
    assert card["scores"]["paired_l1"]["value"] > 0
    assert (folder / "forest2meadow.jpg").exists()


def test_file_and_card_say_how_pictures_are_prepared(made):
    folder, files = made
    for path in files:
        preparation = load_generator(path).preparation
        assert preparation == Preparation(background=(16, 32, 48))
        card = json.loads(path.with_suffix(".json").read_text())
        assert card["preparation"] == preparation.to_dict()
        assert "Translator.load(FILE)" in card["how_to_load"]


def test_a_run_that_is_not_finished_is_refused(tmp_path):
    with pytest.raises(RunError, match="not finished"):
        release_checkpoints.release(tmp_path, tmp_path)


def test_index_has_a_line_and_a_picture_for_each(made):
    folder, _ = made
    text = release_checkpoints.write_index(folder).read_text()
    error = json.loads((folder / "forest2meadow.json").read_text())["scores"]["paired_l1"]
    assert f"| forest2meadow | {error['value']:.1f} ({error['low']:.1f} to " in text
    assert "![meadow2forest](meadow2forest.jpg)" in text


def test_index_explains_its_columns_and_that_of_the_project_is_up_to_date(tmp_path):
    for card in pretrained.folder().glob("*.json"):
        shutil.copy(card, tmp_path)
    text = release_checkpoints.write_index(tmp_path).read_text()
    columns = next(line for line in text.splitlines() if line.startswith("| name |"))
    for column in columns.strip("| ").split(" | ")[1:]:
        assert f"**{column}**" in text
    assert text == (pretrained.folder() / "README.md").read_text()


def _as_jpeg(image):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=92)
    return np.array(Image.open(file)).astype(int)


def test_overview_shows_each_world_beside_its_translation(made):
    folder, files = made
    picture = images.read_image(sample_pictures.draw_overview(folder)).astype(int)
    maps, _ = sample_pictures.sample_maps(preset("tiny").data, "a2b")
    others, _ = sample_pictures.sample_maps(preset("tiny").data, "b2a")
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
        assert abs(stored(x) - original(x)).numpy().max() < release_checkpoints.WORST_ROUNDING


@pytest.mark.parametrize(("factor", "allowed"), [(1e8, release_checkpoints.WORST_ROUNDING), (1, 0)])
def test_weights_that_float16_would_spoil_stay_float32(made, factor, allowed, monkeypatch):
    folder, _ = made
    generator = load_generator(folder / "run", "a2b")
    weights = generator.get_weights()
    # The first norm takes the factor out again, but float16 ends at 65504.
    generator.set_weights([weights[0] * factor, *weights[1:]])
    monkeypatch.setattr(release_checkpoints, "WORST_ROUNDING", allowed)
    picture = np.random.default_rng(0).integers(0, 256, (32, 48, 3), np.uint8)
    small, word = release_checkpoints.smaller(generator, [picture])
    assert word == "float32"
    assert small is generator
