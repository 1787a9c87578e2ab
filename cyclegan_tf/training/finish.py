"""The end of a training: the generators in float32, and the card that tells what they are."""

import json
import os
import time
from collections.abc import Sequence
from typing import Any

import keras

from cyclegan_tf._version import __version__
from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.hardware.describe import describe_hardware
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.networks import with_precision
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.loading import HOW_TO_LOAD
from cyclegan_tf.runs.preparation import preparation_in
from cyclegan_tf.runs.saving import save_model
from cyclegan_tf.training.devices import Devices
from cyclegan_tf.training.part_descriptions import in_words
from data_pipeline.json_files import read_json_object
from data_pipeline.preparation import Preparation
from data_pipeline.sources import Source

_OF_GENERATORS = ("filters", "num_residual_blocks", "upsampling", "interpolation")
_OF_DISCRIMINATORS = ("discriminator_filters", "discriminator_layers", "discriminator_scales")
#: Settings that say nothing of a run with own parts of these names.
_REPLACED = {
    ("generator_ab", "generator_ba"): _OF_GENERATORS,
    ("discriminator_a", "discriminator_b"): _OF_DISCRIMINATORS,
    ("optimizer",): ("learning_rate", "beta_1", "beta_2", "decay_epoch"),
}


def write_results(
    run: RunFolder,
    config: Config,
    model: CycleGAN,
    seconds: float,
    sources: Sequence[Source],
    devices: Devices,
) -> None:
    """Writes the final generators and card.json.

    Args:
        run: The run folder.
        config: Settings of the run.
        model: The trained model.
        seconds: Training time.
        sources: Training images of A and of B, and those of true pairs.
        devices: Those of the training; only the first worker writes.

    Raises:
        RunError: They can't be written.
    """
    if not devices.is_chief:
        return
    write_generators(run, config, model)
    parts = read_json_object(run.parts_file) if run.parts_file.exists() else {}
    own = {name: in_words(kind) for name, kind in parts.items()}
    card: dict[str, Any] = {
        "domains": {"a": config.name_a, "b": config.name_b},
        "data": config.data,
        "images": {source.name: len(source) for source in sources},
        "preparation": preparation_in(config).to_dict(),
        "how_to_load": HOW_TO_LOAD,
        "updates": model.num_updates,
        "training_seconds": round(seconds, 1),
        "hardware": hardware_of(model, devices),
        "weights": "moving average" if config.ema else "last update",
        "cyclegan_tf": __version__,
        "finished": time.strftime("%Y-%m-%d"),
        "recipe": _recipe(config, model, own),
    }
    if not config.data:
        own["data"] = "given in Python"
    if own:
        card["own_parts"] = own
    if skipped := model.num_updates - model.num_applied:
        card["skipped_updates"] = skipped
    halved = [line for line in run.read_metrics() if "halved_learning_rate" in line]
    if halved:
        card["halved_learning_rate"] = {x["step"]: x["halved_learning_rate"] for x in halved}
    run.write_card(card)


def _recipe(config: Config, model: CycleGAN, own: dict[str, str]) -> dict[str, Any]:
    """The settings that the training had: an own objective brings its own."""
    recipe = json.loads(config.to_json())
    of_losses = {name: value for name, value in model.objective.settings.items() if name != "seed"}
    recipe |= {name: value for name, value in of_losses.items() if name in recipe}
    for parts, settings in _REPLACED.items():
        if own.keys() >= set(parts):
            recipe = {name: value for name, value in recipe.items() if name not in settings}
    return recipe


def write_generators(run: RunFolder, config: Config, model: CycleGAN) -> None:
    """Writes both generators of `model` in float32, with the moving average where there is one.

    Raises:
        RunError: They can't be written.
    """
    for direction in Direction:
        generator, file = model.output_generator(direction), run.generator_file(direction)
        save_generator(generator, file, direction, preparation_in(config))


def save_generator(
    generator: keras.Model, file: str | os.PathLike, direction: Direction, preparation: Preparation
) -> None:
    """Saves a copy of a generator in float32, which doesn't go by the name of the other direction.

    Generators that a user took from another run may have been given the other way round.

    Raises:
        RunError: It can't be written.
    """
    copy = with_precision(generator, "float32")
    if copy.name in {f"generator_{way.suffix}" for way in Direction}:
        copy.name = f"generator_{direction.suffix}"
    save_model(copy, file, preparation)


def hardware_of(model: CycleGAN, devices: Devices) -> str:
    """Returns what computes, and in which number format."""
    return f"{describe_hardware()}, {model.dtype_policy.name}{devices.text}"
