"""The commands `check` and `worlds`: exit codes, and the files that they write."""

import os
import shutil

import pytest

import cyclegan_tf.cli.data as commands


def test_check_reports_and_writes_a_contact_sheet(two_folders, tmp_path, run):
    flags = ["--name-a", "A", "--name-b", "B", "--crop-size", "32", "--html", tmp_path / "s.html"]
    code, out, error = run("check", two_folders, *flags)
    assert (code, error) == (0, "")
    checkpoint, verdict = out.splitlines()[-3:-1]
    assert checkpoint.startswith("A checkpoint of default has about ")
    assert " of demo); " in checkpoint and verdict == "Nothing here would hurt training."
    assert out.strip().endswith(f"Contact sheet: {tmp_path / 's.html'}")
    assert (tmp_path / "s.html").exists()


def test_check_of_data_that_would_hurt_is_code_1(two_folders, tmp_path, run):
    data = shutil.copytree(two_folders, tmp_path / "data")
    (data / "B" / "m1.png").write_bytes(b"no picture")
    names = ["--name-a", "A", "--name-b", "B"]
    code, out, _ = run("check", data, *names, "--preset", "tiny")
    assert code == 1
    assert "m1.png" in out
    code, _, error = run("check", tmp_path / "nowhere", *names)
    assert code == 2
    assert "nowhere" in error.strip().splitlines()[-1]


def test_worlds_are_written_as_folders(tmp_path, run):
    flags = ["--maps", "2", "--scale", "0.1", "--scroll-frames", "0"]
    code, out, _ = run("worlds", "meadow2forest", "--out", tmp_path / "w", *flags)
    assert code == 0
    assert out.startswith(f"{tmp_path / 'w'}: 2 trainA, 2 trainB")
    assert len(list((tmp_path / "w" / "trainA").glob("*.png"))) == 2
    code, _, error = run("worlds", "meadow2forest", "--out", tmp_path / "w", *flags)
    assert code == 2
    assert error.startswith("cyclegan-tf: ") and error.count("\n") == 1
    assert "holds this world already, complete. Delete it" in error
    code, _, error = run("worlds", "meadow2forest", "--out", tmp_path / "v", "--structure", "2")
    assert code == 2 and error.count("\n") == 1
    assert "structure must be 0" in error and "received 2" in error


def test_unknown_world_is_code_2(tmp_path, run):
    code, _, error = run("worlds", "sun2moon", "--out", tmp_path / "w")
    assert code == 2
    assert error.startswith("cyclegan-tf: ") and "sun2moon" in error
    assert error.count("\n") == 1


def test_place_of_the_contact_sheet_is_made_or_refused_before_the_work(
    two_folders, tmp_path, run, monkeypatch
):
    flags = ["--name-a", "A", "--name-b", "B", "--crop-size", "32", "--html"]
    page = tmp_path / "new" / "deep" / "sheet.html"
    assert run("check", two_folders, *flags, page)[0] == 0
    assert page.exists()
    monkeypatch.setattr(commands, "check_images", lambda *_: pytest.fail("nothing is examined"))
    data = shutil.copytree(two_folders, tmp_path / "data")
    before = (data / "A" / "m0.png").read_bytes()
    for place, words in (
        ("", "--html is empty"),
        (tmp_path / "new", "new cannot be written: it is a folder. Use another --html."),
        (page / "x.html", "sheet.html is a file"),
        (data / "A" / "m0.png", "m0.png is an input and would be overwritten"),
    ):
        code, out, error = run("check", data, *flags, place)
        assert (code, out, error.count("\n")) == (2, "", 1)
        assert words in error
    assert (data / "A" / "m0.png").read_bytes() == before


def test_names_that_are_not_utf_8_are_checked_and_shown(two_folders, tmp_path, run):
    data = shutil.copytree(two_folders, tmp_path / os.fsdecode(b"data\xff"))
    (data / "A" / "m0.png").rename(data / "A" / os.fsdecode(b"m\xff.png"))
    (data / "B" / os.fsdecode(b"bad\xfe.png")).write_bytes(b"no picture")
    flags = ["--name-a", "A", "--name-b", "B", "--crop-size", "32"]
    code, out, _ = run("check", data, *flags, "--html", tmp_path / "s.html")
    assert code == 1
    assert r"bad\udcfe.png" in out
    page = (tmp_path / "s.html").read_text("utf-8")
    assert r"m\udcff" in page and r"bad\udcfe.png" in page


def test_places_of_worlds_are_one_line(tmp_path, run):
    (tmp_path / "file").write_text("")
    for place in ("", tmp_path / "file", tmp_path / "file" / "w"):
        code, out, error = run("worlds", "meadow2forest", "--out", place)
        assert (code, out, error.count("\n")) == (2, "", 1)
        assert error.startswith("cyclegan-tf: ") and "--out" in error


def test_a_home_of_nobody_is_one_line(tmp_path, run):
    for data in ("~nobody-of-this-name/data", ""):
        code, out, error = run("check", data, "--html", tmp_path / "s.html")
        assert (code, out, error.count("\n")) == (2, "", 1)
