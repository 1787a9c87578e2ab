"""Every command finds the same pictures in a folder, and pictures are opened in one place."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import data_pipeline
from cyclegan_tf.directions import Direction
from cyclegan_tf.evaluation.materials import open_materials
from cyclegan_tf.translation.files import pictures_in, plan_files
from cyclegan_tf.translation.reference import statistics_of
from cyclegan_tf.video.sources import open_video
from data_pipeline.listing import list_domains

ROOT = Path(__file__).resolve().parents[2]
FOUND = ["1.png", "2.jpe", "3.JFIF", "sub/4.bmp", "x.png/inner.tiff"]
PASSED_OVER = [".thumbnails/1.png", "__MACOSX/1.png", "._1.png", "notes.txt", "x.png/.cache/1.png"]
# What else opens files of pictures: those that it wrote itself, or frames of a video.
OPENERS = {
    "data_pipeline/pillow_faults.py",
    "data_pipeline/pillow_opening.py",
    "data_pipeline/png_bands.py",
    "data_pipeline/tiff.py",
    "cyclegan_tf/metrics/cycle.py",
    "cyclegan_tf/notebook/session.py",
    "cyclegan_tf/video/webp_source.py",
}


@pytest.fixture(params=["d", "d.png", ".thumbnails"])
def folder(request, tmp_path):
    """A folder with all that was once listed differently; it is named by whoever gives it."""
    root = tmp_path / request.param
    elsewhere = root / ".elsewhere"  # hidden, and inside: links that lead out aren't followed
    for i, name in enumerate([*FOUND, *PASSED_OVER]):
        path = elsewhere / "4.bmp" if name == "sub/4.bmp" else root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".txt":
            path.write_text("no picture")
        else:
            kind = {".jpe": "JPEG", ".JFIF": "JPEG"}.get(path.suffix)
            Image.new("RGB", (20, 16), (i * 20, 0, 0)).save(path, kind)
    (root / "sub").symlink_to(elsewhere, target_is_directory=True)
    (root / "empty.png").mkdir()
    other = tmp_path / "other"
    other.mkdir()
    Image.new("RGB", (20, 16)).save(other / "b.png")
    return root


def relative(paths, folder):
    return [Path(path).relative_to(folder).as_posix() for path in paths]


def test_training_and_check(folder):
    data = (folder, folder.parent / "other")
    assert relative(list_domains(data)[0].files, folder) == FOUND
    source, _ = data_pipeline.open_sources(data, progress=False)
    assert list(source.names) == [os.path.splitext(name)[0] for name in FOUND]
    report = data_pipeline.examine(data, crop_size=8, progress=False)
    assert relative([p.origin for p in report.domains[0].prints], folder) == FOUND
    assert not report.domains[0].unreadable


def test_translation(folder, tmp_path):
    assert relative([path for path, _ in pictures_in(folder)], folder) == FOUND
    plan = plan_files([folder], tmp_path / "out")
    assert relative([path for path, _ in plan], folder) == FOUND
    outputs = [os.path.splitext(name)[0] + ".png" for name in FOUND]
    assert relative([output for _, output in plan], tmp_path / "out") == outputs


def test_statistics_of_a_folder(folder, monkeypatch):
    recorded = []
    monkeypatch.setattr("cyclegan_tf.translation.reference.Statistics.merge", lambda a, b: a)
    statistics_of(folder, recorded.append)
    assert relative(recorded, folder) == FOUND


def test_evaluation(folder):
    material = open_materials((folder, folder.parent / "other"), num_maps=10)[Direction.A2B]
    assert [int(round(image[0, 0, 0] / 20)) for image in material.inputs] == [0, 1, 2, 3, 4]


def test_a_clip_is_made_of_the_pictures_of_one_folder(folder):
    top = [i for i, name in enumerate(FOUND) if "/" not in name]
    frames = [frame.pixels for frame in open_video(folder)]
    assert [int(round(frame[0, 0, 0] / 20)) for frame in frames] == top
    np.testing.assert_array_equal(frames[0].shape, (16, 20, 3))


def test_files_of_pictures_are_opened_in_one_place():
    opens = re.compile(
        r"Image\.open\(|\bimread\(|decode_(png|jpeg|bmp|gif|webp|image)\(|TiffFile\(|load_img\("
    )
    found = {
        path.relative_to(ROOT).as_posix()
        for package in ("cyclegan_tf", "data_pipeline")
        for path in (ROOT / package).rglob("*.py")
        if opens.search(path.read_text("utf-8"))
    }
    assert found == OPENERS
