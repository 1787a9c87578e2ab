"""`export`: a generator as a file for other programs, compared with the generator once written."""

import os
import tempfile
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cyclegan_tf.errors import ConfigError, FileError
from cyclegan_tf.export.doubling import with_doubling_by_convolution
from cyclegan_tf.export.float16_weights import halve_onnx_weights
from cyclegan_tf.export.runners import open_runner
from cyclegan_tf.files import make_folder
from cyclegan_tf.model.networks import with_precision
from cyclegan_tf.model.sizes import size_multiple
from cyclegan_tf.runs.preparation import preparation_of
from cyclegan_tf.translation.fold_norms import fold_norms
from cyclegan_tf.translation.norm_statistics import Statistics

SUFFIXES = {"onnx": ".onnx", "litert": ".tflite", "saved_model": ""}
#: Heights and widths that are compared, for sides of multiples of 4; others in proportion.
SIZES = ((16, 16), (16, 40), (44, 24), (64, 64), (92, 128))
# Of values in [-1, 1]: another order of adding makes some 5e-6, rounded kernels some 1e-3.
TOLERANCES = {"float32": 1e-5, "float16": 1e-2}


@dataclass(frozen=True)
class Exported:
    """What `export` has written.

    Args:
        place: Path of the file or folder.
        num_bytes: Its size.
        difference: Largest difference to the generator over `SIZES`, of values in [-1, 1].
    """

    place: Path
    num_bytes: int
    difference: float

    def __str__(self) -> str:
        return (
            f"{self.place}: {self.num_bytes / 1e6:.2f} MB, within {self.difference:.1e} of the "
            f"generator (values in [-1, 1], {len(SIZES)} sizes)"
        )


def check_export(
    format: str,
    place: str | os.PathLike,
    weights: str = "float32",
    tolerance: float | None = None,
) -> None:
    """Refuses what `export` couldn't do, before a generator is loaded.

    Args:
        format: `"onnx"`, `"litert"` or `"saved_model"`.
        place: Path to write to.
        weights: `"float32"` or `"float16"`.
        tolerance: As in `export`.

    Raises:
        ConfigError: A format or its packages are missing or too old, or a name has another ending.
        FileError: A folder is in the way.
    """
    for name, value, known in (("format", format, SUFFIXES), ("weights", weights, TOLERANCES)):
        if value not in known:
            raise ConfigError(f"{name} must be one of {', '.join(known)}; received {value!r}.")
    if tolerance is not None and not 0 < tolerance < 2:
        raise ConfigError(f"tolerance must be between 0 and 2; received {tolerance}.")
    suffix, place = SUFFIXES[format], Path(place)
    if suffix and place.suffix != suffix:
        raise ConfigError(f"a file of format {format} must end in {suffix}; received {place}.")
    if place.is_dir() and (suffix or any(place.iterdir())):
        raise FileError(f"{place} is a folder with files in it. Give another place.")
    if format == "saved_model" and weights == "float16":
        raise ConfigError("weights must be float32 for format saved_model; received 'float16'.")
    if keras.backend.backend() != "tensorflow":
        raise ConfigError(
            "export works with the backend tensorflow only; received "
            f"{keras.backend.backend()!r}. Set KERAS_BACKEND=tensorflow."
        )
    if format == "litert" and find_spec("keras.src.export.litert") is None:
        raise ConfigError(
            f"format litert needs Keras 3.13 or newer; received {keras.__version__}. "
            "pip install --upgrade keras, or choose another format."
        )
    needed = ("onnx", "onnxruntime", "tf2onnx") if format == "onnx" else ()
    if missing := [name for name in needed if find_spec(name) is None]:
        raise ConfigError(
            f"format onnx needs the package {' and '.join(missing)}: "
            "pip install onnx onnxruntime tf2onnx."
        )


