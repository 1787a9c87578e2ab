"""The stream: sample k is a function of (seed, k) alone, and every pixel and map gets its turn."""

import itertools
import os
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from coordinate_maps import coordinate_store, places, store_of, take

from data_pipeline.stream import _corner, crop_stream, sample_crop


def test_shapes_are_static_and_the_stream_never_ends():
    store = coordinate_store((9, 8), (12, 16))
    stream = crop_stream(store, store, crop_size=8, batch_size=3, seed=0)
    assert stream.element_spec == (tf.TensorSpec((3, 8, 8, 3), tf.float32),) * 2
    assert stream.cardinality() == tf.data.INFINITE_CARDINALITY
    real_a, _ = next(iter(stream))
    assert real_a.dtype == tf.float32 and real_a.shape == (3, 8, 8, 3)


def test_0_and_255_become_minus_1_and_1():
    ends = np.zeros((4, 4, 3), np.uint8)
    ends[..., 1] = 255
    ends[..., 2] = 51  # 51 / 127.5 - 1
    store = store_of([ends])
    real_a, _ = next(iter(crop_stream(store, store, crop_size=4, batch_size=1, seed=0)))
    np.testing.assert_allclose(real_a[0, 0, 0], [-1.0, 1.0, -0.6], atol=1e-6)


def test_every_place_is_reached_equally_often_and_no_other():
    store = coordinate_store((6, 7))  # 3 x 4 corners, mirrored or not
    seen = Counter(a for a, _ in places(1200, store, store))
    corners = itertools.product([0], range(3), range(4), [False, True])
    assert set(seen) == set(corners)
    # Of 50 expected each, a deviation of 4.2 sigma.
    assert min(seen.values()) >= 20 and max(seen.values()) <= 80


@pytest.mark.parametrize("uniform, expected", [(0.0, 0), (1 - 2**-23, 1)])
def test_the_ends_of_the_range_are_the_ends_of_the_map(uniform, expected):
    for size in (4, 5, 6, 7, 9, 12, 100, 1300, 5800, 2**20 + 3):
        corner = _corner(tf.fill([8], uniform), tf.constant([size, size], tf.int64), 4)
        assert corner.numpy().tolist() == [expected * (size - 4)] * 2


def test_flip_can_be_off_or_certain():
    store = coordinate_store((6, 7))
    assert not any(a[3] for a, _ in places(40, store, store, flip=0.0))
    assert all(a[3] for a, _ in places(40, store, store, flip=1.0))


def test_crops_change_from_pass_to_pass():
    # A cache after the crop would repeat the first pass for ever.
    store = coordinate_store((200, 200), (200, 200))
    drawn = [a for a, _ in places(40, store, store)]
    assert len(set(drawn)) == 40


def test_each_pass_is_a_new_permutation_and_the_larger_domain_is_used_up():
    small, large = coordinate_store(*[(4, 4)] * 3), coordinate_store(*[(4, 4)] * 11)
    drawn = places(33, small, large)
    order_a, order_b = [a[0] for a, _ in drawn], [b[0] for _, b in drawn]
    passes_a = [tuple(order_a[i : i + 3]) for i in range(0, 33, 3)]
    passes_b = [tuple(order_b[i : i + 11]) for i in range(0, 33, 11)]
    assert all(sorted(p) == [0, 1, 2] for p in passes_a)
    assert all(sorted(p) == list(range(11)) for p in passes_b)
    assert len(set(passes_a)) > 1 and len(set(passes_b)) == 3


def test_the_domains_are_independent():
    store = coordinate_store(*[(100, 100)] * 7)
    drawn = places(70, store, store)
    assert sum(a[0] == b[0] for a, b in drawn) < 25  # 10 expected; 70 if they went together
    assert sum(a[1:] == b[1:] for a, b in drawn) < 3
    assert 20 < sum(a[3] == b[3] for a, b in drawn) < 50


def test_the_seed_changes_everything_but_the_rest_of_the_options_nothing():
    store = coordinate_store(*[(50, 60)] * 5)
    first = places(20, store, store)
    assert places(20, store, store) == first
    other = places(20, store, store, seed=1)
    assert [a[0] for a, _ in other] != [a[0] for a, _ in first]
    assert sum(x == y for x, y in zip(first, other, strict=True)) == 0
    unflipped = places(20, store, store, flip=0.0)
    assert [a[:3] for a, _ in unflipped] == [a[:3] for a, _ in first]


