"""What a training would take, without training: updates, time, memory, sizes of files."""

import dataclasses
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from cyclegan_tf.config import Config
from cyclegan_tf.hardware.backend import leave_gpus_to_jax
from cyclegan_tf.hardware.cpu import switch_off_remapper
from cyclegan_tf.hardware.describe import describe_hardware
from cyclegan_tf.hardware.limit import on_accelerator
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_networks
from cyclegan_tf.runs.sizes import checkpoint_megabytes
from cyclegan_tf.runs.spare import checkpoints_in
from cyclegan_tf.training.build import build_model
from cyclegan_tf.training.images import (
    open_training_pairs,
    open_training_sources,
    without_position_if_heights_differ,
)
from cyclegan_tf.training.starting import updates_per_epoch
from cyclegan_tf.training.time_limit import advice, updates_in_time

_ENOUGH_SECONDS = 3.0  # of updates, to know their pace
_MOST_UPDATES = 50


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a training would take on this machine.

    Attributes:
        run: Run folder.
        settings: All settings as they would be used.
        images: Number of training images by domain.
        notes: What was changed about the settings, and why.
        megapixels: Size of all training images together.
        updates: Number of updates of the whole run.
        updates_done: By the last checkpoint of the run folder.
        updates_in_time: The update at which the time limit will end it, about; None if all fit.
        decay_from: Update from which the learning rate falls.
        device: What computes, and in which number format.
        seconds_per_update: Measured with crops of noise, after the first update.
        seconds_to_compile: How long the first update takes.
        memory_gb: Most memory so far: of the GPU, on a CPU of this process with the images; None
            where the system doesn't say.
        checkpoint_mb: A checkpoint's size on disk, about.
    """

    run: str
    settings: dict[str, Any]
    images: dict[str, int]
    notes: list[str]
    megapixels: float
    updates: int
    updates_done: int
    updates_in_time: int | None
    decay_from: int
    device: str
    seconds_per_update: float
    seconds_to_compile: float
    memory_gb: float | None
    checkpoint_mb: float

    @property
    def hours(self) -> float:
        """Of the updates that are left; validations, previews and checkpoints come on top."""
        return (self.updates - self.updates_done) * self.seconds_per_update / 3600

    def to_dict(self) -> dict[str, Any]:
        """Returns all of it with `hours`, as JSON has it."""
        return {**dataclasses.asdict(self), "hours": round(self.hours, 3)}

    def __str__(self) -> str:
        minutes = 60 * self.hours
        left = f"{self.hours:.1f} hours" if minutes >= 90 else f"{minutes:.1f} minutes"
        images = ", ".join(f"{count} of {name}" for name, count in self.images.items())
        if self.updates_in_time is not None:
            limit = self.settings["time_limit_minutes"]
            whose = f" of {limit:g} minutes in all (--time-limit-minutes, 0 for none)"
            left += f", but the limit{whose} ends it at about update {self.updates_in_time:,}"
        rows = {
            "run": self.run
            + (f", at update {self.updates_done}" if self.updates_done else ", new"),
            "images": f"{images}; {self.megapixels:.0f} megapixels",
            "updates": f"{self.updates:,}; the learning rate falls from {self.decay_from:,} on",
            "device": self.device,
            "an update": f"{1000 * self.seconds_per_update:.0f} ms, measured with noise; the first "
            f"{self.seconds_to_compile:.0f} s",
            "time left": left,
            "memory": "not known on this system"
            if self.memory_gb is None
            else f"{self.memory_gb:.1f} GB",
            "checkpoint": f"{self.checkpoint_mb:.0f} MB, "
            f"{self.settings['keep_checkpoints']} are kept",
        }
        lines = [f"{name:12}{text}" for name, text in rows.items()]
        return "\n".join([*self.notes, *lines])


def plan_training(config: Config, run_dir: str | os.PathLike) -> Plan:
    """Looks at the images, builds the model and runs some updates on noise; writes nothing.

    Built-in worlds are drawn into the cache, as training would do.

    Args:
        config: Settings of the run.
        run_dir: Run folder; it need not exist.

    Raises:
        DataError: The images can't be used.
        RunError: The batch is larger than the smaller domain; or there is nothing at `init_from`.
    """
    leave_gpus_to_jax()
    sources = open_training_sources(config)
    pairs = open_training_pairs(config)
    notes: list[str] = []
    config = without_position_if_heights_differ(config, sources, notes.append)
    per_epoch = updates_per_epoch(config, sources)
    num_steps, decay_from = config.epochs * per_epoch, config.decay_epoch * per_epoch
    model = build_model(config, num_steps=num_steps, decay_start=decay_from)
    done = max(checkpoints_in(Path(run_dir) / "checkpoints"), default=0)
    if config.init_from and not done:
        load_networks(config.init_from, model)  # says so if it can't be
    switch_off_remapper()  # an error line of TensorFlow that means nothing
    compiling, seconds = _pace(model, config)
    lines = [line for line in RunFolder(run_dir).read_metrics() if line["step"] <= done]
    so_far = max((line.get("seconds", 0.0) for line in lines), default=0.0)
    in_time = updates_in_time(config, num_steps, done, so_far, seconds)
    if text := advice(config, num_steps, in_time):
        notes.append(text)
    device = f"{describe_hardware()}, {model.dtype_policy.name}"
    return Plan(
        run=str(run_dir),
        settings=json.loads(config.to_json()),
        images={source.name: len(source) for source in [*sources, *pairs]},
        notes=notes,
        megapixels=round(sum(h * w for s in [*sources, *pairs] for h, w in s.sizes) / 1e6, 1),
        updates=num_steps,
        updates_done=done,
        updates_in_time=in_time,
        decay_from=decay_from,
        device=device,
        seconds_per_update=seconds,
        seconds_to_compile=compiling,
        memory_gb=_peak_gb(),
        checkpoint_mb=round(checkpoint_megabytes(config), 1),
    )


def _pace(model: CycleGAN, config: Config) -> tuple[float, float]:
    """Seconds of the first update and of one after it."""
    shape = (config.batch_size, config.crop_size, config.crop_size, config.crop_channels)
    noise = np.random.default_rng(0).uniform(-1, 1, (2, *shape)).astype(np.float32)
    stream = tf.data.Dataset.from_tensors(tuple(noise)).repeat()
    start = time.perf_counter()
    _fit(model, stream, 1)
    compiling = time.perf_counter() - start
    count = 0
    start = time.perf_counter()
    while (seconds := time.perf_counter() - start) < _ENOUGH_SECONDS and count < _MOST_UPDATES:
        some = max(1, count)
        _fit(model, stream, some)
        count += some
    return compiling, seconds / count


def _fit(model: CycleGAN, stream: tf.data.Dataset, count: int) -> None:
    model.fit(stream, epochs=1, steps_per_epoch=count, shuffle=False, verbose=0)


def _peak_gb() -> float | None:
    peak = _peak_bytes()
    return None if peak is None else round(peak / 1e9, 2)


def _peak_bytes() -> int | None:
    if not on_accelerator():
        try:
            import resource
        except ImportError:  # on Windows
            return None
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    if keras.backend.backend() == "jax":
        import jax

        return jax.devices()[0].memory_stats()["peak_bytes_in_use"]
    return tf.config.experimental.get_memory_info("GPU:0")["peak"]
