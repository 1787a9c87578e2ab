"""From a run on small pictures to one that draws large ones: an upscaler for each world.

An upscaler learns from true pictures of its own world: each, made small, is its own exercise. So it
needs no adversary, and minutes where the generators took hours.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import ConfigError, RunError
from cyclegan_tf.files import write_text
from cyclegan_tf.hardware.cpu import switch_off_remapper
from cyclegan_tf.hardware.describe import describe_hardware
from cyclegan_tf.model.networks import is_functional
from cyclegan_tf.model.schedule import LinearDecay
from cyclegan_tf.model.sizes import padded_size, size_multiple, smallest_side
from cyclegan_tf.model.upscaler import stages_of, two_stage_generator, upscaler
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.preparation import preparation_in
from cyclegan_tf.runs.previews import write_preview
from cyclegan_tf.runs.saving import save_model
from cyclegan_tf.training.callbacks import clock
from cyclegan_tf.training.images import listing, open_training_sources, preview_images
from cyclegan_tf.upscaler_recipe import UpscalerRecipe
from data_pipeline.json_files import read_json_object
from data_pipeline.sources import Source, without_enlarged, without_small
from data_pipeline.store import MEMORY_LIMIT_BYTES, ImageStore, build_store
from data_pipeline.stream import refuse_small_maps, sample_crop

LEARNING_RATE, DECAY_START = 1e-3, 0.3  # falls to 0 from that share of the updates on
#: Deviation, at most, of noise on the small pictures: translations aren't as clean as true ones.
NOISE = 0.05
REPORT_EVERY = 200  # updates
Say = Callable[[str], object]


def upscale_run(
    run: str | os.PathLike,
    run_dir: str | os.PathLike,
    *,
    data: str = "",
    say: Say = print,
    **recipe: int,
) -> None:
    """Makes a run for large pictures of one that was trained on small ones.

    Args:
        run: Path of a run folder whose generators are finished.
        run_dir: Path of the run folder to make, with two-stage generators and their card.
        data: Maps in full size, as for `train`. Default: those of the run, as many times larger as
            the factor than its `load_size` makes them.
        say: Called with lines of text on how it goes.
        **recipe: Arguments of `UpscalerRecipe`, such as `factor`.

    Raises:
        ConfigError: An argument is out of its range, or nothing says where full size is to come
            from.
        RunError: There are no generators, or the folder can't be written to.
        DataError: The images can't be used.
    """
    how = UpscalerRecipe(**recipe)
    old, new = RunFolder(run), RunFolder(run_dir)
    if new.path.resolve() == old.path.resolve():
        raise ConfigError("The new run needs another folder than the one it is made of.")
    if not old.config_file.exists():
        raise RunError(f"{old.path} is no run. Give the folder of a finished run.")
    if not all(old.generator_file(direction).exists() for direction in Direction):
        raise RunError(f"{old.path} is not finished. Train it to its end first: the same command.")
    config = Config.load(old.config_file)
    if not data and not config.load_size:
        raise ConfigError(
            f"{old.path} was trained on pictures in their own size: it has no larger ones. "
            "Give data (--data): the same maps in full size."
        )
    generators = [_generator(old, direction) for direction in Direction]
    large = config.replace(
        data=data or config.data,
        load_size=config.load_size * how.factor,
        crop_size=config.crop_size * how.factor,  # what the generators have seen, in full size
    )
    new.check_place()
    if new.checkpoints():
        raise RunError(f"{new.path} holds a training. Choose another folder (run_dir, --run).")
    sources: Sequence[Source] = open_training_sources(large.replace(small_images="pad"))
    if config.small_images == "skip":
        sources = [without_small(source, how.crop_size) for source in sources]
    for source in sources:
        _refuse_soft(source, large.load_size, how.factor)
    sources = list(map(without_enlarged, sources))
    with new.alone():
        new.start_or_resume(large, listing(sources))
        began = time.monotonic()
        upscaler_a, upscaler_b = (
            train_upscaler(
                source,
                one,
                flip=large.flip,
                small_images=large.small_images,
                memory_limit_bytes=large.memory_limit_bytes,
                say=say,
            )
            for source, one in zip(sources, (how, replace(how, seed=how.seed + 1)), strict=True)
        )
        seconds = time.monotonic() - began
        both = list(map(two_stage_generator, generators, (upscaler_b, upscaler_a)))  # A -> B: B's
        for direction, generator in zip(Direction, both, strict=True):
            save_model(generator, new.generator_file(direction), preparation_in(large))
        card = _card(old, large, sources, how, seconds)
        _show(old, new, large, sources, both, card.get("updates", 0))
        new.write_card(card)
    say(f"Finished in {clock(seconds)}: {new.path}")


def train_upscaler(
    source: Source,
    recipe: UpscalerRecipe | None = None,
    *,
    flip: float = 0.5,
    small_images: str = "error",
    memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
    say: Say = print,
) -> keras.Model:
    """Trains an upscaler on the pictures of one world.

    Args:
        source: Pictures at full size.
        recipe: How. Default: `UpscalerRecipe()`.
        flip: As in `crop_stream`.
        small_images: "error" refuses pictures that are smaller than a crop, "pad" mirrors them.
        memory_limit_bytes: As in `build_store`.
        say: Called with lines of text on how it goes.

    Returns:
        The network, see `upscaler`.

    Raises:
        DataError: There are smaller pictures, and `small_images` is "error".
    """
    recipe = recipe or UpscalerRecipe()
    num_updates = recipe.num_updates
    model = upscaler(recipe.factor, recipe.filters, channels=source.channels, seed=recipe.seed)
    decay = LinearDecay(LEARNING_RATE, int(DECAY_START * num_updates), num_updates)
    # Before the clip: what lies beyond it has no gradient that would bring it back.
    learner = keras.Model(model.input, model.get_layer("sum").output)
    learner.compile(keras.optimizers.Adam(decay, beta_1=0.9, beta_2=0.99), loss="mae")
    store = build_store(source, memory_limit_bytes=memory_limit_bytes, progress=False)
    if small_images == "error":
        refuse_small_maps([store], recipe.crop_size)
    switch_off_remapper()  # an error line of TensorFlow that means nothing
    interval = min(REPORT_EVERY, num_updates)
    learner.fit(
        _pairs(store, recipe, flip),
        epochs=-(-num_updates // interval),
        steps_per_epoch=interval,
        callbacks=[_Report(source.name, num_updates, say)],
        shuffle=False,
        verbose=0,
    )
    return model


def _pairs(store: ImageStore, recipe: UpscalerRecipe, flip: float) -> tf.data.Dataset:
    """Batches of (small, large) crops; sample k is a function of (seed, k), as in `crop_stream`."""

    def pair(k: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        large = sample_crop(
            store, k, crop_size=recipe.crop_size, seed=recipe.seed, domain=0, flip=flip
        )
        small = tf.nn.avg_pool2d(large[None], recipe.factor, recipe.factor, "VALID")[0]
        key = tf.stack([tf.cast(recipe.seed, tf.int64), k])
        strength = NOISE * tf.random.stateless_uniform((), key)
        small += strength * tf.random.stateless_normal(tf.shape(small), key + 1)
        return small, large

    samples = tf.data.Dataset.counter().map(pair, tf.data.AUTOTUNE, deterministic=True)
    return samples.batch(recipe.batch_size, drop_remainder=True).prefetch(tf.data.AUTOTUNE)


class _Report(keras.callbacks.Callback):
    """A line per interval."""

    def __init__(self, name: str, num_updates: int, say: Say) -> None:
        super().__init__()
        self._name, self._num_updates, self._say = name, num_updates, say
        self._done, self._began = 0, time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._done += 1
        if self._done >= self._num_updates:  # the last interval may be shorter
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        done = min(self._done, self._num_updates)
        left = (time.monotonic() - self._began) / done * (self._num_updates - done)
        error = 127.5 * (logs or {})["loss"]
        self._say(
            f"{self._name}  update {done}/{self._num_updates}  error {error:.2f} gray levels  "
            f"{clock(left)} left"
        )


def _generator(run: RunFolder, direction: Direction) -> keras.Model:
    generator = load_generator(run.path, direction)
    if stages_of(generator):
        raise ConfigError(f"{run.path} draws large pictures already. Give the run it came from.")
    if not is_functional(generator):
        raise ConfigError(f"{generator.name} is no functional model: nothing can be joined to it.")
    return generator


def _refuse_soft(source: Source, load_size: int, factor: int) -> None:
    """Where most pictures had to be enlarged, there is no detail to learn."""
    soft = sum(name in source.enlarged for name in source.names)
    if 2 * soft > len(source):
        raise ConfigError(
            f"{soft} of {len(source)} images of {source.name} are smaller than {load_size} px, "
            f"{factor} times the run's load_size, so they have no details to learn. Use a smaller "
            "factor (--factor), or data (--data) with larger images."
        )


def _show(
    old: RunFolder,
    new: RunFolder,
    large: Config,
    sources: Sequence[Source],
    generators: Sequence[keras.Model],
    step: int,
) -> None:
    """A preview of what came of it, and the losses of the run it was made of, for the gallery."""
    write_preview(new, step, list(map(_padding, generators)), preview_images(large, sources))
    if old.metrics_file.exists():
        write_text(new.metrics_file, old.metrics_file.read_text("utf-8"))


def _padding(generator: keras.Model) -> Callable[[Any], np.ndarray]:
    """A generator that takes sides that are no multiples, as the centres of small pictures have."""
    multiple, smallest = size_multiple(generator), smallest_side(generator)

    def translate(batch: Any) -> np.ndarray:
        height, width = batch.shape[1:3]
        taller, wider = padded_size(height, width, multiple, smallest)
        more = [(0, 0), (0, taller - height), (0, wider - width), (0, 0)]
        padded = np.pad(batch, more, mode="reflect")
        return keras.ops.convert_to_numpy(generator(padded))[:, :height, :width]

    return translate


def _card(
    run: RunFolder, large: Config, sources: Sequence[Source], how: UpscalerRecipe, seconds: float
) -> dict:
    """The card of the run, whose recipe stays, with what came on top."""
    card = read_json_object(run.card_file) if run.card_file.exists() else {}
    return card | {
        "data": large.data,
        "images": {source.name: len(source) for source in sources},
        "preparation": preparation_in(large).to_dict(),
        "upscaled": {
            **asdict(how),
            "data": large.data,
            "load_size": large.load_size,
            "seconds": round(seconds, 1),
            "hardware": f"{describe_hardware()}, float32",
        },
        "finished": time.strftime("%Y-%m-%d"),
    }
