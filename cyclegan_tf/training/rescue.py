"""What becomes of a training whose run folder fails: its newest state is kept in another place."""

from collections.abc import Iterator
from contextlib import contextmanager

from cyclegan_tf.errors import FileError, RunError, reason_of
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.saving import cause_on_disk
from data_pipeline.preparation import Preparation


@contextmanager
def kept_elsewhere(run: RunFolder, model: CycleGAN, preparation: Preparation) -> Iterator[None]:
    """A context in which a file of the run that can't be written costs no update.

    Args:
        run: Folder that may fail.
        model: Model that is trained in the context.
        preparation: How the pictures of the run are prepared.

    Raises:
        RunError: Something couldn't be written. The text says where the state is kept.
    """
    try:
        yield
    except FileError as error:
        if cause_on_disk(error) is None:
            raise
        reason = reason_of(error)
        try:
            kept = run.keep_elsewhere(model, preparation)
        except FileError as second:
            raise RunError(
                f"{reason}. Update {model.num_updates} couldn't be kept elsewhere either "
                f"({reason_of(second)}): the run goes on from its last checkpoint."
            ) from error
        if kept is None:  # nothing was learned since the last checkpoint
            raise
        raise RunError(
            f"{reason}. Nothing is lost: update {model.num_updates} is kept in {kept}, and the "
            "same command goes on from there once the run folder can be written to."
        ) from error
