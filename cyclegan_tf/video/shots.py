"""The shots of a clip, and one set of instance-norm statistics for each.

Frames translated with statistics of their own flicker, as these drift from frame to frame.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from cyclegan_tf.translation.norm_statistics import Statistics
from cyclegan_tf.video.clip import AnyFrame, pixels_of
from data_pipeline.preparation import AS_THEY_ARE

CUT = 16.0  # gray levels by which colours have to move, on average, from one frame to the next
FLASH = 3  # frames: a change that is undone within this many is not a cut
SAMPLES = 8  # statistics of a shot are taken from at most this many of its frames
AHEAD = 32  # frames to look ahead where a clip can only be read once


def cuts(
    frames: Iterable[AnyFrame], prepare: Callable[[np.ndarray], np.ndarray] = AS_THEY_ARE.apply
) -> Iterator[tuple[AnyFrame, bool]]:
    """Finds the beginnings of shots by a jump of the colours, wherever in the picture they are.

    Between two shots of the same colours no cut is found; none is needed, as statistics are of
    colours and not of places. A flash of up to three frames is no cut.

    Args:
        frames: uint8 `(h, w, 3 or 4)` each, or `Frame`s.
        prepare: Function from an image to what the network sees of it, e.g. `Preparation.apply`.

    Returns:
        An iterator of `(frame, begins)`: whether the frame is the first of a shot. Runs at most
        three frames behind.
    """
    settled = None  # colours of the shot's last frame
    waiting: deque = deque()  # frames unlike it
    for frame in frames:
        colours = _colours(prepare(pixels_of(frame)))
        if settled is None:
            yield frame, True
            settled = colours
            continue
        waiting.append((frame, colours))
        if _apart(settled, colours) < CUT:
            while waiting:
                yield waiting.popleft()[0], False
            settled = colours
        elif len(waiting) > FLASH:
            # They may themselves hold another cut: look at them again from the new shot's start.
            yield waiting[0][0], True
            settled = waiting.popleft()[1]
            while waiting and _apart(settled, waiting[0][1]) < CUT:
                frame, settled = waiting.popleft()
                yield frame, False
    while waiting:
        frame, colours = waiting.popleft()
        yield frame, _apart(settled, colours) >= CUT
        settled = colours


def shot_statistics(
    frames: Iterable[AnyFrame],
    record: Callable[[np.ndarray], Statistics],
    prepare: Callable[[np.ndarray], np.ndarray] = AS_THEY_ARE.apply,
) -> Iterator[tuple[AnyFrame, Statistics]]:
    """Pairs each frame of a clip with the statistics to translate it with.

    Those of a shot are merged exactly from at most eight frames, spread evenly over it. This takes
    two passes over the clip. A generator allows only one: there, the first 32 frames of each shot
    stand for the whole of it.

    Args:
        frames: uint8 `(h, w, 3 or 4)` each, or `Frame`s.
        record: Function from an image to its `Statistics`, e.g. `Translator.record`.
        prepare: Same as in `cuts`.

    Returns:
        An iterator of `(frame, statistics)`; the very same object for all frames of a shot.
    """
    if iter(frames) is frames:
        yield from _looking_ahead(frames, record, prepare)
        return
    starts = dict(_shots(frames, record, prepare))
    for i, frame in enumerate(frames):
        if i in starts:
            statistics = starts[i]
        yield frame, statistics


def _shots(frames, record, prepare):
    """Yields the number of the first frame of each shot, and the statistics of the shot."""
    start, sample = 0, _Sample()
    for i, (frame, begins) in enumerate(cuts(frames, prepare)):
        if begins and i:
            yield start, _merged(sample.kept, record)
            start, sample = i, _Sample()
        sample.add(pixels_of(frame))
    if sample.kept:
        yield start, _merged(sample.kept, record)


def _looking_ahead(frames, record, prepare):
    held, statistics = [], None

    def release():
        sample = _Sample()
        for frame in held:
            sample.add(pixels_of(frame))
        return _merged(sample.kept, record)

    for frame, begins in cuts(frames, prepare):
        if begins:
            if held:  # a shot that was over before it was known
                statistics = release()
                yield from ((one, statistics) for one in held)
            held, statistics = [], None
        if statistics is not None:
            yield frame, statistics
            continue
        held.append(frame)
        if len(held) == AHEAD:
            statistics = release()
            yield from ((one, statistics) for one in held)
            held = []
    if held:
        statistics = release()
        yield from ((one, statistics) for one in held)


class _Sample:
    """Evenly spaced images of a sequence whose length isn't known: `SAMPLES` / 2 to `SAMPLES`."""

    def __init__(self):
        self.kept, self._step, self._seen = [], 1, 0

    def add(self, image):
        if self._seen % self._step == 0:
            if len(self.kept) == SAMPLES:  # even, so what is kept stays evenly spaced
                del self.kept[1::2]
                self._step *= 2
            if self._seen % self._step == 0:
                self.kept.append(image)
        self._seen += 1


def _merged(images, record):
    merged = record(images[0])
    for image in images[1:]:
        merged = merged.merge(record(image))
    return merged


def _colours(image):
    """Returns the distribution of each channel as `(64, channels)` quantiles."""
    step = max(min(image.shape[:2]) // 64, 1)
    levels = np.sort(image[::step, ::step].reshape(-1, image.shape[-1]), axis=0)
    return levels[np.linspace(0, len(levels) - 1, 64).astype(int)].astype(float)


def _apart(one, other):
    """Wasserstein distance of two distributions, in gray levels."""
    return np.abs(one - other).mean()
