"""`save_model`: a model on disk, whole or not at all; `patiently`: tries again if it fails."""

import errno
import logging
import os
import time
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from cyclegan_tf.errors import DivergenceError, FileError, RunError
from cyclegan_tf.runs.preparation import add_preparation
from data_pipeline.files import atomic_file
from data_pipeline.preparation import AS_THEY_ARE, Preparation

if TYPE_CHECKING:  # whoever only reads a run folder needn't wait for it
    import keras

PAUSES = (1.0, 5.0, 20.0)  # seconds before the second, third and fourth try
#: What mounted folders fail with for a while. A full disk and a lack of permission stay.
_PASSING_NAMES = (
    *("EAGAIN", "EBUSY", "ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "EHOSTDOWN"),
    *("EHOSTUNREACH", "EINTR", "EIO", "ENETDOWN", "ENETUNREACH", "ENOTCONN", "EREMOTEIO"),
    *("ESTALE", "ETIMEDOUT"),
)
_PASSING = {getattr(errno, name) for name in _PASSING_NAMES if hasattr(errno, name)}
Result = TypeVar("Result")


def patiently(write: Callable[[], Result]) -> Result:
    """Writes, and tries again after growing pauses if the folder fails as mounted ones do briefly.

    Every pause is said in a warning.

    Args:
        write: What may be done anew, whatever came of it before.

    Returns:
        What `write` returned.

    Raises:
        OSError: The last try failed, or it isn't of a kind that passes.
        FileError: Likewise, if `write` makes one of an OSError.
    """
    for pause in PAUSES:
        try:
            return write()
        except (FileError, OSError) as error:
            cause = cause_on_disk(error)
            if cause is None or cause.errno not in _PASSING:
                raise
            text = "%s. Trying again in %g seconds."
            logging.getLogger(__name__).warning(text, str(error).rstrip("."), pause)
        time.sleep(pause)
    return write()


def cause_on_disk(error: BaseException | None) -> OSError | None:
    """Returns what the system said that an error of ours came from, or None if it said nothing."""
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__ or error.__context__  # `fit` of Keras takes the cause away
    return error


def save_model(
    model: "keras.Model", path: str | os.PathLike, preparation: Preparation = AS_THEY_ARE
) -> None:
    """Saves a Keras model whole or not at all, and compares what is there with its checksums.

    Args:
        model: Model to save.
        path: Path of the file, which ends with `.keras`.
        preparation: How its pictures are prepared; the file then says so.

    Raises:
        DivergenceError: A weight isn't finite. What was there before stays.
        RunError: It can't be written, for want of space or of permission.
    """
    from keras import ops

    optimizer = getattr(model, "optimizer", None)
    for weight in (*model.weights, *(optimizer.variables if optimizer else ())):
        if not bool(ops.all(ops.isfinite(weight))):
            raise DivergenceError(f"{path} isn't written: {weight.path} is not finite.")

    def write() -> None:
        with atomic_file(path) as partial:
            model.save(partial)
            add_preparation(partial, preparation)
            with open(partial, "rb") as file:  # on disk before the old one is deleted
                os.fsync(file.fileno())
            _check_written(partial)

    try:
        patiently(write)
    except OSError as error:
        raise RunError(
            f"{path} cannot be written: {error}. Free some space and run again."
        ) from error


def _check_written(path: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            bad = archive.testzip()
    except zipfile.BadZipFile as error:
        bad = str(error)
    if bad:
        raise OSError(errno.EIO, f"{bad} was damaged on the way to the disk")
