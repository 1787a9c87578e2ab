"""Places of outputs, folders and texts that can't be written, and what a full disk leaves."""

import errno
import os
import tempfile

import pytest

from cyclegan_tf.errors import FileError, ImageError
from cyclegan_tf.files import check_places, make_folder, write_text


def test_folder_is_made_with_its_parents_and_may_be_there(tmp_path):
    make_folder(tmp_path / "deep" / "folder")
    make_folder(tmp_path / "deep" / "folder")
    assert (tmp_path / "deep" / "folder").is_dir()


def test_folder_below_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="file/folder cannot be made: .*Choose another folder"):
        make_folder(tmp_path / "file" / "folder")


def test_text_is_utf_8(tmp_path):
    write_text(tmp_path / "page.html", "Wälder → 森")
    assert (tmp_path / "page.html").read_bytes() == "Wälder → 森".encode()


def test_text_on_a_full_disk_keeps_the_old_text(tmp_path, full_disk):
    write_text(tmp_path / "card.json", "old")
    with pytest.raises(FileError, match=r"card.json cannot be written"):
        write_text(tmp_path / "card.json", "n" * 100_000)
    assert (tmp_path / "card.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["card.json"]


# Places of outputs ------------------------------------------------------------------------------


def test_places_that_can_be_written_leave_no_trace(tmp_path):
    (tmp_path / "old.png").write_text("old")
    new = [tmp_path / "deep" / "er" / "a.png", tmp_path / "old.png", os.fsdecode(b"\xff.png")]
    check_places({"--out": new}, [tmp_path / "in.png"])
    assert [path.name for path in tmp_path.iterdir()] == ["old.png"]
    assert (tmp_path / "old.png").read_text() == "old"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", "--html is empty: give it the name of a file or folder"),
        ("folder", "folder cannot be written: it is a folder. Use another --html."),
        (".", "cannot be written: it is a folder"),
        ("file/x", "file/x cannot be written: .*file is a file"),
        ("file/deep/x", "file is a file"),
        ("nowhere/x", "nowhere is a link that leads nowhere"),
        ("pipe", "it is no ordinary file"),
        ("pipe/x", "cannot be written: pipe is a file"),
        ("n" * 300, "File name too long"),
        ("n" * 300 + "/x", "File name too long"),
        ("a\0b", "embedded null"),
    ],
)
def test_places_that_cannot_be_written(place, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match=words) as refused:
        check_places({"--html": [place]})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_folder_that_takes_no_file_is_noticed(number, tmp_path, monkeypatch):
    def refuse(**_):
        raise OSError(number, os.strerror(number), "secret")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(FileError, match=os.strerror(number)) as refused:
        check_places({"--out": [tmp_path / "new" / "a.png"]})
    assert f"({tmp_path}). Use another --out." in str(refused.value)


def test_an_input_is_never_an_output_whatever_its_name(tmp_path):
    (tmp_path / "in.png").write_text("")
    (tmp_path / "link.png").symlink_to("in.png")
    os.link(tmp_path / "in.png", tmp_path / "hard.png")
    (tmp_path / "sub").mkdir()
    (tmp_path / "back").symlink_to(tmp_path)
    for name in ("in.png", "link.png", "hard.png", "sub/../in.png", "back/in.png"):
        with pytest.raises(ImageError, match="is an input and would be overwritten. Use another"):
            check_places({"--slider": [tmp_path / name]}, [tmp_path / "in.png"], ImageError)
    check_places({"--slider": [tmp_path / "sub" / "in.png"]}, [tmp_path / "in.png"])


def test_two_outputs_of_one_place_are_refused(tmp_path):
    (tmp_path / "back").symlink_to(tmp_path)
    places = {"--out": [tmp_path / "a.png"], "--slider": [tmp_path / "back" / "a.png"]}
    with pytest.raises(FileError, match="back/a.png would be written twice. Use another --slider"):
        check_places(places)


def test_text_makes_its_folder_and_escapes_names_that_are_not_utf_8(tmp_path):
    write_text(tmp_path / "new" / "page.html", os.fsdecode(b"a\xff"))
    assert (tmp_path / "new" / "page.html").read_bytes() == b"a\\udcff"
