"""`load_model`: the one door through which every `.keras` file of this project is loaded."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any, TypeVar

import keras

from cyclegan_tf.errors import RunError, reason_of
from cyclegan_tf.model_files.claims import check_claims
from cyclegan_tf.model_files.classes import check_classes
from cyclegan_tf.model_files.weights import check_weights
from data_pipeline.archives import check_archive
from data_pipeline.json_files import parse_json
from data_pipeline.preparation import MEMBER

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
# A checkpoint of the paper's networks has a config.json of 0.2 MB. Weights may have any size: they
# can't take more memory than their file.
MOST_BYTES = {CONFIG: 8 * 2**20, METADATA: 2**16, MEMBER: 2**16}
_HALF = '"config": {"name": "float16"}'  # as `json.dumps` writes a dtype policy

Kind = TypeVar("Kind", bound=keras.Model)


def load_model(path: str | os.PathLike, *, compile: bool = True) -> keras.Model:
    """Loads a `.keras` file whose writer needn't be trusted.

    What `keras.saving.load_model` would do with it is looked through first: nothing is unpacked,
    made or run that isn't a network and its weights. See docs/reliability.md. A network that was
    stored in float16, to be small, comes in float32, if it isn't compiled: a CPU without float16
    would tell of it in a line of its own.

    Args:
        path: Path of the file.
        compile: Whether to compile the model as it was. Default: true.

    Raises:
        OSError: It can't be read.
        MemoryError: It is too large for this machine.
        ValueError: It is refused, or damaged. The text is half a sentence without the path.
    """
    description = check_model_file(path)
    try:
        if not compile and _HALF in json.dumps(description):
            return _in_float32(description, path)
        return keras.saving.load_model(os.path.abspath(path), compile=compile, safe_mode=True)
    except MemoryError:
        raise
    except Exception as error:  # Keras raises many types here
        if type(error).__name__ == "ResourceExhaustedError":  # of TensorFlow
            raise MemoryError(reason_of(error)) from error
        raise ValueError(reason_of(error)) from error


def load_as(kind: type[Kind], path: str | os.PathLike) -> Kind:
    """Loads a `.keras` file that has to hold a model of one class.

    Args:
        kind: The class.
        path: Path of the file.

    Raises:
        OSError: It can't be read.
        MemoryError: It is too large for this machine.
        RunError: It is refused, damaged, or of another class.
    """
    try:
        model = load_model(path)
    except ValueError as error:
        raise RunError(f"{path} is no checkpoint: {reason_of(error)}.") from error
    if not isinstance(model, kind):
        raise RunError(f"{path} holds a {type(model).__name__}, not a {kind.__name__}.")
    return model


def _in_float32(description: dict[str, Any], path: str | os.PathLike) -> keras.Model:
    description.pop("compile_config", None)
    text = json.dumps(description).replace('"float16"', '"float32"')
    model = keras.saving.deserialize_keras_object(json.loads(text), safe_mode=True)
    model.load_weights(os.path.abspath(path))
    return model


def check_model_file(path: str | os.PathLike) -> dict[str, Any]:
    """Looks through a `.keras` file without making anything of it.

    Returns:
        Its config.json.

    Raises:
        OSError: It can't be read.
        ValueError: It is refused, or damaged. The text is half a sentence without the path.
    """
    if Path(path).suffix != ".keras" or Path(path).is_dir():
        raise ValueError("only files that end in .keras are loaded")
    members = check_archive(path)
    allowed = {*MOST_BYTES, WEIGHTS}
    if unknown := sorted(members.keys() - allowed):
        raise ValueError(f"its member {unknown[0][:60]!r} is none of a model")
    if missing := sorted({CONFIG, WEIGHTS} - members.keys()):
        raise ValueError(f"it lacks {missing[0]}")
    for name, most in MOST_BYTES.items():
        if name in members and members[name].file_size > most:
            raise ValueError(f"its {name} has {members[name].file_size} bytes, more than {most}")
    with zipfile.ZipFile(path) as archive:
        description: Any = parse_json(archive.read(CONFIG))
        if not isinstance(description, dict) or not isinstance(description.get("config"), dict):
            raise ValueError("its config.json describes no model")
        check_classes(description)
        check_claims(description, check_weights(archive.read(WEIGHTS)))
    return description
