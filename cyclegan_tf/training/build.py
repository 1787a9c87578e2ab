"""From a `Config` to the untrained model: its networks, its objective and its optimizer."""

from collections.abc import Callable, Mapping
from typing import Any

import keras

from cyclegan_tf.config import Config
from cyclegan_tf.hardware.precision import resolve_precision
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import patch_discriminator, resnet_generator
from cyclegan_tf.model.objective import Objective, optional_settings
from cyclegan_tf.model.schedule import LinearDecay
from cyclegan_tf.model.two_rates import TwoRateAdam


def build_model(
    config: Config,
    *,
    num_steps: int,
    decay_start: int,
    networks: Mapping[str, keras.Model] | None = None,
    objective: Callable[[Config, dict[str, Any]], Objective | None] | None = None,
    optimizer: keras.optimizers.Optimizer | None = None,
) -> CycleGAN:
    """Builds and compiles the untrained model of a config.

    Args:
        config: The settings.
        num_steps: Updates of the whole run, after which the learning rate is 0.
        decay_start: Update from which the learning rate falls.
        networks: Networks by their names in `CycleGAN`, in place of those of the config.
        objective: Makes the losses from the config and the settings of `Objective`, or returns None
            for those of the config.
        optimizer: In place of Adam with the settings of the config.

    Returns:
        A compiled `CycleGAN`; its initial weights depend on `config.seed` alone.
    """
    dtype = resolve_precision(config.precision)
    seed = 1000 * config.seed  # room for a seed per layer and network

    def generator(name: str, offset: int) -> keras.Model:
        return resnet_generator(
            config.filters,
            config.num_residual_blocks,
            upsampling=config.upsampling,
            interpolation=config.interpolation,
            channels=config.channels,
            dtype=dtype,
            seed=seed + offset,
            name=name,
        )

    def discriminator(name: str, offset: int) -> keras.Model:
        return patch_discriminator(
            config.discriminator_filters,
            config.discriminator_layers,
            num_scales=config.discriminator_scales,
            channels=config.crop_channels,
            dtype=dtype,
            seed=seed + offset,
            name=name,
        )

    own = networks or {}
    losses = objective_settings(config, num_steps)
    own_objective = objective(config, losses) if objective else None
    model = CycleGAN(
        own.get("generator_ab") or generator("generator_ab", 0),
        own.get("generator_ba") or generator("generator_ba", 250),
        own.get("discriminator_a") or discriminator("discriminator_a", 500),
        own.get("discriminator_b") or discriminator("discriminator_b", 750),
        **({"objective": own_objective, "seed": config.seed} if own_objective else losses),
        pool_size=config.pool_size,
        crop_size=config.crop_size,
        crop_channels=config.crop_channels,
        channels=config.channels,
        ema=config.ema,
        dtype=dtype,
    )
    model.compile(
        optimizer or _adam(config, decay_start, num_steps), jit_compile=config.jit_compile
    )
    return model


def _adam(config: Config, decay_start: int, num_steps: int) -> keras.optimizers.Adam:
    rate = LinearDecay(config.learning_rate, decay_start, num_steps)
    betas = {"beta_1": config.beta_1, "beta_2": config.beta_2}
    if config.discriminator_learning_rate:
        ratio = config.discriminator_learning_rate / config.learning_rate
        return TwoRateAdam(rate, ratio, **betas)
    return keras.optimizers.Adam(rate, **betas)


def objective_settings(config: Config, num_steps: int) -> dict[str, Any]:
    """Returns the arguments of `Objective` that a config asks for.

    Args:
        config: The settings.
        num_steps: Updates of the whole run.
    """
    # Optional losses have settings with the names of fields of Config, but for one in updates.
    optional = {n: getattr(config, n) for n in optional_settings() if hasattr(config, n)}
    optional["identity_anneal_steps"] = round(config.identity_anneal * num_steps)
    losses = {"gan_loss": config.gan_loss, "cycle_weight": config.cycle_weight, **optional}
    if config.pairs:
        losses["pairs_every"] = config.pairs_every
    return {**losses, "seed": config.seed}
