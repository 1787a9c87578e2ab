"""Which classes a config.json inside a `.keras` file may name: an allow-list.

Keras makes whatever is named there, and some of its classes run code or read files of the machine.
"""

import importlib
import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import keras

_HOMES = (
    "keras",
    "keras.constraints",
    "keras.dtype_policies",
    "keras.initializers",
    "keras.layers",
    "keras.losses",
    "keras.metrics",
    "keras.models",
    "keras.optimizers",
    "keras.optimizers.schedules",
    "keras.regularizers",
    "keras.src.models.functional",
    "keras.src.models.model",
    "keras.src.models.sequential",
)
_OPERATIONS = "keras.src.ops."  # of functional models that use `x + 1` or `keras.ops`
_KINDS = (
    keras.Operation,  # layers and models, too
    keras.constraints.Constraint,
    keras.initializers.Initializer,
    keras.losses.Loss,
    keras.metrics.Metric,
    keras.optimizers.Optimizer,
    keras.optimizers.schedules.LearningRateSchedule,
    keras.regularizers.Regularizer,
    keras.DTypePolicy,
)
# They run code, or read a file that the description names. Versions of Keras differ in which exist.
_DANGEROUS = (
    "FlaxLayer",
    "HashedCrossing",
    "IntegerLookup",
    "JaxLayer",
    "Lambda",
    "Pipeline",
    "StringLookup",
    "TFSMLayer",
    "TextVectorization",
    "TorchModuleWrapper",
)
_KEPT_OUT = tuple(getattr(keras.layers, n) for n in _DANGEROUS if hasattr(keras.layers, n))
_PLAIN = ("__keras_tensor__", "__slice__", "__ellipsis__")  # values of functional models
_FUNCTIONS = ("keras.activations", "keras.losses", "keras.metrics")
_NO_MATHS = ("deserialize", "get", "serialize")


def check_classes(description: Any) -> None:
    """Refuses a config.json that names anything but networks and what belongs to them.

    Allowed are the classes of Keras that compute, except those that run code or read files, and
    every class or function that this process has registered
    (`keras.saving.register_keras_serializable`): the project's, and a user's own once imported.

    Args:
        description: What the config.json holds.

    Raises:
        ValueError: It names something else. The text is half a sentence.
    """
    for named in _objects(description):
        if not _is_allowed(named):
            module, name = (str(named.get(key))[:60] for key in ("module", "class_name"))
            if name == "function":
                name = f"function {str(named.get('config'))[:60]}"
            raise ValueError(
                f"it names {name!r} of {module!r}, which is no layer that may be loaded; a network "
                "of your own has to be registered and imported before (--import MODULE of the "
                "command)"
            )


def _objects(description: Any) -> Iterator[dict[str, Any]]:
    """Everything inside that Keras may take for the description of an object."""
    waiting = [description]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "class_name" in value:
                yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _is_allowed(named: dict[str, Any]) -> bool:
    name, module = named["class_name"], named.get("module")
    if not isinstance(name, str) or not isinstance(module, str | None):
        return False
    if name in _PLAIN:
        return True
    if name.startswith("__"):
        return False
    if name == "function":
        return _is_allowed_function(module, named.get("config"))
    registered = named.get("registered_name", name)
    if registered is not None and not isinstance(registered, str):
        return False
    if _is_registered(registered):
        return True
    if module in _HOMES:
        home: Any = importlib.import_module(module)
    elif module and module.startswith(_OPERATIONS):
        home = sys.modules.get(module)  # nothing is imported for a file
    else:
        return False
    found = getattr(home, name, None)
    return (
        isinstance(found, type) and issubclass(found, _KINDS) and not issubclass(found, _KEPT_OUT)
    )


def _is_allowed_function(module: str | None, name: Any) -> bool:
    if not isinstance(name, str) or name in _NO_MATHS:
        return False
    if _is_registered(name):
        return True
    homes = _FUNCTIONS if module == "builtins" else (module,) if module in _FUNCTIONS else ()
    found = (getattr(importlib.import_module(home), name, None) for home in homes)
    return any(isinstance(function, FunctionType) for function in found)


def _is_registered(name: str | None) -> bool:
    return bool(name) and keras.saving.get_registered_object(name) is not None
