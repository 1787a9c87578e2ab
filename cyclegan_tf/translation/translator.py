"""From a trained generator to pictures: `Translator`, for images and maps of any size.

How a map goes through the generator in bounded memory is streaming.py's job, files and folders are
folders.py's, where generators come from loading.py's.
"""

import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from cyclegan_tf import images
from cyclegan_tf.hardware.precision import resolve_precision
from cyclegan_tf.model.networks import with_precision
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.translation.files import pictures_in
from cyclegan_tf.translation.fold_norms import fold_norms
from cyclegan_tf.translation.norm_statistics import Statistics
from cyclegan_tf.translation.strips import memory_plan as memory
from cyclegan_tf.translation.strips.collectors import WholeMapCollector, WindowCollector
from cyclegan_tf.translation.strips.streamer import Streamer
from cyclegan_tf.translation.strips.sweep import units_of

MULTIPLE = 4  # the generators halve the image twice
SMALLEST = 16  # below this, the reflection padding of the trunk would exceed the image
STATISTICS = ("whole", "window", "locked")
GPU_PIXELS = 2**24  # larger maps are streamed: the features of one pass would fill the device
_LARGEST = {np.dtype(np.uint8): 127.5, np.dtype(np.uint16): 32767.5}  # half of the range


class Translator:
    """Translates images of any size with one generator.

        translator = Translator.load("runs/meadow2forest", "a2b")
        fake_b = translator(real_a)

    Args:
        generator: Keras model from `(batch, h, w, 3)` in [-1, 1] to the same.
        precision: `"auto"` (fastest good format of this machine) or a Keras dtype policy.
        statistics: Where the instance norms take theirs from. `"whole"`: the map. `"window"`: a
            window moving along with the place, like the training crops. `"locked"`:
            `reference`, for all maps alike, so that maps (or frames, or tiles) go together.
        reference: For `"locked"`: `Statistics`, a file of those (`.npz`), a picture or a folder of
            pictures (of the generator's input domain), or a uint8 image.
        window: Side of that window in pixels; 480 is the crop of the paper-size presets.
        stream: `True`: in strips, in bounded memory. `False`: in one pass of the Keras model,
            whatever that takes. `"auto"`: one pass for small maps on GPUs, else strips. The result
            is the same.
        max_memory: Bytes that the process may take; None for what the machine has free.
        say: Called with a line of text about how maps are translated, whenever that changes.

    Raises:
        ValueError: An argument is none of these.
        StatisticsError: The reference is of another generator, or not readable as statistics.
        ImageError: The reference is no readable picture.
    """

    def __init__(
        self,
        generator,
        precision: str = "auto",
        *,
        statistics: str = "whole",
        reference=None,
        window: int = 480,
        stream: bool | str = "auto",
        max_memory: float | None = None,
        say=None,
    ):
        if statistics not in STATISTICS:
            raise ValueError(
                f"statistics must be one of {', '.join(STATISTICS)}; received {statistics!r}."
            )
        if (statistics == "locked") != (reference is not None):
            raise ValueError("reference is needed for statistics='locked', and only there.")
        if window < 16:
            raise ValueError(f"window must be at least 16 pixels; received {window}.")
        if stream not in (True, False, "auto"):
            raise ValueError(f"stream must be True, False or 'auto'; received {stream!r}.")
        self.precision = resolve_precision(precision)
        self.statistics, self.stream, self.max_memory = statistics, stream, max_memory
        self.window = window
        self.reference, self._say, self._said = None, say, None
        self._prepare(generator)
        if statistics == "locked":
            self.reference = self._statistics_of(reference)
            self._prepare(fold_norms(generator, self.reference))

    def _prepare(self, generator):
        self.generator = with_precision(generator, self.precision)
        dtype = keras.DTypePolicy(self.precision).compute_dtype
        self._streamer = None
        if units_of(self.generator):
            self._streamer = Streamer(self.generator, dtype)
        elif self.statistics == "window" or self.stream is True:
            raise ValueError(
                f"{generator.name} is not a resnet_generator: it only works with "
                "statistics='whole' and stream='auto' or False."
            )
        self._on_gpu = bool(tf.config.list_physical_devices("GPU"))
        # One trace for all sizes: the shape is an input, not a constant of the graph.
        self._graph = tf.function(
            lambda batch: self.generator(batch, training=False),
            input_signature=[tf.TensorSpec((None, None, None, 3), tf.float32)],
        )

    @classmethod
    def load(cls, path, direction: str | None = None, precision: str = "auto", **options):
        """Loads the generator of a run or of a `.keras` file, see `load_generator`.

        Args:
            path: Of the run or the file.
            direction: `"a2b"` or `"b2a"`; not needed for a file with a single generator.
            precision: As of `Translator`, like all further `options`.
        """
        return cls(load_generator(path, direction), precision, **options)

    def __call__(self, image) -> np.ndarray:
        """Translates one image.

        Args:
            image: uint8 or uint16 `(h, w, 3)` or `(h, w, 4)`, a batch of those, or the path of a
                picture.

        Returns:
            The same dtype and exactly the same shape; a fourth channel (alpha) is handed through
            unchanged.

        Raises:
            ValueError: Not such an array.
            ImageError: The picture can't be read.
        """
        image = images.read_image(image) if isinstance(image, (str, Path)) else np.asarray(image)
        if image.dtype not in _LARGEST or image.ndim not in (3, 4) or image.shape[-1] not in (3, 4):
            raise ValueError(
                "image must be uint8 or uint16 of shape (h, w, 3), (h, w, 4) or a batch of those; "
                f"received {image.dtype} of shape {image.shape}."
            )
        if 0 in image.shape:
            raise ValueError(f"image must not be empty; received shape {image.shape}.")
        result = np.array(image)
        batch = (x if x.ndim == 4 else x[None] for x in (image, result))
        for source, target in zip(*batch, strict=True):
            self._translate(source, target)
        return result

    @property
    def num_traces(self) -> int:
        """How often anything was compiled: a constant, whatever sizes have come by."""
        count = self._graph.experimental_get_tracing_count()
        return count + (self._streamer.num_traces if self._streamer else 0)

    def plan(self, height: int, width: int) -> memory.Plan:
        """Returns how a map of this size is streamed, with the memory that the process will take.

        Raises:
            ValueError: The generator can't be streamed.
        """
        if self._streamer is None:
            raise ValueError(f"{self.generator.name} is not a resnet_generator: no plan.")
        height, width = (side + extra for side, extra in _padding(height, width))
        return memory.choose(self._streamer.units, height, width, self.max_memory)

    def _in_one_pass(self, height, width):
        if self.stream is True or self.statistics == "window":
            return False
        # On a GPU one pass of the graph is fastest: strips would travel to it and back.
        return self.stream is False or (self._on_gpu and height * width <= GPU_PIXELS)

    def record(self, image) -> Statistics:
        """Takes the statistics of an image, in bounded memory.

        Args:
            image: As for translating; of a batch, the statistics are merged.

        Returns:
            The `Statistics`, for `Statistics.save`, or as a `reference`.
        """
        image = images.read_image(image) if isinstance(image, (str, Path)) else np.asarray(image)
        merged = None
        for one in image if image.ndim == 4 else image[None]:
            collected = WholeMapCollector()
            self._stream(one, lambda start, rows: None, collected)
            merged = merged.merge(collected.result) if merged else collected.result
        return merged

    def _statistics_of(self, reference):
        if isinstance(reference, Statistics):
            return reference
        if isinstance(reference, (str, Path)):
            if Path(reference).suffix == ".npz":
                return Statistics.load(reference)
            reference = [path for path, _ in pictures_in(reference)]
        else:
            reference = [reference]
        merged = None
        for item in reference:
            recorded = self.record(item)
            merged = merged.merge(recorded) if merged else recorded
        return merged

    def _translate(self, source, target):
        """Writes the translation of `source` into the colours of `target`, both `(h, w, 3|4)`."""
        height, width = source.shape[:2]
        half = _LARGEST[source.dtype]

        def write(start, rows):
            rows = rows[: max(height - start, 0), :width]
            rows = np.rint((np.clip(rows, -1.0, 1.0) + 1.0) * half)
            target[start : start + len(rows), :, :3] = rows.astype(target.dtype)

        if not self._streamer or self._in_one_pass(height, width):
            write(0, self._graph(_Padded(source)[:][None])[0].numpy())
            return
        self._stream(
            source,
            write,
            WindowCollector(self.window) if self.statistics == "window" else WholeMapCollector(),
        )

    def _stream(self, source, write, collector):
        plan = self.plan(*source.shape[:2])
        if self._say and str(plan) != self._said:
            self._said = str(plan)
            self._say(f"{source.shape[1]}x{source.shape[0]} pixels: {plan}")
        self._streamer.scratch = tempfile.gettempdir() if plan.on_disk else None
        self._streamer(_Padded(source), write, collector)


class _Padded:
    """An image as rows in [-1, 1], mirrored at the right and bottom up to a multiple of 4."""

    def __init__(self, image):
        self.half = _LARGEST[image.dtype]
        (height, below), (width, right) = _padding(*image.shape[:2])
        # numpy reflects repeatedly where the padding exceeds the image, and copies a single row.
        padding = (0, below), (0, right), (0, 0)
        self.image = np.pad(image[..., :3], padding, mode="reflect")
        self.shape = self.image.shape

    def __getitem__(self, rows):
        return self.image[rows].astype(np.float32) / np.float32(self.half) - np.float32(1.0)


def _padding(height, width):
    """Returns each side with what has to be added to it."""
    return [(side, max(-side % MULTIPLE, SMALLEST - side)) for side in (height, width)]
