"""Training with some true pairs: what an update learns from them, and runs from end to end."""

import json
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from small_models import adam, batches, quick_networks

from cyclegan_tf import ConfigError, preset, train
from cyclegan_tf.errors import RunError
from cyclegan_tf.gallery import page as page_module
from cyclegan_tf.gallery.page import write_gallery
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.losses import l1
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.plan import plan_training


def model_with(pairs_every):
    keras.utils.set_random_seed(0)
    model = CycleGAN(*quick_networks(), pairs_every=pairs_every)
    model.compile(adam())
    return model


def test_a_pair_is_compared_with_the_translations_in_place_of_the_cycles():
    model = model_with(2)
    (a, b), *_ = batches(1)
    expected = [
        (l1(a, model.generator_ba(b)), l1(b, model.generator_ab(a))),
        None,  # with other weights, the cycles
    ]
    logs = model.train_on_batch(a, b, return_dict=True)
    np.testing.assert_allclose([logs["cycle_a"], logs["cycle_b"]], expected[0], rtol=1e-5)
    model.reset_metrics()
    cycles = l1(a, model.generator_ba(model.generator_ab(a)))
    np.testing.assert_allclose(
        model.train_on_batch(a, b, return_dict=True)["cycle_a"], cycles, rtol=1e-5
    )


def test_a_test_is_never_of_pairs():
    model = model_with(1)
    (a, b), *_ = batches(1)
    cycles = l1(a, model.generator_ba(model.generator_ab(a)))
    np.testing.assert_allclose(
        model.test_on_batch(a, b, return_dict=True)["cycle_a"], cycles, rtol=1e-5
    )
    assert model.objective.pairs_every == 1


def test_a_saved_model_goes_on_with_pairs(tmp_path):
    model_with(3).save(tmp_path / "model.keras")
    assert CycleGAN.load(tmp_path / "model.keras").objective.pairs_every == 3


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Unpaired noise; and pairs, of which B is the negative of A."""
    folder, random = tmp_path_factory.mktemp("noise"), np.random.default_rng(0)
    for place, count in (("maps", 3), ("pairs", 2)):
        for i in range(count):
            image = random.integers(0, 256, (36, 40, 3)).astype(np.uint8)
            other = 255 - image if place == "pairs" else image[::-1]
            for name, pixels in (("A", image), ("B", other)):
                (folder / place / name).mkdir(parents=True, exist_ok=True)
                Image.fromarray(pixels).save(folder / place / name / f"{i}.png")
    return folder


@pytest.fixture(scope="module")
def begun(folders):
    """A run that was stopped after its first update."""
    tf.config.run_functions_eagerly(True)  # few updates don't repay building the graph
    train(config_of(folders, time_limit_minutes=1e-9), folders / "begun", verbose=False)
    tf.config.run_functions_eagerly(False)
    return folders / "begun"


def config_of(folders, **changes):
    options = {"data": str(folders / "maps"), "name_a": "A", "name_b": "B", "epochs": 2}
    options |= {"pairs": str(folders / "pairs"), "pairs_every": 2, "decay_epoch": 1}
    return preset("tiny", **options | {"steps_per_epoch": 3, "log_every": 1} | changes)


def test_a_run_learns_from_pairs_says_so_and_resumes(folders, begun, tmp_path, capsys):
    run = shutil.copytree(begun, tmp_path / "run")
    tf.config.run_functions_eagerly(True)
    whole = train(config_of(folders), folders / "whole", verbose=False)
    resumed = train(config_of(folders, time_limit_minutes=0), run, verbose=True)
    tf.config.run_functions_eagerly(False)
    assert "2 true pairs" in capsys.readouterr().out
    assert resumed.num_updates == whole.num_updates == 6
    for x, y in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(x, y)
    card = json.loads((run / "card.json").read_text())
    assert card["images"] == {"A": 3, "B": 3, "pairs/A": 2, "pairs/B": 2}
    assert card["recipe"]["pairs_every"] == 2
    page = write_gallery(run, tmp_path / "page.html").read_text()
    assert "learned with pairs" in page
    assert page_module._image_sizes(RunFolder(run)) == [[(36, 40)] * 3] * 2


def test_a_dry_run_counts_pairs(folders):
    plan = plan_training(config_of(folders), folders / "run")
    assert plan.images == {"A": 3, "B": 3, "pairs/A": 2, "pairs/B": 2}


@pytest.mark.parametrize("changes", [{"pairs": ""}, {"pairs_every": 3}])
def test_a_begun_run_keeps_its_pairs(folders, begun, changes):
    with pytest.raises(RunError, match="pairs"):
        train(config_of(folders, **changes), begun, verbose=False)


def test_pairs_added_to_a_begun_run_are_refused(folders, begun, tmp_path):
    run = shutil.copytree(begun, tmp_path / "run")
    images = json.loads((run / "data.json").read_text())
    (run / "data.json").write_text(json.dumps({name: images[name] for name in "AB"}))
    with pytest.raises(RunError, match="pairs/A had 0, now 2"):
        train(config_of(folders), run, verbose=False)


def test_pairs_need_the_weight_of_the_cycle():
    with pytest.raises(ConfigError, match="cycle_weight must be above 0"):
        preset("tiny", pairs="some", cycle_weight=0.0)


def test_pairs_do_not_go_with_a_stream(folders):
    stream = tf.data.Dataset.from_tensors((np.zeros((1, 32, 32, 4), "float32"),) * 2)
    with pytest.raises(ConfigError, match="not with a stream of your own"):
        train(config_of(folders), folders / "run", data=stream, verbose=False)
