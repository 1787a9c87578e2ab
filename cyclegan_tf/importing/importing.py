"""`import_networks`: from another program's files to generators, and to a run to go on from."""

import dataclasses
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from cyclegan_tf._version import __version__
from cyclegan_tf.config import Config
from cyclegan_tf.errors import RunError, run_errors
from cyclegan_tf.files import check_places, write_text
from cyclegan_tf.importing import tensorflow_checkpoint, torch_names
from cyclegan_tf.importing.networks import SourceLayer, build_discriminator, build_generator
from cyclegan_tf.importing.torch_file import read_state_dict
from cyclegan_tf.model.cyclegan import NETWORKS, CycleGAN
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import HOW_TO_LOAD
from cyclegan_tf.runs.preparation import preparation_in
from cyclegan_tf.runs.saving import save_model

_GENERATORS = NETWORKS[:2]
# There, a discriminator has the letter of the generator that it judges: G_A makes images of B.
_TORCH_NAMES = {
    "G_A": "generator_ab",
    "G_B": "generator_ba",
    "D_A": "discriminator_b",
    "D_B": "discriminator_a",
}


@dataclasses.dataclass(frozen=True)
class Imported:
    """What `import_networks` wrote.

    Attributes:
        files: Paths of the generators, and of the checkpoint if there is one.
        config: The settings that the networks agree with, for `train --init-from`.
        can_train_on: Whether all four networks are there.
    """

    files: list[Path]
    config: Config
    can_train_on: bool


def import_networks(
    source: str | os.PathLike,
    out: str | os.PathLike,
    *,
    epsilon: float | None = None,
    load_size: int = 0,
    name_a: str = "A",
    name_b: str = "B",
    say: Callable[[str], object] = lambda text: None,
) -> Imported:
    """Writes the networks of another program's files as this project's.

    Their output is that of the program that trained them, up to rounding.

    Args:
        source: A checkpoint of `tf.train.Checkpoint` (its folder, its `.index` file, or its name),
            or `.pth` files of pytorch-CycleGAN-and-pix2pix (their folder, or one of them).
        out: Folder to make: a run folder, which `translate`, `video` and `evaluate` take, and from
            which `train` goes on if all four networks are there. For a single generator, a file
            that ends in `.keras` works as well.
        epsilon: What the instance norms add to the variance; no file says it. Default: 1e-5, as
            in PyTorch, or 1e-3, as in Keras.
        load_size: Pixels that the shorter side of pictures is resized to for the network. Default:
            0, they keep their size.
        name_a: Name of domain A.
        name_b: Name of domain B.
        say: Called with lines of text about what was found.

    Raises:
        ConfigError: `load_size` is negative.
        RunError: `source` holds no network that is known, PyTorch is needed and missing, or `out`
            can't be written.
    """
    config = Config(name_a=name_a, name_b=name_b, load_size=load_size)
    _check_out(out)
    networks, kind = _read(Path(source), epsilon, say)
    generators = {name: networks[name] for name in _GENERATORS if name in networks}
    if not generators:
        raise RunError(f"{source} holds no generator, only {', '.join(networks)}.")
    config = config.replace(**_fields_of(networks))
    say(_described(networks))
    if Path(out).suffix == ".keras":
        if len(generators) > 1:
            raise RunError(f"{source} holds two generators: give a folder with --out, not {out}.")
        (generator,) = generators.values()
        save_model(generator, out, preparation_in(config))
        card = Path(out).with_suffix(".json")
        with run_errors():
            write_text(card, json.dumps(_card(source, kind, networks, config), indent=2) + "\n")
        return Imported([Path(out)], config, False)
    run = RunFolder(out)
    files = []
    for name, generator in generators.items():
        files.append(run.path / f"{name}.keras")
        with run_errors():
            run.path.mkdir(parents=True, exist_ok=True)
        save_model(generator, files[-1], preparation_in(config))
    complete = all(name in networks for name in NETWORKS)
    if complete:
        model = CycleGAN(**networks)
        model.compile(optimizer=keras.optimizers.SGD())  # a run from here brings its own
        files.append(run.save_checkpoint(model, 1, preparation_in(config)))
    with run_errors():
        write_text(run.config_file, config.to_json())
    run.write_card(_card(source, kind, networks, config))
    return Imported(files, config, complete)


def _check_out(out: str | os.PathLike) -> None:
    if Path(out).suffix == ".keras":
        check_places({"--out": [out, Path(out).with_suffix(".json")]}, error=RunError)
        return
    run = RunFolder(out)
    if run.path.exists() and (not run.path.is_dir() or any(run.path.iterdir())):
        raise RunError(f"{out} is there already. Give --out a new folder.")
    check_places({"--out": [run.config_file]}, error=RunError)


