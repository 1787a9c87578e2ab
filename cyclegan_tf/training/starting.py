"""What a training goes on from: the last whole checkpoint of its run folder, or a new model."""

from collections.abc import Callable, Sequence
from pathlib import Path

from cyclegan_tf.config import Config
from cyclegan_tf.errors import RunError, reason_of
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import load_networks
from cyclegan_tf.training.build import build_model, objective_settings
from cyclegan_tf.training.parts import Parts
from data_pipeline.sources import Source


def updates_per_epoch(config: Config, sources: Sequence[Source]) -> int:
    """Returns how many updates an epoch has: those asked for, or the smaller domain's images once.

    Args:
        config: Settings of the run.
        sources: Training images of A and of B.

    Raises:
        RunError: A batch is larger than the smaller domain.
    """
    smaller = min(len(source) for source in sources)
    per_epoch = config.steps_per_epoch or smaller // config.batch_size
    if not per_epoch:
        raise RunError(
            f"batch_size {config.batch_size} exceeds the images of the smaller domain ({smaller}). "
            "Use a smaller batch_size or set steps_per_epoch."
        )
    return per_epoch


def model_so_far(
    run: RunFolder,
    config: Config,
    per_epoch: int,
    parts: Parts,
    say: Callable[[str], object],
) -> CycleGAN:
    """Returns the model of the last whole checkpoint, or a new one.

    Args:
        run: The run folder.
        config: Settings of the run.
        per_epoch: Updates of an epoch.
        parts: What a user brought.
        say: Called with a line of text about damaged checkpoints.

    Raises:
        ConfigError: The parts can't be used.
        RunError: The run was started with other parts; there are checkpoints, and none can be
            loaded; or there is nothing at `init_from`.
    """
    num_steps = config.epochs * per_epoch
    networks = parts.networks(config)
    optimizer = parts.optimizer(config, num_steps)
    parts.agree_with(run, config, networks, objective_settings(config, num_steps), optimizer)
    if run.checkpoints():
        return _load_last(run, say)
    model = build_model(
        config,
        num_steps=num_steps,
        decay_start=config.decay_epoch * per_epoch,
        networks=networks,
        objective=parts.objective,
        optimizer=optimizer,
    )
    if config.init_from:
        load_networks(config.init_from, model)
    return model


def _load_last(run: RunFolder, say: Callable[[str], object]) -> CycleGAN:
    """Loads the newest checkpoint that is whole, and sets damaged ones after it aside."""
    damaged: dict[Path, RunError] = {}
    for path in reversed(run.checkpoints()):
        try:
            model = CycleGAN.load(path)
        except RunError as error:
            damaged[path] = error
            continue
        except OSError as error:
            raise RunError(f"{path} cannot be read: {error}.") from error
        for bad, reason in damaged.items():
            say(f"{reason_of(reason)}. It is kept as {run.set_aside(bad).name}.")
        return model
    reason = next(iter(damaged.values()))
    raise RunError(
        f"No checkpoint of {run.path} can be loaded: {reason_of(reason)}. Copy a whole one there, "
        "or train in another folder (run_dir, --run)."
    )
