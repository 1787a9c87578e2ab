"""The commands `train` and `demo`: flags to settings, and one clear line for bad input."""

import json
import os
import shutil
from pathlib import Path

import pytest

from cyclegan_tf.presets import preset


def last_line(text):
    return text.strip().splitlines()[-1]


@pytest.fixture
def handed_on():
    """The callbacks that `train` was given."""
    return []


@pytest.fixture
def trained(monkeypatch, handed_on):
    """What `train` was called with; it does nothing."""
    from cyclegan_tf.training import train as training

    calls = []

    def train(config, run_dir, *, strategy, callbacks):
        calls.append((config, run_dir, strategy))
        handed_on.extend(callbacks)

    monkeypatch.setattr(training, "train", train)
    return calls


def test_flags_override_the_preset(run, trained):
    flags = ["--crop-size", "64", "--ema", "0.5", "--gan-loss", "hinge", "--skip-bad"]
    assert run("train", "tiny", "--data", "maps", "--run", "here", *flags)[0] == 0
    expected = preset("tiny", data="maps", crop_size=64, ema=0.5, gan_loss="hinge", skip_bad=True)
    assert [(c, Path(folder), s) for c, folder, s in trained] == [(expected, Path("here"), None)]


def test_without_flags_the_preset_is_trained_in_a_folder_of_its_name(run, trained):
    assert run("train", "tiny", "--no-skip-bad")[0] == 0
    assert trained == [(preset("tiny"), Path("runs/tiny"), None)]


