"""A field of `Config` that carries its sentence and its rules, and the checks of these."""

import dataclasses
import math
from typing import Any

from cyclegan_tf.errors import ConfigError


def setting(
    default: Any,
    text: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
    positive: bool = False,
    choices: tuple[str, ...] | None = None,
    checked: bool = False,
    free: bool = False,
    before: Any = None,
) -> Any:
    """Makes a dataclass field whose `metadata` holds everything that is known of it.

    Args:
        default: Value where none is given.
        text: Sentence for the help of the command.
        at_least: Smallest value allowed.
        at_most: Largest value allowed; needs `at_least`.
        below: Bound that the value must stay under; needs `at_least`.
        positive: Whether the value must be above 0.
        choices: Values allowed.
        checked: Whether it changes what `cyclegan-tf check` finds, and is a flag there as well.
        free: Whether it may change when a run is resumed: such a field decides where and how often
            something happens, never what is learned.
        before: Value in runs that are older than the field, where that isn't the default.

    Returns:
        The field; its `metadata["help"]` is `text`, the other keys are named as the arguments.
    """
    rules = {"at_least": at_least, "at_most": at_most, "below": below, "positive": positive}
    marks = {"choices": choices, "checked": checked, "free": free, "before": before}
    return dataclasses.field(default=default, metadata={"help": text} | rules | marks)


def type_of(item: dataclasses.Field) -> type:
    """Returns the type of a field's values, of which dataclasses only know that it may be a str."""
    assert isinstance(item.type, type)
    return item.type


def check_type(item: dataclasses.Field, value: Any) -> None:
    """Checks that a value is of its field's type; an int may stand for a float.

    Raises:
        ConfigError: It isn't.
    """
    wanted = type_of(item)
    allowed = (int, float) if wanted is float else wanted
    if not isinstance(value, allowed) or (isinstance(value, bool) and wanted is not bool):
        raise ConfigError(f"{item.name} must be of type {wanted.__name__}; received {value!r}.")


def check_value(item: dataclasses.Field, value: Any) -> None:
    """Checks a value of the right type by the rules of its field.

    Raises:
        ConfigError: It breaks one, or it is a number that isn't finite.
    """
    rule = _broken_rule(item, value)
    if rule:
        raise ConfigError(f"{item.name} must {rule}; received {value!r}.")


def check_together(config: Any) -> None:
    """Checks the values of a `Config` against one another.

    Raises:
        ConfigError: They don't go together, or a name or a colour is none.
    """
    if not config.name_a or not config.name_b or config.name_a == config.name_b:
        raise ConfigError(
            "name_a and name_b must be two different names; "
            f"received {config.name_a!r} and {config.name_b!r}."
        )
    if config.decay_epoch > config.epochs:
        raise ConfigError(
            f"decay_epoch must not exceed epochs ({config.epochs}); received {config.decay_epoch}. "
            "Change both."
        )
    if config.pairs and not config.cycle_weight:
        raise ConfigError(
            "pairs are learned from with the weight of the cycle: cycle_weight must be above 0; "
            f"received {config.cycle_weight!r}."
        )
    _check_colours(config)
    _check_sizes(config)


def _check_colours(config: Any) -> None:
    digits = config.background.removeprefix("#")
    if len(digits) != 6 or any(c not in "0123456789abcdefABCDEF" for c in digits):
        raise ConfigError(f"background must look like #rrggbb; received {config.background!r}.")
    if config.channels in (1, 3):
        return
    if config.color_jitter:
        raise ConfigError(
            "color_jitter needs channels 3 (colour) or 1 (gray); received "
            f"color_jitter={config.color_jitter} with channels={config.channels}."
        )
    if config.data.startswith("world:"):
        raise ConfigError(
            "The built-in worlds are colour: channels must be 3, or 1 for gray; received "
            f"channels={config.channels} with data={config.data!r}."
        )


def _check_sizes(config: Any) -> None:
    if config.crop_size % 4:
        raise ConfigError(
            "crop_size must be a multiple of 4 (the generators halve it twice); "
            f"received {config.crop_size}. Try {config.crop_size // 4 * 4 or 4}."
        )
    if config.discriminator_scales > config.discriminator_layers:
        raise ConfigError(
            f"discriminator_scales must not exceed discriminator_layers "
            f"({config.discriminator_layers}); received {config.discriminator_scales}."
        )
    least = max(8, 3 * 2**config.discriminator_layers)
    if config.crop_size < least:
        raise ConfigError(
            f"crop_size must be at least {least} (reflection padding, and one logit of "
            f"discriminator_layers {config.discriminator_layers}); received {config.crop_size}."
        )


def _broken_rule(item: dataclasses.Field, value: Any) -> str | None:
    # The comparisons are written such that NaN fails them.
    rules = item.metadata
    least, most, below = rules["at_least"], rules["at_most"], rules["below"]
    if rules["choices"] and value not in rules["choices"]:
        return f"be one of {', '.join(rules['choices'])}"
    if rules["positive"] and not value > 0:
        return "be positive"
    if below is not None and not least <= value < below:
        return f"lie in [{least}, {below})"
    if least is not None and not value >= least:
        return f"be at least {least}"
    if most is not None and not value <= most:
        return f"lie between {least} and {most}"
    if type_of(item) is float and not math.isfinite(value):
        return "be finite"
    return None
