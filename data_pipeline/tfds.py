"""`load_tfds`: TensorFlow Datasets, or one line that says why it can't be used."""

import importlib
import logging
from types import ModuleType

from data_pipeline.errors import DataError


def load_tfds(address: str) -> ModuleType:
    """Imports `tensorflow_datasets`.

    Where something that it needs doesn't fit, it logs many lines and goes on as an empty module.

    Args:
        address: What it is needed for, for the message.

    Raises:
        DataError: It isn't installed, or doesn't fit the packages around it.
    """
    logger = logging.getLogger("absl")
    was_disabled, logger.disabled = logger.disabled, True
    try:
        tfds = importlib.import_module("tensorflow_datasets")
        if not hasattr(tfds, "builder"):
            importlib.import_module("tensorflow_datasets.core")  # now it says what is wrong
            raise ImportError("it is empty")
    except ModuleNotFoundError as error:
        raise DataError(f"{address}: needs `pip install tensorflow-datasets` ({error}).") from error
    except Exception as error:  # protobuf has an exception of its own
        reason = " ".join(str(error).split())[:300].rstrip(".")
        # From 1.18 on, tensorflow-metadata is for protobuf 6; TensorFlow may have kept protobuf 5.
        package = "tensorflow-metadata<1.18" if "rotobuf" in reason else "tensorflow-datasets"
        option = "" if "<" in package else "--upgrade "
        raise DataError(
            f"{address}: tensorflow-datasets is installed but can't be loaded: {reason}. "
            f'Try: pip install {option}"{package}", and start Python anew.'
        ) from error
    finally:
        logger.disabled = was_disabled
    return tfds
