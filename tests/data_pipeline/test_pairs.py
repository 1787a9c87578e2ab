"""True pairs: what is opened and refused, and when and where the stream cuts them."""

import numpy as np
import pytest
from coordinate_maps import as_uint8, coordinate_store, coordinates, place, store_of
from PIL import Image

from data_pipeline import DataError, open_pairs
from data_pipeline.stream import crop_stream

OPTIONS = {"crop_size": 4, "seed": 3}


def stores():
    """Two unpaired maps a domain, numbers 0 and 1; three pairs, 100 higher in B."""
    pairs = [coordinates(10 + i, 12 + i, 20) for i in range(3)]
    return (
        coordinate_store((20, 30), (24, 28)),
        coordinate_store((22, 30), (26, 28)),
        (
            store_of(pairs),
            store_of([m + np.uint8(100) * np.array([0, 0, 1], "uint8") for m in pairs]),
        ),
    )


def batches(count, batch_size=1, **options):
    store_a, store_b, pairs = stores()
    stream = crop_stream(store_a, store_b, pairs=pairs, batch_size=batch_size, **OPTIONS | options)
    return [tuple(map(np.asarray, batch)) for batch in stream.take(count)]


@pytest.mark.parametrize("batch_size", [1, 2])
def test_one_of_so_many_batches_is_of_pairs_at_the_same_places(batch_size):
    seen = []
    for number, (a, b) in enumerate(batches(12, batch_size, pairs_every=3)):
        for crop_a, crop_b in zip(as_uint8(a), as_uint8(b), strict=True):
            (index, *where), (other, *there) = place(crop_a), place(crop_b)
            assert (index >= 10) == (number % 3 == 0)
            if index >= 10:
                assert other == index + 100 and where == there
                seen.append(int(index))
    # Each pass over the pairs has all of them.
    assert sorted(seen[:3]) == [10, 11, 12]


def test_other_batches_are_those_of_a_stream_without_pairs():
    store_a, store_b, _ = stores()
    plain = crop_stream(store_a, store_b, batch_size=2, **OPTIONS).take(8)
    for number, (ours, theirs) in enumerate(zip(batches(8, 2, pairs_every=4), plain, strict=True)):
        for x, y in zip(ours, theirs, strict=True):
            assert np.array_equal(x, y) == (number % 4 != 0)


def test_a_resumed_stream_and_shares_go_on_with_the_same_pairs():
    whole = batches(9, 2, pairs_every=2)
    resumed = batches(6, 2, pairs_every=2, start=6)
    for (a, b), (c, d) in zip(whole[3:], resumed, strict=True):
        np.testing.assert_array_equal(a, c)
        np.testing.assert_array_equal(b, d)
    for share in range(2):
        part = batches(9, 1, pairs_every=2, share=share, num_shares=2)
        for (a, b), (c, d) in zip(whole, part, strict=True):
            np.testing.assert_array_equal(a[share : share + 1], c)
            np.testing.assert_array_equal(b[share : share + 1], d)


def test_where_a_pair_lies_in_a_map_is_not_known():
    for number, (a, b) in enumerate(batches(4, pairs_every=2, vertical_position=True)):
        assert (np.abs(a[..., 3]).max() == 0) == (np.abs(b[..., 3]).max() == 0) == (number % 2 == 0)


def test_pairs_smaller_than_the_crop_are_refused():
    with pytest.raises(DataError, match="smaller than the crop"):
        batches(1, crop_size=16)


@pytest.fixture
def folder(tmp_path):
    def write(name, size=(8, 6)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size).save(tmp_path / name)

    for i in range(2):
        write(f"meadow/{i}.png")
        write(f"forest/{i}.webp")
    return tmp_path, write


NAMES = {"names": ("meadow", "forest"), "progress": False}


def test_pictures_of_one_name_are_a_pair(folder):
    a, b = open_pairs(folder[0], **NAMES)
    assert a.names == b.names == ("0", "1") and a.sizes == b.sizes == ((6, 8), (6, 8))
    assert (a.name, b.name) == ("pairs/meadow", "pairs/forest")


def test_pictures_without_a_partner_are_named(folder):
    path, write = folder
    write("forest/deep/alone.png")
    with pytest.raises(DataError, match="without a partner: forest/deep/alone"):
        open_pairs(path, **NAMES)


def test_partners_of_another_size_are_named(folder):
    path, write = folder
    write("forest/2.png", (8, 7))
    write("meadow/2.png")
    with pytest.raises(DataError, match=r"same size.*: 2 \(6x8 and 7x8\)"):
        open_pairs(path, **NAMES)
