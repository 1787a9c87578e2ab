"""The files of a run: what is refused, what survives a crash, what a full disk leaves behind.

When training writes them is in training/test_train.py.
"""

import json
import os
import zipfile

import keras
import numpy as np
import pytest

from cyclegan_tf import Config
from cyclegan_tf.config import field_names
from cyclegan_tf.errors import RunError
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.saving import save_model

DATA = {"A": [["m0", 40, 48], ["m1", 36, 52]], "B": [["m0", 32, 64]]}


@pytest.fixture
def run(tmp_path):
    """A run that has learned something: it holds a checkpoint."""
    run = RunFolder(tmp_path / "run")
    run.start_or_resume(Config(), DATA)
    run.save_checkpoint(StandIn(1), keep=3)
    return run


class StandIn:
    """Saves like a model: a whole archive with `size` bytes, its step in front."""

    weights, optimizer = (), None

    def __init__(self, step, size=10):
        self.num_updates, self.size = step, size

    def save(self, path):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x", f"{self.num_updates:05d}".encode().ljust(self.size, b"."))


def files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


# Starting and resuming ------------------------------------------------------------------------


def test_new_run_holds_settings_and_data(tmp_path):
    RunFolder(tmp_path / "deep" / "run").start_or_resume(Config(filters=8), DATA)
    assert files(tmp_path / "deep" / "run") == ["config.json", "data.json"]
    assert Config.load(tmp_path / "deep/run/config.json") == Config(filters=8)
    assert json.loads((tmp_path / "deep/run/data.json").read_text()) == DATA


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("crop_size", 128),
        ("batch_size", 2),
        ("flip", 0.0),
        ("filters", 32),
        ("upsampling", "transpose"),
        ("gan_loss", "hinge"),
        ("identity_weight", 0.0),
        ("pool_size", 0),
        ("epochs", 300),
        ("decay_epoch", 50),
        ("steps_per_epoch", 7),
        ("learning_rate", 1e-4),
        ("ema", 0.0),
        ("precision", "float32"),
        ("seed", 1),
        ("load_size", 286),
        ("background", "#000000"),
        ("small_images", "pad"),
    ],
)
def test_change_that_makes_a_resume_meaningless_is_refused_by_name(run, field, value):
    old = getattr(Config(), field)
    message = rf"started with other settings: {field} \(was {old!r}, now {value!r}\)\. Use the old"
    with pytest.raises(RunError, match=message):
        run.start_or_resume(Config(**{field: value}), DATA)
    assert Config.load(run.config_file) == Config()


def test_all_changed_fields_are_named_at_once(run):
    with pytest.raises(RunError, match=r"filters \(was 64, now 32\), seed \(was 0, now 3\)"):
        run.start_or_resume(Config(filters=32, seed=3), DATA)


def test_another_seed_is_refused_as_soon_as_something_is_logged(tmp_path):
    run = RunFolder(tmp_path / "run")
    run.start_or_resume(Config(), DATA)
    run.start_or_resume(Config(seed=1), DATA)  # nothing was done with the other one
    run.append_metrics({"step": 50})
    with pytest.raises(RunError, match=r"seed \(was 1, now 2\)"):
        run.start_or_resume(Config(seed=2), DATA)
    assert Config.load(run.config_file).seed == 1


def test_fields_that_change_nothing_learned_may_change_and_are_written(run):
    changed = Config(data="moved", time_limit_minutes=3, log_every=7, keep_checkpoints=9)
    run.start_or_resume(changed, DATA)
    assert Config.load(run.config_file) == changed


def test_free_fields_exist():
    assert set(Config.__dataclass_fields__) > set(field_names("free"))


def test_run_that_learned_nothing_yet_may_change(tmp_path):
    # The first command failed, say because the maps are smaller than the crop; the second is right.
    run = RunFolder(tmp_path / "run")
    run.start_or_resume(Config(crop_size=480), DATA)
    run.start_or_resume(Config(crop_size=256), {"A": [], "B": []})
    assert Config.load(run.config_file).crop_size == 256


@pytest.mark.parametrize(
    ("domain", "images"),
    [
        ("A", [["m0", 40, 48]]),
        ("A", [["m0", 40, 48], ["m1", 36, 53]]),
        ("B", [["other", 32, 64]]),
        ("B", [["m0", 32, 64], ["m1", 32, 64]]),
    ],
)
def test_other_images_are_refused_by_domain(run, domain, images):
    count = f"domain {domain} had {len(DATA[domain])}, now {len(images)}"
    with pytest.raises(RunError, match=f"started on other images: {count}"):
        run.start_or_resume(Config(), {**DATA, domain: images})
    assert json.loads(run.data_file.read_text()) == DATA


def test_folder_of_something_else_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(RunError, match="not empty and holds no run. Choose another folder"):
        RunFolder(tmp_path).start_or_resume(Config(), DATA)
    assert files(tmp_path) == ["thesis.tex"]


def test_file_in_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="file is a file; a run needs a folder"):
        RunFolder(tmp_path / "file").start_or_resume(Config(), DATA)
    with pytest.raises(RunError, match="file/run cannot be made: .*Choose another folder"):
        RunFolder(tmp_path / "file" / "run").start_or_resume(Config(), DATA)


@pytest.mark.parametrize("content", [None, "{", "[]", '{"A": 3, "B": []}', "[" * 100_000])
def test_missing_or_broken_data_file_is_named(run, content):
    run.data_file.unlink()
    if content:
        run.data_file.write_text(content)
    with pytest.raises(RunError, match="data.json cannot be read: .*Restore it to resume"):
        run.start_or_resume(Config(), DATA)


