"""Two-stage generators in strips and tiles: as one pass, with all kinds of statistics."""

import numpy as np
import pytest

from cyclegan_tf.errors import ConfigError
from cyclegan_tf.images import uint8_to_unit, unit_to_uint8
from cyclegan_tf.model.networks import resnet_generator
from cyclegan_tf.model.upscaler import stages_of, two_stage_generator, upscaler
from cyclegan_tf.translation import two_stage
from cyclegan_tf.translation.strips import memory_plan
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.frame_network import FrameNetwork


@pytest.fixture(scope="module")
def generator(random_generator, random_upscaler):
    return two_stage_generator(random_generator(4, 1), random_upscaler())


def picture(height, width, seed=0):
    """Squares of 8 pixels: what is left of noise when it has been made small."""
    squares = np.random.default_rng(seed).integers(0, 256, (-(-height // 8), -(-width // 8), 3))
    return np.uint8(np.kron(squares, np.ones((8, 8, 1))))[:height, :width]


def difference(one, other):
    return np.abs(one.astype(int) - other).max()


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(two_stage, "TILE", (32, 64))


@pytest.mark.parametrize("size", [(210, 333), (64, 64), (5, 90)], ids=str)
def test_tiles_give_what_one_pass_gives(generator, small_tiles, size):
    image = picture(*size)
    tiles, whole = (Translator(generator, "float32", stream=way)(image) for way in (True, False))
    assert tiles.shape == image.shape
    assert whole.std() > 10
    assert difference(tiles, whole) <= 1


def test_too_small_a_margin_would_show(generator, small_tiles, monkeypatch):
    monkeypatch.setattr(two_stage, "reach", lambda model: 1)
    image = picture(210, 333)
    tiles, whole = (Translator(generator, "float32", stream=way)(image) for way in (True, False))
    assert difference(tiles, whole) > 1


def test_statistics_can_be_locked_or_those_of_a_window(generator):
    image = picture(200, 320)
    whole = Translator(generator, "float32")(image)
    locked = Translator(generator, "float32", statistics="locked", reference=image)
    assert difference(locked(image), whole) <= 1
    windows = Translator(generator, "float32", statistics="window", window=64)(image)
    assert windows.shape == image.shape
    assert difference(windows, whole) > 1


def test_a_window_is_measured_in_pixels_of_the_map(generator):
    stages, image = stages_of(generator), picture(256, 320)
    small = np.rint(image.reshape(64, 4, 80, 4, 3).mean((1, 3))).astype(np.uint8)
    options = {"statistics": "window"}
    expected = Translator(stages.generator, "float32", window=16, **options)(small)
    whole = Translator(stages.generator, "float32")(small)
    large = Translator(generator, "float32", window=64, **options)(image)
    drawn = [unit_to_uint8(stages.upscaler(uint8_to_unit(x)[None])[0]) for x in (expected, whole)]
    near, far = (np.abs(x.astype(float) - large).mean() for x in drawn)
    assert near < 1 < far


def test_rows_come_from_top_to_bottom(generator, small_tiles):
    image, starts = picture(210, 96), []
    whole = Translator(generator, "float32")(image)
    result = np.zeros_like(image)

    def write(start, rows):
        starts.append(start)
        result[start : start + len(rows)] = rows

    Translator(generator, "float32").stream_rows(image, write)
    assert starts == sorted(starts) and len(starts) > 1
    assert difference(result, whole) <= 1


def test_a_huge_map_takes_a_fraction_of_the_memory():
    one = resnet_generator(16, 1)
    both = two_stage_generator(one, upscaler(4, filters=8))
    plain, huge = (  # with enough memory, on any machine, to keep all there
        Translator(g, max_memory=2**40).plan(20_000, 25_000, in_rows=True) for g in (one, both)
    )
    assert not plain.on_disk
    assert huge.process_bytes < plain.process_bytes / 3


@pytest.mark.parametrize("limit", [None, 5.4e9])
def test_the_small_map_leaves_room_for_what_draws_it_large(limit, monkeypatch):
    both = two_stage_generator(resnet_generator(64, 1), upscaler(4, filters=8))
    monkeypatch.setattr(memory_plan, "resident_bytes", lambda: 0.4e9)
    monkeypatch.setattr(memory_plan, "available_bytes", lambda: 5e9 / 0.9)
    plan = Translator(both, max_memory=limit).plan(20_000, 25_000, in_rows=True)
    assert plan.on_disk and plan.process_bytes < 5.4e9
    assert plan.scratch_bytes > 4 * 3 * 5_000 * 6_250


def test_statistics_are_taken_without_drawing_anything(generator, monkeypatch):
    translator = Translator(generator, "float32")
    monkeypatch.setattr(two_stage.TwoStageStreamer, "_draw", None)
    recorded = translator.record(picture(96, 128))
    small = np.rint(picture(96, 128).reshape(24, 4, 32, 4, 3).mean((1, 3))).astype(np.uint8)
    expected = Translator(stages_of(generator).generator, "float32").record(small)
    assert recorded.moments.keys() == expected.moments.keys()
    for name, moments in expected.moments.items():
        np.testing.assert_allclose(recorded.moments[name].mean, moments.mean, atol=0.05)


def test_a_window_smaller_than_the_first_stage_can_see_is_refused(generator):
    with pytest.raises(ConfigError, match="window must be at least 64 pixels for .*; received "):
        Translator(generator, statistics="window", window=63)


def test_frames_of_a_moving_camera_agree(generator):
    world = picture(400, 700)
    translator = Translator(generator, "float32")
    network = FrameNetwork(translator)
    network.use(translator.record(world))
    offsets = [(0, 0), (37, 21)]
    frames = [world[y : y + 300, x : x + 500] for x, y in offsets]
    first, second = network(frames, offsets)
    margin = 120
    (x, y), inner = offsets[1], slice(margin, -margin)
    shifted = first[y:, x:][: 300 - y, : 500 - x]
    agree = difference(shifted[inner, inner], second[: 300 - y, : 500 - x][inner, inner])
    assert agree <= 1
