"""Folders and texts that can't be written, and what a full disk leaves behind."""

import pytest

from cyclegan_tf.errors import FileError
from cyclegan_tf.files import make_folder, write_text


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
