"""Tests of data_pipeline/worlds/dataset.py: splits, cache, processes."""

import signal
import subprocess
import sys

import numpy as np
import pytest

from data_pipeline.worlds import PAIRS, dataset, make_layout, render, world_map_names, world_maps
from data_pipeline.worlds.dataset import cache_path, map_specs

PAIR = "meadow2forest"


@pytest.fixture
def drawn(monkeypatch):
    """Makes drawing fast, and counts it: a map is a flat square of its layout's seed."""
    calls = []

    def draw(spec):
        calls.append(spec)
        return np.full((8, 8, 3), spec.layout_seed % 251 + 2 * (spec.theme == "forest"), np.uint8)

    monkeypatch.setattr(dataset, "_render_image", draw)
    return calls


def seeds(split, domain, **options):
    return [spec.layout_seed for spec in map_specs(PAIR, split, domain, **options)]


def test_splits_share_no_layout_but_the_pairs():
    groups = [
        set(seeds("train", "a")),
        set(seeds("train", "b")),
        set(seeds("val", "a")),
        set(seeds("test", "a")),
    ]
    groups.append(set(seeds("train", "a", seed=1)))
    assert sum(map(len, groups)) == len(set.union(*groups))
    assert seeds("test", "a") == seeds("test", "b") and seeds("val", "a") == seeds("val", "b")


def test_paired_splits_share_the_camera_too():
    a, b = (map_specs(PAIR, "test", d, num_maps=4, captures=3) for d in "ab")
    assert [s[2:] for s in a] == [s[2:] for s in b] and len(a) == 12
    assert {s.theme for s in a} == {"meadow"} and {s.theme for s in b} == {"forest"}
    assert len({s.camera for s in a[:3]}) == 3


def test_more_maps_keep_the_first_ones():
    assert map_specs(PAIR, "train", "a", num_maps=9)[:4] == map_specs(
        PAIR, "train", "a", num_maps=4
    )


def test_names_are_stable_and_aligned():
    assert world_map_names(PAIR, "test", "a", num_maps=2) == ["test_0000", "test_0001"]
    assert world_map_names(PAIR, "test", "b", num_maps=2) == ["test_0000", "test_0001"]
    assert world_map_names(PAIR, "train", "b", num_maps=1, captures=2) == [
        "train_b_0000_0",
        "train_b_0000_1",
    ]
    for pair in PAIRS:
        assert len(set(world_map_names(pair, "train", "a", num_maps=30, captures=2))) == 60


def test_maps_are_renders_of_their_layouts(tmp_path):
    maps = world_maps(PAIR, "val", "b", num_maps=1, scale=0.1, cache_dir=tmp_path, progress=False)
    spec = map_specs(PAIR, "val", "b", num_maps=1, scale=0.1)[0]
    want = render(make_layout(spec.layout_seed), "forest", scale=0.1).image
    np.testing.assert_array_equal(maps[0], want)


def test_cache_is_read_instead_of_drawing(tmp_path, drawn):
    options = {"num_maps": 3, "cache_dir": tmp_path, "progress": False, "num_workers": 1}
    first = world_maps(PAIR, "val", "a", **options)
    assert len(drawn) == 3
    second = world_maps(PAIR, "val", "a", **options)
    assert len(drawn) == 3
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    assert [p.suffix for p in tmp_path.rglob("*") if p.is_file()] == [
        ".npz"
    ]  # nothing half-written


def test_damaged_cache_is_drawn_again(tmp_path, drawn, capsys):
    options = {"num_maps": 2, "cache_dir": tmp_path, "progress": False, "num_workers": 1}
    want = world_maps(PAIR, "val", "a", **options)
    (file,) = tmp_path.rglob("*.npz")
    for damage in (file.read_bytes()[:200], b"", b"not a zip file"):
        file.write_bytes(damage)
        got = world_maps(PAIR, "val", "a", **options)
        np.testing.assert_array_equal(got[0], want[0])
    assert len(drawn) == 8


def test_cache_that_cannot_be_written_stops_nothing(tmp_path, drawn, capsys):
    (tmp_path / "file").write_text("in the way")
    maps = world_maps(PAIR, "val", "a", num_maps=1, cache_dir=tmp_path / "file", progress=False)
    assert len(maps) == 1 and "Maps are not cached: can't write" in capsys.readouterr().err


@pytest.mark.parametrize("change", [
    {"pair": "candy2clocktown"}, {"split": "test"}, {"domain": "b"}, {"num_maps": 3},
    {"captures": 2}, {"scale": 0.5}, {"seed": 1}, {"structure": 1},
])  # fmt: skip
def test_every_parameter_is_in_the_cache_key(change, monkeypatch):
    base = {"pair": PAIR, "split": "val", "domain": "a", "num_maps": 2}
    paths = [cache_path(map_specs(**options), "x") for options in (base, base | change)]
    assert paths[0] != paths[1]
    monkeypatch.setattr(dataset, "RENDERER_VERSION", -1)
    assert cache_path(map_specs(**base), "x") != paths[0]


def test_maps_drawn_before_there_were_structures_are_still_found():
    """The name that version 3 of the renderer gave this file, before `structure` was known."""
    path = cache_path(map_specs(PAIR, "val", "a", num_maps=2), "x")
    assert path.name == "meadow-2-2514da2f55da895a5a3f.npz"


def test_cache_folder_comes_from_the_environment(monkeypatch, tmp_path):
    specs = map_specs(PAIR, "val", "a", num_maps=1)
    monkeypatch.setenv("CYCLEGAN_TF_CACHE", str(tmp_path))
    assert cache_path(specs).is_relative_to(tmp_path)
    monkeypatch.delenv("CYCLEGAN_TF_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_path(specs).is_relative_to(tmp_path / "home" / ".cache" / "cyclegan_tf")


def test_processes_draw_the_same_as_one(tmp_path):
    specs = map_specs(PAIR, "train", "a", num_maps=3, scale=0.1)
    one, two = (
        dataset.render_many(dataset._render_image, specs, n, progress=False) for n in (1, 2)
    )
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)


def test_import_is_light():
    """Neither TensorFlow nor TFDS: spawned workers start in a second, and a GPU isn't taken."""
    code = "import sys, data_pipeline.worlds; print({'tensorflow', 'keras'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(("change", "message"), [
    ({"pair": "sun2moon"}, "pair must be one of meadow2forest, .* received 'sun2moon'"),
    ({"split": "dev"}, "split must be one of train, val, test; received 'dev'"),
    ({"domain": "A"}, "domain must be one of a, b; received 'A'"),
    ({"num_maps": 0}, "num_maps must be a whole number from 1 to 999999; received 0. Leave it out"),
    ({"captures": 1.5}, "captures must be a whole number from 1 .* received 1.5"),
    ({"seed": -1}, "seed must be a whole number from 0 .* received -1"),
])  # fmt: skip
def test_errors_name_the_argument(change, message):
    with pytest.raises(ValueError, match=message):
        world_maps(**({"pair": PAIR, "split": "val", "domain": "a"} | change))


def on_ctrl_c(spec):
    """What a process that draws would do."""
    return signal.getsignal(signal.SIGINT)


def test_ctrl_c_is_told_of_by_one_process_only():
    specs = map_specs("meadow2forest", "train", "a", num_maps=2)
    (done, _) = dataset.render_many(on_ctrl_c, specs, num_workers=2, progress=False)
    assert done == signal.SIG_IGN
