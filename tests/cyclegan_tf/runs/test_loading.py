"""What can't be loaded as a generator is refused in one line.

That what can be loaded translates is seen in test_pretrained.py and test_old_files.py.
"""

import keras
import numpy as np
import pytest

from cyclegan_tf.config import Config
from cyclegan_tf.errors import RunError
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator, load_networks
from cyclegan_tf.training.build import build_model

NETWORKS = ("generator_ab", "generator_ba", "discriminator_a", "discriminator_b")


def test_what_is_no_generator_is_refused_in_one_line(tmp_path):
    (tmp_path / "text.keras").write_text("nothing")
    with pytest.raises(RunError, match="text.keras is not a generator or checkpoint") as error:
        load_generator(tmp_path / "text.keras")
    assert "\n" not in str(error.value)
    with pytest.raises(RunError, match="does not exist. .* a .keras file or one of"):
        load_generator(tmp_path / "none.keras")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="holds no generator and no checkpoint. Was it trained?"):
        load_generator(tmp_path / "empty", "a2b")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_text("")
    for folder in ("empty", "pictures"):
        with pytest.raises(RunError, match=f"{folder} holds no gen.* It is no run folder") as error:
            load_generator(tmp_path / folder)
        assert "both generators" not in str(error.value)
    with pytest.raises(RunError, match="The name of the generator is empty"):
        load_generator("")
    with pytest.raises(RunError, match="direction must be a2b or b2a; received 'ab'"):
        load_generator(tmp_path / "empty", "ab")
    patch_discriminator(4, 1).save(tmp_path / "discriminator.keras")
    with pytest.raises(RunError, match="holds a patch_discriminator, not a generator"):
        load_generator(tmp_path / "discriminator.keras")
    resnet_generator(4, 1, name="generator_ab").save(tmp_path / "ab.keras")
    with pytest.raises(RunError, match="translates a2b, not b2a. Load the other"):
        load_generator(tmp_path / "ab.keras", "b2a")


def test_a_run_needs_a_direction(tmp_path):
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    run.generator_file("a2b").write_text("")
    with pytest.raises(RunError, match="run holds both generators: give a direction, a2b or b2a"):
        load_generator(run.path)
    with pytest.raises(RunError, match="run holds no generator b2a and no checkpoint"):
        load_generator(run.path, "b2a")


def test_an_error_without_text_is_told_by_its_name(tmp_path, monkeypatch):
    def exhausted(path, **options):
        raise MemoryError

    monkeypatch.setattr(keras.saving, "load_model", exhausted)
    file = tmp_path / "big.keras"
    resnet_generator(4, 1).save(file)
    with pytest.raises(RunError, match=r"big\.keras is not a generator .*: MemoryError\.$"):
        load_generator(file)
    with pytest.raises(RunError, match=r"init_from: .*big\.keras is no checkpoint: MemoryError\.$"):
        load_networks(file, model_of())


# Networks to start from -----------------------------------------------------------------------


def model_of(**changes):
    small = {"filters": 4, "num_residual_blocks": 1, "discriminator_filters": 4}
    small |= {"discriminator_layers": 1, "crop_size": 16, "pool_size": 2, "precision": "float32"}
    return build_model(Config(**small | changes), num_steps=10, decay_start=5)


@pytest.fixture
def learned(tmp_path):
    """A run whose last checkpoint has averages that differ from the generators."""
    model = model_of(seed=3)
    for average in (model.average_ab, model.average_ba):
        average.set_weights([weight + 1 for weight in average.get_weights()])
    run = RunFolder(tmp_path / "run")
    model.step.assign(4)
    run.save_checkpoint(model_of(seed=9), keep=2)
    run.save_checkpoint(model, keep=2)
    return run, model


def test_networks_start_from_the_averages_and_discriminators_of_the_last_checkpoint(learned):
    run, old = learned
    for path in (run.path, run.checkpoints()[-1]):
        new = model_of()
        load_networks(path, new)
        sources = (old.average_ab, old.average_ba, old.discriminator_a, old.discriminator_b)
        names = (*NETWORKS, "average_ab", "average_ba")
        for name, source in zip(names, (*sources, *sources[:2]), strict=True):
            for x, y in zip(getattr(new, name).weights, source.weights, strict=True):
                np.testing.assert_array_equal(x.numpy(), y.numpy(), err_msg=name)
        assert int(new.step) == 0


def test_networks_may_go_to_a_run_without_averages(learned):
    run, old = learned
    new = model_of(ema=0.0)
    load_networks(run.path, new)
    for x, y in zip(new.generator_ab.weights, old.average_ab.weights, strict=True):
        np.testing.assert_array_equal(x.numpy(), y.numpy())


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"filters": 8}, "generator_ab"),
        ({"num_residual_blocks": 2}, "generator_ab"),
        ({"vertical_position": False}, "discriminator_a"),
    ],
)
def test_networks_of_another_size_are_refused(learned, changes, name):
    with pytest.raises(RunError, match=f"init_from: {name} of .*step_00000004.keras is another"):
        load_networks(learned[0].path, model_of(**changes))


def test_what_is_no_run_can_not_be_started_from(tmp_path):
    for path in (tmp_path, tmp_path / "none.keras"):
        with pytest.raises(RunError, match="init_from: .* holds no checkpoint"):
            load_networks(path, model_of())
    (tmp_path / "x.keras").write_text("nothing")
    with pytest.raises(RunError, match="init_from: .*x.keras is no checkpoint"):
        load_networks(tmp_path / "x.keras", model_of())
