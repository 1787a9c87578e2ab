"""Trainings that lie on a GPU whole: what they cut, and that what they save is a run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cyclegan_tf.runs.loading import load_generator

SCRIPT = Path(__file__).parents[2] / "research" / "on_device.py"
CROPS = """
import types, numpy as np, on_device
from data_pipeline.worlds import world_maps
options = types.SimpleNamespace(num_maps=3, scale=0.125)
config = types.SimpleNamespace(crop_size=32, vertical_position=True, seed=1, flip=0.5)
domain = on_device.Domain("meadow2forest", "a", options, config)
maps = world_maps("meadow2forest", "train", "a", num_maps=3, scale=0.125, progress=False)
maps = [m for m in maps if min(m.shape[:2]) >= 32]
places = domain.places(4, 3)
seen = set()
for i in range(4):
    one = {name: values[i] for name, values in places.items()}
    crops = np.asarray(on_device._crops(domain.pixels, one, config))
    for k in range(3):
        number = list(domain.firsts).index(max(f for f in domain.firsts if f <= one["first"][k]))
        top, width = int(one["top"][k]), int(one["width"][k])
        left = int(one["first"][k] - domain.firsts[number]) - top * width
        cut = maps[number][top : top + 32, left : left + 32]
        if one["turned"][k]:
            cut = cut[:, ::-1]
        assert np.abs(crops[k, ..., :3] - (cut / 127.5 - 1)).max() < 1e-6
        rows = 2 * (top + np.arange(32) + 0.5) / maps[number].shape[0] - 1
        assert np.abs(crops[k, :, 5, 3] - rows).max() < 1e-6
        seen.add(number)
print(sorted(seen) == list(range(len(maps))))
"""


def _run(*arguments):
    env = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(SCRIPT.parent)}
    done = subprocess.run([sys.executable, *arguments], env=env, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    return done.stdout


def test_crops_are_squares_of_the_maps_with_their_heights():
    assert _run("-c", f"import sys; sys.path.insert(0, '.')\n{CROPS}").strip() == "True"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("on_device")
    small = ["crop_size=32", "filters=2", "num_residual_blocks=0", "discriminator_filters=2"]
    small += [
        "learning_rate=0.003",
        "precision=float32",
        "identity_weight=0",
        "ema=0.9",
        "pool_size=4",
    ]
    arguments = ["--pairs", "meadow2forest", "--updates", "200", "--num-maps", "3", "--scale=.125"]
    _run(str(SCRIPT), *arguments, "--out", str(folder), "--set", *small)
    saved = folder / "meadow2forest.npz"
    _run(str(SCRIPT.parent / "finished_run.py"), str(saved), str(folder / "run"))
    return np.load(saved), folder / "run"


def test_what_was_trained_is_a_finished_run(finished):
    saved, run = finished
    for way in ("a2b", "b2a"):
        weights = load_generator(run, way).get_weights()
        names = sorted(name for name in saved.files if name.startswith(way))
        assert len(weights) == len(names)
        for weight, name in zip(weights, names, strict=True):
            np.testing.assert_array_equal(weight, saved[name].astype(np.float32))
    card = json.loads((run / "card.json").read_text())
    assert (card["updates"], card["recipe"]["filters"]) == (200, 2)
    assert card["data"] == "world:meadow2forest?scale=0.125&num_maps=3"


REFUSED = """
import types, on_device
for updates, fields, text in (
    (50, [], "a multiple of 100"),
    (100, ["ema=0"], "ema must be above 0"),
    (100, ["color_jitter=0.1"], "color_jitter isn't done here"),
):
    try:
        on_device.settings(types.SimpleNamespace(updates=updates, set=fields))
    except SystemExit as stop:
        print(text in str(stop))
"""


def test_what_is_not_done_here_is_refused():
    assert _run("-c", f"import sys; sys.path.insert(0, '.')\n{REFUSED}").split() == ["True"] * 3


def test_it_learns(finished):
    log = json.loads(str(finished[0]["log"]))
    assert [line["step"] for line in log] == [100, 200]
    assert all(log[1][f"cycle_{d}"] < log[0][f"cycle_{d}"] for d in "ab")
