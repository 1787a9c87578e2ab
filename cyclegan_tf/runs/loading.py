"""Where a generator comes from: a run folder, a `.keras` file, or the name of a pretrained one.

Also the four networks of a run, to start another one from.
"""

import os
from pathlib import Path

import keras

from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import RunError, reason_of
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.model.networks import is_functional
from cyclegan_tf.model_files.loading import load_model
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.preparation import preparation_in, preparation_of, read_preparation
from data_pipeline.preparation import Preparation

# For a person with the file and its card alone. Where its layers haven't been imported, Keras gives
# an error of all settings of the model.
HOW_TO_LOAD = (
    "To translate: from cyclegan_tf import Translator; Translator.load(FILE). For the Keras model: "
    "import cyclegan_tf.model.networks; keras.saving.load_model(FILE)"
)


def resolve(path: str | os.PathLike) -> Path:
    """Returns the run folder or file that is meant; for a pretrained generator's name its file.

    A run or file of that name goes before the pretrained generator; another folder doesn't, such as
    one of pictures.
    """
    if not os.fspath(path):
        raise RunError(
            "The name of the generator is empty. Give a run folder, a .keras file or a name."
        )
    path, pretrained_file = Path(path), pretrained.find(str(path))
    is_there = path.is_file() or RunFolder(path).config_file.exists()
    return path if is_there or not pretrained_file else pretrained_file


def load_generator(
    path: str | os.PathLike, direction: Direction | str | None = None
) -> keras.Model:
    """Loads one generator.

    Args:
        path: Path of a run folder (its final generators, or those of its last checkpoint while it
            is still training), of a generator's `.keras` file or of a checkpoint; or the name of a
            pretrained generator, e.g. `"meadow2forest"`.
        direction: `"a2b"` or `"b2a"`. Not needed for a file that holds a single generator.

    Returns:
        The generator, with the moving average of the weights where the run kept one. Its attribute
        `preparation` (a `data_pipeline.preparation.Preparation`) says how its pictures are
        prepared: as the file has it, else as the run's config.json, else as they are.

    Raises:
        RunError: There is nothing at `path`, it is no generator or checkpoint of this project, or
            the direction is missing or not the file's.
        ConfigError: The file doesn't say how its pictures are prepared, and the run's config.json
            can't be read.
    """
    try:
        way = None if direction is None else Direction(direction)
    except ValueError as error:
        raise RunError(str(error)) from error
    file = place = resolve(path)
    if place.is_dir():
        file = _file_in_run(RunFolder(place), way)
    if not file.exists():
        raise RunError(
            f"{file} does not exist. Give a run folder, a .keras file or one of "
            f"{', '.join(pretrained.names())}."
        )
    generator = _generator_in(file, way)
    said = read_preparation(file) or _preparation_of_run(RunFolder(place))
    generator.preparation = said or preparation_of(generator)
    _check_channels(file, generator)
    return generator


def _preparation_of_run(run: RunFolder) -> Preparation | None:
    """Reads from the settings what files of earlier versions don't say."""
    there = run.config_file.exists()
    return preparation_in(Config.load(run.config_file)) if there else None


def _check_channels(file: Path, generator: keras.Model) -> None:
    """Refuses a network that doesn't make pictures of the channels that it takes."""
    if not is_functional(generator):  # else its shapes aren't known before it is called
        return
    channels = generator.preparation.channels
    shapes = [getattr(generator, name, None) for name in ("input_shape", "output_shape")]
    if shapes != [(None, None, None, channels)] * 2:
        name = " ".join(str(generator.name).split())[:60]
        raise RunError(
            f"{file} holds a {name}, not a generator of images of {channels} channel"
            f"{'s' * (channels != 1)}."
        )


def _generator_in(file: Path, way: Direction | None) -> keras.Model:
    try:
        model = load_model(file, compile=False)
    except Exception as error:  # whatever is wrong with the file, to a user it means the same
        raise RunError(
            f"{file} is not a generator or checkpoint of cyclegan_tf: {reason_of(error)}."
        ) from error
    if isinstance(model, CycleGAN):
        if way is None:
            raise RunError(f"{file} holds both generators: give a direction, a2b or b2a.")
        return model.output_generator(way)
    own = {f"generator_{way.suffix}": way for way in Direction}.get(model.name)
    if way and own and own != way:
        raise RunError(f"{file} translates {own}, not {way}. Load the other generator's file.")
    return model


def load_networks(path: str | os.PathLike, model: CycleGAN) -> None:
    """Gives the four networks of an untrained `model` the weights that another run has learned.

    Generators get the moving average where that run kept one. The optimizer, the learning rate and
    the history pools of `model` are left as they are.

    Args:
        path: Path of a run folder, whose last checkpoint is taken, or of a checkpoint.
        model: Model to change, built of the same networks.

    Raises:
        RunError: There is no checkpoint, or its networks are of another size.
    """
    saved = RunFolder(path).checkpoints() if Path(path).is_dir() else [Path(path)]
    if not saved or not saved[-1].exists():
        hint = "Give a run folder."
        if RunFolder(path).card_file.exists():
            hint = "A run of `upscale` has none: give the run that it was made of."
        raise RunError(f"init_from: {path} holds no checkpoint. {hint}")
    try:
        old = CycleGAN.load(saved[-1])
    except RunError as error:
        raise RunError(f"init_from: {error}") from error
    except (MemoryError, OSError) as error:
        raise RunError(f"init_from: {saved[-1]} is no checkpoint: {reason_of(error)}.") from error
    learned = {
        "generator_ab": old.output_generator("a2b"),
        "generator_ba": old.output_generator("b2a"),
        "discriminator_a": old.discriminator_a,
        "discriminator_b": old.discriminator_b,
    }
    if model.ema:
        learned |= {"average_ab": learned["generator_ab"], "average_ba": learned["generator_ba"]}
    for name, network in learned.items():
        new = getattr(model, name)
        sizes = [[tuple(w.shape) for w in n.weights] for n in (network, new)]
        if sizes[0] != sizes[1]:
            raise RunError(
                f"init_from: {name} of {saved[-1]} is another network. Give filters, "
                "num_residual_blocks, upsampling, the discriminator_ fields and vertical_position "
                "as they were there."
            )
        new.set_weights(network.get_weights())
        for own, layer in zip(new.layers, network.layers, strict=True):
            if isinstance(layer, InstanceNormalization):
                own.epsilon = layer.epsilon  # imported networks may have another, see importing/


def _file_in_run(run: RunFolder, direction: Direction | None) -> Path:
    saved = run.checkpoints()
    if not saved and not any(run.generator_file(way).exists() for way in Direction):
        is_run = run.config_file.exists()
        hint = "" if is_run else " It is no run folder: those have a config.json."
        raise RunError(f"{run.path} holds no generator and no checkpoint. Was it trained?{hint}")
    if direction is None:
        raise RunError(f"{run.path} holds both generators: give a direction, a2b or b2a.")
    file = run.generator_file(direction)
    if not saved and not file.exists():
        raise RunError(f"{run.path} holds no generator {direction} and no checkpoint.")
    return file if file.exists() else saved[-1]


def directions_of(run: RunFolder) -> list[Direction]:
    """Returns the ways that a run can translate: an imported one may have a single one.

    A run without any generator gets both, so that loading them says what is wrong.
    """
    there = [way for way in Direction if run.generator_file(way).exists()]
    return list(Direction) if run.checkpoints() or not there else there
