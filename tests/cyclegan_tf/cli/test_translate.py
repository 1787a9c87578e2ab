"""The command `translate`: folders in and out, exit codes, and one clear line for bad input."""

import shutil

import keras
import numpy as np
import pytest
from PIL import Image


def last_line(text):
    return text.strip().splitlines()[-1]


def test_folder_is_translated(generator_file, two_folders, tmp_path, run):
    code, out, _ = run("translate", generator_file, two_folders / "A", "--out", tmp_path / "out")
    assert code == 0
    assert last_line(out) == f"3 of 3 pictures translated into {tmp_path / 'out'}"
    for path in (two_folders / "A").iterdir():
        with Image.open(tmp_path / "out" / path.name) as after, Image.open(path) as before:
            assert after.size == before.size


def test_pretrained_generator_translates_by_its_name(two_folders, tmp_path, run):
    picture, out = two_folders / "A" / "m0.png", tmp_path / "out"
    code, _, _ = run("translate", "meadow2forest", picture, "--out", out)
    assert code == 0
    before, after = (np.asarray(Image.open(f).convert("RGB")) for f in (picture, out / "m0.png"))
    assert before.shape == after.shape and (before != after).mean() > 0.5


def test_broken_picture_is_left_out_with_code_1(generator_file, two_folders, tmp_path, run):
    folder = shutil.copytree(two_folders / "A", tmp_path / "A")
    (folder / "m1.png").write_bytes(b"no picture")
    code, out, error = run("translate", generator_file, folder, "--out", tmp_path / "out")
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
def test_wrong_checkpoint_is_code_2(make, message, two_folders, tmp_path, run):
    (tmp_path / "in").mkdir()
    code, _, error = run(
        *("translate", make(tmp_path / "in"), two_folders / "A"),
        *("--out", tmp_path / "out", "--direction", "a2b"),
    )
    assert code == 2
    assert message in last_line(error)
    assert not (tmp_path / "out").exists()


def test_output_over_an_input_is_code_2(generator_file, two_folders, tmp_path, run):
    folder = shutil.copytree(two_folders / "A", tmp_path / "A")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code, _, error = run("translate", generator_file, folder, "--out", folder)
    assert code == 2
    assert "is an input and would be overwritten. Use another --out" in error
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_empty_and_missing_inputs_are_code_2(generator_file, tmp_path, run):
    (tmp_path / "empty").mkdir()
    for name, message in (("empty", "holds no pictures"), ("nowhere", "does not exist")):
        code, _, error = run(
            "translate", generator_file, tmp_path / name, "--out", tmp_path / "out"
        )
        assert code == 2
        assert message in last_line(error)


def test_wrong_direction_is_code_2(generator_file, two_folders, tmp_path, run):
    arguments = ["translate", generator_file, two_folders / "A", "--out", tmp_path / "out"]
    code, _, error = run(*arguments, "--direction", "b2a")
    assert code == 2
    assert "generator_ab.keras translates a2b, not b2a" in error
    assert run(*arguments, "--direction", "sideways")[0] == 2
