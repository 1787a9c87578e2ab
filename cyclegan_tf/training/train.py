"""`train(config, run_dir)`: the one way from settings to trained generators, resumed or new.

The step itself is in cyclegan.py, the crops come from data_pipeline, the files are run_folder.py's,
pictures to look at and to validate on are picked in training_images.py.
"""

import json
import time
from pathlib import Path

import keras

from cyclegan_tf._version import __version__
from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import RunError
from cyclegan_tf.files import write_text
from cyclegan_tf.hardware.cpu import switch_off_remapper
from cyclegan_tf.hardware.describe import describe_hardware
from cyclegan_tf.hardware.precision import resolve_precision
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator, with_precision
from cyclegan_tf.model.schedule import LinearDecay
from cyclegan_tf.runs.folder import RunFolder, save_model
from cyclegan_tf.runs.loading import load_networks
from cyclegan_tf.training import callbacks as run_callbacks
from cyclegan_tf.training.images import (
    open_training_sources,
    preview_images,
    validation_images,
    without_telling_heights,
)
from cyclegan_tf.training.validation import Validation
from data_pipeline import build_store, crop_stream


def train(config: Config, run_dir=None, *, verbose: bool = True, callbacks=()) -> CycleGAN:
    """Trains, or resumes, or (if the run is finished) just loads.

    Calling it again with the same folder continues from the last checkpoint, bit-exactly: N updates
    in one go equal k updates, a new process, and N - k updates.

    Args:
        config: All settings, e.g. `preset("demo")`.
        run_dir: Run folder; default `runs/<name_a>2<name_b>`.
        verbose: Print what is done, with a progress line.
        callbacks: Further `keras.callbacks.Callback`s; their epoch is one logging interval.

    Returns:
        The trained model; the run folder holds its generators, see `RunFolder`.

    Raises:
        DataError: The images can't be used.
        RunError: The folder holds another run, can't be written to, or a loss became non-finite.
    """
    run = RunFolder(run_dir or Path("runs") / f"{config.name_a}2{config.name_b}")
    say = print if verbose else _say_nothing
    sources = open_training_sources(config)
    config = without_telling_heights(config, sources, say)
    per_epoch = config.steps_per_epoch or min(len(s) for s in sources) // config.batch_size
    if not per_epoch:
        raise RunError(
            f"batch_size {config.batch_size} exceeds the images of the smaller domain "
            f"({min(len(s) for s in sources)}). Use a smaller batch_size or set steps_per_epoch."
        )
    num_steps = config.epochs * per_epoch
    run.start_or_resume(config, {source.name: _listing(source) for source in sources})

    saved = run.checkpoints()
    if saved:
        model = _load_checkpoint(saved[-1])
    else:
        model = build_model(config, num_steps=num_steps, decay_start=config.decay_epoch * per_epoch)
        if config.init_from:
            load_networks(config.init_from, model)
    step = int(model.step)
    metrics = run_callbacks.ProgressLog(run, config, num_steps, run.rewind_metrics(step), verbose)
    if step >= num_steps or (step and metrics.time_is_up()):
        say(f"{run.path} is finished: {step} updates.")
        say("To start over, delete the folder or choose another one with --run.")
        if not run.card_file.exists():  # killed between the last checkpoint and the end
            _finish(run, config, model, metrics, sources)
        return model
    say(
        f"{'Resuming' if step else 'Starting'} {run.path} at update {step} of {num_steps}: ", end=""
    )
    say(f"{', '.join(f'{len(s)} images of {s.name}' for s in sources)}; {_hardware(model)}")

    run.withdraw_generators()
    stores = [
        build_store(s, memory_limit_bytes=config.memory_limit_bytes, progress=verbose)
        for s in sources
    ]
    switch_off_remapper()
    checkpoints = run_callbacks.Checkpoints(run, config, metrics)
    inner, validation = [metrics], None
    if config.sample_every:
        previews = preview_images(config, sources)
        inner.append(run_callbacks.Previews(run, config.sample_every, *previews))
    if config.validate_every:
        validation = Validation(run, config, *validation_images(config, sources))
        inner.append(validation)
    inner += [checkpoints, *callbacks]
    _fit(model, config, stores, num_steps, inner)
    if validation:
        validation.validate_last()
    run.save_checkpoint(model, config.keep_checkpoints)
    _finish(run, config, model, metrics, sources)
    time_taken = run_callbacks.clock(metrics.seconds)
    say(f"Finished after {int(model.step)} updates in {time_taken}: {run.path}")
    return model


