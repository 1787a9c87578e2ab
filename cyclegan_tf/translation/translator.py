"""`Translator`: from a trained generator to pictures, for images and maps of any size."""

import functools
import math
import os
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from cyclegan_tf import images
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import ConfigError, is_out_of_memory
from cyclegan_tf.hardware.precision import resolve_precision
from cyclegan_tf.model.networks import with_precision
from cyclegan_tf.model.sizes import MULTIPLE, padded_size, size_multiple, smallest_side
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.preparation import preparation_of
from cyclegan_tf.translation.fold_norms import fold_norms
from cyclegan_tf.translation.norm_statistics import Statistics, fingerprint
from cyclegan_tf.translation.one_pass import OnePass
from cyclegan_tf.translation.options import check_options
from cyclegan_tf.translation.padded_image import PaddedImage
from cyclegan_tf.translation.pictures import AnyPicture, as_batch, pixels_of
from cyclegan_tf.translation.reference import statistics_of
from cyclegan_tf.translation.strips.collectors import Collector, WholeMapCollector, WindowCollector
from cyclegan_tf.translation.strips.memory_plan import MemoryPlan
from cyclegan_tf.translation.two_stage import AnyStreamer, streamer_for
from data_pipeline.preparation import resize
from data_pipeline.row_file import RowFile


