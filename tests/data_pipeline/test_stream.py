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

from data_pipeline.errors import DataError
from data_pipeline.sources import Source
from data_pipeline.stream import _corner, build_store, crop_stream, sample_crop


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


def ramp_store(height=120, width=120):
    """A map that rises by 2 from column to column: how steep a crop is tells its scale."""
    ramp = np.broadcast_to(2 * np.arange(width, dtype=np.uint8)[None, :, None], (height, width, 3))
    return store_of([np.ascontiguousarray(ramp)])


def drawn_scales(store, count, **options):
    scales = []
    for a, _ in take(count, store, store, flip=0.0, **options):
        middle = a[0, 4:-4, 0]  # The resampling filter bends the ends.
        scales.append((middle[-1] - middle[0]) / (2 * (len(middle) - 1)))
    return np.array(scales)


def test_scale_jitter_draws_sides_on_both_sides_of_the_crop():
    scales = drawn_scales(ramp_store(), 150, crop_size=32, scale_jitter=0.5)
    assert 1 / 1.5 - 0.05 <= scales.min() < 0.75 and 1.35 < scales.max() <= 1.5 + 0.05
    assert abs(np.log(scales).mean()) < 0.06  # log-uniform: as often larger as smaller


def test_scale_jitter_takes_no_more_than_the_map_has():
    scales = drawn_scales(ramp_store(height=36), 60, crop_size=32, scale_jitter=0.5)
    assert scales.min() < 0.8 and scales.max() <= 36 / 32 + 0.05
    scales = drawn_scales(
        ramp_store(height=20), 20, crop_size=32, scale_jitter=0.5, small_images="pad"
    )
    assert scales.max() <= 1.05


def test_scale_jitter_is_antialiased():
    chessboard = np.indices((200, 200)).sum(axis=0) % 2 * np.uint8(255)
    store = store_of([np.ascontiguousarray(chessboard[..., None].repeat(3, axis=-1))])
    contrasts = [a.std() for a, _ in take(40, store, store, crop_size=32, scale_jitter=1.0)]
    # Finer than the pixels, as half of the crops see it, the chessboard has to become gray (a
    # spread of 0 to 24) and not another pattern (32 to 42).
    assert np.mean(np.array(contrasts) < 25) > 0.3


def test_colour_jitter_changes_crops_but_not_where_they_lie():
    middling = np.random.default_rng(0).integers(100, 130, (2, 50, 50, 3), np.uint8)
    store = store_of(list(middling))
    plain, jittered = (take(10, store, store, color_jitter=c) for c in (0.0, 0.3))
    for (a, _), (b, _) in zip(plain, jittered, strict=True):
        assert np.abs(a - b).mean() > 1
        # The same pixels up to one affine map of colours, and rounding.
        a = np.concatenate([a.reshape(-1, 3), np.ones((16, 1))], axis=1)
        b = b.reshape(-1, 3)
        assert np.abs(a @ np.linalg.lstsq(a, b, rcond=None)[0] - b).max() < 1


def test_vertical_position_is_that_of_each_row_in_its_map():
    heights = (30, 47)
    store = coordinate_store(*[(height, 40) for height in heights])
    options = {"crop_size": 8, "batch_size": 1, "seed": 0}
    with_position = crop_stream(store, store, vertical_position=True, **options)
    assert with_position.element_spec == (tf.TensorSpec((1, 8, 8, 4), tf.float32),) * 2
    plain = crop_stream(store, store, **options)
    for (a, _), (b, _) in itertools.islice(zip(with_position, plain), 20):  # noqa: B905
        np.testing.assert_array_equal(a[..., :3], b)
        rows, _, index = np.moveaxis(as_uint8(b[0]), -1, 0)
        expected = 2 * (rows + 0.5) / np.array(heights)[index] - 1
        np.testing.assert_allclose(a[0, ..., 3], expected, atol=1e-6)


def test_vertical_position_of_resized_crops():
    rising = np.broadcast_to(np.arange(120, dtype=np.uint8)[:, None, None], (120, 120, 3))
    store = store_of([np.ascontiguousarray(rising)])
    options = {"crop_size": 32, "scale_jitter": 0.5, "vertical_position": True, "seed": 0}
    for a, _ in crop_stream(store, store, batch_size=1, **options).take(20):
        rows = (a[0, 4:-4, :, 0] + 1) * 127.5  # The resampling filter bends the ends.
        np.testing.assert_allclose(a[0, 4:-4, :, 3], 2 * (rows + 0.5) / 120 - 1, atol=5e-3)


