"""The preparation inside a `.keras` file: Keras passes over it, and a foreign one is refused."""

import zipfile

import keras
import numpy as np
import pytest

from cyclegan_tf.errors import RunError
from cyclegan_tf.model.networks import resnet_generator
from cyclegan_tf.runs.loading import HOW_TO_LOAD, load_generator
from cyclegan_tf.runs.preparation import MEMBER, add_preparation, preparation_of, read_preparation
from cyclegan_tf.runs.saving import save_model
from data_pipeline.preparation import AS_THEY_ARE, Preparation


@pytest.fixture
def file(tmp_path):
    save_model(resnet_generator(4, 1, seed=0), tmp_path / "x.keras", Preparation(40, (1, 2, 3)))
    return tmp_path / "x.keras"


def test_keras_loads_the_file_as_if_nothing_were_there(file):
    for mine, given in zip(
        keras.saving.load_model(file).get_weights(),
        resnet_generator(4, 1, seed=0).get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, given)
    assert zipfile.ZipFile(file).testzip() is None


def test_generator_says_what_its_file_says(file):
    assert read_preparation(file) == Preparation(40, (1, 2, 3))
    assert preparation_of(load_generator(file)) == Preparation(40, (1, 2, 3))


def test_file_of_one_s_own_says_nothing(tmp_path):
    resnet_generator(4, 1).save(tmp_path / "own.keras")
    assert read_preparation(tmp_path / "own.keras") is None
    assert load_generator(tmp_path / "own.keras").preparation == AS_THEY_ARE


@pytest.mark.parametrize("text", ["{}", "[1, 2]", "no JSON", '{"load_size": 1, "background": []}'])
def test_what_is_not_known_is_refused_in_one_line(text, tmp_path):
    resnet_generator(4, 1).save(tmp_path / "new.keras")
    with zipfile.ZipFile(tmp_path / "new.keras", "a") as archive:
        archive.writestr(MEMBER, text)
    with pytest.raises(RunError, match=r"new\.keras: .*It may need a newer cyclegan_tf") as error:
        load_generator(tmp_path / "new.keras")
    assert "\n" not in str(error.value)


def test_full_disk_is_an_error_of_the_file(tmp_path, full_disk):
    with pytest.raises(OSError):
        (tmp_path / "x.keras").write_bytes(b"0" * 19_990)
        add_preparation(tmp_path / "x.keras", AS_THEY_ARE)


def test_the_card_s_way_to_load_works_in_a_new_process(file, run_python):
    _, _, keras_way = HOW_TO_LOAD.partition("For the Keras model: ")
    code = "import keras; " + keras_way.replace("FILE", repr(str(file)))
    assert run_python("-c", code).returncode == 0
    translate = HOW_TO_LOAD.partition("To translate: ")[2].partition(". For")[0]
    code = translate.replace("FILE", repr(str(file))) + ".preparation"
    assert run_python("-c", code).returncode == 0
