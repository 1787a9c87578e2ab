"""From the state_dict of a network of pytorch-CycleGAN-and-pix2pix to its layers."""

import re
from collections.abc import Mapping
from typing import Literal

import numpy as np

from cyclegan_tf.errors import RunError
from cyclegan_tf.importing.networks import SourceLayer

EPSILON = 1e-5  # of torch.nn.InstanceNorm2d
Kind = Literal["generator", "discriminator"]

_FIELDS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


def layers_of(arrays: Mapping[str, np.ndarray], name: str) -> tuple[Kind, list[SourceLayer]]:
    """Puts the arrays of a `ResnetGenerator` or an `NLayerDiscriminator` in order.

    Source: models/networks.py of that repository: both are a `torch.nn.Sequential` called `model`,
    in which the places of the layers follow from the number of blocks.

    Args:
        arrays: The state_dict as NumPy arrays.
        name: Name of the file, for the messages.

    Returns:
        What it is, and its layers from the image on, with kernels in Keras' layout.

    Raises:
        RunError: It holds something else. The text names what isn't known.
    """
    modules = _modules(arrays, name)
    convolutions = {n: m for n, m in modules.items() if m["weight"].ndim == 4}
    if not convolutions:
        raise RunError(f"{name} holds no convolution; it holds {_some(arrays)}.")
    is_generator = next(iter(convolutions.values()))["weight"].shape[2:] == (7, 7)
    places = _generator(convolutions) if is_generator else _discriminator(convolutions)
    norm_places = {norm: place for place, norm in places.items() if norm}
    for module in modules:
        if module not in places and module not in norm_places:
            kind = "ResnetGenerator with reflection padding" if is_generator else "discriminator"
            raise RunError(
                f"{name} has a layer {module!r} that no {kind} of pytorch-CycleGAN-and-pix2pix "
                f"has; it holds {_some(arrays)}."
            )
    if missing := [place for place in places if place not in convolutions]:
        raise RunError(f"{name} lacks the layer {missing[0]!r}; it holds {_some(arrays)}.")
    layers = [
        _layer(place, modules[place], modules.get(norm or ""), bool(norm), name)
        for place, norm in places.items()
    ]
    return ("generator" if is_generator else "discriminator"), layers


def _modules(arrays: Mapping[str, np.ndarray], name: str) -> dict[str, dict[str, np.ndarray]]:
    """Weights by layer and field, in the order of the layers."""
    modules: dict[str, dict[str, np.ndarray]] = {}
    for key, array in arrays.items():
        place, _, field = key.removeprefix("module.").rpartition(".")
        if field not in _FIELDS:
            raise RunError(f"{name} holds {key!r}, which is not known; it holds {_some(arrays)}.")
        modules.setdefault(place, {})[field] = array
    # Before PyTorch 0.4, instance norms kept averages that nothing reads.
    modules = {place: m for place, m in modules.items() if "weight" in m or "bias" in m}
    for place, module in modules.items():
        if "running_mean" in module:
            raise RunError(
                f"{name}: {place!r} is a batch norm. Only networks with instance norms "
                "(--norm instance there) can be imported."
            )
        if "weight" not in module:
            raise RunError(f"{name} lacks the weight of {place!r}; it holds {_some(arrays)}.")
        if module["weight"].ndim not in (1, 4):
            raise RunError(f"{name}: {place!r} is neither a convolution nor a norm.")
    return dict(sorted(modules.items(), key=lambda item: _natural(item[0])))


def _generator(convolutions: Mapping[str, object]) -> dict[str, str | None]:
    """The place of each convolution, and that of the norm after it."""
    num_blocks = len({n.split(".")[1] for n in convolutions if ".conv_block." in n})
    places: dict[str, str | None] = {"model.1": "model.2", "model.4": "model.5"}
    places["model.7"] = "model.8"
    for i in range(10, 10 + num_blocks):
        block = f"model.{i}.conv_block"
        # A dropout in between moves the second half by one.
        second = 6 if f"{block}.6" in convolutions else 5
        places[f"{block}.1"] = f"{block}.2"
        places[f"{block}.{second}"] = f"{block}.{second + 1}"
    end = 10 + num_blocks
    places |= {f"model.{i}": f"model.{i + 1}" for i in (end, end + 3)}
    places[f"model.{end + 7}"] = None
    return places


def _discriminator(convolutions: Mapping[str, object]) -> dict[str, str | None]:
    count = len(convolutions)
    places: dict[str, str | None] = {"model.0": None}
    for i in range(1, count - 1):
        places[f"model.{3 * i - 1}"] = f"model.{3 * i}"
    places[f"model.{3 * count - 4}"] = None
    return places


def _layer(
    place: str,
    convolution: Mapping[str, np.ndarray],
    norm: Mapping[str, np.ndarray] | None,
    needs_norm: bool,
    name: str,
) -> SourceLayer:
    if needs_norm and norm is None and "bias" not in convolution:
        # Those with instance norms have biases there: `use_bias = norm_layer == InstanceNorm2d`.
        raise RunError(
            f"{name}: no norm follows {place!r}. Only networks with instance norms "
            "(--norm instance there) can be imported."
        )
    norm = norm or {}
    # (filters, channels, h, w) of a convolution, (channels, filters, h, w) of a transposed one.
    kernel = convolution["weight"].transpose(2, 3, 1, 0)
    return SourceLayer(place, kernel, convolution.get("bias"), norm.get("weight"), norm.get("bias"))


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"[._]", text)]


def _some(arrays: Mapping[str, np.ndarray]) -> str:
    names = [f"{key[:60]} {'x'.join(map(str, a.shape))}" for key, a in list(arrays.items())[:6]]
    return ", ".join(names) + (", ..." if len(arrays) > 6 else "")