def _load_checkpoint(path):
    try:
        return CycleGAN.load(path)
    except Exception as error:  # Keras raises many types here, all of them mean the same to a user
        reason = str(error).strip().splitlines()[0]
        raise RunError(
            f"{path} is damaged: {reason} Delete it to go on from the checkpoint before it."
        ) from error


def _fit(model, config, stores, num_steps, callbacks):
    """Runs `model.fit` with an "epoch" per logging interval, and a shorter one for the rest."""
    while (step := int(model.step)) < num_steps:
        interval = min(config.log_every, num_steps - step)
        stream = crop_stream(
            *stores,
            crop_size=config.crop_size,
            batch_size=config.batch_size,
            seed=config.seed,
            start=step * config.batch_size,
            flip=config.flip,
            scale_jitter=config.scale_jitter,
            color_jitter=config.color_jitter,
            small_images=config.small_images,
            vertical_position=config.vertical_position,
        )
        model.fit(
            stream,
            epochs=(num_steps - step) // interval,
            steps_per_epoch=interval,
            callbacks=callbacks,
            shuffle=False,  # else Keras warns: a stream has its own order
            verbose=0,
        )
        if model.stop_training:
            return


def build_model(config: Config, *, num_steps: int, decay_start: int) -> CycleGAN:
    """Builds and compiles the untrained model of a config.

    Args:
        config: The settings.
        num_steps: Updates of the whole run, after which the learning rate is 0.
        decay_start: Update from which the learning rate falls.

    Returns:
        A compiled `CycleGAN`; its initial weights depend on `config.seed` alone.
    """
    dtype = resolve_precision(config.precision)
    channels = 4 if config.vertical_position else 3
    seed = 1000 * config.seed  # room for a seed per layer and network

    def generator(name, offset):
        return resnet_generator(
            config.filters,
            config.num_residual_blocks,
            upsampling=config.upsampling,
            interpolation=config.interpolation,
            dtype=dtype,
            seed=seed + offset,
            name=name,
        )

    def discriminator(name, offset):
        return patch_discriminator(
            config.discriminator_filters,
            config.discriminator_layers,
            num_scales=config.discriminator_scales,
            channels=channels,
            dtype=dtype,
            seed=seed + offset,
            name=name,
        )

    model = CycleGAN(
        generator("generator_ab", 0),
        generator("generator_ba", 250),
        discriminator("discriminator_a", 500),
        discriminator("discriminator_b", 750),
        gan_loss=config.gan_loss,
        cycle_weight=config.cycle_weight,
        identity_weight=config.identity_weight,
        identity_anneal_steps=round(config.identity_anneal * num_steps),
        equivariance_weight=config.equivariance_weight,
        equivariance_every=config.equivariance_every,
        pool_size=config.pool_size,
        crop_size=config.crop_size,
        crop_channels=channels,
        ema=config.ema,
        seed=config.seed,
        dtype=dtype,
    )
    rate = LinearDecay(config.learning_rate, decay_start, num_steps)
    adam = keras.optimizers.Adam(rate, beta_1=config.beta_1, beta_2=config.beta_2)
    model.compile(optimizer=adam, jit_compile=config.jit_compile)
    return model


def _finish(run: RunFolder, config, model, metrics, sources):
    for direction in Direction:
        generator = with_precision(model.output_generator(direction), "float32")
        save_model(generator, run.generator_file(direction))
    card = {
        "domains": {"a": config.name_a, "b": config.name_b},
        "data": config.data,
        "images": {source.name: len(source) for source in sources},
        "updates": int(model.step),
        "training_seconds": round(metrics.seconds, 1),
        "hardware": _hardware(model),
        "weights": "moving average" if config.ema else "last update",
        "cyclegan_tf": __version__,
        "finished": time.strftime("%Y-%m-%d"),
        "recipe": json.loads(config.to_json()),
    }
    write_text(run.card_file, json.dumps(card, indent=2) + "\n")


def _listing(source) -> list:
    return [[name, *size] for name, size in zip(source.names, source.sizes, strict=True)]


def _hardware(model) -> str:
    return f"{describe_hardware()}, {model.dtype_policy.name}"


def _say_nothing(*args, **kwargs):
    pass
