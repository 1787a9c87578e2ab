"""The command line: flags to settings, exit codes, and one clear line for bad input.

What the commands do is tested with the functions that they call.
"""

import dataclasses
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.cli import main as cli
from cyclegan_tf.config import Config
from cyclegan_tf.presets import preset


def run(capsys, *arguments):
    """Runs the command in this process; anything but an exit would be a traceback."""
    with pytest.raises(SystemExit) as exit_:
        cli.main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    assert "Traceback" not in output.err
    return exit_.value.code or 0, output.out, output.err


def last_line(text):
    return text.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def generator_file(tmp_path_factory):
    from cyclegan_tf import resnet_generator

    path = tmp_path_factory.mktemp("generator") / "generator_ab.keras"
    resnet_generator(4, 1, name="generator_ab").save(path)
    return path


# Help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["translate", "--help"]])
def test_help_needs_no_tensorflow(arguments, run_python):
    code = (
        "import sys; from cyclegan_tf.cli.main import main\n"
        f"try: main({arguments})\n"
        "except SystemExit as e: print(e.code, {'tensorflow', 'keras'} & set(sys.modules))"
    )
    done = run_python("-c", code)
    assert last_line(done.stdout) == "0 set()", done.stderr


def test_every_field_of_config_is_a_flag_with_its_sentence(capsys):
    code, text, _ = run(capsys, "train", "--help")
    assert code == 0
    words = " ".join(text.split())
    for item in dataclasses.fields(Config):
        assert f"--{item.name.replace('_', '-')}" in words
        assert item.metadata["help"].split()[0] in words


def test_command_is_required(capsys):
    assert run(capsys)[0] == 2
    assert run(capsys, "--version")[0] == 0


# Train ----------------------------------------------------------------------------------------


@pytest.fixture
def trained(monkeypatch):
    """What `train` was called with; it does nothing."""
    from cyclegan_tf.training import train as training

    calls = []
    monkeypatch.setattr(training, "train", lambda *arguments: calls.append(arguments))
    return calls


def test_flags_override_the_preset(capsys, trained):
    flags = ["--crop-size", "64", "--ema", "0.5", "--gan-loss", "hinge", "--skip-bad"]
    assert run(capsys, "train", "tiny", "--data", "maps", "--run", "here", *flags)[0] == 0
    expected = preset("tiny", data="maps", crop_size=64, ema=0.5, gan_loss="hinge", skip_bad=True)
    assert [(config, Path(folder)) for config, folder in trained] == [(expected, Path("here"))]


def test_without_flags_the_preset_is_trained_in_a_folder_of_its_name(capsys, trained):
    assert run(capsys, "train", "tiny", "--no-skip-bad")[0] == 0
    assert trained == [(preset("tiny"), Path("runs/tiny"))]


def test_interrupt_is_a_line_and_code_130(capsys, monkeypatch):
    from cyclegan_tf.training import train as training

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train", interrupt)
    code, _, error = run(capsys, "train", "tiny")
    assert code == 130
    assert "the same command goes on from the last checkpoint" in error


def test_out_of_memory_is_a_line_with_advice(capsys, monkeypatch):
    import tensorflow as tf

    from cyclegan_tf.training import train as training

    def exhaust(*arguments):
        raise tf.errors.ResourceExhaustedError(None, None, "a page of allocator statistics")

    monkeypatch.setattr(training, "train", exhaust)
    code, _, error = run(capsys, "train", "tiny")
    assert code == 2
    assert (
        error
        == "cyclegan-tf: out of memory; use a smaller --crop-size, --batch-size or --filters\n"
    )


def test_a_bug_keeps_its_traceback(monkeypatch):
    from cyclegan_tf.training import train as training

    def stumble(*arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(training, "train", stumble)
    with pytest.raises(ZeroDivisionError):
        cli.main(["train", "tiny"])


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
    preset_name, prepare, flags, parts, two_folders, tmp_path, capsys
):
    data = shutil.copytree(two_folders, tmp_path / "data")
    prepare(data)
    names = ["--name-a", "A", "--name-b", "B"] if preset_name == "tiny" else []
    code, _, error = run(
        capsys, "train", preset_name, "--data", data, "--run", tmp_path / "run", *names, *flags
    )
    assert code == 2
    message = error[error.index("cyclegan-tf: ") :]
    for part in parts:
        assert part in message
    if prepare is not broken_images:  # which are listed line by line
        assert message.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_maps_smaller_than_the_crop_are_code_2(two_folders, tmp_path, capsys):
    flags = ["--name-a", "A", "--name-b", "B", "--crop-size", "64", "--sample-every", "0"]
    code, _, error = run(
        capsys, "train", "tiny", "--data", two_folders, "--run", tmp_path / "run", *flags
    )
    assert code == 2
    assert "7 maps are smaller than the crop of 64x64" in error
    assert not (tmp_path / "run" / "checkpoints").exists()


