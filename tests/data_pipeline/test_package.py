"""What `import data_pipeline` offers, and what it doesn't load."""

import subprocess
import sys

import pytest

import data_pipeline


def test_every_public_name_is_there():
    for name in data_pipeline.__all__:
        found = getattr(data_pipeline, name)
        assert found is not None and getattr(found, "__name__", name) == name
    assert dir(data_pipeline) == data_pipeline.__all__
    with pytest.raises(AttributeError, match="no attribute 'crop_streams'"):
        data_pipeline.crop_streams  # noqa: B018


def test_reading_folders_needs_no_tensorflow():
    code = (
        "import sys, data_pipeline\n"
        "data_pipeline.open_sources, data_pipeline.load_maps, data_pipeline.DataError\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
