"""The examples of docs/extending.md run, on small pictures, and what they leave behind is used."""

import json

import doc_blocks
import keras
import numpy as np
import pytest

from cyclegan_tf import images
from cyclegan_tf.errors import RunError
from cyclegan_tf.evaluation.materials import open_materials
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.objective import Objective
from cyclegan_tf.runs.folder import RunFolder

PAGE = doc_blocks.ROOT / "docs" / "extending.md"
SMALLER = {
    'preset("default", data="my_maps"': 'preset("tiny", epochs=1, decay_epoch=0, steps_per_epoch=1,'
    ' log_every=1, sample_every=0, validate_every=0, precision="float32", filters=2,'
    " num_residual_blocks=0, pool_size=0, ema=0, identity_weight=0, discriminator_filters=2,"
    ' discriminator_layers=1, data="my_maps"',
    "filters=64, depth=5": "filters=2, depth=3",
    'weights="imagenet"': "weights=None",
    "block2_conv2": "block1_conv1",
    "(300, 400, 3)": "(40, 48, 3)",
    "(300, 300, 3)": "(40, 40, 3)",
    "steps_per_epoch=100, vertical": "vertical",
    "resnet_generator(seed=0)": "resnet_generator(4, 1, seed=0)",
    "patch_discriminator(seed": "patch_discriminator(4, 1, seed",
    "filters=64, num_layers=3": "filters=2, num_layers=2",
    # What measures would cost is spent in test_evaluate.py.
    'evaluate("runs/arrays", "unseen")': 'open_materials("unseen", config)',
    ".take(10)": ".take(2)",
    "resnet_generator(), resnet_generator(), patch_discriminator(), patch_discriminator(),": (
        "*(resnet_generator(2, 0) for _ in 'ab'), *(patch_discriminator(2, 1) for _ in 'ab'),"
    ),
    "crop_size=256, batch_size=1, seed=0": "crop_size=32, batch_size=1, seed=0",
    "pool_size=50, crop_size=256": "pool_size=2, crop_size=32",
    "epochs=200, steps_per_epoch=100": "epochs=1, steps_per_epoch=2",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with pictures, in which all blocks of the page were run, and their names."""
    import tensorflow as tf

    keras.utils.set_random_seed(0)  # the critic of the page has no seed
    folder = tmp_path_factory.mktemp("extending")
    random = np.random.default_rng(0)
    for name in ("map", "my_maps/meadow/m", "my_maps/forest/f"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        images.write_image(folder / f"{name}.png", random.integers(0, 256, (40, 44, 3), np.uint8))
    names = {"open_materials": open_materials}
    tf.config.run_functions_eagerly(True)  # a few updates don't repay building the graph
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        used = set()
        for block in doc_blocks.pieces(PAGE):
            text = block.text
            if block.kind != "python":
                continue
            for large, small in SMALLER.items():
                used |= {large} if large in text else set()
                text = text.replace(large, small)
            exec(compile("\n" * block.line + text, str(PAGE), "exec"), names)
    tf.config.run_functions_eagerly(False)
    assert used == SMALLER.keys()
    return folder, names


def run_of(place, name):
    run = RunFolder(place[0] / "runs" / name)
    assert run.card_file.exists() and len(run.checkpoints()) == 1
    return run, run.read_metrics()


def test_own_generator(place):
    run, _ = run_of(place, "unet")
    assert place[1]["fake"].shape == (40, 44, 3)  # 44 is no multiple of 8
    parts = json.loads(run.parts_file.read_text())
    assert parts.keys() == {"generator_ab", "generator_ba"}
    generator = keras.saving.load_model(run.generator_file("a2b"), compile=False)
    assert any(isinstance(layer, keras.layers.Concatenate) for layer in generator.layers)


def test_own_losses(place):
    run, lines = run_of(place, "contours")
    assert all(line["contours_ab"] > 0 for line in lines)
    assert json.loads(run.parts_file.read_text())["objective"]["class_name"] == "Objective"
    _, squared = run_of(place, "squared")
    assert squared[0]["cycle_a"] != lines[0]["cycle_a"]
    _, perceptual = run_of(place, "perceptual")
    assert perceptual[0]["features_ab"] > 0
    contrastive, lines = run_of(place, "contrastive")
    assert lines[0]["nce_ab"] > 0
    _, wasserstein = run_of(place, "wasserstein")
    assert wasserstein[0]["discriminator_a"] > 1  # with a penalty of about 10
    card = json.loads(run_of(place, "adamw")[0].card_file.read_text())
    assert card["own_parts"]["optimizer"].startswith("AdamW of ")
    head = CycleGAN.load(contrastive.checkpoints()[-1]).loss_networks
    assert [layer.count_params() for layer in head] == [2 * 64 + 64 + 64 * 64 + 64]


def test_own_data(place):
    run, _ = run_of(place, "arrays")
    data = json.loads(run.data_file.read_text())
    assert data["meadow"][0] == ["picture 0", 40, 48] and len(data["forest"]) == 30
    assert len(place[1]["scores"]["a2b"].inputs) == 8
    with pytest.raises(RunError, match="was trained on pictures given in Python, which no run"):
        place[1]["evaluate"](run.path)
    run_of(place, "stream")


def test_own_loop(place):
    model, again = place[1]["model"], place[1]["again"]
    assert isinstance(again.objective, Objective) and "contours_ab" in again.trackers
    assert again.num_updates == 2
    picture = np.zeros((1, 32, 32, 3), np.float32)
    np.testing.assert_array_equal(again.generator_ba(picture), model.generator_ba(picture))
