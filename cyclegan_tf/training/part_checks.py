"""What own parts must be like, so that hours aren't spent on what can't be resumed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import keras

from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError, reason_of
from cyclegan_tf.model.cyclegan import NETWORKS, CycleGAN
from cyclegan_tf.model.networks import with_precision
from cyclegan_tf.model.sizes import size_multiple
from cyclegan_tf.model_files.claims import check_claims
from cyclegan_tf.model_files.classes import check_classes
from cyclegan_tf.training.part_descriptions import description_of, kind_of

_HOW = "Register its class: @keras.saving.register_keras_serializable('mine')"
_SETS_RATE = (keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau)
_PLAIN = (bool, int, float, str, type(None))


def named_networks(networks: Any) -> dict[str, keras.Model]:
    """Returns networks by their names in `CycleGAN`, in whichever way a user gave them.

    Raises:
        ConfigError: They are nothing like that.
    """
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


def check_apart(networks: Mapping[str, keras.Model]) -> None:
    """Refuses networks that share weights, which would be updated twice.

    Raises:
        ConfigError: There are such.
    """
    owners: dict[int, str] = {}
    for name, model in networks.items():
        for key in map(id, (model, *model.weights)):
            if owners.setdefault(key, name) != name:
                raise ConfigError(
                    f"{owners[key]} and {name} share weights: give each network its own."
                )


def check_network(name: str, model: keras.Model, config: Config) -> None:
    """Refuses a network that doesn't fit the config, or that a file couldn't hold.

    Args:
        name: Its name in `CycleGAN`.
        model: The network.
        config: Settings of the run.

    Raises:
        ConfigError: See above.
    """
    is_generator = name.startswith("generator")
    side = config.crop_size
    if is_generator and side % (multiple := size_multiple(model)):
        raise ConfigError(
            f"crop_size must be a multiple of {multiple}, as the layers of {name} make pictures "
            f"so many times smaller; received {side}. Try {max(side // multiple, 1) * multiple}, "
            "or say what is true by size_multiple in its class."
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
            f"{channels}); received {tuple(output.shape)}."
        )
    check_saving(name, model)
    try:
        with_precision(model, "float32")
    except Exception as error:  # whatever a layer of one's own raises
        raise ConfigError(
            f"{name} cannot be copied in float32, as its file is to be: {reason_of(error)}."
        ) from error


def check_saving(name: str, part: Any) -> None:
    """Refuses what a checkpoint couldn't be loaded with, or what would come back as another.

    Args:
        name: What to call it.
        part: A Keras object, or an `Objective`.

    Raises:
        ConfigError: See above.
    """
    try:
        description = description_of(part)
        check_classes(description)
        if isinstance(part, keras.Model) and part.built:
            check_claims(description, part.count_params())
        again = keras.saving.deserialize_keras_object(description)
    except Exception as error:  # Keras raises many types here
        raise ConfigError(
            f"{name} cannot be saved and loaded again: {reason_of(error)}. {_HOW}, and give it a "
            "get_config if it has arguments; see docs/extending.md."
        ) from error
    if difference := _difference(part, again):
        raise ConfigError(
            f"{name} cannot be saved and loaded again: {difference}. Its get_config must return "
            "all arguments, as numbers, texts and Keras objects; what else it needs can be made in "
            "the module of its class. See docs/extending.md."
        )


def check_callbacks(callbacks: Sequence[keras.callbacks.Callback], model: CycleGAN) -> None:
    """Refuses callbacks that set the learning rate where it follows a schedule.

    Args:
        callbacks: Those of the user.
        model: The model to train.

    Raises:
        ConfigError: There is such a callback.
    """
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    schedule = optimizer.get_config()["learning_rate"]
    for callback in callbacks:
        if isinstance(callback, _SETS_RATE) and isinstance(schedule, dict):
            raise ConfigError(
                f"{type(callback).__name__} needs a constant learning rate, and that of the config "
                "falls by a schedule: give train an optimizer=, see docs/extending.md."
            )


def _difference(part: Any, again: Any) -> str | None:
    """What of a part, or of the losses in an objective, is another after loading."""
    more = (getattr(x, "more_losses", ()) for x in (part, again))
    for one, other in (*zip(*more, strict=True), (part, again)):
        if isinstance(one, keras.Model):
            then, now = kind_of(one)["weights"], kind_of(other)["weights"]
            if other.built and then != now:
                return (
                    f"its weights come back with the shapes {str(now)[:60]}, not {str(then)[:60]}"
                )
            continue
        for name, value in vars(one).items():
            back = vars(other).get(name)
            if not name.startswith("_") and isinstance(value, _PLAIN) and value != back:
                return f"{name} of {type(one).__name__} comes back as {back!r}, not {value!r}"
        then, now = (json.dumps(description_of(x), sort_keys=True) for x in (one, other))
        if then != now:
            return f"the get_config of a loaded {type(one).__name__} returns something else"
    return None
