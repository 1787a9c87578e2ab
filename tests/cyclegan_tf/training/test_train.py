"""`train` from end to end on noise: run folder, resuming in new processes, stopping, refusing.

The arithmetic of a step is in test_cyclegan.py, single files of the run in test_run_folder.py.
"""

import json
import shutil
import types

import keras
import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import images
from cyclegan_tf.errors import RunError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.presets import PRESETS, preset
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training import train as training
from cyclegan_tf.training.train import build_model, train
from data_pipeline import DataError

NUM_STEPS = 12  # of small_config: 4 epochs of 3 updates; a checkpoint and a preview every 4


@pytest.fixture(scope="module")
def finished(small_config, tmp_path_factory):
    """A run of 12 updates without a pause: its folder and the model that `train` returned."""
    path = tmp_path_factory.mktemp("runs") / "straight"
    model = train(small_config, path, verbose=False)
    return types.SimpleNamespace(path=path, run=RunFolder(path), model=model)


@pytest.fixture
def copy_of_finished(finished, tmp_path):
    return RunFolder(shutil.copytree(finished.path, tmp_path / "copy"))


@pytest.fixture
def eagerly():
    """Runs the step without a graph: a few updates don't repay building it."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def without_times(lines):
    times = ("images_per_second", "seconds")
    return [{key: value for key, value in line.items() if key not in times} for line in lines]


# A whole run ----------------------------------------------------------------------------------


def test_run_folder_holds_everything_that_is_promised(finished):
    assert sorted(str(path) for path in contents(finished.path)) == [
        "best_ab.keras",
        "best_ba.keras",
        "card.json",
        "checkpoints/step_00000004.keras",
        "checkpoints/step_00000008.keras",
        "checkpoints/step_00000012.keras",
        "config.json",
        "data.json",
        "generator_ab.keras",
        "generator_ba.keras",
        "metrics.jsonl",
        "samples/step_00000000.png",
        "samples/step_00000004.png",
        "samples/step_00000008.png",
        "samples/step_00000012.png",
        "validation.jsonl",
    ]


def test_metrics_of_a_run_have_a_line_per_update_and_the_falling_rate(finished):
    lines = finished.run.read_metrics()
    assert [line["step"] for line in lines] == list(range(1, NUM_STEPS + 1))
    # Constant for 2 epochs of 3 updates, then down to 0; the rate of the update that comes next.
    rates = [2e-4] * 6 + [2e-4 * left / 6 for left in (5, 4, 3, 2, 1, 0)]
    assert [line["learning_rate"] for line in lines] == pytest.approx(rates, abs=1e-10)
    # Half of 12 updates with an identity loss.
    assert [line["identity_a"] > 0 for line in lines] == [True] * 6 + [False] * 6
    assert all(line["images_per_second"] > 0 for line in lines)
    seconds = [line["seconds"] for line in lines]
    assert seconds == sorted(seconds)


def test_data_file_lists_names_and_sizes(finished):
    data = json.loads(finished.run.data_file.read_text())
    assert data["A"] == [["m0", 40, 48], ["m1", 36, 52], ["m2", 44, 32]]
    assert [name for name, *_ in data["B"]] == ["m0", "m1", "m2", "m3"]


def test_final_generators_are_the_moving_averages_in_float32(finished):
    image = np.random.default_rng(0).uniform(-1, 1, (1, 32, 36, 3)).astype("float32")
    for direction, average in (
        ("a2b", finished.model.average_ab),
        ("b2a", finished.model.average_ba),
    ):
        generator = keras.saving.load_model(finished.run.generator_file(direction))
        np.testing.assert_array_equal(generator(image), average(image))
        assert {layer.dtype_policy.name for layer in generator.layers} == {"float32"}


def test_card_tells_what_the_generators_are(finished, small_config):
    card = json.loads(finished.run.card_file.read_text())
    assert card["domains"] == {"a": "A", "b": "B"}
    assert card["images"] == {"A": 3, "B": 4}
    assert card["updates"] == NUM_STEPS
    assert card["weights"] == "moving average"
    assert card["training_seconds"] > 0
    assert card["recipe"] == json.loads(small_config.to_json())


def test_previews_are_pictures_of_two_maps_of_each_domain(finished):
    start, end = (
        images.read_image(finished.run.samples / f"step_000000{n}.png") for n in ("00", "12")
    )
    assert start.shape == end.shape
    assert (start != end).any()


def test_finished_run_says_so_and_changes_nothing(finished, small_config, capsys):
    before = contents(finished.path)
    model = train(small_config, finished.path)
    text = capsys.readouterr().out
    assert f"{finished.path} is finished: 12 updates" in text
    assert "To start over, delete the folder" in text
    assert "Starting" not in text
    assert contents(finished.path) == before
    for one, two in zip(model.variables, finished.model.variables, strict=True):
        np.testing.assert_array_equal(one, two)


def test_run_killed_just_before_the_end_gets_its_generators(copy_of_finished, small_config):
    expected = [
        keras.saving.load_model(copy_of_finished.generator_file(d)).get_weights()
        for d in ("a2b", "b2a")
    ]
    for path in copy_of_finished.path.glob("*.keras"):
        path.unlink()
    copy_of_finished.card_file.unlink()
    train(small_config, copy_of_finished.path, verbose=False)
    for direction, weights in zip(("a2b", "b2a"), expected, strict=True):
        loaded = keras.saving.load_model(copy_of_finished.generator_file(direction))
        for one, two in zip(loaded.get_weights(), weights, strict=True):
            np.testing.assert_array_equal(one, two)
    assert copy_of_finished.card_file.exists()


# Resuming -------------------------------------------------------------------------------------

_TRAIN_AND_DIE = """
import os, sys, keras
from cyclegan_tf import Config, train