def test_vertical_position_beyond_a_small_map_goes_on():
    store = coordinate_store((2, 3))
    options = {"small_images": "pad", "vertical_position": True, "seed": 0}
    ((a, _),) = crop_stream(store, store, crop_size=4, batch_size=1, **options).take(1)
    np.testing.assert_allclose(a[0, :, 0, 3], [-1.5, -0.5, 0.5, 1.5])


def test_small_maps_are_all_listed():
    store_a = coordinate_store((8, 8), (7, 20))
    store_b = coordinate_store((20, 5), (9, 9), name="trainB")
    with pytest.raises(DataError) as caught:
        crop_stream(store_a, store_b, crop_size=8, batch_size=1, seed=0)
    text = str(caught.value)
    assert text.startswith("2 maps are smaller than the crop of 8x8 (height x width):\n")
    assert "trainA/map1: 7x20\n" in text and "trainB/map0: 20x5\n" in text
    assert "smaller crop_size" in text and "small_images='pad'" in text


def test_small_maps_are_reflected_by_hand():
    map_2x3 = np.array([[0, 1, 2], [3, 4, 5]], np.uint8)[..., None].repeat(3, axis=-1)
    store = store_of([map_2x3])
    ((crop, _),) = take(1, store, store, small_images="pad", flip=0.0)
    # One row above and one below; one column on the left; the edge itself isn't doubled.
    assert crop[..., 0].tolist() == [[4, 3, 4, 5], [1, 0, 1, 2], [4, 3, 4, 5], [1, 0, 1, 2]]
    assert crop.shape == (4, 4, 3)


@pytest.mark.parametrize("height, width", [(3, 50), (50, 3), (1, 1), (5, 2), (16, 16)])
def test_reflection_goes_on_beyond_the_side_of_the_map(height, width):
    image = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    store = store_of([image])
    pad = [(max(16 - n, 0) + 1) // 2 for n in (height, width)]
    pads = [(p, max(16 - n, 0) - p) for p, n in zip(pad, (height, width), strict=True)]
    padded = np.pad(image, [*pads, (0, 0)], mode="reflect")
    for crop, _ in take(8, store, store, crop_size=16, small_images="pad", flip=0.0):
        windows = np.lib.stride_tricks.sliding_window_view(padded, (16, 16, 3))[:, :, 0]
        assert (windows == crop).all(axis=(2, 3, 4)).any()


def test_large_maps_among_small_ones_are_cut_as_ever():
    store = coordinate_store((8, 8), (60, 60))
    crops = [a for a, _ in take(30, store, store, crop_size=16, small_images="pad")]
    large = {place(crop)[1:3] for crop in crops if crop[0, 0, 2] == 1}
    assert len(large) == 15


@pytest.mark.parametrize(
    "options, error, text",
    [
        ({"crop_size": 6}, DataError, "crop_size must be a positive multiple of 4; received 6"),
        ({"crop_size": 0}, DataError, "crop_size must be a positive multiple of 4; received 0"),
        ({"batch_size": 0}, ValueError, "batch_size must be >= 1; received 0"),
        ({"start": -1}, ValueError, "start must be >= 0; received -1"),
        ({"seed": -1}, ValueError, "seed must be >= 0; received -1"),
        ({"flip": 1.5}, ValueError, r"flip must be in \[0, 1\]; received 1.5"),
        ({"scale_jitter": -0.1}, ValueError, "scale_jitter must be >= 0; received -0.1"),
        ({"color_jitter": 1.0}, ValueError, r"color_jitter must be in \[0, 1\); received 1.0"),
        ({"small_images": "resize"}, ValueError, "must be 'error' or 'pad'; received 'resize'"),
    ],
    ids=str,
)
def test_arguments_out_of_range_are_named(options, error, text):
    store = coordinate_store((8, 8))
    with pytest.raises(error, match=text):
        crop_stream(store, store, **dict(crop_size=8, batch_size=1, seed=0) | options)


if __name__ == "__main__":
    print(checksum())
