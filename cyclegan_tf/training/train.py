"""`train(config, run_dir)`: the one way from settings to trained generators, resumed or new.

The step itself is in model/tensorflow_step.py, the crops come from data_pipeline.
"""

import math
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras

from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError, DivergenceError, RunError, TrainingStopped
from cyclegan_tf.hardware.backend import leave_gpus_to_jax
from cyclegan_tf.hardware.cpu import switch_off_remapper
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.sizes import size_multiple
from cyclegan_tf.runs.best import better_before
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.preparation import preparation_in
from cyclegan_tf.training.callbacks import Previews, ProgressLog, clock
from cyclegan_tf.training.devices import Devices, lost_workers_as_errors
from cyclegan_tf.training.divergence import go_on_at_half_the_rate
from cyclegan_tf.training.finish import hardware_of, write_results
from cyclegan_tf.training.fitting import fit
from cyclegan_tf.training.followers import FollowedRun
from cyclegan_tf.training.images import (
    listing,
    open_training_pairs,
    open_training_sources,
    without_position_if_heights_differ,
)
from cyclegan_tf.training.own_data import OwnData, Stream, own_sources
from cyclegan_tf.training.part_checks import check_callbacks
from cyclegan_tf.training.parts import Networks, OwnLosses, OwnOptimizer, Parts
from cyclegan_tf.training.rescue import kept_elsewhere
from cyclegan_tf.training.speed import DataWait, SpeedLine
from cyclegan_tf.training.starting import model_so_far, updates_per_epoch
from cyclegan_tf.training.stopping import StopRequest
from cyclegan_tf.training.time_limit import TimeLimitLine
from cyclegan_tf.training.usual_callbacks import Shown, usual_callbacks
from cyclegan_tf.training.validation import Validation
from data_pipeline.sources import Source
from data_pipeline.store import build_store

_MORE_TIME = "A larger time_limit_minutes (--time-limit-minutes; 0 for none) goes on from there."