class Die(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if int(self.model.step) == 6:
            os._exit(9)

train(Config.load(sys.argv[1]), sys.argv[2], callbacks=[Die()])
"""


def test_resumed_run_equals_uninterrupted_run(finished, small_config, run_python, tmp_path):
    run = RunFolder(tmp_path / "interrupted")
    (tmp_path / "config.json").write_text(small_config.to_json())
    killed = run_python("-c", _TRAIN_AND_DIE, tmp_path / "config.json", run.path)
    assert killed.returncode == 9, killed.stderr
    # Two updates after the checkpoint: they were logged, and have to be done again.
    assert [path.name for path in run.checkpoints()] == ["step_00000004.keras"]
    assert [line["step"] for line in run.read_metrics()] == [1, 2, 3, 4, 5, 6]

    flags = []
    for name, value in vars(small_config).items():
        if value != getattr(PRESETS["tiny"], name):
            flags += ["--" + name.replace("_", "-"), value]
    resumed = run_python("-m", "cyclegan_tf", "train", "tiny", "--run", run.path, *flags)
    assert resumed.returncode == 0, resumed.stderr
    assert "Resuming" in resumed.stdout
    assert "at update 4 of 12" in resumed.stdout

    for step in (8, 12):
        one, two = (
            CycleGAN.load(folder / "checkpoints" / f"step_{step:08d}.keras")
            for folder in (finished.path, run.path)
        )
        pairs = zip(
            one.variables + one.optimizer.variables,
            two.variables + two.optimizer.variables,
            strict=True,
        )
        for x, y in pairs:  # networks, averages, pools, step, moments
            np.testing.assert_array_equal(x, y, err_msg=f"{x.path} at {step}")
    lines = run.read_metrics()
    assert without_times(lines) == without_times(finished.run.read_metrics())
    assert [line["step"] for line in run.read_validation()] == [4, 8, 12]
    assert run.read_validation() == finished.run.read_validation()
    for direction in ("a2b", "b2a"):
        one, two = (keras.saving.load_model(r.best_file(direction)) for r in (finished.run, run))
        for x, y in zip(one.weights, two.weights, strict=True):
            np.testing.assert_array_equal(x, y)
    seconds = [line["seconds"] for line in lines]
    assert seconds == sorted(seconds)
    assert sorted(contents(run.path)) == sorted(contents(finished.path))
    for picture in finished.run.samples.iterdir():
        assert (run.samples / picture.name).read_bytes() == picture.read_bytes()


def test_damaged_checkpoint_is_an_error_and_not_a_silent_restart(copy_of_finished, small_config):
    newest = copy_of_finished.checkpoints()[-1]
    newest.write_bytes(newest.read_bytes()[:3000])
    before = contents(copy_of_finished.path)
    with pytest.raises(RunError, match=r"step_00000012.keras is damaged: .*Delete it to go on"):
        train(small_config, copy_of_finished.path, verbose=False)
    assert contents(copy_of_finished.path) == before


def test_checkpoint_of_something_else_is_an_error(copy_of_finished, small_config):
    shutil.copy(copy_of_finished.generator_file("a2b"), copy_of_finished.checkpoints()[-1])
    with pytest.raises(RunError, match=r"step_00000012.keras .*not a CycleGAN"):
        train(small_config, copy_of_finished.path, verbose=False)


def test_changed_setting_is_refused_by_name(copy_of_finished, small_config):
    with pytest.raises(RunError, match=r"learning_rate \(was 0.0002, now 0.001\)"):
        train(small_config.replace(learning_rate=1e-3), copy_of_finished.path, verbose=False)


def test_changed_images_are_refused(copy_of_finished, small_config, two_folders, tmp_path):
    data = shutil.copytree(two_folders, tmp_path / "data")
    # The same images in another place are the same images.
    train(small_config.replace(data=str(data)), copy_of_finished.path, verbose=False)
    (data / "B" / "m3.png").unlink()
    with pytest.raises(RunError, match="other images: domain B had 4, now 3"):
        train(small_config.replace(data=str(data)), copy_of_finished.path, verbose=False)


# Stopping -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("eagerly")
def test_time_limit_stops_after_the_interval_with_all_results(small_config, tmp_path, capsys):
    config = small_config.replace(time_limit_minutes=1e-6, log_every=2, sample_every=0)
    model = train(config, tmp_path / "run")
    assert int(model.step) == 2
    assert "Finished after 2 updates" in capsys.readouterr().out
    names = [str(path) for path in contents(tmp_path / "run")]
    assert {"card.json", "generator_ab.keras", "checkpoints/step_00000002.keras"} <= set(names)
    assert not any("samples" in name for name in names)
    train(config, tmp_path / "run")
    assert "is finished: 2 updates" in capsys.readouterr().out
    # Given more time it goes on, and its old generators don't pass for the new ones meanwhile.
    run = RunFolder(tmp_path / "run")

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            assert not run.card_file.exists() and not run.generator_file("a2b").exists()

    model = train(config.replace(time_limit_minutes=0.0), run.path, callbacks=[Look()])
    assert int(model.step) == NUM_STEPS
    assert json.loads(run.card_file.read_text())["updates"] == NUM_STEPS


def test_finished_run_without_checkpoints_is_not_trained_anew(copy_of_finished, small_config):
    shutil.rmtree(copy_of_finished.path / "checkpoints")
    before = contents(copy_of_finished.path)
    with pytest.raises(RunError, match="no checkpoint to resume from. Choose another folder"):
        train(small_config, copy_of_finished.path, verbose=False)
    assert contents(copy_of_finished.path) == before


@pytest.mark.usefixtures("eagerly")
def test_new_run_starts_from_the_networks_of_another(finished, small_config, tmp_path):
    config = small_config.replace(init_from=str(finished.path), time_limit_minutes=1e-6)
    config = config.replace(learning_rate=1e-9, log_every=1, sample_every=0, ema=0.0)
    model = train(config, tmp_path / "run", verbose=False)
    assert int(model.step) == 1
    for way in ("a2b", "b2a"):
        one, two = (m.output_generator(way).weights for m in (finished.model, model))
        for x, y in zip(one, two, strict=True):
            np.testing.assert_allclose(x, y, atol=1e-6)


@pytest.mark.usefixtures("eagerly")
def test_diverging_run_stops_with_one_clear_error_and_a_finite_checkpoint(small_config, tmp_path):
    config = small_config.replace(learning_rate=1e25, checkpoint_every=1, sample_every=0)
    with pytest.raises(RunError, match=r"became non-finite before update \d+\. .*learning_rate"):
        train(config, tmp_path / "run", verbose=False)
    run = RunFolder(tmp_path / "run")
    last = CycleGAN.load(run.checkpoints()[-1])
    assert all(np.isfinite(weight).all() for weight in last.weights)
    assert run.read_metrics()[-1]["step"] == int(last.step)
    assert not run.card_file.exists()


# Bad input ------------------------------------------------------------------------------------


def test_batch_larger_than_the_smaller_domain_is_named(small_config, tmp_path):
    config = small_config.replace(batch_size=4, steps_per_epoch=0)
    with pytest.raises(RunError, match=r"batch_size 4 exceeds the images of the smaller .* \(3\)"):
        train(config, tmp_path / "run", verbose=False)
    assert not (tmp_path / "run").exists()


def test_maps_smaller_than_the_crop_are_named_and_the_crop_may_then_be_changed(
    small_config, tmp_path, monkeypatch
):
    with pytest.raises(DataError, match="smaller than the crop of 64x64"):
        train(small_config.replace(crop_size=64), tmp_path / "run", verbose=False)
    monkeypatch.setattr(training, "_fit", lambda *args: None)
    config = small_config.replace(crop_size=32, validate_every=0)  # there is nothing to validate
    train(config, tmp_path / "run", verbose=False)


# Steps and presets ----------------------------------------------------------------------------


class Stop(Exception):
    pass


@pytest.mark.parametrize(
    ("name", "num_maps", "num_steps", "decay_start"),
    [
        ("henesys2ellinia", (173, 135), 2000 * 135, 1000 * 135),
        ("elnath2aquarium", (159, 147), 2000 * 147, 1000 * 147),
        ("perion2twilight_perion", (189, 220), 1200 * 189, 600 * 189),
        ("chewchew_island2lachelein", (250, 156), 2000 * 156, 1000 * 156),
    ],
)
def test_original_experiments_have_an_epoch_of_the_smaller_folder(
    name, num_maps, num_steps, decay_start, write_pictures, tmp_path, monkeypatch
):
    config = preset(name, data=str(tmp_path / "data"))
    for folder, count in zip((config.name_a, config.name_b), num_maps, strict=True):
        write_pictures(tmp_path / "data" / folder, [(4, 4)] * count)
    received = {}

    def build(config, **steps):
        received.update(steps)
        raise Stop

    monkeypatch.setattr(training, "build_model", build)
    with pytest.raises(Stop):
        train(config, tmp_path / "run", verbose=False)
    assert received == {"num_steps": num_steps, "decay_start": decay_start}


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_builds_what_it_says(name):
    config = preset(name, filters=4, discriminator_filters=4, num_residual_blocks=1, crop_size=48)
    model = build_model(config.replace(precision="float32"), num_steps=100, decay_start=40)
    adam = model.optimizer
    assert type(adam) is keras.optimizers.Adam
    assert (adam.beta_1, adam.beta_2) == (config.beta_1, config.beta_2)
    rates = [float(adam._learning_rate(step)) for step in (0, 40, 70, 100)]
    assert rates == pytest.approx([config.learning_rate * part for part in (1, 1, 0.5, 0)])
    assert model.settings["cycle_weight"] == 10.0
    assert model.settings["gan_loss"] == "lsgan"
    assert model.settings["identity_weight"] == config.identity_weight
    assert model.settings["identity_anneal_steps"] == round(100 * config.identity_anneal)
    assert hasattr(model, "average_ab") == bool(config.ema)
    channels = 3 + config.vertical_position
    if config.pool_size:
        assert model.pool_a.images.shape == (config.pool_size, 48, 48, channels)
    doubling = model.generator_ab.get_layer("up1_conv")
    assert type(doubling) is keras.layers.Conv2DTranspose
    assert doubling.kernel_size == {"transpose": (3, 3), "balanced": (4, 4)}[config.upsampling]
    size = 48 // 2**config.discriminator_layers - 2
    expected = (1, size, size, config.discriminator_scales)
    assert model.discriminator_a(np.zeros((1, 48, 48, channels))).shape == expected


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_precision_reaches_networks_and_optimizer(precision, small_config):
    model = build_model(small_config.replace(precision=precision), num_steps=9, decay_start=3)
    assert model.dtype_policy.name == precision
    for network in (model.generator_ab, model.generator_ba, model.average_ab, model.average_ba):
        assert network.get_layer("stem_conv").dtype_policy.name == precision
    for network in (model.discriminator_a, model.discriminator_b):
        assert network.get_layer("layer0_conv").dtype_policy.name == precision
    scaled = isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert scaled == (precision == "mixed_float16")


def test_initial_weights_depend_on_the_seed_and_differ_between_networks(small_config):
    def weights(seed):
        model = build_model(small_config.replace(seed=seed), num_steps=1, decay_start=1)
        return [w.numpy() for w in model.trainable_variables if w.name == "kernel"]

    first, again, other = weights(0), weights(0), weights(1)
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    everything = [*first, *other]
    for i, one in enumerate(everything):
        for two in everything[:i]:
            assert one.shape != two.shape or (one != two).any()


def test_updates_are_cut_into_logging_intervals_with_a_shorter_last_one(monkeypatch):
    starts, fits = [], []

    class Model:
        step, stop_training = 0, False

        def fit(self, stream, epochs, steps_per_epoch, **kwargs):
            fits.append((epochs, steps_per_epoch))
            self.step += epochs * steps_per_epoch

    monkeypatch.setattr(training, "crop_stream", lambda *_, start, **__: starts.append(start))
    training._fit(Model(), preset("tiny", batch_size=2, log_every=3), [], 8, [])
    assert fits == [(2, 3), (1, 2)]
    assert starts == [0, 12]  # in samples, not in batches


def test_settings_of_the_crops_reach_the_stream(monkeypatch):
    chosen = {"crop_size": 48, "batch_size": 2, "seed": 3, "flip": 0.25, "scale_jitter": 0.5}
    chosen |= {"color_jitter": 0.125, "small_images": "pad", "vertical_position": False}
    received = {}
    monkeypatch.setattr(training, "crop_stream", lambda *_, **kwargs: received.update(kwargs))
    model = types.SimpleNamespace(step=5, stop_training=True, fit=lambda *_, **__: None)
    training._fit(model, preset("tiny", **chosen), [], 20, [])
    assert received == {**chosen, "start": 10}
