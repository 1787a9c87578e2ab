"""A generator with one set of statistics folded in, for frames at known offsets of the camera.

Where statistics and offsets come from is the business of shots.py and alignment.py.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tensorflow as tf

from cyclegan_tf.alignment import Canvas
from cyclegan_tf.images import unit_to_uint8
from cyclegan_tf.locking import lock
from cyclegan_tf.streaming import Streamer
from cyclegan_tf.translation import Translator

ONE_STRIP_BYTES = 64 * 2**20  # of the first layer's result; a pass holds about ten times as much


class FrameNetwork:
    """A translator's generator with given statistics folded in, for frames at camera offsets.

    Away from the borders, equal surroundings give equal pixels wherever they are, once frames are
    laid on the grid of the map. The borders reach `8 * num_residual_blocks + 24` pixels inwards.
    Equal is to the last bit on CPUs without oneDNN for frames that are computed in one strip, else
    up to rounding: a few values in a million differ by one gray level.

    Args:
        translator: A `Translator` with `statistics="whole"`.
    """

    def __init__(self, translator: Translator):
        self._generator, self._precision = translator.generator, translator.precision
        self._on_gpu = bool(tf.config.list_physical_devices("GPU"))
        self._statistics = self._model = self._streamer = None
        self._graph = tf.function(
            lambda batch: self._model(batch, training=False),
            input_signature=[tf.TensorSpec((None, None, None, 3), tf.float32)],
        )
        # Side by side, as the parts of a strip that TensorFlow computes on one core fill the other.
        self._threads = ThreadPoolExecutor(min(os.cpu_count() or 1, 4))

    def use(self, statistics):
        """Folds in the statistics of another shot; nothing is compiled again."""
        if statistics is self._statistics:
            return
        locked = lock(self._generator, statistics)
        if self._model is None:
            self._model = locked
        self._model.set_weights(locked.get_weights())
        if not self._on_gpu:
            dtype = self._generator.layers[1].compute_dtype
            streamer = Streamer(self._model, dtype)
            if self._streamer:
                streamer.share_compiled(self._streamer)
            self._streamer = streamer
        self._statistics = statistics

    def __call__(self, images, offsets) -> list[np.ndarray]:
        """Translates images of one size.

        Args:
            images: uint8 `(h, w, 3)` each.
            offsets: For each, (x, y) of its left upper corner on the map; or None throughout, for
                images that aren't to be aligned.

        Returns:
            uint8 `(h, w, 3)` each.
        """
        canvas = Canvas(*images[0].shape[:2], moves=offsets[0] is not None)
        offsets = [offset or (0, 0) for offset in offsets]
        inputs = [canvas.lay(*pair) for pair in zip(images, offsets, strict=True)]
        self._choose_strips(canvas.shape)
        if self._on_gpu:
            outputs = self._graph(np.stack(inputs)).numpy()
        else:
            outputs = list(self._threads.map(self._streamer, inputs))
        return [unit_to_uint8(canvas.cut(*pair)) for pair in zip(outputs, offsets, strict=True)]

    def _choose_strips(self, shape):
        # In one strip, every place is computed in the same order; in several, rounding differs with
        # the place in the strip, which large frames have to bear.
        if self._streamer:
            filters = self._streamer.units[0].convolution.filters
            small = 4 * filters * shape[0] * shape[1] <= ONE_STRIP_BYTES
            self._streamer.strip_rows = shape[0] if small else None
