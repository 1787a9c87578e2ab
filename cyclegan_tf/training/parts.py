"""`Parts`: networks and losses that a user brings to `train` in place of the project's own."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import keras

from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError, RunError, reason_of
from cyclegan_tf.hardware.precision import resolve_precision
from cyclegan_tf.model.cyclegan import NETWORKS
from cyclegan_tf.model.objective import Objective
from cyclegan_tf.model.optional_loss import OptionalLoss
from cyclegan_tf.model.sizes import size_multiple
from cyclegan_tf.model_files.classes import check_classes
from cyclegan_tf.runs.folder import RunFolder
from data_pipeline.json_files import read_json_object

Networks: TypeAlias = (
    Callable[[Config], Mapping[str, keras.Model] | Sequence[keras.Model]]
    | Mapping[str, keras.Model]
    | Sequence[keras.Model]
)
OwnLosses: TypeAlias = Objective | type[Objective] | OptionalLoss | Sequence[OptionalLoss]
_HOW = "Register its class: @keras.saving.register_keras_serializable('mine')"


class Parts:
    """What a user brings, checked before anything is trained.

    Args:
        networks: Both generators, or all four networks, or a dict of some by their names in
            `CycleGAN`; or a function of the config that returns one of these, called under the
            dtype policy of `config.precision`.
        objective: An `Objective`, a subclass of it that gets the settings of the config, or further
            losses beside those of the config.
    """

    def __init__(
        self, networks: Networks | None = None, objective: OwnLosses | None = None
    ) -> None:
        self._networks, self._objective = networks, objective
        self._made_by_function = callable(networks) and not isinstance(networks, keras.Model)
        nothing = self._made_by_function or networks is None
        self._given = {} if nothing else _named(networks)
        # A training that begins anew, after it diverged, begins where this one does.
        self._weights = {name: model.get_weights() for name, model in self._given.items()}

    @property
    def channels(self) -> int | None:
        """Channels of the pictures that a generator takes, where one was given that knows them."""
        for name, model in self._given.items():
            shape = getattr(model, "input_shape", None) if model.built else None
            if shape and name.startswith("generator"):
                return shape[-1]
        return None

    def networks(self, config: Config) -> dict[str, keras.Model]:
        """Returns the networks that were brought, untrained; with a function, new ones each time.

        Raises:
            ConfigError: They don't fit together, or a file couldn't hold them.
        """
        if self._networks is None:
            return {}
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(resolve_precision(config.precision))
        try:
            own: Any = self._networks
            found = _named(own(config) if self._made_by_function else own)
        finally:
            keras.config.set_dtype_policy(before)
        for name, model in found.items():
            _check_network(name, model, config)
            if name in self._weights:
                model.set_weights(self._weights[name])
        return found

    def objective(self, settings: dict[str, Any]) -> Objective | None:
        """Returns the losses that were brought, or None.

        Args:
            settings: Arguments of `Objective`, from the config.

        Raises:
            ConfigError: They are nothing like that, or a file couldn't hold them.
        """
        own = self._objective
        if own is None:
            return None
        if isinstance(own, type) and issubclass(own, Objective):
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
        _check_saving("objective", made)
        return made

    def agree_with(
        self, run: RunFolder, networks: Mapping[str, keras.Model], settings: dict[str, Any]
    ) -> None:
        """Compares the parts with those that a run was started with, and notes them in parts.json.

        Args:
            run: The run folder.
            networks: What `networks` returned.
            settings: Arguments of `Objective`, from the config.

        Raises:
            RunError: The run was started with others.
        """
        now = {name: _kind(model) for name, model in networks.items()}
        if objective := self.objective(settings):
            now["objective"] = keras.saving.serialize_keras_object(objective)
        now = json.loads(json.dumps(now))
        file = run.parts_file
        if run.checkpoints():
            then = read_json_object(file) if file.exists() else {}
            for name in sorted(then.keys() | now.keys()):
                if then.get(name) != now.get(name):
                    raise RunError(
                        f"{run.path} was started with another {name}: "
                        f"{_short(then.get(name))}, now {_short(now.get(name))}. Give the same "
                        "networks and objective to resume, or another folder to start anew."
                    )
        elif now:
            run.write_parts(now)
        else:
            file.unlink(missing_ok=True)


def _named(networks: Any) -> dict[str, keras.Model]:
    if isinstance(networks, Mapping):
        found = dict(networks)
    elif isinstance(networks, (tuple, list)) and len(networks) in (2, 4):
        found = dict(zip(NETWORKS, networks, strict=False))
    else:
        found = {}
    if not found or not found.keys() <= set(NETWORKS):
        raise ConfigError(
            "networks must be (generator_ab, generator_ba), the same with (discriminator_a, "
            "discriminator_b), a dict with these names, or a function of the config that returns "
            f"one of them; received {networks!r}."
        )
    for name, model in found.items():
        if not isinstance(model, keras.Model):
            raise ConfigError(f"{name} must be a keras.Model; received {model!r}.")
    return found


def _check_network(name: str, model: keras.Model, config: Config) -> None:
    is_generator = name.startswith("generator")
    side = config.crop_size
    if is_generator and side % (multiple := size_multiple(model)):
        raise ConfigError(
            f"crop_size must be a multiple of {multiple}, as the layers of {name} make pictures "
            f"so many times smaller; received {side}. Try {max(side // multiple, 1) * multiple}."
        )
    channels = config.channels if is_generator else config.crop_channels
    known = getattr(model, "input_shape", None) if model.built else None
    if known and known[-1] not in (channels, None):
        hint = " (with the vertical position; vertical_position=False is without)"
        raise ConfigError(
            f"{name} must take {channels} channels{hint if channels > config.channels else ''}, as "
            f"config.channels is {config.channels} and data has as many; received a model of "
            f"{known[-1]}."
        )
    if is_generator and known and tuple(known[1:3]) != (None, None):
        raise ConfigError(
            f"{name} must take pictures of any size, keras.Input((None, None, {channels})); "
            f"received a model of {known[1]}x{known[2]}."
        )
    output = model(keras.KerasTensor((1, side, side, channels)))
    if is_generator and tuple(output.shape) != (1, side, side, channels):
        raise ConfigError(
            f"{name} must return pictures of the size of its input, (1, {side}, {side}, "
            f"{channels}); "
            f"received {tuple(output.shape)}."
        )
    _check_saving(name, model)


def _check_saving(name: str, part: Any) -> None:
    """Refuses what a checkpoint couldn't be loaded with, before hours are spent on it."""
    try:
        description = keras.saving.serialize_keras_object(part)
        check_classes(json.loads(json.dumps(description)))
        keras.saving.deserialize_keras_object(description)
    except Exception as error:  # Keras raises many types here
        raise ConfigError(
            f"{name} cannot be saved and loaded again: {reason_of(error)}. {_HOW}, and give it a "
            "get_config if it has arguments; see docs/extending.md."
        ) from error


def _kind(model: keras.Model) -> dict[str, Any]:
    """What must be the same for the weights of a checkpoint to be those of such a model."""
    name = keras.saving.get_registered_name(type(model))
    return {"class": name, "weights": [list(weight.shape) for weight in model.weights]}


def _short(kind: Any) -> str:
    if kind is None:
        return "that of the settings"
    if "weights" in kind:
        return f"{kind['class']} with {len(kind['weights'])} arrays of weights"
    settings = dict(kind.get("config") or {})
    more = [f"{x['class_name']} {json.dumps(x['config'])}" for x in settings.pop("more_losses", ())]
    text = ", ".join([*more, json.dumps(settings)])
    return f"{kind.get('class_name')} of {text[:200]}"
