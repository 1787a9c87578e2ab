"""`--import`: a model of classes of one's own is loaded once their module is imported."""

import importlib
import json
import sys

import keras
import numpy as np
import pytest
from PIL import Image


def test_a_module_with_classes_of_ones_own_is_imported(two_folders, tmp_path, run, monkeypatch):
    name = "own_parts_of_a_test"
    (tmp_path / f"{name}.py").write_text(
        "import keras\n@keras.saving.register_keras_serializable('own_module')\n"
        "class Negative(keras.layers.Layer):\n    def call(self, image):\n        return -image\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    image = keras.Input((None, None, 3))
    negative = importlib.import_module(name).Negative()
    keras.Model(image, negative(image), name="generator_ab").save("own.keras")
    del sys.modules[name]
    keras.saving.get_custom_objects().pop("own_module>Negative")
    picture = two_folders / "A" / "m0.png"
    code, _, error = run("translate", "own.keras", picture, "--out", "out")
    assert code == 2 and "--import MODULE" in error
    code, _, error = run("translate", "own.keras", picture, "--import", "none_such")
    assert code == 2 and "--import none_such: ModuleNotFoundError: No module named" in error
    code, _, _ = run("translate", "own.keras", picture, "--out", "out", "--import", name)
    before, after = (np.asarray(Image.open(f).convert("RGB")) for f in (picture, "out/m0.png"))
    assert code == 0
    np.testing.assert_array_equal(after, 255 - before)


PARTS = """
from keras import callbacks
from cyclegan_tf import patch_discriminator, resnet_generator

def networks(config):
    return resnet_generator(2, 0), resnet_generator(2, 0)

def optimizer(config, num_steps):
    import keras
    return keras.optimizers.SGD(1e-3)
"""


@pytest.fixture
def own_parts(tmp_path, monkeypatch):
    name = f"parts_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(PARTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    sys.modules.pop(name, None)


def test_parts_of_a_module_are_trained_and_resumed(two_folders, tmp_path, run, own_parts):
    fields = ["--data", two_folders, "--crop-size", "32", "--steps-per-epoch", "1"]
    fields += ["--epochs", "2", "--decay-epoch", "1", "--small-images", "pad"]
    fields += ["--name-a", "A", "--name-b", "B"]
    code, _, err = run("train", "tiny", "--run", "mine", "--parts", own_parts, *fields)
    assert code == 0, err
    parts = json.loads((tmp_path / "mine" / "parts.json").read_text())
    assert set(parts) == {"generator_ab", "generator_ba", "optimizer"}
    code, out, _ = run("train", "mine", "--parts", own_parts)
    assert code == 0 and "is finished: 2 updates" in out
    code, _, err = run("train", "mine")
    assert code == 2 and "or with --parts and their module" in err


def test_a_module_without_parts_is_refused(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    code, _, err = run("train", "tiny", "--parts", "json")
    assert code == 2
    assert "--parts json: it has none of networks, objective, optimizer, data, callbacks" in err
    (tmp_path / "one_callback.py").write_text("callbacks = 'one'")
    code, _, err = run("train", "tiny", "--parts", "one_callback")
    assert code == 2 and "callbacks must be a list; received a str" in err
    code, _, err = run("train", "tiny", "--parts", "./my_parts.py")
    assert code == 2 and "Give my_module for my_module.py" in err
    code, _, err = run("train", "tiny", "--parts", "none_such")
    assert code == 2 and "--parts none_such: ModuleNotFoundError" in err


def test_dry_runs_take_no_parts(run, own_parts):
    code, _, err = run("train", "tiny", "--parts", own_parts, "--dry-run")
    assert code == 2 and "can't measure parts of one's own" in err
