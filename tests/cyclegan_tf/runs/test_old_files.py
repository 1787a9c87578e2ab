"""Files of earlier versions still load, and go on where they were.

tests/runs_of_0.1.0/tiny is a run that version 0.1.0 stopped at update 5 of 10, and
generator_ab_after_10.keras is what the same version's generator was at its end.
"""

import json
import re
import shutil
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from cyclegan_tf.config import Config
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.training.train import train

OLD = Path(__file__).resolve().parents[2] / "runs_of_0.1.0"
GENERATOR = {f"cyclegan_tf>{name}" for name in ("Conv2D", "InstanceNormalization")}
GENERATOR |= {f"cyclegan_tf>{name}" for name in ("EqualGain", "ReflectionPadding2D")}
MODEL = GENERATOR | {"cyclegan_tf>CycleGAN", "cyclegan_tf>LinearDecay"}


def names_of_classes(description):
    return set(re.findall(r'"registered_name": "(cyclegan_tf>\w+)"', description))


def names_in_file(path):
    with zipfile.ZipFile(path) as file:
        return names_of_classes(file.read("config.json").decode())


@pytest.fixture(scope="module")
def resumed(tmp_path_factory):
    run = RunFolder(shutil.copytree(OLD / "tiny", tmp_path_factory.mktemp("old") / "tiny"))
    train(Config.load(run.config_file), run.path, verbose=False)
    return run


def test_old_run_goes_on_at_its_last_update(resumed):
    lines = resumed.read_metrics()
    assert [line["step"] for line in lines] == [5, 10]
    (first,) = RunFolder(OLD / "tiny").read_metrics()
    assert lines[0] == first
    assert lines[1].keys() == first.keys()
    assert lines[1]["seconds"] > first["seconds"]
    assert json.loads(resumed.card_file.read_text())["updates"] == 10


def test_old_run_ends_as_it_did(resumed):
    image = np.random.default_rng(0).uniform(-1, 1, (1, 32, 48, 3)).astype("float32")
    now = load_generator(resumed.path, "a2b")(image)
    then = load_generator(OLD / "generator_ab_after_10.keras")(image)
    # Threads and kernels of a CPU change it by up to 5e-7, empty history pools by 1e-5, lost
    # moments of Adam or another seed by 0.05.
    np.testing.assert_allclose(now, then, rtol=0, atol=5e-6)


@pytest.mark.parametrize("name", pretrained.names())
def test_pretrained_generator_has_the_names_of_old(name):
    file = pretrained.find(name)
    upscaler = set() if name.endswith("_small") else {"cyclegan_tf>BinomialBlur2D"}
    assert names_in_file(file) == GENERATOR | upscaler
    assert names_of_classes(load_generator(file).to_json()) == GENERATOR | upscaler


def test_old_checkpoint_has_the_names_of_old(resumed):
    # By these alone Keras finds a class: the modules in old files are no more.
    assert names_in_file(OLD / "tiny/checkpoints/step_00000005.keras") == MODEL
    assert names_in_file(resumed.checkpoints()[-1]) == MODEL


def test_every_saved_class_has_the_name_of_old():
    known = {name for name in keras.saving.get_custom_objects() if name.startswith("cyclegan_tf>")}
    newer = {"cyclegan_tf>Objective", "cyclegan_tf>TwoRateAdam"}
    assert known == MODEL | {"cyclegan_tf>BinomialBlur2D", "cyclegan_tf>ImagePool"} | newer
