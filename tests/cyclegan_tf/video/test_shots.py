"""Cuts, and statistics of whole shots: by hand, merged exactly, in one pass or two."""

import numpy as np
import pytest

from cyclegan_tf.video import shots
from cyclegan_tf.video.shots import cuts, shot_statistics


def frame(level, seed=0):
    noise = np.random.default_rng(seed).integers(-10, 10, (40, 60, 3))
    return np.clip(level + noise, 0, 255).astype(np.uint8)


def begins(levels):
    """Numbers of the frames that begin a shot."""
    clip = [frame(level, i) for i, level in enumerate(levels)]
    found = list(cuts(clip))
    assert [id(one) for one, _ in found] == [id(one) for one in clip]  # all, in order
    return [i for i, (_, first) in enumerate(found) if first]


def test_cuts_are_where_colours_jump():
    assert begins([30] * 6 + [160] * 6 + [30] * 6) == [0, 6, 12]
    assert begins([30]) == [0]
    assert begins([]) == []


def test_a_flash_is_no_cut():
    assert begins([30] * 5 + [250] * 3 + [30] * 5) == [0]
    assert begins([30] * 5 + [250] * 4 + [30] * 5) == [0, 5, 9]


def test_a_slow_change_is_no_cut():
    assert begins(np.linspace(30, 160, 60)) == [0]
    assert begins([50, 60, 70, 60, 50, 60]) == [0]  # exposure, a lamp


def test_cuts_close_to_each_other_and_to_the_end():
    assert begins([30] * 5 + [160] * 2 + [250] * 6) == [0, 5, 7]
    assert begins([30] * 5 + [160] * 2) == [0, 5]


class Seen:
    """Statistics that say what they were taken from."""

    def __init__(self, levels):
        self.levels = levels

    def merge(self, other):
        return Seen(self.levels + other.levels)


def record(image):
    return Seen([int(image.mean().round())])


def test_every_shot_has_its_own_statistics_of_evenly_spaced_frames():
    levels = [20 + i % 20 for i in range(20)] + [200] * 8
    clip = [np.full((16, 16, 3), level, np.uint8) for level in levels]
    found = list(shot_statistics(clip, record))
    assert [one[0, 0, 0] for one, _ in found] == levels
    first, second = found[0][1], found[-1][1]
    assert all(
        statistics is (first if i < 20 else second) for i, (_, statistics) in enumerate(found)
    )
    assert first.levels == [20, 24, 28, 32, 36]  # frames 0, 4, ..., 16
    assert second.levels == [200] * 8


def test_a_generator_is_read_once_a_few_frames_ahead(monkeypatch):
    monkeypatch.setattr(shots, "AHEAD", 4)
    taken = []

    def clip():
        for level in [20, 21, 22, 23, 24, 25, 26, 27] + [200] * 3:
            taken.append(level)
            yield np.full((16, 16, 3), level, np.uint8)

    found = shot_statistics(clip(), record)
    next(found)
    assert len(taken) == 4
    found = [(20, None), *((one[0, 0, 0], seen.levels) for one, seen in found)]
    assert [level for level, _ in found] == taken
    assert all(seen == [20, 21, 22, 23] for _, seen in found[1:8])
    assert all(seen == [200] * 3 for _, seen in found[8:])


def test_statistics_of_a_shot_are_those_of_its_frames_together(random_generator):
    from cyclegan_tf.translation.norm_statistics import norm_layers
    from cyclegan_tf.translation.norm_statistics import record as record_batch
    from cyclegan_tf.translation.translator import Translator

    generator = random_generator()
    clip = [frame(60 + 10 * i, i) for i in range(5)]
    (_, found), *_ = shot_statistics(clip, Translator(generator, "float32").record)
    expected = record_batch(generator, np.stack(clip).astype(np.float32) / 127.5 - 1)
    for norm in norm_layers(generator):
        for field in ("mean", "variance"):
            one, other = (getattr(s.moments[norm.name], field) for s in (found, expected))
            assert one == pytest.approx(other, abs=1e-5, rel=1e-4)
        assert found.moments[norm.name].count == expected.moments[norm.name].count
