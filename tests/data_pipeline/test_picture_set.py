"""Every file of the generated set is read as what is known of it, or refused by name.

FFmpeg reads it alike, but where the set says why it doesn't; the known pixels are the judge.
`python tools/compare_decoders.py` prints all comparisons.
"""

import av
import numpy as np
import pytest
from picture_set import FORMATS, picture_set
from picture_set.compare import compare

from data_pipeline.decoding import flatten_alpha, kind_of, read_image


@pytest.fixture(autouse=True)
def quiet():
    level = av.logging.get_level()
    av.logging.set_level(av.logging.PANIC)
    yield
    av.logging.set_level(level)


@pytest.mark.parametrize("name", FORMATS)
def test_the_known_pixels_are_read_or_the_file_is_refused_by_name(name):
    compared = [compare(file) for file in picture_set(name)]
    faults = [
        f"{c.file.name}: {c.ours}, {c.deep}, {c.second}" for c in compared if "FAULT" in c.verdict
    ]
    assert not faults, "\n".join(faults)
    assert len({c.file.name for c in compared}) == len(compared)


def test_the_set_is_as_large_as_it_is_said_to_be():
    files = [file for name in FORMATS for file in picture_set(name)]
    assert len(files) >= 350
    agreeing = [file for file in files if not file.second and not file.refused]
    assert len(agreeing) >= 250


@pytest.mark.parametrize("name", FORMATS)
def test_training_sees_the_same_pixels_on_its_background(name):
    for file in picture_set(name):
        if file.refused or file.tolerance:
            continue
        expected = file.upright_8
        if expected.shape[-1] == 4:
            expected = flatten_alpha(expected, (10, 200, 30))
        found = read_image(file.content, (10, 200, 30))
        np.testing.assert_array_equal(found, expected, err_msg=file.name)
        assert kind_of(file.content)