def export(
    generator: keras.Model,
    place: str | os.PathLike,
    format: str = "onnx",
    *,
    statistics: Statistics | None = None,
    weights: str = "float32",
    tolerance: float | None = None,
) -> Exported:
    """Writes a generator for another program, whole or not at all.

        export(load_generator("meadow2forest"), "meadow2forest.onnx")

    What was written is run and compared with the generator before it gets its name. Input and
    output are those of the generator: float32 `(batch, height, width, channels)` in [-1, 1], any
    height and width that are multiples of 4 and at least 16 (times the factor of two stages).

    Args:
        generator: A `resnet_generator`; of other networks only those that Keras can export.
        place: Path of the file (`.onnx`, `.tflite`) or of a new folder (SavedModel).
        format: `"onnx"` (tf2onnx), `"litert"` (TensorFlow Lite, for phones) or `"saved_model"`.
        statistics: Statistics to fold into the convolutions, see `fold_norms`. Default: none; the
            instance norms take those of each picture.
        weights: Number format in the file. `"float16"` halves it; it still computes in float32.
            Values change by some 0.001; by nothing where the weights were float16 before, as in
            the pretrained generators. Default: `"float32"`.
        tolerance: Largest difference to the generator, of values in [-1, 1], with which a file is
            written. Default: `TOLERANCES`, the rounding of a `resnet_generator`.

    Returns:
        Place, size, and the largest difference to the generator.

    Raises:
        ConfigError: An argument is none of these, a package is missing, or the generator has
            bilinear interpolation, which Keras can't export for pictures of any size.
        FileError: The place can't be written, or the difference is larger than rounding.
        StatisticsError: The statistics belong to another generator.
    """
    check_export(format, place, weights, tolerance)
    tolerance = tolerance or TOLERANCES[weights]
    _check_layers(generator)
    generator = with_precision(generator, "float32")
    if statistics is not None:
        generator = fold_norms(generator, statistics)
    place = Path(place)
    make_folder(place.parent)
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=place.parent) as folder:
            written = Path(folder) / f"model{SUFFIXES[format]}"
            _write(generator, written, format, weights)
            difference = _difference(generator, written, format)
            if not difference <= tolerance:
                raise FileError(
                    f"{place} was not written: as {format} the generator's values differ by "
                    f"{difference:.1e}, and more than {tolerance} isn't rounding in most networks. "
                    "Instance norms over a few pixels, as in a deep U-Net, amplify it: for such a "
                    "one, a larger tolerance (--tolerance 1e-3) writes it."
                )
            if place.is_dir():
                place.rmdir()  # it is empty
            os.replace(written, place)
    except OSError as error:
        raise FileError(f"{place} cannot be written: {error}.") from error
    files = [path for path in place.rglob("*") if path.is_file()] or [place]
    return Exported(place, sum(path.stat().st_size for path in files), difference)


def _check_layers(generator: keras.Model) -> None:
    for layer in generator._flatten_layers():
        if isinstance(layer, keras.layers.UpSampling2D) and layer.interpolation != "nearest":
            raise ConfigError(
                "generators with upsampling antialiased or interpolation bilinear can't be "
                f"exported; received {generator.name} with a layer {layer.name}."
            )


def _sizes(generator: keras.Model) -> list[tuple[int, int]]:
    multiple = max(4, size_multiple(generator))
    return [(height * multiple // 4, width * multiple // 4) for height, width in SIZES]


def _channels(generator: keras.Model) -> int:
    return preparation_of(generator).channels


def _write(generator: keras.Model, path: Path, format: str, weights: str) -> None:
    if format == "litert":
        generator = with_doubling_by_convolution(generator)
    # Keras refuses what was never called.
    generator(np.zeros((1, *_sizes(generator)[0], _channels(generator)), "float32"))
    options: dict[str, Any] = {}
    if format == "litert":
        import tensorflow as tf

        # Built-in operations only: others need a larger runtime.
        options["target_spec"] = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}
        if weights == "float16":
            options["optimizations"] = [tf.lite.Optimize.DEFAULT]
            options["target_spec"]["supported_types"] = [tf.float16]
    with warnings.catch_warnings():
        # Keras and tf2onnx look for names that NumPy and protobuf are about to remove.
        warnings.simplefilter("ignore")
        name = {"saved_model": "tf_saved_model"}.get(format, format)
        generator.export(path, format=name, verbose=False, **options)
    if format == "onnx" and weights == "float16":
        halve_onnx_weights(path)


def _difference(generator: keras.Model, path: Path, format: str) -> float:
    run = open_runner(path, format)
    random = np.random.default_rng(0)
    differences = []
    for height, width in _sizes(generator):
        batch = random.uniform(-1, 1, (1, height, width, _channels(generator))).astype("float32")
        expected = keras.ops.convert_to_numpy(generator(batch, training=False))
        received = run(batch)
        if received.shape != expected.shape:
            return float("inf")
        differences.append(np.abs(received - expected).max())
    return float(max(differences))
