"""Clips made of nothing, and what stands for a translator, for tests of writing. No test here."""

from fractions import Fraction

import numpy as np

from cyclegan_tf.video.clip import Frame, Video
from data_pipeline.preparation import AS_THEY_ARE


class Clip(Video):
    """Gray frames out of nothing, one brighter than the other."""

    def __init__(self, count, size=(48, 64), rate=25):
        super().__init__("clip", size, rate, Fraction(1, rate), count)
        self.count = count

    def _frames(self):
        for i in range(self.count):
            pixels = np.full((*self.size, 3), i * 7 % 256, np.uint8)
            yield Frame(pixels, i * self.time_base, self.time_base, offset=(i, 0))


def same(image):
    """Stands for a Translator: with it, only reading and writing take part."""
    return image


same.preparation = AS_THEY_ARE