def test_run_folder_below_a_file_is_code_2(two_folders, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    flags = ["--data", two_folders, "--name-a", "A", "--name-b", "B"]
    code, _, error = run(capsys, "train", "tiny", "--run", tmp_path / "file" / "run", *flags)
    assert code == 2
    assert "file/run cannot be made" in last_line(error)


def test_wrong_type_of_a_flag_is_code_2(capsys):
    code, _, error = run(capsys, "train", "tiny", "--crop-size", "large")
    assert code == 2
    assert "argument --crop-size: invalid int value: 'large'" in last_line(error)


# Translate ------------------------------------------------------------------------------------


def test_folder_is_translated(generator_file, two_folders, tmp_path, capsys):
    code, out, _ = run(
        capsys, "translate", generator_file, two_folders / "A", "--out", tmp_path / "out"
    )
    assert code == 0
    assert last_line(out) == f"3 of 3 pictures translated into {tmp_path / 'out'}"
    for path in (two_folders / "A").iterdir():
        assert Image.open(tmp_path / "out" / path.name).size == Image.open(path).size


def test_generator_that_comes_along_translates_by_its_name(two_folders, tmp_path, capsys):
    picture, out = two_folders / "A" / "m0.png", tmp_path / "out"
    code, _, _ = run(capsys, "translate", "meadow2forest", picture, "--out", out)
    assert code == 0
    before, after = (np.asarray(Image.open(f).convert("RGB")) for f in (picture, out / "m0.png"))
    assert before.shape == after.shape and (before != after).mean() > 0.5


def test_broken_picture_is_left_out_with_code_1(generator_file, two_folders, tmp_path, capsys):
    folder = shutil.copytree(two_folders / "A", tmp_path / "A")
    (folder / "m1.png").write_bytes(b"no picture")
    code, out, error = run(capsys, "translate", generator_file, folder, "--out", tmp_path / "out")
    assert code == 1
    assert "m1.png is not a picture that can be read" in error
    assert "2 of 3 pictures translated" in out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["m0.png", "m2.png"]


def text_file(folder):
    (folder / "x.keras").write_text("no model")
    return folder / "x.keras"


def other_model(folder):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)], name="spam_filter")
    model.save(folder / "x.keras")
    return folder / "x.keras"


def picture_file(folder):
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(folder / "x.png")
    return folder / "x.png"


def empty_run(folder):
    (folder / "run").mkdir()
    return folder / "run"


def nothing(folder):
    return folder / "nowhere.keras"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (text_file, "x.keras is not a generator or checkpoint of cyclegan_tf"),
        (picture_file, "x.png is not a generator or checkpoint of cyclegan_tf"),
        (other_model, "x.keras holds a spam_filter, not a generator of images"),
        (empty_run, "run holds no generator and no checkpoint"),
        (nothing, "nowhere.keras does not exist"),
    ],
)
def test_wrong_checkpoint_is_code_2(make, message, two_folders, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    code, _, error = run(
        capsys,
        *("translate", make(tmp_path / "in"), two_folders / "A"),
        *("--out", tmp_path / "out", "--direction", "a2b"),
    )
    assert code == 2
    assert message in last_line(error)
    assert not (tmp_path / "out").exists()


def test_output_over_an_input_is_code_2(generator_file, two_folders, tmp_path, capsys):
    folder = shutil.copytree(two_folders / "A", tmp_path / "A")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code, _, error = run(capsys, "translate", generator_file, folder, "--out", folder)
    assert code == 2
    assert "is an input and would be overwritten. Use another --out" in error
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_empty_and_missing_inputs_are_code_2(generator_file, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    for name, message in (("empty", "holds no pictures"), ("nowhere", "does not exist")):
        code, _, error = run(
            capsys, "translate", generator_file, tmp_path / name, "--out", tmp_path / "out"
        )
        assert code == 2
        assert message in last_line(error)


def test_wrong_direction_is_code_2(generator_file, two_folders, tmp_path, capsys):
    arguments = ["translate", generator_file, two_folders / "A", "--out", tmp_path / "out"]
    code, _, error = run(capsys, *arguments, "--direction", "b2a")
    assert code == 2
    assert "generator_ab.keras translates a2b, not b2a" in error
    assert run(capsys, *arguments, "--direction", "sideways")[0] == 2


# A process of its own -------------------------------------------------------------------------


def test_process_exits_with_2_and_nothing_but_the_line(run_python, tmp_path):
    done = run_python("-m", "cyclegan_tf", "train", "henesis2ellinia", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("cyclegan-tf: There is no preset 'henesis2ellinia'. Did you mean")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())
