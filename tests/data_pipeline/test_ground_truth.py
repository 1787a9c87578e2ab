"""Tests of data_pipeline/ground_truth.py: a built-in world and its export know the same."""

import shutil

import numpy as np
import pytest

from data_pipeline import DataError, open_sources
from data_pipeline.ground_truth import find_ground_truth
from data_pipeline.worlds import CLASSES, export_world, scroll
from data_pipeline.worlds.dataset import map_specs, render_spec

WORLD = "world:snowpeak2reef?scale=0.1&num_maps=2&seed=7"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("world") / "out"
    options = {"num_maps": 2, "num_test": 2, "num_val": 1, "scale": 0.1, "seed": 7}
    options |= {"scroll_frames": 2, "num_workers": 1, "progress": False}
    export_world("snowpeak2reef", out, **options)
    return out


def test_labels_fit_the_maps_of_either_domain(folder):
    for data in (WORLD, folder):
        truth = find_ground_truth(data)
        for split in ("test", "train"):
            for domain, source in zip(
                "ab", open_sources(data, split=split, progress=False), strict=True
            ):
                labels = truth.labels(split, domain, source.names)
                assert [x.shape for x in labels] == list(source.sizes)
                assert {x.dtype for x in labels} == {np.dtype(np.uint8)}
                assert max(x.max() for x in labels) < len(CLASSES)


def test_drawn_and_exported_labels_are_the_same_in_the_order_of_the_names(folder):
    names = ["test_0001", "test_0000"]
    drawn, read = (find_ground_truth(d).labels("test", "b", names) for d in (WORLD, folder))
    for first, second in zip(drawn, read, strict=True):
        np.testing.assert_array_equal(first, second)
    assert drawn[0].shape != drawn[1].shape or (drawn[0] != drawn[1]).any()


def test_frames_follow_their_flow(folder):
    for data in (WORLD, str(folder)):
        now, following = find_ground_truth(data).frames(2)
        y, x = np.nonzero(~now.occlusion)
        to = now.flow[y, x].astype(int)
        for name in ("image_a", "image_b"):
            target = getattr(following, name)[y + to[:, 1], x + to[:, 0]]
            np.testing.assert_array_equal(getattr(now, name)[y, x], target)


def test_the_structure_of_a_world_is_that_of_its_truth():
    bold = find_ground_truth(f"{WORLD}&structure=1")
    spec = map_specs("snowpeak2reef", "val", "b", num_maps=1, scale=0.1, seed=7, structure=1)[0]
    np.testing.assert_array_equal(
        bold.labels("val", "b", ["val_0000"])[0], render_spec(spec).labels
    )
    options = {"seed": 7, "num_frames": 1, "size": (48, 64), "scale": 0.1, "structure": 1}
    true = next(scroll("snowpeak2reef", **options))
    np.testing.assert_array_equal(bold.frames(1)[0].image_b, true.image_b)
    with pytest.raises(DataError, match=r"structure=2: structure must be 0 .* received 2"):
        find_ground_truth(f"{WORLD}&structure=2").labels("val", "b", ["val_0000"])
    with pytest.raises(DataError, match="structure must be a whole number; received '0.5'"):
        find_ground_truth(f"{WORLD}&structure=0.5")


def test_folders_without_ground_truth(folder, tmp_path, write_pictures):
    write_pictures(tmp_path / "A", [(8, 8)])
    assert find_ground_truth(tmp_path) is None
    assert find_ground_truth((tmp_path / "A", tmp_path / "A")) is None
    assert find_ground_truth("tfds:cycle_gan/horse2zebra") is None
    (tmp_path / "world.json").write_text("{}")  # exported without labels and scroll
    truth = find_ground_truth(tmp_path)
    assert truth.labels("test", "a", ["x"]) is None
    assert truth.frames(3) is None


def test_errors_name_the_map_or_file(folder):
    with pytest.raises(DataError, match=r"no map 'test_0009' in testA"):
        find_ground_truth(WORLD).labels("test", "a", ["test_0009"])
    with pytest.raises(DataError, match=r"test_0009.png: can't be read .* export the world again"):
        find_ground_truth(folder).labels("test", "a", ["test_0009"])
    with pytest.raises(DataError, match="unknown option 'sale'"):
        find_ground_truth("world:snowpeak2reef?sale=2")


@pytest.mark.parametrize(
    "change",
    [
        {"offset": np.zeros(3, int)},
        {"flow": np.zeros((5, 5, 2), np.int16)},
        {"occlusion": np.array([{}])},  # would be unpickled
        {"flow": np.zeros((6000, 6000, 2), np.int16)},  # some kB that unpack to 144 MB
    ],
)
def test_forged_flow_is_one_line(folder, tmp_path, change):
    root = shutil.copytree(folder, tmp_path / "world")
    path = root / "scroll" / "flow" / "0000.npz"
    with np.load(path) as file:
        arrays = dict(file)
    np.savez_compressed(path, **arrays | change)
    with pytest.raises(DataError, match=r"0000.npz: .*export the world again") as caught:
        find_ground_truth(root).frames(1)
    assert "\n" not in str(caught.value)