@pytest.mark.parametrize("share", [0, 1, 2])
def test_shares_of_all_batches_make_up_the_stream(share):
    stores = coordinate_store(*[(30, 40)] * 3), coordinate_store(*[(40, 30)] * 5)
    options = dict(crop_size=8, seed=3, start=5)
    whole = crop_stream(*stores, batch_size=6, **options)
    part = crop_stream(*stores, batch_size=2, share=share, num_shares=3, **options)
    for batch, own in zip(whole.take(4), part.take(4), strict=True):
        for crops, of_share in zip(batch, own, strict=True):
            np.testing.assert_array_equal(of_share, crops[2 * share : 2 * share + 2])


@pytest.mark.parametrize("share", [-1, 2])
def test_a_share_that_is_none_is_refused(share):
    stores = coordinate_store((30, 40)), coordinate_store((30, 40))
    with pytest.raises(ValueError, match=f"share must be from 0 to 1; received {share}"):
        crop_stream(*stores, crop_size=8, batch_size=1, seed=0, share=share, num_shares=2)


@pytest.mark.parametrize("start", [1, 7, 2**33])
def test_start_is_the_same_as_skipping(start):
    store_a, store_b = coordinate_store(*[(30, 40)] * 3), coordinate_store(*[(40, 30)] * 5)
    options = dict(scale_jitter=0.2, color_jitter=0.1, crop_size=8, batch_size=2, seed=3)
    resumed = crop_stream(store_a, store_b, start=start, **options)
    if start < 100:
        skipped = crop_stream(store_a, store_b, **options | {"batch_size": 1})
        skipped = skipped.unbatch().skip(start).batch(2)
    else:  # Far out, against the definition.
        skipped = tf.data.Dataset.from_tensors(
            [
                tf.stack([_sample(s, start + i, d, options) for i in range(2)])
                for d, s in enumerate((store_a, store_b))
            ]
        ).map(lambda x: (x[0], x[1]))
    for x, y in zip(resumed.take(4), skipped.take(4)):  # noqa: B905
        np.testing.assert_array_equal(x[0], y[0])
        np.testing.assert_array_equal(x[1], y[1])


def _sample(store, k, domain, options):
    options = {key: value for key, value in options.items() if key != "batch_size"}
    return sample_crop(store, k, domain=domain, **options)


VARIANTS = [
    {},
    {"scale_jitter": 0.3},
    {"color_jitter": 0.3},
    {"vertical_position": True, "scale_jitter": 0.3},
    {"scale_jitter": 0.3, "color_jitter": 0.3, "small_images": "pad", "crop_size": 24},
]


@pytest.mark.parametrize("options", VARIANTS, ids=str)
def test_eager_samples_equal_those_inside_tf_data(options):
    store = coordinate_store((30, 20), (16, 40), (20, 20))
    options = dict(crop_size=8, seed=5) | options
    stream = crop_stream(store, store, batch_size=1, **options)
    options.pop("small_images", None)
    for k, (real_a, real_b) in enumerate(stream.take(7)):
        np.testing.assert_array_equal(sample_crop(store, k, domain=0, **options), real_a[0])
        np.testing.assert_array_equal(sample_crop(store, k, domain=1, **options), real_b[0])


@pytest.mark.parametrize("options", VARIANTS, ids=str)
def test_on_the_fly_gives_the_same_samples_as_memory(options):
    sizes = ((30, 20), (16, 40), (20, 20))
    memory, fly = (coordinate_store(*sizes, memory_limit_bytes=m) for m in (2**20, 0))
    assert memory.in_memory and not fly.in_memory
    options = dict(crop_size=8, batch_size=2, seed=5) | options
    streams = crop_stream(memory, memory, **options), crop_stream(fly, fly, **options)
    for x, y in zip(*(s.take(5) for s in streams)):  # noqa: B905
        np.testing.assert_array_equal(x[0], y[0])
        np.testing.assert_array_equal(x[1], y[1])


# The whole contract in one number: run as a program, it prints the checksum of some samples.
CHECKSUM = 2116438721


def checksum():
    rng = np.random.default_rng(0)
    shapes = [(20 + i, 30 - i, 3) for i in range(6)]
    store = store_of([rng.integers(0, 256, shape, np.uint8) for shape in shapes])
    pairs = take(12, store, store, crop_size=16, seed=42)
    return zlib.crc32(np.array(pairs, np.uint8).tobytes())


def test_samples_are_the_same_in_another_process_and_in_another_year():
    assert checksum() == CHECKSUM
    root = Path(__file__).parents[2]
    environment = {"TF_NUM_INTEROP_THREADS": "1", "PYTHONHASHSEED": "7", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, __file__], env=os.environ | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == str(CHECKSUM)


if __name__ == "__main__":
    print(checksum())
