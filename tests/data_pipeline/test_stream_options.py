"""The options of the stream: jitter, vertical position, small maps, and what is refused."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from coordinate_maps import as_uint8, coordinate_store, place, store_of, take

from data_pipeline.errors import DataError
from data_pipeline.stream import crop_stream


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
        (
            {"small_images": "resize"},
            ValueError,
            "must be 'error', 'pad' or 'skip'; received 'resize'",
        ),
    ],
    ids=str,
)
def test_arguments_out_of_range_are_named(options, error, text):
    store = coordinate_store((8, 8))
    with pytest.raises(error, match=text):
        crop_stream(store, store, **dict(crop_size=8, batch_size=1, seed=0) | options)
