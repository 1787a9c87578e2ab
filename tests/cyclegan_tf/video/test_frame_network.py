"""Shifted frames give shifted translations, to the last bit; statistics of several shots."""

import functools

import numpy as np
import pytest

from cyclegan_tf.translation.strips import stages
from cyclegan_tf.translation.strips.streamer import ENGINES
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.translation.two_stage import streamer_for
from cyclegan_tf.video import frame_network
from cyclegan_tf.video.frame_network import FrameNetwork

VARIANTS = ["resize", "transpose", "balanced", "antialiased"]
BLOCKS = 2
HALO = 8 * BLOCKS + 24  # 4 pixels for each 3x3 convolution of the blocks, 24 for all else


@pytest.fixture(scope="module")
def wide():
    return np.random.default_rng(1).integers(0, 256, (260, 300, 3), np.uint8)


def network_of(generator, image, **options):
    translator = Translator(generator, "float32")
    network = FrameNetwork(translator, **options)
    network.use(translator.record(image))
    return network


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "fast"])
@pytest.mark.parametrize("upsampling", VARIANTS)
def test_the_shifted_frame_becomes_the_shifted_translation(
    random_generator, wide, upsampling, exact
):
    generator = random_generator(4, BLOCKS, upsampling=upsampling)
    network = network_of(generator, wide, exact=exact)
    height, width = 181, 203
    shifts = [(1, 0), (2, 0), (3, 0), (6, 0), (64, 0), (0, 1), (0, 3), (0, 14), (0, 40), (13, 27)]
    views = [wide[y : y + height, x : x + width] for x, y in shifts]
    (base,) = network([wide[:height, :width]], [(0, 0)])
    unaligned = network(views, [None] * len(views))
    for (x, y), view, plain in zip(shifts, network(views, shifts), unaligned, strict=True):
        inside = slice(HALO, height - y - HALO), slice(HALO, width - x - HALO)
        expected = base[y:, x:][inside]
        assert expected.std() > 5
        result = view[: height - y, : width - x][inside].astype(int)
        if exact:
            np.testing.assert_array_equal(result, expected)
        assert np.abs(result - expected).max() <= 1 and (result != expected).mean() < 2e-4
        if x % 4 or y % 4:  # what would happen without a canvas: the test can see it
            assert (plain[: height - y, : width - x][inside] != expected).mean() > 0.1


@pytest.mark.parametrize("upsampling", VARIANTS)
def test_one_pass_as_on_gpus_gives_what_strips_give(random_generator, wide, upsampling):
    translator = Translator(random_generator(4, BLOCKS, upsampling=upsampling), "float32")
    statistics, results = translator.record(wide), []
    for on_gpu in (False, True):
        network = FrameNetwork(translator)
        network._on_gpu = on_gpu  # the graph is the same on a CPU
        network.use(statistics)
        results.append([network([wide[:h, :w]], [(3, 5)])[0] for h, w in ((61, 83), (50, 40))])
    for strips, one in zip(*results, strict=True):
        assert strips.std() > 5
        assert np.abs(strips.astype(int) - one).max() <= 1


def test_strips_change_nothing(random_generator, wide, monkeypatch):
    network = network_of(random_generator(4, BLOCKS), wide)
    (expected,) = network([wide[:181, :203]], [(3, 5)])
    monkeypatch.setattr(stages, "STRIP_BYTES", 0)
    np.testing.assert_array_equal(network([wide[:181, :203]], [(3, 5)])[0], expected)


def test_equals_the_locked_translator(random_generator, wide):
    generator, frame = random_generator(4, BLOCKS), wide[:100, :120]
    statistics = Translator(generator, "float32").record(wide)
    locked = Translator(generator, "float32", statistics="locked", reference=statistics)
    network = FrameNetwork(Translator(generator, "float32"))
    network.use(statistics)
    (fake,) = network([frame], [(0, 0)])
    inside = slice(0, 100 - HALO), slice(0, 120 - HALO)  # below and right, they mirror differently
    difference = np.abs(fake[inside].astype(int) - locked(frame)[inside])
    assert difference.max() <= 1 and (difference > 0).mean() < 1e-3


@pytest.mark.parametrize("engine", ENGINES)
def test_the_next_shot_brings_its_statistics_and_compiles_nothing(
    random_generator, wide, monkeypatch, engine
):
    # As on a CPU that knows bfloat16, with the graph.
    make = functools.partial(streamer_for, engine=engine)
    monkeypatch.setattr(frame_network, "streamer_for", make)
    translator = Translator(random_generator(4, BLOCKS), "float32")
    network, frame = FrameNetwork(translator), wide[:64, :64]
    first, second = translator.record(frame), translator.record(frame // 4)
    results = []
    for statistics in (first, second, first):
        network.use(statistics)
        results.append(network([frame], [None])[0])
        traces = network._streamer.num_traces
    np.testing.assert_array_equal(results[0], results[2])
    assert np.abs(results[0].astype(int) - results[1]).mean() > 1
    assert traces == (1 if engine == "graph" else 0)


def test_a_batch_is_each_of_its_frames(random_generator, wide):
    network = network_of(random_generator(4, BLOCKS), wide)
    views, offsets = [wide[:50, x : x + 60] for x in range(5)], [(x, 0) for x in range(5)]
    for view, offset, fake in zip(views, offsets, network(views, offsets), strict=True):
        np.testing.assert_array_equal(fake, network([view], [offset])[0])
