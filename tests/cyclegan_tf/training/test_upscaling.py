"""`upscale_run`: what the new run holds, that it learned, and what is refused."""

import io
import shutil
import zipfile
from dataclasses import asdict

import h5py
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from cyclegan_tf.cli.main import main as cli
from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError, RunError
from cyclegan_tf.gallery.page import write_gallery
from cyclegan_tf.images import uint8_to_unit, write_image
from cyclegan_tf.model.upscaler import stages_of, upscaler
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.previews import cut_preview, preview_sizes
from cyclegan_tf.training import upscaling
from cyclegan_tf.training.images import open_training_sources
from cyclegan_tf.training.train import train
from cyclegan_tf.training.upscaling import train_upscaler, upscale_run
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.upscaler_recipe import UpscalerRecipe
from data_pipeline.errors import DataError
from data_pipeline.json_files import read_json_object


def silent(text):
    pass


SMALL = {"num_updates": 2, "crop_size": 32, "batch_size": 1, "filters": 2}
QUICK = SMALL | {"say": silent}


@pytest.fixture(scope="module")
def drawings(tmp_path_factory):
    """Maps of 128 pixels with sharp edges that lie anywhere: interpolation blurs them."""
    folder, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    for domain, colour in (("trainA", (230, 40, 40)), ("trainB", (40, 40, 230))):
        for i in range(3):
            picture = np.full((128, 160, 3), 250, np.uint8)
            for _ in range(12):
                y, x, side = *rng.integers(0, 120, 2), rng.integers(6, 40)
                picture[y : y + side, x : x + side] = rng.permutation(colour)
            write_image(folder / domain / f"{i}.png", picture)
    return folder


@pytest.fixture(scope="module")
def small_run(drawings, small_config, tmp_path_factory):
    """A run on those maps made small: 32 pixels high."""
    path = tmp_path_factory.mktemp("runs") / "small"
    config = small_config.replace(
        data=str(drawings), name_a="A", name_b="B", load_size=32, crop_size=16
    )
    train(config, path, verbose=False)
    return path


