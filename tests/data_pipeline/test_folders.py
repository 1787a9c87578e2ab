"""What of a folder isn't read is named, with the reason."""

import os

import pytest
from PIL import Image

from data_pipeline import examine, find_images, open_sources
from data_pipeline.errors import DataError
from data_pipeline.folders import search
from data_pipeline.limits import LIMITS


@pytest.fixture
def root(tmp_path):
    """A data folder with much in it that training doesn't use."""
    for name in ("A/a.png", "B/b.png", "private/secret.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    folder = tmp_path / "A"
    (folder / "notes.txt").write_text("x")
    (folder / "scan.psd").write_text("x")
    (folder / "more.psd").write_text("x")
    (folder / "README").write_text("x")
    (folder / ".hidden.png").write_text("x")
    (folder / "__MACOSX").mkdir()
    (folder / "photo.heic").write_bytes(b"\0\0\0\x1cftypheic" + bytes(40))
    (folder / "out").symlink_to(tmp_path / "private")
    (folder / "link.png").symlink_to(tmp_path / "private" / "secret.png")
    (folder / "inside.png").symlink_to(folder / "a.png")
    return tmp_path


def test_everything_in_a_folder_is_read_or_passed_over_with_a_reason(root):
    folder = root / "A"
    paths, others = search(folder)
    assert [p.name for p in paths] == ["a.png", "inside.png", "photo.heic"]
    found = {*paths, *(other.path for other in others)}
    assert found == {folder / name for name in os.listdir(folder)}


def test_check_names_every_file_that_training_does_not_use(root):
    text = str(examine(root, crop_size=4, progress=False))
    lines = [line for line in text.splitlines() if line.startswith("    ")]
    for name, reason in (
        ("photo.heic", "not an image|damaged|HEIC needs"),
        ("notes.txt", ".txt isn't the ending of a picture"),
        ("README", "it has no ending of a picture"),
        (".hidden.png", "hidden"),
        ("__MACOSX/", "hidden"),
        ("link.png", "a link that leads out of the folder; --follow-links follows it"),
        ("out/", "a link that leads out of the folder"),
    ):
        (line,) = [line for line in lines if f"A/{name}" in line]
        assert any(part in line for part in reason.split("|")), line
    assert f".psd isn't the ending of a picture (2): {root}/A/more.psd, {root}/A/scan.psd" in text
    assert "B has 1 image; 100" in text


def test_links_lead_out_of_a_folder_only_when_asked(root, monkeypatch):
    (root / "A" / "photo.heic").unlink()
    assert [p.name for p in find_images(root / "A")[0]] == ["a.png", "inside.png"]
    only_links = root / "links"
    only_links.mkdir()
    (only_links / "x.png").symlink_to(root / "private" / "secret.png")
    with pytest.raises(DataError, match="1 of what is in it: a link that leads out.*follow-links"):
        open_sources((only_links, root / "B"), progress=False)
    monkeypatch.setattr(LIMITS, "follow_links", True)
    assert len(find_images(root / "A")[0]) == 4
    assert len(open_sources((only_links, root / "B"), progress=False)[0]) == 1


def test_folders_that_cannot_be_opened_are_named(root, monkeypatch):
    closed = root / "A" / "closed"
    closed.mkdir()
    scandir = os.scandir

    def refusing(path):  # root may open everything, and tests may run as root
        if os.fspath(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(closed))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    (root / "A" / "photo.heic").unlink()
    with pytest.raises(DataError, match=r"A/closed: it can't be opened: Permission denied"):
        open_sources(root, progress=False)
    assert len(open_sources(root, progress=False, skip_bad=True)[0]) == 2
    report = examine(root, crop_size=4, progress=False)
    assert [f.cases for f in report.problems if f.kind == "unreadable"] == [
        (f"{closed}: it can't be opened: Permission denied",)
    ]