class Translator:
    """Translates images of any size with one generator.

        translator = Translator.load("runs/meadow2forest", "a2b")
        fake_b = translator(real_a)

    The generator is fed what it was trained on: pictures are resized and laid on a background as
    its `preparation` says. Translations get back the size and the alpha of their pictures.

    Args:
        generator: Keras model from `(batch, h, w, channels)` in [-1, 1] to the same. How its
            pictures are prepared is read from its attribute `preparation`, which `load_generator`
            sets; a model without it takes them in their own size, on white.
        precision: `"auto"` (fastest good format of this machine) or a Keras dtype policy. `"auto"`
            is float32 on every CPU, where strips go through the engine in strips/blas/: exact, and
            faster than bfloat16, which goes through the one in strips/graph/, as on GPUs.
        statistics: Where the instance norms take theirs from. `"whole"`: the map. `"window"`: a
            window moving along with the place, like the training crops. `"locked"`:
            `reference`, for all maps alike, so that maps (or frames, or tiles) go together.
        reference: For `"locked"`: `Statistics`, a file of those (`.npz`), a picture or a folder of
            pictures (from the generator's input domain), or a uint8 image.
        window: Side of that window in pixels; 480 is the crop of the paper-size presets. At least
            16, which a two-stage generator's factor multiplies.
        stream: `True`: in strips, in bounded memory. `False`: in one pass of the Keras model,
            whatever that takes. `"auto"`: one pass for small maps on GPUs, else strips, also where
            the GPU's memory didn't suffice. In strips the result is that of one pass, up to
            rounding.
        max_memory: Bytes that the process may take; None for nine tenths of what the machine has
            free. Where even a scratch file takes more, the map is translated all the same.
        load_size: Pixels that the shorter side is resized to for the network, 0 for none. Default:
            as the generator was trained.
        background: RGB colour behind transparent pixels, three values in [0, 255]. Default:
            likewise.
        say: Called with a line of text about how maps are translated, whenever that changes.

    Attributes:
        preparation: How pictures are prepared for the network, with what was given here.
        multiple: Pictures are padded to sides that are multiples of this: 4, if not more.

    Raises:
        ValueError: An argument is none of these.
        StatisticsError: The reference belongs to another generator, or can't be read as statistics.
        ImageError: The reference is no readable picture.
    """

    def __init__(
        self,
        generator: keras.Model,
        precision: str = "auto",
        *,
        statistics: str = "whole",
        reference: Statistics | AnyPicture | None = None,
        window: int = 480,
        stream: bool | str = "auto",
        max_memory: float | None = None,
        load_size: int | None = None,
        background: Sequence[int] | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        check_options(statistics, reference, window, stream)
        self.precision = resolve_precision(precision, task="translate")
        self.statistics, self.stream, self.max_memory = statistics, stream, max_memory
        self.window = window
        self.reference: Statistics | None = None
        self.preparation = preparation_of(generator).changed(load_size, background)
        self._say, self._said = say, ""
        if say and self.preparation.load_size:
            say(str(self.preparation))
        self._use(generator)
        if reference is not None:
            self.reference = statistics_of(reference, self.record)
            self._use(fold_norms(generator, self.reference))

    def _use(self, generator: keras.Model) -> None:
        self.generator = with_precision(generator, self.precision)
        self.multiple = math.lcm(MULTIPLE, size_multiple(generator))
        self._sides = self.multiple, smallest_side(generator)
        dtype = keras.DTypePolicy(self.precision).compute_dtype
        self._streamer: AnyStreamer | None = streamer_for(self.generator, dtype)
        if not self._streamer and (self.statistics == "window" or self.stream is True):
            raise ConfigError(
                f"{generator.name} is no resnet_generator: it needs statistics='whole' and "
                f"stream='auto' or False; received {self.statistics!r} and {self.stream!r}."
            )
        if self.statistics == "window" and self.window < 4 * self.multiple:
            raise ConfigError(
                f"window must be at least {4 * self.multiple} pixels for {generator.name}; "
                f"received {self.window}."
            )
        self._whole = OnePass(self.generator, self.preparation.channels)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike,
        direction: Direction | str | None = None,
        precision: str = "auto",
        **options: Any,
    ) -> "Translator":
        """Loads the generator of a run or of a `.keras` file, see `load_generator`.

        Args:
            path: Path of the run or the file.
            direction: `"a2b"` or `"b2a"`; not needed for a file with a single generator.
            precision: Same as in `Translator`.
            **options: The other arguments of `Translator`.
        """
        return cls(load_generator(path, direction), precision, **options)

    def __call__(self, image: AnyPicture) -> np.ndarray:
        """Translates one image.

        Args:
            image: uint8 or uint16 `(h, w, 3)` or `(h, w, 4)`, a batch of those, an image of Pillow,
                or the path of a picture. A generator of gray pictures takes `(h, w)` and
                `(h, w, 1 or 2)` as well; one of 2, 4 and more bands takes `(h, w, channels)`.

        Returns:
            The same dtype and exactly the same shape; a fourth channel (alpha, if it is no band) is
            handed through unchanged. Below alpha 0 lies the translation of the background. Gray
            fills all three channels of an RGB picture.

        Raises:
            ValueError: It is no such array, or an image of Pillow without a known range of colours.
            ImageError: The picture can't be read.
        """
        pixels = pixels_of(image, self.preparation)
        result = np.array(pixels)
        for source, target in zip(as_batch(pixels), as_batch(result), strict=True):
            self._translate(source, target)
        return result[..., 0] if isinstance(image, np.ndarray) and image.ndim == 2 else result

    @property
    def can_stream(self) -> bool:
        """Whether pictures can go through in strips."""
        return self._streamer is not None

    @property
    def num_traces(self) -> int:
        """How often anything was compiled: whatever sizes have come by, but see `one_pass`."""
        return self._whole.num_traces + (self._streamer.num_traces if self._streamer else 0)

    def plan(self, height: int, width: int, *, in_rows: bool = False) -> MemoryPlan:
        """Returns how a map of this size is streamed, with the memory that the process will take.

        It is resized first where the generator's pictures are. `predict_bytes` says what is
        counted. More exact once the image has been read; `in_rows`: into a file.

        Raises:
            ValueError: The generator can't be streamed.
        """
        seen = padded_size(*self.preparation.size_of(height, width), *self._sides)
        return self._require_streamer().plan(*seen, self.max_memory, in_rows=in_rows)

    def takes_rows(self, height: int, width: int) -> bool:
        """Returns whether `stream_rows` can translate a map of this size."""
        is_resized = self.preparation.size_of(height, width) != (height, width)
        return bool(self._streamer) and not is_resized and not self._in_one_pass(height, width)

    def stream_rows(
        self,
        source: np.ndarray | RowFile,
        write: Callable[[int, np.ndarray], None],
        folder: str | os.PathLike | None = None,
    ) -> None:
        """Translates a map in its own size, and hands it over in strips from top to bottom.

        Args:
            source: uint8 or uint16 as in `Preparation.apply`, in memory or in a file.
            write: Called as `write(start, rows)` with colours, `(n, w, channels)` of the same
                dtype.
            folder: Folder for a scratch file where memory doesn't suffice; default: TMPDIR.
        """

        def take_rows(start: int, rows: np.ndarray) -> None:
            rows = rows[: max(source.shape[0] - start, 0), : source.shape[1]]
            write(start, images.from_unit(rows, source.dtype))

        collector: Collector = WholeMapCollector()
        if self.statistics == "window":
            factor = self._require_streamer().factor  # in pixels of what the norms see
            collector = WindowCollector(self.window // factor, multiple=self.multiple // factor)
        self._run_in_strips(source, take_rows, collector, folder)

    def record(self, image: AnyPicture) -> Statistics:
        """Takes the statistics of an image, in bounded memory.

        Args:
            image: Same as for translating; of a batch, the statistics are merged.

        Returns:
            The statistics, for `Statistics.save`, or as a `reference`.
        """
        batch = as_batch(pixels_of(image, self.preparation))
        return functools.reduce(Statistics.merge, map(self._record_one, batch))

    def _record_one(self, image: np.ndarray) -> Statistics:
        collector = WholeMapCollector()
        self._run_in_strips(self._resized(image), None, collector)
        return Statistics(collector.statistics.moments, fingerprint(self.generator))

    def _in_one_pass(self, height: int, width: int) -> bool:
        if self.stream is True or self.statistics == "window":
            return False
        # On a GPU one pass of the graph is fastest: strips would travel to it and back.
        return self.stream is False or height * width <= self._whole.most_pixels

    def _translate(self, source: np.ndarray, target: np.ndarray) -> None:
        """Writes the translation of `source` into the colours of `target`, of the same shape."""
        colours = target[..., : self.preparation.num_colours(target.shape[-1])]
        seen = self._resized(source)
        if seen is source:
            self._translate_seen(source, colours)
        else:
            fake = np.empty_like(seen)
            self._translate_seen(seen, fake)
            colours[:] = resize(fake, *target.shape[:2])

    def _resized(self, image: np.ndarray) -> np.ndarray:
        """Prepares an image if it is of another size; else `PaddedImage` does, row by row."""
        own = image.shape[:2]
        return image if self.preparation.size_of(*own) == own else self.preparation.apply(image)

    def _translate_seen(self, source: np.ndarray, colours: np.ndarray) -> None:
        """Does it in the size that the network sees."""
        height, width = source.shape[:2]

        def write(start: int, rows: np.ndarray) -> None:
            colours[start : start + len(rows)] = rows

        if self._streamer and not self._in_one_pass(height, width):
            self.stream_rows(source, write)
            return
        try:
            rows = self._whole(PaddedImage(source, self.preparation, *self._sides)[:])
        except Exception as error:
            if not self._streamer or self.stream is False or not is_out_of_memory(error):
                raise
            # Larger ones wouldn't fit either, and each try takes time.
            self._whole.most_pixels = height * width - 1
            self.stream_rows(source, write)
            return
        write(0, images.from_unit(rows[:height, :width], colours.dtype))

    def _run_in_strips(
        self,
        source: np.ndarray | RowFile,
        take_rows: Callable[[int, np.ndarray], None] | None,
        collector: Collector,
        folder: str | os.PathLike | None = None,
    ) -> None:
        plan = self.plan(*source.shape[:2], in_rows=isinstance(source, RowFile))
        if self._say and str(plan) != self._said:
            self._said = str(plan)
            self._say(f"{source.shape[1]}x{source.shape[0]} pixels: {plan}")
        scratch = (folder or tempfile.gettempdir()) if plan.on_disk else None
        padded = PaddedImage(source, self.preparation, *self._sides)
        self._require_streamer().stream(padded, take_rows, collector, scratch)

    def _require_streamer(self) -> AnyStreamer:
        if self._streamer is None:
            raise ConfigError(
                f"{self.generator.name} is no resnet_generator, so statistics can't be taken from "
                "it in strips: video needs --stabilize off, and translate no --reference."
            )
        return self._streamer
