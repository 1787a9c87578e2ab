"""Tests of data_pipeline/worlds/dataset.py: splits, cache, processes."""

import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from data_pipeline.files import atomic_file
from data_pipeline.worlds import PAIRS, dataset, make_layout, render, world_map_names, world_maps
from data_pipeline.worlds.dataset import cache_path, map_specs

PAIR = "meadow2forest"


@pytest.fixture
def drawn(monkeypatch):
    """Makes drawing fast, and counts it: a map is a flat square of its layout's seed."""
    calls = []

    def draw(spec):
        calls.append(spec)
        return np.full(
            (*dataset._size_of(spec), 3),
            spec.layout_seed % 251 + 2 * (spec.theme == "forest"),
            np.uint8,
        )

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
    options["scale"] = 0.1
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
    options["scale"] = 0.1
    want = world_maps(PAIR, "val", "a", **options)
    (file,) = tmp_path.rglob("*.npz")
    for damage in (file.read_bytes()[:200], b"", b"not a zip file"):
        file.write_bytes(damage)
        got = world_maps(PAIR, "val", "a", **options)
        np.testing.assert_array_equal(got[0], want[0])
    assert len(drawn) == 8


def test_cache_that_cannot_be_written_stops_nothing(tmp_path, drawn, capsys):
    (tmp_path / "file").write_text("in the way")
    maps = world_maps(
        PAIR, "val", "a", num_maps=1, scale=0.1, cache_dir=tmp_path / "file", progress=False
    )
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
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_path(specs).is_relative_to(tmp_path / "xdg" / "cyclegan_tf")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # is to be ignored
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


def starts_a_file_and_is_slow(folder, spec):
    with atomic_file(Path(folder, f"{spec.name}.png")) as partial:
        Path(partial).write_text("half")
        Path(folder, "begun").touch()
        time.sleep(60)


def test_an_interruption_stops_processes_at_once_and_leaves_no_half_file(tmp_path):
    specs = map_specs(PAIR, "train", "a", num_maps=8, scale=0.1)

    def interrupt():
        while not (tmp_path / "begun").exists():
            time.sleep(0.05)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    work = partial(starts_a_file_and_is_slow, str(tmp_path))
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        dataset.render_many(work, specs, num_workers=2, progress=False)
    assert time.monotonic() - began < 30
    assert [path.name for path in tmp_path.iterdir()] == ["begun"]


@pytest.mark.parametrize("year", [1970, 2200])
def test_a_wrong_clock_stops_no_archive(year, tmp_path, monkeypatch, drawn):
    monkeypatch.setattr(time, "time", lambda: (year - 1970) * 365.25 * 86400 + 86400)
    options = {"num_maps": 1, "scale": 0.1, "cache_dir": tmp_path, "progress": False}
    for _ in range(2):
        world_maps(PAIR, "val", "a", **options)
    assert len(drawn) == 1  # written, and read again


def test_the_cache_is_compressed_private_and_holds_what_it_should(tmp_path, drawn, capsys):
    options = {"num_maps": 2, "scale": 0.1, "cache_dir": tmp_path / "c", "progress": False}
    maps = world_maps(PAIR, "val", "a", **options)
    (file,) = (tmp_path / "c").rglob("*.npz")
    assert file.stat().st_size < sum(image.nbytes for image in maps) / 3
    assert (tmp_path / "c" / "worlds").stat().st_mode & 0o022 == 0
    other = [np.zeros((5, 5, 3), np.uint8)] * 2
    for arrays in (
        {"000000": maps[0]},
        {"000000": other[0], "000001": other[1]},
        {"000000": maps[0], "000001": maps[1].astype(np.int16)},
        {"000000": maps[0], "000001": maps[1], "x": maps[0][:4]},
        {f"{i:06d}": np.zeros((4000, 4000), np.uint8) for i in range(2)},  # unpacks to much more
        {"000000": np.array([{}]), "000001": maps[1]},  # would be unpickled
    ):
        np.savez_compressed(file, **arrays)
        for got, want in zip(world_maps(PAIR, "val", "a", **options), maps, strict=True):
            np.testing.assert_array_equal(got, want)
        assert "Drawing maps again" in capsys.readouterr().err


# NumPy 1.26 leaves a file open that it couldn't write.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_leaves_nothing_in_the_cache(tmp_path, monkeypatch, full_disk, capsys):
    noise = np.random.default_rng(0).integers(0, 256, (150, 300, 3), np.uint8)
    monkeypatch.setattr(dataset, "_render_image", lambda spec: noise)
    options = {"num_maps": 1, "scale": 0.1, "cache_dir": tmp_path, "progress": False}
    world_maps(PAIR, "val", "a", **options)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert "Maps are not cached: can't write" in capsys.readouterr().err


def test_without_a_home_nothing_is_cached(monkeypatch, drawn, capsys):
    for name in ("CYCLEGAN_TF_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: exec("raise RuntimeError"))
    assert len(world_maps(PAIR, "val", "a", num_maps=1, scale=0.1, progress=False)) == 1
    assert "not cached: this user has no home folder" in capsys.readouterr().err
