"""`FrameNetwork`: a generator for the frames of a shot, all with the same statistics.

Statistics come from shots.py, the offsets of the camera from camera.py.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from cyclegan_tf.images import unit_to_uint8
from cyclegan_tf.translation.fold_norms import fold_norms
from cyclegan_tf.translation.norm_statistics import Statistics
from cyclegan_tf.translation.one_pass import one_pass
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.translation.two_stage import AnyStreamer, streamer_for
from cyclegan_tf.video.frame_aligner import FrameAligner

ALL_ROWS = 2**20


class FrameNetwork:
    """Translates frames at known offsets of the camera, with given instance-norm statistics.

    Statistics are folded into the generator, and frames are laid on the grid of the map
    (`FrameAligner`). Equal surroundings then give equal pixels wherever in the frame they are,
    except in a margin of `8 * num_residual_blocks + 24` pixels along the borders (of a two-stage
    generator, as many times its factor, and what its upscaler sees). Equal is up to rounding: a few
    values in 100,000 differ by one gray level.

    Args:
        translator: A `Translator` with `statistics="whole"`.
        exact: Makes them equal to the last bit, on CPUs without oneDNN; takes twice as long.
    """

    def __init__(self, translator: Translator, exact: bool = False) -> None:
        # BLAS adds up in an order that depends on a pixel's place among those given to it. The
        # graph doesn't, within one strip.
        self._options: dict[str, Any] = {"engine": "graph", "strip_rows": ALL_ROWS} if exact else {}
        self._generator = translator.generator
        self._on_gpu = bool(tf.config.list_physical_devices("GPU"))
        self._multiple = translator.multiple
        self._statistics: Statistics | None = None
        self._streamer: AnyStreamer | None = None
        self._model: Any = None  # the generator with `_statistics` folded in
        self._graph = one_pass(
            lambda batch: self._model(batch, training=False),
            self._generator,
            translator.preparation.channels,
        )

    def use(self, statistics: Statistics) -> None:
        """Folds in the statistics of the next shot; nothing is compiled again."""
        if statistics is self._statistics:
            return
        locked = fold_norms(self._generator, statistics)
        if self._model is None:
            self._model = locked
        self._model.set_weights(locked.get_weights())
        if not self._on_gpu:
            dtype = self._generator.layers[1].compute_dtype
            streamer = streamer_for(self._model, dtype, **self._options)
            if streamer and self._streamer:
                streamer.share_compiled(self._streamer)
            self._streamer = streamer
        self._statistics = statistics

    def __call__(
        self, images: Sequence[np.ndarray], offsets: Sequence[tuple[int, int] | None]
    ) -> list[np.ndarray]:
        """Translates images of one size.

        Args:
            images: uint8 `(h, w, channels)` each, as the network sees them.
            offsets: (x, y) of the upper left corner of each image on the map; or None for all of
                them, which are then not aligned.

        Returns:
            uint8 `(h, w, channels)` each.
        """
        height, width = images[0].shape[:2]
        aligner = FrameAligner(height, width, offsets[0] is not None, self._multiple)
        places = [offset or (0, 0) for offset in offsets]
        inputs = [aligner.lay(*pair) for pair in zip(images, places, strict=True)]
        if self._streamer:
            outputs = [self._streamer(x) for x in inputs]
        else:
            outputs = self._graph(np.stack(inputs)).numpy()
        return [unit_to_uint8(aligner.cut(*pair)) for pair in zip(outputs, places, strict=True)]
