"""`train(config, run_dir)`: the one way from settings to trained generators, resumed or new.

The step itself is in cyclegan.py, the crops come from data_pipeline, the files are run_folder.py's.
"""

import json
import time
from pathlib import Path

import keras
import numpy as np

from cyclegan_tf import callbacks as run_callbacks
from cyclegan_tf._version import __version__
from cyclegan_tf.config import Config
from cyclegan_tf.cyclegan import DIRECTIONS, CycleGAN
from cyclegan_tf.networks import patch_discriminator, resnet_generator, with_precision
from cyclegan_tf.precision import resolve_precision, switch_off_remapper
from cyclegan_tf.run_folder import RunError, RunFolder, save_model, write_text
from cyclegan_tf.schedule import LinearDecay
from cyclegan_tf.validation import MOST_REAL_IMAGES, Validation
from data_pipeline import available_splits, build_store, crop_stream, open_sources

# A simple classifier tells 240 from 300 pixels by the position alone no better than a coin does,
# 128 from 240 in 78 of 100 crops of 96.
MOST_HEIGHTS_DIFFER = 1.25


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
    config = _without_telling_heights(config, sources, say)
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
    step = int(model.step)
    metrics = run_callbacks.Metrics(run, config, num_steps, run.rewind_metrics(step), verbose)
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

    stores = [
        build_store(s, memory_limit_bytes=config.memory_limit_bytes, progress=verbose)
        for s in sources
    ]
    switch_off_remapper()
    checkpoints = run_callbacks.Checkpoints(run, config, metrics)
    inner = [metrics]
    if config.sample_every:
        previews = preview_images(config, sources)
        inner.append(run_callbacks.Previews(run, config.sample_every, *previews))
    if config.validate_every:
        inner.append(Validation(run, config, *validation_images(config, sources)))
    inner += [checkpoints, *callbacks]
    _fit(model, config, stores, num_steps, inner)
    run.save_checkpoint(model, config.keep_checkpoints)
    _finish(run, config, model, metrics, sources)
    time_taken = run_callbacks.clock(metrics.seconds)
    say(f"Finished after {int(model.step)} updates in {time_taken}: {run.path}")
    return model


def _without_telling_heights(config, sources, say):
    """Turns `vertical_position` off where it would tell the domains by the heights of their images.

    The position grows more slowly in higher images, and a generator can't change that.
    """
    low, high = sorted(np.median([height for height, _ in s.sizes]) for s in sources)
    if not config.vertical_position or high <= MOST_HEIGHTS_DIFFER * low:
        return config
    say(
        "vertical_position is off: the heights of the images alone would tell the domains apart "
        f"(half of them are below {low:g} pixels in one, {high:g} in the other)."
    )
    return config.replace(vertical_position=False)


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


def open_training_sources(config: Config, split: str = "train"):
    """Opens both domains of a config: a pair of `data_pipeline.Source`."""
    return open_sources(
        config.data,
        names=(config.name_a, config.name_b),
        split=split,
        skip_bad=config.skip_bad,
        background=config.background_rgb,
        load_size=config.load_size,
        memory_limit_bytes=config.memory_limit_bytes,
    )


def preview_images(config: Config, sources, num_images: int = 2):
    """Picks evenly spaced images of each domain and cuts their centres out.

    To twice the crop size, but no more than 512 pixels where the crop is smaller than that:
    previews are to cost little beside the updates.
    """
    side = min(2 * config.crop_size, max(config.crop_size, 512))
    return [
        [centre_crop(source.load(i * len(source) // num_images), side) for i in range(num_images)]
        for source in sources
    ]


def validation_images(config: Config, sources, num_images: int = 8):
    """Picks what `Validation` translates and what it compares that with.

    The inputs come from the data's "val" or "test" split where there is one, else from the training
    images, cut like previews.

    Returns:
        Inputs of A and of B; training images of A and of B.
    """
    names = config.name_a, config.name_b
    held_out = [s for s in ("val", "test") if s in available_splits(config.data, names=names)]
    held_out = open_training_sources(config, held_out[0]) if held_out else sources
    counts = [min(len(source), MOST_REAL_IMAGES) for source in sources]
    real = [
        [source.load(i * len(source) // count) for i in range(count)]
        for source, count in zip(sources, counts, strict=True)
    ]
    return preview_images(config, held_out, num_images), real


def centre_crop(image, side: int):
    """Cuts the centre out of `(h, w, c)`: at most `side` pixels, both sides multiples of 4."""
    height, width = (min(n, side) // 4 * 4 for n in image.shape[:2])
    top, left = (image.shape[0] - height) // 2, (image.shape[1] - width) // 2
    return image[top : top + height, left : left + width]


def _finish(run: RunFolder, config, model, metrics, sources):
    for direction in DIRECTIONS:
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
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    names = [detail.get("device_name", "GPU") for detail in details] or ["CPU"]
    return f"{', '.join(names)}, {model.dtype_policy.name}"


def _say_nothing(*args, **kwargs):
    pass
