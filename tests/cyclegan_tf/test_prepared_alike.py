"""What training sees is what translation sees: scale and background, command by command.

The run is of 4 pictures of 80x80 pixels with transparency, resized to 40 and laid on green.
"""

import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf import images, preset, train
from cyclegan_tf.cli import main as cli
from cyclegan_tf.evaluation.evaluate import evaluate
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.training.images import open_training_sources, validation_images
from cyclegan_tf.translation.strips.streamer import Streamer
from cyclegan_tf.translation.translator import Translator
from data_pipeline.preparation import Preparation
from data_pipeline.store import build_store
from data_pipeline.stream import crop_stream

GREEN = (32, 160, 64)
SIDE, LOAD_SIZE = 80, 40
SAID = "load_size 40: pictures are resized to 40 px for the network, translations back to their "
SAID += "own size"


def by_hand(path):
    """Flattened by the formula in floats, then resized by Pillow."""
    rgba = np.asarray(Image.open(path).convert("RGBA"), float)
    alpha = rgba[..., 3:] / 255
    flat = np.rint(rgba[..., :3] * alpha + np.float64(GREEN) * (1 - alpha)).astype(np.uint8)
    return np.array(Image.fromarray(flat).resize((LOAD_SIZE, LOAD_SIZE), Image.Resampling.BICUBIC))


