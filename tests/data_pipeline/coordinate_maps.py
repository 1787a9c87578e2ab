"""Maps whose pixels say where they are, and crops of them, for the tests of the stream. No test."""

import numpy as np

from data_pipeline.sources import Source
from data_pipeline.stream import build_store, crop_stream


def coordinates(index, height, width):
    """A map whose pixels say where they are: (row, column, index of the map)."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows, columns, np.full_like(rows, index)], axis=-1).astype(np.uint8)


def store_of(maps, memory_limit_bytes=2**30, name="trainA"):
    sizes = tuple(m.shape[:2] for m in maps)
    names = tuple(f"map{i}" for i in range(len(maps)))
    source = Source(name, names, sizes, lambda i: maps[i])
    return build_store(source, memory_limit_bytes=memory_limit_bytes, progress=False)


def coordinate_store(*sizes, **options):
    return store_of([coordinates(i, *size) for i, size in enumerate(sizes)], **options)


def as_uint8(image):
    return np.round((np.asarray(image) + 1) * 127.5).astype(int)


def take(count, *stores, **options):
    """The first `count` samples: a list of pairs of (4, 4, 3) integer arrays."""
    options = dict(crop_size=4, batch_size=1, seed=0) | options
    stream = crop_stream(*stores, **options).take(count)
    return [(as_uint8(a[0]), as_uint8(b[0])) for a, b in stream.as_numpy_iterator()]


def place(crop):
    """(map, top, left, flipped) of a crop from a coordinate map, which must be one piece of it."""
    (index,) = np.unique(crop[..., 2])
    flipped = crop[0, 0, 1] > crop[0, -1, 1]
    crop = crop[:, ::-1] if flipped else crop
    top, left = crop[0, 0, :2]
    expected = coordinates(index, top + len(crop), left + len(crop))[top:, left:]
    np.testing.assert_array_equal(crop, expected)
    return int(index), int(top), int(left), bool(flipped)


def places(count, *stores, **options):
    return [(place(a), place(b)) for a, b in take(count, *stores, **options)]
