"""The command `translate`: folders in and out, exit codes, and one clear line for bad input."""

import os
import re
import shutil
from urllib.parse import unquote

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
    code, _, _ = run("translate", "meadow2forest_small", picture, "--out", out)
    assert code == 0
    before, after = (np.asarray(Image.open(f).convert("RGB")) for f in (picture, out / "m0.png"))
    assert before.shape == after.shape and (before != after).mean() > 0.5


def test_broken_picture_is_left_out_with_code_1(generator_file, two_folders, tmp_path, run):
    folder = shutil.copytree(two_folders / "A", tmp_path / "A")
    (folder / "m1.png").write_bytes(b"no picture")
    code, out, error = run("translate", generator_file, folder, "--out", tmp_path / "out")
    assert code == 1
    assert "m1.png cannot be read: not an image, or of an unknown format (AVIF, BMP, GIF," in error
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


# Places of outputs ------------------------------------------------------------------------------


def contents(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def put(path, color="red"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (16, 12), color).save(path)
    return path


def test_one_picture_can_be_given_its_name(generator_file, tmp_path, run):
    picture, out = put(tmp_path / "in.png"), tmp_path / "new" / "result.JPG"
    code, said, _ = run("translate", generator_file, picture, "--out", out)
    assert (code, last_line(said)) == (0, f"1 of 1 picture translated into {out}")
    with Image.open(out) as image:
        assert (image.format, image.size) == ("JPEG", (16, 12))
    (tmp_path / "folder.png").mkdir()  # a folder is one, whatever its name
    assert run("translate", generator_file, picture, "--out", tmp_path / "folder.png")[0] == 0
    assert (tmp_path / "folder.png" / "in.png").exists()


def test_large_jpegs_are_told_of_a_smaller_format_once(generator_file, tmp_path, run):
    for name in "ab":
        Image.new("RGB", (2000, 2600), "red").save(tmp_path / f"{name}.jpg")
    command = ("translate", generator_file, tmp_path, "--out", tmp_path / "out")
    hint = "JPEGs become PNGs, without loss but several times as large; --format jpg writes JPEG"
    code, _, error = run(*command, "--load-size", "16")
    assert code == 0 and error.count(hint) == 1
    shrunk = "2000x2600 pixels are shrunk 125 times for the network and enlarged again"
    assert error.count(shrunk) == 1 and error.count("enlarged again") == 1
    small = put(tmp_path / "small.jpg")
    assert "JPEG" not in run(*command[:2], small, *command[3:], "--load-size", "8")[2]
    code, _, error = run(*command, "--format", "jpg", "--load-size", "1000", "--skip-existing")
    assert code == 0 and "JPEG" not in error and "enlarged again" not in error


def test_enlarged_parts_of_pictures_are_told(generator_file, tmp_path, run):
    Image.new("RGB", (40, 20), "red").save(tmp_path / "a.png")
    command = ("translate", generator_file, tmp_path, "--out", tmp_path / "out", "--load-size")
    assert "40x20 pixels are enlarged 3.0 times for the network" in run(*command, "60")[2]
    assert "enlarged" not in run(*command, "24")[2]


HERE = ["--out", "own", "--format", "tiff"]
LOCKED = ["--statistics", "locked", "--reference", "own"]


@pytest.mark.parametrize(
    ("inputs", "flags", "words"),
    [
        (["in"], ["--out", ""], "--out is empty: give it the name of a folder"),
        (["in/a.jpg"], ["--out", ""], "--out is empty"),
        (["in"], ["--out", "x.png"], "--out x.png is the name of one picture; received the folder"),
        (["in/a.jpg", "in/b.jpg"], ["--out", "x.png"], "one picture; received 2 inputs"),
        (["in/a.jpg"], ["--out", "x.bmp"], "--out x.bmp must end in one of .png, .jpg"),
        (["in/a.jpg"], ["--out", "x.png", "--format", "jpg"], "--out x.png is no jpg file"),
        (["in/a.jpg"], ["--out", "x.jpg", "--keep-16-bit"], "--keep-16-bit needs an --out of png"),
        (["in/a.jpg"], ["--out", "in/a.jpg"], "in/a.jpg is an input and would be overwritten"),
        (["in/a.jpg"], ["--out", "link.jpg"], "link.jpg is an input and would be overwritten"),
        (["in"], ["--out", "in/a.jpg/x"], "a.jpg is a file. Use another --out."),
        (["in"], ["--out", "in/a.jpg"], "the name of one picture; received the folder in"),
        ([""], ["--out", "x"], "The name of an input is empty"),
        (["pair"], ["--compare"], "pair/a.jpg and pair/a_compare.jpg would both become"),
        (["own"], [*HERE, "--compare"], "own/a_compare.png is an input and would be overwritten"),
        (["in"], ["--slider", "in/b.jpg"], "in/b.jpg is an input and would be overwritten. Use"),
        (["in"], ["--slider", ""], "--slider is empty"),
        (["in"], ["--slider", "new"], "Use another --slider."),
        (["in"], ["--slider", "in/b.jpg/x.html"], "b.jpg is a file"),
        (["in"], ["--slider", "translated/a.png"], "would be written twice. Use another --slider"),
        (["in"], ["--slider", "sub/x.html"], "sub/before is a file. Use another --slider."),
        (["in"], [*LOCKED, "--save-statistics", ""], "--save-statistics is empty"),
        (["in"], [*LOCKED, "--save-statistics", "in/b.jpg"], "b.jpg is an input and"),
        (["in"], [*LOCKED, "--save-statistics", "own/a.png"], "own/a.png is an input and"),
        (["in"], [*LOCKED, "--save-statistics", "g.keras"], "g.keras is an input and"),
        (["in"], ["--slider", "g.keras"], "g.keras is an input and"),
    ],
)
def test_a_place_is_refused_before_anything_is_loaded_or_written(
    inputs, flags, words, tmp_path, run, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for name in ("in/a.jpg", "in/b.jpg", "pair/a.jpg", "pair/a_compare.jpg"):
        put(tmp_path / name)
    for name in ("own/a.png", "own/a_compare.png"):
        put(tmp_path / name, "blue")
    (tmp_path / "link.jpg").symlink_to("in/a.jpg")
    (tmp_path / "new").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "before").write_text("")
    (tmp_path / "g.keras").write_text("is never read")
    before = contents(tmp_path)
    code, out, error = run("translate", "g.keras", *inputs, *flags)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert error.startswith("cyclegan-tf: ") and words in error
    assert contents(tmp_path) == before


def test_the_page_leaves_pictures_of_others_alone(generator_file, tmp_path, run):
    put(tmp_path / "in" / "a.png")
    own = put(tmp_path / "page" / "before" / "1.png", "blue")
    kept = own.read_bytes()
    arguments = [generator_file, tmp_path / "in", "--out", tmp_path / "page" / "out"]
    for _ in range(2):
        page = tmp_path / "page" / "index.html"
        code, out, _ = run("translate", *arguments, "--slider", page)
        assert code == 0 and out.endswith(f"\nOpen {page}\n")
        assert own.read_bytes() == kept
        assert 'src="before/1_2.png"' in page.read_text()
        names = sorted(contents(tmp_path / "page"))
        assert names == ["before/1.png", "before/1_2.png", "index.html", "out/a.png"]


def test_names_that_are_not_utf_8_are_translated_and_shown(generator_file, tmp_path, run):
    place = tmp_path / os.fsdecode(b"place\xff")
    generator = shutil.copy(generator_file, put(place / "x.png").with_name("g.keras"))
    for name in (b"a\xff.png", b"b\xfe.tif", b"bad\xfd.png"):
        put(place / "in" / os.fsdecode(name))
    (place / "in" / os.fsdecode(b"bad\xfd.png")).write_bytes(b"no picture")
    code, out, error = run(
        *("translate", generator, place / "in", "--out", place / "out", "--compare"),
        *("--slider", place / "out" / "page.html"),
    )
    assert code == 1
    assert r"bad\udcfd.png cannot be read: not an image" in error
    assert rf"2 of 3 pictures translated into {tmp_path}/place\udcff/out" in out
    page = (place / "out" / "page.html").read_text("utf-8")
    assert 'src="before/1.png"' in page and 'src="a%FF.png"' in page
    names = {os.fsencode(name) for name in contents(place / "out")}
    assert names == {
        *(b"a\xff.png", b"a\xff_compare.png", b"b\xfe.png", b"b\xfe_compare.png"),
        *(b"page.html", b"before/1.png", b"before/2.png"),
    }


@pytest.mark.parametrize(
    ("inputs", "options", "text"),
    [
        (("in",), ("--out", "new", "--slider", "a.jpg"), "--slider must be .*page.html"),
        (("a.jpg",), ("--out", "page.html", "--slider", "page.html"), "page.html"),
        (("in",), ("--out", "new", "--slider", "new/a.png/p.html"), "new/a.png"),
    ],
)
def test_places_of_all_outputs_are_planned_together(
    inputs, options, text, generator_file, tmp_path, run, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for name in ("a.jpg", "a_compare.jpg", "in/a.png", "in/a_compare.png"):
        put(tmp_path / name)
    before = contents(tmp_path)
    code, _, err = run("translate", generator_file, *inputs, *options)
    assert code == 2 and re.search(text, err), err
    assert contents(tmp_path) == before


def test_names_of_files_never_become_markup_or_lead_out(generator_file, tmp_path, run):
    names = (
        "<script>alert(1)<",
        "a\"onload='x'",
        "line\nbreak",
        "%2e%2e%2fup",
        "&lt;b&gt;",
        "x..y",
    )
    for name in names:
        put(tmp_path / "in" / f"{name}.png")
    page = tmp_path / "new" / "page.html"
    code, _, err = run(
        "translate", generator_file, tmp_path / "in", "--out", page.parent, "--slider", page
    )
    assert code == 0, err
    text = page.read_text("utf-8")
    assert text.count("<script>") == 1 and "<b>" not in text
    tags = re.findall(r"<(img|input|figcaption)((?:\s[^<>]*)?)>", text)
    assert len(tags) == 4 * len(names)  # two pictures, a slider and a caption each, whole
    assert not re.search(r"\son\w+=", re.sub(r'"[^"]*"', "", text.split("<script>")[0]))
    for address in re.findall(r'src="([^"]*)"', text):
        place = (page.parent / unquote(address)).resolve()
        assert place.is_file() and page.parent in place.parents
    assert {path.name for path in tmp_path.iterdir()} == {"in", "new"}
