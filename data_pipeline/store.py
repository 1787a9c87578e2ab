"""Decoded maps where the stream can cut from them: one flat uint8 buffer, or decoding on the fly.

Which piece of which map is cut, and what becomes of it, is decided in stream.py.
"""

import numpy as np
import tensorflow as tf

from data_pipeline.sources import MEMORY_LIMIT_BYTES, Source
from data_pipeline.threads import for_each_in_threads


class ImageStore:
    """The maps of one domain, to be cut from inside `tf.data` or eagerly; made by `build_store`.

    All maps lie end to end in one uint8 tensor on the CPU, whatever their sizes. Reading the rows
    of a crop is one contiguous copy of `height * map width * channels` bytes, however large the map
    is; nothing else of the map is touched.

    Args:
        source: The maps.
        buffer: All of them, uint8 `(source.num_bytes,)`; None decodes on the fly.

    Attributes:
        name: The domain.
        names: One per map.
        sizes: int64 array `(num_maps, 2)`, height and width in pixels.
        channels: As that of the source.
        in_memory: If not, each read decodes the whole map.
    """

    name: str
    names: tuple[str, ...]
    sizes: np.ndarray
    channels: int
    in_memory: bool

    def __init__(self, source: Source, buffer: np.ndarray | None = None) -> None:
        self.name = source.name
        self.names = source.names
        self.sizes = np.asarray(source.sizes, np.int64).reshape(-1, 2)
        self.channels = source.channels
        self.in_memory = buffer is not None
        self._load = source.load
        ends = np.cumsum(self.channels * self.sizes.prod(axis=1))
        with tf.device("CPU"):
            self._sizes = tf.constant(self.sizes)
            self._starts = tf.constant(np.concatenate([[0], ends[:-1]]))
            # Shares NumPy's memory. tf.constant would hold three copies for a while, and take
            # seconds per GiB.
            self._buffer = (
                None if buffer is None else tf.experimental.dlpack.from_dlpack(buffer.__dlpack__())
            )

    def __len__(self) -> int:
        return len(self.names)

    def size(self, index: tf.Tensor) -> tf.Tensor:
        """Returns height and width of map `index` (int64 scalar): int64 tensor `(2,)`."""
        return self._sizes[index]

    def read(
        self,
        index: tf.Tensor,
        top: tf.Tensor,
        left: tf.Tensor,
        height: tf.Tensor,
        width: tf.Tensor,
    ) -> tf.Tensor:
        """Cuts a rectangle, which must lie inside the map, out of one map.

        Args:
            index: Which map, an int64 scalar in [0, len(store)).
            top: Row of the upper left corner in pixels, an int64 scalar.
            left: Column of the upper left corner in pixels, an int64 scalar.
            height: Pixels, an int64 scalar.
            width: Pixels, an int64 scalar.

        Returns:
            uint8 tensor `(height, width, channels)`.
        """
        if self.in_memory:
            map_width = self._sizes[index, 1]
            row_bytes = self.channels * map_width
            start = self._starts[index] + top * row_bytes
            rows = tf.slice(self._buffer, [start], [height * row_bytes])
            rows = tf.reshape(rows, [height, map_width, self.channels])
            return rows[:, left : left + width]
        patch = tf.numpy_function(
            lambda i, y, x, h, w: np.ascontiguousarray(self._load(i)[y : y + h, x : x + w]),
            [index, top, left, height, width],
            tf.uint8,
            stateful=False,
        )
        patch.set_shape([None, None, self.channels])
        return patch


def build_store(
    source: Source, *, memory_limit_bytes: int = MEMORY_LIMIT_BYTES, progress: bool = True
) -> ImageStore:
    """Puts the maps of one domain where `crop_stream` can cut from them.

    Both ways give the same samples; the choice is one of memory against time. In memory, the store
    takes the decoded maps over: what `source.load` gives from then on is a read-only view into it,
    so nothing is held twice. On the fly, the maps that the source kept while checking are a cache.

    Args:
        source: The maps.
        memory_limit_bytes: Above it the maps are decoded on the fly, whole, for every crop.
            Default: 4 GiB. 0 always decodes on the fly.
        progress: Show a progress bar while maps have to be decoded.
    """
    num_bytes = source.num_bytes
    if num_bytes > memory_limit_bytes:
        return ImageStore(source)
    # TensorFlow takes over only buffers that begin at a multiple of 64 bytes.
    buffer = np.empty(num_bytes + 64, np.uint8)
    buffer = buffer[-buffer.ctypes.data % 64 :][:num_bytes]
    channels = source.channels
    starts = np.cumsum([0] + [channels * height * width for height, width in source.sizes])

    def move(index: int) -> None:
        pixels = buffer[starts[index] : starts[index + 1]].reshape(*source.sizes[index], channels)
        pixels[...] = source.load(index)
        pixels.flags.writeable = False
        source.adopt(index, pixels)

    for_each_in_threads(
        move, range(len(source)), progress=progress, description=f"Storing {source.name}"
    )
    return ImageStore(source, buffer)