@pytest.fixture(scope="module")
def large_run(small_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "large"
    upscale_run(small_run, path, **QUICK)
    return path


def test_both_directions_hold_the_generator_of_the_small_run(small_run, large_run):
    for direction in ("a2b", "b2a"):
        stages = stages_of(load_generator(large_run, direction))
        small = load_generator(small_run, direction)
        assert stages.factor == 4
        for new, old in zip(stages.generator.get_weights(), small.get_weights(), strict=True):
            np.testing.assert_array_equal(new, old)


def test_the_files_hold_weights_and_no_optimizer(large_run):
    generator = load_generator(large_run, "a2b")
    with zipfile.ZipFile(large_run / "generator_ab.keras") as archive:
        weights = io.BytesIO(archive.read("model.weights.h5"))
    sizes = []
    with h5py.File(weights) as file:
        file.visititems(lambda name, x: sizes.append(getattr(x, "size", 0)))
    assert sum(sizes) == generator.count_params()


def test_each_direction_draws_by_its_target_world(small_run, tmp_path):
    # A is red, B is blue: with plenty of updates upscalers know the colours of their own world.
    upscale_run(small_run, tmp_path / "large", **QUICK | {"num_updates": 30, "crop_size": 64})
    ab, ba = (stages_of(load_generator(tmp_path / "large", way)) for way in ("a2b", "b2a"))
    sources = open_training_sources(Config.load(tmp_path / "large" / "config.json"))
    image = uint8_to_unit(sources[1].load(0))[None]
    small = image.reshape(1, 32, 4, 40, 4, 3).mean((2, 4))
    errors = [np.abs(stages.upscaler(small) - image).mean() for stages in (ab, ba)]
    assert errors[0] < errors[1]


def test_the_large_run_sees_pictures_four_times_as_large(small_run, large_run):
    config = Config.load(large_run / "config.json")
    assert config == Config.load(small_run / "config.json").replace(load_size=128, crop_size=64)
    assert load_generator(large_run, "a2b").preparation.load_size == 128
    picture = np.random.default_rng(0).integers(0, 256, (100, 150, 3), np.uint8)
    assert Translator.load(large_run, "a2b")(picture).shape == picture.shape


def test_the_card_tells_both_trainings(small_run, large_run):
    card, before = (read_json_object(run / "card.json") for run in (large_run, small_run))
    assert card["updates"] == before["updates"]
    assert card["recipe"] == before["recipe"]  # by which the generators can be trained again
    assert card["upscaled"].items() >= {**asdict(UpscalerRecipe(**SMALL)), "load_size": 128}.items()
    assert card["images"] == before["images"]
    assert card["preparation"]["load_size"] == 128


def test_the_gallery_shows_losses_and_a_preview(small_run, large_run, tmp_path):
    steps = [line["step"] for line in RunFolder(small_run).read_metrics()]
    assert [line["step"] for line in RunFolder(large_run).read_metrics()] == steps
    (preview,) = (large_run / "samples").iterdir()
    assert preview.name == f"step_{steps[-1]:08d}.png"
    page = write_gallery(large_run, tmp_path / "page.html")
    text = page.read_text("utf-8")
    assert "Not trained yet" not in text
    sizes = [
        [size[1:] for size in images]
        for images in read_json_object(large_run / "data.json").values()
    ]
    layout = preview_sizes(Config.load(large_run / "config.json"), sizes)
    with Image.open(preview) as picture:
        assert cut_preview(np.asarray(picture), layout)  # what sliders are made of
    assert text.count("data:image/webp") >= 12  # real, fake and cycled, both ways, two images


def test_an_upscaler_learns_sharp_edges(drawings, small_config):
    config = small_config.replace(data=str(drawings), name_a="A", name_b="B", crop_size=64)
    source = open_training_sources(config)[0]
    lines = []
    recipe = UpscalerRecipe(factor=4, num_updates=250, crop_size=64, batch_size=8)
    model = train_upscaler(source, recipe, say=lines.append)
    image = uint8_to_unit(source.load(0))[None]
    small = image.reshape(1, 32, 4, 40, 4, 3).mean((2, 4))
    plain = upscaler(4)  # which interpolates, as long as it is untrained
    learned, interpolated = (np.abs(m(small) - image).mean() for m in (model, plain))
    assert learned < 0.7 * interpolated
    assert [line.split()[2] for line in lines] == ["200/250", "250/250"]


@pytest.mark.parametrize("seed", range(3))
def test_no_layer_dies_on_white_grounds(drawings, small_config, seed):
    # Plain ReLUs, random second convolutions and a loss behind the clip: with each seed all died.
    config = small_config.replace(data=str(drawings), name_a="A", name_b="B", crop_size=64)
    source = open_training_sources(config)[0]
    recipe = UpscalerRecipe(num_updates=150, crop_size=64, seed=seed)
    model = train_upscaler(source, recipe, say=silent)
    image = uint8_to_unit(source.load(0))[None]
    small = image.reshape(1, 32, 4, 40, 4, 3).mean((2, 4))
    assert np.abs(model(small) - image).mean() < 0.9 * np.abs(upscaler(4)(small) - image).mean()


def test_the_same_seed_gives_the_same_upscaler(drawings, small_config):
    config = small_config.replace(data=str(drawings), name_a="A", name_b="B", crop_size=32)
    first, again, other = (
        train_upscaler(
            open_training_sources(config)[0], UpscalerRecipe(**SMALL, seed=seed), say=silent
        ).get_weights()
        for seed in (1, 1, 2)
    )
    for one, two in zip(first, again, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-6)
    assert np.abs(first[0] - other[0]).max() > 1e-2


@pytest.mark.parametrize("changes, text", [
    ({"factor": 3}, "factor must be 2, 4 or 8; received 3"),
    ({"crop_size": 30}, "crop_size must be a multiple of 4 and at least 32; received 30"),
    ({"factor": 8, "crop_size": 36}, "multiple of 8 and at least 64; received 36"),
    ({"num_updates": 0}, "num_updates must be at least 1; received 0"),
    ({"seed": -1}, "seed must be at least 0; received -1"),
], ids=str)  # fmt: skip
def test_arguments_are_checked_at_once(small_run, tmp_path, changes, text):
    with pytest.raises(ConfigError, match=text):
        upscale_run(small_run, tmp_path / "large", **QUICK | changes)
    assert not (tmp_path / "large").exists()


def test_a_run_on_full_size_needs_larger_pictures(finished, tmp_path):
    with pytest.raises(ConfigError, match="it has no larger ones. Give data"):
        upscale_run(finished.path, tmp_path / "large", **QUICK)


def test_runs_that_cannot_be_drawn_large_are_refused(small_run, large_run, tmp_path):
    with pytest.raises(ConfigError, match="draws large pictures already"):
        upscale_run(large_run, tmp_path / "larger", **QUICK)
    with pytest.raises(ConfigError, match="needs another folder"):
        upscale_run(small_run, small_run, **QUICK)
    with pytest.raises(RunError, match="no checkpoint to resume from"):
        upscale_run(small_run, large_run, **QUICK)


def test_another_training_is_not_overwritten(small_run, small_config, drawings, tmp_path):
    # One at full size, with the settings that the new run would have.
    full = Config.load(small_run / "config.json").replace(load_size=128, crop_size=64)
    train(full, tmp_path, verbose=False)
    before = (tmp_path / "generator_ab.keras").read_bytes()
    with pytest.raises(RunError, match="holds a training"):
        upscale_run(small_run, tmp_path, **QUICK)
    assert (tmp_path / "generator_ab.keras").read_bytes() == before


def test_larger_files_are_given_as_data(small_config, drawings, tmp_path):
    small = tmp_path / "maps"
    for path in drawings.rglob("*.png"):
        with Image.open(path) as picture:
            place = small / path.relative_to(drawings)
            place.parent.mkdir(parents=True, exist_ok=True)
            picture.reduce(4).save(place)
    config = small_config.replace(data=str(small), crop_size=16, name_a="A", name_b="B")
    train(config, tmp_path / "run", verbose=False)
    upscale_run(tmp_path / "run", tmp_path / "large", data=str(drawings), **QUICK)
    assert read_json_object(tmp_path / "large" / "card.json")["data"] == str(drawings)


def test_folders_that_are_no_run_are_named(large_run, small_config, drawings, tmp_path):
    with pytest.raises(RunError, match="no run. Give the folder of a finished run"):
        upscale_run(tmp_path / "rum", tmp_path / "other", **QUICK)
    config = small_config.replace(data=str(drawings), name_a="A", name_b="B", crop_size=32)
    with pytest.raises(RunError, match="give the run that it was made of"):
        train(config.replace(init_from=str(large_run)), tmp_path / "again", verbose=False)


@pytest.mark.parametrize("small_images", ["error", "pad", "skip"])
def test_small_pictures_are_treated_as_in_training(small_images, small_run, tmp_path):
    run = tmp_path / "small"
    shutil.copytree(small_run, run)
    config = Config.load(run / "config.json").replace(small_images=small_images)
    (run / "config.json").write_text(config.to_json())
    crop = QUICK | {"crop_size": 160}  # the maps are 128 high
    if small_images == "pad":
        upscale_run(run, tmp_path / "large", **crop)
    else:
        with pytest.raises(DataError, match="smaller than the crop of 160x160"):
            upscale_run(run, tmp_path / "large", **crop)


def test_lettering_is_not_mirrored_where_the_run_never_did(small_run, tmp_path, monkeypatch):
    run = tmp_path / "small"
    shutil.copytree(small_run, run)
    (run / "config.json").write_text(Config.load(run / "config.json").replace(flip=0.0).to_json())
    given = []

    def crop(*_, flip, crop_size, **options):
        given.append(flip)
        return tf.zeros((crop_size, crop_size, 3))

    monkeypatch.setattr(upscaling, "sample_crop", crop)
    upscale_run(run, tmp_path / "large", **QUICK)
    assert set(given) == {0.0}


def test_enlarged_pictures_have_nothing_to_teach(small_run, tmp_path):
    text = "3 of 3 images of trainA are smaller than 256 px, 8 times .* a smaller factor"
    with pytest.raises(ConfigError, match=text):
        upscale_run(small_run, tmp_path / "large", **QUICK | {"factor": 8, "crop_size": 64})
    assert not (tmp_path / "large").exists()


def test_pictures_that_had_to_be_enlarged_are_left_out(drawings, small_config, tmp_path, caplog):
    shutil.copytree(drawings, tmp_path / "data")
    small = np.full((100, 160, 3), 250, np.uint8)
    write_image(tmp_path / "data" / "trainA" / "0.png", small)
    run = tmp_path / "small"
    config = {"data": str(tmp_path / "data"), "name_a": "A", "name_b": "B"}
    train(small_config.replace(**config, load_size=32, crop_size=16), run, verbose=False)
    upscale_run(run, tmp_path / "large", **QUICK)
    assert "Left out what had to be enlarged and so has no detail, 1 of 3 images" in caplog.text
    card = read_json_object(tmp_path / "large" / "card.json")
    assert card["images"] == {"trainA": 2, "trainB": 3}


def test_a_run_that_is_not_finished_is_refused(small_run, tmp_path):
    shutil.copytree(small_run, tmp_path / "stopped")
    (tmp_path / "stopped" / "generator_ba.keras").unlink()
    with pytest.raises(RunError, match="stopped is not finished. Train it to its end first"):
        upscale_run(tmp_path / "stopped", tmp_path / "large", **QUICK)


def test_the_command_says_how_it_goes_and_what_to_do_next(small_run, tmp_path, capsys):
    large = tmp_path / "large"
    options = "--num-updates 2 --crop-size 32 --batch-size 1 --filters 2 --factor 2"
    with pytest.raises(SystemExit) as stop:
        cli(["upscale", str(small_run), "--run", str(large), *options.split()])
    assert not stop.value.code
    printed = capsys.readouterr().out
    assert "A  update 2/2  error " in printed
    assert f"cyclegan-tf translate {large} PICTURES --direction a2b" in printed
    assert load_generator(large, "b2a").preparation.load_size == 64