def train(
    config: Config,
    run_dir: str | os.PathLike | None = None,
    *,
    networks: Networks | None = None,
    objective: OwnLosses | None = None,
    optimizer: OwnOptimizer | None = None,
    data: OwnData | None = None,
    strategy: Any = None,
    verbose: bool = True,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> CycleGAN:
    """Trains, or resumes, or (if the run is finished) just loads.

    Calling it again with the same folder continues from the last checkpoint, bit-exactly: N updates
    in one go equal k updates, a new process, and N - k updates.

    Args:
        config: All settings, e.g. `preset("demo")`.
        run_dir: Run folder. Default: `runs/<name_a>2<name_b>`.
        networks: Networks of your own: both generators, all four, a dict of some, or a function of
            the config that returns these. Default: those of the config. All four are explained
            in docs/extending.md.
        objective: Losses of your own: further ones, a subclass of `Objective` or one of its
            instances. Default: those of the config.
        optimizer: A function `(config, num_steps)` that returns a Keras optimizer for all four
            networks. Default: Adam with the settings of the config.
        data: Data of your own in place of `config.data`: a pair of lists of uint8 pictures, or a
            stream of batches.
        strategy: On which devices: `"mirrored"` (all of this machine), `"multiworker"` (those of
            several machines, see docs/machines.md), a `tf.distribute.Strategy`, or with JAX a
            `keras.distribution.DataParallel`. Default: one device.
        verbose: Print what is done, with a progress line.
        callbacks: Further Keras callbacks; their epoch is one logging interval.

    Returns:
        The trained model; the run folder holds its generators, see `RunFolder`.

    Raises:
        ConfigError: The replicas of the strategy can't share `batch_size` equally, or your own
            parts don't fit together.
        DataError: The images can't be used.
        RunError: The folder holds another run, can't be written to, another process trains in it,
            it diverged (`DivergenceError`, see `on_divergence`), or another worker is gone.
        TrainingStopped: Ctrl-C, a notebook's stop or SIGTERM came. It is a KeyboardInterrupt; the
            update was finished and everything is saved.
    """
    devices = Devices(strategy)
    devices.check_batch_size(config)
    parts = Parts(networks, objective, optimizer)
    verbose = verbose and devices.is_chief
    with devices.training_scope(), lost_workers_as_errors(devices):
        default = Path("runs") / f"{config.name_a}2{config.name_b}"
        kind = RunFolder if devices.is_chief else FollowedRun
        run = kind(default if run_dir is None else run_dir)
        run.check_place()  # before minutes of reading images
        leave_gpus_to_jax()
        if data is None:
            sources, own_stream = open_training_sources(config), None
        else:
            sources, own_stream = own_sources(data, config, parts.channels)
            config = config.replace(data="")  # what isn't used is in no card
            if own_stream and devices.num_replicas > 1:
                raise ConfigError("A stream of your own trains on one device: no strategy.")
            if own_stream and config.pairs:
                raise ConfigError(
                    "pairs go with pictures, not with a stream of your own: mix them in there, and "
                    "give an objective with pairs_every."
                )
        pairs = open_training_pairs(config)
        per_epoch = updates_per_epoch(config, sources)
        with run.alone():
            return _train(
                run,
                config,
                sources,
                pairs,
                per_epoch,
                devices,
                parts=parts,
                is_own_data=data is not None,
                own_stream=own_stream,
                callbacks=callbacks,
                verbose=verbose,
            )


def _train(
    run: RunFolder,
    config: Config,
    sources: Sequence[Source],
    pairs: Sequence[Source],
    per_epoch: int,
    devices: Devices,
    *,
    parts: Parts,
    is_own_data: bool,
    own_stream: Stream | None,
    callbacks: Sequence[keras.callbacks.Callback],
    verbose: bool,
) -> CycleGAN:
    say: Callable[[str], object] = print if verbose else _say_nothing
    config = without_position_if_heights_differ(config, sources, say)
    num_steps = config.epochs * per_epoch
    run.start_or_resume(config, listing([*sources, *pairs]))

    with devices.model_scope():
        model = model_so_far(run, config, per_epoch, parts, say)
    check_callbacks(callbacks, model)
    step = model.num_updates
    if step != devices.as_the_chief(step):
        raise RunError(
            f"{run.path} holds other checkpoints here (update {step}) than for the first worker. "
            "All workers must see the same run folder, on a disk that they share."
        )
    seconds_so_far = run.rewind_metrics(step)  # lines after the checkpoint will be written anew
    log = ProgressLog(run, config, num_steps, seconds_so_far, verbose, devices)
    if step >= num_steps or (step and log.time_is_up()):
        if step < num_steps:
            say(f"{run.path} has had its time: {step} of {num_steps} updates. {_MORE_TIME}")
        else:
            say(f"{run.path} is finished: {step} updates.")
            say("To start over, delete the folder or choose another one with --run.")
        if not run.card_file.exists():  # killed between the last checkpoint and the end
            write_results(run, config, model, log.seconds, [*sources, *pairs], devices)
        return model

    images = ", ".join(f"{len(source)} images of {source.name}" for source in sources)
    if pairs:
        images += f", {len(pairs[0])} true pairs"
    start = f"{'Resuming' if step else 'Starting'} {run.path} at update {step} of {num_steps}"
    say(f"{start}: {images}; {hardware_of(model, devices)}")
    if not step:
        say("Losses below: gan a2b/b2a, cycle and disc a/b; see docs/troubleshooting.md.")
    run.withdraw_generators()
    switch_off_remapper()  # an error line of TensorFlow that means nothing
    limit = config.memory_limit_bytes
    stores = [
        build_store(source, memory_limit_bytes=limit, progress=verbose)
        for source in ([] if own_stream else [*sources, *pairs])
    ]
    waiting = DataWait()
    preparation = preparation_in(config)
    watched = any(getattr(callback, "wants_early_previews", False) for callback in callbacks)
    with StopRequest(verbose) as stop:
        while True:
            multiple = math.lcm(*map(size_multiple, (model.generator_ab, model.generator_ba)))
            shown = Shown(sources, is_own_data, multiple)
            usual = usual_callbacks(run, config, shown, log, devices, watched)
            if verbose:
                line = SpeedLine(config, step, waiting, log.say, devices.num_replicas)
                usual += [line, TimeLimitLine(config, num_steps, log, log.say)]
            try:
                with kept_elsewhere(run, model, preparation):
                    fit(
                        model,
                        config,
                        stores,
                        num_steps,
                        callbacks=[*usual, *callbacks],
                        waiting=waiting,
                        devices=devices,
                        stop=stop,
                        own_stream=own_stream,
                    )
                    checkpoint = run.save_checkpoint(model, config.keep_checkpoints, preparation)
                break
            except DivergenceError as error:
                if config.on_divergence == "stop" or devices.num_workers > 1:
                    raise
                with devices.model_scope():
                    model = model_so_far(run, config, per_epoch, parts, say)
                go_on_at_half_the_rate(run, config, model, error, log.seconds)
                step = model.num_updates
                log = ProgressLog(run, config, num_steps, log.seconds, verbose, devices)
        if model.num_updates < num_steps and devices.as_the_chief(int(stop.is_made)):
            raise TrainingStopped(
                f"Stopped at update {model.num_updates} of {num_steps}. Everything is saved in "
                f"{checkpoint}; run the same again to go on from there.",
                128 + (stop.received or signal.SIGTERM),  # another worker's, of which none is here
            )
        _finish_callbacks(usual, callbacks)
    write_results(run, config, model, log.seconds, [*sources, *pairs], devices)
    devices.as_the_chief(0)  # who leaves earlier is taken for lost
    say(_how_it_ended(run, model.num_updates, num_steps, log))
    for sentence in better_before(run.read_validation()):
        say(sentence + ".")
    return model


def _finish_callbacks(
    usual: Sequence[keras.callbacks.Callback], callbacks: Sequence[keras.callbacks.Callback]
) -> None:
    """Shows and measures the end of the run."""
    for callback in usual:
        if isinstance(callback, Validation):
            callback.validate_last()
        elif isinstance(callback, Previews):
            callback.write_last()
    for callback in callbacks:
        if hasattr(callback, "after_run"):  # ours, see loggers.py
            callback.after_run()


def _how_it_ended(run: RunFolder, step: int, num_steps: int, log: ProgressLog) -> str:
    done = f"in {clock(log.seconds)}: {run.path}"
    if step == num_steps:
        return f"Finished after {num_steps} updates {done}"
    count = f"{step} of {num_steps} updates {done}"
    if log.time_is_up():
        return f"The time limit is reached after {count}. All is saved. {_MORE_TIME}"
    return f"A callback stopped it after {count}. All is saved; the same call goes on from there."


def _say_nothing(text: str) -> None:
    pass