# Metrics --------------------------------------------------------------------------------------


def test_metrics_are_read_back(run):
    lines = [{"step": step, "loss": step / 3, "seconds": 2.0 * step} for step in (5, 10)]
    for line in lines:
        run.append_metrics(line)
    assert run.read_metrics() == lines


def test_metrics_of_a_new_run_are_empty(run):
    assert run.read_metrics() == []
    assert run.rewind_metrics(0) == 0.0
    assert not run.metrics_file.exists()


def test_line_cut_off_by_a_crash_is_left_out(run):
    run.append_metrics({"step": 5, "seconds": 1.0})
    with open(run.metrics_file, "a") as file:
        file.write('{"step": 10, "secon')
    assert run.read_metrics() == [{"step": 5, "seconds": 1.0}]
    run.rewind_metrics(5)
    run.append_metrics({"step": 10, "seconds": 2.0})
    assert [line["step"] for line in run.read_metrics()] == [5, 10]


def test_lines_after_the_checkpoint_are_rewound(run):
    for step in (5, 10, 15, 20):
        run.append_metrics({"step": step, "seconds": step / 10})
    assert run.rewind_metrics(10) == 1.0
    assert [line["step"] for line in run.read_metrics()] == [5, 10]
    assert run.rewind_metrics(0) == 0.0
    assert run.metrics_file.read_text() == ""


def test_metrics_that_cannot_be_written_are_named(run):
    run.metrics_file.mkdir()
    with pytest.raises(RunError, match=r"metrics.jsonl cannot be written"):
        run.append_metrics({"step": 5})


# Checkpoints ----------------------------------------------------------------------------------


def test_only_the_last_checkpoints_are_kept_in_the_order_of_their_steps(run):
    for step in (9, 10, 99_999, 100_000):
        run.save_checkpoint(StandIn(step), keep=3)
    assert [path.name for path in run.checkpoints()] == [
        "step_00000010.keras",
        "step_00099999.keras",
        "step_00100000.keras",
    ]


@pytest.mark.parametrize(
    "name", ["step_backup.keras", "step_9.keras", "step_00000009.keras.damaged"]
)
def test_what_has_another_name_is_no_checkpoint(run, name):
    (run.path / "checkpoints" / name).write_bytes(b"old")
    assert [path.name for path in run.checkpoints()] == ["step_00000001.keras"]
    run.save_checkpoint(StandIn(2), keep=1)
    assert [path.name for path in run.checkpoints()] == ["step_00000002.keras"]
    assert (run.path / "checkpoints" / name).exists()


def test_leftovers_of_a_killed_run_are_no_checkpoints_and_are_removed_when_it_goes_on(run):
    leftovers = [
        run.path / ".partial_abc.json",
        run.samples / ".partial_abc.png",
        run.path / "checkpoints" / ".partial_abc.keras",
    ]
    run.samples.mkdir(exist_ok=True)
    run.start_or_resume(Config(), DATA)
    for leftover in leftovers:
        leftover.write_bytes(b"half")
    assert [path.name for path in run.checkpoints()] == ["step_00000001.keras"]
    run.start_or_resume(Config(), DATA)
    assert not [leftover for leftover in leftovers if leftover.exists()]


def test_start_that_was_killed_doesnt_make_the_folder_foreign(tmp_path):
    (tmp_path / ".partial_abc.json").write_text("{")
    RunFolder(tmp_path).check_place()


def test_old_checkpoints_are_emptied_before_they_are_deleted(run, tmp_path):
    (old,) = run.checkpoints()
    os.link(old, tmp_path / "trash")  # as a drive keeps what is deleted
    run.save_checkpoint(StandIn(2), keep=1)
    assert not old.exists()
    assert (tmp_path / "trash").stat().st_size == 0


def test_full_disk_keeps_the_old_checkpoints_and_leaves_nothing_half_written(run, full_disk):
    for step in (2, 3):
        run.save_checkpoint(StandIn(step), keep=3)
    before = {path.name: path.read_bytes() for path in run.checkpoints()}
    with pytest.raises(RunError, match=r"step_00000004.keras cannot be written: .*Free some space"):
        run.save_checkpoint(StandIn(4, size=100_000), keep=3)
    assert {p.name: p.read_bytes() for p in (run.path / "checkpoints").iterdir()} == before
    run.save_checkpoint(StandIn(4), keep=3)
    assert len(run.checkpoints()) == 3


def test_full_disk_under_a_real_model_is_one_clear_error(tmp_path, full_disk):
    model = keras.Sequential([keras.Input((100,)), keras.layers.Dense(300)])  # 120 kB
    with pytest.raises(RunError, match=r"model.keras cannot be written"):
        save_model(model, tmp_path / "model.keras")
    assert not list(tmp_path.iterdir())


def test_saved_model_is_whole(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    save_model(model, tmp_path / "model.keras")
    assert zipfile.ZipFile(tmp_path / "model.keras").testzip() is None
    copy = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(copy.get_weights()[0], model.get_weights()[0])
    assert files(tmp_path) == ["model.keras"]


def test_card_is_written_whole_or_not_at_all(run, full_disk):
    run.write_card({"name": "old"})
    with pytest.raises(RunError, match=r"card.json cannot be written"):
        run.write_card({"name": "n" * 100_000})
    assert json.loads(run.card_file.read_text()) == {"name": "old"}


def test_generators_are_found_by_direction(tmp_path):
    run = RunFolder(tmp_path)
    assert run.generator_file("a2b") == tmp_path / "generator_ab.keras"
    assert run.generator_file("b2a") == tmp_path / "generator_ba.keras"
