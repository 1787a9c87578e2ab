"""Predicted memory against sums done by hand, and which plan a limit leads to."""

import numpy as np
import pytest

from cyclegan_tf.model.networks import resnet_generator
from cyclegan_tf.translation.fold_norms import fold_norms
from cyclegan_tf.translation.norm_statistics import record
from cyclegan_tf.translation.strips import memory_plan
from cyclegan_tf.translation.strips.memory_plan import choose_plan, predict_bytes
from cyclegan_tf.translation.strips.units import units_of


@pytest.fixture(scope="module")
def generator():
    return resnet_generator(8, 2, seed=0)


@pytest.fixture
def units(generator, monkeypatch):
    monkeypatch.setattr(memory_plan, "resident_bytes", lambda: 0)
    monkeypatch.setattr(memory_plan, "COMPILED_BYTES", 0)
    monkeypatch.setattr(memory_plan, "STRIPS_AT_WORK", 0)
    return units_of(generator)


@pytest.mark.parametrize(
    ("on_disk", "bytes_per_pixel"),
    [
        # 8 filters at full, 16 at half, 32 at quarter resolution; 4 bytes each.
        # What is read for the last time goes as fast as what is written comes.
        (False, 4 * 16 / 4),  # down1's at half resolution, or two of the trunk
        (True, 0),
    ],
)
def test_what_is_kept_adds_up(units, on_disk, bytes_per_pixel):
    height, width = 400, 800
    images = 2 * 3 * height * width
    expected = bytes_per_pixel * height * width + images
    assert predict_bytes(units, height, width, on_disk) == expected


def test_locked_maps_keep_nothing(generator, units):
    locked = fold_norms(generator, record(generator, np.zeros((1, 16, 16, 3), "f")))
    assert predict_bytes(units_of(locked), 400, 800) == 6 * 400 * 800


def test_the_limit_decides(units):
    def chosen(limit):
        return choose_plan(units, 400, 800, limit).on_disk

    pixels = 400 * 800
    assert not chosen(30 * pixels)
    assert chosen(10 * pixels)
    assert not chosen(None)  # what this machine has is plenty for a small map
    plan = choose_plan(units, 4000, 8000, 30 * 100 * pixels)
    assert str(plan) == "streamed, about 0.7 GB"


def test_strips_at_work_are_counted(units, monkeypatch):
    without = predict_bytes(units, 400, 800)
    monkeypatch.setattr(memory_plan, "STRIPS_AT_WORK", 1)
    strip = predict_bytes(units, 400, 800) - without
    assert memory_plan.STRIPS_AT_WORK and 4 * 8 * 16 * 800 <= strip <= 2 * 12 * 2**20
