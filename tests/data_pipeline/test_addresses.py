"""What addresses say. What is wrong with one is tested with the listings that they lead to."""

import doctest
from pathlib import Path

from data_pipeline import addresses
from data_pipeline.addresses import is_tfds, is_world, world_options


def test_doctests():
    assert doctest.testmod(addresses).failed == 0


def test_folders_are_no_addresses():
    for data in ("maps/world", Path("world:pair"), ("world:a", "world:b"), "tfds", "world"):
        assert not is_world(data) and not is_tfds(data)
    assert is_world("world:pair") and is_tfds("tfds:name")


def test_every_option_has_its_type():
    query = "num_maps=3&captures=2&seed=0&scale=1&num_workers=1&cache_dir=5"
    pair, options = world_options(f"world:pair?{query}")
    assert pair == "pair"
    assert [type(value) for value in options.values()] == [int, int, int, float, int, str]
    assert world_options("world:pair") == ("pair", {})
