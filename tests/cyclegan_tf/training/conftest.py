"""A finished run to look at and to resume, and eager steps. No test here."""

import shutil
import types

import pytest
import tensorflow as tf

from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.train import train


@pytest.fixture(scope="session")
def finished(small_config, tmp_path_factory):
    """A run of 12 updates without a pause: its folder and the model that `train` returned."""
    path = tmp_path_factory.mktemp("runs") / "straight"
    model = train(small_config, path, verbose=False)
    return types.SimpleNamespace(path=path, run=RunFolder(path), model=model)


@pytest.fixture
def copy_of_finished(finished, tmp_path):
    return RunFolder(shutil.copytree(finished.path, tmp_path / "copy"))


@pytest.fixture
def eagerly():
    """Runs the step without a graph: a few updates don't repay building it."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
