"""Losses under other names than an objective or a loss has announced: refused, not dropped."""

from typing import Any

from cyclegan_tf.errors import ConfigError
from cyclegan_tf.model.tensors import Losses

DISCRIMINATORS = ("discriminator_a", "discriminator_b")


def check_generator_losses(objective: Any, losses: Losses) -> None:
    """Refuses losses of the generators that nobody would weigh or log.

    Args:
        objective: An `Objective`.
        losses: What its `generator_losses` returned.

    Raises:
        ConfigError: A name is none of the objective's, or one of those is missing.
    """
    kind = type(objective).__name__
    known = [name for name in objective.names if name not in DISCRIMINATORS]
    for name in losses:
        if name not in known:
            raise ConfigError(
                f"generator_losses of {kind} returns {name!r}, which has no weight and no column "
                f"in the log. Announce it in the class: own_losses = {{{name!r}: 1.0}}, a weight "
                "under each new name."
            )
    for name in known:
        if name not in losses:
            raise ConfigError(
                f"generator_losses of {kind} must return a scalar under each of its names; "
                f"{name!r} is missing. One that isn't wanted is ops.zeros(())."
            )


def check_discriminator_losses(objective: Any, losses: Losses) -> None:
    """Refuses losses of the discriminators but for one each.

    Args:
        objective: An `Objective`.
        losses: What its `discriminator_losses` returned.

    Raises:
        ConfigError: There are others, or one is missing.
    """
    if losses.keys() != set(DISCRIMINATORS):
        raise ConfigError(
            f"discriminator_losses of {type(objective).__name__} must return discriminator_a and "
            "discriminator_b, to which further terms are added; received "
            f"{', '.join(losses) or 'nothing'}."
        )


def check_names(loss: Any, losses: Losses) -> None:
    """Refuses other losses than those that an optional loss has announced.

    Args:
        loss: An `OptionalLoss`.
        losses: What its `losses` returned.

    Raises:
        ConfigError: The names differ.
    """
    if losses.keys() != set(loss.names):
        raise ConfigError(
            f"{type(loss).__name__}.losses must return a scalar under each of its names, "
            f"{', '.join(loss.names)}; received {', '.join(losses) or 'none'}."
        )
