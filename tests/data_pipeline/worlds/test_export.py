"""Tests of data_pipeline/worlds/export.py."""

import json

import numpy as np
import pytest
from PIL import Image

from data_pipeline.worlds import CLASSES, export_world
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
