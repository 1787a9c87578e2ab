"""Cutting from the flat buffer and on the fly gives the same pixels, from every corner."""

import numpy as np
import pytest
import tensorflow as tf

from data_pipeline.sources import Source
from data_pipeline.store import build_store

SIZES = ((5, 7), (9, 4), (1, 1), (6, 6))


@pytest.fixture
def maps():
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (*size, 3), np.uint8) for size in SIZES]


def source_of(maps, **options):
    sizes = tuple(m.shape[:2] for m in maps)
    names = tuple(f"m{i}" for i in range(len(maps)))
    return Source("trainA", names, sizes, lambda i: maps[i], **options)


@pytest.fixture(params=["memory", "on the fly"])
def store(request, maps):
    limit = 2**20 if request.param == "memory" else 0
    return build_store(source_of(maps), memory_limit_bytes=limit, progress=False)


def test_the_limit_decides_where_maps_are_kept(maps):
    source = source_of(maps)
    assert source.num_bytes == 3 * (35 + 36 + 1 + 36)
    for limit, in_memory in ((source.num_bytes, True), (source.num_bytes - 1, False)):
        store = build_store(source, memory_limit_bytes=limit, progress=False)
        assert store.in_memory is in_memory
        assert (store.name, store.names, len(store)) == ("trainA", source.names, 4)
        np.testing.assert_array_equal(store.sizes, SIZES)


def test_every_rectangle_of_every_map_is_read_exactly(store, maps):
    read = tf.function(store.read)
    for i, (height, width) in enumerate(SIZES):
        assert store.size(i).numpy().tolist() == [height, width]
        for top in range(height):
            for left in range(width):
                h, w = max(1, (height - top) // 2), width - left
                patch = read(*tf.constant([i, top, left, h, w], tf.int64))
                assert patch.dtype == tf.uint8
                np.testing.assert_array_equal(patch, maps[i][top : top + h, left : left + w])


def test_eager_and_graph_agree(store):
    where = tf.constant([1, 2, 1, 5, 2], tf.int64)
    np.testing.assert_array_equal(store.read(*where), tf.function(store.read)(*where))


def test_nothing_is_held_twice(maps):
    adopted = {}
    source = source_of(maps, adopt=adopted.__setitem__)
    store = build_store(source, progress=False)
    assert sorted(adopted) == [0, 1, 2, 3]
    for i, pixels in adopted.items():
        np.testing.assert_array_equal(pixels, maps[i])
        assert pixels.base is not None and not pixels.flags.writeable
    # The tensor is the same memory, not a copy of it: a change in one shows in the other.
    adopted[1].flags.writeable = True
    adopted[1][2, 3] = (1, 2, 3)
    assert store.read(*tf.constant([1, 2, 3, 1, 1], tf.int64)).numpy().tolist() == [[[1, 2, 3]]]