def in_own_size(pixels):
    return np.array(Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BICUBIC))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    random = np.random.default_rng(0)
    for domain in ("trainA", "trainB"):
        (folder / domain).mkdir()
        for i in range(2):
            rgba = random.integers(0, 256, (SIDE // 8, SIDE // 8, 4), np.uint8)
            rgba = rgba.repeat(8, axis=0).repeat(8, axis=1)
            rgba[: SIDE // 2, :, 3] = 0  # the colours there are hidden
            rgba[SIDE // 2 :, SIDE // 2 :, 3] = 255
            Image.fromarray(rgba).save(folder / domain / f"frame_{i}.png")
    return folder


@pytest.fixture(scope="module")
def config(data):
    return preset(
        "tiny",
        data=str(data),
        name_a="A",
        name_b="B",
        load_size=LOAD_SIZE,
        background="#20a040",
        precision="float32",
        epochs=1,
        decay_epoch=0,
        steps_per_epoch=2,
        log_every=1,
        validate_every=1,
        checkpoint_every=1,
    )


@pytest.fixture(scope="module")
def run(config, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    train(config, folder, verbose=False)
    return RunFolder(folder)


@pytest.fixture
def fed(monkeypatch):
    """What goes into the network on a CPU: float32 `(h, w, 3)`, one map or frame after another."""
    seen, stream = [], Streamer.stream

    def recorded(self, source, *arguments, **options):
        seen.append(np.array(source[: source.shape[0]]))
        return stream(self, source, *arguments, **options)

    monkeypatch.setattr(Streamer, "stream", recorded)
    return seen


def command(*arguments):
    with pytest.raises(SystemExit) as exit_:
        cli.main([*map(str, arguments)])
    return exit_.value.code or 0


def translate(run, data, out, *flags):
    assert command("translate", run.path, data / "trainA", "--direction", "a2b", "--out", out,
                   "--precision", "float32", *flags) == 0  # fmt: skip


# What the networks are fed ----------------------------------------------------------------------


def test_training_sees_the_prepared_pictures(config, data):
    source, other = open_training_sources(config)
    expected = [by_hand(data / "trainA" / f"{name}.png") for name in source.names]
    stores = [build_store(s, progress=False) for s in (source, other)]
    crops, _ = next(iter(crop_stream(*stores, crop_size=LOAD_SIZE, batch_size=2, flip=0.0, seed=0)))
    found = sorted(images.unit_to_uint8(crops.numpy()), key=lambda image: image.sum())
    for one, two in zip(found, sorted(expected, key=lambda image: image.sum()), strict=True):
        np.testing.assert_array_equal(one, two)


def test_previews_and_validation_see_them(config, data):
    sources = open_training_sources(config)
    (inputs, _), (real, _) = validation_images(config, sources, num_images=2)
    for i in range(2):
        expected = by_hand(data / "trainA" / f"frame_{i}.png")
        np.testing.assert_array_equal(inputs[i], expected)
        np.testing.assert_array_equal(real[i], expected)


def of_translate(run, data, out):
    translate(run, data, out)


def of_video(run, data, out):
    for way in ("off", "stats"):  # "full" lays them at other places of a larger image
        command("video", run.path, data / "trainA", "--direction", "a2b", "--out", out / way,
                "--precision", "float32", "--stabilize", way)  # fmt: skip


def of_evaluate(run, data, out):
    evaluate(run.path, direction="a2b", precision="float32", segmentation_steps=0, say=None)


def of_record(run, data, out):
    Translator.load(run.path, "a2b", "float32", statistics="locked", reference=data / "trainA")


@pytest.mark.parametrize("way", [of_translate, of_video, of_evaluate, of_record])
def test_every_command_feeds_the_network_what_it_was_trained_on(way, run, data, fed, tmp_path):
    way(run, data, tmp_path / "out")
    fed = [images.unit_to_uint8(image) for image in fed]
    for path in sorted((data / "trainA").iterdir()):
        expected = by_hand(path)
        assert any(np.array_equal(image[:LOAD_SIZE, :LOAD_SIZE], expected) for image in fed), path
    if way is not of_evaluate:  # which also shifts them
        assert {image[:LOAD_SIZE, :LOAD_SIZE].tobytes() for image in fed} == {
            by_hand(path).tobytes() for path in (data / "trainA").iterdir()
        }


# What comes back --------------------------------------------------------------------------------


def test_translation_is_that_of_the_resized_picture_in_its_own_size(run, data, tmp_path, capsys):
    translate(run, data, tmp_path)
    assert capsys.readouterr().out.count(SAID) == 1
    generator = load_generator(run.path, "a2b")
    for path in (data / "trainA").iterdir():
        fake = generator(images.to_unit(by_hand(path))[None])[0]
        expected = in_own_size(images.unit_to_uint8(fake)).astype(int)
        found = np.asarray(Image.open(tmp_path / path.name))
        assert np.abs(found[..., :3] - expected).max() <= 2
        np.testing.assert_array_equal(found[..., 3], np.asarray(Image.open(path))[..., 3])


def test_load_size_0_or_another_one_overrides(run, data, fed, tmp_path, capsys):
    translate(run, data, tmp_path / "0", "--load-size", "0")
    assert {image.shape for image in fed} == {(80, 80, 3)}
    assert "are resized" not in capsys.readouterr().out
    translate(run, data, tmp_path / "64", "--load-size", "64")
    assert "load_size 64: pictures are resized to 64 px" in capsys.readouterr().out
    assert {image.shape for image in fed[2:]} == {(64, 64, 3)}
    out = tmp_path / "frames"
    assert command("video", run.path, data / "trainA", "--direction", "a2b", "--out", out,
                   "--load-size", "0", "--stabilize", "stats") == 0  # fmt: skip
    assert {image.shape for image in fed[4:]} == {(80, 80, 3)}
    assert command("translate", run.path, data, "--direction", "a2b", "--load-size", "-1") == 2
    assert "--load-size: must be a number of pixels, or 0; received -1" in capsys.readouterr().err


def test_evaluate_scores_what_translate_writes_before_it_resizes_back(
    run, data, tmp_path, monkeypatch, capsys
):
    from cyclegan_tf.evaluation import scores

    scored, unpaired = {}, scores.unpaired_scores

    def spied(material, fakes, **options):
        scored.update(inputs=material.inputs, fakes=fakes)
        return unpaired(material, fakes, **options)

    monkeypatch.setattr(scores, "unpaired_scores", spied)
    assert command("evaluate", run.path, "--direction", "a2b", "--precision", "float32",
                   "--segmentation-steps", "0") == 0  # fmt: skip
    assert "load_size 40: pictures are resized to 40 px, and measured" in capsys.readouterr().out
    translate(run, data, tmp_path)
    for i, (real, fake) in enumerate(zip(scored["inputs"], scored["fakes"], strict=True)):
        np.testing.assert_array_equal(real, by_hand(data / "trainA" / f"frame_{i}.png"))
        written = np.asarray(Image.open(tmp_path / f"frame_{i}.png"))[..., :3]
        np.testing.assert_array_equal(in_own_size(fake), written)
    found = evaluate(run.path, load_size=0, direction="a2b", segmentation_steps=0, say=None)
    assert found["preparation"]["load_size"] == 0
    assert scored["fakes"][0].shape == (SIDE, SIDE, 3)


# What files say ---------------------------------------------------------------------------------


def test_every_file_of_a_run_carries_the_preparation(run):
    expected = Preparation(LOAD_SIZE, GREEN)
    files = [*run.path.glob("*.keras"), *run.checkpoints()]
    assert {path.name[:4] for path in files} == {"gene", "best", "step"}
    for path in files:
        assert load_generator(path, "b2a" if "ba" in path.name else "a2b").preparation == expected
    written = {"load_size": 40, "background": [32, 160, 64], "channels": 3, "range": [-1, 1]}
    card = json.loads(run.card_file.read_text())
    assert card["preparation"] == written
    assert "Translator.load(" in card["how_to_load"]
    with zipfile.ZipFile(run.generator_file("a2b")) as file:
        assert json.loads(file.read("preparation.json")) == written


def test_an_old_run_is_prepared_by_its_settings_and_an_old_file_not_at_all(run, tmp_path):
    old = RunFolder(tmp_path / "old")
    old.path.mkdir()
    old.config_file.write_text(run.config_file.read_text())
    with (
        zipfile.ZipFile(run.generator_file("a2b")) as now,
        zipfile.ZipFile(old.generator_file("a2b"), "w") as before,
    ):
        for name in now.namelist():
            if name != "preparation.json":
                before.writestr(name, now.read(name))
    assert load_generator(old.path, "a2b").preparation == Preparation(LOAD_SIZE, GREEN)
    assert load_generator(old.generator_file("a2b")).preparation == Preparation()
