"""Tests of data_pipeline/worlds/export.py."""

import json

import numpy as np
import pytest
from PIL import Image

from data_pipeline.errors import DataError
from data_pipeline.worlds import CLASSES, export, export_world
from data_pipeline.worlds.dataset import map_specs, render_spec
from data_pipeline.worlds.export import LABEL_COLOURS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("world") / "out"
    options = {"num_maps": 2, "num_test": 1, "num_val": 1, "scale": 0.1, "seed": 7}
    options |= {"scroll_frames": 2, "num_workers": 1, "progress": False}
    counts = export_world("snowpeak2reef", out, **options)
    assert counts == {"trainA": 2, "trainB": 2, "testA": 1, "testB": 1, "valA": 1, "valB": 1}
    return out


def test_folders_hold_the_maps(folder):
    for split, domain in (("train", "a"), ("train", "b"), ("test", "b")):
        specs = map_specs("snowpeak2reef", split, domain, num_maps=2, scale=0.1, seed=7)
        files = sorted((folder / f"{split}{domain.upper()}").iterdir())
        for file, spec in zip(files, specs, strict=split == "train"):
            np.testing.assert_array_equal(np.array(Image.open(file)), render_spec(spec).image)


def test_test_files_are_pairs_by_name(folder):
    names = [[file.name for file in sorted((folder / f"test{d}").iterdir())] for d in "AB"]
    assert names[0] == names[1] == ["test_0000.png"]


def test_labels_are_class_ids(folder):
    names = json.loads((folder / "labels" / "classes.json").read_text())
    assert tuple(names["classes"]) == CLASSES and len(LABEL_COLOURS) == len(CLASSES)
    spec = map_specs("snowpeak2reef", "test", "a", num_maps=1, scale=0.1, seed=7)[0]
    stored = Image.open(folder / "labels" / "testA" / "test_0000.png")
    assert stored.mode == "P"
    np.testing.assert_array_equal(np.array(stored), render_spec(spec).labels)


def test_scroll_holds_frames_and_flow(folder):
    flow = np.load(folder / "scroll" / "flow" / "0001.npz")
    frame = np.array(Image.open(folder / "scroll" / "b" / "0001.png"))
    assert flow["flow"].shape == (48, 64, 2) and frame.shape == (48, 64, 3)
    assert flow["occlusion"].dtype == bool and flow["offset"].shape == (2,)


def test_parameters_are_recorded(folder):
    about = json.loads((folder / "world.json").read_text())
    assert about["pair"] == "snowpeak2reef" and about["seed"] == 7 and about["scale"] == 0.1
    assert about["structure"] == 0


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(
        FileExistsError, match="out_dir must be a new or empty folder; received .* holds something"
    ):
        export_world("snowpeak2reef", tmp_path, num_maps=1)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_bad_parameters_write_nothing(tmp_path):
    with pytest.raises(ValueError, match="pair must be one of"):
        export_world("sun2moon", tmp_path / "out")
    assert not (tmp_path / "out").exists()


OPTIONS = {"num_maps": 2, "num_test": 1, "num_val": 1, "scale": 0.1, "seed": 7}
OPTIONS |= {"scroll_frames": 0, "num_workers": 1, "progress": False}


def contents(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_same_call_goes_on_after_an_interruption(tmp_path, monkeypatch):
    export_world("snowpeak2reef", tmp_path / "whole", **OPTIONS)
    drawn = []

    def draw(spec):
        drawn.append(spec.name)
        if len(drawn) == 4:
            raise KeyboardInterrupt
        return render_spec(spec)

    monkeypatch.setattr(export, "render_spec", draw)
    out = tmp_path / "new" / "out"
    with pytest.raises(KeyboardInterrupt):
        export_world("snowpeak2reef", out, **OPTIONS)
    assert not (out / "world.json").exists()
    with pytest.raises(FileExistsError, match="new or empty folder"):
        export_world("snowpeak2reef", out, **{**OPTIONS, "seed": 8})
    export_world("snowpeak2reef", out, **OPTIONS)
    assert len(drawn) == 8 + 1  # 8 maps, of which the interrupted one was begun twice
    assert contents(out) == contents(tmp_path / "whole")


def test_a_world_that_is_complete_is_left_alone(folder):
    before = contents(folder)
    options = {**OPTIONS, "scroll_frames": 2}
    with pytest.raises(FileExistsError, match="out holds this world already, complete. Delete it"):
        export_world("snowpeak2reef", folder, **options)
    for change in ({"scale": 0.2}, {"structure": 1}):
        with pytest.raises(FileExistsError, match="must be a new or empty folder"):
            export_world("snowpeak2reef", folder, **{**options, **change})
    assert contents(folder) == before


def test_a_world_of_before_there_were_structures_is_of_structure_0(folder, tmp_path):
    about = json.loads((folder / "world.json").read_text())
    del about["structure"]
    (tmp_path / "world.json").write_text(json.dumps(about))
    options = {**OPTIONS, "scroll_frames": 2}
    with pytest.raises(FileExistsError, match="holds this world already, complete"):
        export_world("snowpeak2reef", tmp_path, **options)
    with pytest.raises(FileExistsError, match="must be a new or empty folder"):
        export_world("snowpeak2reef", tmp_path, **options, structure=1)


def test_places_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "render_spec", lambda spec: pytest.fail("nothing is drawn"))
    (tmp_path / "file").write_text("")
    for place, words in (("", "out_dir .* is empty"), (tmp_path / "file", "file is a file"),
                         (tmp_path / "file" / "out", "file is a file")):  # fmt: skip
        with pytest.raises(DataError, match=words):
            export_world("snowpeak2reef", place, **OPTIONS)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_is_a_line_and_leaves_no_half_picture(tmp_path, full_disk):
    with pytest.raises(DataError, match="out cannot be written: .* the same call goes on"):
        export_world("snowpeak2reef", tmp_path / "out", **{**OPTIONS, "scale": 0.5})
    assert not list((tmp_path / "out" / "trainA").iterdir())
