"""Where a generator comes from: a run folder, a `.keras` file, or one that comes along.

Also all four networks of a run, to start another one from. What is done with a generator is
translation.py's job.
"""

from pathlib import Path

import keras

from cyclegan_tf.runs import pretrained
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.directions import Direction
from cyclegan_tf.model.networks import with_precision
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.errors import RunError


def resolve(path) -> Path:
    """Returns the run folder or file that `path` means: a file of its own, if it is a shipped name.

    What is there under that name goes first if it is a run or a file; a folder of pictures doesn't.
    """
    path, pretrained_file = Path(path), pretrained.find(str(path))
    hidden = path.is_file() or RunFolder(path).config_file.exists()
    return path if hidden or not pretrained_file else pretrained_file


def load_generator(path, direction: str | None = None) -> keras.Model:
    """Loads one generator.

    Args:
        path: A run folder (its final generators, or those of its last checkpoint while it is still
            training), a generator's `.keras` file, a checkpoint's, or the name of a generator that
            comes with the project, e.g. `"meadow2forest"`.
        direction: `"a2b"` or `"b2a"`. Not needed for a file that holds a single generator.

    Returns:
        The generator, with the moving average of the weights where the run kept one.

    Raises:
        RunError: There is nothing at `path`, it is no generator or checkpoint of this project, or
            the direction is missing or not the file's.
    """
    path = resolve(path)
    try:
        direction = direction and Direction(direction)
    except ValueError as error:
        raise RunError(str(error)) from error
    if path.is_dir():
        path = _file_in_run(RunFolder(path), direction)
    if not path.exists():
        raise RunError(
            f"{path} does not exist. Give a run folder, a .keras file or one of "
            f"{', '.join(pretrained.names())}."
        )
    try:
        model = keras.saving.load_model(path, compile=False)
    except Exception as error:  # Keras raises many types here, all of them mean the same to a user
        reason = str(error).strip().splitlines()[0]
        raise RunError(
            f"{path} is not a generator or checkpoint of cyclegan_tf: {reason}"
        ) from error
    if isinstance(model, CycleGAN):
        if direction is None:
            raise RunError(f"{path} holds both generators: give a direction, a2b or b2a.")
        return model.output_generator(direction)
    if getattr(model, "output_shape", None) != (None, None, None, 3):
        raise RunError(f"{path} holds a {model.name}, not a generator of images.")
    own = {f"generator_{way.suffix}": way for way in Direction}.get(model.name)
    if direction and own and own != direction:
        raise RunError(
            f"{path} translates {own}, not {direction}. Load the other generator's file."
        )
    if model.weights[0].dtype == "float16":  # stored small, as those that come with the project
        return with_precision(model, "float32")
    return model


def load_networks(path, model: CycleGAN) -> None:
    """Gives the four networks of an untrained `model` the weights that another run has learned.

    Generators get the moving average where that run kept one. The optimizer, the learning rate and
    the history pools of `model` are left as they are.

    Args:
        path: A run folder (its last checkpoint is taken) or a checkpoint of one.
        model: Built of the same networks.

    Raises:
        RunError: There is no checkpoint, or its networks are of another size.
    """
    saved = RunFolder(path).checkpoints() if Path(path).is_dir() else [Path(path)]
    if not saved or not saved[-1].exists():
        raise RunError(f"init_from: {path} holds no checkpoint. Give a run folder.")
    try:
        old = CycleGAN.load(saved[-1])
    except Exception as error:  # as in load_generator
        reason = str(error).strip().splitlines()[0]
        raise RunError(f"init_from: {saved[-1]} is no checkpoint: {reason}") from error
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


def _file_in_run(run: RunFolder, direction):
    if direction is None:
        raise RunError(f"{run.path} holds both generators: give a direction, a2b or b2a.")
    if run.generator_file(direction).exists():
        return run.generator_file(direction)
    saved = run.checkpoints()
    if not saved:
        raise RunError(f"{run.path} holds no generator and no checkpoint. Was it trained?")
    return saved[-1]
