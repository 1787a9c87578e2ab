"""`train` from end to end on noise: run folder, resuming in new processes, stopping, refusing.

The arithmetic of a step is in test_cyclegan.py, single files of the run in tests/cyclegan_tf/runs.
"""

import json
import shutil
import types

import keras
import numpy as np
import pytest

from cyclegan_tf import images
from cyclegan_tf.errors import RunError
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.presets import preset
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training import fitting, starting
from cyclegan_tf.training import train as training
from cyclegan_tf.training.devices import Devices
from cyclegan_tf.training.train import train
from data_pipeline import DataError

NUM_STEPS = 12  # of small_config: 4 epochs of 3 updates; a checkpoint and a preview every 4
UNTIMED = types.SimpleNamespace(timed=lambda stream: stream)  # in place of a DataWait


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


# Stopping -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("eagerly")
def test_time_limit_stops_after_the_interval_with_all_results(small_config, tmp_path, capsys):
    config = small_config.replace(time_limit_minutes=1e-6, log_every=2, sample_every=0)
    model = train(config, tmp_path / "run")
    assert int(model.step) == 2
    said = capsys.readouterr().out
    assert "The time limit is reached after 2 of 12 updates in 0:0" in said
    assert ". All is saved. A larger time_limit_minutes (--time-limit-" in said
    assert "Finished" not in said
    names = [str(path) for path in contents(tmp_path / "run")]
    assert {"card.json", "generator_ab.keras", "checkpoints/step_00000002.keras"} <= set(names)
    assert not any("samples" in name for name in names)
    train(config, tmp_path / "run")
    said = capsys.readouterr().out
    assert "has had its time: 2 of 12 updates. A larger time_limit_minutes (--time-limit-" in said
    assert "delete" not in said
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
    config = small_config.replace(
        learning_rate=1e25, checkpoint_every=1, sample_every=0, max_skipped_updates=2
    )
    with pytest.raises(RunError, match=r"last 2 updates were skipped: .* lower learning_rate"):
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
    monkeypatch.setattr(training, "fit", lambda *args, **options: None)
    config = small_config.replace(crop_size=32, validate_every=0, sample_every=0)  # no updates
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

    def build(config, *, num_steps, decay_start, **own_parts):
        received.update(num_steps=num_steps, decay_start=decay_start)
        raise Stop

    monkeypatch.setattr(starting, "build_model", build)
    with pytest.raises(Stop):
        train(config, tmp_path / "run", verbose=False)
    assert received == {"num_steps": num_steps, "decay_start": decay_start}


def test_updates_are_cut_into_logging_intervals_with_a_shorter_last_one(monkeypatch):
    starts, fits = [], []

    class Model:
        num_updates, stop_training = 0, False

        def fit(self, stream, epochs, steps_per_epoch, **kwargs):
            fits.append((epochs, steps_per_epoch))
            self.num_updates += epochs * steps_per_epoch

    monkeypatch.setattr(fitting, "crop_stream", lambda *_, start, **__: starts.append(start))
    config = preset("tiny", batch_size=2, log_every=3)
    fitting.fit(Model(), config, [], 8, [], UNTIMED, Devices())
    assert fits == [(2, 3), (1, 2)]
    assert starts == [0, 12]  # in samples, not in batches


def test_settings_of_the_crops_reach_the_stream(monkeypatch):
    chosen = {"crop_size": 48, "batch_size": 2, "seed": 3, "flip": 0.25, "scale_jitter": 0.5}
    chosen |= {"color_jitter": 0.125, "small_images": "pad", "vertical_position": False}
    received = {}
    monkeypatch.setattr(fitting, "crop_stream", lambda *_, **kwargs: received.update(kwargs))
    model = types.SimpleNamespace(num_updates=5, stop_training=True, fit=lambda *_, **__: None)
    fitting.fit(model, preset("tiny", **chosen), [], 20, [], UNTIMED, Devices())
    chosen |= {"pairs": None, "pairs_every": 2}
    assert received == {**chosen, "start": 10, "share": 0, "num_shares": 1}


@pytest.mark.parametrize(("place", "words"), [("", "is empty"), ("file", "file is a file")])
def test_place_is_checked_before_an_image_is_read(
    small_config, place, words, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(training, "open_training_sources", lambda _: pytest.fail("too late"))
    with pytest.raises(RunError, match=words):
        train(small_config, place)
