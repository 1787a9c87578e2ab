"""Reads the networks in a checkpoint that `tf.train.Checkpoint` wrote."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from cyclegan_tf.errors import RunError, reason_of
from cyclegan_tf.importing.networks import SourceLayer

EPSILON = 1e-3  # Keras' and TensorFlow Addons' default for their instance norms
# Spellings of a network's name in scripts and tutorials, without capitals and other signs.
_SPELLINGS = {
    "generator_ab": r"g(en(erator)?)?(a2b|atob|ab|g|xtoy|xy)",
    "generator_ba": r"g(en(erator)?)?(b2a|btoa|ba|f|ytox|yx)",
    "discriminator_a": r"d(isc(riminator)?)?(a|x)",
    "discriminator_b": r"d(isc(riminator)?)?(b|y)",
}
_END = "/.ATTRIBUTES/VARIABLE_VALUE"
_FIELDS = ("kernel", "bias", "gamma", "beta")


def is_checkpoint(path: str | os.PathLike) -> bool:
    """Returns whether a path means a checkpoint of TensorFlow: a folder of some, or one of them."""
    try:
        _prefix(Path(path))
    except RunError:
        return False
    return True


def read_networks(path: str | os.PathLike) -> dict[str, list[SourceLayer]]:
    """Reads the layers of each network, from the image on; runs no code of the file.

    Keras numbers the layers of a model in its checkpoint (`layer_with_weights-3/kernel`).

    Args:
        path: `ckpt-12`, `ckpt-12.index`, or a folder, of which the highest number is taken.

    Returns:
        Layers by the name that the network has here: `generator_ab` and so on, those that are
        there.

    Raises:
        RunError: It is no such checkpoint, or holds layers that aren't known.
    """
    import tensorflow as tf

    prefix = _prefix(Path(path))
    try:
        reader = tf.train.load_checkpoint(str(prefix))
        shapes = reader.get_variable_to_shape_map()
        dtypes = reader.get_variable_to_dtype_map()
    except Exception as error:  # of many types, for whatever is wrong with the file
        raise RunError(f"{prefix} is no readable checkpoint: {reason_of(error)[:200]}.") from error
    found: dict[str, dict[str, str]] = {}  # network -> path within it -> key
    named = [key for key in shapes if key.endswith(_END) and ".OPTIMIZER_SLOT" not in key]
    for key in named:
        parts = key.removesuffix(_END).split("/")
        place = next((i for i, part in enumerate(parts) if _network(part)), None)
        if place is not None and place + 1 < len(parts):
            found.setdefault(_network(parts[place]), {})["/".join(parts[place + 1 :])] = key
    if not found:
        raise RunError(
            f"{prefix} holds no network by the name of generator_A_to_B, generator_B_to_A, "
            f"discriminator_A or discriminator_B; it holds {_some(named)}."
        )
    keys = [key for network in found.values() for key in network.values()]
    _check_sizes(prefix, [(shapes[key], dtypes[key].size) for key in keys])
    try:
        read = {
            network: {place: np.asarray(reader.get_tensor(key)) for place, key in inside.items()}
            for network, inside in found.items()
        }
    except Exception as error:
        raise RunError(f"{prefix} is damaged: {reason_of(error)[:200]}.") from error
    return {network: _layers(network, arrays) for network, arrays in sorted(read.items())}


def _prefix(path: Path) -> Path:
    """The checkpoint that is meant, without the ending of its files.

    The file `checkpoint` beside them isn't asked: it may name any place of the machine.
    """
    if path.is_dir():
        there = sorted(path.glob("*.index"), key=lambda p: _natural(p.name))
        if not there:
            raise RunError(f"{path} holds no checkpoint of TensorFlow (NAME.index).")
        return there[-1].with_suffix("")
    for prefix in (path, path.with_suffix("")):
        if path.name and prefix.with_name(f"{prefix.name}.index").is_file():
            return prefix
    raise RunError(f"{path} is no checkpoint of TensorFlow: there is no {path.name}.index.")


def _network(part: str) -> str:
    """The name here of a network that the checkpoint calls `part`; empty if it is none."""
    plain = re.sub(r"[^a-z0-9]", "", part.lower())
    return next((n for n, spelling in _SPELLINGS.items() if re.fullmatch(spelling, plain)), "")


def _check_sizes(prefix: Path, claims: Iterable[tuple[list[int], int]]) -> None:
    claimed = sum(int(np.prod(shape, dtype=object)) * size for shape, size in claims)
    files = [p for p in prefix.parent.iterdir() if p.name.startswith(f"{prefix.name}.data-")]
    if claimed > sum(file.stat().st_size for file in files):
        raise RunError(f"{prefix} claims more bytes than its files have.")


def _layers(network: str, arrays: dict[str, np.ndarray]) -> list[SourceLayer]:
    places: dict[str, dict[str, Any]] = {}
    for path, array in arrays.items():
        place, _, field = path.rpartition("/")
        field = field.lstrip("_")
        if field not in _FIELDS or array.dtype.kind != "f":
            raise RunError(
                f"{network} holds {path!r}, which is no {', '.join(_FIELDS)}; it holds "
                f"{_some(arrays)}."
            )
        places.setdefault(place, {})[field] = array.astype(np.float32)
    layers: list[SourceLayer] = []
    for place, fields in sorted(places.items(), key=lambda item: _order(*item)):
        if "kernel" in fields:
            if fields["kernel"].ndim != 4 or fields.keys() - {"kernel", "bias"}:
                raise RunError(f"{network}: {place!r} is no convolution.")
            layers.append(SourceLayer(place, fields["kernel"], fields.get("bias")))
        elif not layers or layers[-1].gamma is not None or layers[-1].beta is not None:
            raise RunError(f"{network}: {place!r} is a norm that follows no convolution.")
        else:
            last = layers.pop()
            norm = fields.get("gamma"), fields.get("beta")
            layers.append(SourceLayer(last.name, last.kernel, last.bias, *norm))
    return layers


def _order(place: str, fields: dict[str, Any]) -> tuple:
    """By number, level for level; of `conv1` and `norm1`, the convolution goes first."""
    numbers = [[int(n) for n in re.findall(r"\d+", part)] for part in place.split("/")]
    return numbers, "kernel" not in fields, place


def _natural(text: str) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", text)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _some(names: Iterable[str]) -> str:
    names = [name.removesuffix(_END)[:80] for name in names]
    return ", ".join(sorted(names)[:6]) + (", ..." if len(names) > 6 else "")
