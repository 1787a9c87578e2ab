"""Zips as people make them, and what a cancelled or wrong upload says."""

import sys
import types
import zipfile

import pytest

from cyclegan_tf.notebook import unpack_pictures, upload_pictures, uploads
from data_pipeline.errors import DataError

PLAIN = ("meadow/1.png", "meadow/2.PNG", "forest/1.jpg")


def make_zip(path, names):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name.encode())
    return path


def files_below(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("around", ["", "maps/", "my maps/all of them/"])
def test_folders_around_and_hidden_files_do_not_matter(tmp_path, around):
    names = [around + name for name in PLAIN]
    names += [f"__MACOSX/{name}" for name in names] + [around + "meadow/.DS_Store", "notes.txt"]
    place = unpack_pictures(make_zip(tmp_path / "x.zip", names), tmp_path / "data")
    assert files_below(place) == sorted(PLAIN)
    assert place == tmp_path / "data" / around.rstrip("/")
    assert len(files_below(tmp_path / "data")) == 3
    assert not list(tmp_path.glob(".partial*"))


def test_names_never_leave_the_folder(tmp_path):
    names = [*PLAIN, "../outside/1.png", "/absolute/1.png"]
    unpack_pictures(make_zip(tmp_path / "x.zip", names), tmp_path / "in" / "data")
    assert not (tmp_path / "outside").exists() and not (tmp_path / "in" / "outside").exists()


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["notes.txt"], "holds no pictures"),
        (["1.png", "2.png"], "must hold two folders of pictures"),
        (["all/1.png"], "must hold two folders of pictures"),
    ],
)
def test_a_wrong_zip_says_what_is_missing(tmp_path, names, text):
    with pytest.raises(DataError, match=text):
        unpack_pictures(make_zip(tmp_path / "x.zip", names), tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_what_is_no_zip_and_what_is_too_large_is_refused(tmp_path, monkeypatch):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(DataError, match="no whole zip file"):
        unpack_pictures(tmp_path / "x.zip", tmp_path / "data")
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    with pytest.raises(DataError, match="unpacks to"):
        unpack_pictures(make_zip(tmp_path / "y.zip", PLAIN), tmp_path / "data")


@pytest.fixture
def colab(monkeypatch):
    """A stand-in for `google.colab.files`, whose `uploaded` a user chose."""
    files = types.SimpleNamespace(uploaded={}, asked=0)

    def upload():
        files.asked += 1
        return files.uploaded

    files.upload = upload
    monkeypatch.setitem(sys.modules, "google.colab", types.SimpleNamespace(files=files))
    return files


def test_a_cancelled_upload_is_a_sentence(tmp_path, colab):
    with pytest.raises(DataError, match="Nothing was uploaded: run the cell again"):
        upload_pictures(tmp_path / "data")


def test_an_upload_is_asked_for_once(tmp_path, colab):
    colab.uploaded = {str(make_zip(tmp_path / "x.zip", PLAIN)): b""}
    place = upload_pictures(tmp_path / "data")
    assert upload_pictures(tmp_path / "data") == place and colab.asked == 1
