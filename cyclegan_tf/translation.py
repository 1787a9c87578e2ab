"""From a trained generator to pictures: `Translator` for one image, `translate_files` for folders.

Where generators come from on disk is `load_generator`; nothing here trains.
"""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from cyclegan_tf import images
from cyclegan_tf.cyclegan import DIRECTIONS, CycleGAN
from cyclegan_tf.networks import with_precision
from cyclegan_tf.precision import resolve_precision
from cyclegan_tf.run_folder import RunError, RunFolder

MULTIPLE = 4  # the generators halve the image twice
SMALLEST = 16  # below this, the reflection padding of the trunk would exceed the image


class Translator:
    """Translates images of any size with one generator.

        translator = Translator.load("runs/meadow2forest", "a2b")
        fake_b = translator(real_a)

    Args:
        generator: Keras model from `(batch, h, w, 3)` in [-1, 1] to the same.
        precision: `"auto"` (fastest good format of this machine) or a Keras dtype policy.
    """

    def __init__(self, generator, precision: str = "auto"):
        self.generator = with_precision(generator, resolve_precision(precision))
        # One trace for all sizes: the shape is an input, not a constant of the graph.
        self._run = tf.function(
            self._translate, input_signature=[tf.TensorSpec((None, None, None, 3), tf.uint8)]
        )

    @classmethod
    def load(cls, path, direction: str | None = None, precision: str = "auto") -> "Translator":
        """Loads the generator of a run or of a `.keras` file, see `load_generator`."""
        return cls(load_generator(path, direction), precision)

    def __call__(self, image) -> np.ndarray:
        """Translates one image.

        Args:
            image: uint8 `(h, w, 3)` or `(h, w, 4)`, a batch of those, or the path of a picture.

        Returns:
            uint8 of exactly the same shape; a fourth channel (alpha) is handed through unchanged.

        Raises:
            ValueError: Not such an array.
            ImageError: The picture can't be read.
        """
        image = images.read_image(image) if isinstance(image, (str, Path)) else np.asarray(image)
        if image.dtype != np.uint8 or image.ndim not in (3, 4) or image.shape[-1] not in (3, 4):
            raise ValueError(
                "image must be uint8 of shape (h, w, 3), (h, w, 4) or a batch of those; "
                f"received {image.dtype} of shape {image.shape}."
            )
        if 0 in image.shape:
            raise ValueError(f"image must not be empty; received shape {image.shape}.")
        batch = image if image.ndim == 4 else image[None]
        height, width = batch.shape[1:3]
        fake = self._run(_pad(batch[..., :3])).numpy()[:, :height, :width]
        if image.shape[-1] == 4:
            fake = np.concatenate([fake, batch[..., 3:]], axis=-1)
        return fake if image.ndim == 4 else fake[0]

    def _translate(self, batch):
        fake = self.generator(tf.cast(batch, tf.float32) / 127.5 - 1.0, training=False)
        return tf.cast(tf.round(tf.clip_by_value((fake + 1.0) * 127.5, 0.0, 255.0)), tf.uint8)


def _pad(batch):
    """Mirrors the right and bottom border up to a multiple of 4, and to the smallest size."""
    sides = [max(-side % MULTIPLE, SMALLEST - side) for side in batch.shape[1:3]]
    # numpy reflects repeatedly where the padding exceeds the image, and copies a single row.
    return np.pad(batch, ((0, 0), (0, sides[0]), (0, sides[1]), (0, 0)), mode="reflect")


def load_generator(path, direction: str | None = None) -> keras.Model:
    """Loads one generator.

    Args:
        path: A run folder (its final generators, or those of its last checkpoint while it is still
            training), a generator's `.keras` file, or a checkpoint's.
        direction: `"a2b"` or `"b2a"`. Not needed for a file that holds a single generator.

    Returns:
        The generator, with the moving average of the weights where the run kept one.

    Raises:
        RunError: There is nothing at `path`, it is no generator or checkpoint of this project, or
            the direction is missing or not the file's.
    """
    path = Path(path)
    if direction not in (None, *DIRECTIONS):
        raise RunError(f"direction must be a2b or b2a; received {direction!r}.")
    if path.is_dir():
        path = _file_in_run(RunFolder(path), direction)
    if not path.exists():
        raise RunError(f"{path} does not exist. Give a run folder or a .keras file.")
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
    own = {"generator_ab": "a2b", "generator_ba": "b2a"}.get(model.name)
    if direction and own and own != direction:
        raise RunError(
            f"{path} translates {own}, not {direction}. Load the other generator's file."
        )
    return model


def _file_in_run(run: RunFolder, direction):
    if direction is None:
        raise RunError(f"{run.path} holds both generators: give a direction, a2b or b2a.")
    if run.generator_file(direction).exists():
        return run.generator_file(direction)
    saved = run.checkpoints()
    if not saved:
        raise RunError(f"{run.path} holds no generator and no checkpoint. Was it trained?")
    return saved[-1]


def plan_files(inputs, out_dir, suffix: str = ".png") -> list[tuple[Path, Path]]:
    """Pairs every input picture with its output file, before anything is translated.

    Args:
        inputs: Files and folders; folders are searched recursively and keep their structure.
        out_dir: Folder of the outputs, which have the inputs' names and this suffix.
        suffix: Suffix and format of the outputs.

    Returns:
        A list of `(input, output)` paths.

    Raises:
        ImageError: An input is missing, a folder holds no picture, two inputs would get the same
            output, or an output would overwrite an input.
    """
    pairs = []
    for item in map(Path, inputs):
        if item.is_dir():
            found = sorted(
                path
                for path in item.rglob("*")
                if path.suffix.lower() in images.SUFFIXES and not path.name.startswith(".")
            )
            if not found:
                raise images.ImageError(f"{item} holds no pictures ({', '.join(images.SUFFIXES)}).")
            pairs += [(path, path.relative_to(item)) for path in found]
        elif item.exists():
            pairs.append((item, Path(item.name)))
        else:
            raise images.ImageError(f"{item} does not exist.")
    plan = [(path, (Path(out_dir) / name).with_suffix(suffix)) for path, name in pairs]
    taken = {}
    for path, output in plan:
        if output in taken:
            raise images.ImageError(
                f"{taken[output]} and {path} would both become {output}. Translate them separately."
            )
        taken[output] = path
    sources = {path.resolve() for path, _ in plan}
    for _, output in plan:
        if output.resolve() in sources:
            raise images.ImageError(
                f"{output} is an input and would be overwritten. Use another --out."
            )
    return plan


def translate_files(translator: Translator, plan, progress=None) -> list[tuple[Path, str]]:
    """Translates the pictures of `plan_files`; one that fails doesn't stop the others.

    Args:
        translator: Applied to every picture.
        plan: `(input, output)` paths.
        progress: Wraps the loop to show progress, e.g. `tqdm.tqdm`.

    Returns:
        The failures: `(input, reason)`.

    Raises:
        ImageError: An output cannot be written (the next one couldn't either).
    """
    failures = []
    for path, output in (progress or iter)(plan):
        try:
            image = images.read_image(path)
        except images.ImageError as error:
            failures.append((path, str(error)))
            continue
        images.write_image(output, translator(image))
    return failures