def _read(
    source: Path, epsilon: float | None, say: Callable[[str], object]
) -> tuple[dict[str, keras.Model], str]:
    if not source.exists() and not tensorflow_checkpoint.is_checkpoint(source):
        raise RunError(f"{source} does not exist.")
    if files := _torch_files(source, say):
        epsilon = torch_names.EPSILON if epsilon is None else epsilon
        return _of_torch(files, epsilon), "pytorch-CycleGAN-and-pix2pix"
    if not tensorflow_checkpoint.is_checkpoint(source):
        raise RunError(
            f"{source} holds neither a checkpoint of TensorFlow (NAME.index) nor networks of "
            "pytorch-CycleGAN-and-pix2pix (latest_net_G_A.pth)."
        )
    epsilon = tensorflow_checkpoint.EPSILON if epsilon is None else epsilon
    found = tensorflow_checkpoint.read_networks(source)
    return {
        name: build_generator(layers, name, epsilon=epsilon, padded_as_in_pytorch=False)
        if name in _GENERATORS
        else build_discriminator(layers, name, epsilon=epsilon)
        for name, layers in found.items()
    }, "tf.train.Checkpoint"


def _torch_files(source: Path, say: Callable[[str], object]) -> dict[str, Path]:
    """The `.pth` file of each network, by its name here."""
    if source.is_file():
        if source.suffix not in (".pth", ".pt"):
            return {}
        ending = re.search(r"[GD]_[AB]$", source.stem)
        return {_TORCH_NAMES[ending[0]] if ending else "generator_ab": source}
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(source.glob("*_net_*.pth")) if source.is_dir() else []:
        epoch, _, letters = path.stem.partition("_net_")
        if letters in _TORCH_NAMES:
            found.setdefault(epoch, {})[_TORCH_NAMES[letters]] = path
    if not found:
        return {}
    numbers = [epoch for epoch in found if epoch.isdecimal()]
    epoch = "latest" if "latest" in found else max(numbers, key=int) if numbers else min(found)
    others = f"; not those of {', '.join(sorted(found.keys() - {epoch}))}" if len(found) > 1 else ""
    say(f"{source}: the networks of {epoch}{others}")
    return found[epoch]


def _of_torch(files: dict[str, Path], epsilon: float) -> dict[str, keras.Model]:
    networks: dict[str, keras.Model] = {}
    for name, path in files.items():
        networks[name] = torch_network(
            torch_names.layers_of(read_state_dict(path), path.name), name, path.name, epsilon
        )
    return networks


def torch_network(
    layers: tuple[torch_names.Kind, list[SourceLayer]], name: str, file: str, epsilon: float
) -> keras.Model:
    """Builds the Keras model of a network of PyTorch.

    Args:
        layers: What `layers_of` returned.
        name: Name of the model, `generator_ab` or another of the four.
        file: Name of the file, for the messages.
        epsilon: What its instance norms add to the variance.

    Raises:
        RunError: It is another network than its name says.
    """
    kind, source = layers
    if not name.startswith(kind):
        raise RunError(f"{file} holds a {kind}; its name says otherwise.")
    if kind == "generator":
        return build_generator(source, name, epsilon=epsilon, padded_as_in_pytorch=True)
    return build_discriminator(source, name, epsilon=epsilon)


def _fields_of(networks: dict[str, keras.Model]) -> dict[str, Any]:
    """The fields of `Config` of which `build_model` makes networks of the same sizes."""
    fields: dict[str, Any] = {"vertical_position": False, "ema": 0.0}
    for name, network in networks.items():
        own = _generator_fields(network) if name in _GENERATORS else _judge_fields(network)
        for field, value in own.items():
            if fields.setdefault(field, value) != value:
                raise RunError(f"The networks differ in {field}: {fields[field]} and {value}.")
    return fields


def _generator_fields(network: keras.Model) -> dict[str, Any]:
    blocks = sum(isinstance(layer, keras.layers.Add) for layer in network.layers)
    strided = network.get_layer("up1_conv").kernel_size
    return {
        "filters": network.get_layer("stem_conv").filters,
        "num_residual_blocks": blocks,
        "upsampling": "transpose4" if strided == (4, 4) else "transpose",
        "channels": network.input_shape[-1],
    }


def _judge_fields(network: keras.Model) -> dict[str, Any]:
    convolutions = [layer for layer in network.layers if layer.name.endswith("_conv")]
    return {
        "discriminator_filters": convolutions[0].filters,
        "discriminator_layers": len(convolutions) - 2,
        "channels": network.input_shape[-1],
    }


def _described(networks: dict[str, keras.Model]) -> str:
    lines = []
    for name, network in networks.items():
        fields = _generator_fields(network) if name in _GENERATORS else _judge_fields(network)
        lines.append(f"{name}: " + ", ".join(f"{field} {v}" for field, v in fields.items()))
    return "\n".join(lines)


def _card(
    source: str | os.PathLike, kind: str, networks: dict[str, keras.Model], config: Config
) -> dict[str, Any]:
    epsilon = next(
        layer.epsilon
        for layer in next(iter(networks.values())).layers
        if layer.name.endswith("_norm")
    )
    return {
        "domains": {"a": config.name_a, "b": config.name_b},
        "imported_from": {"file": Path(source).name, "written_by": kind, "epsilon": epsilon},
        "networks": sorted(networks),
        "preparation": preparation_in(config).to_dict(),
        "how_to_load": HOW_TO_LOAD,
        "cyclegan_tf": __version__,
        "finished": time.strftime("%Y-%m-%d"),
    }
