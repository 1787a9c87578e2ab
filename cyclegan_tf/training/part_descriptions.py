"""What own parts are in parts.json, in `card.json` and in messages, and where two differ."""

import json
import math
import re
from typing import Any

import keras


def description_of(part: Any) -> Any:
    """Returns what Keras writes to a file of a part."""
    return json.loads(json.dumps(keras.saving.serialize_keras_object(part)))


def kind_of(model: keras.Model) -> dict[str, Any]:
    """Returns what must be the same for the weights of a checkpoint to be those of such a model."""
    name = keras.saving.get_registered_name(type(model))
    return {"class": name, "weights": [list(weight.shape) for weight in model.weights]}


def without_counters(description: Any, inside_a_layer: bool = False) -> Any:
    """Returns a description in which layers haven't the numbers that Keras counts up in a process.

    >>> layer = {"config": {"name": "conv2d_7", "trainable": True}}
    >>> without_counters([layer, "run_7"])
    [{'config': {'name': 'conv2d', 'trainable': True}}, 'run_7']
    """
    if isinstance(description, list):
        return [without_counters(value, inside_a_layer) for value in description]
    if isinstance(description, dict):
        config = description.get("config")
        inside_a_layer |= isinstance(config, dict) and {"name", "trainable"} <= config.keys()
        kept = {k: v for k, v in description.items() if k != "shared_object_id"}
        return {key: without_counters(value, inside_a_layer) for key, value in kept.items()}
    if inside_a_layer and isinstance(description, str):
        return re.sub(r"_\d+$", "", description)
    return description


def in_words(kind: Any) -> str:
    """Returns what a part is, of what parts.json says of it."""
    if kind is None:
        return "that of the settings"
    if "weights" in kind:
        number = sum(math.prod(shape) for shape in kind["weights"])
        return f"{kind['class']} with {number:,} weights in {len(kind['weights'])} arrays"
    settings = dict(kind.get("config") or {})
    losses = [f"{x['class_name']} {_text_of(x['config'])}" for x in settings.pop("more_losses", ())]
    return f"{kind.get('class_name')} of {', '.join([*losses, _text_of(settings)])[:200]}"


def _text_of(settings: dict[str, Any]) -> str:
    """Settings on one line, with no more than the class of a network."""
    short = {
        name: value.get("class_name", {}) if isinstance(value, dict) else value
        for name, value in settings.items()
    }
    return json.dumps(short)


def first_difference(then: Any, now: Any, where: str = "") -> str:
    """Returns where two descriptions begin to differ, as " (first of all in ...)", or nothing.

    >>> first_difference({"weights": [[3, 3, 3, 4]]}, {"weights": [[3, 3, 3, 8]]})
    ' (first in weights[0]: [3, 3, 3, 4], now [3, 3, 3, 8])'
    """
    if without_counters(then) == without_counters(now):
        return ""
    if isinstance(then, dict) and isinstance(now, dict) and then.keys() == now.keys():
        pairs = [(f"{where}.{key}", then[key], now[key]) for key in then]
    elif _has_parts(then) and _has_parts(now) and len(then) == len(now):
        pairs = [(f"{where}[{i}]", *x) for i, x in enumerate(zip(then, now, strict=True))]
    elif where:
        return f" (first in {where.lstrip('.')}: {str(then)[:100]}, now {str(now)[:100]})"
    else:
        return ""
    found = (first_difference(one, other, place) for place, one, other in pairs)
    return next((text for text in found if text), "")


def _has_parts(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(x, (dict, list)) for x in value)