def test_a_run_folder_goes_on_with_its_own_settings(run, trained, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    saved = preset("tiny", data="maps", crop_size=64, ema=0.5)
    (mine / "config.json").write_text(saved.to_json())
    assert run("train", str(mine), "--time-limit-minutes", "3")[0] == 0
    assert trained == [(saved.replace(time_limit_minutes=3.0), mine, None)]


def test_a_run_folder_gives_its_settings_to_another_run(run, trained, tmp_path):
    (tmp_path / "config.json").write_text(preset("tiny", crop_size=64).to_json())
    assert run("train", str(tmp_path), "--seed", "7", "--run", "seven")[0] == 0
    assert [(c, Path(f)) for c, f, _ in trained] == [
        (preset("tiny", crop_size=64, seed=7), Path("seven"))
    ]


def test_a_folder_without_settings_is_named(run, trained, tmp_path):
    code, _, err = run("train", str(tmp_path))
    assert code and not trained
    assert f"There is no run folder {tmp_path}, with its config.json" in last_line(err)
    assert "There is no run folder runs/mien" in last_line(run("train", "runs/mien")[2])


@pytest.mark.parametrize("why", ["parts", "data"])
def test_a_run_begun_in_python_is_sent_back_there(run, trained, tmp_path, why):
    config = preset("tiny", data="" if why == "data" else "maps")
    (tmp_path / "config.json").write_text(config.to_json())
    if why == "parts":
        (tmp_path / "parts.json").write_text("{}")
    code, _, err = run("train", str(tmp_path))
    assert code and not trained and "or with --parts and their module" in last_line(err)


def test_a_preset_comes_before_a_folder_of_its_name(run, trained, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("tiny").mkdir()
    Path("tiny/config.json").write_text(preset("tiny", crop_size=64).to_json())
    assert run("train", "tiny")[0] == 0
    assert trained == [(preset("tiny"), Path("runs/tiny"), None)]


@pytest.mark.parametrize("strategy", ["mirrored", "multiworker"])
def test_strategy_is_handed_on(run, trained, strategy):
    assert run("train", "tiny", "--strategy", strategy)[0] == 0
    assert [call[2] for call in trained] == [strategy]


def test_loggers_are_made_for_the_run(run, trained, handed_on):
    assert run("train", "tiny", "--run", "here")[0] == 0 and not handed_on
    assert run("train", "tiny", "--run", "here", "--logger", "tensorboard,csv")[0] == 0
    assert [type(logger).__name__ for logger in handed_on] == ["TensorBoardLog", "CSVLog"]
    assert {logger.run.path for logger in handed_on} == {Path("here")}


def test_loggers_that_cannot_be_are_refused(run, trained):
    code, _, text = run("train", "tiny", "--logger", "cvs")
    assert code == 2 and "logger must be one of csv, tensorboard" in text and "'cvs'" in text
    code, _, text = run("train", "tiny", "--logger", "csv", "--strategy", "multiworker")
    assert code == 2 and "--logger isn't for --strategy multiworker" in text and not trained


def one_domain(data):
    shutil.rmtree(data / "B")


def empty_domain(data):
    for path in (data / "B").iterdir():
        path.unlink()


def broken_images(data):
    whole = (data / "A" / "m0.png").read_bytes()
    (data / "A" / "m0.png").write_bytes(whole[: len(whole) // 2])
    (data / "B" / "m1.png").write_bytes(b"no picture")


def untouched(data):
    pass


@pytest.mark.parametrize(
    ("preset_name", "prepare", "flags", "parts"),
    [
        ("henesys2elinia", untouched, [], ["no preset 'henesys2elinia'", "henesys2ellinia"]),
        ("tiny", shutil.rmtree, [], ["data", "no such folder"]),
        ("tiny", one_domain, [], ["data: only one domain", "no 'B' beside it"]),
        ("tiny", empty_domain, [], ["data/B: no images"]),
        ("tiny", broken_images, [], ["2 of 7 images", "A/m0.png", "B/m1.png", "--skip-bad"]),
        ("tiny", untouched, ["--crop-size", "30"], ["crop_size must be a multiple of 4", "30"]),
        ("tiny", untouched, ["--crop-size", "8"], ["crop_size must be at least 12", "8"]),
        ("tiny", untouched, ["--decay-epoch", "9"], ["decay_epoch must not exceed epochs (4)"]),
        ("default", untouched, ["--data", ""], ["data (--data) is missing"]),
        ("tiny", untouched, ["--batch-size", "0"], ["batch_size must be at least 1; received 0"]),
        ("tiny", untouched, ["--name-a", "C"], ["data", "'C'"]),
        ("tiny", untouched, ["--data", "world:meadow2forst"], ["meadow2forst"]),
        ("tiny", untouched, ["--data", "world:meadow2forest?size=2"], ["unknown option 'size'"]),
        ("henesys2ellinia", untouched, [], ["data: needs the folders 'henesys' and 'ellinia'"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_bad_input_of_train_is_code_2_and_leaves_no_run(
    preset_name, prepare, flags, parts, two_folders, tmp_path, run
):
    data = shutil.copytree(two_folders, tmp_path / "data")
    prepare(data)
    names = ["--name-a", "A", "--name-b", "B"] if preset_name == "tiny" else []
    code, _, error = run(
        "train", preset_name, "--data", data, "--run", tmp_path / "run", *names, *flags
    )
    assert code == 2
    message = error[error.index("cyclegan-tf: ") :]
    for part in parts:
        assert part in message
    if prepare is not broken_images:  # which are listed line by line
        assert message.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_maps_smaller_than_the_crop_are_code_2(two_folders, tmp_path, run):
    flags = ["--name-a", "A", "--name-b", "B", "--crop-size", "64", "--sample-every", "0"]
    code, _, error = run("train", "tiny", "--data", two_folders, "--run", tmp_path / "run", *flags)
    assert code == 2
    assert "7 maps are smaller than the crop of 64x64" in error
    assert not (tmp_path / "run" / "checkpoints").exists()


def test_run_folder_below_a_file_is_code_2(two_folders, tmp_path, run):
    (tmp_path / "file").write_text("")
    flags = ["--data", two_folders, "--name-a", "A", "--name-b", "B"]
    code, _, error = run("train", "tiny", "--run", tmp_path / "file" / "run", *flags)
    assert code == 2
    assert "file/run cannot be made" in last_line(error)


def test_wrong_type_of_a_flag_is_code_2(run):
    code, _, error = run("train", "tiny", "--crop-size", "large")
    assert code == 2
    assert "argument --crop-size: invalid int value: 'large'" in last_line(error)


def test_demo_names_its_page(run, monkeypatch, tmp_path):
    from cyclegan_tf import demo

    monkeypatch.setattr(demo, "run_demo", lambda folder, began: Path(folder) / "index.html")
    assert run("demo", "--run", tmp_path)[:2] == (0, f"Open {tmp_path / 'index.html'}\n")


@pytest.mark.parametrize("command", [["train", "tiny"], ["demo"]])
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", "The name of the run folder is empty. Give one (run_dir, --run)."),
        ("file", "file is a file; a run needs a folder."),
        ("file/run", "file/run cannot be made: "),
        ("link/run", "link is a link that leads nowhere"),
        ("pictures", "pictures is not empty and holds no run. Choose another folder"),
        ("run", "run/checkpoints cannot be written to: "),
    ],
)
def test_place_of_a_run_is_checked_before_anything_loads(
    command, place, words, tmp_path, run, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("nowhere")
    for file in ("pictures/a.png", "run/config.json", "run/checkpoints"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("")
    monkeypatch.setattr("cyclegan_tf.cli.train.set_up_cpu", lambda: pytest.fail("too late"))
    code, out, error = run(*command, "--run", place)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert error.startswith("cyclegan-tf: ") and words in error


def test_no_data_is_code_2(tmp_path, run):
    code, _, error = run("train", "tiny", "--data", "", "--run", tmp_path / "run")
    assert code == 2
    assert "data (--data) is missing" in error and error.count("\n") == 1


def test_names_that_are_not_utf_8_train_and_resume(two_folders, tmp_path, run):
    data = shutil.copytree(two_folders, tmp_path / os.fsdecode(b"data\xfe"))
    a = os.fsdecode(b"A\xff")
    (data / "A").rename(data / a)
    (data / a / "m0.png").rename(data / a / os.fsdecode(b"m\xff.png"))
    folder = tmp_path / os.fsdecode(b"run\xfd")
    flags = ["--data", data, "--name-a", a, "--name-b", "B", "--run", folder]
    flags += ["--epochs", 1, "--decay-epoch", 1, "--steps-per-epoch", 1, "--validate-every", 0]
    for words in (r"Finished after 1 updates", r"run\udcfd is finished: 1 updates"):
        code, out, _ = run("train", "tiny", *flags)
        assert code == 0
        assert words in out
    data_file, card = (
        json.loads((folder / f"{name}.json").read_text()) for name in ("data", "card")
    )
    assert os.fsdecode(b"m\xff") in [name for name, *_ in data_file[a]]
    assert card["domains"] == {"a": a, "b": "B"} and card["data"] == str(data)
