"""`Parts`: networks, losses, an optimizer that a user brings in place of the project's own."""

import contextlib
import logging
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import keras

from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError, RunError
from cyclegan_tf.hardware.precision import resolve_precision
from cyclegan_tf.model.objective import DEFAULTS, Objective
from cyclegan_tf.model.optional_loss import OptionalLoss
from cyclegan_tf.model.sizes import input_channels
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.part_checks import (
    check_apart,
    check_network,
    check_saving,
    named_networks,
)
from cyclegan_tf.training.part_descriptions import (
    description_of,
    first_difference,
    in_words,
    kind_of,
    without_counters,
)
from data_pipeline.json_files import read_json_object

Networks: TypeAlias = (
    Callable[[Config], Mapping[str, keras.Model] | Sequence[keras.Model]]
    | Mapping[str, keras.Model]
    | Sequence[keras.Model]
)
#: Of the config and the updates of the whole run.
OwnOptimizer: TypeAlias = Callable[[Config, int], keras.optimizers.Optimizer]
OwnLosses: TypeAlias = Objective | type[Objective] | OptionalLoss | Sequence[OptionalLoss]


class Parts:
    """What a user brings, checked before anything is trained.

    Args:
        networks: Both generators, or all four networks, or a dict of some by their names in
            `CycleGAN`; or a function of the config that returns one of these, called under the
            dtype policy of `config.precision`, with random numbers that `config.seed` decides.
        objective: An `Objective`, a subclass of it that gets the settings of the config, or further
            losses beside those of the config.
        optimizer: A function of the config and the updates of the whole run that returns the
            optimizer of all four networks.
    """

    def __init__(
        self,
        networks: Networks | None = None,
        objective: OwnLosses | None = None,
        optimizer: OwnOptimizer | None = None,
    ) -> None:
        self._networks, self._objective, self._optimizer = networks, objective, optimizer
        self._made_by_function = callable(networks) and not isinstance(networks, keras.Model)
        nothing = self._made_by_function or networks is None
        self._given = {} if nothing else named_networks(networks)
        # A training that begins anew, after it diverged, begins where this one does.
        self._weights = {name: model.get_weights() for name, model in self._given.items()}
        held = objective.networks if isinstance(objective, Objective) else []
        self._weights_of_losses = [(layer, layer.get_weights()) for layer in held]

    @property
    def channels(self) -> int | None:
        """Channels of the pictures that a generator takes, where one was given that knows them."""
        generators = [model for name, model in self._given.items() if name.startswith("generator")]
        return next(filter(None, map(input_channels, generators)), None)

    def networks(self, config: Config) -> dict[str, keras.Model]:
        """Returns the networks that were brought, untrained; with a function, new ones each time.

        Raises:
            ConfigError: They don't fit together, or a file couldn't hold them.
        """
        if self._networks is None:
            return {}
        own: Any = self._networks
        with _as_configured(config):
            found = named_networks(own(config) if self._made_by_function else own)
        for name, model in found.items():
            check_network(name, model, config)
            if self._weights.get(name):
                model.set_weights(self._weights[name])
            elif name in self._weights:  # it had none before its first call
                self._weights[name] = model.get_weights()
        check_apart(found)
        return found

    def objective(self, config: Config, settings: dict[str, Any]) -> Objective | None:
        """Returns the losses that were brought, or None.

        Args:
            config: Settings of the run.
            settings: Arguments of `Objective`, from the config.

        Raises:
            ConfigError: They are nothing like that, or a file couldn't hold them.
        """
        own = self._objective
        if own is None:
            return None
        if isinstance(own, type) and issubclass(own, Objective):
            with _as_configured(config):
                made = own(**settings)
        elif isinstance(own, Objective):
            made = own
        else:
            losses = [own] if isinstance(own, OptionalLoss) else own
            if not isinstance(losses, Sequence) or not all(
                isinstance(loss, OptionalLoss) for loss in losses
            ):
                raise ConfigError(
                    "objective must be an Objective, a subclass of it, or OptionalLosses; "
                    f"received {own!r}."
                )
            made = Objective(**settings, more_losses=losses)
        for layer, weights in self._weights_of_losses:
            layer.set_weights(weights)
        check_saving("objective", made)
        return made

    def optimizer(self, config: Config, num_steps: int) -> keras.optimizers.Optimizer | None:
        """Returns a new optimizer of the kind that was brought, or None.

        Args:
            config: Settings of the run.
            num_steps: Updates of the whole run.

        Raises:
            ConfigError: It is nothing like that, a file couldn't hold it, or settings of the
                config are about the project's own.
        """
        own: Any = self._optimizer
        if own is None:
            return None
        is_function = callable(own) and not isinstance(own, (type, keras.optimizers.Optimizer))
        made = own(config, num_steps) if is_function else own
        scales = isinstance(made, keras.optimizers.LossScaleOptimizer)
        if not is_function or scales or not isinstance(made, keras.optimizers.Optimizer):
            raise ConfigError(
                "optimizer must be a function of (config, num_steps) that returns a "
                f"keras.optimizers.Optimizer, without loss scaling; received {made!r}."
            )
        if config.discriminator_learning_rate:
            raise ConfigError(
                "discriminator_learning_rate is for the project's own Adam: with an optimizer of "
                "your own set it to 0, and return a TwoRateAdam (cyclegan_tf.model.two_rates); "
                f"received {config.discriminator_learning_rate}."
            )
        if made.use_ema:
            raise ConfigError(
                "optimizer must not keep a moving average (use_ema), which Keras would put in the "
                "place of the weights whenever training stops. The setting ema keeps one of the "
                "generators."
            )
        if config.on_divergence == "halve":
            raise ConfigError(
                "on_divergence='halve' is for the project's own learning rate: with an optimizer "
                "of your own it must be 'stop'."
            )
        check_saving("optimizer", made)
        return made

    def agree_with(
        self,
        run: RunFolder,
        config: Config,
        networks: Mapping[str, keras.Model],
        settings: dict[str, Any],
        optimizer: keras.optimizers.Optimizer | None,
    ) -> None:
        """Compares the parts with those that a run was started with, and notes them in parts.json.

        Args:
            run: The run folder.
            config: Settings of the run.
            networks: What `networks` returned.
            settings: Arguments of `Objective`, from the config.
            optimizer: What `optimizer` returned.

        Raises:
            RunError: The run was started with others.
        """
        now = {name: kind_of(model) for name, model in networks.items()}
        if objective := self.objective(config, settings):
            now["objective"] = description_of(objective)
            _warn_of_other_settings(objective, settings)
        if optimizer:
            now["optimizer"] = description_of(optimizer)
            del now["optimizer"]["config"]["name"]  # Keras counts them up
        file = run.parts_file
        if run.checkpoints():
            then = read_json_object(file) if file.exists() else {}
            for name in sorted(then.keys() | now.keys()):
                if without_counters(then.get(name)) != without_counters(now.get(name)):
                    raise RunError(
                        f"{run.path} was started with another {name}: "
                        f"{in_words(then.get(name))}, now {in_words(now.get(name))}"
                        f"{first_difference(then.get(name), now.get(name))}. Give the same "
                        "parts to resume, or another folder to start anew."
                    )
        elif now:
            run.write_parts(now)
        else:
            file.unlink(missing_ok=True)


@contextlib.contextmanager
def _as_configured(config: Config) -> Iterator[None]:
    """A context in which what is made has the number format and the seed of a config."""
    policy = keras.config.dtype_policy()
    state = random.getstate()
    keras.config.set_dtype_policy(resolve_precision(config.precision))
    random.seed(config.seed)  # where Keras' initializers have their seeds from
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)
        random.setstate(state)


def _warn_of_other_settings(objective: Objective, settings: dict[str, Any]) -> None:
    """An instance has settings of its own: those of the config then don't count."""
    own = {**DEFAULTS, **objective.settings}
    differing = [
        f"{name} {own[name]!r} (config: {value!r})"
        for name, value in settings.items()
        if name in Config.__dataclass_fields__ and name != "seed" and own[name] != value
    ]
    if differing:
        logging.getLogger(__name__).warning(
            "The settings of your objective count, not those of the config: %s.",
            ", ".join(differing),
        )
